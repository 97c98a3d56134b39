//! Tests: transcripts of calls and answers, in which the calls are read from the transcript itself.
//!
//! ```text
//!   > StartQuery {"QueryStatement": "SELECT 1 FROM <1>"}      a call
//!   {"QueryId":"<3>"}                                          its answer, to the byte
//!   > in eu-west-1        the Region from here on        > as 222233334444     the account
//!   > wait 60             seconds pass, and what is due is folded in
//!   > in organization     accounts are in one
//!   > put CHANNEL [...]   PutAuditEvents; the records that it gives out follow the answer
//! ```
//!
//! `<n>` stands for the UUID that was made of the n-th draw of randomness, and `ARN:` for
//! `arn:aws:cloudtrail:us-east-1:111122223333:`.

mod audit;
mod channels;
mod dashboards;
mod imports;
mod lives;
mod organizations;
mod policies;
mod queries;
mod results;
mod samples;
mod stores;
mod tags;
mod takers;
mod time;
mod world;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use expect_test::Expect;

use self::world::World;

/// Holds a transcript against what happens when its calls are made again in a new world.
#[expect(clippy::needless_pass_by_value, reason = "expectations are made in the call")]
fn check(transcript: Expect) {
    check_in(&mut World::new(), &transcript);
}

/// Holds a transcript against what happens when its calls are made again.
fn check_in(world: &mut World, transcript: &Expect) {
    let mut actual = String::new();
    for line in transcript.data().lines().map(str::trim) {
        let Some(step) = line.strip_prefix("> ") else { continue };
        writeln!(actual, "> {step}").unwrap();
        if let Some(answer) = world.step(step) {
            writeln!(actual, "{answer}").unwrap();
        }
    }
    transcript.assert_eq(&actual);
    world.assert_folds_twice();
}

#[test]
fn every_entry_is_modelled_and_stands_once() {
    let models = wire::model::Models::built_in();
    let service = models.service("cloudtrail").unwrap();
    let mut seen = BTreeSet::new();
    for entry in crate::operations() {
        assert!(service.operation(entry.operation).is_some(), "{}", entry.operation);
        assert!(seen.insert(entry.operation), "{} stands twice", entry.operation);
        let reads = ["Get", "List", "Describe", "Search", "Generate"];
        let is_read = reads.iter().any(|verb| entry.operation.starts_with(verb));
        assert_eq!(entry.read_only, is_read, "{}", entry.operation);
    }
    assert_eq!(seen.len(), 43);
    assert_eq!(crate::operations().iter().filter(|entry| entry.is_shared).count(), 10);
}
