//! Checkpoints: the head of the journal's chain, signed, to be kept where the journal is not.
//!
//! ```text
//!   example.org/opentrail            the origin: which log
//!   1234                             how many frames
//!   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=      the head
//!   time 2026-11-20T10:00:00Z        extension lines, if any
//!
//!   — example.org/opentrail Az3grlgtzPICa5OS8npVmf1Myq/5IZ…      by whom: base64(key hash | signature)
//! ```
//!
//! The form is that of C2SP's tlog-checkpoint in a signed-note with an Ed25519 key, so that tools
//! for those keep and compare checkpoints. The root is *not* that of a Merkle tree: it is the head
//! of a linear chain of SHA-256, which proves the same of the whole journal, and nothing of a part
//! of it.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

mod note;

use note::{Note, check_name};

/// Ed25519 among the algorithms of signed notes.
const ALGORITHM: u8 = 1;
const KEY_BYTES: usize = 32;
const SIGNATURE_BYTES: usize = 64;

/// What a checkpoint says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: a name that stands for it alone, such as a domain and a path without a scheme.
    pub origin: String,
    /// The sequence of its last frame: how many it has ever held.
    pub size: u64,
    /// The hash of the chain at that frame.
    pub root: [u8; 32],
    /// Further lines, none of them empty.
    pub extensions: Vec<String>,
}

/// A key that signs checkpoints; never printed.
pub struct Signer {
    name: String,
    pair: Ed25519KeyPair,
}

/// A key that checkpoints are verified with.
pub struct Verifier {
    name: String,
    public: [u8; KEY_BYTES],
    key: ParsedPublicKey,
}

/// Why a checkpoint or a key is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A name is empty, or has white space, control characters or a plus sign.
    #[error(
        "a key's name must not be empty, nor hold white space, control characters or a plus sign"
    )]
    Name,
    /// A key is not in the form `name+hash+base64`, or its hash is not its own.
    #[error("not the text of an Ed25519 verifier key")]
    Key,
    /// The seed of a key is not 32 bytes long.
    #[error("the seed of a key must have 32 bytes")]
    Seed,
    /// A text is not a signed note.
    #[error("not a signed note")]
    Note,
    /// A signed note is not a checkpoint.
    #[error("the signed text is not a checkpoint")]
    Checkpoint,
    /// A checkpoint has no signature of the key.
    #[error("no signature by this key")]
    Unsigned,
    /// A checkpoint has a signature that names the key and is not its own.
    #[error("the signature is wrong")]
    Signature,
}

impl Checkpoint {
    /// Returns the text that is signed.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] where origin or extensions would be read back as something else.
    pub fn text(&self) -> Result<String, Error> {
        let root = STANDARD.encode(self.root);
        let mut text = format!("{}\n{}\n{root}\n", self.origin, self.size);
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        if Self::parse(&text)? == *self { Ok(text) } else { Err(Error::Checkpoint) }
    }

    /// Reads the signed text; only what would be written exactly so is one.
    fn parse(text: &str) -> Result<Self, Error> {
        let mut lines = text.strip_suffix('\n').ok_or(Error::Checkpoint)?.split('\n');
        let mut line = || lines.next().ok_or(Error::Checkpoint);
        let (origin, size, root) = (line()?, line()?, line()?);
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        let number: u64 = size.parse().map_err(|_| Error::Checkpoint)?;
        let bytes = STANDARD.decode(root).map_err(|_| Error::Checkpoint)?;
        let is_plain = |line: &str| !line.is_empty() && !line.chars().any(char::is_control);
        let is_well = is_plain(origin)
            && number.to_string() == size
            && extensions.iter().all(|line| is_plain(line));
        match <[u8; 32]>::try_from(bytes) {
            Ok(root) if is_well => {
                Ok(Self { origin: origin.to_owned(), size: number, root, extensions })
            }
            _ => Err(Error::Checkpoint),
        }
    }

    /// Signs it.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] as of [`Self::text`].
    pub fn sign(&self, signer: &Signer) -> Result<String, Error> {
        let text = self.text()?;
        let mut signature = signer.hash().to_vec();
        signature.extend_from_slice(signer.pair.sign(text.as_bytes()).as_ref());
        Ok(Note::write(&text, &signer.name, &signature))
    }

    /// Reads a signed checkpoint, and proves that this key signed it. Signatures by others, such as
    /// witnesses, may stand beside it and prove nothing here.
    ///
    /// # Errors
    /// [`Error::Note`], [`Error::Unsigned`], [`Error::Signature`], [`Error::Checkpoint`]
    pub fn open(note: &str, verifier: &Verifier) -> Result<Self, Error> {
        let note = Note::parse(note)?;
        let mut own = note.signatures.iter().filter_map(|line| {
            let rest = line.signature.strip_prefix(&verifier.hash())?;
            (line.name == verifier.name).then_some(rest)
        });
        let signature = own.next().ok_or(Error::Unsigned)?;
        let is_right = signature.len() == SIGNATURE_BYTES
            && verifier.key.verify_sig(note.text.as_bytes(), signature).is_ok();
        if !is_right || own.next().is_some() {
            return Err(Error::Signature);
        }
        Self::parse(note.text)
    }
}

impl Signer {
    /// Returns the key of this name and seed.
    ///
    /// # Errors
    /// [`Error::Name`], [`Error::Seed`]
    pub fn from_seed(name: &str, seed: &[u8]) -> Result<Self, Error> {
        check_name(name)?;
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| Error::Seed)?;
        Ok(Self { name: name.to_owned(), pair })
    }

    /// Returns the text of the key that verifies: `name+hash+base64`.
    pub fn verifier_key(&self) -> String {
        verifier_key(&self.name, self.pair.public_key().as_ref())
    }

    fn hash(&self) -> [u8; 4] {
        key_hash(&self.name, self.pair.public_key().as_ref())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.verifier_key())
    }
}

impl Verifier {
    /// Reads the text of a key.
    ///
    /// # Errors
    /// [`Error::Key`], [`Error::Name`]
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (name, rest) = text.split_once('+').ok_or(Error::Key)?;
        let (_, encoded) = rest.split_once('+').ok_or(Error::Key)?;
        check_name(name)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| Error::Key)?;
        let (ALGORITHM, public) = bytes.split_first().map(|(a, b)| (*a, b)).ok_or(Error::Key)?
        else {
            return Err(Error::Key);
        };
        let public: [u8; KEY_BYTES] = public.try_into().map_err(|_| Error::Key)?;
        if verifier_key(name, &public) != text {
            return Err(Error::Key);
        }
        let key = ParsedPublicKey::new(&ED25519, public).map_err(|_| Error::Key)?;
        Ok(Self { name: name.to_owned(), public, key })
    }

    fn hash(&self) -> [u8; 4] {
        key_hash(&self.name, &self.public)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verifier({})", verifier_key(&self.name, &self.public))
    }
}

fn verifier_key(name: &str, public: &[u8]) -> String {
    let hash = crate::hex::hex(&key_hash(name, public));
    format!("{name}+{hash}+{}", STANDARD.encode([&[ALGORITHM], public].concat()))
}

/// The first four bytes of SHA-256 over name, line break, algorithm and key.
fn key_hash(name: &str, public: &[u8]) -> [u8; 4] {
    let hash = digest(&SHA256, &[name.as_bytes(), b"\n", &[ALGORITHM], public].concat());
    *hash.as_ref().first_chunk().expect("SHA-256 has 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer() -> Signer {
        Signer::from_seed("example.org/opentrail", &[7; 32]).unwrap()
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint {
            origin: "example.org/opentrail".to_owned(),
            size: 1234,
            root: [9; 32],
            extensions: vec!["time 2026-11-20T10:00:00Z".to_owned()],
        }
    }

    #[test]
    fn what_is_signed_is_opened() {
        let verifier = Verifier::parse(&signer().verifier_key()).unwrap();
        let bare = Checkpoint { extensions: Vec::new(), size: 0, ..checkpoint() };
        for checkpoint in [checkpoint(), bare] {
            let note = checkpoint.sign(&signer()).unwrap();
            assert_eq!(note, checkpoint.sign(&signer()).unwrap());
            assert_eq!(Checkpoint::open(&note, &verifier), Ok(checkpoint));
        }
    }

    #[test]
    fn the_published_example_of_a_verifier_key_is_read() {
        let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert_eq!(format!("{:?}", Verifier::parse(text).unwrap()), format!("Verifier({text})"));
        let note = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n\n\
                    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let error = Checkpoint::open(note, &Verifier::parse(text).unwrap());
        assert_eq!(error, Err(Error::Checkpoint), "signed, and no checkpoint");
    }

    #[test]
    fn every_single_bit_counts() {
        let verifier = Verifier::parse(&signer().verifier_key()).unwrap();
        let note = checkpoint().sign(&signer()).unwrap();
        for bit in 0..note.len() * 8 {
            let mut bytes = note.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            if let Ok(text) = String::from_utf8(bytes) {
                assert!(Checkpoint::open(&text, &verifier).is_err(), "bit {bit}: {text}");
            }
        }
        for length in (0..note.len()).filter(|length| note.is_char_boundary(*length)) {
            assert!(Checkpoint::open(&note[..length], &verifier).is_err(), "cut at {length}");
        }
        let key = signer().verifier_key();
        for bit in 0..key.len() * 8 {
            let mut bytes = key.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let verifier = String::from_utf8(bytes).map(|text| Verifier::parse(&text));
            if let Ok(Ok(other)) = verifier {
                assert!(Checkpoint::open(&note, &other).is_err(), "bit {bit} of the key");
            }
        }
    }

    #[test]
    fn others_may_sign_too_and_prove_nothing() {
        let verifier = Verifier::parse(&signer().verifier_key()).unwrap();
        let witness = Signer::from_seed("witness.example", &[8; 32]).unwrap();
        let note = checkpoint().sign(&signer()).unwrap();
        let theirs = checkpoint().sign(&witness).unwrap();
        let line = theirs.lines().last().unwrap();
        assert!(Checkpoint::open(&format!("{note}{line}\n"), &verifier).is_ok());
        assert_eq!(Checkpoint::open(&theirs, &verifier), Err(Error::Unsigned));
        let impostor = Signer::from_seed("example.org/opentrail", &[8; 32]).unwrap();
        let forged = checkpoint().sign(&impostor).unwrap();
        assert_eq!(Checkpoint::open(&forged, &verifier), Err(Error::Unsigned));
    }

    #[test]
    fn what_would_be_read_back_differently_is_not_signed() {
        let rows = [
            Checkpoint { origin: String::new(), ..checkpoint() },
            Checkpoint { origin: "a\nb".to_owned(), ..checkpoint() },
            Checkpoint { extensions: vec![String::new()], ..checkpoint() },
            Checkpoint { extensions: vec!["a\n\n— b".to_owned()], ..checkpoint() },
        ];
        for checkpoint in rows {
            assert_eq!(checkpoint.sign(&signer()), Err(Error::Checkpoint), "{checkpoint:?}");
        }
        for name in ["", "a b", "a+b", "a\nb"] {
            assert_eq!(Signer::from_seed(name, &[7; 32]).unwrap_err(), Error::Name, "{name:?}");
        }
        assert_eq!(Signer::from_seed("a", &[7; 31]).unwrap_err(), Error::Seed);
    }
}
