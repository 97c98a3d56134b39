//! Signed checkpoints: the head of the journal's chain, for safe keeping where the journal is not.
//!
//! The key is made when the first checkpoint is signed, and kept for ever: `DIR/checkpoint.json`
//! holds it sealed, beside the text of the key that verifies, with mode 0600. Its name, which is the
//! log's too, is `opentrail/ACCOUNT/ID`: the operator's account and a random id, so that no two
//! journals share it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use identity::Vault;
use journal::Head;
use serde::{Deserialize, Serialize};
use trail::checkpoint::{Checkpoint, Signer};
use wire::Call;
use zeroize::Zeroizing;

use crate::world::World;

/// What the sealed seed is for; it cannot be opened as anything else.
const PURPOSE: &str = "checkpoint signing key";
const FILE: &str = "checkpoint.json";
const SEED_BYTES: usize = 32;

/// Where the head of the chain is asked for: a running journal, or a folder at rest. There is none
/// in a journal that is empty or damaged.
pub(crate) type ReadHead = Box<dyn Fn() -> Option<Head> + Send + Sync>;

/// The signer of checkpoints.
pub(crate) struct Checkpoints {
    folder: PathBuf,
    vault: Arc<Vault>,
    world: Arc<World>,
    head: ReadHead,
}

/// A signed checkpoint.
pub(crate) struct Signed {
    /// The note.
    pub note: String,
    /// The text of the key that verifies it.
    pub verifier_key: String,
    /// The last frame that it covers.
    pub sequence: u64,
}

/// Why there is no checkpoint.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CheckpointError {
    /// The file of the key cannot be read or written.
    #[error("{} cannot be read or written", .0.display())]
    File(PathBuf, #[source] io::Error),
    /// The file is not one of ours.
    #[error("{} does not hold this folder's checkpoint key", .0.display())]
    Form(PathBuf),
    /// The journal is empty or damaged.
    #[error("the journal is empty or damaged: nothing is signed")]
    NoHead,
    /// The operating system gives no randomness.
    #[error("the operating system gives no randomness")]
    Randomness,
    /// The checkpoint cannot be written or signed.
    #[error(transparent)]
    Sign(#[from] trail::checkpoint::Error),
}

/// What the file holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    /// The name of the log and of its key.
    origin: String,
    /// The text of the key that verifies.
    verifier_key: String,
    /// The seed of the key that signs, in base64, sealed.
    sealed: String,
}

impl Checkpoints {
    /// Returns the signer of a data folder.
    pub(crate) fn new(folder: &Path, vault: Arc<Vault>, world: Arc<World>, head: ReadHead) -> Self {
        Self { folder: folder.to_owned(), vault, world, head }
    }

    /// Signs what is durable now; `account` is the operator's, which a new key is named after.
    ///
    /// # Errors
    /// Those named at [`CheckpointError`].
    pub(crate) fn sign(&self, account: &str) -> Result<Signed, CheckpointError> {
        let head = (self.head)().ok_or(CheckpointError::NoHead)?;
        let stored = match self.read()? {
            Some(stored) => stored,
            None => self.make(account)?,
        };
        let signer = self.open(&stored)?;
        let checkpoint = Checkpoint {
            origin: stored.origin,
            size: head.sequence.get(),
            root: head.hash,
            extensions: vec![format!("time {}", event::event_time(self.world.wall()))],
        };
        Ok(Signed {
            note: checkpoint.sign(&signer)?,
            verifier_key: stored.verifier_key,
            sequence: checkpoint.size,
        })
    }

    fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    fn read(&self) -> Result<Option<Stored>, CheckpointError> {
        let path = self.path();
        match fs::read(&path) {
            Ok(bytes) => {
                let stored = serde_json::from_slice(&bytes);
                stored.map(Some).map_err(|_| CheckpointError::Form(path))
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(CheckpointError::File(path, cause)),
        }
    }

    fn open(&self, stored: &Stored) -> Result<Signer, CheckpointError> {
        let form = || CheckpointError::Form(self.path());
        let plain = self.vault.open(PURPOSE, &stored.sealed).map_err(|_| form())?;
        let seed = Zeroizing::new(STANDARD.decode(plain.expose()).map_err(|_| form())?);
        let signer = Signer::from_seed(&stored.origin, &seed).map_err(|_| form())?;
        if signer.verifier_key() == stored.verifier_key { Ok(signer) } else { Err(form()) }
    }

    /// Makes the key; when another was quicker, its key is the one.
    fn make(&self, account: &str) -> Result<Stored, CheckpointError> {
        let mut seed = Zeroizing::new([0; SEED_BYTES]);
        SystemRandom::new().fill(&mut *seed).map_err(|_| CheckpointError::Randomness)?;
        let origin = format!("opentrail/{account}/{:016x}", self.world.random());
        let verifier_key = Signer::from_seed(&origin, &*seed)?.verifier_key();
        let plain = Zeroizing::new(STANDARD.encode(*seed));
        let mut random = || self.world.random();
        let now = self.world.wall();
        let mut call = Call { account: "", region: "", now, random: &mut random };
        let sealed = self.vault.seal(PURPOSE, &plain, &mut call);
        let stored = Stored { origin, verifier_key, sealed };
        let bytes = serde_json::to_vec(&stored).expect("three texts are plain JSON");
        let path = self.path();
        match self.keep(&path, &bytes) {
            Ok(()) => Ok(stored),
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
                self.read()?.ok_or(CheckpointError::Form(path))
            }
            Err(cause) => Err(CheckpointError::File(path, cause)),
        }
    }

    /// Writes a file whole, where none is.
    fn keep(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let fresh = path.with_extension(format!("{:016x}", self.world.random()));
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(0o600).open(&fresh)?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        let named = written.and_then(|()| fs::hard_link(&fresh, path));
        fs::remove_file(&fresh)?;
        named?;
        File::open(&self.folder)?.sync_all()
    }
}

/// Returns the text of the key that verifies a folder's checkpoints, when it has one.
///
/// # Errors
/// [`CheckpointError::File`], [`CheckpointError::Form`]
pub(crate) fn verifier_key(folder: &Path) -> Result<Option<String>, CheckpointError> {
    let path = folder.join(FILE);
    match fs::read(&path) {
        Ok(bytes) => {
            let stored: Result<Stored, _> = serde_json::from_slice(&bytes);
            stored.map(|stored| Some(stored.verifier_key)).map_err(|_| CheckpointError::Form(path))
        }
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(CheckpointError::File(path, cause)),
    }
}

#[cfg(test)]
mod tests {
    use journal::Sequence;
    use trail::checkpoint::Verifier;

    use super::*;

    fn checkpoints(folder: &Path, vault: u8) -> Checkpoints {
        let head = || Some(Head { sequence: Sequence::new(7), hash: [3; 32] });
        let vault = Arc::new(Vault::new(&[vault; 32]));
        Checkpoints::new(folder, vault, Arc::new(World::new()), Box::new(head))
    }

    #[test]
    fn a_key_is_made_once_and_its_file_shows_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let first = checkpoints(folder.path(), 7).sign("111122223333").unwrap();
        let again = checkpoints(folder.path(), 7).sign("444455556666").unwrap();
        assert_eq!(first.verifier_key, again.verifier_key);
        let told = verifier_key(folder.path()).unwrap().unwrap();
        assert_eq!(told, first.verifier_key);
        let opened = Checkpoint::open(&again.note, &Verifier::parse(&told).unwrap()).unwrap();
        assert_eq!((opened.size, opened.root), (7, [3; 32]));
        assert!(opened.origin.starts_with("opentrail/111122223333/"), "{}", opened.origin);
        let others = checkpoints(folder.path(), 8).sign("111122223333");
        assert!(matches!(others, Err(CheckpointError::Form(_))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn no_two_folders_share_a_name() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let keys = folders
            .map(|folder| checkpoints(folder.path(), 7).sign("111122223333").unwrap().verifier_key);
        let name = |key: &str| key.split('+').next().map(str::to_owned);
        assert_ne!(name(&keys[0]), name(&keys[1]));
    }

    #[test]
    fn of_two_that_make_a_key_at_once_one_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let one = checkpoints(folder.path(), 7);
        let first = one.make("111122223333").unwrap();
        let second = one.make("111122223333").unwrap();
        assert_eq!(first.verifier_key, second.verifier_key);
    }
}
