//! Tills on the wire.

use crate::till::{TillCount, TillDeposit};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::wire::Money;

/// Pieces of one face value in a till.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Denomination {
    pub face: Money,
    #[schema(maximum = 1_000_000, example = 3)]
    pub number: u32,
}

/// A count of a till.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTillCount {
    /// Code of the account of the till; the usual one when not given.
    #[schema(max_length = 40, example = "1001")]
    pub account: Option<String>,
    /// What was counted.
    pub amount: Money,
    /// `YYYY-MM-DD`: what was there at the end of this day.
    #[schema(example = "2026-11-27")]
    pub on: String,
    /// What it was counted from; adds up to the amount.
    #[serde(default)]
    #[schema(max_items = 40)]
    pub denominations: Vec<Denomination>,
    /// Needed where the count is not what the books have: why.
    #[schema(max_length = 200, example = "Change given twice")]
    pub note: Option<String>,
    /// What the books were seen to have; refused where they have something else by now.
    pub expected: Option<Money>,
}

/// A count of a till, and what was posted of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TillCountView {
    #[schema(example = "tlc_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    #[schema(example = "1001")]
    pub account: String,
    #[schema(example = "2026-11-27")]
    pub on: String,
    pub counted: Money,
    /// What the books had at the end of that day, when it was counted.
    pub expected: Money,
    /// So much more was there; below zero where something was missing.
    pub difference: Money,
    pub denominations: Vec<Denomination>,
    #[schema(example = "Change given twice")]
    pub note: Option<String>,
    /// The entry of the difference; null where there was none.
    #[schema(example = "ent_01h455vb4pex5vsknk084sn02q")]
    pub entry: Option<String>,
    /// Who counted.
    #[schema(example = "usr_01h455vb4pex5vsknk084sn02q")]
    pub counted_by: String,
    pub created_at: String,
}

impl From<TillCount> for TillCountView {
    fn from(count: TillCount) -> Self {
        let piles = count.piles.into_iter();
        TillCountView {
            id: count.id.to_string(),
            account: count.account,
            on: count.on.to_string(),
            counted: count.counted.into(),
            expected: count.expected.into(),
            difference: count.difference.into(),
            denominations: piles.map(|pile| Denomination { face: pile.face.into(), number: pile.number }).collect(),
            note: count.note,
            entry: count.entry.map(|id| id.to_string()),
            counted_by: count.by,
            created_at: count.at.to_string(),
        }
    }
}

/// Cash of a till to be taken to the bank.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTillDeposit {
    /// Code of the account of the till; the usual one when not given.
    #[schema(max_length = 40, example = "1001")]
    pub from: Option<String>,
    /// Code of the account at the bank; the usual one when not given.
    #[schema(max_length = 40, example = "1002")]
    pub to: Option<String>,
    pub amount: Money,
    /// `YYYY-MM-DD` in the organisation's zone, not after today.
    #[schema(example = "2026-11-27")]
    pub on: String,
    #[schema(max_length = 140, example = "Slip 117")]
    pub reference: Option<String>,
}

/// Cash that was taken to the bank.
#[derive(Debug, Serialize, ToSchema)]
pub struct TillDepositView {
    #[schema(example = "tld_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    #[schema(example = "1001")]
    pub from: String,
    #[schema(example = "1002")]
    pub to: String,
    pub amount: Money,
    #[schema(example = "2026-11-27")]
    pub on: String,
    #[schema(example = "Slip 117")]
    pub reference: Option<String>,
    #[schema(example = "ent_01h455vb4pex5vsknk084sn02q")]
    pub entry: String,
}

impl From<TillDeposit> for TillDepositView {
    fn from(deposit: TillDeposit) -> Self {
        TillDepositView {
            id: deposit.id.to_string(),
            from: deposit.from,
            to: deposit.to,
            amount: deposit.amount.into(),
            on: deposit.on.to_string(),
            reference: deposit.reference,
            entry: deposit.entry.to_string(),
        }
    }
}
