//! An entry: one movement of the account, with what is known of the payments in it.

use super::money;
use super::tree::Node;
use crate::date;
use crate::piece::{Counterparty, Fault, Line, ReferenceKind, Warning, number, some};
use kernel::{Currency, Money};

pub(super) fn read(
    place: u64,
    node: &Node,
    account: Option<Currency>,
    warnings: &mut Vec<Warning>,
) -> Result<Line, Fault> {
    let wrong = |what: &str| Fault::at(place, format!("Entry {place}: {what} cannot be read."));
    let amount = node.at(&["Amt"]).and_then(|amount| money(amount, account, warnings));
    let amount = amount.filter(|amount| !amount.is_negative()).ok_or_else(|| wrong("the amount"))?;
    let amount = match node.text_at(&[&["CdtDbtInd"]]) {
        Some("CRDT") => amount,
        Some("DBIT") => Money::new(-amount.minor(), amount.currency()),
        _ => return Err(wrong("whether it is credit or debit")),
    };
    let mut line = Line::of(place, amount);
    // The indicator has the sign of a reversal already.
    line.is_reversal = node.text_at(&[&["RvslInd"]]) == Some("true");
    line.booked_on = node.text_at(&[&["BookgDt", "Dt"], &["BookgDt", "DtTm"]]).and_then(date::iso);
    line.value_on = node.text_at(&[&["ValDt", "Dt"], &["ValDt", "DtTm"]]).and_then(date::iso);
    line.code = code(node);
    if let Some(bank) = node.text_at(&[&["AcctSvcrRef"]]) {
        line.refer(ReferenceKind::Bank, bank);
    }
    let details = node.all(&["NtryDtls", "TxDtls"]);
    line.payments = u32::try_from(details.len()).unwrap_or(u32::MAX).max(1);
    let mut texts: Vec<String> = Vec::new();
    for one in &details {
        references(one, &mut line);
        let party = counterparty(one, line.amount.is_negative());
        let known = &mut line.counterparty;
        known.name = known.name.take().or(party.name);
        known.account = known.account.take().or(party.account);
        known.bank = known.bank.take().or(party.bank);
        texts.extend(one.all(&["RmtInf", "Ustrd"]).iter().filter_map(|text| some(&text.text)));
    }
    for path in [&["AddtlNtryInf"][..], &["NtryDtls", "TxDtls", "AddtlTxInf"]] {
        texts.extend(node.at(path).and_then(|text| some(&text.text)));
    }
    texts.dedup();
    line.text = texts.join(" ");
    line.raw = written(node);
    Ok(line)
}

/// The bank's code, the ISO one where it gives that.
fn code(node: &Node) -> Option<String> {
    let parts =
        [&["BkTxCd", "Domn", "Cd"][..], &["BkTxCd", "Domn", "Fmly", "Cd"], &["BkTxCd", "Domn", "Fmly", "SubFmlyCd"]];
    let iso: Vec<&str> = parts.iter().filter_map(|path| node.text_at(&[path])).collect();
    let own = || node.text_at(&[&["BkTxCd", "Prtry", "Cd"]]).map(str::to_owned);
    if iso.is_empty() { own() } else { Some(iso.join("-")) }
}

fn references(details: &Node, line: &mut Line) {
    for (kind, path) in [
        (ReferenceKind::EndToEnd, &["Refs", "EndToEndId"][..]),
        (ReferenceKind::Own, &["Refs", "InstrId"]),
        (ReferenceKind::Own, &["Refs", "MsgId"]),
        (ReferenceKind::Bank, &["Refs", "AcctSvcrRef"]),
        (ReferenceKind::Mandate, &["Refs", "MndtId"]),
        (ReferenceKind::Cheque, &["Refs", "ChqNb"]),
    ] {
        if let Some(value) = details.text_at(&[path]) {
            line.refer(kind, value);
        }
    }
    for reference in details.all(&["RmtInf", "Strd", "CdtrRefInf", "Ref"]) {
        line.refer(ReferenceKind::Creditor, &reference.text);
    }
}

/// Of money in the debtor, of money out the creditor. Since version 8 the name of a party is one step deeper, and a BIC is `BICFI`.
fn counterparty(details: &Node, is_out: bool) -> Counterparty {
    let (party, account, agent) =
        if is_out { ("Cdtr", "CdtrAcct", "CdtrAgt") } else { ("Dbtr", "DbtrAcct", "DbtrAgt") };
    let name = details.text_at(&[
        &["RltdPties", party, "Nm"],
        &["RltdPties", party, "Pty", "Nm"],
        &["RltdPties", if is_out { "UltmtCdtr" } else { "UltmtDbtr" }, "Nm"],
        &["RltdPties", if is_out { "UltmtCdtr" } else { "UltmtDbtr" }, "Pty", "Nm"],
    ]);
    let number_of =
        details.text_at(&[&["RltdPties", account, "Id", "IBAN"], &["RltdPties", account, "Id", "Othr", "Id"]]);
    let bank = details.text_at(&[
        &["RltdAgts", agent, "FinInstnId", "BICFI"],
        &["RltdAgts", agent, "FinInstnId", "BIC"],
        &["RltdAgts", agent, "FinInstnId", "ClrSysMmbId", "MmbId"],
    ]);
    Counterparty { name: name.and_then(some), account: number_of.and_then(number), bank: bank.and_then(some) }
}

/// What an entry says, a name and a text each, as it is kept: its layout says nothing.
fn written(node: &Node) -> String {
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
