//! Opens a data folder: keys, journal, state and index; founds a new world where there is none.
//!
//! ```text
//!   DIR/secrets.key      what seals secrets and tokens; mode 0600
//!   DIR/journal/         every event and every change
//!   DIR/lake/            every event in an open table, for lookups and SQL
//!   DIR/snapshots/       the state now and then, so that a restart is quick
//!   DIR/server.json      where the running server listens
//! ```

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use identity::Vault;
use journal::{Head, Journal, Options, Reader, Sequence, Snapshots};
use lake::Store;
use rustix::fs::Mode;
use tokio::runtime::Runtime;

use crate::archive::{Archive, ArchiveError};
use crate::commit::{Commits, Draft, Written};
use crate::config::Config;
use crate::flush::{self, FlushError};
use crate::founding;
use crate::frame::{Frame, FrameError};
use crate::state::{Change, State};
use crate::story;
use crate::tokens::Tokens;
use crate::world::World;

/// The largest frame: far more than a call can fill, enough for a seed of many thousand buyers.
const FRAME_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Why a data folder cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BootError {
    /// A file cannot be used.
    #[error("{} cannot be used", .0.display())]
    File(PathBuf, #[source] io::Error),
    /// The journal or a snapshot cannot.
    #[error(transparent)]
    Journal(#[from] journal::Error),
    /// A frame is not understood.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// A frame cannot be indexed.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The lake cannot be opened.
    #[error("the lake cannot be opened")]
    Lake(#[from] FlushError),
    /// There is no data folder.
    #[error("{} is no opentrail data folder; `opentrail up --data DIR` makes one", .0.display())]
    NoFolder(PathBuf, #[source] journal::Error),
    /// The seed file is wrong.
    #[error("seed file {}: {cause}", path.display())]
    Seed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// The world could not be made.
    #[error("the world cannot be founded")]
    Founding(#[from] wire::Fault),
    /// The folder holds another world than the demo's.
    #[error("{} holds another world than the demo's; name another folder with --data", .0.display())]
    OtherWorld(PathBuf),
    /// The demo world would be open to others.
    #[error("the demo world listens on loopback only; choose another --listen address")]
    OpenDemo,
    /// The operating system gives no randomness.
    #[error("the operating system gives no randomness")]
    Randomness,
}

type Result<T> = std::result::Result<T, BootError>;

/// Names the file that an input or output failed on.
fn on(path: &Path) -> impl FnOnce(io::Error) -> BootError + use<> {
    let path = path.to_owned();
    |cause| BootError::File(path, cause)
}

/// The keys of a data folder.
pub(crate) struct Secrets {
    /// Seals secret access keys and sessions.
    pub vault: Vault,
    /// Seals paging tokens.
    pub tokens: Tokens,
}

/// A data folder, open for writing.
pub(crate) struct Opened {
    /// The journal.
    pub journal: Arc<Journal>,
    /// The snapshots.
    pub snapshots: Arc<Snapshots>,
    /// State and journal as one.
    pub commits: Commits,
    /// The events.
    pub archive: Arc<Archive>,
    /// The keys.
    pub secrets: Secrets,
    /// The root key of a world that was founded just now: key id and secret.
    pub root_key: Option<(String, String)>,
}

/// A data folder at rest, or beside its server: for looking only.
pub(crate) struct AtRest {
    /// The state.
    pub state: State,
    /// The events.
    pub archive: Archive,
    /// The keys.
    pub secrets: Secrets,
    /// What is damaged, in words.
    pub damage: Vec<String>,
    /// The last frame with the chain's hash; nothing when there is none.
    pub head: Option<Head>,
}

/// Opens the folder for writing.
///
/// # Errors
/// Another server has it, it is damaged, or it was written by a newer release.
pub(crate) fn open(
    config: &Config,
    demo: bool,
    world: &Arc<World>,
    runtime: &Runtime,
) -> Result<Opened> {
    let dir = &config.data;
    if demo && !config.listen.ip().is_loopback() {
        return Err(BootError::OpenDemo);
    }
    make_private(dir)?;
    let options = Options {
        segment_bytes: config.journal.segment_bytes,
        reserve_bytes: config.journal.reserve_bytes,
        // a seed is one frame however large, so that no crash leaves half a world
        payload_bytes_max: FRAME_BYTES_MAX,
        ..Options::default()
    };
    let (journal, recovery) = Journal::open(dir, options)?;
    tracing::info!(epoch = recovery.epoch, frames = recovery.head.sequence.get(), "journal open");
    if let Some(cut) = &recovery.cut {
        tracing::warn!(bytes = cut.bytes, "cut a torn tail, none of which was acknowledged");
    }
    let secrets = secrets(dir, journal.durable() == Sequence::START)?;
    let snapshots = Snapshots::open(dir)?;
    let journal = Arc::new(journal);
    let source = Arc::clone(&journal);
    let read_frame =
        move |sequence| source.read(Sequence::new(sequence)).map(|frame| frame.payload);
    let (lake, flushed) = runtime.block_on(open_lake(dir, &journal, world))?;
    let archive = Archive::new(Box::new(read_frame), Some(Arc::new(lake)), flushed);
    let (state, last) = restore(&journal, &snapshots, &archive)?;
    let commits = Commits::new(state, last, Arc::clone(&journal), Arc::clone(world));
    let mut opened = Opened {
        journal,
        snapshots: Arc::new(snapshots),
        commits,
        archive: Arc::new(archive),
        secrets,
        root_key: None,
    };
    if last == 0 {
        opened.root_key = Some(found(&opened, config, demo, world)?);
    } else if demo && !opened.commits.look(|state| state.demo) {
        return Err(BootError::OtherWorld(dir.clone()));
    }
    if opened.commits.look(|state| state.demo) && !config.listen.ip().is_loopback() {
        return Err(BootError::OpenDemo);
    }
    if config.sandbox_clock && !opened.commits.look(|state| state.clock_movable) {
        append(&opened, world, vec![Change::ClockMovable(true)], "SandboxClockEnabled")?;
    }
    Ok(opened)
}

/// Opens the history of all events; returns it with the last frame that it has.
async fn open_lake(dir: &Path, journal: &Journal, world: &World) -> Result<(Store, u64)> {
    let id = uuid::Uuid::try_parse(&world.uuid()).expect("the world's ids are UUIDs");
    let folder = dir.join("lake").join("events");
    let lake = Store::open(&folder, "events", id, world.wall()).await.map_err(FlushError::from)?;
    let reached = lake.reached(flush::APP).await.map_err(FlushError::from)?;
    let flushed = reached.and_then(|reached| u64::try_from(reached).ok()).unwrap_or(0);
    if flushed > journal.durable().get() {
        return Err(FlushError::Ahead(flushed).into());
    }
    Ok((lake, flushed))
}

/// Folds the journal into the state, from the newest snapshot on, and indexes the events that the
/// lake does not have.
fn restore(journal: &Journal, snapshots: &Snapshots, archive: &Archive) -> Result<(State, u64)> {
    let (mut state, mut last) = newest_state(snapshots, journal)?;
    let (from, flushed) = (last, archive.flushed());
    for frame in journal.read_from(Sequence::new(from.min(flushed) + 1)) {
        let frame = frame?;
        let sequence = frame.sequence.get();
        let content = Frame::read(sequence, &frame.payload)?;
        if sequence > flushed {
            archive.apply(sequence, &content)?;
        }
        if sequence > from {
            content.changes.iter().for_each(|change| state.apply(change));
            last = sequence;
        }
    }
    Ok((state, last))
}

/// A state as a snapshot holds it.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Snapshot {
    /// The journal's chain at the snapshot's frame, in hexadecimal.
    chain: String,
    state: State,
}

/// Returns a state's JSON as a snapshot holds it, tied to the journal's chain at its frame.
pub(crate) fn snapshot_bytes(chain: &journal::Hash, state: &[u8]) -> Vec<u8> {
    let mut bytes = format!(r#"{{"chain":"{}","state":"#, story::hex(chain)).into_bytes();
    bytes.extend_from_slice(state);
    bytes.push(b'}');
    bytes
}

/// Returns the newest snapshot that can be used; without one the state is folded from nothing.
///
/// A snapshot counts only when the journal's chain at its frame is the one it was written at: one
/// of another journal, or of a time before an older copy was restored, is somebody else's state.
fn newest_state(snapshots: &Snapshots, journal: &Journal) -> Result<(State, u64)> {
    let found = snapshots.newest()?;
    for cause in &found.broken {
        tracing::warn!(cause = %crate::logs::chain(cause), "a snapshot is broken and passed over");
    }
    let Some(newest) = found.newest.filter(|newest| newest.sequence <= journal.durable()) else {
        return Ok((State::default(), 0));
    };
    let here = journal.read(newest.sequence)?.hash;
    match serde_json::from_slice::<Snapshot>(&newest.bytes) {
        Ok(snapshot) if snapshot.chain == story::hex(&here) => {
            return Ok((snapshot.state, newest.sequence.get()));
        }
        Ok(_) => tracing::warn!("a snapshot is of another journal and passed over"),
        Err(cause) => tracing::warn!(%cause, "a snapshot is of another release and passed over"),
    }
    Ok((State::default(), 0))
}

fn found(opened: &Opened, config: &Config, demo: bool, world: &World) -> Result<(String, String)> {
    let seed = match &config.seed {
        Some(path) => {
            let wrong = |cause: String| BootError::Seed { path: path.clone(), cause };
            let text = fs::read_to_string(path).map_err(on(path))?;
            let seed: sandbox::Seed =
                toml::from_str(&text).map_err(|cause| wrong(cause.to_string()))?;
            seed.check().map_err(|cause| wrong(cause.to_string()))?;
            seed
        }
        None => sandbox::Seed::default(),
    };
    let mut random = || world.random();
    let made = founding::found(demo, &seed, &opened.secrets.vault, world.now(), &mut random)?;
    let mut changes = made.changes;
    if config.sandbox_clock {
        // in the same frame: a start that fails later must not leave a world without its root key
        changes.push(Change::ClockMovable(true));
    }
    append(opened, world, changes, "WorldFounded")?;
    Ok(made.root_key)
}

/// Appends changes that no call asked for, with the event that tells of them; returns its frame.
///
/// # Errors
/// The journal cannot be written.
pub(crate) fn append(
    opened: &Opened,
    world: &World,
    changes: Vec<Change>,
    event_name: &str,
) -> Result<u64> {
    let operator = changes.iter().find_map(|change| match change {
        Change::Begin { operator_account, .. } => Some(operator_account.clone()),
        _ => None,
    });
    let account =
        operator.unwrap_or_else(|| opened.commits.look(|state| state.operator_account.clone()));
    let event = story::own_event(event_name, &account, world);
    let draft = Draft { changes, events: vec![event] };
    let ((), written) = opened.commits.commit(&world.uuid(), |_, _| (draft, ()))?;
    let Written::Frame(ticket) = written else { unreachable!("the draft has an event") };
    let sequence = ticket.wait()?;
    let frame = opened.journal.read(sequence)?;
    opened.archive.index(sequence.get(), &frame.payload)?;
    Ok(sequence.get())
}

/// Opens the folder for looking; a running server is not disturbed.
///
/// # Errors
/// There is no data folder, or it was written by a newer release.
pub(crate) fn open_at_rest(dir: &Path) -> Result<AtRest> {
    let reader = Reader::open(dir).map_err(|cause| BootError::NoFolder(dir.to_owned(), cause))?;
    let secrets = secrets(dir, false)?;
    let (mut frames, mut damage, mut head) = (BTreeMap::new(), Vec::new(), None);
    for frame in reader {
        match frame {
            Ok(frame) => {
                head = Some(Head { sequence: frame.sequence, hash: frame.hash });
                frames.insert(frame.sequence.get(), frame.payload);
            }
            Err(cause) => damage.push(crate::logs::chain(&cause)),
        }
    }
    let frames = Arc::new(frames);
    let source = Arc::clone(&frames);
    let read_frame =
        move |sequence: u64| source.get(&sequence).cloned().ok_or(journal::Error::Closed);
    let archive = Archive::new(Box::new(read_frame), None, 0);
    let mut state = State::default();
    for (sequence, payload) in frames.iter() {
        let content = Frame::read(*sequence, payload)?;
        archive.apply(*sequence, &content)?;
        content.changes.iter().for_each(|change| state.apply(change));
    }
    Ok(AtRest { state, archive, secrets, damage, head })
}

/// Reads the state of a folder and its keys, without its events.
///
/// # Errors
/// There is no data folder, it is damaged, or it was written by a newer release.
pub(crate) fn state_at_rest(dir: &Path) -> Result<(State, Secrets)> {
    let reader = Reader::open(dir).map_err(|cause| BootError::NoFolder(dir.to_owned(), cause))?;
    let secrets = secrets(dir, false)?;
    let mut state = State::default();
    for frame in reader {
        let frame = frame?;
        let content = Frame::read(frame.sequence.get(), &frame.payload)?;
        content.changes.iter().for_each(|change| state.apply(change));
    }
    Ok((state, secrets))
}

/// Returns the folder's keys; a new folder gets new ones.
fn secrets(dir: &Path, fresh: bool) -> Result<Secrets> {
    let path = dir.join("secrets.key");
    if fresh && !path.exists() {
        let mut bytes = [0; 64];
        SystemRandom::new().fill(&mut bytes).map_err(|_| BootError::Randomness)?;
        // whole or not at all: a folder with half a key could never be opened again
        let fresh = dir.join("secrets.key.new");
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&fresh)
            .map_err(on(&fresh))?;
        file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(on(&fresh))?;
        fs::rename(&fresh, &path).map_err(on(&path))?;
        fs::File::open(dir).and_then(|dir| dir.sync_all()).map_err(on(dir))?;
    }
    let mut bytes = [0; 64];
    fs::File::open(&path).and_then(|mut file| file.read_exact(&mut bytes)).map_err(on(&path))?;
    let (vault, tokens) = bytes.split_at(32);
    let key = |half: &[u8]| half.try_into().expect("both halves have 32 bytes");
    Ok(Secrets { vault: Vault::new(&key(vault)), tokens: Tokens::new(&key(tokens)) })
}

/// Makes the folder for its owner alone; so will be every file that this process makes from now on.
fn make_private(dir: &Path) -> Result<()> {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(on(dir))
}

/// Writes down where the server listens, for the commands that ask the folder.
pub(crate) fn announce(dir: &Path, address: SocketAddr) -> Result<()> {
    let text = serde_json::json!({ "endpoint": format!("http://{address}") }).to_string();
    let (path, fresh) = (dir.join("server.json"), dir.join("server.json.new"));
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(true).mode(0o600).open(&fresh);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(on(&fresh))?;
    fs::rename(&fresh, &path).map_err(on(&path))
}

/// Returns where the server of this folder listens, or listened last.
pub(crate) fn endpoint(dir: &Path) -> Option<String> {
    let text = fs::read_to_string(dir.join("server.json")).ok()?;
    let value: serde_json::Value = serde_json::from_str(&text).ok()?;
    value.get("endpoint")?.as_str().map(str::to_owned)
}
