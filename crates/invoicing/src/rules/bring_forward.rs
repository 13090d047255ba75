//! What makes an invoice of the books before acceptable in these.

use kernel::{Date, Fields, Money};

/// An invoice that was issued before the books began, as far as it is still open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earlier {
    pub issued_on: Date,
    pub due_on: Date,
    pub total: Money,
    /// What is still to be paid, in the currency of the total.
    pub open: Money,
}

/// Notes what cannot be: nothing left to pay or more than the total, due before it was issued, issued after the books began.
pub fn check(fields: &mut Fields, invoice: &Earlier, books_begin: Date) {
    if !invoice.total.is_positive() {
        fields.note("/total", "not_positive");
    } else if !invoice.open.is_positive() {
        fields.note("/open", "not_positive");
    } else if invoice.open.currency() != invoice.total.currency() {
        fields.note("/open", "currency_mismatch");
    } else if invoice.open.minor() > invoice.total.minor() {
        fields.note("/open", "open_exceeds_total");
    }
    if invoice.due_on < invoice.issued_on {
        fields.note("/due_on", "due_before_issue");
    }
    if invoice.issued_on > books_begin {
        fields.note_with("/issued_on", "issued_after_start", vec![("day", books_begin.into())]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;

    #[test]
    fn what_cannot_be_is_named() {
        for (issued_on, due_on, total, open, faults) in [
            ("2025-11-01", "2025-12-01", 100, 100, &[][..]),
            ("2026-01-01", "2026-01-01", 100, 1, &[]),
            ("2025-11-01", "2025-10-31", 100, 100, &["/due_on due_before_issue"]),
            ("2026-01-02", "2026-02-01", 100, 100, &["/issued_on issued_after_start"]),
            ("2025-11-01", "2025-12-01", 100, 101, &["/open open_exceeds_total"]),
            ("2025-11-01", "2025-12-01", 100, 0, &["/open not_positive"]),
            ("2025-11-01", "2025-12-01", 0, 0, &["/total not_positive"]),
            ("2025-11-01", "2025-12-01", -5, -5, &["/total not_positive"]),
        ] {
            let mut fields = Fields::new();
            let invoice = Earlier {
                issued_on: issued_on.parse().unwrap(),
                due_on: due_on.parse().unwrap(),
                total: Money::new(total, Currency::CNY),
                open: Money::new(open, Currency::CNY),
            };
            check(&mut fields, &invoice, "2026-01-01".parse().unwrap());
            let seen: Vec<String> = fields.finish().err().map_or_else(Vec::new, |refusal| {
                refusal.fields.iter().map(|f| format!("{} {}", f.pointer, f.code)).collect()
            });
            assert_eq!(seen, faults, "{issued_on} {due_on} {total} {open}");
        }
    }
}
