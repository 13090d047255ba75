//! Which of several amounts come to one.

/// How many steps a search may take; what is not decided by then is told as undecided.
const STEPS_MAX: u32 = 20_000;
/// No sum of more amounts is looked for: by then, sums meet by chance.
const PARTS_MAX: usize = 8;

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
    let mut order: Vec<usize> = (0..amounts.len()).filter(|at| (1..=total).contains(&amounts[*at])).collect();
    order.sort_by_key(|at| std::cmp::Reverse(amounts[*at]));
    // What the first of them come to; the difference of two is what those between them do.
    let mut sums = vec![0_i128; order.len() + 1];
    for (n, at) in order.iter().enumerate() {
        sums[n + 1] = sums[n] + i128::from(amounts[*at]);
    }
    let mut search = Search { amounts, order: &order, sums: &sums, steps: 0, taken: Vec::new(), found: Vec::new() };
    if sums[order.len()] == i128::from(total) && order.len() > PARTS_MAX {
        search.found.push(order.clone());
    }
    let is_done = search.go(0, i128::from(total));
    let mut found = search.found;
    for sum in &mut found {
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

struct Search<'a> {
    amounts: &'a [i64],
    /// Places of the amounts, the largest first.
    order: &'a [usize],
    sums: &'a [i128],
    steps: u32,
    taken: Vec<usize>,
    found: Vec<Vec<usize>>,
}

impl Search<'_> {
    /// Looks on from a place of the order; false where it gave up.
    fn go(&mut self, from: usize, wanted: i128) -> bool {
        if wanted == 0 {
            self.found.push(self.taken.clone());
            return true;
        }
        let parts = PARTS_MAX - self.taken.len();
        if parts == 0 {
            return true;
        }
        let order = self.order;
        let too_large = order[from..].partition_point(|at| i128::from(self.amounts[*at]) > wanted);
        for n in from + too_large..order.len() {
            self.steps += 1;
            // As many as may still be taken, the largest that are left, do not reach it.
            let most = self.sums[order.len().min(n + parts)] - self.sums[n];
            if self.found.len() > 1 || most < wanted {
                return true;
            }
            if self.steps > STEPS_MAX {
                return false;
            }
            self.taken.push(order[n]);
            let is_done = self.go(n + 1, wanted - i128::from(self.amounts[order[n]]));
            self.taken.pop();
            if !is_done {
                return false;
            }
        }
        true
    }
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

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

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
