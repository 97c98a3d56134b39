//! Signing keys, derived once for a day, Region and service and kept for the next call.

use std::collections::HashMap;
use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::hmac;

use super::claim::Claim;
use super::digest;

/// A bounded memory of derived signing keys.
///
/// Deriving takes four HMACs; remembering makes a call cost one. Only keys that proved a signature
/// are kept, so nobody without the secret can push others out; and an entry answers only to the
/// very secret it was derived from, so a secret that is replaced takes effect at once.
///
/// Two generations: when the young one is full it becomes the old one, and what is asked for again
/// moves back. No more than twice the capacity is ever held.
pub struct Keys {
    capacity: usize,
    generations: Mutex<Generations>,
}

#[derive(Default)]
struct Generations {
    young: HashMap<String, Entry>,
    old: HashMap<String, Entry>,
}

struct Entry {
    secret: String,
    key: Arc<hmac::Key>,
}

/// A key and whether it is yet to be remembered.
pub(super) struct Lent {
    pub(super) key: Arc<hmac::Key>,
    fresh: bool,
}

impl Keys {
    /// Returns an empty memory for up to twice `capacity` keys.
    pub fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), generations: Mutex::default() }
    }

    /// Returns the signing key of this claim, from memory when it is there.
    pub(super) fn lend(&self, claim: &Claim, secret: &str) -> Lent {
        if let Some(key) = self.remembered(&place(claim), secret) {
            return Lent { key, fresh: false };
        }
        let key = derive(secret, &claim.date, &claim.region, &claim.service);
        Lent { key: Arc::new(key), fresh: true }
    }

    /// Remembers a key that has proven its signature.
    pub(super) fn keep(&self, claim: &Claim, secret: &str, lent: &Lent) {
        if lent.fresh {
            let entry = Entry { secret: secret.to_owned(), key: Arc::clone(&lent.key) };
            self.with(|generations| generations.insert(place(claim), entry, self.capacity));
        }
    }

    fn remembered(&self, place: &str, secret: &str) -> Option<Arc<hmac::Key>> {
        self.with(|generations| {
            if !generations.young.contains_key(place) {
                let (place, entry) = generations.old.remove_entry(place)?;
                generations.insert(place, entry, self.capacity);
            }
            let entry = generations.young.get(place)?;
            digest::equal(&entry.secret, secret).then(|| Arc::clone(&entry.key))
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Generations) -> T) -> T {
        act(&mut self.generations.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Generations {
    fn insert(&mut self, place: String, entry: Entry, capacity: usize) {
        if self.young.len() >= capacity {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(place, entry);
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = self.with(|generations| generations.young.len() + generations.old.len());
        f.debug_struct("Keys")
            .field("capacity", &self.capacity)
            .field("held", &held)
            .finish_non_exhaustive()
    }
}

/// Derives the signing key: the secret, narrowed to a day, a Region and a service.
pub(super) fn derive(secret: &str, date: &str, region: &str, service: &str) -> hmac::Key {
    let first = hmac::Key::new(hmac::HMAC_SHA256, format!("AWS4{secret}").as_bytes());
    [date, region, service, "aws4_request"].iter().fold(first, |key, word| {
        hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, word.as_bytes()).as_ref())
    })
}

fn place(claim: &Claim) -> String {
    [&*claim.access_key_id, &claim.date, &claim.region, &claim.service].join("/")
}
