//! What a digest is worth: whether its signature is right, and whether the others agree.

use std::collections::BTreeMap;

use super::digests::{Location, Node, Nodes};
use super::document::{Content, Wrong};
use super::keys::Keys;
use super::question::Question;
use super::report::Kind;
use super::spread::spread;
use crate::digest::{
    BACKFILL_GENERATION, HASH_ALGORITHM, SIGNATURE, SIGNATURE_ALGORITHM, string_to_sign,
};
use crate::signing::{ALGORITHM, VerifyingKey};

/// How far a digest is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its signature is right.
    Proven,
    /// Its signature is not known.
    Unsigned,
    /// Something is wrong with it.
    Broken,
}

/// Which digests name a digest as the one before them.
pub(super) type Successors<'a> = BTreeMap<(&'a str, &'a str), Vec<&'a Content>>;

/// What is known of a digest.
pub(super) struct Verdict {
    pub(super) standing: Standing,
    pub(super) wrongs: Vec<Wrong>,
}

/// Judges every digest.
pub(super) fn judge<'a>(
    nodes: &'a Nodes,
    successors: &Successors<'_>,
    keys: &Keys<'_>,
    question: &Question<'_>,
) -> BTreeMap<&'a Location, Verdict> {
    let all: Vec<(&Location, &Node)> = nodes.iter().collect();
    let verdicts = spread(
        &all,
        question.threads,
        || (),
        |(), (location, node)| {
            let (bucket, key) = (location.0.as_str(), location.1.as_str());
            let later = successors.get(&(bucket, key)).map(Vec::as_slice).unwrap_or_default();
            match &node.content {
                Ok(content) => signed(location, node, content, later, keys),
                Err(wrong) => Verdict { standing: Standing::Broken, wrongs: vec![wrong.clone()] },
            }
        },
    );
    let mut judged: BTreeMap<_, _> =
        all.iter().map(|(location, _)| *location).zip(verdicts).collect();
    for (location, node) in nodes {
        let is_broken =
            judged.get(location).is_none_or(|verdict| verdict.standing == Standing::Broken);
        if let (Ok(content), false) = (&node.content, is_broken) {
            compare(content, nodes, &mut judged);
        }
    }
    judged
}

/// Returns which digests name which as the one before them.
pub(super) fn successors(nodes: &Nodes) -> Successors<'_> {
    let mut successors = Successors::new();
    for content in nodes.values().filter_map(|node| node.content.as_ref().ok()) {
        if let Some(previous) = content.document.previous() {
            successors.entry(previous).or_default().push(content);
        }
    }
    successors
}

/// Proves a digest by its own metadata, or by the signature that a later digest knows of it.
fn signed(
    location: &Location,
    node: &Node,
    content: &Content,
    later: &[&Content],
    keys: &Keys<'_>,
) -> Verdict {
    let broken = |wrong: Wrong| Verdict { standing: Standing::Broken, wrongs: vec![wrong] };
    let document = &content.document;
    if document.digest_signature_algorithm != ALGORITHM {
        let words = "the digest names another signature algorithm than CloudTrail's";
        return broken((Kind::DigestSignature, words.to_owned()));
    }
    let fingerprint = &document.digest_public_key_fingerprint;
    let at = if node.chain.backfill { content.generated() } else { Some(content.end) };
    let key = match keys.find(fingerprint, &node.chain.region, at) {
        Ok(key) => key,
        Err(words) => return broken((Kind::DigestKey, words)),
    };
    let text = string_to_sign(
        &document.digest_end_time,
        &location.0,
        &location.1,
        &content.hash,
        document.previous_digest_signature.as_deref(),
    );
    let told = later.iter().filter_map(|later| later.document.previous_digest_signature.as_deref());
    let proof = Proof { text: &text, key };
    proof.verdict(content, node.chain.backfill, told)
}

struct Proof<'a> {
    text: &'a str,
    key: &'a VerifyingKey,
}

impl Proof<'_> {
    fn verdict<'t>(
        &self,
        content: &Content,
        backfill: bool,
        mut told: impl Iterator<Item = &'t str> + Clone,
    ) -> Verdict {
        let is_told = told.clone().next().is_some();
        let wrongs = match &content.metadata {
            Some(metadata) => self.metadata(metadata, content, backfill),
            None => Vec::new(),
        };
        let is_signed = content.metadata.is_some() && wrongs.is_empty();
        if is_signed || told.any(|signature| self.key.verify(self.text, signature)) {
            return Verdict { standing: Standing::Proven, wrongs };
        }
        if content.metadata.is_none() && !is_told {
            return Verdict { standing: Standing::Unsigned, wrongs };
        }
        let words = "the digest has not the signature that the one after it names";
        let unsigned = || vec![(Kind::DigestSignature, words.to_owned())];
        let wrongs = if wrongs.is_empty() { unsigned() } else { wrongs };
        Verdict { standing: Standing::Broken, wrongs }
    }

    /// What is wrong with the metadata.
    fn metadata(
        &self,
        metadata: &BTreeMap<String, String>,
        content: &Content,
        backfill: bool,
    ) -> Vec<Wrong> {
        let mut wrongs = Vec::new();
        let mut wrong = |words: &str| wrongs.push((Kind::DigestSignature, words.to_owned()));
        match metadata.get(SIGNATURE) {
            None => wrong("the digest's metadata has no signature"),
            Some(signature) if !self.key.verify(self.text, signature) => {
                wrong("the digest's signature is not that of its content");
            }
            Some(_) => {}
        }
        if metadata.get(SIGNATURE_ALGORITHM).map(String::as_str) != Some(ALGORITHM) {
            wrong("the digest's metadata names another signature algorithm than CloudTrail's");
        }
        let generated = metadata.get(BACKFILL_GENERATION);
        let is_signed = content.document.is_ours();
        if is_signed && generated != content.document.generated.as_ref() {
            wrong("the digest's metadata names another time of generation than the digest");
        } else if backfill && content.generated().is_none() {
            wrong("the backfill digest does not say when it was made");
        }
        wrongs
    }
}

/// Holds what a digest says of the one before it against that one.
fn compare(content: &Content, nodes: &Nodes, judged: &mut BTreeMap<&Location, Verdict>) {
    let Some((bucket, key)) = content.document.previous() else { return };
    let location = (bucket.to_owned(), key.to_owned());
    let Some(Node { content: Ok(previous), .. }) = nodes.get(&location) else { return };
    let Some(verdict) = judged.get_mut(&location) else { return };
    let document = &content.document;
    let is_same = document.previous_digest_hash_value.as_ref() == Some(&previous.hash)
        && document.previous_digest_hash_algorithm.as_deref() == Some(HASH_ALGORITHM);
    let signature = previous.metadata.as_ref().and_then(|metadata| metadata.get(SIGNATURE));
    let end = content.end;
    if !is_same {
        let words = format!("the digest is not the one that its successor of {end} names");
        verdict.standing = Standing::Broken;
        verdict.wrongs.push((Kind::DigestLink, words));
    } else if signature.is_some_and(|own| Some(own) != document.previous_digest_signature.as_ref())
    {
        let words = format!("the digest's successor of {end} names another signature of it");
        verdict.wrongs.push((Kind::DigestLink, words));
    }
}
