//! Which of several amounts come to one.

/// How many steps a search may take; what is not decided by then is told as undecided.
const STEPS_MAX: u32 = 4_000;
/// Most searches are over by then; for one that is not it is worth while to work out what can remain.
const STEPS_FIRST: u32 = 100;
/// No sum of more amounts is looked for: by then, sums meet by chance.
const PARTS_MAX: usize = 8;
/// No company is owed so much at once: sums of amounts up to it fit sixty-four bits.
const AMOUNT_MAX: i64 = 1 << 56;
/// What remains is looked at by its remainder of this, a prime, so that round amounts fill it like others.
const PRIME: usize = 1021;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sums {
    None,
    /// The places of the amounts, rising: the only ones that come to it.
    One(Vec<usize>),
    /// Two of several, so that they can be shown.
    Several(Vec<usize>, Vec<usize>),
    /// Too many to be tried.
    Undecided,
}

/// Which of these amounts come to the total, at most eight of them or all. Two selections of the same amounts are two: which of two
/// equal invoices was paid cannot be known.
pub(crate) fn find(amounts: &[i64], total: i64) -> Sums {
    if total > AMOUNT_MAX {
        return Sums::Undecided;
    }
    let is_part = |amount: &i64| (1..=total).contains(amount);
    // Most often all that is open is less.
    if amounts.iter().filter(|amount| is_part(amount)).map(|amount| i128::from(*amount)).sum::<i128>() < total.into() {
        return Sums::None;
    }
    let mut parts: Vec<Part> = Vec::with_capacity(amounts.len());
    let some = amounts.iter().enumerate().filter(|(_, amount)| is_part(amount));
    parts.extend(some.map(|(place, amount)| Part { amount: *amount, place, until: 0 }));
    parts.sort_unstable_by_key(|part| (std::cmp::Reverse(part.amount), part.place));
    let mut sum = 0;
    for part in &mut parts {
        sum += part.amount;
        part.until = sum;
    }
    let mut search = Search { parts: &parts, left: None, steps: 0, taken: Vec::new(), found: Vec::new() };
    if sum == total && parts.len() > PARTS_MAX {
        search.found.push((0..parts.len()).collect());
    }
    let before = search.found.len();
    let mut is_done = search.go(0, total, STEPS_FIRST);
    if !is_done && search.found.len() < 2 {
        search.found.truncate(before);
        search.taken.clear();
        search.left = Some(Remainders::of(&parts));
        is_done = search.go(0, total, STEPS_MAX);
    }
    let mut found = search.found;
    for sum in &mut found {
        for place in sum.iter_mut() {
            *place = parts[*place].place;
        }
        sum.sort_unstable();
    }
    match (is_done || found.len() > 1, found.len()) {
        (false, _) => Sums::Undecided,
        (true, 0) => Sums::None,
        (true, 1) => Sums::One(found.swap_remove(0)),
        (true, _) => {
            let second = found.swap_remove(1);
            Sums::Several(found.swap_remove(0), second)
        }
    }
}

/// An amount that may be part of the total.
struct Part {
    amount: i64,
    /// Where it stands among all that were given.
    place: usize,
    /// What the amounts until here come to, itself among them; the difference of two is what those between them do.
    until: i64,
}

struct Search<'a> {
    /// The largest first.
    parts: &'a [Part],
    left: Option<Remainders>,
    steps: u32,
    /// Places of parts.
    taken: Vec<usize>,
    found: Vec<Vec<usize>>,
}

impl Search<'_> {
    /// Looks on from a part; false where it gave up.
    fn go(&mut self, from: usize, wanted: i64, steps_max: u32) -> bool {
        if wanted == 0 {
            self.found.push(self.taken.clone());
            return true;
        }
        let more = PARTS_MAX - self.taken.len();
        let all = self.parts;
        let from = from + all[from..].partition_point(|part| part.amount > wanted);
        if more == 0 || self.left.as_ref().is_some_and(|left| !left.may_be(from, wanted)) {
            return true;
        }
        // Less than the smallest is nothing's rest.
        let least = all.last().map_or(0, |part| part.amount);
        for (n, part) in all.iter().enumerate().skip(from) {
            self.steps += 1;
            // As many as may still be taken, the largest that are left, do not reach it.
            let most = all[all.len().min(n + more) - 1].until - (part.until - part.amount);
            if self.found.len() > 1 || most < wanted {
                return true;
            }
            if self.steps > steps_max {
                return false;
            }
            let rest = wanted - part.amount;
            if rest > 0 && rest < least {
                continue;
            }
            self.taken.push(n);
            let is_done = self.go(n + 1, rest, steps_max);
            self.taken.pop();
            if !is_done {
                return false;
            }
        }
        true
    }
}

/// By which remainders the last amounts can be added up: behind a place, the last eight come to few of a thousand, so that most of
/// what is wanted of them is seen to be out of their reach at once.
struct Remainders(Vec<Ring>);

impl Remainders {
    fn of(parts: &[Part]) -> Remainders {
        let mut all = vec![Ring::ZERO; parts.len() + 1];
        for n in (0..parts.len()).rev() {
            // Each sum with the amount is one without it, turned on by the amount's remainder.
            all[n] = all[n + 1].with_turned(remainder(parts[n].amount));
        }
        Remainders(all)
    }

    /// Whether some of the amounts from a place on may come to what is wanted.
    fn may_be(&self, from: usize, wanted: i64) -> bool {
        self.0[from].has(remainder(wanted))
    }
}

const WORD: usize = 64;
const WORDS: usize = PRIME.div_ceil(WORD);

/// Some of the remainders, a bit for each.
#[derive(Clone, Copy)]
struct Ring([u64; WORDS]);

impl Ring {
    /// Nothing comes to nothing.
    const ZERO: Ring = {
        let mut words = [0; WORDS];
        words[0] = 1;
        Ring(words)
    };

    fn has(&self, remainder: usize) -> bool {
        self.0[remainder / WORD] >> (remainder % WORD) & 1 == 1
    }

    /// These, and what they become when each goes on by so many; those that go past the last begin again.
    fn with_turned(&self, by: usize) -> Ring {
        let (up, down) = (self.up(by), self.down(PRIME - by));
        let mut turned = Ring(std::array::from_fn(|at| self.0[at] | up[at] | down[at]));
        turned.0[WORDS - 1] &= (1 << (PRIME % WORD)) - 1;
        turned
    }

    fn up(&self, by: usize) -> [u64; WORDS] {
        let (skip, bits) = (by / WORD, bits_of(by));
        let from = |at: usize, behind: usize| at.checked_sub(skip + behind).map_or(0, |at| self.0[at]);
        std::array::from_fn(|at| from(at, 0) << bits | from(at, 1).checked_shr(u64::BITS - bits).unwrap_or(0))
    }

    fn down(&self, by: usize) -> [u64; WORDS] {
        let (skip, bits) = (by / WORD, bits_of(by));
        let from = |at: usize| self.0.get(at + skip).copied().unwrap_or(0);
        std::array::from_fn(|at| from(at) >> bits | from(at + 1).checked_shl(u64::BITS - bits).unwrap_or(0))
    }
}

fn bits_of(places: usize) -> u32 {
    u32::try_from(places % WORD).unwrap_or(0)
}

fn remainder(amount: i64) -> usize {
    usize::try_from(amount.unsigned_abs() % u64::try_from(PRIME).unwrap_or(1)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sums_are_found_and_told_apart() {
        for (amounts, total, wanted) in [
            (&[300, 500, 200][..], 700, Sums::One(vec![1, 2])),
            (&[300, 500, 200], 1_000, Sums::One(vec![0, 1, 2])),
            (&[300, 500, 200], 500, Sums::Several(vec![1], vec![0, 2])),
            (&[300, 300], 300, Sums::Several(vec![0], vec![1])),
            (&[300, 500, 200], 600, Sums::None),
            (&[300], 300, Sums::One(vec![0])),
            (&[], 300, Sums::None),
            (&[0, -5, 300], 300, Sums::One(vec![2])),
            (&[1, 2, 4, 8, 16, 32, 64, 128, 256], 511, Sums::One((0..9).collect())),
        ] {
            assert_eq!(find(amounts, total), wanted, "{amounts:?} {total}");
        }
        // Far too many ways.
        let many: Vec<i64> = (0..60).map(|n| 1_000_003 + 7 * n * n).collect();
        assert!(matches!(find(&many, 123_456_789), Sums::Undecided | Sums::None | Sums::Several(..)));
    }

    #[test]
    fn a_ring_turns() {
        let of = |some: &[usize]| {
            let mut ring = Ring([0; WORDS]);
            some.iter().for_each(|one| ring.0[one / WORD] |= 1 << (one % WORD));
            ring
        };
        let some = [0, 1, 63, 64, 65, 500, 960, PRIME - 1];
        for by in [0, 1, 60, 63, 64, 65, 128, 957, 959, 960, 961, PRIME - 1] {
            let turned: Vec<usize> = some.iter().map(|one| (one + by) % PRIME).chain(some).collect();
            let (ring, wanted) = (of(&some).with_turned(by), of(&turned));
            assert_eq!(ring.0, wanted.0, "{by}");
            assert!((0..PRIME).all(|one| ring.has(one) == turned.contains(&one)), "{by}");
        }
    }

    #[test]
    fn many_round_amounts_are_decided() {
        // One of forty that no two, three or four of the others come to.
        let mut amounts: Vec<i64> = (0..40).map(|n| 100 * (1 << (n % 20)) + 100 * n).collect();
        amounts[7] = 77_777;
        let of = |places: &[usize]| places.iter().map(|at| amounts[*at]).sum::<i64>();
        let Sums::One(found) = find(&amounts, 77_777) else { panic!("77,777 is there once") };
        assert_eq!(found, [7]);
        assert_eq!(find(&amounts, 99_999), Sums::None);
        match find(&amounts, of(&[7, 11, 13])) {
            Sums::One(found) => assert_eq!(of(&found), of(&[7, 11, 13])),
            Sums::Several(one, two) => assert_eq!((of(&one), of(&two)), (of(&two), of(&[7, 11, 13]))),
            other => panic!("{other:?}"),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// What the remainders leave out is left out rightly: the same is found without them, where that is found in time.
        #[test]
        fn remainders_hide_nothing(amounts in prop::collection::vec(1_i64..5_000, 12..20), some in any::<u32>()) {
            let chosen: Vec<usize> = (0..amounts.len()).filter(|n| some & (1 << n) != 0).take(PARTS_MAX).collect();
            prop_assume!(!chosen.is_empty());
            let total: i64 = chosen.iter().map(|at| amounts[*at]).sum();
            match find(&amounts, total) {
                Sums::None => prop_assert!(false, "{chosen:?} was hidden"),
                Sums::One(places) => prop_assert_eq!(places, chosen),
                Sums::Several(one, two) => {
                    prop_assert!(one != two);
                    for places in [one, two] {
                        prop_assert_eq!(places.iter().map(|at| amounts[*at]).sum::<i64>(), total);
                    }
                }
                Sums::Undecided => {}
            }
        }

        #[test]
        fn as_trying_all_says(amounts in prop::collection::vec(1_i64..60, 0..8), total in 1_i64..200) {
            let mut all = Vec::new();
            for mask in 1_u32..1 << amounts.len() {
                let places: Vec<usize> = (0..amounts.len()).filter(|n| mask & (1 << n) != 0).collect();
                if places.iter().map(|at| amounts[*at]).sum::<i64>() == total {
                    all.push(places);
                }
            }
            match find(&amounts, total) {
                Sums::None => prop_assert!(all.is_empty()),
                Sums::One(places) => prop_assert_eq!(all, vec![places]),
                Sums::Several(one, two) => {
                    prop_assert!(one != two && all.contains(&one) && all.contains(&two));
                }
                Sums::Undecided => prop_assert!(false, "so few are decided"),
            }
        }
    }
}
