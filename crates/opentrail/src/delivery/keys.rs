//! Signing keys: made when a digest needs one, kept sealed in the journal, opened once.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use identity::Secret;
use jiff::Timestamp;
use trail::signing::{self, SigningKey};
use trail::{Change as TrailChange, KeyPair};
use wire::Call;

use super::{Deliverer, Undelivered, internal};
use crate::commit::Draft;
use crate::state::Change;

/// What sealed private keys are for; one cannot be opened as anything else.
const PURPOSE: &str = "digest signing key";

/// Private keys in use, by fingerprint.
pub(super) type OpenKeys = BTreeMap<String, Arc<OpenKey>>;

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
        &mut self,
        region: &str,
        at: Timestamp,
    ) -> Result<Arc<OpenKey>, Undelivered> {
        let known =
            |state: &crate::state::State| state.trail.keys.get(region).cloned().unwrap_or_default();
        let mut keys = self.gateway.commits.look(known);
        while let Some((from, to)) = signing::next_key_period(&keys, at) {
            let key = self.make_key(from, to).await?;
            let change = TrailChange::Key { region: region.to_owned(), key: key.clone() };
            let made = self
                .gateway
                .record(|_, _| Draft { changes: vec![Change::Trail(change)], events: Vec::new() });
            made.await.map_err(Undelivered::from)?;
            keys.push(key);
        }
        let pair = signing::key_at(&keys, at).ok_or_else(|| internal("no key is valid"))?;
        self.open(pair)
    }

    fn open(&mut self, pair: &KeyPair) -> Result<Arc<OpenKey>, Undelivered> {
        if let Some(open) = self.keys.get(&pair.fingerprint) {
            return Ok(Arc::clone(open));
        }
        let sealed = self.gateway.vault.open(PURPOSE, &pair.sealed);
        let sealed = sealed.map_err(|cause| internal(&cause.to_string()))?;
        let pkcs8 =
            STANDARD.decode(sealed.expose()).map_err(|cause| internal(&cause.to_string()))?;
        let key = SigningKey::from_pkcs8(&pkcs8).map_err(|cause| internal(&cause.to_string()))?;
        let open = Arc::new(OpenKey { fingerprint: pair.fingerprint.clone(), key });
        self.keys.insert(pair.fingerprint.clone(), Arc::clone(&open));
        Ok(open)
    }

    /// Makes a key of its own thread: it takes a while.
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
