//! Signs SNS messages, and shows the certificate by which others check that.
//!
//! The key is made when the first message is signed, and kept for ever: `DIR/notary.json` holds it
//! sealed, beside its certificate, with mode 0600.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use identity::Vault;
use messaging::Signed;
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, SigningKey as _};
use serde::{Deserialize, Serialize};
use wire::Call;

use crate::world::World;

/// What the sealed key is for; it cannot be opened as anything else.
const PURPOSE: &str = "notification signing key";
/// Where the certificate is shown; AWS's names begin like this.
pub(crate) const CERTIFICATE_PATH: &str = "/SimpleNotificationService-opentrail.pem";

/// The signer of messages.
pub(crate) struct Notary {
    path: PathBuf,
    endpoint: String,
    vault: Arc<Vault>,
    world: Arc<World>,
    open: OnceLock<Open>,
}

struct Open {
    key: KeyPair,
    certificate: String,
}

/// Why there is no signer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotaryError {
    /// The file cannot be read or written.
    #[error("{0} cannot be read or written")]
    File(PathBuf, #[source] io::Error),
    /// The file is not one of ours.
    #[error("{0} does not hold this folder's notification key")]
    Form(PathBuf),
}

/// What the file holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    /// The PKCS#8 key in base64, sealed.
    sealed: String,
    /// The certificate in PEM.
    certificate: String,
}

impl Notary {
    /// Opens the signer of a data folder.
    ///
    /// # Errors
    /// The folder has one that cannot be used.
    pub(crate) fn open(
        dir: &Path,
        endpoint: &str,
        vault: Arc<Vault>,
        world: Arc<World>,
    ) -> Result<Self, NotaryError> {
        let path = dir.join("notary.json");
        let open = OnceLock::new();
        if path.exists() {
            let text = fs::read(&path).map_err(|cause| NotaryError::File(path.clone(), cause))?;
            let kept = read(&text, &vault).ok_or_else(|| NotaryError::Form(path.clone()))?;
            open.get_or_init(|| kept);
        }
        Ok(Self { path, endpoint: endpoint.to_owned(), vault, world, open })
    }

    /// Signs a message's canonical text with SHA-256 and RSA: signature version 2.
    ///
    /// # Panics
    /// When the operating system gives no randomness for a key.
    pub(crate) fn sign(&self, text: &str) -> Signed {
        let signature = self.key().key.sign(text.as_bytes()).expect("an RSA key signs any text");
        Signed {
            signature: STANDARD.encode(signature),
            cert_url: format!("{}{CERTIFICATE_PATH}", self.endpoint),
        }
    }

    /// Returns whether there is a key yet.
    pub(crate) fn has_key(&self) -> bool {
        self.open.get().is_some()
    }

    /// Makes the key, when there is none; takes a while.
    pub(crate) fn make_key(&self) {
        self.key();
    }

    /// Returns the certificate of the key that signs, in PEM.
    pub(crate) fn certificate(&self) -> &str {
        &self.key().certificate
    }

    fn key(&self) -> &Open {
        self.open.get_or_init(|| {
            let made = make();
            if let Err(cause) = self.keep(&made) {
                // what is signed can be checked until the server ends
                tracing::error!(cause = %crate::logs::chain(&cause), "a new key was not kept");
            }
            made
        })
    }

    fn keep(&self, open: &Open) -> Result<(), NotaryError> {
        let mut random = || self.world.random();
        let now = self.world.wall();
        let mut call = Call { account: "", region: "", now, random: &mut random };
        let plain = STANDARD.encode(open.key.serialized_der());
        let stored = Stored {
            sealed: self.vault.seal(PURPOSE, &plain, &mut call),
            certificate: open.certificate.clone(),
        };
        let bytes = serde_json::to_vec(&stored).expect("two texts are plain JSON");
        write_new(&self.path, &bytes).map_err(|cause| NotaryError::File(self.path.clone(), cause))
    }
}

fn make() -> Open {
    let key = KeyPair::generate_for(&PKCS_RSA_SHA256).expect("RSA keys can be made");
    let mut params = CertificateParams::new(vec!["sns.opentrail".to_owned()])
        .expect("the name is a plain host name");
    params.distinguished_name.push(DnType::CommonName, "opentrail notifications");
    let certificate = params.self_signed(&key).expect("the key signs its own certificate").pem();
    Open { key, certificate }
}

fn read(text: &[u8], vault: &Vault) -> Option<Open> {
    let stored: Stored = serde_json::from_slice(text).ok()?;
    let plain = vault.open(PURPOSE, &stored.sealed).ok()?;
    let der = STANDARD.decode(plain.expose()).ok()?;
    let key = KeyPair::from_pkcs8_der_and_sign_algo(&der.into(), &PKCS_RSA_SHA256).ok()?;
    Some(Open { key, certificate: stored.certificate })
}

/// Writes a file whole or not at all.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    file.write_all(bytes).and_then(|()| file.sync_all())?;
    fs::rename(&fresh, path)?;
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_kept_and_its_file_shows_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (vault, world) = (Arc::new(Vault::new(&[7; 32])), Arc::new(World::new()));
        let open = |vault: &Arc<Vault>| {
            Notary::open(folder.path(), "http://x", Arc::clone(vault), Arc::clone(&world))
        };
        let first = open(&vault).unwrap();
        let signed = first.sign("text");
        let again = open(&vault).unwrap();
        assert_eq!(again.sign("text").signature, signed.signature);
        assert_eq!(again.certificate(), first.certificate());
        assert!(matches!(open(&Arc::new(Vault::new(&[8; 32]))), Err(NotaryError::Form(_))));
        let kept = fs::read(folder.path().join("notary.json")).unwrap();
        let plain = STANDARD.encode(&first.key().key.serialized_der()[..60]);
        assert!(!String::from_utf8(kept).unwrap().contains(&plain));
    }
}
