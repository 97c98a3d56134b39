//! A small world in which calls are made: some buckets, one organization, a reader of SQL that knows
//! only which tables a statement names.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::rc::Rc;

use expect_test::Expect;
use http::Request as HttpRequest;
use jiff::{SignedDuration, Timestamp};
use wire::model::{Models, Operation, Protocol, Service};
use wire::protocol::{Limits, decode, encode};
use wire::validate::validate;
use wire::{Call, Fault, Members};

use crate::{
    BucketTrouble, Change, DeliveryCheck, Entry, Organization, PutNeed, Request, Settings,
    SqlTrouble, State, Surroundings, due, operations, put_audit_events,
};

/// The management account, and the account of every call until another is named.
pub(super) const MANAGEMENT: &str = "111122223333";
/// A delegated administrator.
pub(super) const DELEGATED: &str = "222233334444";
/// A member.
pub(super) const MEMBER: &str = "333344445555";
/// What ARNs in transcripts begin with.
const ARN: &str = "arn:aws:cloudtrail:us-east-1:111122223333:";

pub(super) struct World {
    pub(super) state: State,
    pub(super) changes: Vec<Change>,
    pub(super) settings: Settings,
    pub(super) now: Timestamp,
    pub(super) organization: Option<Organization>,
    /// The resources of the last call that went well.
    pub(super) touched: Vec<String>,
    pub(super) account: String,
    pub(super) region: String,
    draws: Rc<Cell<u64>>,
    models: Rc<Models>,
}

/// What lies outside.
struct Outside<'a> {
    organization: Option<&'a Organization>,
    caller: &'a str,
}

impl Surroundings for Outside<'_> {
    fn organization(&self, account: &str) -> Option<Organization> {
        let is_in = [MANAGEMENT, DELEGATED, MEMBER].contains(&account);
        let organization = self.organization.filter(|_| is_in)?.clone();
        Some(Organization { is_delegated_admin: account == DELEGATED, ..organization })
    }

    /// Tables are the words behind FROM and JOIN; a statement with the word WRONG is wrong there.
    fn check_sql(&self, statement: &str) -> Result<Vec<String>, SqlTrouble> {
        if let Some(at) = statement.find("WRONG") {
            let message = "column 'wrong' cannot be resolved".to_owned();
            return Err(SqlTrouble { line: 1, column: at as u64 + 1, message });
        }
        let words: Vec<_> = statement.split_whitespace().collect();
        let named = words.windows(2).filter(|pair| ["FROM", "JOIN"].contains(&pair[0]));
        Ok(named.map(|pair| pair[1].trim_matches('"').to_owned()).collect())
    }

    fn delivery(&self, check: &DeliveryCheck<'_>) -> Result<(), BucketTrouble> {
        assert!(check.key_prefix.ends_with("/CloudTrail-Lake/Query/"), "{check:?}");
        assert_eq!(check.account, self.caller);
        bucket(check.bucket)
    }

    fn import_source(&self, name: &str, account: &str) -> Result<(), BucketTrouble> {
        assert_eq!(account, self.caller);
        bucket(name)
    }

    fn policy(&self, text: &str) -> Result<(), String> {
        if text.contains("Perhaps") { Err("there is no Effect Perhaps".to_owned()) } else { Ok(()) }
    }

    /// The owner may, and whoever knows the external ID that the policy names.
    fn may_put(&self, need: &PutNeed<'_>) -> bool {
        let is_known = |policy: &str| need.external_id.is_some_and(|id| policy.contains(id));
        need.owner == self.caller || need.policy.is_some_and(is_known)
    }
}

fn bucket(name: &str) -> Result<(), BucketTrouble> {
    match name {
        "nowhere" => Err(BucketTrouble::Missing),
        "closed" => Err(BucketTrouble::Denied),
        "silent" => Err(BucketTrouble::Unreachable),
        _ => Ok(()),
    }
}

impl World {
    pub(super) fn new() -> Self {
        Self::with_models(Rc::new(Models::built_in()))
    }

    /// Returns a new world; reading the models takes longer than all that many a test does.
    pub(super) fn with_models(models: Rc<Models>) -> Self {
        Self {
            state: State::default(),
            changes: Vec::new(),
            settings: Settings::default(),
            now: "2026-11-20T08:00:00.125Z".parse().unwrap(),
            organization: None,
            touched: Vec::new(),
            account: MANAGEMENT.to_owned(),
            region: "us-east-1".to_owned(),
            draws: Rc::default(),
            models,
        }
    }

    /// Does one step of a transcript, and returns the answer when it is a call.
    pub(super) fn step(&mut self, step: &str) -> Option<String> {
        let step = long(step);
        let (word, rest) = step.split_once(' ').unwrap();
        match (word, rest) {
            ("in", "organization") => self.organization = Some(organization()),
            ("in", region) => region.clone_into(&mut self.region),
            ("as", account) => account.clone_into(&mut self.account),
            ("wait", seconds) => self.wait(seconds.parse().unwrap()),
            ("put", rest) => {
                let (channel, events) = rest.split_once(' ').unwrap();
                return Some(short(&self.put(channel, events)));
            }
            (operation, input) => return Some(short(&self.call(operation, input))),
        }
        None
    }

    /// Holds a transcript against what happens when its calls are made again here.
    pub(super) fn check_steps(&mut self, transcript: &Expect) {
        super::check_in(self, transcript);
    }

    /// Lets seconds pass, and folds in what is due.
    pub(super) fn wait(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
        let changes = self.due();
        self.apply(&changes);
        assert_eq!(self.due(), [], "what is due is due once");
    }

    pub(super) fn due(&self) -> Vec<Change> {
        due(&self.state, &self.settings, self.now, &mut random(&self.draws))
    }

    /// Makes a call as it comes over the wire; the answer is the body, or the fault.
    pub(super) fn call(&mut self, operation: &str, input: &str) -> String {
        let entry = operations().iter().find(|entry| entry.operation == operation);
        let entry = entry.expect(operation);
        let models = Rc::clone(&self.models);
        let service = models.service("cloudtrail").unwrap();
        let modelled = service.operation(operation).unwrap();
        let input = self.decoded(operation, input);
        if let Err(fault) = validate(service, modelled, &input) {
            return fault.to_string();
        }
        match self.run(entry, &input) {
            Ok(output) => answer(service, modelled, Protocol::AwsJson1_1, &output),
            Err(fault) => refused(service, modelled, &fault),
        }
    }

    /// Returns an output as it goes over the wire.
    pub(super) fn shown(&self, operation: &str, output: &Members) -> String {
        let service = self.models.service("cloudtrail").unwrap();
        answer(service, service.operation(operation).unwrap(), Protocol::AwsJson1_1, output)
    }

    /// Returns an input in the terms of the model.
    pub(super) fn decoded(&self, operation: &str, input: &str) -> Members {
        let service = self.models.service("cloudtrail").unwrap();
        let modelled = service.operation(operation).unwrap();
        let (parts, ()) = HttpRequest::post("/").body(()).unwrap().into_parts();
        let (json, limits) = (Protocol::AwsJson1_1, Limits::default());
        decode(service, modelled, json, &parts, input.as_bytes(), &limits).unwrap()
    }

    fn run(&mut self, entry: &Entry, input: &Members) -> Result<Members, Fault> {
        let done = self.with_request(input, |request| (entry.run)(request))?;
        assert!(!entry.read_only || done.changes.is_empty(), "{} reads only", entry.operation);
        self.touched = done.resources.iter().map(|it| format!("{} {}", it.kind, it.name)).collect();
        self.apply(&done.changes);
        Ok(done.output)
    }

    /// Lets something be done with a request.
    pub(super) fn with_request<T>(
        &self,
        input: &Members,
        run: impl FnOnce(&mut Request<'_, '_>) -> T,
    ) -> T {
        let mut random = random(&self.draws);
        let (account, region) = (&*self.account, &*self.region);
        let mut call = Call { account, region, now: self.now, random: &mut random };
        let around = Outside { organization: self.organization.as_ref(), caller: account };
        run(&mut Request {
            state: &self.state,
            settings: &self.settings,
            input,
            call: &mut call,
            around: &around,
        })
    }

    /// Puts events into a channel: a list of them, or of `["external id", [events]]`.
    fn put(&mut self, channel: &str, events: &str) -> String {
        let models = Rc::clone(&self.models);
        let service = models.service("cloudtrail-data").unwrap();
        let modelled = service.operation("PutAuditEvents").unwrap();
        let events: serde_json::Value = serde_json::from_str(events).unwrap();
        let (external, events) = match events.get(0).and_then(serde_json::Value::as_str) {
            Some(external) => (format!("&externalId={external}"), events[1].clone()),
            None => (String::new(), events),
        };
        let uri = format!("/PutAuditEvents?channelArn={channel}{external}");
        let (parts, ()) = HttpRequest::post(uri).body(()).unwrap().into_parts();
        let body = serde_json::json!({ "auditEvents": events }).to_string();
        let (rest, limits) = (Protocol::RestJson, Limits::default());
        let input = decode(service, modelled, rest, &parts, body.as_bytes(), &limits).unwrap();
        validate(service, modelled, &input).unwrap();
        match self.with_request(&input, put_audit_events) {
            Ok(audited) => {
                self.apply(&audited.done.changes);
                let mut text = answer(service, modelled, rest, &audited.done.output);
                for record in audited.records {
                    write!(text, "\n{:?} {}", record.stores, record.record).unwrap();
                    assert!(record.record.contains(&record.event_id));
                }
                text
            }
            Err(fault) => refused(service, modelled, &fault),
        }
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

fn random(draws: &Rc<Cell<u64>>) -> impl FnMut() -> u64 {
    let draws = Rc::clone(draws);
    move || {
        draws.set(draws.get() + 1);
        draws.get()
    }
}

fn answer(service: &Service, operation: &Operation, as_: Protocol, output: &Members) -> String {
    let reply = encode(service, operation, as_, output, "id");
    String::from_utf8(reply.body).unwrap()
}

fn refused(service: &Service, operation: &Operation, fault: &Fault) -> String {
    let mut codes = operation.errors.iter().map(|id| service.shape(*id).name);
    let is_known = codes.any(|code| code == fault.code);
    assert!(is_known || fault.code == "ValidationException", "{}: {fault}", operation.name);
    fault.to_string()
}

/// Returns the UUID that is made of the draws `draw` and the next.
pub(super) fn uuid(draw: u64) -> String {
    format!("00000000-0000-4{draw:03x}-8000-{:012x}", draw + 1)
}

fn names() -> BTreeMap<String, String> {
    let ids = (1..400).map(|draw| (format!("<{draw}>"), uuid(draw)));
    ids.chain([("ARN:".to_owned(), ARN.to_owned())]).collect()
}

/// Spells out the abbreviations of a transcript.
pub(super) fn long(text: &str) -> String {
    names().iter().fold(text.to_owned(), |text, (short, long)| text.replace(short, long))
}

/// Abbreviates as transcripts do.
pub(super) fn short(text: &str) -> String {
    names().iter().fold(text.to_owned(), |text, (short, long)| text.replace(long, short))
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
