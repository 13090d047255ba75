//! Compares every document with its own lines, the journal, its open item and its fingerprint in the trail.
//!
//! A walk in pages of 500 documents, eight statements each, so that the time it takes grows with the documents and the memory
//! does not.

use crate::fingerprint;
use crate::frozen;
use crate::rules::agree::{Due, Facts, Flaw, Item, Posted, Standing, Sums, flaws};
use crate::rules::numbering::{Gaps, Pattern, gaps};
use crate::store::proof;
use crate::store::{CreditLineRow, CreditRow, LineRow, TaxRow};
use ::store::{Conn, Error, Finding, Sealed, Vault, books, counters};
use kernel::id::{self, CreditNoteId, InvoiceId, Kind, OpenItemId, OrganisationId};
use kernel::{Currency, Decimal, Money};
use ledger::queries::PostedLine;
use ledger::{AccountRole, Chart};
use receivables::ItemFacts;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Findings of one kind, and numbers that one finding names, at most.
const FINDINGS_MAX: usize = 200;
const NAMED_MAX: usize = 10;

/// Where documents and what else is known of them do not agree.
///
/// Codes: `document_differs` (amounts, journal, open item), `document_changed` (it is not what was issued), `sealed_unreadable`
/// (its buyer), `document_missing` (journal or open items know it), `numbers_differ` (a series has a gap). At most 200
/// findings of a kind.
pub fn verify_documents(conn: &mut Conn, vault: &Vault, organisation: OrganisationId) -> Result<Vec<Finding>, Error> {
    let chart = ledger::chart_of(&books::load(conn, organisation)?)?;
    let mut walk = Walk { conn, vault, organisation, chart, found: BTreeMap::new() };
    let invoices = walk.invoices()?;
    walk.series("invoice", &invoices)?;
    let notes = walk.credit_notes()?;
    walk.series("credit_note", &notes)?;
    for orphan in proof::orphans(walk.conn, organisation)? {
        let subject = match orphan.kind.as_str() {
            id::Invoice::PREFIX => orphan.document_id.retyped::<id::Invoice>().to_string(),
            _ => orphan.document_id.retyped::<id::CreditNote>().to_string(),
        };
        walk.note(Finding::new("document_missing", subject, format!("it stands in the {}", orphan.place)));
    }
    let Walk { found, .. } = walk;
    Ok(found.into_values().flatten().collect())
}

struct Walk<'a> {
    conn: &'a mut Conn,
    vault: &'a Vault,
    organisation: OrganisationId,
    chart: Chart,
    /// By code.
    found: BTreeMap<&'static str, Vec<Finding>>,
}

impl Walk<'_> {
    fn note(&mut self, finding: Finding) {
        let of_code = self.found.entry(finding.code).or_default();
        if of_code.len() < FINDINGS_MAX {
            of_code.push(finding);
        }
    }

    fn note_flaws(&mut self, name: &str, currency: Currency, facts: &Facts) {
        for flaw in flaws(facts) {
            let money = |minor| Money::new(minor, currency);
            let detail = match flaw {
                Flaw::Differs { this, minor, that, other_minor } => {
                    format!("{this} {}, {that} {}", money(minor), money(other_minor))
                }
                Flaw::Odd(words) => words.to_owned(),
            };
            self.note(Finding::new("document_differs", name, detail));
        }
    }

    /// Compares with what the trail kept when the document was issued.
    fn note_fingerprint(&mut self, name: &str, kept: Option<&String>, is: &str) {
        let detail = match kept {
            None => "the trail has no row of its issue",
            Some(kept) if kept != is => "it is not what was issued: the trail has another fingerprint of it",
            Some(_) => return,
        };
        self.note(Finding::new("document_changed", name, detail));
    }

    fn note_unopened(&mut self, sealed: &[Sealed]) -> Result<(), Error> {
        let unopened = self.vault.unopened(self.conn, self.organisation, sealed)?;
        unopened.into_iter().for_each(|finding| self.note(finding));
        Ok(())
    }

    /// Walks all invoices; gives the numbers of our own series.
    fn invoices(&mut self) -> Result<Vec<String>, Error> {
        let (mut numbers, mut after) = (Vec::new(), InvoiceId::NIL);
        loop {
            let rows = proof::invoices_after(self.conn, self.organisation, after)?;
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(numbers) };
            let page = (first.invoice_id, last.invoice_id);
            after = last.invoice_id;
            let known = Known::of(self.conn, self.organisation, id::Invoice::PREFIX, page)?;
            let lines = grouped(proof::lines(self.conn, self.organisation, page)?, |line| line.invoice_id);
            let taxes = grouped(proof::taxes(self.conn, self.organisation, page)?, |tax| tax.invoice_id);
            let parts = grouped(proof::instalments(self.conn, self.organisation, page)?, |part| part.invoice_id);
            let credited: HashSet<InvoiceId> =
                proof::credited(self.conn, self.organisation, page)?.into_iter().collect();
            let ids: Vec<InvoiceId> = rows.iter().map(|row| row.invoice_id).collect();
            let kept = ::store::fingerprint::kept(self.conn, self.organisation, &ids)?;
            let mut sealed = Vec::new();
            for row in &rows {
                let id = row.invoice_id;
                let name = row.number.clone().unwrap_or_else(|| id.to_string());
                let Some(standing) = standing(&row.state) else {
                    self.note(Finding::new("document_differs", name, format!("no invoice can be {}", row.state)));
                    continue;
                };
                let (lines, taxes, parts) = (of(&lines, id), of(&taxes, id), of(&parts, id));
                let posted = known.posted(self.chart, id, 1);
                let facts = Facts {
                    standing,
                    has_number: row.number.is_some(),
                    customer: row.customer_id,
                    stated: Sums { net: row.net_minor, tax: row.tax_minor, gross: row.total_minor },
                    lines: line_sums(lines),
                    breakdown_agrees: breakdown_agrees(lines, taxes),
                    due_on: row.due_on.map(|day| day.0),
                    instalments: parts.iter().map(|part| (part.due_on.0, part.amount_minor)).collect(),
                    item: known.item(id, "invoice", row.currency),
                    given_up: (row.written_off_minor + row.waived_minor, known.given_up(self.chart, id)),
                    is_credited: credited.contains(&id),
                    posted,
                };
                self.note_flaws(&name, row.currency, &facts);
                if facts.standing == Standing::Draft {
                    continue;
                }
                self.note_fingerprint(&name, kept.get(&id), &fingerprint::of_invoice(row, lines, taxes, parts));
                match frozen::sealed(&row.frozen, row.customer_id, &name) {
                    Some(buyer) => sealed.push(buyer),
                    None => self.note(Finding::new("sealed_unreadable", &name, "its parties cannot be read")),
                }
                if !posted.brought_forward {
                    numbers.extend(row.number.clone());
                }
            }
            self.note_unopened(&sealed)?;
        }
    }

    /// Walks all credit notes; gives their numbers.
    fn credit_notes(&mut self) -> Result<Vec<String>, Error> {
        let (mut numbers, mut after) = (Vec::new(), CreditNoteId::NIL);
        loop {
            let rows = proof::notes_after(self.conn, self.organisation, after)?;
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(numbers) };
            let page = (first.credit_note_id, last.credit_note_id);
            after = last.credit_note_id;
            let known = Known::of(self.conn, self.organisation, id::CreditNote::PREFIX, page)?;
            let lines = grouped(proof::note_lines(self.conn, self.organisation, page)?, |line| line.credit_note_id);
            let ids: Vec<CreditNoteId> = rows.iter().map(|row| row.credit_note_id).collect();
            let kept = ::store::fingerprint::kept(self.conn, self.organisation, &ids)?;
            let mut sealed = Vec::new();
            for row in &rows {
                let lines = of(&lines, row.credit_note_id);
                self.note_flaws(&row.number, row.currency, &note_facts(row, lines, &known, self.chart));
                let is = fingerprint::of_credit_note(row, lines);
                self.note_fingerprint(&row.number, kept.get(&row.credit_note_id), &is);
                match frozen::sealed(&row.frozen, row.customer_id, &row.number) {
                    Some(buyer) => sealed.push(buyer),
                    None => self.note(Finding::new("sealed_unreadable", &row.number, "its parties cannot be read")),
                }
                numbers.push(row.number.clone());
            }
            self.note_unopened(&sealed)?;
        }
    }

    /// Numbers have no gap, and documents have none that was not given out.
    fn series(&mut self, series: &'static str, numbers: &[String]) -> Result<(), Error> {
        let profile = identity::profile(self.conn, self.organisation)?;
        let pattern = if series == "invoice" { profile.invoice_pattern } else { profile.credit_note_pattern };
        for finding in numbering(self.conn, self.organisation, series, &pattern, numbers)? {
            self.note(finding);
        }
        Ok(())
    }
}

/// Findings about the numbers of a series: what is missing, and what was never given out.
pub fn numbering(
    conn: &mut Conn,
    organisation: OrganisationId,
    series: &'static str,
    pattern: &str,
    numbers: &[String],
) -> Result<Vec<Finding>, Error> {
    let pattern = Pattern::parse(pattern).map_err(|e| Error::Broken(format!("pattern of {series}: {e}")))?;
    let taken = counters::taken(conn, organisation, series)?;
    let Gaps { missing, unknown } = gaps(&pattern, &taken, numbers);
    let named = |numbers: &[String]| match numbers.len().checked_sub(NAMED_MAX) {
        None | Some(0) => numbers.join(", "),
        Some(more) => format!("{} and {more} more", numbers[..NAMED_MAX].join(", ")),
    };
    let mut findings = Vec::new();
    if !missing.is_empty() {
        let detail = format!("no document has {}, though the series gave them out", named(&missing));
        findings.push(Finding::new("numbers_differ", series, detail));
    }
    if !unknown.is_empty() {
        let detail = format!("documents have {}, which the series never gave out", named(&unknown));
        findings.push(Finding::new("numbers_differ", series, detail));
    }
    Ok(findings)
}

/// What journal and open items know of a page of documents.
struct Known {
    lines: HashMap<OpenItemId, Vec<PostedLine>>,
    items: HashMap<OpenItemId, ItemFacts>,
}

impl Known {
    fn of<K>(
        conn: &mut Conn,
        organisation: OrganisationId,
        kind: &'static str,
        (first, last): (kernel::Id<K>, kernel::Id<K>),
    ) -> Result<Known, Error> {
        let page = (first.retyped(), last.retyped());
        let lines = grouped(ledger::queries::posted(conn, organisation, kind, page)?, |line| line.document_id);
        let items = receivables::facts_between(conn, organisation, page)?;
        let items = items.into_iter().map(|item| (item.item_id, item)).collect();
        Ok(Known { lines, items })
    }

    /// What was posted of a document itself; `direction` is 1 where it is owed, −1 where it is taken back.
    fn posted<K>(&self, chart: Chart, id: kernel::Id<K>, direction: i64) -> Posted {
        let own: Vec<&PostedLine> =
            of(&self.lines, id.retyped()).iter().filter(|line| line.kind != "write_off").collect();
        let entries: BTreeSet<_> = own.iter().map(|line| line.entry_id).collect();
        let reversed: BTreeSet<_> = own.iter().filter(|line| line.is_reversed).map(|line| line.entry_id).collect();
        let on = |role| {
            let account = chart.code(role);
            own.iter().filter(move |line| line.account == account)
        };
        let parties: BTreeSet<_> = on(AccountRole::Receivable).filter_map(|line| line.party_id).collect();
        Posted {
            entries: entries.len(),
            reversed: reversed.len(),
            brought_forward: own.iter().any(|line| line.kind == "opening"),
            receivable: direction * on(AccountRole::Receivable).map(|line| line.minor).sum::<i64>(),
            tax: -direction * on(AccountRole::OutputTax).map(|line| line.minor).sum::<i64>(),
            functional: direction * on(AccountRole::Receivable).map(|line| line.functional_minor).sum::<i64>(),
            party: parties.first().copied().filter(|_| parties.len() == 1),
        }
    }

    /// What entries that stand gave up of an invoice.
    fn given_up(&self, chart: Chart, id: InvoiceId) -> i64 {
        let account = chart.code(AccountRole::Receivable);
        let given_up = |line: &&PostedLine| line.kind == "write_off" && line.account == account && !line.is_reversed;
        -of(&self.lines, id.retyped()).iter().filter(given_up).map(|line| line.minor).sum::<i64>()
    }

    fn item<K>(&self, id: kernel::Id<K>, kind: &str, currency: Currency) -> Option<Item> {
        let facts = self.items.get(&id.retyped())?;
        Some(Item {
            customer: facts.customer_id,
            amount: facts.amount_minor,
            open: facts.open_minor,
            functional: facts.functional_minor,
            is_alike: facts.kind == kind && facts.currency == currency,
            due: Due { next: facts.due_on.map(|day| day.0), last: facts.final_due_on.map(|day| day.0) },
        })
    }
}

fn note_facts(row: &CreditRow, lines: &[CreditLineRow], known: &Known, chart: Chart) -> Facts {
    let sums = lines.iter().fold(Sums::default(), |sums, line| Sums {
        net: sums.net + line.net_minor,
        tax: sums.tax + line.tax_minor,
        gross: sums.gross + line.gross_minor,
    });
    Facts {
        standing: Standing::Issued,
        has_number: true,
        customer: row.customer_id,
        stated: Sums { net: row.net_minor, tax: row.tax_minor, gross: row.total_minor },
        lines: sums,
        breakdown_agrees: true,
        due_on: None,
        instalments: Vec::new(),
        posted: known.posted(chart, row.credit_note_id, -1),
        item: known.item(row.credit_note_id, "credit_note", row.currency),
        given_up: (0, 0),
        is_credited: false,
    }
}

fn standing(state: &str) -> Option<Standing> {
    Some(match state {
        "draft" => Standing::Draft,
        "issued" => Standing::Issued,
        "void" => Standing::Void,
        _ => return None,
    })
}

fn line_sums(lines: &[LineRow]) -> Sums {
    lines.iter().fold(Sums::default(), |sums, line| Sums {
        net: sums.net + line.net_minor,
        tax: sums.tax + line.tax_minor,
        gross: sums.gross + line.gross_minor,
    })
}

/// Whether base and tax by code and rate are those of the lines that have a code.
fn breakdown_agrees(lines: &[LineRow], taxes: &[TaxRow]) -> bool {
    let mut sums: BTreeMap<(&str, Decimal), (i64, i64)> = BTreeMap::new();
    for line in lines {
        let Some(code) = &line.tax_code else { continue };
        let sum = sums.entry((code, line.tax_rate.0)).or_default();
        (sum.0, sum.1) = (sum.0 + line.net_minor, sum.1 + line.tax_minor);
    }
    // What no code covers stands without one.
    for tax in taxes.iter().filter(|tax| !tax.tax_code.is_empty()) {
        let sum = sums.entry((&tax.tax_code, tax.rate.0)).or_default();
        (sum.0, sum.1) = (sum.0 - tax.base_minor, sum.1 - tax.tax_minor);
    }
    sums.values().all(|sum| *sum == (0, 0))
}

fn grouped<K: std::hash::Hash + Eq, T>(rows: Vec<T>, key: impl Fn(&T) -> K) -> HashMap<K, Vec<T>> {
    let mut groups: HashMap<K, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

fn of<K: std::hash::Hash + Eq, T>(groups: &HashMap<K, Vec<T>>, key: K) -> &[T] {
    groups.get(&key).map_or(&[], Vec::as_slice)
}
