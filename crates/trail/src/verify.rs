//! The verifier: which digests, log files and events of a bucket are as they were delivered
//!
//! ```text
//!   listing ─▶ survey ─▶ digests ─▶ standing ─▶ chains     signatures, links, gaps, forks, tails
//!                          ▲  │        │
//!                   named ─┘  │        ├─▶ files           every log file that a digest names
//!                             ▼        └─▶ extras          every other one
//!                       bucket and key
//! ```
//!
//! It finds what `aws cloudtrail validate-logs` finds, and in addition what that cannot or does not
//! look at: bytes appended or cut off, changed bytes with the same text, missing newest digests, a
//! digest that is not the one its successor names, files that no digest names, two histories
//! beside each other, and keys that are not trusted, whatever a server says of them today.
//!
//! It is *not* a judge of what was delivered: whoever holds the private key can sign another
//! history. Against that only a head kept elsewhere helps, as [`crate::checkpoint`] makes one.
//!
//! A copy that has lost its objects' metadata is verified all the same: each digest holds the
//! signature of the one before it. Of the newest one there is none then; it is checked and reported
//! as unsigned, and what it alone names is not proven.

mod chains;
mod digests;
mod document;
mod extras;
mod files;
mod keys;
mod question;
mod report;
mod spread;
mod standing;
mod survey;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chains::{Chain, Chains, Link};
use digests::ChainName;
use extras::Coverage;
use files::Named;
use keys::Keys;
pub use question::{Bucket, Fetch, FetchError, Fetched, LAG_MAX, PublicKey, Question};
pub use report::{ChainReport, FileEvents, Finding, Head, Kind, NotProven, Report, Why};
use standing::{Standing, Successors, Verdict};
use survey::Survey;

/// Verifies buckets: one, or also those that digests were delivered to before.
pub fn verify(buckets: &[Bucket<'_>], question: &Question<'_>) -> Report {
    let keys = Keys::new(question.keys);
    let survey = Survey::new(buckets, question);
    let nodes = digests::load(buckets, question, &survey);
    let successors = standing::successors(&nodes);
    let judged = standing::judge(&nodes, &successors, &keys, question);
    let links: Vec<Link<'_>> = nodes
        .iter()
        .zip(judged.values())
        .map(|((location, node), verdict)| Link { location, node, standing: verdict.standing })
        .collect();
    let mut report = Report { findings: keys.findings, ..Report::default() };
    report.take_digests(judged.values(), &links, question);
    report.take_chains(&links, &successors, question);
    report.take_files(buckets, &links, question);
    let (findings, not_proven) = Coverage::new(&links).look(&survey, question);
    report.findings.extend(findings);
    report.findings.extend(survey.strangers);
    report.not_proven.extend(not_proven);
    if report.chains.is_empty() {
        report.findings.push(no_digests(buckets, question));
    }
    report.sort();
    report
}

impl Report {
    /// What is wrong with each digest of the trails that are asked about.
    fn take_digests<'a>(
        &mut self,
        verdicts: impl Iterator<Item = &'a Verdict>,
        links: &[Link<'_>],
        question: &Question<'_>,
    ) {
        let named = named(links);
        for (link, verdict) in links.iter().zip(verdicts).filter(|(link, _)| asked(link, question))
        {
            let (bucket, key) = link.location;
            // what only a broken digest names need not ever have been there
            if !link.node.is_listed && !named.contains(&(bucket.as_str(), key.as_str())) {
                continue;
            }
            self.digests += u64::from(link.standing == Standing::Proven);
            self.not_proven.extend(extras::of_digest(link));
            self.findings.extend(verdict.wrongs.iter().map(|(kind, words)| Finding {
                bucket: link.location.0.clone(),
                key: link.location.1.clone(),
                kind: *kind,
                words: words.clone(),
            }));
        }
    }

    fn take_chains(
        &mut self,
        links: &[Link<'_>],
        successors: &Successors<'_>,
        question: &Question<'_>,
    ) {
        let mut chains = Chains::new();
        for link in links.iter().filter(|link| asked(link, question)) {
            chains.entry(&link.node.chain).or_default().push(*link);
        }
        for (name, mut links) in chains {
            links.sort_by_key(|link| link.node.time);
            let chain = Chain { name, links: &links, successors, question };
            self.findings.extend(chain.findings());
            self.chains.push(chain.report());
        }
    }

    fn take_files(&mut self, buckets: &[Bucket<'_>], links: &[Link<'_>], question: &Question<'_>) {
        let asked = links.iter().filter(|link| asked(link, question)).copied();
        let (files, findings) = files::named(asked);
        self.findings.extend(findings);
        let checked = files::check(buckets, question, &files);
        for (Named { entry, chain, standing }, result) in files.iter().zip(checked) {
            let (bucket, key) = (entry.s3_bucket.clone(), entry.s3_object.clone());
            match result {
                Ok(sound) if *standing == Standing::Proven => {
                    self.count(chain, sound.events);
                    self.bytes += sound.bytes;
                    let ids = sound.ids.map(|ids| FileEvents { bucket, key, ids });
                    self.event_ids.extend(ids);
                }
                Ok(_) => self.not_proven.push(NotProven { bucket, key, why: Why::UnsignedHead }),
                Err((kind, words)) => {
                    let why = Why::Finding;
                    self.not_proven.push(NotProven {
                        bucket: bucket.clone(),
                        key: key.clone(),
                        why,
                    });
                    self.findings.push(Finding { bucket, key, kind, words });
                }
            }
        }
    }
}

impl Report {
    /// Counts a proven file.
    fn count(&mut self, name: &ChainName, events: u64) {
        self.files += 1;
        self.events += events;
        if let Some(chain) = self.chains.iter_mut().find(|chain| name.is_of(chain)) {
            chain.files += 1;
            chain.events += events;
        }
    }
}

fn asked(link: &Link<'_>, question: &Question<'_>) -> bool {
    question.asks(&link.node.chain.trail, &link.node.chain.home_region)
}

/// The digests that a digest which can be believed names as the one before it.
fn named<'a>(links: &[Link<'a>]) -> BTreeSet<(&'a str, &'a str)> {
    links.iter().filter_map(|link| link.sound()?.document.previous()).collect()
}

fn no_digests(buckets: &[Bucket<'_>], question: &Question<'_>) -> Finding {
    Finding {
        bucket: buckets.first().map(|bucket| bucket.name.to_owned()).unwrap_or_default(),
        key: question.trail.unwrap_or_default().to_owned(),
        kind: Kind::NoDigests,
        words: "there is not one digest of what was asked: nothing is proven".to_owned(),
    }
}
