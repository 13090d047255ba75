//! Sets of invoices that come to an amount.

/// Of so many invoices at most every set is looked at.
pub const MANY: usize = 14;
/// Of so many at most sets of two and three; among more, a sum is a coincidence.
pub const LARGE: usize = 60;
/// A set that somebody pays in one line has no more.
pub const SMALL: usize = 6;

/// The sets of two to `length_max` of the invoices that come to `wanted_minor`, each in the order of the invoices; no more than
/// two are sought, since two are as good as many. Amounts are above nought.
pub fn sums(invoices: &[(usize, i64)], wanted_minor: i64, length_max: usize) -> Vec<Vec<usize>> {
    let mut sorted = invoices.to_vec();
    sorted.sort_by_key(|(place, amount)| (-amount, *place));
    // What is left to be taken from each place on.
    let mut left = vec![0; sorted.len() + 1];
    for (at, (_, amount)) in sorted.iter().enumerate().rev() {
        left[at] = left[at + 1] + amount;
    }
    let mut search = Search { sorted, left, length_max, taken: Vec::new(), found: Vec::new() };
    search.from(0, wanted_minor);
    search.found
}

struct Search {
    sorted: Vec<(usize, i64)>,
    left: Vec<i64>,
    length_max: usize,
    taken: Vec<usize>,
    found: Vec<Vec<usize>>,
}

impl Search {
    fn from(&mut self, start: usize, wanted: i64) {
        if wanted == 0 {
            if self.taken.len() > 1 {
                let mut set = self.taken.clone();
                set.sort_unstable();
                self.found.push(set);
            }
            return;
        }
        if self.taken.len() == self.length_max {
            return;
        }
        for at in start..self.sorted.len() {
            if self.found.len() > 1 || self.left[at] < wanted {
                return;
            }
            let (place, amount) = self.sorted[at];
            if amount <= wanted {
                self.taken.push(place);
                self.from(at + 1, wanted - amount);
                self.taken.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_found() {
        let invoices = [(1, 100), (2, 250), (3, 300), (4, 400), (5, 50)];
        for (wanted, length_max, found) in [
            (350, 5, &[&[1, 2][..], &[3, 5]][..]),
            (1100, 5, &[&[1, 2, 3, 4, 5]]),
            (1050, 5, &[&[1, 2, 3, 4]]),
            (1050, 3, &[]),
            (400, 5, &[&[1, 3], &[1, 2, 5]]),
            (400, 2, &[&[1, 3]]),
            (10, 5, &[]),
        ] {
            let mut seen = sums(&invoices, wanted, length_max);
            seen.sort_by_key(|set| (set.len(), set.clone()));
            assert_eq!(seen, found, "{wanted}");
        }
    }
}
