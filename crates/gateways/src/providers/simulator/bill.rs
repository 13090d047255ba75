//! The simulator's bill of a day, in its own language.

use super::{SimulatorGateway, read};
use crate::CallError;
use crate::bill::{Bill, BillKind, BillRow, unreadable};
use crate::http::send_within;
use kernel::{Currency, Date, Money};
use serde::Deserialize;

const BILL_BYTES_MAX: usize = 32 * 1024 * 1024;

#[derive(Deserialize)]
struct BillAnswer {
    /// False while the day is not over.
    ready: bool,
    rows: Vec<RowAnswer>,
}

#[derive(Deserialize)]
struct RowAnswer {
    kind: String,
    id: String,
    reference: Option<String>,
    amount: i64,
    fee: Option<i64>,
    currency: String,
    at: String,
}

impl SimulatorGateway {
    pub(super) async fn bill_now(&self, day: Date) -> Result<Option<Bill>, CallError> {
        let path = format!("/sim/v1/bills/{day}");
        let answer = send_within(self.signed(reqwest::Method::GET, &path, "", ""), BILL_BYTES_MAX).await?;
        let told: BillAnswer = read(&answer)?;
        if !told.ready {
            return Ok(None);
        }
        Ok(Some(Bill { rows: told.rows.into_iter().map(row).collect::<Result<_, _>>()? }))
    }
}

fn row(told: RowAnswer) -> Result<BillRow, CallError> {
    let currency = Currency::parse(&told.currency).map_err(unreadable)?;
    Ok(BillRow {
        kind: BillKind::by_name(&told.kind).unwrap_or(BillKind::Other),
        provider_id: told.id,
        reference: told.reference,
        gross: Money::new(told.amount, currency),
        fee: told.fee.map(|fee| Money::new(fee, currency)),
        at: told.at.parse().map_err(unreadable)?,
    })
}
