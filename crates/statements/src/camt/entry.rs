//! An entry: one movement of the account, with what is known of the payments in it.

use super::batch::{self, Batch};
use super::tree::Node;
use super::{charges, money};
use crate::date;
use crate::note::{Fault, Note};
use crate::piece::{Counterparty, Line, Opening, Reference, ReferenceKind, number, some};
use kernel::Money;
use std::collections::HashSet;

/// Where the payments of an entry stand; some banks put them where no schema has them.
pub(super) const DETAILS: [&[&str]; 2] = [&["NtryDtls", "TxDtls"], &["TxDtls"]];

/// What an entry is read as.
pub(super) enum Entry {
    One(Box<Line>),
    /// A line for each of its payments.
    Each(Box<Batch>),
}

impl Entry {
    pub fn amount(&self) -> Money {
        match self {
            Entry::One(line) => line.amount,
            Entry::Each(batch) => batch.amount(),
        }
    }
}

pub(super) fn read(place: u64, node: Node, of: &Opening, warnings: &mut Vec<Note>) -> Result<Entry, Fault> {
    let mut line = Line::of(place, amount(place, &node, of, warnings)?);
    // The indicator has the sign of a reversal already.
    line.is_reversal = matches!(node.text_at(&[&["RvslInd"]]), Some("true" | "1"));
    let mut day = |name: &str, what: &str| {
        let text = node.text_at(&[&[name, "Dt"], &[name, "DtTm"]]);
        text.map(|text| date::iso(text, warnings).ok_or_else(|| Fault::unread_in(place, what, text))).transpose()
    };
    (line.booked_on, line.value_on) = (day("BookgDt", "date")?, day("ValDt", "value_date")?);
    line.code = code(&node);
    let details: Vec<&Node> = DETAILS.iter().flat_map(|path| node.all(path)).collect();
    if let Some(amounts) = batch::amounts(&details, &line, warnings) {
        return Ok(Entry::Each(Box::new(Batch::of(line, node, amounts, of))));
    }
    beside(&node, &mut line);
    payments(&node, &details, of, &mut line);
    line.raw = written(&node);
    Ok(Entry::One(Box::new(line)))
}

fn amount(place: u64, node: &Node, of: &Opening, warnings: &mut Vec<Note>) -> Result<Money, Fault> {
    let unread = |what: &str, path: &[&str]| match node.text_at(&[path]) {
        Some(text) => Fault::unread_in(place, what, text),
        None => Fault::unread(place, what),
    };
    let amount = node.at(&["Amt"]).and_then(|amount| money(amount, of.currency, warnings));
    let amount = amount.filter(|amount| !amount.is_negative()).ok_or_else(|| unread("amount", &["Amt"]))?;
    match node.text_at(&[&["CdtDbtInd"], &["NtryDtls", "TxDtls", "CdtDbtInd"]]) {
        Some("CRDT") => Ok(amount),
        Some("DBIT") => Ok(Money::new(-amount.minor(), amount.currency())),
        _ => Err(unread("mark", &["CdtDbtInd"])),
    }
}

/// What is known of the payments in an entry.
fn payments(node: &Node, details: &[&Node], of: &Opening, line: &mut Line) {
    let mut known = HashSet::new();
    let mut found: Vec<Reference> = Vec::new();
    let mut refer = |kind: ReferenceKind, value: &str| {
        found.extend(Reference::of(kind, value).filter(|reference| known.insert(reference.clone())));
    };
    own_references(node).iter().for_each(|own| refer(own.kind, &own.value));
    let told = node.text_at(&[&["NtryDtls", "Btch", "NbOfTxs"]]).and_then(|count| count.parse().ok());
    line.payments = u32::try_from(details.len()).unwrap_or(u32::MAX).max(told.unwrap_or(1)).max(1);
    let mut texts: Vec<String> = Vec::new();
    let mut parties: Vec<Counterparty> = Vec::new();
    for one in details {
        references(one, &mut refer);
        let party = counterparty(one, line, of.account.as_deref());
        if party != Counterparty::default() && parties.last() != Some(&party) {
            parties.push(party);
        }
        remittance(one, &mut texts);
    }
    line.references = found;
    match &mut parties[..] {
        [] => {}
        [one] => line.counterparty = std::mem::take(one),
        // None of several is the one who paid, and all are told.
        several => texts.extend(several.iter().filter_map(|party| party.name.clone())),
    }
    texts.extend(own_text(node));
    texts.dedup();
    line.text = texts.join(" ");
    if let [one] = details {
        beside(one, line);
    }
}

/// The numbers of an entry as a whole: the bank's, and those under which its payments were ordered.
pub(super) fn own_references(node: &Node) -> Vec<Reference> {
    let bank = node.text_at(&[&["AcctSvcrRef"]]).and_then(|bank| Reference::of(ReferenceKind::Bank, bank));
    let batch = [&["NtryDtls", "Btch", "PmtInfId"], &["NtryDtls", "Btch", "MsgId"]].into_iter();
    let own = batch.flat_map(|path| node.all(path)).filter_map(|own| Reference::of(ReferenceKind::Own, &own.text));
    bank.into_iter().chain(own).collect()
}

/// What the bank adds to an entry as a whole.
pub(super) fn own_text(node: &Node) -> Option<String> {
    node.text_at(&[&["AddtlNtryInf"]]).and_then(some)
}

/// What was ordered and what was charged, where nothing is known of it yet.
pub(super) fn beside(node: &Node, line: &mut Line) {
    line.instructed = line.instructed.or_else(|| instructed(node));
    line.charges = line.charges.or_else(|| charges::kept(node));
}

/// What the payer ordered.
fn instructed(node: &Node) -> Option<Money> {
    money(node.at(&["AmtDtls", "InstdAmt", "Amt"])?, None, &mut Vec::new())
}

/// What was written for people, and the numbers of documents that were paid.
pub(super) fn remittance(details: &Node, texts: &mut Vec<String>) {
    for path in [&["RmtInf", "Ustrd"][..], &["RmtInf", "Strd", "RfrdDocInf", "Nb"], &["RmtInf", "Strd", "AddtlRmtInf"]]
    {
        texts.extend(details.all(path).iter().filter_map(|text| some(&text.text)));
    }
    texts.extend(details.text_at(&[&["AddtlTxInf"]]).and_then(some));
}

/// The bank's code, the ISO one where it gives that.
pub(super) fn code(node: &Node) -> Option<String> {
    let parts =
        [&["BkTxCd", "Domn", "Cd"][..], &["BkTxCd", "Domn", "Fmly", "Cd"], &["BkTxCd", "Domn", "Fmly", "SubFmlyCd"]];
    let iso: Vec<&str> = parts.iter().filter_map(|path| node.text_at(&[path])).collect();
    let own = || node.text_at(&[&["BkTxCd", "Prtry", "Cd"]]).map(str::to_owned);
    if iso.is_empty() { own() } else { Some(iso.join("-")) }
}

pub(super) fn references(details: &Node, refer: &mut impl FnMut(ReferenceKind, &str)) {
    for (kind, path) in [
        (ReferenceKind::EndToEnd, &["Refs", "EndToEndId"][..]),
        (ReferenceKind::Own, &["Refs", "InstrId"]),
        (ReferenceKind::Own, &["Refs", "PmtInfId"]),
        (ReferenceKind::Own, &["Refs", "MsgId"]),
        (ReferenceKind::Bank, &["Refs", "AcctSvcrRef"]),
        (ReferenceKind::Mandate, &["Refs", "MndtId"]),
        (ReferenceKind::Cheque, &["Refs", "ChqNb"]),
    ] {
        if let Some(value) = details.text_at(&[path]) {
            refer(kind, value);
        }
    }
    for reference in details.all(&["RmtInf", "Strd", "CdtrRefInf", "Ref"]) {
        refer(ReferenceKind::Creditor, &reference.text);
    }
}

/// Of money in the debtor, of money out the creditor; where money comes back the parties are still those of the first payment, as most
/// banks write it. Who has the account itself is not the other side.
pub(super) fn counterparty(details: &Node, line: &Line, own: Option<&str>) -> Counterparty {
    let is_paid = line.amount.is_negative() != line.is_reversal;
    let [first, second] = if is_paid { [CREDITOR, DEBTOR] } else { [DEBTOR, CREDITOR] };
    let likely = party(details, first);
    let is_own = own.is_some() && likely.account.as_deref() == own;
    let is_untold = line.is_reversal && likely == Counterparty::default();
    if is_own || is_untold { party(details, second) } else { likely }
}

/// What the elements of a side are called.
#[derive(Clone, Copy)]
struct Side {
    party: &'static str,
    account: &'static str,
    agent: &'static str,
    ultimate: &'static str,
}

const CREDITOR: Side = Side { party: "Cdtr", account: "CdtrAcct", agent: "CdtrAgt", ultimate: "UltmtCdtr" };
const DEBTOR: Side = Side { party: "Dbtr", account: "DbtrAcct", agent: "DbtrAgt", ultimate: "UltmtDbtr" };

/// Since version 8 the name of a party is one step deeper, and a BIC is `BICFI`.
fn party(details: &Node, side: Side) -> Counterparty {
    let name = details.text_at(&[
        &["RltdPties", side.party, "Nm"],
        &["RltdPties", side.party, "Pty", "Nm"],
        &["RltdPties", side.ultimate, "Nm"],
        &["RltdPties", side.ultimate, "Pty", "Nm"],
    ]);
    let account = details
        .text_at(&[&["RltdPties", side.account, "Id", "IBAN"], &["RltdPties", side.account, "Id", "Othr", "Id"]]);
    let bank = details.text_at(&[
        &["RltdAgts", side.agent, "FinInstnId", "BICFI"],
        &["RltdAgts", side.agent, "FinInstnId", "BIC"],
        &["RltdAgts", side.agent, "FinInstnId", "ClrSysMmbId", "MmbId"],
    ]);
    Counterparty { name: name.and_then(some), account: account.and_then(number), bank: bank.and_then(some) }
}

/// What an entry says, a name and a text each, as it is kept: its layout says nothing.
pub(super) fn written(node: &Node) -> String {
    let mut raw = String::new();
    write(node, &mut raw);
    raw
}

fn write(node: &Node, raw: &mut String) {
    raw.push_str(&node.name);
    if let Some(currency) = &node.currency {
        raw.push('@');
        raw.push_str(currency);
    }
    let text = node.text.trim();
    if !text.is_empty() {
        raw.push('=');
        raw.push_str(text);
    }
    if !node.children.is_empty() {
        raw.push('{');
        for (index, child) in node.children.iter().enumerate() {
            if index > 0 {
                raw.push(' ');
            }
            write(child, raw);
        }
        raw.push('}');
    }
}
