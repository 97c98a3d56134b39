//! Finding rows by something else than their id.

use std::collections::BTreeMap;

/// A value and the ids of the rows that have it, in order.
///
/// It is a function of the rows alone, however they came about: so it need not be written out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Index(BTreeMap<String, Vec<String>>);

impl Index {
    /// Notes that the row `id` has this value.
    pub(super) fn add(&mut self, value: &str, id: &str) {
        let ids = self.0.entry(value.to_owned()).or_default();
        if let Err(place) = ids.binary_search_by(|held| held.as_str().cmp(id)) {
            ids.insert(place, id.to_owned());
        }
    }

    /// Notes that the row `id` has this value no more.
    pub(super) fn remove(&mut self, value: &str, id: &str) {
        let Some(ids) = self.0.get_mut(value) else { return };
        ids.retain(|held| held != id);
        if ids.is_empty() {
            self.0.remove(value);
        }
    }

    /// Returns the ids of the rows with this value, in order.
    pub(super) fn ids(&self, value: &str) -> impl Iterator<Item = &str> {
        self.0.get(value).into_iter().flatten().map(String::as_str)
    }
}
