//! PayPal's bill of a day: its search for transactions.
//!
//! Known from PayPal's pages alone [K]: to be compared with them again before real money moves. The search knows a transaction up to
//! three hours late, and says until when it knows all.

use super::PayPalGateway;
use super::dispute::name;
use super::read::read;
use super::wire::Amount;
use crate::CallError;
use crate::bill::{Bill, BillKind, BillRow, day_of, unreadable};
use crate::dispute::Direction;
use crate::http::HttpAnswer;
use kernel::{Date, Timestamp};
use serde::Deserialize;

const PAGE: usize = 100;
const PAGES_MAX: usize = 1000;

/// A page of the search.
#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    transaction_details: Vec<Detail>,
    last_refreshed_datetime: String,
    total_pages: usize,
}

#[derive(Deserialize)]
struct Detail {
    transaction_info: Transaction,
}

#[derive(Deserialize)]
struct Transaction {
    transaction_id: String,
    /// `T0006`: five characters.
    transaction_event_code: String,
    transaction_initiation_date: String,
    transaction_amount: Amount,
    /// Below zero what is kept.
    fee_amount: Option<Amount>,
    /// S success, P pending, V reversed, D denied.
    transaction_status: String,
    custom_field: Option<String>,
    /// What it refers to: of a dispute, the capture.
    paypal_reference_id: Option<String>,
}

impl PayPalGateway {
    pub(super) async fn bill_now(&self, day: Date) -> Result<Option<Bill>, CallError> {
        let (from, until) = day_of(day, 0);
        let mut bill = Bill::default();
        for page in 1..=PAGES_MAX {
            let path = format!(
                "/v1/reporting/transactions?start_date={from}&end_date={until}&fields=transaction_info&page_size={PAGE}&page={page}"
            );
            let answer: HttpAnswer = self.get(&path).await?;
            let found: Found = read(&answer)?;
            let known_until: Timestamp = found.last_refreshed_datetime.parse().map_err(unreadable)?;
            if known_until < until {
                return Ok(None);
            }
            for detail in &found.transaction_details {
                bill.rows.extend(row(&detail.transaction_info)?.filter(|row| row.at < until));
            }
            if page >= found.total_pages {
                return Ok(Some(bill));
            }
        }
        Err(unreadable("it has too many pages"))
    }
}

/// What groups of codes mean, the special ones first.
fn kind(code: &str) -> BillKind {
    match code {
        "T1106" | "T1107" => BillKind::Refund,
        _ if code.starts_with("T00") => BillKind::Payment,
        _ if code.starts_with("T01") => BillKind::Fee,
        _ if code.starts_with("T04") => BillKind::Payout,
        _ if code.starts_with("T11") || code.starts_with("T12") => BillKind::Dispute,
        _ => BillKind::Other,
    }
}

/// `None` for what moved nothing yet.
fn row(transaction: &Transaction) -> Result<Option<BillRow>, CallError> {
    let id = &transaction.transaction_id;
    if !matches!(transaction.transaction_status.as_str(), "S" | "V") {
        return Ok(None);
    }
    let amount = |amount: &Amount| amount.read().ok_or_else(|| unreadable(format!("the amount of {id}")));
    let gross = amount(&transaction.transaction_amount)?;
    let fee = transaction.fee_amount.as_ref().map(amount).transpose()?;
    let fee = fee.map(kernel::Money::negated).transpose().map_err(unreadable)?;
    let kind = kind(&transaction.transaction_event_code);
    let ours = transaction.custom_field.clone().filter(|reference| !reference.is_empty());
    let direction = if gross.is_negative() { Direction::Withdrawn } else { Direction::Reinstated };
    // What a dispute moved has the name by which its words tell of it.
    let moved = transaction.paypal_reference_id.as_ref().filter(|_| kind == BillKind::Dispute);
    Ok(Some(BillRow {
        kind,
        provider_id: moved.map_or_else(|| id.clone(), |capture| name(capture, direction)),
        reference: ours,
        gross,
        fee: Some(fee.unwrap_or_else(|| kernel::Money::zero(gross.currency()))),
        at: transaction.transaction_initiation_date.parse().map_err(unreadable)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_transaction_is() {
        for (code, status, value, fee, wanted) in [
            (
                "T0006",
                "S",
                "100.00",
                json!({ "currency_code": "USD", "value": "-3.20" }),
                "payment USD 100.00 USD 3.20",
            ),
            ("T1107", "S", "-40.00", json!(null), "refund USD -40.00 USD 0.00"),
            ("T0400", "S", "-50.00", json!(null), "payout USD -50.00 USD 0.00"),
            ("T1201", "S", "-100.00", json!(null), "dispute USD -100.00 USD 0.00"),
            ("T0106", "S", "-20.00", json!(null), "fee USD -20.00 USD 0.00"),
            ("T1503", "S", "-20.00", json!(null), "other USD -20.00 USD 0.00"),
            ("T0006", "P", "100.00", json!(null), ""),
        ] {
            let transaction: Transaction = serde_json::from_value(json!({
                "transaction_id": "1", "transaction_event_code": code, "transaction_status": status,
                "transaction_initiation_date": "2026-11-22T10:00:00+0000", "custom_field": "ckt_1",
                "transaction_amount": { "currency_code": "USD", "value": value }, "fee_amount": fee,
            }))
            .unwrap();
            let told = row(&transaction).unwrap();
            let told =
                told.map_or(String::new(), |row| format!("{} {} {}", row.kind.name(), row.gross, row.fee.unwrap()));
            assert_eq!(told, wanted, "{code}");
        }
    }
}
