//! Many names, to be asked who a payer is.

use super::likeness::{Likeness, likeness};
use super::normal::Name;
use std::collections::HashMap;

/// Many parties' names, built once and asked often.
#[derive(Debug, Default)]
pub struct Index {
    names: Vec<(u32, Name)>,
    by_flat: HashMap<String, Vec<usize>>,
}

impl Index {
    /// Built from parties and their names; a party may have several.
    pub fn new(names: impl IntoIterator<Item = (u32, Name)>) -> Index {
        let mut index = Index::default();
        for (party, name) in names {
            index.by_flat.entry(name.flat().to_owned()).or_default().push(index.names.len());
            index.names.push((party, name));
        }
        index
    }

    /// Who may be meant, most alike first, each party once; all that are equally alike.
    pub fn find(&self, name: &Name) -> Vec<(u32, Likeness)> {
        let places = self.by_flat.get(name.flat()).into_iter().flatten();
        let found = places.filter_map(|place| self.names.get(*place));
        found.map(|(party, known)| (*party, likeness(name, known))).collect()
    }
}
