//! Deducting deposits: what is left of them, and how they become revenue.
//!
//! Whatever changes what is left of a deposit holds its customer first, so that it is counted under that lock.

use super::issue::{booked, not_found};
use crate::rules::credit::Creditable;
use crate::rules::deposits::{Charged, GivingUp, Share, deduct, giving_up, missing, set_aside};
use crate::store::deposits::{self, Standing};
use crate::store::{InvoiceRow, LineRow, credit_notes, invoices};
use ::store::{Error, Tx};
use catalog::Priced;
use kernel::id::{CustomerId, InvoiceId};
use kernel::{Arg, Currency, Date, Decimal, Fields, Money, Refusal};
use ledger::rules::postings::{self, Event, Net, Valued};
use ledger::{AccountRole, Document};
use std::collections::BTreeMap;

/// The most deposits of one final invoice.
const DEDUCTED_MAX: usize = 50;

/// What a final invoice deducts of a deposit, and that one's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deduction {
    pub number: String,
    /// Above zero.
    pub share: Share,
}

/// What a sale deducts of the deposits that are named: as much of what is left as it comes to.
///
/// Faults are named by `/deducts/0`: none, another customer's or currency's, not a deposit, not issued, given up, nothing left, or
/// nothing under a tax code of the sale.
pub(super) fn of_sale(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    sale: &Priced,
    named: &[String],
) -> Result<Vec<Deduction>, Error> {
    if named.len() > DEDUCTED_MAX {
        return Err(Refusal::field("/deducts", "out_of_range").into());
    }
    let mut fields = Fields::new();
    let (mut numbers, mut left) = (Vec::with_capacity(named.len()), Vec::new());
    for (index, text) in named.iter().enumerate() {
        let at = format!("/deducts/{index}");
        match found(tx, customer, sale.currency, text)? {
            Err(code) => fields.note(&at, code),
            Ok(row) if numbers.iter().any(|(id, _)| *id == row.invoice_id) => fields.note(&at, "named_twice"),
            Ok(row) => {
                let shares = left_of(tx, row.invoice_id)?;
                if shares.is_empty() {
                    fields.note(&at, "deposit_nothing_left");
                }
                left.extend(shares);
                numbers.push((row.invoice_id, row.number.unwrap_or_default()));
            }
        }
    }
    fields.finish()?;
    let mut fields = Fields::new();
    let shares = deduct(&charged(sale), &left)?;
    for (index, (id, _)) in numbers.iter().enumerate() {
        if !shares.iter().any(|share| share.deposit == *id) {
            fields.note(&format!("/deducts/{index}"), "deposit_does_not_fit");
        }
    }
    fields.finish()?;
    let numbers: BTreeMap<InvoiceId, String> = numbers.into_iter().collect();
    let number = |share: &Share| numbers.get(&share.deposit).cloned().unwrap_or_default();
    Ok(shares.into_iter().map(|share| Deduction { number: number(&share), share }).collect())
}

/// What the final invoice of an order deducts of the order's own deposit: what is left of it and fits, if anything is. Refuses one of
/// which a bad debt was given up. The customer is held.
pub fn of_order(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    sale: &Priced,
    deposit: InvoiceId,
) -> Result<Vec<Deduction>, Error> {
    let row = held(tx, deposit)?;
    if row.state != "issued" || row.customer_id != customer || row.currency != sale.currency {
        return Ok(Vec::new());
    }
    refuse_given_up(&row)?;
    let shares = deduct(&charged(sale), &left_of(tx, deposit)?)?;
    let number = row.number.unwrap_or_default();
    Ok(shares.into_iter().map(|share| Deduction { number: number.clone(), share }).collect())
}

fn charged(sale: &Priced) -> Vec<Charged> {
    sale.taxes.iter().map(|tax| Charged { code: tax.code.clone(), net: tax.base, tax: tax.tax }).collect()
}

/// The deposit that a text names, or the code of what is wrong with it.
fn found(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    currency: Currency,
    text: &str,
) -> Result<Result<InvoiceRow, &'static str>, Error> {
    let scope = tx.context().scope();
    let row = match text.trim().parse() {
        Ok(id) => invoices::find(tx.conn, &scope, id)?.filter(|row| row.customer_id == customer),
        Err(_) => None,
    };
    Ok(match row {
        None => Err("not_found"),
        Some(row) if !row.is_deposit() => Err("not_a_deposit"),
        Some(row) if row.state != "issued" => Err("deposit_not_issued"),
        Some(row) if row.currency != currency => Err("currency_mismatch"),
        Some(row) if row.written_off_minor != 0 => Err("deposit_given_up"),
        Some(row) => Ok(row),
    })
}

fn left_of(tx: &mut Tx<'_>, id: InvoiceId) -> Result<Vec<Share>, Error> {
    let standing = deposits::of(tx.conn, tx.context().organisation, id)?;
    let left = standing.iter().map(Standing::left);
    Ok(left.filter(|share| share.net.is_positive()).collect())
}

/// What the lines of a final invoice deduct, less what its credit notes gave back. Nothing of other invoices.
pub(super) fn deducted_by(tx: &mut Tx<'_>, row: &InvoiceRow, lines: &[LineRow]) -> Result<Vec<Share>, Error> {
    if lines.iter().all(|line| line.deducts.is_none()) {
        return Ok(Vec::new());
    }
    let credited = credit_notes::credited_of(tx.conn, row.organisation_id, row.invoice_id)?;
    let share = |line: &LineRow| {
        let of = credited.iter().filter(|(of, _, _)| *of == line.line);
        let (net, tax) = of.fold((line.net_minor, line.tax_minor), |(net, tax), (_, n, t)| (net - n, tax - t));
        share_of(row, line, -net, -tax)
    };
    Ok(lines.iter().filter_map(share).filter(|share| !share.net.is_zero()).collect())
}

/// So much of the deposit that a line deducts; nothing where it deducts none.
pub(super) fn share_of(row: &InvoiceRow, line: &LineRow, net: i64, tax: i64) -> Option<Share> {
    let (code, rate) = key(line);
    Some(Share { deposit: line.deducts?, code, rate, net: row.money(net), tax: row.money(tax) })
}

fn key(line: &LineRow) -> (String, Decimal) {
    (line.tax_code.clone().unwrap_or_default(), line.tax_rate.0)
}

/// Counts again, when a final invoice is issued on a day, whether what it deducts is still left.
///
/// Refuses `deposit_not_issued`, `deposit_given_up`, `deposit_already_deducted`, and by `/issued_on` a day before a deposit's.
pub(super) fn recount(tx: &mut Tx<'_>, invoice: &InvoiceRow, wanted: &[Share], on: Date) -> Result<(), Error> {
    let mut left = Vec::new();
    for id in ids(wanted) {
        let row = held(tx, id)?;
        let number = row.number.clone().unwrap_or_default();
        let alike = row.customer_id == invoice.customer_id && row.currency == invoice.currency;
        if row.state != "issued" || !row.is_deposit() || !alike {
            return Err(Refusal::conflict("deposit_not_issued").with("number", number).into());
        }
        refuse_given_up(&row)?;
        if row.issued_on.is_some_and(|day| on < day.0) {
            return Err(Refusal::field("/issued_on", "before_the_deposit").into());
        }
        let shares = left_of(tx, id)?;
        let of: Vec<Share> = wanted.iter().filter(|share| share.deposit == id).cloned().collect();
        if missing(&of, &shares).is_some() {
            let sum = Money::sum(row.currency, shares.iter().flat_map(|share| [share.net, share.tax]))?;
            let refusal = Refusal::conflict("deposit_already_deducted").with("number", number);
            return Err(refusal.with("left", Arg::Money(sum)).into());
        }
        left.extend(shares);
    }
    Ok(())
}

fn ids(shares: &[Share]) -> Vec<InvoiceId> {
    let mut ids: Vec<InvoiceId> = shares.iter().map(|share| share.deposit).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn held(tx: &mut Tx<'_>, id: InvoiceId) -> Result<InvoiceRow, Error> {
    let organisation = tx.organisation();
    invoices::lock(tx.conn, organisation, id)?.ok_or_else(not_found)
}

fn refuse_given_up(row: &InvoiceRow) -> Result<(), Refusal> {
    if row.written_off_minor == 0 {
        return Ok(());
    }
    Err(Refusal::conflict("deposit_given_up").with("number", row.number.clone().unwrap_or_default()))
}

/// Refuses to give deposits back of which a bad debt was given up.
pub(super) fn refuse_giving_back(tx: &mut Tx<'_>, shares: &[Share]) -> Result<(), Error> {
    for id in ids(shares) {
        refuse_given_up(&held(tx, id)?)?;
    }
    Ok(())
}

/// Whether a bad debt was given up of one of these deposits.
pub(super) fn are_given_up(tx: &mut Tx<'_>, shares: &[Share]) -> Result<bool, Error> {
    for id in ids(shares) {
        if held(tx, id)?.written_off_minor != 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Where the net of deposits goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moved {
    /// A final invoice that deducts them is earned.
    Earned,
    /// It was taken back.
    WaitsAgain,
}

/// Posts that parts of deposits were earned with a final invoice, or wait again. Each deposit is left with the value that the rest
/// of it has at its own rate, so that nothing is left of nothing, in whatever order parts go and come.
pub(super) fn book(tx: &mut Tx<'_>, moved: Moved, on: Date, shares: &[Share], memo: &str) -> Result<(), Error> {
    let (chart, functional) = (ledger::chart(tx)?, tx.books()?.currency);
    for id in ids(shares) {
        let row = held(tx, id)?;
        let lines = super::sale(tx, id)?;
        let standing = postings::standing(chart, AccountRole::CustomerAdvances, &lines).map_err(booked)?;
        let mut nets: BTreeMap<&str, Money> = BTreeMap::new();
        for share in shares.iter().filter(|share| share.deposit == id) {
            let net = nets.entry(&share.code).or_insert(Money::zero(row.currency));
            *net = net.plus(share.net)?;
        }
        let mut parts = Vec::with_capacity(nets.len());
        for (code, net) in nets {
            let none = Valued { money: Money::zero(row.currency), functional_minor: 0 };
            let stands = standing.iter().find(|(of, _)| of == code).map_or(none, |(_, value)| *value);
            let rest = |money| Valued::at(money, row.exchange_rate.0, functional);
            let part = match moved {
                Moved::Earned => rest(stands.money.minus(net)?).and_then(|rest| stands.minus(rest)),
                Moved::WaitsAgain => rest(stands.money.plus(net)?).and_then(|rest| rest.minus(stands)),
            };
            parts.push((code.to_owned(), part.map_err(booked)?));
        }
        let event = Event { chart, date: on, document: Document::Invoice(id), customer: row.customer_id };
        let entry = match moved {
            Moved::Earned => postings::delivery(event, &parts),
            Moved::WaitsAgain => postings::undelivered(event, &parts).map_err(booked)?,
        };
        if !entry.lines.is_empty() {
            ledger::post(tx, entry, memo)?;
        }
    }
    Ok(())
}

/// [`book`] for a final invoice whose sale is earned; where it waits for its delivery, so do the deposits.
pub(super) fn book_with(
    tx: &mut Tx<'_>,
    row: &InvoiceRow,
    moved: Moved,
    on: Date,
    shares: &[Share],
) -> Result<(), Error> {
    match row.net() {
        Net::Earned => book(tx, moved, on, shares, row.number.as_deref().unwrap_or("")),
        Net::Deferred | Net::BroughtForward => Ok(()),
    }
}

/// Whether final invoices deduct something of a deposit, and whether all of it.
pub(super) fn giving_up_of(tx: &mut Tx<'_>, row: &InvoiceRow) -> Result<GivingUp, Error> {
    let standing = deposits::of(tx.conn, row.organisation_id, row.invoice_id)?;
    let sum = |share: fn(&Standing) -> Share| {
        Money::sum(row.currency, standing.iter().map(share).flat_map(|share| [share.net, share.tax]))
    };
    Ok(giving_up(sum(Standing::deducted)?, sum(Standing::left)?))
}

/// Takes what final invoices deducted off what is left to credit of a deposit's lines.
pub(super) fn keep_deducted(
    tx: &mut Tx<'_>,
    row: &InvoiceRow,
    lines: &[LineRow],
    creditable: &mut [Creditable],
) -> Result<(), Error> {
    if !row.is_deposit() {
        return Ok(());
    }
    for standing in deposits::of(tx.conn, row.organisation_id, row.invoice_id)? {
        let deducted = standing.deducted();
        let is_alike = |line: &LineRow| key(line) == (deducted.code.clone(), deducted.rate);
        let mut alike: Vec<&mut Creditable> =
            creditable.iter_mut().zip(lines).filter(|(_, line)| is_alike(line)).map(|(of, _)| of).collect();
        set_aside(&mut alike, deducted.net, deducted.tax)?;
    }
    Ok(())
}
