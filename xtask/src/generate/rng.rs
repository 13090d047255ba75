//! Numbers drawn from a seed: SplitMix64, whose whole state is one word, so that a line's draws hang on nothing before it.

/// A stream of draws. Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// The stream of a seed that is meant for one purpose: a customer, a line.
    pub fn of(seed: u64, purpose: &str, index: usize) -> Rng {
        let mut state = seed;
        for byte in purpose.bytes() {
            state = mix(state ^ u64::from(byte));
        }
        Rng(mix(state ^ u64::try_from(index).unwrap_or(u64::MAX)))
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// From nought up to, and without, `end`; nought where that is nought.
    pub fn below(&mut self, end: u64) -> u64 {
        let wide = u128::from(self.draw()) * u128::from(end);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A place in a list of this length.
    pub fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(u64::try_from(length).unwrap_or(0))).unwrap_or(0)
    }

    /// Both ends are drawn too.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let wide = u64::try_from(high - low + 1).unwrap_or(0);
        low + i64::try_from(self.below(wide)).unwrap_or(0)
    }

    pub fn pick<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        let place = self.place(list.len());
        list.get(place).copied()
    }

    /// One of some texts.
    pub fn word(&mut self, list: &[&'static str]) -> &'static str {
        self.pick(list).unwrap_or("")
    }

    /// So many times of a thousand.
    pub fn in_thousand(&mut self, times: u64) -> bool {
        self.below(1000) < times
    }

    /// One of a table, each as often as its weight says.
    pub fn weighed<T: Copy>(&mut self, table: &[(T, u64)], otherwise: T) -> T {
        let sum = table.iter().map(|(_, weight)| weight).sum();
        let mut drawn = self.below(sum);
        for (thing, weight) in table {
            if drawn < *weight {
                return *thing;
            }
            drawn -= weight;
        }
        otherwise
    }

    pub fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap_or(0))).collect()
    }
}

fn mix(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_that_of_the_paper() {
        let mut rng = Rng(1_234_567);
        let drawn: Vec<u64> = (0..3).map(|_| rng.draw()).collect();
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn weights_are_kept() {
        let (mut rng, mut seen) = (Rng::of(1, "weights", 0), [0_u32; 3]);
        for _ in 0..10_000 {
            seen[rng.weighed(&[(0, 1), (1, 2), (2, 7)], 0)] += 1;
        }
        for (count, wanted) in seen.into_iter().zip([1000_u32, 2000, 7000]) {
            assert!(count.abs_diff(wanted) < 150, "{seen:?}");
        }
        assert!((0..1000).all(|_| (3..=5).contains(&rng.between(3, 5))));
    }
}
