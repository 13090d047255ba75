//! Many keys, looked up one by one, or several in step.

/// Keys with places. The leading bits of the mixed key say in which cabinet a pair lies, the next in which of its drawers: a cabinet's
/// drawers are laid while the processor's cache holds them, since to go to one drawer among millions costs more than all else. A look is
/// two reads of memory.
#[derive(Debug)]
pub(crate) struct Lookup {
    cabinets: Box<[Cabinet; CABINETS]>,
    /// How many of the bits behind the cabinet's say which drawer it is.
    bits: u32,
}

#[derive(Debug, Default)]
struct Cabinet {
    /// Drawer by drawer, in each in the order in which they came.
    pairs: Vec<Pair>,
    /// Where each drawer begins; one more at the end.
    starts: Vec<u32>,
}

/// Pairs that lie in the right cabinet, and nowhere in it yet.
pub(crate) struct Sorted {
    cabinets: Box<[Vec<Pair>; CABINETS]>,
    count: usize,
}

/// A mixed key, in halves so that a pair takes twelve bytes and not sixteen, and a place.
#[derive(Debug, Clone, Copy, Default)]
struct Pair {
    key: [u32; 2],
    place: u32,
}

const CABINET_BITS: u32 = 9;
const CABINETS: usize = 1 << CABINET_BITS;
/// Pairs in a drawer, at most and on average; five fill a line of the processor's cache.
const DRAWER: usize = 3;
/// So many pairs are laid by one thread; more by two.
const ALONE_MAX: usize = 1 << 16;
/// Keys that are looked up in step.
const IN_STEP: usize = 16;

impl Default for Lookup {
    fn default() -> Lookup {
        Lookup::new(0, std::iter::empty())
    }
}

impl Lookup {
    /// Pairs of a key and its place, about so many.
    pub fn new(about: usize, pairs: impl Iterator<Item = (u64, u32)>) -> Lookup {
        Lookup::of(vec![Sorted::new(about, pairs)])
    }

    /// Pairs that were put into cabinets before, each part on a thread of its own.
    pub fn of(parts: Vec<Sorted>) -> Lookup {
        let count: usize = parts.iter().map(|part| part.count).sum();
        let bits = usize::BITS - (count / CABINETS / DRAWER).leading_zeros();
        let mut cabinets: Box<[Cabinet; CABINETS]> = Box::new(std::array::from_fn(|_| Cabinet::default()));
        let mut pairs: Vec<Vec<Vec<Pair>>> = (0..CABINETS).map(|_| Vec::with_capacity(parts.len())).collect();
        for part in parts {
            pairs.iter_mut().zip(*part.cabinets).for_each(|(of_cabinet, some)| of_cabinet.push(some));
        }
        let lay = |cabinets: &mut [Cabinet], pairs: Vec<Vec<Vec<Pair>>>| {
            cabinets.iter_mut().zip(pairs).for_each(|(cabinet, parts)| cabinet.lay(bits, &parts));
        };
        if count < ALONE_MAX {
            lay(&mut *cabinets, pairs);
            return Lookup { cabinets, bits };
        }
        let upper = pairs.split_off(CABINETS / 2);
        let (first, second) = cabinets.split_at_mut(CABINETS / 2);
        std::thread::scope(|scope| {
            scope.spawn(|| lay(second, upper));
            lay(first, pairs);
        });
        Lookup { cabinets, bits }
    }

    /// The places of a key, in the order in which they came.
    pub fn get(&self, key: u64) -> impl Iterator<Item = u32> + '_ {
        let mixed = mix(key);
        let key = halves(mixed);
        self.drawer(mixed).iter().filter(move |pair| pair.key == key).map(|pair| pair.place)
    }

    /// Tells the places of many keys, key by key, each with which of the keys it is. Several are read in step, so that the memory of one
    /// is on its way while others are asked for: one by one, the processor waits for each of them.
    pub fn each(&self, keys: impl Iterator<Item = u64>, mut tell: impl FnMut(usize, u32)) {
        let mut keys = keys.map(mix).enumerate();
        let mut asked: [(usize, u64, &[Pair], Option<Pair>); IN_STEP] = Default::default();
        loop {
            let mut count = 0;
            for (slot, (nth, mixed)) in asked.iter_mut().zip(keys.by_ref()) {
                *slot = (nth, mixed, self.drawer(mixed), None);
                count += 1;
            }
            let Some(asked) = asked.get_mut(..count).filter(|_| count > 0) else { return };
            for (_, _, pairs, first) in &mut *asked {
                *first = pairs.first().copied();
            }
            for (nth, mixed, pairs, first) in asked {
                let (key, rest) = (halves(*mixed), pairs.iter().skip(1).copied());
                let all = first.iter().copied().chain(rest);
                all.filter(|pair| pair.key == key).for_each(|pair| tell(*nth, pair.place));
            }
        }
    }

    /// The pairs of a mixed key, among others.
    fn drawer(&self, mixed: u64) -> &[Pair] {
        let cabinet = &self.cabinets[cabinet_of(mixed)];
        let drawer = drawer_of(mixed, self.bits);
        match (cabinet.starts.get(drawer), cabinet.starts.get(drawer + 1)) {
            (Some(from), Some(until)) => cabinet.pairs.get(usize_of(*from)..usize_of(*until)).unwrap_or_default(),
            _ => &[],
        }
    }
}

impl Sorted {
    pub fn new(about: usize, pairs: impl Iterator<Item = (u64, u32)>) -> Sorted {
        // Mixed keys spread evenly; a little more than the average keeps nearly all cabinets from growing.
        let each = about / CABINETS + about / (CABINETS * 16);
        let mut cabinets: Box<[Vec<Pair>; CABINETS]> = Box::new(std::array::from_fn(|_| Vec::with_capacity(each)));
        let mut count = 0;
        for (key, place) in pairs {
            let mixed = mix(key);
            cabinets[cabinet_of(mixed)].push(Pair { key: halves(mixed), place });
            count += 1;
        }
        Sorted { cabinets, count }
    }
}

impl Cabinet {
    /// Lays the pairs of all parts into their drawers, by counting rather than sorting.
    fn lay(&mut self, bits: u32, parts: &[Vec<Pair>]) {
        let of = |pair: &Pair| drawer_of(pair.mixed(), bits);
        self.starts = vec![0_u32; (1 << bits) + 1];
        for pair in parts.iter().flatten() {
            if let Some(count) = self.starts.get_mut(of(pair) + 1) {
                *count += 1;
            }
        }
        let mut sum = 0_u32;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        let mut next = self.starts.clone();
        self.pairs = vec![Pair::default(); parts.iter().map(Vec::len).sum()];
        for pair in parts.iter().flatten() {
            let Some(at) = next.get_mut(of(pair)) else { continue };
            if let Some(slot) = self.pairs.get_mut(usize_of(*at)) {
                *slot = *pair;
            }
            *at += 1;
        }
    }
}

impl Pair {
    fn mixed(&self) -> u64 {
        let [[a, b, c, d], [e, f, g, h]] = self.key.map(u32::to_ne_bytes);
        u64::from_ne_bytes([a, b, c, d, e, f, g, h])
    }
}

fn cabinet_of(mixed: u64) -> usize {
    usize::try_from(mixed >> (u64::BITS - CABINET_BITS)).unwrap_or(0)
}

fn drawer_of(mixed: u64, bits: u32) -> usize {
    let behind = mixed << CABINET_BITS;
    usize::try_from(behind.checked_shr(u64::BITS - bits).unwrap_or(0)).unwrap_or(0)
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
            // However they come: what is early stays before what is late.
            let (early, late) = pairs.split_at(pairs.len() / 3);
            let sorted = |some: &[(u64, u32)]| Sorted::new(some.len(), some.iter().copied());
            let lookup = Lookup::of(vec![sorted(early), sorted(late)]);
            for key in 0..u64::from(count) * 7 + 2 {
                let mut found: Vec<u32> = lookup.get(key).collect();
                let mut wanted: Vec<u32> = pairs.iter().filter(|pair| pair.0 == key).map(|pair| pair.1).collect();
                found.sort_unstable();
                wanted.sort_unstable();
                assert_eq!(found, wanted, "{key} of {count}");
            }
            let keys = 0..u64::from(count) * 7 + 2;
            let mut told = Vec::new();
            lookup.each(keys.clone(), |nth, place| told.push((nth, place)));
            let one_by_one = keys.enumerate().flat_map(|(nth, key)| lookup.get(key).map(move |place| (nth, place)));
            assert_eq!(told, one_by_one.collect::<Vec<_>>(), "{count}");
        }
    }
}
