//! Signing keys: made when a digest needs one, kept sealed in the journal, opened once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use identity::Secret;
use jiff::Timestamp;
use trail::signing::{self, SigningKey};
use trail::{Change as TrailChange, KeyPair};
use wire::Call;
use zeroize::Zeroizing;

use super::{Deliverer, Undelivered, internal, lock};
use crate::commit::Draft;
use crate::state::{Change, State};

/// What sealed private keys are for; one cannot be opened as anything else.
const PURPOSE: &str = "digest signing key";

/// Private keys in use, by fingerprint.
#[derive(Default)]
pub(super) struct OpenKeys(Mutex<BTreeMap<String, Arc<OpenKey>>>);

/// A private key in use.
pub(super) struct OpenKey {
    /// The MD5 of its public key, in hexadecimal.
    pub fingerprint: String,
    /// The key.
    pub key: SigningKey,
}

impl Deliverer {
    /// Returns the key that signs a Region's digest that ends at `at`, making one where none is
    /// valid or the newest is old enough.
    pub(super) async fn signing_key(
        &self,
        region: &str,
        at: Timestamp,
    ) -> Result<Arc<OpenKey>, Undelivered> {
        let known = || {
            let keys = |state: &State| state.trail.keys.get(region).cloned().unwrap_or_default();
            self.gateway.commits.look(keys)
        };
        while let Some((from, to)) = signing::next_key_period(&known(), at) {
            let key = self.make_key(from, to).await?;
            let made = self.gateway.record(|state, _| {
                let keys = state.trail.keys.get(region).map(Vec::as_slice).unwrap_or_default();
                // another trail's digest may have needed one at the same time
                let is_missing = signing::next_key_period(keys, at) == Some((from, to));
                let change = TrailChange::Key { region: region.to_owned(), key };
                let changes = is_missing.then_some(Change::Trail(change)).into_iter().collect();
                Draft { changes, events: Vec::new() }
            });
            made.await.map_err(Undelivered::from)?;
        }
        let keys = known();
        let pair = signing::key_at(&keys, at).ok_or_else(|| internal("no key is valid"))?;
        self.open(pair)
    }

    fn open(&self, pair: &KeyPair) -> Result<Arc<OpenKey>, Undelivered> {
        let mut keys = lock(&self.keys.0);
        if let Some(open) = keys.get(&pair.fingerprint) {
            return Ok(Arc::clone(open));
        }
        let sealed = self.gateway.vault.open(PURPOSE, &pair.sealed);
        let sealed = sealed.map_err(|cause| internal(&cause.to_string()))?;
        let pkcs8 =
            STANDARD.decode(sealed.expose()).map_err(|cause| internal(&cause.to_string()))?;
        let pkcs8 = Zeroizing::new(pkcs8);
        let key = SigningKey::from_pkcs8(&pkcs8).map_err(|cause| internal(&cause.to_string()))?;
        let open = Arc::new(OpenKey { fingerprint: pair.fingerprint.clone(), key });
        keys.insert(pair.fingerprint.clone(), Arc::clone(&open));
        Ok(open)
    }

    /// Makes a key in a thread of its own: it takes a while.
    async fn make_key(&self, from: Timestamp, to: Timestamp) -> Result<KeyPair, Undelivered> {
        let made = tokio::task::spawn_blocking(signing::generate).await;
        let made = made.map_err(|cause| internal(&cause.to_string()))?;
        let made = made.map_err(|cause| internal(&cause.to_string()))?;
        let world = &self.gateway.world;
        let mut random = || world.random();
        let mut call = Call { account: "", region: "", now: world.now(), random: &mut random };
        let plain = Secret::new(STANDARD.encode(&made.pkcs8));
        Ok(KeyPair {
            public_key: STANDARD.encode(&made.public_der),
            fingerprint: made.fingerprint,
            valid_from: from,
            valid_to: to,
            sealed: self.gateway.vault.seal(PURPOSE, plain.expose(), &mut call),
        })
    }
}
