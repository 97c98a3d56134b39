//! The keys that are trusted, checked once.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::question::PublicKey;
use super::report::{Finding, Kind};
use crate::signing::{VerifyingKey, fingerprint};

/// AWS makes keys when it needs them, and it signs up to an hour or two after a digest's end.
const EARLY: SignedDuration = SignedDuration::from_hours(2);

/// Trusted keys by fingerprint.
pub(super) struct Keys<'a> {
    keys: BTreeMap<&'a str, Vec<Key<'a>>>,
    /// What is wrong with those that were given.
    pub(super) findings: Vec<Finding>,
}

struct Key<'a> {
    public: &'a PublicKey,
    verifying: VerifyingKey,
}

impl<'a> Keys<'a> {
    pub(super) fn new(given: &'a [PublicKey]) -> Self {
        let mut keys: BTreeMap<&str, Vec<Key<'_>>> = BTreeMap::new();
        let mut findings = Vec::new();
        for public in given {
            match check(public) {
                Ok(verifying) => {
                    let same = keys.entry(&public.fingerprint).or_default();
                    same.push(Key { public, verifying });
                }
                Err(words) => findings.push(Finding {
                    bucket: String::new(),
                    key: public.fingerprint.clone(),
                    kind: Kind::TrustedKey,
                    words,
                }),
            }
        }
        Self { keys, findings }
    }

    /// Returns the key of this fingerprint, if it signs for a Region at a time. A time that is not
    /// known is not checked.
    pub(super) fn find(
        &self,
        fingerprint: &str,
        region: &str,
        at: Option<Timestamp>,
    ) -> Result<&VerifyingKey, String> {
        let same = self.keys.get(fingerprint).map(Vec::as_slice).unwrap_or_default();
        if same.is_empty() {
            return Err(format!("it is signed with the key {fingerprint}, which is not trusted"));
        }
        let for_region: Vec<_> = same.iter().filter(|key| key.is_of(region)).collect();
        if for_region.is_empty() {
            let words = "is another Region's: it does not sign here";
            return Err(format!("the key {fingerprint} {words}"));
        }
        let key = for_region.into_iter().find(|key| at.is_none_or(|at| key.signs_at(at)));
        key.map(|key| &key.verifying)
            .ok_or_else(|| format!("the key {fingerprint} was not valid at the digest's time"))
    }
}

impl Key<'_> {
    fn is_of(&self, region: &str) -> bool {
        self.public.region.as_deref().is_none_or(|own| own == region)
    }

    fn signs_at(&self, at: Timestamp) -> bool {
        let from = self.public.valid_from.checked_sub(EARLY).unwrap_or(Timestamp::MIN);
        from <= at && at < self.public.valid_to
    }
}

fn check(public: &PublicKey) -> Result<VerifyingKey, String> {
    if fingerprint(&public.der) != public.fingerprint {
        return Err("the trusted key has another fingerprint than it says".to_owned());
    }
    VerifyingKey::from_der(&public.der).map_err(|error| format!("the trusted key is {error}"))
}
