//! What the listings of the buckets hold, sorted by what the keys say.

use super::question::{Bucket, Question};
use super::report::{Finding, Kind as FindingKind};
use crate::layout::{Kind, Parsed, owner, parse};

/// Everything of CloudTrail's in the buckets that is asked about.
#[derive(Default)]
pub(super) struct Survey<'a> {
    /// Digests of every time and trail: those of others name files, too.
    pub(super) digests: Vec<Object<'a>>,
    /// Log files of every time.
    pub(super) logs: Vec<Object<'a>>,
    /// Objects among them that CloudTrail would not have put there.
    pub(super) strangers: Vec<Finding>,
}

/// One object of a listing.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    pub(super) bucket: &'a str,
    pub(super) key: &'a str,
    pub(super) parsed: Parsed<'a>,
}

impl<'a> Survey<'a> {
    pub(super) fn new(buckets: &'a [Bucket<'_>], question: &Question<'_>) -> Self {
        let mut survey = Self::default();
        for bucket in buckets {
            for (key, size) in &bucket.keys {
                survey.sort_in(bucket.name, key, *size, question);
            }
        }
        survey
    }

    fn sort_in(&mut self, bucket: &'a str, key: &'a str, size: u64, question: &Question<'_>) {
        let Some(parsed) = parse(key) else {
            return self.sort_in_stranger(bucket, key, question);
        };
        let object = Object { bucket, key, parsed };
        match parsed.kind {
            Kind::Marker if size > 0 => {
                let words =
                    format!("an object of {size} bytes is where CloudTrail puts an empty one");
                self.strangers.push(stranger(bucket, key, words));
            }
            Kind::Log { .. } if question.covers(&parsed) => self.logs.push(object),
            Kind::Digest { .. } if question.covers(&parsed) => self.digests.push(object),
            _ => {}
        }
    }

    fn sort_in_stranger(&mut self, bucket: &str, key: &str, question: &Question<'_>) {
        let Some((account, region)) = owner(key) else { return };
        let is_asked = question.account.is_none_or(|asked| asked == account)
            && question.region.is_none_or(|asked| asked == region);
        if is_asked {
            let words = "an object stands among CloudTrail's that has no name of CloudTrail's";
            self.strangers.push(stranger(bucket, key, words.to_owned()));
        }
    }
}

fn stranger(bucket: &str, key: &str, words: String) -> Finding {
    Finding { bucket: bucket.to_owned(), key: key.to_owned(), kind: FindingKind::Extra, words }
}
