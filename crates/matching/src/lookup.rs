//! Many keys, looked up one by one.

/// Keys with places, in drawers by the leading bits of the mixed key. Built once, by counting rather than sorting; a look is two reads of
/// memory.
#[derive(Debug, Default)]
pub(crate) struct Lookup {
    /// In a drawer in the order in which they came.
    pairs: Vec<Pair>,
    /// Where each drawer begins; one more at the end.
    starts: Vec<u32>,
    bits: u32,
}

/// A mixed key, in halves so that a pair takes twelve bytes and not sixteen, and a place.
#[derive(Debug, Clone, Copy, Default)]
struct Pair {
    key: [u32; 2],
    place: u32,
}

/// Pairs in a drawer, at most and on average; five fill a line of the processor's cache.
const DRAWER: usize = 3;
/// Leading bits of the cabinets into which pairs are laid before they are laid into drawers: a cabinet's drawers fit the processor's cache,
/// and to go to a drawer among millions costs more than all else.
const CABINET_BITS: u32 = 9;

impl Lookup {
    pub fn new(pairs: &[(u64, u32)]) -> Lookup {
        let bits = (usize::BITS - (pairs.len() / DRAWER).leading_zeros()).clamp(1, 28);
        let cabinet_bits = bits.min(CABINET_BITS);
        let mixed = pairs.iter().map(|(key, place)| Pair { key: halves(mix(*key)), place: *place });
        let cabinets = starts(1 << cabinet_bits, mixed.clone().map(|pair| pair.drawer(cabinet_bits)));
        let mut sorted = vec![Pair::default(); pairs.len()];
        let mut next = cabinets.clone();
        lay(&mut sorted, &mut next, mixed, |pair| pair.drawer(cabinet_bits));
        let (mut all, mut cabinet) = (Vec::with_capacity((1 << bits) + 1), Vec::new());
        let drawers = 1_usize << (bits - cabinet_bits);
        for window in cabinets.windows(2) {
            let [from, until] = *window else { continue };
            let Some(own) = sorted.get_mut(usize_of(from)..usize_of(until)) else { continue };
            cabinet.clear();
            cabinet.extend_from_slice(own);
            let of = |pair: &Pair| pair.drawer(bits) & (drawers - 1);
            let mut begin = starts(drawers, cabinet.iter().map(of));
            all.extend(begin.iter().take(drawers).map(|start| from + start));
            lay(own, &mut begin, cabinet.iter().copied(), of);
        }
        all.push(u32::try_from(pairs.len()).unwrap_or(u32::MAX));
        Lookup { pairs: sorted, starts: all, bits }
    }

    /// The places of a key, in the order in which they came.
    pub fn get(&self, key: u64) -> impl Iterator<Item = u32> + '_ {
        let mixed = mix(key);
        let (drawer, key) = (drawer(mixed, self.bits), halves(mixed));
        let range = match (self.starts.get(drawer), self.starts.get(drawer + 1)) {
            (Some(from), Some(until)) => usize_of(*from)..usize_of(*until),
            _ => 0..0,
        };
        self.pairs.get(range).unwrap_or_default().iter().filter(move |pair| pair.key == key).map(|pair| pair.place)
    }
}

impl Pair {
    fn drawer(&self, bits: u32) -> usize {
        let [[a, b, c, d], [e, f, g, h]] = self.key.map(u32::to_ne_bytes);
        drawer(u64::from_ne_bytes([a, b, c, d, e, f, g, h]), bits)
    }
}

/// Where each of so many drawers begins, by the drawers of what is laid into them; one more at the end.
fn starts(count: usize, drawers: impl Iterator<Item = usize>) -> Vec<u32> {
    let mut starts = vec![0_u32; count + 1];
    for drawer in drawers {
        if let Some(count) = starts.get_mut(drawer + 1) {
            *count += 1;
        }
    }
    let mut sum = 0_u32;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    starts
}

/// Lays pairs one behind the other into their drawers; `next` are the drawers' next places.
fn lay(all: &mut [Pair], next: &mut [u32], pairs: impl Iterator<Item = Pair>, of: impl Fn(&Pair) -> usize) {
    for pair in pairs {
        let Some(at) = next.get_mut(of(&pair)) else { continue };
        if let Some(slot) = all.get_mut(usize_of(*at)) {
            *slot = pair;
        }
        *at += 1;
    }
}

fn drawer(mixed: u64, bits: u32) -> usize {
    usize::try_from(mixed.checked_shr(u64::BITS - bits).unwrap_or(0)).unwrap_or(usize::MAX - 1)
}

fn halves(mixed: u64) -> [u32; 2] {
    let [a, b, c, d, e, f, g, h] = mixed.to_ne_bytes();
    [u32::from_ne_bytes([a, b, c, d]), u32::from_ne_bytes([e, f, g, h])]
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
            let lookup = Lookup::new(&pairs);
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
