//! Many keys, looked up one by one.

/// Keys with places, sorted, and where each beginning of a key begins. Built once; a look is two reads of memory.
#[derive(Debug, Default)]
pub(crate) struct Lookup {
    pairs: Vec<(u64, u32)>,
    /// By the leading bits of a mixed key: where its pairs begin; one more at the end.
    starts: Vec<u32>,
    shift: u32,
}

impl Lookup {
    pub fn new(mut pairs: Vec<(u64, u32)>) -> Lookup {
        for pair in &mut pairs {
            pair.0 = mix(pair.0);
        }
        pairs.sort_unstable();
        let bits = (usize::BITS - pairs.len().leading_zeros()).clamp(1, 28);
        let shift = u64::BITS - bits;
        let mut starts = vec![0_u32; (1_usize << bits) + 1];
        for (key, _) in &pairs {
            if let Some(count) = starts.get_mut(place(*key, shift) + 1) {
                *count += 1;
            }
        }
        let mut sum = 0_u32;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Lookup { pairs, starts, shift }
    }

    /// The places of a key.
    pub fn get(&self, key: u64) -> impl Iterator<Item = u32> + '_ {
        let key = mix(key);
        let at = place(key, self.shift);
        let range = match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(from), Some(until)) => usize_of(*from)..usize_of(*until),
            _ => 0..0,
        };
        self.pairs.get(range).unwrap_or_default().iter().filter(move |pair| pair.0 == key).map(|pair| pair.1)
    }
}

fn place(mixed: u64, shift: u32) -> usize {
    usize::try_from(mixed >> shift).unwrap_or(usize::MAX - 1)
}

pub(crate) fn usize_of(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

/// Spreads a key over all its bits (the finaliser of SplitMix64); a hash's leading bits may not be its best.
fn mix(key: u64) -> u64 {
    let key = (key ^ (key >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let key = (key ^ (key >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    key ^ (key >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_and_no_other() {
        for count in [0_u32, 1, 2, 3, 100, 5_000] {
            let pairs: Vec<(u64, u32)> =
                (0..count).flat_map(|n| [(u64::from(n) * 7, n), (u64::from(n), n + 1)]).collect();
            let lookup = Lookup::new(pairs.clone());
            for key in 0..u64::from(count) * 7 + 2 {
                let mut found: Vec<u32> = lookup.get(key).collect();
                let mut wanted: Vec<u32> = pairs.iter().filter(|pair| pair.0 == key).map(|pair| pair.1).collect();
                found.sort_unstable();
                wanted.sort_unstable();
                assert_eq!(found, wanted, "{key} of {count}");
            }
        }
    }
}
