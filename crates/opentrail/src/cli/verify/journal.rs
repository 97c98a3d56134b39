//! A data folder's journal, held against a checkpoint that was kept elsewhere.
//!
//! Every frame is read from the segments and hashed anew; snapshots and marks are not believed.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use journal::{Hash, Reader};
use serde_json::json;
use trail::checkpoint::{Checkpoint, Error, Verifier};

use super::super::out;
use super::super::table::shown;
use crate::checkpoints::verifier_key;
use crate::logs::chain;

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// Every frame up to the checkpoint's is what it was.
    Clean { first: u64, since: u64 },
    /// The chain at the checkpoint's frame is another one.
    Rewritten,
    /// The journal ends before it.
    CutOff { last: u64 },
    /// Frames before it are damaged or missing, this one first.
    Damaged { detail: String },
    /// The file is no checkpoint, or nobody who is trusted signed it.
    Untrusted { detail: String },
}

/// What a journal holds.
#[derive(Default)]
struct Walked {
    /// The first frame kept and the last one; 0 in an empty journal.
    first: u64,
    last: u64,
    /// The chain's hash at the frame that is asked about.
    at: Option<Hash>,
    /// What is damaged up to that frame, and behind it.
    before: Vec<String>,
    behind: Vec<String>,
}

/// Checks one checkpoint and tells what came of it; returns whether all is as it was.
pub(super) fn check(data: &Path, file: &Path, key: Option<&str>, json: bool) -> Result<bool> {
    let name = shown(&file.display().to_string());
    let note = fs::read_to_string(file).with_context(|| name.clone())?;
    let trusted = trusted_key(data, key)?;
    let verifier = Verifier::parse(&trusted).context("the key that verifies checkpoints")?;
    let opened = Checkpoint::open(&note, &verifier);
    let (verdict, behind) = match &opened {
        Ok(checkpoint) => {
            let walked = walk(data, checkpoint.size)?;
            (judge(checkpoint, &walked), walked.behind)
        }
        Err(error) => (Verdict::Untrusted { detail: untrusted(*error, &trusted) }, Vec::new()),
    };
    let size = opened.as_ref().map_or(0, |checkpoint| checkpoint.size);
    if json {
        out::line(json!({
            "checkpoint": name,
            "origin": opened.as_ref().ok().map(|checkpoint| &checkpoint.origin),
            "size": size,
            "keyIsPinned": key.is_some(),
            "verdict": verdict.word(),
            "words": verdict.words(size),
            "damageBehind": behind,
        }));
    } else {
        out::line(format!("{name}: {}", verdict.words(size)));
        for detail in &behind {
            out::line(format!("  behind it: {}", shown(detail)));
        }
        if key.is_none() {
            eprintln!(
                "the key is the data folder's own: who changed the journal may have changed it, \
                 too; pin it with --key"
            );
        }
    }
    Ok(matches!(verdict, Verdict::Clean { .. }) && behind.is_empty())
}

/// Returns the text of the key: given, in a file that is given, or the folder's own.
fn trusted_key(data: &Path, key: Option<&str>) -> Result<String> {
    match key {
        Some(text) if Verifier::parse(text).is_ok() => Ok(text.to_owned()),
        Some(path) => {
            let named = || format!("{} is neither a key nor a file that holds one", shown(path));
            Ok(fs::read_to_string(path).with_context(named)?.trim().to_owned())
        }
        None => verifier_key(data)?
            .context("the data folder has no checkpoint key: name the one to trust with --key"),
    }
}

fn untrusted(error: Error, key: &str) -> String {
    let name = shown(key.split('+').next().unwrap_or_default());
    match error {
        Error::Unsigned => format!("it has no signature by the trusted key of {name}"),
        Error::Signature => {
            format!("its signature is not that of the trusted key of {name}: it was changed")
        }
        other => other.to_string(),
    }
}

/// Reads all frames; the hash of each is made anew, and each must hold that of the one before.
fn walk(data: &Path, size: u64) -> Result<Walked> {
    let mut walked = Walked::default();
    for frame in Reader::open(data)? {
        match frame {
            Ok(frame) => {
                let sequence = frame.sequence.get();
                if walked.first == 0 {
                    walked.first = sequence;
                }
                walked.last = sequence;
                if sequence == size {
                    walked.at = Some(frame.hash);
                }
            }
            Err(error) => {
                let is_behind = matches!(&error, journal::Error::Corrupt { sequence, .. }
                    if sequence.get() > size);
                let list = if is_behind { &mut walked.behind } else { &mut walked.before };
                list.push(chain(&error));
            }
        }
    }
    Ok(walked)
}

fn judge(checkpoint: &Checkpoint, walked: &Walked) -> Verdict {
    let size = checkpoint.size;
    if walked.last < size {
        return Verdict::CutOff { last: walked.last };
    }
    // a missing frame leaves nothing to compare, and the damage says why
    if walked.at.is_some_and(|hash| hash != checkpoint.root) {
        return Verdict::Rewritten;
    }
    match walked.before.first() {
        Some(detail) => Verdict::Damaged { detail: detail.clone() },
        None if size > 0 && walked.at.is_none() => {
            Verdict::Damaged { detail: format!("frame {size} is missing") }
        }
        None => Verdict::Clean { first: walked.first, since: walked.last - size },
    }
}

impl Verdict {
    fn word(&self) -> &'static str {
        match self {
            Self::Clean { .. } => "clean",
            Self::Rewritten => "rewritten",
            Self::CutOff { .. } => "cut off",
            Self::Damaged { .. } => "damaged",
            Self::Untrusted { .. } => "untrusted",
        }
    }

    fn words(&self, size: u64) -> String {
        match self {
            Self::Clean { first: 0 | 1, since } => format!(
                "clean: the journal's first {size} frames are what they were, {since} came since"
            ),
            Self::Clean { first, since } => format!(
                "clean: the journal's frames {first} to {size} are what they were, {since} came \
                 since; those before {first} were released"
            ),
            Self::Rewritten => format!(
                "REWRITTEN: the journal's frame {size} is not the one that was signed. Something \
                 before it was changed, or an older copy was restored and has gone on, or it is \
                 another folder's checkpoint"
            ),
            Self::CutOff { last } => format!(
                "CUT OFF: the journal ends at frame {last}, and {size} frames were signed. Its end \
                 was taken away, or an older copy was restored"
            ),
            Self::Damaged { detail } => format!("DAMAGED: {}", shown(detail)),
            Self::Untrusted { detail } => format!("NOT TRUSTED: {detail}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use journal::{Journal, Options};
    use trail::checkpoint::Signer;

    use super::*;

    struct World {
        folder: tempfile::TempDir,
        note: std::path::PathBuf,
        key: String,
    }

    impl World {
        /// Five frames, a checkpoint, and two more.
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let signer = Signer::from_seed("opentrail/x", &[7; 32]).unwrap();
            let (journal, _) = Journal::open(folder.path(), Options::default()).unwrap();
            let append = |text: &str| journal.append(text.as_bytes().to_vec()).unwrap().wait();
            for text in ["one", "two", "three", "four", "five"] {
                append(text).unwrap();
            }
            let (size, root) = (journal.head().sequence.get(), journal.head().hash);
            let checkpoint =
                Checkpoint { origin: "opentrail/x".to_owned(), size, root, extensions: vec![] };
            append("six").unwrap();
            append("seven").unwrap();
            journal.close().unwrap();
            let note = folder.path().join("note");
            fs::write(&note, checkpoint.sign(&signer).unwrap()).unwrap();
            Self { folder, note, key: signer.verifier_key() }
        }

        fn verdict(&self) -> Verdict {
            let note = fs::read_to_string(&self.note).unwrap();
            let verifier = Verifier::parse(&self.key).unwrap();
            let checkpoint = Checkpoint::open(&note, &verifier).unwrap();
            let walked = walk(self.folder.path(), checkpoint.size).unwrap();
            let verdict = judge(&checkpoint, &walked);
            let told = check(self.folder.path(), &self.note, Some(&self.key), false).unwrap();
            let is_clean = matches!(verdict, Verdict::Clean { .. }) && walked.behind.is_empty();
            assert_eq!(told, is_clean);
            verdict
        }

        /// Another journal in the place of this one.
        fn replace(&self, texts: &[&str]) {
            for name in ["journal", "snapshots"] {
                drop(fs::remove_dir_all(self.folder.path().join(name)));
            }
            let (journal, _) = Journal::open(self.folder.path(), Options::default()).unwrap();
            for text in texts {
                journal.append(text.as_bytes().to_vec()).unwrap().wait().unwrap();
            }
            journal.close().unwrap();
        }
    }

    #[test]
    fn what_was_not_touched_is_clean() {
        assert_eq!(World::new().verdict(), Verdict::Clean { first: 1, since: 2 });
    }

    #[test]
    fn other_frames_are_found() {
        let world = World::new();
        world.replace(&["one", "two", "THREE", "four", "five", "six", "seven", "eight"]);
        assert_eq!(world.verdict(), Verdict::Rewritten);
    }

    #[test]
    fn an_older_copy_is_found() {
        let world = World::new();
        world.replace(&["one", "two"]);
        assert_eq!(world.verdict(), Verdict::CutOff { last: 2 });
        world.replace(&[]);
        assert_eq!(world.verdict(), Verdict::CutOff { last: 0 });
    }

    #[test]
    fn every_flipped_bit_before_the_checkpoint_is_found() {
        let world = World::new();
        let segment = world.folder.path().join("journal/00000000000000000001.seg");
        let whole = fs::read(&segment).unwrap();
        let begin = whole.windows(3).position(|three| three == b"one").unwrap();
        let end = whole.windows(4).position(|four| four == b"five").unwrap() + 4;
        for at in begin..end {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&segment, bytes).unwrap();
            let verdict = world.verdict();
            assert!(!matches!(verdict, Verdict::Clean { .. }), "byte {at}: {verdict:?}");
        }
    }

    #[test]
    fn only_the_pinned_key_counts() {
        let world = World::new();
        let other = Signer::from_seed("opentrail/x", &[8; 32]).unwrap().verifier_key();
        let told = |key: &str| check(world.folder.path(), &world.note, Some(key), false);
        assert!(!told(&other).unwrap());
        assert!(told("opentrail/x+nothing").is_err());
        let file = world.folder.path().join("key");
        fs::write(&file, format!("{}\n", world.key)).unwrap();
        assert!(told(file.to_str().unwrap()).unwrap());
        fs::write(&world.note, "no checkpoint").unwrap();
        assert!(!told(&world.key).unwrap());
    }
}
