//! Stripe's bill of a day: the balance transactions of it, each with what it is about.
//!
//! Source: type files of npm `stripe` 23.1.0 (`BalanceTransactions.d.ts`). That a charge has the metadata of its payment is known from
//! Stripe's pages alone [K].

use super::read::{List, money, read};
use super::{Form, StripeGateway, form};
use crate::bill::{Bill, BillKind, BillRow, day_of, unreadable};
use crate::http::send_within;
use crate::{CallError, Capabilities};
use kernel::{Date, Money, Timestamp};
use serde::Deserialize;
use serde_json::Value;

/// A page of a hundred transactions with what they are about is longer than other answers.
const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// A hundred thousand transactions.
const PAGES_MAX: usize = 1000;

/// What moved the balance, in the balance's own currency.
#[derive(Debug, Deserialize)]
struct Transaction {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    amount: i64,
    fee: i64,
    currency: String,
    created: i64,
    /// What it is about, in whole; nothing for fees of Stripe's own.
    source: Option<Value>,
}

impl StripeGateway {
    /// Page by page, the newest first.
    pub(super) async fn bill_now(&self, day: Date) -> Result<Bill, CallError> {
        let (from, until) = day_of(day, 0);
        let (from, last) = (from.as_second().to_string(), (until.as_second() - 1).to_string());
        let (mut bill, mut after) = (Bill::default(), None);
        for _ in 0..PAGES_MAX {
            let mut query = form(&[("limit", "100"), ("created[gte]", &from), ("created[lte]", &last)]);
            query.push(("expand[0]".into(), "data.source".to_owned()));
            query.extend(after.map(|id: String| ("starting_after".into(), id)));
            let list: List<Transaction> = read(&self.long_answer(&query).await?)?;
            for transaction in &list.data {
                bill.rows.push(row(transaction, &self.capabilities)?);
            }
            after = list.data.last().map(|transaction| transaction.id.clone()).filter(|_| list.has_more);
            if after.is_none() {
                return Ok(bill);
            }
        }
        Err(unreadable("it has too many pages"))
    }

    async fn long_answer(&self, query: &Form) -> Result<crate::http::HttpAnswer, CallError> {
        send_within(self.request(reqwest::Method::GET, "/balance_transactions").query(query), PAGE_BYTES_MAX).await
    }
}

fn kind(name: &str) -> BillKind {
    match name {
        "charge" | "payment" => BillKind::Payment,
        "refund" | "payment_refund" | "refund_failure" | "payment_failure_refund" => BillKind::Refund,
        "payout" | "payout_cancel" | "payout_failure" => BillKind::Payout,
        "stripe_fee" | "stripe_fx_fee" | "tax_fee" | "network_cost" => BillKind::Fee,
        _ => BillKind::Other,
    }
}

fn row(transaction: &Transaction, capabilities: &Capabilities) -> Result<BillRow, CallError> {
    let said = |amount, currency: &str| {
        money(capabilities, amount, currency).ok_or_else(|| unreadable(format!("the amount of {}", transaction.id)))
    };
    let source = transaction.source.as_ref();
    let text = |name: &str| source.and_then(|source| source[name].as_str());
    let kind = match kind(&transaction.kind) {
        // Money that a payer's bank takes back comes as an adjustment.
        BillKind::Other if text("object") == Some("dispute") => BillKind::Dispute,
        kind => kind,
    };
    let ours = match kind {
        BillKind::Payment => "checkout",
        BillKind::Refund => "refund",
        _ => "",
    };
    // A dispute moves money more than once: each time by the name that its own words give, which is the transaction's.
    let named = text("id").or_else(|| source?.as_str()).filter(|_| kind != BillKind::Dispute);
    let reference = source.and_then(|source| source["metadata"][ours].as_str());
    let at = Timestamp::from_second(transaction.created);
    Ok(BillRow {
        kind,
        provider_id: named.unwrap_or(&transaction.id).to_owned(),
        reference: reference.map(str::to_owned),
        at: at.map_err(|_| unreadable(format!("the instant of {}", transaction.id)))?,
        ..amounts(transaction, kind, source, said)?
    })
}

/// In the currency of the payment: where the balance has another, the fee is not told in ours.
fn amounts(
    transaction: &Transaction,
    kind: BillKind,
    source: Option<&Value>,
    said: impl Fn(i64, &str) -> Result<Money, CallError>,
) -> Result<BillRow, CallError> {
    let (gross, fee) =
        (said(transaction.amount, &transaction.currency)?, said(transaction.fee, &transaction.currency)?);
    let original = source.and_then(|source| Some((source["amount"].as_i64()?, source["currency"].as_str()?)));
    let original = original.filter(|(_, currency)| *currency != transaction.currency);
    let is_ours = matches!(kind, BillKind::Payment | BillKind::Refund);
    let (gross, fee) = match original.filter(|_| is_ours) {
        None => (gross, Some(fee)),
        Some((amount, currency)) => (said(amount * transaction.amount.signum(), currency)?, None),
    };
    let at = Timestamp::UNIX_EPOCH;
    Ok(BillRow { kind, provider_id: String::new(), reference: None, gross, fee, at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read_one(kind: &str, amount: i64, source: Value) -> BillRow {
        let transaction = json!({
            "id": "txn_1", "type": kind, "amount": amount, "fee": 30, "currency": "usd", "created": 1_790_000_000,
            "source": source,
        });
        let transaction: Transaction = serde_json::from_value(transaction).unwrap();
        row(&transaction, &super::super::capabilities()).unwrap()
    }

    #[test]
    fn what_a_transaction_is_about() {
        let charge = json!({ "id": "ch_1", "object": "charge", "amount": 900, "currency": "usd", "metadata": { "checkout": "ckt_1" } });
        let refund = json!({ "id": "re_1", "object": "refund", "amount": 5, "currency": "usd", "metadata": { "refund": "ref_1", "checkout": "ckt_1" } });
        for (kind, amount, source, wanted, id, reference) in [
            ("charge", 900, charge, BillKind::Payment, "ch_1", Some("ckt_1")),
            ("refund", -5, refund, BillKind::Refund, "re_1", Some("ref_1")),
            ("payout", -870, json!("po_1"), BillKind::Payout, "po_1", None),
            ("payout_failure", 870, json!({ "id": "po_1", "object": "payout" }), BillKind::Payout, "po_1", None),
            ("adjustment", -900, json!({ "id": "du_1", "object": "dispute" }), BillKind::Dispute, "txn_1", None),
            ("stripe_fee", -20, Value::Null, BillKind::Fee, "txn_1", None),
            ("topup", 20, Value::Null, BillKind::Other, "txn_1", None),
        ] {
            let row = read_one(kind, amount, source);
            assert_eq!((row.kind, &*row.provider_id, row.reference.as_deref()), (wanted, id, reference), "{kind}");
            assert_eq!((row.gross.minor(), row.fee.map(Money::minor)), (amount, Some(30)), "{kind}");
        }
    }

    #[test]
    fn what_was_paid_in_another_currency_than_the_balances() {
        let source = json!({ "id": "ch_1", "amount": 5000, "currency": "jpy", "metadata": { "checkout": "ckt_1" } });
        let row = read_one("charge", 3300, source);
        assert_eq!((row.gross.to_string(), row.fee), ("JPY 5000".to_owned(), None));
    }
}
