//! What a verification found, told to people and to programs.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use trail::verify::{ChainReport, Finding, Head, Kind, Report, Why};

use super::super::out;
use super::super::table::{Columns, shown};
use super::keys::{Origin, Trust};

const HEADINGS: [&str; 9] =
    ["ACCOUNT", "REGION", "TRAIL", "DIGESTS", "FILES", "EVENTS", "FROM", "TO", "NEWEST"];

/// A report with what it rests on.
pub(super) struct Told<'a> {
    pub(super) report: &'a Report,
    pub(super) trust: &'a Trust,
    /// Until when digests had to be there.
    pub(super) end: Timestamp,
}

impl Told<'_> {
    /// Prints it for people; the last line is the verdict.
    pub(super) fn print(&self, with_events: bool) {
        let report = self.report;
        if !report.chains.is_empty() {
            self.print_chains();
        }
        if with_events {
            self.print_events();
        }
        for finding in &report.findings {
            out::line(sentence(finding));
        }
        for (why, count) in self.not_proven() {
            out::line(format!("{}: {}", files(count), reason(why)));
        }
        if self.trust.origin != Origin::Pinned {
            out::line(format!(
                "the keys are the {}'s own, not pinned: who changed files there may have changed \
                 keys, too; --save-keys and --keys pin them",
                self.trust.origin.word()
            ));
        }
        out::line(self.verdict());
    }

    fn print_chains(&self) {
        let mut table = Columns::new(HEADINGS);
        for chain in &self.report.chains {
            table.add(row(chain));
        }
        table.print();
        for chain in &self.report.chains {
            for (from, to) in &chain.gaps {
                let place = format!("{} {}", shown(&chain.account), shown(&chain.region));
                let span = format!("{} to {}", event::event_time(*from), event::event_time(*to));
                let name = shown(&chain.trail);
                out::line(format!("{place} {name}: no digests from {span}: logging was off"));
            }
        }
    }

    fn print_events(&self) {
        for file in &self.report.event_ids {
            let place = format!("s3://{}/{}", shown(&file.bucket), shown(&file.key));
            for id in &file.ids {
                let id = id.as_deref().map_or_else(|| "-".to_owned(), shown);
                out::line(format!("{id}  {place}"));
            }
        }
    }

    fn not_proven(&self) -> BTreeMap<Why, usize> {
        let mut counted = BTreeMap::new();
        for file in &self.report.not_proven {
            *counted.entry(file.why).or_default() += 1;
        }
        // each of those has a line of its own
        counted.remove(&Why::Finding);
        counted
    }

    fn verdict(&self) -> String {
        let Report { digests, files, events, findings, .. } = self.report;
        let proven = format!(
            "{events} events in {files} log files are proven, by {digests} digests, until {}",
            event::event_time(self.end)
        );
        match findings.len() {
            0 => format!("clean: {proven}"),
            1 => format!("NOT CLEAN: 1 finding; {proven}"),
            more => format!("NOT CLEAN: {more} findings; {proven}"),
        }
    }

    /// Prints it for programs.
    pub(super) fn print_json(&self) {
        let report = self.report;
        let findings = report.findings.iter().map(|finding| {
            json!({
                "bucket": finding.bucket,
                "key": finding.key,
                "kind": kind(finding.kind),
                "words": finding.words,
            })
        });
        let not_proven = report
            .not_proven
            .iter()
            .map(|file| json!({ "bucket": file.bucket, "key": file.key, "why": why(file.why) }));
        let events = report
            .event_ids
            .iter()
            .map(|file| json!({ "bucket": file.bucket, "key": file.key, "eventIds": file.ids }));
        out::line(json!({
            "isClean": report.is_clean(),
            "end": event::event_time(self.end),
            "keys": self.trust.origin.word(),
            "chains": report.chains.iter().map(chain).collect::<Vec<_>>(),
            "digests": report.digests,
            "files": report.files,
            "events": report.events,
            "bytes": report.bytes,
            "findings": findings.collect::<Vec<_>>(),
            "notProven": not_proven.collect::<Vec<_>>(),
            "proven": events.collect::<Vec<_>>(),
        }));
    }
}

/// Says what to do about a tail that is missing only because the copy is old.
pub(super) fn say_when(report: &Report) {
    if report.findings.iter().any(|finding| finding.kind == Kind::Tail) {
        eprintln!("a copy is verified as of now unless --end says when it was made");
    }
}

fn row(chain: &ChainReport) -> [String; 9] {
    let time = |time: Option<Timestamp>| time.map_or_else(|| "-".to_owned(), event::event_time);
    let late = if chain.backfill { " (late files)" } else { "" };
    [
        shown(&chain.account),
        shown(&chain.region),
        shown(&chain.trail) + late,
        format!("{} of {}", chain.digests_proven, chain.digests),
        chain.files.to_string(),
        chain.events.to_string(),
        time(chain.covered.map(|(from, _)| from)),
        time(chain.covered.map(|(_, to)| to)),
        head(chain.head).to_owned(),
    ]
}

fn chain(chain: &ChainReport) -> Json {
    let span = |(from, to): &(Timestamp, Timestamp)| json!({ "from": event::event_time(*from), "to": event::event_time(*to) });
    json!({
        "account": chain.account,
        "region": chain.region,
        "trail": chain.trail,
        "homeRegion": chain.home_region,
        "organizationId": chain.organization_id,
        "isBackfill": chain.backfill,
        "digests": chain.digests,
        "digestsProven": chain.digests_proven,
        "files": chain.files,
        "events": chain.events,
        "covered": chain.covered.as_ref().map(span),
        "gaps": chain.gaps.iter().map(span).collect::<Vec<_>>(),
        "newest": head(chain.head),
    })
}

fn sentence(finding: &Finding) -> String {
    let (bucket, key) = (shown(&finding.bucket), shown(&finding.key));
    let place = if bucket.is_empty() { key } else { format!("s3://{bucket}/{key}") };
    format!("{}: {place}: {}", kind(finding.kind).to_uppercase(), shown(&finding.words))
}

fn files(count: usize) -> String {
    if count == 1 {
        "1 file is not proven".to_owned()
    } else {
        format!("{count} files are not proven")
    }
}

fn head(head: Head) -> &'static str {
    match head {
        Head::Proven => "signed",
        Head::Final => "signed, the last",
        Head::Unsigned => "unsigned in this copy",
        Head::Broken => "broken",
    }
}

fn why(why: Why) -> &'static str {
    match why {
        Why::Finding => "finding",
        Why::UnsignedHead => "unsigned-head",
        Why::NotYet => "not-yet",
        Why::NotCovered => "not-covered",
    }
}

fn reason(why: Why) -> &'static str {
    match why {
        Why::Finding => "see above",
        Why::UnsignedHead => {
            "this copy has lost the newest digest's signature, and the next digest is not in it yet"
        }
        Why::NotYet => "newer than the newest digest, which the next one will name",
        Why::NotCovered => "no digest is of their time: the trail did not validate then",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::TrustedKey => "trusted key",
        Kind::NoDigests => "no digests",
        Kind::Tail => "newest digests missing",
        Kind::DigestMissing => "digest missing",
        Kind::DigestUnreadable => "digest unreadable",
        Kind::DigestFormat => "digest damaged",
        Kind::DigestBytes => "digest changed",
        Kind::DigestMoved => "digest moved",
        Kind::DigestKey => "digest of another key",
        Kind::DigestSignature => "digest signature",
        Kind::DigestLink => "digest replaced",
        Kind::Fork => "two histories",
        Kind::LogMissing => "log file missing",
        Kind::LogUnreadable => "log file unreadable",
        Kind::LogFormat => "log file damaged",
        Kind::LogHash => "log file changed",
        Kind::LogBytes => "log file bytes changed",
        Kind::LogTwice => "log file named twice",
        Kind::Extra => "file of nobody",
    }
}
