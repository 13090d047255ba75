//! When the provider is asked again about a checkout or refund that is not decided.
//!
//! Early, while the payer waits; then ever more rarely, and without end: a doubt is never settled by giving up.

/// Seconds from one question to the next, after so many were asked: a minute, five, an hour, then every day.
pub const fn wait_s(asked: i32) -> i64 {
    match asked {
        ..=0 => 60,
        1 => 300,
        2 => 3_600,
        _ => 86_400,
    }
}

/// Seconds after which a call that had no answer can no longer be under way, so that the provider's "no such payment"
/// means that it never happened. Well above the longest time a call may take. So many seconds after its time was over, a
/// payment that the provider knew once and knows no longer can bring no money either.
pub const CONCLUSIVE_AFTER_S: i64 = 300;

/// Questions about a bill that are not answered before nobody but a person asks: three days of them.
const BILL_QUESTIONS_MAX: i32 = 72;

/// How long to wait before a bill is asked for again, after so many questions; nothing when it is given up.
pub fn bill_wait_s(asked: i32) -> Option<i64> {
    (asked < BILL_QUESTIONS_MAX).then_some(3600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ever_more_rarely_and_without_end() {
        let waits: Vec<i64> = [-1, 0, 1, 2, 3, 4, i32::MAX].into_iter().map(wait_s).collect();
        assert_eq!(waits, [60, 60, 300, 3_600, 86_400, 86_400, 86_400]);
    }

    #[test]
    fn a_bill_is_asked_for_every_hour_for_three_days() {
        assert_eq!([0, 71, 72].map(bill_wait_s), [Some(3_600), Some(3_600), None]);
    }
}
