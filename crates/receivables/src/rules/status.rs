//! The status of an invoice, derived from what happened to it.

use kernel::{Date, Money, MoneyError};

/// How far an invoice has come as a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    Draft,
    Issued,
    Void,
}

/// An invoice's amounts, all in its currency and from its customer's view positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amounts {
    pub total: Money,
    /// By payments, and by credit that is left of others.
    pub paid: Money,
    /// By its own credit notes.
    pub credited: Money,
    /// What its credit notes come to, whether they were set against it or became the customer's credit.
    pub taken_back: Money,
    /// Discounts and small differences that were let go.
    pub waived: Money,
    /// Given up as lost.
    pub written_off: Money,
}

impl Amounts {
    /// What is still open.
    pub fn balance(&self) -> Result<Money, MoneyError> {
        self.total.minus(self.paid)?.minus(self.credited)?.minus(self.waived)?.minus(self.written_off)
    }
}

/// How an invoice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InvoiceStatus {
    Draft,
    Open,
    PartiallyPaid,
    Paid,
    Void,
    Credited,
    WrittenOff,
}

impl InvoiceStatus {
    pub const ALL: [InvoiceStatus; 7] = [
        InvoiceStatus::Draft,
        InvoiceStatus::Open,
        InvoiceStatus::PartiallyPaid,
        InvoiceStatus::Paid,
        InvoiceStatus::Void,
        InvoiceStatus::Credited,
        InvoiceStatus::WrittenOff,
    ];

    /// How rows and the API name it.
    pub const fn name(self) -> &'static str {
        match self {
            InvoiceStatus::Draft => "draft",
            InvoiceStatus::Open => "open",
            InvoiceStatus::PartiallyPaid => "partially_paid",
            InvoiceStatus::Paid => "paid",
            InvoiceStatus::Void => "void",
            InvoiceStatus::Credited => "credited",
            InvoiceStatus::WrittenOff => "written_off",
        }
    }

    pub fn by_name(name: &str) -> Option<InvoiceStatus> {
        InvoiceStatus::ALL.into_iter().find(|s| s.name() == name)
    }

    /// Whether money is still expected.
    pub const fn is_outstanding(self) -> bool {
        matches!(self, InvoiceStatus::Open | InvoiceStatus::PartiallyPaid)
    }
}

/// The status of an invoice.
///
/// Order: draft and void are what they are; with something open it is partially paid once any payment counts, else
/// open; with nothing open it is written off if a loss was taken, credited if its credit notes take back the whole total,
/// or settled it without any payment, else paid, also when there was nothing to pay.
pub fn status(stage: Stage, amounts: &Amounts) -> Result<InvoiceStatus, MoneyError> {
    match stage {
        Stage::Draft => return Ok(InvoiceStatus::Draft),
        Stage::Void => return Ok(InvoiceStatus::Void),
        Stage::Issued => {}
    }
    let paid = amounts.paid.is_positive();
    Ok(match amounts.balance()?.is_positive() {
        true if paid => InvoiceStatus::PartiallyPaid,
        true => InvoiceStatus::Open,
        false if amounts.written_off.is_positive() => InvoiceStatus::WrittenOff,
        false if amounts.taken_back.is_positive() && amounts.taken_back.minor() >= amounts.total.minor() => {
            InvoiceStatus::Credited
        }
        false if amounts.credited.is_positive() && !paid => InvoiceStatus::Credited,
        false => InvoiceStatus::Paid,
    })
}

/// Whether payment is late: money is expected and the due day is over.
pub fn is_overdue(status: InvoiceStatus, due_on: Date, today: Date) -> bool {
    status.is_outstanding() && today > due_on
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;

    fn cny(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }

    #[test]
    fn follows_from_amounts() {
        use InvoiceStatus::*;
        // total, paid, credited, waived, written off; the credit notes come to what they settled, or to so much
        let settled = |stage, [total, paid, credited, waived, written_off]: [i64; 5], expected| {
            (stage, [total, paid, credited, waived, written_off, credited], expected)
        };
        let by_documents = [
            (Stage::Issued, [100, 60, 40, 0, 0, 100], Credited),
            (Stage::Issued, [100, 100, 0, 0, 0, 100], Credited),
            (Stage::Issued, [100, 100, 0, 0, 0, 99], Paid),
            (Stage::Issued, [100, 0, 40, 0, 0, 100], Open),
        ];
        let all = [
            (Stage::Draft, [100, 0, 0, 0, 0], Draft),
            (Stage::Void, [100, 0, 0, 0, 0], Void),
            (Stage::Issued, [100, 0, 0, 0, 0], Open),
            (Stage::Issued, [100, 1, 0, 0, 0], PartiallyPaid),
            (Stage::Issued, [100, 99, 0, 0, 0], PartiallyPaid),
            (Stage::Issued, [100, 100, 0, 0, 0], Paid),
            (Stage::Issued, [100, 99, 0, 1, 0], Paid),
            (Stage::Issued, [100, 0, 40, 0, 0], Open),
            (Stage::Issued, [100, 10, 40, 0, 0], PartiallyPaid),
            (Stage::Issued, [100, 0, 100, 0, 0], Credited),
            (Stage::Issued, [100, 60, 40, 0, 0], Paid),
            (Stage::Issued, [100, 60, 0, 0, 40], WrittenOff),
            (Stage::Issued, [100, 0, 0, 0, 100], WrittenOff),
            (Stage::Issued, [100, 0, 0, 0, 40], Open),
            (Stage::Issued, [0, 0, 0, 0, 0], Paid),
        ];
        let all =
            all.into_iter().map(|(stage, amounts, expected)| settled(stage, amounts, expected)).chain(by_documents);
        for (stage, [total, paid, credited, waived, written_off, taken_back], expected) in all {
            let amounts = Amounts {
                total: cny(total),
                paid: cny(paid),
                credited: cny(credited),
                taken_back: cny(taken_back),
                waived: cny(waived),
                written_off: cny(written_off),
            };
            assert_eq!(status(stage, &amounts), Ok(expected), "{amounts:?}");
        }
    }

    #[test]
    fn late_from_the_day_after_the_due_day() {
        use InvoiceStatus::*;
        for (status, due_on, today, late) in [
            (Open, "2026-11-23", "2026-11-23", false),
            (Open, "2026-11-23", "2026-11-24", true),
            (PartiallyPaid, "2026-11-23", "2026-11-24", true),
            (Paid, "2026-11-23", "2026-11-24", false),
            (WrittenOff, "2026-11-23", "2026-11-24", false),
            (Draft, "2026-11-23", "2026-11-24", false),
        ] {
            assert_eq!(is_overdue(status, due_on.parse().unwrap(), today.parse().unwrap()), late, "{status:?} {today}");
        }
    }

    #[test]
    fn names_read_back() {
        for status in InvoiceStatus::ALL {
            assert_eq!(InvoiceStatus::by_name(status.name()), Some(status));
        }
    }
}
