//! How often something may be sent: a button must not fill somebody's mailbox.

use kernel::Actor;

/// The time within which mails about one thing are counted, in seconds.
pub const WINDOW_S: i64 = 3_600;
/// What a customer may ask for about one payment in that time, or whoever holds a pay link.
const FOR_CUSTOMERS: usize = 3;
/// The same for the company's own people and programs.
const FOR_STAFF: usize = 20;

/// How many mails about one thing this actor may have sent within [`WINDOW_S`]. The house itself counts what it sends.
pub fn most_for(actor: &Actor) -> usize {
    match actor {
        Actor::User { customer: Some(_), .. } | Actor::PayLink { .. } => FOR_CUSTOMERS,
        Actor::User { customer: None, .. } | Actor::ApiKey { .. } => FOR_STAFF,
        Actor::System { .. } => usize::MAX,
    }
}

/// Seconds until another may be sent; none where it may be now. `ages_s` are those of the mails that count.
pub fn wait(most: usize, mut ages_s: Vec<i64>) -> Option<i64> {
    ages_s.retain(|age| *age < WINDOW_S);
    ages_s.sort_unstable();
    let oldest_that_counts = ages_s.get(most.checked_sub(1)?)?;
    Some((WINDOW_S - oldest_that_counts).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::id::{CustomerId, InvoiceId};

    #[test]
    fn the_count_begins_anew_when_the_oldest_is_an_hour_old() {
        for (ages, waits) in [
            (vec![], None),
            (vec![10, 20], None),
            (vec![10, 20, 600], Some(3_000)),
            (vec![3_599, 1, 2], Some(1)),
            (vec![3_600, 1, 2], None),
            (vec![1, 2, 3, 4], Some(3_597)),
        ] {
            assert_eq!(wait(3, ages.clone()), waits, "{ages:?}");
        }
        let link = Actor::PayLink { invoice: InvoiceId::NIL, customer: CustomerId::NIL };
        assert_eq!(most_for(&link), 3);
        assert_eq!(wait(most_for(&Actor::System { task: "t" }), vec![1; 9]), None);
    }
}
