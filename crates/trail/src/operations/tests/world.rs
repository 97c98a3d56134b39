//! A small world in which calls are made: some buckets, some topics, one organization.

use std::cell::RefCell;
use std::rc::Rc;

use http::Request as HttpRequest;
use jiff::{SignedDuration, Timestamp};
use wire::model::{Models, Protocol};
use wire::protocol::{Limits, decode, encode};
use wire::validate::validate;
use wire::{Call, Fault, Members};

use crate::change::Change;
use crate::operations::{Entry, operations};
use crate::request::{BucketCheck, BucketTrouble, Organization, Request, Surroundings};
use crate::state::State;

/// The management account, and the account of every call until another is named.
const MANAGEMENT: &str = "111122223333";
/// A delegated administrator.
const DELEGATED: &str = "222233334444";
/// A member.
const MEMBER: &str = "333344445555";

pub(super) struct World {
    pub(super) state: State,
    pub(super) changes: Vec<Change>,
    pub(super) now: Timestamp,
    pub(super) outside: Outside,
    /// The resources of the last call that went well.
    pub(super) touched: Vec<String>,
    account: String,
    region: String,
    models: Rc<Models>,
}

/// What lies outside of trails.
pub(super) struct Outside {
    regions: Vec<String>,
    /// The organization, when there is one.
    pub(super) organization: Option<Organization>,
    /// The buckets that were asked about, each with its markers and on whose behalf.
    pub(super) asked: RefCell<Vec<String>>,
}

impl Surroundings for Outside {
    fn bucket(&self, check: &BucketCheck<'_>) -> Result<(), BucketTrouble> {
        let markers = check.marker_keys.join(" ");
        let BucketCheck { bucket, trail_arn, account, .. } = check;
        self.asked.borrow_mut().push(format!("{bucket} {account} {trail_arn} {markers}"));
        match *bucket {
            "nowhere" => Err(BucketTrouble::Missing),
            "closed" => Err(BucketTrouble::Denied),
            "silent" => Err(BucketTrouble::Unreachable),
            _ => Ok(()),
        }
    }

    fn topic(&self, topic_arn: &str, _trail_arn: &str) -> bool {
        !topic_arn.ends_with(":closed")
    }

    fn organization(&self, account: &str) -> Option<Organization> {
        let is_in = [MANAGEMENT, DELEGATED, MEMBER].contains(&account);
        let organization = self.organization.clone().filter(|_| is_in)?;
        Some(Organization { is_delegated_admin: account == DELEGATED, ..organization })
    }

    fn regions(&self) -> &[String] {
        &self.regions
    }
}

impl World {
    pub(super) fn new() -> Self {
        let regions = ["ap-south-1", "eu-west-1", "us-east-1"].map(str::to_owned).to_vec();
        Self {
            state: State::default(),
            changes: Vec::new(),
            now: "2026-11-20T08:00:00.125Z".parse().unwrap(),
            outside: Outside { regions, organization: None, asked: RefCell::default() },
            touched: Vec::new(),
            account: MANAGEMENT.to_owned(),
            region: "us-east-1".to_owned(),
            models: Rc::new(Models::built_in()),
        }
    }

    /// Does one step of a transcript, and returns the answer when it is a call.
    pub(super) fn step(&mut self, step: &str) -> Option<String> {
        let (word, rest) = step.split_once(' ').unwrap();
        match (word, rest) {
            ("in", "organization") => self.outside.organization = Some(organization()),
            ("in", region) => rest_of(region, &mut self.region),
            ("as", account) => rest_of(account, &mut self.account),
            ("wait", seconds) => self.now += SignedDuration::from_secs(seconds.parse().unwrap()),
            (operation, input) => return Some(self.call(operation, input)),
        }
        None
    }

    /// Makes a call as it comes over the wire; the answer is the body, or the fault.
    pub(super) fn call(&mut self, operation: &str, input: &str) -> String {
        let entry = operations().iter().find(|entry| entry.operation == operation);
        let entry = entry.expect(operation);
        let models = Rc::clone(&self.models);
        let service = models.service("cloudtrail").unwrap();
        let modelled = service.operation(operation).unwrap();
        let (parts, ()) = HttpRequest::post("/").body(()).unwrap().into_parts();
        let (json, limits) = (Protocol::AwsJson1_1, Limits::default());
        let input = decode(service, modelled, json, &parts, input.as_bytes(), &limits).unwrap();
        match self.run(entry, &input) {
            Ok(output) => {
                assert_eq!(validate(service, modelled, &input), Ok(()), "{operation} comes so far");
                let reply = encode(service, modelled, json, &output, "id");
                String::from_utf8(reply.body).unwrap()
            }
            Err(fault) => {
                let mut codes = modelled.errors.iter().map(|id| service.shape(*id).name);
                let is_known = codes.any(|code| code == fault.code);
                assert!(is_known || fault.code == "ValidationException", "{operation}: {fault}");
                fault.to_string()
            }
        }
    }

    fn run(&mut self, entry: &Entry, input: &Members) -> Result<Members, Fault> {
        let mut random = || 0;
        let (account, region) = (&*self.account, &*self.region);
        let mut call = Call { account, region, now: self.now, random: &mut random };
        let mut request = Request {
            state: &self.state,
            sequence: 7,
            input,
            call: &mut call,
            around: &self.outside,
        };
        let done = (entry.run)(&mut request)?;
        assert!(!entry.read_only || done.changes.is_empty(), "{} reads only", entry.operation);
        self.touched = done.resources.iter().map(|it| format!("{} {}", it.kind, it.name)).collect();
        self.apply(&done.changes);
        Ok(done.output)
    }

    /// Folds changes in and keeps them.
    pub(super) fn apply(&mut self, changes: &[Change]) {
        for change in changes {
            self.state.apply(change);
        }
        self.changes.extend_from_slice(changes);
    }

    /// Asserts that folding the kept changes anew, through their written form, gives the same
    /// bytes, and that the state can be read back.
    pub(super) fn assert_folds_twice(&self) {
        let mut again = State::default();
        for change in &self.changes {
            let written = serde_json::to_vec(change).unwrap();
            again.apply(&serde_json::from_slice(&written).unwrap());
        }
        let written = serde_json::to_vec(&self.state).unwrap();
        assert_eq!(written, serde_json::to_vec(&again).unwrap());
        let read: State = serde_json::from_slice(&written).unwrap();
        assert_eq!(read, self.state);
    }
}

fn rest_of(text: &str, kept: &mut String) {
    text.clone_into(kept);
}

fn organization() -> Organization {
    Organization {
        id: "o-exampleorgid".to_owned(),
        management_account: MANAGEMENT.to_owned(),
        is_delegated_admin: false,
        trusts_cloudtrail: true,
        has_all_features: true,
    }
}
