//! A map that holds so many entries and forgets the oldest.

use std::collections::{HashMap, VecDeque};

#[derive(Debug)]
pub(super) struct Shelf<T> {
    entries: HashMap<String, T>,
    order: VecDeque<String>,
    capacity: usize,
}

impl<T> Shelf<T> {
    pub(super) fn new(capacity: usize) -> Shelf<T> {
        Shelf { entries: HashMap::new(), order: VecDeque::new(), capacity: capacity.max(1) }
    }

    /// Puts a new entry; the oldest goes when there is no room.
    pub(super) fn put(&mut self, key: String, value: T) {
        if self.entries.insert(key.clone(), value).is_some() {
            return;
        }
        self.order.push_back(key);
        if self.order.len() > self.capacity
            && let Some(oldest) = self.order.pop_front()
        {
            self.entries.remove(&oldest);
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&T> {
        self.entries.get(key)
    }

    /// Every entry, the oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &T)> {
        self.order.iter().filter_map(|key| self.entries.get_key_value(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_the_oldest() {
        let mut shelf = Shelf::new(2);
        for (key, value) in [("a", 1), ("b", 2), ("b", 3), ("c", 4)] {
            shelf.put(key.to_owned(), value);
        }
        assert_eq!((shelf.get("a"), shelf.get("b"), shelf.get("c")), (None, Some(&3), Some(&4)));
        assert_eq!(shelf.iter().map(|(key, value)| (key.as_str(), *value)).collect::<Vec<_>>(), [("b", 3), ("c", 4)]);
    }
}
