//! Calls written as lines, and what came of them in lines below.
//!
//! ```text
//!   as 444455556666            the caller's account from here on
//!   in eu-west-1               the Region that is called from here on
//!   wait 86400                 moves the clock, in seconds
//!   PutObject {"Bucket":"b","Key":"k"} <<the bytes
//! ```
//!
//! Ids and tokens are drawn; they are shown, and may be given, as `$v1`, `$u1`, `$t1` in the order
//! of their coming. Canonical ids are shown as `$<account>`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use expect_test::Expect;
use jiff::SignedDuration;
use md5::{Digest as _, Md5};
use serde_json::{Value as Json, json};
use wire::{Fault, Members, Value};

use super::world::World;
use crate::crc::CRC32;
use crate::shape::{canonical_id, hex};
use crate::{Blob, Content, Effect};

/// A world that is called by script.
pub(super) struct Script {
    pub(super) world: World,
    names: Vec<(String, String)>,
}

/// Members that carry what was drawn, and the letter it is shown by.
const DRAWN: [(&str, char); 6] = [
    ("VersionId", 'v'),
    ("DeleteMarkerVersionId", 'v'),
    ("CopySourceVersionId", 'v'),
    ("UploadId", 'u'),
    ("NextContinuationToken", 't'),
    ("ContinuationToken", 't'),
];

/// Runs a script on an empty state and holds what came of it against what is expected.
pub(super) fn check(script: &str, expected: &Expect) {
    Script::new().check(script, expected);
}

impl Script {
    pub(super) fn new() -> Self {
        let mut names = Vec::new();
        for account in ["111122223333", "444455556666"] {
            names.push((canonical_id(account), format!("${account}")));
        }
        Self { world: World::new(), names }
    }

    /// Runs lines whose outcome matters in its effects only; each must succeed.
    pub(super) fn setup(&mut self, script: &str) {
        let told = self.run(script);
        assert!(!told.contains("\n  4") && !told.contains("\n  5"), "{told}");
    }

    pub(super) fn check(&mut self, script: &str, expected: &Expect) {
        expected.assert_eq(&self.run(script));
        self.world.assert_folds_twice();
    }

    fn run(&mut self, script: &str) -> String {
        let mut told = String::new();
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            writeln!(told, "{line}").unwrap();
            if let Some(outcome) = self.line(line) {
                writeln!(told, "  {outcome}").unwrap();
            }
        }
        told
    }

    /// Runs one line and returns what came of it.
    pub(super) fn run_line(&mut self, line: &str) -> String {
        self.line(line.trim()).unwrap_or_default()
    }

    fn line(&mut self, line: &str) -> Option<String> {
        let (word, rest) = line.split_once(' ').unwrap();
        match word {
            "as" => rest.clone_into(&mut self.world.account),
            "in" => rest.clone_into(&mut self.world.region),
            "wait" => self.world.now += SignedDuration::from_secs(rest.parse().unwrap()),
            operation => return Some(self.call(operation, rest)),
        }
        None
    }

    fn call(&mut self, operation: &str, rest: &str) -> String {
        let (input, body) = match rest.split_once(" <<") {
            Some((input, body)) => (input, Some(body.as_bytes())),
            None => (rest, None),
        };
        let mut input = input.to_owned();
        for (drawn, shown) in self.names.iter().rev() {
            input = input.replace(shown, drawn);
        }
        let input: Json = serde_json::from_str(&input).unwrap_or_else(|_| panic!("{input}"));
        let input = self.world.input(operation, &input);
        let outcome = self.perform(operation, &input, body);
        match outcome {
            Ok(effect) => self.tell(&effect),
            Err(fault) => self.tell_fault(&fault),
        }
    }

    /// Calls; a blob whose call failed goes, and a copied part's source is copied in between.
    fn perform(
        &mut self,
        operation: &str,
        input: &Members,
        body: Option<&[u8]>,
    ) -> Result<Effect, Fault> {
        let mut body = body.map(<[u8]>::to_vec);
        if operation == "UploadPartCopy" {
            let effect = self.world.call(operation, input, None)?;
            assert!(effect.done.changes.is_empty());
            body = Some(self.bytes(&effect.content.unwrap()));
        }
        let blob = body.map(|bytes| self.store(&bytes));
        let outcome = self.world.call(operation, input, blob.clone());
        if let (Err(_), Some(blob)) = (&outcome, blob) {
            self.world.blobs.remove(&blob.id);
        }
        outcome
    }

    /// Writes bytes; `5MiB` and `6MiB` stand for so many.
    pub(super) fn store(&mut self, bytes: &[u8]) -> Blob {
        let size = match bytes {
            b"5MiB" => 5 << 20,
            b"6MiB" => 6 << 20,
            _ => bytes.len() as u64,
        };
        let id = format!("blob-{}", self.world.changes.len());
        self.world.blobs.insert(id.clone(), bytes.to_vec());
        let crc = u32::try_from(CRC32.sum(bytes)).unwrap();
        let checksums = BTreeMap::from([("CRC32".to_owned(), STANDARD.encode(crc.to_be_bytes()))]);
        Blob { id, size, md5: hex(&Md5::digest(bytes)), checksums }
    }

    fn bytes(&self, content: &Content) -> Vec<u8> {
        let piece = |piece: &crate::Piece| {
            let from = usize::try_from(piece.from).unwrap();
            let bytes = &self.world.blobs[&piece.blob];
            // a blob that stands for more bytes than it has is shown by those
            let to = (from + usize::try_from(piece.length).unwrap()).min(bytes.len());
            bytes[from.min(to)..to].to_vec()
        };
        content.pieces.iter().flat_map(piece).collect()
    }

    fn tell(&mut self, effect: &Effect) -> String {
        let output = json_of(&Value::Map(effect.done.output.clone()));
        self.name_drawn(&output);
        let mut told = self.shown(&output.to_string());
        if let Some(content) = &effect.content {
            let bytes = String::from_utf8(self.bytes(content)).unwrap();
            write!(told, " >>{bytes}").unwrap();
        }
        if let Some(owner) = &effect.done.owner_account {
            write!(told, " owned by {owner}").unwrap();
        }
        told
    }

    fn tell_fault(&self, fault: &Fault) -> String {
        let mut told = format!("{} {}: {}", fault.status, fault.code, fault.message);
        if !fault.members.is_empty() {
            write!(told, " {}", json_of(&Value::Map(fault.members.clone()))).unwrap();
        }
        self.shown(&told)
    }

    fn shown(&self, text: &str) -> String {
        let shorten = |text: String, (drawn, name): &(String, String)| text.replace(drawn, name);
        self.names.iter().fold(text.to_owned(), shorten)
    }

    fn name_drawn(&mut self, json: &Json) {
        match json {
            Json::Array(items) => items.iter().for_each(|item| self.name_drawn(item)),
            Json::Object(entries) => {
                for (name, value) in entries {
                    let letter = DRAWN.iter().find(|(member, _)| member == name);
                    if let (Some((_, letter)), Some(text)) = (letter, value.as_str()) {
                        self.name(*letter, text);
                    }
                    self.name_drawn(value);
                }
            }
            _ => {}
        }
    }

    fn name(&mut self, letter: char, text: &str) {
        if text == "null" || self.names.iter().any(|(known, _)| known == text) {
            return;
        }
        let start = format!("${letter}");
        let count = self.names.iter().filter(|(_, shown)| shown.starts_with(&start)).count();
        self.names.push((text.to_owned(), format!("{start}{}", count + 1)));
    }
}

fn json_of(value: &Value) -> Json {
    match value {
        Value::Bool(value) => json!(value),
        Value::Integer(number) => json!(number),
        Value::String(text) => json!(text),
        Value::Timestamp(time) => json!(time.to_string()),
        Value::List(items) => items.iter().map(json_of).collect(),
        Value::Map(members) => {
            let entry = |(name, value): (&str, &Value)| (name.to_owned(), json_of(value));
            Json::Object(members.iter().map(entry).collect())
        }
        other => panic!("S3 answers no {other:?}"),
    }
}
