//! Which buckets, objects, topics and queues a call was about, whether it went well or not.
//!
//! Selectors of data events look at these names, so a refused call must have them too. They are
//! what the policies are asked about.

use std::borrow::Cow;
use std::collections::BTreeSet;

use event::{RecordResource, ResourceName};
use jiff::Timestamp;
use wire::{Call, Members, Resource};

use super::{Ending, Shared, Story};
use crate::state::State;

const BUCKET: &str = "AWS::S3::Bucket";
const OBJECT: &str = "AWS::S3::Object";
const TOPIC: &str = "AWS::SNS::Topic";
const QUEUE: &str = "AWS::SQS::Queue";

/// All types that data events are about.
pub(super) const KINDS: &[&str] = &[BUCKET, OBJECT, TOPIC, QUEUE];

/// What stands for an account that the reader of a record is not to learn.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// One resource.
pub(super) struct Touched {
    kind: &'static str,
    name: ResourceName,
    /// The account that the record names with it.
    account: Option<String>,
    /// The account that gets a copy of a data event: it owns what is really there.
    pub owner: Option<String>,
}

impl Touched {
    /// Returns it as a record names it; an account that is not to be told is hidden where the name
    /// itself does not tell it.
    pub(super) fn told(&self, may_tell: impl Fn(&str) -> bool) -> RecordResource {
        let shown = |account: &String| {
            let tells = self.kind != BUCKET || may_tell(account);
            if tells { account.clone() } else { HIDDEN.to_owned() }
        };
        RecordResource {
            account_id: self.account.as_ref().map(shown),
            kind: self.kind.to_owned(),
            name: self.name.clone(),
        }
    }
}

impl Story<'_> {
    /// Returns what the call was about, as far as its record says so itself.
    pub(super) fn touched(&self, state: &State, now: Timestamp) -> Vec<Touched> {
        let (Some(service), Some(input)) = (self.service, self.input.as_deref()) else {
            return Vec::new();
        };
        match service.name {
            "s3" => self.touched_in_buckets(state, input),
            "sns" | "sqs" if self.data_event => self.touched_messages(state, input, now),
            _ => Vec::new(),
        }
    }

    fn touched_in_buckets(&self, state: &State, input: &Members) -> Vec<Touched> {
        let (mut buckets, mut objects) = (BTreeSet::new(), BTreeSet::new());
        let entry = bucket::operations().iter().find(|entry| Some(entry.operation) == self.name());
        let needs = entry.map(|entry| (entry.permissions)(&state.bucket, input));
        for need in needs.into_iter().flatten() {
            let Some(path) = need.resource.strip_prefix("arn:aws:s3:::") else { continue };
            if let Some((bucket, _)) = path.split_once('/') {
                buckets.insert(bucket.to_owned());
                objects.insert(ResourceName::Arn(need.resource.clone()));
            }
        }
        let own = input.string("Bucket").filter(|bucket| !bucket.is_empty());
        if let (true, true, Some(bucket)) = (self.data_event, objects.is_empty(), own) {
            objects.insert(ResourceName::Prefix(format!("arn:aws:s3:::{bucket}/")));
        }
        buckets.retain(|bucket| Some(bucket.as_str()) != own);
        let buckets = own.map(str::to_owned).into_iter().chain(buckets);
        let buckets = buckets.map(|bucket| self.touched_bucket(state, &bucket));
        let objects = objects.into_iter().map(|name| Touched {
            kind: OBJECT,
            name,
            account: None,
            owner: None,
        });
        buckets.chain(objects).collect()
    }

    fn touched_bucket(&self, state: &State, bucket: &str) -> Touched {
        let owner = state.bucket.owner(bucket).map(str::to_owned);
        let made = (self.name() == Some("CreateBucket")).then(|| self.account().to_owned());
        let name = ResourceName::Arn(format!("arn:aws:s3:::{bucket}"));
        Touched { kind: BUCKET, name, account: owner.clone().or(made), owner }
    }

    fn touched_messages(&self, state: &State, input: &Members, now: Timestamp) -> Vec<Touched> {
        let service = self.service.map(|service| service.name);
        let mut entries = messaging::operations();
        let entry = entries
            .find(|entry| Some(entry.service) == service && Some(entry.operation) == self.name());
        let (account, region) = (self.account(), self.region.as_str());
        let call = Call { account, region, now, random: &mut || 0 };
        let needs = entry.map(|entry| (entry.needs)(&state.messaging, input, &call));
        let arns: BTreeSet<_> = needs.into_iter().flatten().map(|need| need.resource).collect();
        arns.into_iter().filter_map(|arn| touched_by_arn(state, arn)).collect()
    }

    /// Returns the record's own `resources`. A caller who was refused does not learn whose a bucket
    /// is, and an owner not whose the other one.
    pub(super) fn resources(&self, shared: &Shared<'_>, recipient: &str) -> Vec<RecordResource> {
        if !shared.touched.is_empty() {
            let sees_all = recipient == self.account() && !shared.ending.is_refusal();
            let may_tell = |account: &str| sees_all || account == recipient;
            return shared.touched.iter().map(|touched| touched.told(may_tell)).collect();
        }
        match shared.ending {
            Ending::Done { resources, .. } => resources.iter().filter_map(named).collect(),
            Ending::Failed(_) => Vec::new(),
        }
    }

    /// Returns what history lists for the call.
    pub(super) fn listed(
        &self,
        ending: &Ending<'_>,
    ) -> Vec<(Cow<'static, str>, Cow<'static, str>)> {
        if self.service.is_some_and(|service| service.name == "s3") {
            let bucket = self.listed_bucket().map(str::to_owned);
            return bucket
                .map(|bucket| ("AWS::S3::Bucket".into(), bucket.into()))
                .into_iter()
                .collect();
        }
        match ending {
            Ending::Done { resources, .. } => listed(resources),
            Ending::Failed(_) => Vec::new(),
        }
    }

    /// Returns the name of the operation, once routed.
    pub(super) fn name(&self) -> Option<&'static str> {
        self.operation.map(|operation| operation.name)
    }
}

fn touched_by_arn(state: &State, arn: String) -> Option<Touched> {
    let kind = match arn.split(':').nth(2)? {
        "sns" => TOPIC,
        "sqs" => QUEUE,
        _ => return None,
    };
    let account = arn.split(':').nth(4).map(str::to_owned);
    let is_there = state.messaging.topic(&arn).is_some() || state.messaging.queue(&arn).is_some();
    let owner = account.clone().filter(|_| is_there);
    let name = match arn.strip_suffix('*') {
        Some(beginning) => ResourceName::Prefix(beginning.to_owned()),
        None => ResourceName::Arn(arn),
    };
    Some(Touched { kind, name, account, owner })
}

fn named(resource: &Resource) -> Option<RecordResource> {
    let account = resource.name.split(':').nth(4).filter(|account| !account.is_empty());
    resource.in_record.then(|| RecordResource {
        account_id: account.map(str::to_owned),
        kind: resource.kind.to_owned(),
        name: ResourceName::Arn(resource.name.clone()),
    })
}

/// Returns resources as history lists them: types and names.
pub(super) fn listed(resources: &[Resource]) -> Vec<(Cow<'static, str>, Cow<'static, str>)> {
    resources.iter().map(|resource| (resource.kind.into(), resource.name.clone().into())).collect()
}
