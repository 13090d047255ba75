//! What the simulator does wrong on request, written as words: `sim:hang_after,late=500`.

use super::draw::Draw;
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use std::time::Duration;

/// Where a scenario is written inside a payment's description or a refund's reason.
const MARK: &str = "sim:";

/// More copies of a notification than this are not sent.
const COPIES_MAX: u32 = 5;

/// How one payment or refund goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    pub fault: Option<Fault>,
    /// Whatever the payer does, it fails; a refund fails.
    pub decline: bool,
    /// The outcome takes a while; until then it is processing.
    pub slow: bool,
    pub notice: NoticePlan,
    /// What is wrong with it in the bill of its day.
    #[serde(default)]
    pub bill: Option<BillFault>,
}

/// What goes wrong in a bill, until the provider mends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BillFault {
    /// It is not there.
    Missing,
    /// One minor unit too much.
    Amount,
    /// A fee that is one minor unit too high.
    Fee,
    /// Beside it stands a payment that nobody knows.
    Stranger,
    /// The fee is given back with what is paid back, in proportion.
    FeeBack,
}

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// No answer, no effect.
    HangBefore,
    /// No answer, but the effect.
    HangAfter,
    /// 500 without effect.
    ErrorBefore,
    /// 500 after the effect.
    ErrorAfter,
    /// A query hangs.
    QueryHang,
    /// A query answers 500.
    QueryError,
    /// A query tells the state of before: still open.
    QueryStale,
}

impl Fault {
    pub(super) const fn concerns_queries(self) -> bool {
        matches!(self, Fault::QueryHang | Fault::QueryError | Fault::QueryStale)
    }

    pub(super) const fn is_stale(self) -> bool {
        matches!(self, Fault::QueryStale)
    }
}

/// How notifications are sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticePlan {
    pub late: Duration,
    /// Deliveries of the same event.
    pub copies: u32,
    /// A "processing" that is older follows the outcome.
    pub reorder: bool,
    /// One minor unit too much, rightly signed.
    pub wrong_amount: bool,
    /// Signed with a key that nobody has.
    pub forged: bool,
    /// Signed ten minutes ago.
    pub stale: bool,
    /// Signed with the next key and with the present one.
    pub rotated: bool,
    /// Never sent.
    pub lost: bool,
}

impl Default for NoticePlan {
    fn default() -> Self {
        NoticePlan {
            late: Duration::ZERO,
            copies: 1,
            reorder: false,
            wrong_amount: false,
            forged: false,
            stale: false,
            rotated: false,
            lost: false,
        }
    }
}

/// The word that is none of a scenario's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no scenario has the word {0:?}")]
pub struct UnknownWord(pub String);

impl Scenario {
    /// The scenario inside a text such as `INV-1 sim:decline`; `None` when the text holds none that can be read.
    pub(super) fn within(text: &str) -> Option<Scenario> {
        let word = text.split_whitespace().find_map(|word| word.strip_prefix(MARK))?;
        word.parse().ok()
    }

    /// One of the usual mishaps, or none, as the seed decides.
    pub(super) fn surprise(draw: &mut Draw) -> Scenario {
        const MISHAPS: [&str; 12] = [
            "",
            "",
            "",
            "decline",
            "slow",
            "hang_before",
            "hang_after",
            "error_before",
            "error_after",
            "lost",
            "copies=2,reorder",
            "late=2000",
        ];
        let index = usize::from(draw.byte()) % MISHAPS.len();
        MISHAPS[index].parse().unwrap_or_default()
    }
}

impl FromStr for Scenario {
    type Err = UnknownWord;

    /// Words joined by commas; the empty text is a scenario in which all goes well.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let mut scenario = Scenario::default();
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            scenario.add(word)?;
        }
        Ok(scenario)
    }
}

impl Scenario {
    fn add(&mut self, word: &str) -> Result<(), UnknownWord> {
        let unknown = || UnknownWord(word.chars().take(40).collect());
        if let Some((name, number)) = word.split_once('=') {
            let number: u32 = number.parse().map_err(|_| unknown())?;
            match name {
                "late" => self.notice.late = Duration::from_millis(u64::from(number)),
                "copies" => self.notice.copies = number.clamp(1, COPIES_MAX),
                _ => return Err(unknown()),
            }
            return Ok(());
        }
        match word {
            "decline" => self.decline = true,
            "slow" => self.slow = true,
            "hang_before" => self.fault = Some(Fault::HangBefore),
            "hang_after" => self.fault = Some(Fault::HangAfter),
            "error_before" => self.fault = Some(Fault::ErrorBefore),
            "error_after" => self.fault = Some(Fault::ErrorAfter),
            "query_hang" => self.fault = Some(Fault::QueryHang),
            "query_error" => self.fault = Some(Fault::QueryError),
            "query_stale" => self.fault = Some(Fault::QueryStale),
            "reorder" => self.notice.reorder = true,
            "wrong_amount" => self.notice.wrong_amount = true,
            "forged" => self.notice.forged = true,
            "stale" => self.notice.stale = true,
            "rotated" => self.notice.rotated = true,
            "lost" => self.notice.lost = true,
            "bill_missing" => self.bill = Some(BillFault::Missing),
            "bill_amount" => self.bill = Some(BillFault::Amount),
            "bill_fee" => self.bill = Some(BillFault::Fee),
            "bill_stranger" => self.bill = Some(BillFault::Stranger),
            "bill_fee_back" => self.bill = Some(BillFault::FeeBack),
            _ => return Err(unknown()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read() {
        let scenario: Scenario = "hang_after, late=500,copies=99,rotated".parse().unwrap();
        assert_eq!(scenario.fault, Some(Fault::HangAfter));
        assert_eq!(scenario.notice.late, Duration::from_millis(500));
        assert_eq!(scenario.notice.copies, COPIES_MAX);
        assert!(scenario.notice.rotated && !scenario.notice.lost);
        assert_eq!("".parse(), Ok(Scenario::default()));
        for wrong in ["explode", "late", "late=soon", "late=-1", "decline;slow"] {
            assert!(wrong.parse::<Scenario>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn found_within_a_description() {
        assert!(Scenario::within("INV-2026-00408 sim:decline").unwrap().decline);
        assert_eq!(Scenario::within("INV-2026-00408"), None);
        assert_eq!(Scenario::within("sim:nonsense"), None);
    }
}
