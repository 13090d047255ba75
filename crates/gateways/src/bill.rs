//! What a provider says happened on a day, whatever the form in which it says so.

use crate::CallError;
use kernel::{Date, Money, Timestamp};

/// The rows of a day, in the provider's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bill {
    pub rows: Vec<BillRow>,
}

/// Something that moved the balance at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillRow {
    pub kind: BillKind,
    /// The provider's number of the payment, refund or pay-out.
    pub provider_id: String,
    /// Our number of it, where the provider tells it.
    pub reference: Option<String>,
    /// What it did to the balance before the fee: above zero came in, below zero went out.
    pub gross: Money,
    /// What the provider kept of it, below zero what it gave back; nothing where the bill does not say.
    pub fee: Option<Money>,
    pub at: Timestamp,
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BillKind {
    Payment,
    Refund,
    /// A fee that belongs to no payment.
    Fee,
    Dispute,
    /// To our bank; above zero one that came back from there.
    Payout,
    /// What we have no word for: it is listed all the same.
    Other,
}

impl BillKind {
    pub const ALL: [BillKind; 6] =
        [BillKind::Payment, BillKind::Refund, BillKind::Fee, BillKind::Dispute, BillKind::Payout, BillKind::Other];

    /// How rows name it.
    pub const fn name(self) -> &'static str {
        match self {
            BillKind::Payment => "payment",
            BillKind::Refund => "refund",
            BillKind::Fee => "fee",
            BillKind::Dispute => "dispute",
            BillKind::Payout => "payout",
            BillKind::Other => "other",
        }
    }

    pub fn by_name(name: &str) -> Option<BillKind> {
        BillKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl BillRow {
    /// What is left of it on the balance.
    pub fn net(&self) -> Money {
        self.fee.and_then(|fee| self.gross.minus(fee).ok()).unwrap_or(self.gross)
    }
}

/// From when until when a day goes by a clock that many hours before UTC's.
pub fn day_of(day: Date, ahead_hours: i64) -> (Timestamp, Timestamp) {
    let begin = |day: Date| {
        let midnight: Timestamp = format!("{day}T00:00:00Z").parse().unwrap_or_default();
        Timestamp::from_second(midnight.as_second() - ahead_hours * 3600).unwrap_or(midnight)
    };
    (begin(day), begin(day.tomorrow().unwrap_or(day)))
}

/// By the clocks of China, which have no summer time.
pub(crate) fn day_in_china(day: Date) -> (Timestamp, Timestamp) {
    day_of(day, 8)
}

/// A bill that came and cannot be believed: nothing of it counts.
pub(crate) fn unreadable(why: impl std::fmt::Display) -> CallError {
    CallError::unknown(format!("the bill is not readable: {why}"))
}

/// A table in which columns are found by their names: providers add some now and then.
pub(crate) struct Table<'a> {
    header: Vec<String>,
    rows: Vec<Vec<&'a str>>,
}

impl<'a> Table<'a> {
    /// Every row has to have as many columns as the header.
    pub(crate) fn new(header: &[&str], rows: Vec<Vec<&'a str>>) -> Result<Table<'a>, CallError> {
        let header: Vec<String> = header.iter().map(|name| plain(name)).collect();
        match rows.iter().position(|row| row.len() != header.len()) {
            Some(row) => Err(unreadable(format!("row {} is torn", row + 1))),
            None => Ok(Table { header, rows }),
        }
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_, 'a>> {
        self.rows.iter().map(|values| Row { header: &self.header, values })
    }
}

/// A row of a table.
#[derive(Clone, Copy)]
pub(crate) struct Row<'t, 'a> {
    header: &'t [String],
    values: &'t [&'a str],
}

impl<'a> Row<'_, 'a> {
    /// The value of a column, without the blanks around it.
    pub(crate) fn text(&self, column: &str) -> Result<&'a str, CallError> {
        let at = self.header.iter().position(|known| known == column);
        let value = at.and_then(|at| self.values.get(at)).map(|value| value.trim());
        value.ok_or_else(|| unreadable(format!("there is no column {column}")))
    }
}

/// A column's name; brackets are half as wide in some years.
fn plain(name: &str) -> String {
    name.trim().replace('（', "(").replace('）', ")")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days() {
        let day: Date = "2026-11-22".parse().unwrap();
        let (from, until) = day_of(day, 0);
        assert_eq!(
            (from.to_string(), until.to_string()),
            ("2026-11-22T00:00:00Z".into(), "2026-11-23T00:00:00Z".into())
        );
        assert_eq!(day_in_china(day).0.to_string(), "2026-11-21T16:00:00Z");
    }

    #[test]
    fn columns_are_found_by_their_names() {
        let table = Table::new(&["a", " 金额（元） "], vec![vec!["1", " 2\t"]]).ok().unwrap();
        let row = table.rows().next().unwrap();
        assert_eq!((row.text("a"), row.text("金额(元)")), (Ok("1"), Ok("2")));
        assert!(row.text("b").is_err());
        assert!(Table::new(&["a", "b"], vec![vec!["1"]]).is_err());
    }

    #[test]
    fn names() {
        for kind in BillKind::ALL {
            assert_eq!(BillKind::by_name(kind.name()), Some(kind));
        }
    }
}
