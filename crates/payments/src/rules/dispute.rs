//! Where a dispute stands, and what the books make of it.
//!
//! A provider's words come twice, late and in any order, so nothing follows from a word alone: the newest word says where the
//! dispute stands, all words together say what money moved, and the books are brought to what follows from the two.
//!
//! | the newest word | money that is away | in the books |
//! | --- | --- | --- |
//! | needs response, under review, won, closed | is held | on the account of disputed funds |
//! | lost | is lost | off the payment: what it had settled is owed again |
//!
//! Money that came back is away no longer. That it came back counts only once it is known that it went away.

use gateways::{Direction, DisputeState, Movement};
use kernel::{Money, MoneyError, Timestamp};
use std::cmp::Ordering;

/// Where a dispute stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DisputeStatus {
    /// Evidence may be sent, until a day.
    NeedsResponse,
    /// The payer's bank or the provider decides.
    UnderReview,
    /// It was withdrawn, or came to nothing.
    Closed,
    Lost,
    Won,
}

impl DisputeStatus {
    pub const ALL: [DisputeStatus; 5] = [
        DisputeStatus::NeedsResponse,
        DisputeStatus::UnderReview,
        DisputeStatus::Closed,
        DisputeStatus::Lost,
        DisputeStatus::Won,
    ];

    /// How rows and the API name it.
    pub const fn name(self) -> &'static str {
        match self {
            DisputeStatus::NeedsResponse => "needs_response",
            DisputeStatus::UnderReview => "under_review",
            DisputeStatus::Closed => "closed",
            DisputeStatus::Lost => "lost",
            DisputeStatus::Won => "won",
        }
    }

    pub fn by_name(name: &str) -> Option<DisputeStatus> {
        DisputeStatus::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether it is not decided.
    pub const fn is_open(self) -> bool {
        matches!(self, DisputeStatus::NeedsResponse | DisputeStatus::UnderReview)
    }
}

impl From<DisputeState> for DisputeStatus {
    fn from(state: DisputeState) -> DisputeStatus {
        match state {
            DisputeState::NeedsResponse => DisputeStatus::NeedsResponse,
            DisputeState::UnderReview => DisputeStatus::UnderReview,
            DisputeState::Won => DisputeStatus::Won,
            DisputeState::Lost => DisputeStatus::Lost,
            DisputeState::Closed => DisputeStatus::Closed,
        }
    }
}

/// Where a dispute stands by the newest word of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub status: DisputeStatus,
    /// When it was so.
    pub said_at: Timestamp,
}

impl Standing {
    /// Whether a word is newer than what is known. Of two words of one instant the one that is further on counts: providers say
    /// instants in seconds, and an answer and the decision on it can share one.
    ///
    /// A later word may say anything: a question becomes a dispute, what was won or lost is appealed against.
    pub fn gives_way_to(self, word: Standing) -> bool {
        match word.said_at.cmp(&self.said_at) {
            Ordering::Less => false,
            Ordering::Equal => word.status > self.status,
            Ordering::Greater => true,
        }
    }
}

/// Money of a dispute, one currency: where the books have it, or should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Funds {
    /// All that went away.
    pub withdrawn: Money,
    /// All of it that came back.
    pub reinstated: Money,
    /// What of the rest is lost; what is neither back nor lost is held.
    pub lost: Money,
}

impl Funds {
    pub fn none(zero: Money) -> Funds {
        Funds { withdrawn: zero, reinstated: zero, lost: zero }
    }

    /// What follows from a status and all that is known to have moved.
    pub fn of(
        status: DisputeStatus,
        movements: impl IntoIterator<Item = (Direction, Money)>,
        zero: Money,
    ) -> Result<Funds, MoneyError> {
        let (mut withdrawn, mut back) = (zero, zero);
        for (direction, amount) in movements {
            match direction {
                Direction::Withdrawn => withdrawn = withdrawn.plus(amount)?,
                Direction::Reinstated => back = back.plus(amount)?,
            }
        }
        let reinstated = if back.compare(withdrawn)?.is_gt() { withdrawn } else { back };
        let away = withdrawn.minus(reinstated)?;
        Ok(Funds { withdrawn, reinstated, lost: if status == DisputeStatus::Lost { away } else { zero } })
    }

    /// What waits for the decision.
    pub fn held(&self) -> Result<Money, MoneyError> {
        self.withdrawn.minus(self.reinstated)?.minus(self.lost)
    }

    /// What is to be posted to bring the books from here to there, in this order. Nothing moves twice: what was posted is part of
    /// where they are. A loss that becomes another is taken back as a whole first.
    pub fn steps_to(&self, there: &Funds) -> Result<Vec<Step>, MoneyError> {
        let zero = Money::zero(self.lost.currency());
        let (regained, lost) = if self.lost == there.lost { (zero, zero) } else { (self.lost, there.lost) };
        let steps = [
            (there.withdrawn.minus(self.withdrawn)?, Step::Withdraw as fn(Money) -> Step),
            (regained, Step::Regain),
            (there.reinstated.minus(self.reinstated)?, Step::Reinstate),
            (lost, Step::Lose),
        ];
        Ok(steps.into_iter().filter(|(amount, _)| amount.is_positive()).map(|(amount, step)| step(amount)).collect())
    }
}

/// A step of the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// From the provider's account to that of disputed funds.
    Withdraw(Money),
    /// And back.
    Reinstate(Money),
    /// From there off the payment.
    Lose(Money),
    /// What was lost is not, after all.
    Regain(Money),
}

/// Whether a word can be about this payment at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belief {
    Believed,
    /// Another currency, nothing, or more than was ever paid.
    DoesNotFit,
}

/// Order of checks: what is disputed, then each movement; each above zero, in the payment's currency, within the payment.
pub fn believe(captured: Money, disputed: Money, movements: &[Movement]) -> Belief {
    let fits = |amount: Money| amount.is_positive() && amount.compare(captured).is_ok_and(Ordering::is_le);
    let fees = movements.iter().filter_map(|movement| movement.fee);
    let same = fees.map(Money::currency).all(|currency| currency == captured.currency());
    match fits(disputed) && movements.iter().all(|movement| fits(movement.amount)) && same {
        true => Belief::Believed,
        false => Belief::DoesNotFit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn cny(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).unwrap()
    }

    #[test]
    fn the_newest_word_counts_and_of_one_instant_the_one_further_on() {
        use DisputeStatus::*;
        // Rows: what is known; columns: a word of the same instant, in the order of `ALL`. Later words always count.
        for (known, row) in
            [(NeedsResponse, ".yyyy"), (UnderReview, "..yyy"), (Closed, "...yy"), (Lost, "....y"), (Won, ".....")]
        {
            for (word, expected) in DisputeStatus::ALL.into_iter().zip(row.chars()) {
                let standing = |status, second| Standing { status, said_at: at(second) };
                let gives_way = |second| standing(known, 0).gives_way_to(standing(word, second));
                assert_eq!((gives_way(-1), gives_way(1)), (false, true), "{known:?} {word:?}");
                assert_eq!(gives_way(0), expected == 'y', "{known:?} {word:?}");
            }
        }
    }

    #[test]
    fn names_read_back() {
        for status in DisputeStatus::ALL {
            assert_eq!(DisputeStatus::by_name(status.name()), Some(status));
        }
        assert_eq!(DisputeStatus::by_name("settled"), None);
    }

    #[test]
    fn what_moved_and_what_the_books_make_of_it() {
        use Direction::*;
        use DisputeStatus::*;
        // Withdrawn, reinstated, lost, held.
        for (status, movements, expected) in [
            (NeedsResponse, vec![], [0, 0, 0, 0]),
            (NeedsResponse, vec![(Withdrawn, 60)], [60, 0, 0, 60]),
            (UnderReview, vec![(Withdrawn, 60)], [60, 0, 0, 60]),
            (Won, vec![(Withdrawn, 60)], [60, 0, 0, 60]),
            (Won, vec![(Withdrawn, 60), (Reinstated, 60)], [60, 60, 0, 0]),
            // That it went away was not heard yet.
            (Won, vec![(Reinstated, 60)], [0, 0, 0, 0]),
            (Won, vec![(Withdrawn, 60), (Reinstated, 40)], [60, 40, 0, 20]),
            (Lost, vec![(Withdrawn, 60)], [60, 0, 60, 0]),
            (Lost, vec![], [0, 0, 0, 0]),
            (Lost, vec![(Withdrawn, 60), (Reinstated, 40)], [60, 40, 20, 0]),
            // Won, and lost again on appeal.
            (Lost, vec![(Withdrawn, 60), (Reinstated, 60), (Withdrawn, 60)], [120, 60, 60, 0]),
            (Closed, vec![(Withdrawn, 60), (Reinstated, 60)], [60, 60, 0, 0]),
        ] {
            let told = movements.iter().map(|(direction, minor)| (*direction, cny(*minor)));
            let funds = Funds::of(status, told, cny(0)).unwrap();
            let got = [funds.withdrawn, funds.reinstated, funds.lost, funds.held().unwrap()].map(Money::minor);
            assert_eq!(got, expected, "{status:?} {movements:?}");
        }
    }

    #[test]
    fn steps() {
        use Step::*;
        let funds = |[withdrawn, reinstated, lost]: [i64; 3]| Funds {
            withdrawn: cny(withdrawn),
            reinstated: cny(reinstated),
            lost: cny(lost),
        };
        for (from, to, expected) in [
            ([0, 0, 0], [0, 0, 0], vec![]),
            ([0, 0, 0], [60, 0, 0], vec![Withdraw(cny(60))]),
            ([60, 0, 0], [60, 60, 0], vec![Reinstate(cny(60))]),
            ([60, 0, 0], [60, 0, 60], vec![Lose(cny(60))]),
            ([60, 0, 60], [60, 60, 0], vec![Regain(cny(60)), Reinstate(cny(60))]),
            ([60, 0, 60], [60, 40, 20], vec![Regain(cny(60)), Reinstate(cny(40)), Lose(cny(20))]),
            ([0, 0, 0], [60, 60, 0], vec![Withdraw(cny(60)), Reinstate(cny(60))]),
            ([0, 0, 0], [60, 0, 60], vec![Withdraw(cny(60)), Lose(cny(60))]),
        ] {
            assert_eq!(funds(from).steps_to(&funds(to)).unwrap(), expected, "{from:?} {to:?}");
        }
    }

    #[test]
    fn only_what_fits_the_payment_is_believed() {
        let moved = |minor: i64, fee: Option<Money>| Movement {
            id: "m".to_owned(),
            direction: Direction::Withdrawn,
            amount: cny(minor),
            fee,
        };
        for (disputed, movements, believed) in [
            (cny(100), vec![], true),
            (cny(60), vec![moved(60, None)], true),
            (cny(60), vec![moved(60, Some(cny(15))), moved(60, Some(cny(-15)))], true),
            (cny(101), vec![], false),
            (cny(0), vec![], false),
            (cny(-1), vec![], false),
            (Money::new(60, Currency::EUR), vec![], false),
            (cny(60), vec![moved(101, None)], false),
            (cny(60), vec![moved(0, None)], false),
            (cny(60), vec![moved(60, Some(Money::new(15, Currency::EUR)))], false),
        ] {
            let expected = if believed { Belief::Believed } else { Belief::DoesNotFit };
            assert_eq!(believe(cny(100), disputed, &movements), expected, "{disputed} {movements:?}");
        }
    }

    /// A word: a status of an instant, and perhaps a movement by its name.
    type Word = (usize, i64, Option<(u8, bool, i64)>);

    /// The books after words in an order, each of which is taken up as it comes.
    fn after(words: &[Word]) -> (Standing, Funds) {
        let mut standing: Option<Standing> = None;
        let mut movements = BTreeMap::new();
        let mut booked = Funds::none(cny(0));
        for (status, second, movement) in words {
            let word = Standing { status: DisputeStatus::ALL[*status], said_at: at(*second) };
            let newest = standing.filter(|known| !known.gives_way_to(word)).unwrap_or(word);
            standing = Some(newest);
            if let Some((id, withdrawn, minor)) = movement {
                let direction = if *withdrawn { Direction::Withdrawn } else { Direction::Reinstated };
                movements.insert(*id, (direction, cny(*minor)));
            }
            let there = Funds::of(newest.status, movements.values().copied(), cny(0)).unwrap();
            for step in booked.steps_to(&there).unwrap() {
                match step {
                    Step::Withdraw(amount) => booked.withdrawn = booked.withdrawn.plus(amount).unwrap(),
                    Step::Reinstate(amount) => booked.reinstated = booked.reinstated.plus(amount).unwrap(),
                    Step::Lose(amount) => booked.lost = booked.lost.plus(amount).unwrap(),
                    Step::Regain(amount) => booked.lost = booked.lost.minus(amount).unwrap(),
                }
                assert!(!booked.held().unwrap().is_negative() && !booked.lost.is_negative(), "{words:?}");
            }
            assert_eq!(booked, there, "{words:?}");
        }
        (standing.unwrap(), booked)
    }

    proptest! {
        #[test]
        fn in_any_order_and_however_often_the_books_end_the_same(
            words in prop::collection::vec((0_usize..5, 0_i64..6, prop::option::of((0_u8..4, any::<bool>(), 1_i64..100))), 1..8),
            again in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
            seed in any::<u64>(),
        ) {
            // A movement is the same whoever tells of it.
            let mut known = BTreeMap::new();
            let told = |(status, second, movement): &Word| {
                (*status, *second, movement.map(|(id, withdrawn, minor)| {
                    let (withdrawn, minor) = *known.entry(id).or_insert((withdrawn, minor));
                    (id, withdrawn, minor)
                }))
            };
            let words: Vec<Word> = words.iter().map(told).collect();
            let mut shuffled: Vec<Word> = words.clone();
            shuffled.extend(again.iter().map(|index| *index.get(&words)));
            let mut state = seed;
            for last in (1..shuffled.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                shuffled.swap(last, usize::try_from(state >> 33).unwrap() % (last + 1));
            }
            prop_assert_eq!(after(&words), after(&shuffled));
        }
    }
}
