//! Tests: whole records, by example.

mod buckets;
mod messages;
mod organizations;
mod trails;

use std::sync::Arc;

use expect_test::Expect;
use identity::{Caller, Entity, Principal};
use regex::Regex;
use wire::model::{Models, Service};
use wire::sigv4::Place;
use wire::{Fault, Members};

use super::{Ending, Story};
use crate::operations::Operations;
use crate::state::{Change, State};
use crate::world::World;

const SELLER: &str = "111122223333";
const BUYER: &str = "444455556666";
const REQUEST_ID: &str = "0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77";

/// A call of Anna's, in eu-central-1.
struct Asked {
    models: Models,
    service: &'static str,
    operation: &'static str,
    account: &'static str,
    input: Members,
    query: Option<&'static str>,
    place: Place,
    body_bytes: usize,
}

impl Asked {
    fn new(service: &'static str, operation: &'static str, input: Members) -> Self {
        let models = Models::built_in();
        Self {
            models,
            service,
            operation,
            account: SELLER,
            input,
            query: None,
            place: Place::Header,
            body_bytes: 0,
        }
    }

    fn by(self, account: &'static str) -> Self {
        Self { account, ..self }
    }

    fn service(&self) -> &Service {
        self.models.service(self.service).unwrap()
    }

    fn story(&self) -> Story<'_> {
        let entry = Operations::new().get(self.service, self.operation).cloned().unwrap();
        Story {
            request_id: REQUEST_ID.to_owned(),
            source_ip: "198.51.100.7".parse().unwrap(),
            user_agent: Some("aws-cli/2".to_owned()),
            host: Some("opentrail.example".to_owned()),
            query: self.query.map(str::to_owned),
            body_bytes: self.body_bytes,
            service: Some(self.service()),
            operation: self.service().operation(self.operation),
            operation_name: String::new(),
            region: "eu-central-1".to_owned(),
            access_key_id: Some("AKIAEXAMPLE000000001".to_owned()),
            place: Some(self.place),
            caller: anna(self.account),
            fallback_account: String::new(),
            input: Some(Arc::new(self.input.clone())),
            read_only: entry.read_only,
            data_event: entry.data_event,
            invoked_by: None,
            unrecorded: false,
        }
    }

    /// Holds the events of a call that went well against whole records.
    fn done(&self, state: &State, output: &Members, expected: &Expect) {
        let resources = &[];
        self.tell(state, &Ending::Done { output, resources, owner_account: None }, expected);
    }

    fn refused(&self, state: &State, code: &'static str, expected: &Expect) {
        self.tell(state, &Ending::Failed(&Fault::new(code, "No.").with_status(403)), expected);
    }

    fn tell(&self, state: &State, ending: &Ending<'_>, expected: &Expect) {
        let now = "2026-11-20T08:00:00Z".parse().unwrap();
        let events = self.story().tell(ending, state, now, &World::new());
        let fresh = Regex::new(r#""(eventID|sharedEventID)":"[0-9a-f-]{36}""#).unwrap();
        let lines = events.iter().flat_map(|event| {
            let record = fresh.replace_all(event.record.get(), r#""$1":"…""#);
            let listed = event.resources.iter();
            let listed = listed.map(|(kind, name)| format!("  in history: {kind} {name}"));
            [record.into_owned()].into_iter().chain(listed).collect::<Vec<_>>()
        });
        let shown: String = lines.map(|line| line + "\n").collect();
        expected.assert_eq(&shown);
    }
}

fn anna(account: &str) -> Caller {
    let user = Entity {
        path: "/".to_owned(),
        name: "anna".to_owned(),
        id: "AIDAEXAMPLE0000000001".to_owned(),
    };
    Caller {
        principal: Principal::User { account: account.to_owned(), user },
        access_key_id: Some("AKIAEXAMPLE000000001".to_owned()),
        session: None,
    }
}

#[test]
fn data_events_that_nobody_asks_for_are_not_made() {
    let (now, world) = (jiff::Timestamp::UNIX_EPOCH, World::new());
    let (output, resources) = (&Members::new(), &[]);
    let ending = Ending::Done { output, resources, owner_account: None };
    let made = |operation| {
        let asked = Asked::new("s3", operation, Members::new());
        asked.story().events(&ending, &state(), now, &world).len()
    };
    assert_eq!((made("GetObject"), made("GetBucketAcl")), (0, 1));
}

/// A state with the bucket `logs` of the seller's in eu-west-1 and `shop` of the buyer's in
/// us-east-1.
fn state() -> State {
    let mut state = State::default();
    for (bucket, owner, region) in [("logs", SELLER, "eu-west-1"), ("shop", BUYER, "us-east-1")] {
        state.apply(&Change::Bucket(bucket::Change::CreateBucket {
            bucket: bucket.to_owned(),
            owner: owner.to_owned(),
            region: region.to_owned(),
            created: "2026-11-20T07:00:00Z".parse().unwrap(),
            settings: serde_json::from_str(r#"{"versioning":"Never"}"#).unwrap(),
        }));
    }
    state
}
