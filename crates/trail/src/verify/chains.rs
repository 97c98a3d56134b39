//! Chains as a whole: where they begin and end, what is missing, and whether there are two.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::digests::{ChainName, Location, Node};
use super::document::Content;
use super::question::Question;
use super::report::{ChainReport, Finding, Head, Kind};
use super::standing::{Standing, Successors};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// A digest in its chain.
#[derive(Clone, Copy)]
pub(super) struct Link<'a> {
    pub(super) location: &'a Location,
    pub(super) node: &'a Node,
    pub(super) standing: Standing,
}

/// Digests of one chain, oldest first.
pub(super) type Chains<'a> = BTreeMap<&'a ChainName, Vec<Link<'a>>>;

/// Looks at one chain as a whole.
pub(super) struct Chain<'a> {
    pub(super) name: &'a ChainName,
    pub(super) links: &'a [Link<'a>],
    pub(super) successors: &'a Successors<'a>,
    pub(super) question: &'a Question<'a>,
}

impl<'a> Link<'a> {
    /// What it says, unless it is broken.
    pub(super) fn sound(&self) -> Option<&'a Content> {
        let is_sound = self.standing != Standing::Broken;
        self.node.content.as_ref().ok().filter(|_| is_sound)
    }

    fn finding(&self, kind: Kind, words: String) -> Finding {
        let (bucket, key) = self.location.clone();
        Finding { bucket, key, kind, words }
    }
}

impl Chain<'_> {
    /// Returns what can be said of the chain, beside what is wrong with it.
    pub(super) fn report(&self) -> ChainReport {
        let ChainName { account, region, trail, home_region, organization_id, backfill } =
            self.name;
        let proven = || self.links.iter().filter(|link| link.standing == Standing::Proven);
        let contents = || proven().filter_map(Link::sound);
        let begin = contents().map(|content| content.start).min();
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        ChainReport {
            account: account.clone(),
            region: region.clone(),
            trail: trail.clone(),
            home_region: home_region.clone(),
            organization_id: organization_id.clone(),
            backfill: *backfill,
            digests: count(self.links.len()),
            digests_proven: count(proven().count()),
            files: 0,
            events: 0,
            covered: begin.zip(contents().map(|content| content.end).max()),
            gaps: self.gaps().collect(),
            head: self.links.last().map_or(Head::Broken, head),
        }
    }

    /// Returns what is wrong with the chain as a whole.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut findings = self.branches();
        // backfill digests come when there is something to list, in no order of time
        if !self.name.backfill {
            findings.extend(self.tail());
            findings.extend(self.cut_before_gaps());
            findings.extend(self.beside_each_other());
        }
        findings
    }

    /// Neighbours of which the newer one begins a chain anew.
    fn starts(&self) -> impl Iterator<Item = (&Link<'_>, &Link<'_>, &Content)> {
        self.links.iter().zip(self.links.iter().skip(1)).filter_map(|(older, newer)| {
            let content = newer.sound()?;
            let is_start = content.document.previous().is_none() && !self.name.backfill;
            is_start.then_some((older, newer, content))
        })
    }

    fn gaps(&self) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        self.starts().map(|(older, newer, _)| (older.node.time, newer.node.time))
    }

    /// A chain of ours says when it ends: one that does not, and goes on nowhere, was cut.
    fn cut_before_gaps(&self) -> Vec<Finding> {
        self.starts().filter_map(|(older, newer, _)| {
            let document = &older.sound()?.document;
            if !document.is_ours() || document.is_final() || self.goes_on(older) {
                return None;
            }
            let words = format!(
                "the digests after it are missing: the chain does not end here, and the next one \
                 begins at {}",
                newer.node.time
            );
            Some(older.finding(Kind::Tail, words))
        }).collect()
    }

    /// The newest digest must be as new as the question asks, unless the chain has ended.
    fn tail(&self) -> Option<Finding> {
        let newest = self.links.last()?;
        let content = newest.sound()?;
        let awaited =
            content.end.checked_add(HOUR).ok()?.checked_add(self.question.lag_max).ok()?;
        let is_there = awaited >= self.question.end || content.document.is_final();
        if is_there || self.goes_on(newest) {
            return None;
        }
        let words = format!(
            "the digests after it are missing: this one ends at {} and the chain should go on to {}",
            content.end, self.question.end
        );
        Some(newest.finding(Kind::Tail, words))
    }

    /// Whether a later digest, of whatever chain, names this one.
    fn goes_on(&self, link: &Link<'_>) -> bool {
        let (bucket, key) = link.location;
        self.successors.contains_key(&(bucket.as_str(), key.as_str()))
    }

    /// Digests that name the same one before them.
    fn branches(&self) -> Vec<Finding> {
        let mut by_previous: BTreeMap<_, Vec<&Link<'_>>> = BTreeMap::new();
        for link in self.links {
            if let Some(previous) = link.sound().and_then(|content| content.document.previous()) {
                by_previous.entry(previous).or_default().push(link);
            }
        }
        let branches = by_previous.into_values().filter(|links| links.len() > 1).flatten();
        let words = "two digests follow the same one: there are two histories";
        branches.map(|link| link.finding(Kind::Fork, words.to_owned())).collect()
    }

    /// Runs of the chain that go on at the same time for more than the hour that an end may take.
    fn beside_each_other(&self) -> Vec<Finding> {
        let mut newest: Option<&Run<'_>> = None;
        let mut findings = Vec::new();
        let runs = self.runs();
        for run in &runs {
            let until = newest.map(|other| other.to).and_then(|to| to.checked_sub(HOUR).ok());
            if until.is_some_and(|until| run.from < until) {
                let words = "the chain begins here while another one of the same name goes on";
                findings.push(run.first.finding(Kind::Fork, words.to_owned()));
            }
            newest = newest.filter(|other| other.to >= run.to).or(Some(run));
        }
        findings
    }

    /// The digests that are linked with each other, by their first ones.
    fn runs(&self) -> Vec<Run<'_>> {
        let mut runs: Vec<Run<'_>> = Vec::new();
        let mut run_of = BTreeMap::new();
        for link in self.links {
            let Some(content) = link.sound() else { continue };
            let known = content.document.previous().and_then(|previous| run_of.get(&previous));
            let at = known.copied().unwrap_or(runs.len());
            match runs.get_mut(at) {
                Some(run) => run.to = content.end,
                None => runs.push(Run { first: link, from: content.end, to: content.end }),
            }
            let (bucket, key) = link.location;
            run_of.insert((bucket.as_str(), key.as_str()), at);
        }
        runs
    }
}

/// Linked digests: the first one, its end, and the end of the last one.
struct Run<'a> {
    first: &'a Link<'a>,
    from: Timestamp,
    to: Timestamp,
}

fn head(newest: &Link<'_>) -> Head {
    let is_final = newest.sound().is_some_and(|content| content.document.is_final());
    match newest.standing {
        Standing::Proven if is_final => Head::Final,
        Standing::Proven => Head::Proven,
        Standing::Unsigned => Head::Unsigned,
        Standing::Broken => Head::Broken,
    }
}
