//! What trails ask about the world around them: buckets, topics and organizations.

use std::collections::BTreeMap;
use std::sync::Mutex;

use identity::{Asker, Context, Decision, Policy, Purpose, Question};
use jiff::Timestamp;
use trail::{BucketCheck, BucketTrouble, Organization, Surroundings};

use crate::delivery::Delivery;
use crate::state::State;
use crate::takers::CLOUDTRAIL;

/// The world around trails, as one call sees it.
pub(crate) struct Around<'a> {
    /// The state.
    pub state: &'a State,
    /// The Regions that are enabled.
    pub regions: &'a [String],
    /// What knows which buckets and topics are elsewhere.
    pub delivery: &'a Delivery,
    /// What buckets and topics elsewhere answered.
    pub known: &'a Elsewhere,
}

/// Questions to places elsewhere, and their answers.
#[derive(Default)]
pub(crate) struct Elsewhere {
    asked: Mutex<Asked>,
    buckets: BTreeMap<String, Result<(), BucketTrouble>>,
    topics: BTreeMap<String, bool>,
}

#[derive(Default)]
struct Asked {
    buckets: BTreeMap<String, Vec<String>>,
    topics: Vec<String>,
}

impl Elsewhere {
    /// Asks what was asked for, and returns the answers.
    pub(crate) async fn ask(self, delivery: &Delivery, wall: Timestamp) -> Self {
        let asked = self.asked.into_inner().expect("asking does not panic while locked");
        let mut known = Self::default();
        for (bucket, markers) in asked.buckets {
            let answer = delivery.check_bucket_elsewhere(&bucket, &markers, wall).await;
            known.buckets.insert(bucket, answer);
        }
        for topic in asked.topics {
            let answer = delivery.check_topic_elsewhere(&topic, wall).await;
            known.topics.insert(topic, answer);
        }
        known
    }

    fn bucket(&self, check: &BucketCheck<'_>) -> Result<(), BucketTrouble> {
        if let Some(answer) = self.buckets.get(check.bucket) {
            return *answer;
        }
        let mut asked = self.asked.lock().expect("asking does not panic while locked");
        asked.buckets.insert(check.bucket.to_owned(), check.marker_keys.to_vec());
        Ok(())
    }

    fn topic(&self, topic_arn: &str) -> bool {
        if let Some(answer) = self.topics.get(topic_arn) {
            return *answer;
        }
        let mut asked = self.asked.lock().expect("asking does not panic while locked");
        asked.topics.push(topic_arn.to_owned());
        true
    }
}

impl Surroundings for Around<'_> {
    fn bucket(&self, check: &BucketCheck<'_>) -> Result<(), BucketTrouble> {
        if self.delivery.is_elsewhere(check.bucket) {
            return self.known.bucket(check);
        }
        if self.state.bucket.owner(check.bucket).is_none() {
            return Err(BucketTrouble::Missing);
        }
        let reads = may_read_acl(self.state, check.bucket, check.trail_arn, check.account);
        let writes = check
            .marker_keys
            .iter()
            .all(|key| may_put(self.state, check.bucket, key, check.trail_arn, check.account));
        if reads && writes { Ok(()) } else { Err(BucketTrouble::Denied) }
    }

    fn topic(&self, topic_arn: &str, trail_arn: &str) -> bool {
        if self.delivery.is_topic_elsewhere(topic_arn) {
            return self.known.topic(topic_arn);
        }
        may_publish(self.state, topic_arn, trail_arn)
    }

    fn organization(&self, account: &str) -> Option<Organization> {
        let organization = self.state.identity.organization_of(account)?;
        Some(Organization {
            id: organization.id.clone(),
            management_account: organization.management_account.clone(),
            is_delegated_admin: organization.is_delegated_admin(account, CLOUDTRAIL),
            trusts_cloudtrail: organization.trusts(CLOUDTRAIL),
            has_all_features: organization.has_all_features(),
        })
    }

    fn regions(&self) -> &[String] {
        self.regions
    }
}

/// Returns whether CloudTrail may put an object on behalf of a trail.
pub(crate) fn may_put(
    state: &State,
    bucket: &str,
    key: &str,
    trail_arn: &str,
    account: &str,
) -> bool {
    let context = on_behalf(trail_arn, account).with("s3:x-amz-acl", "bucket-owner-full-control");
    let arn = format!("arn:aws:s3:::{bucket}/{key}");
    allows(state.bucket.policy(bucket), CLOUDTRAIL, "s3:PutObject", &arn, &context)
}

fn may_read_acl(state: &State, bucket: &str, trail_arn: &str, account: &str) -> bool {
    let arn = format!("arn:aws:s3:::{bucket}");
    let context = on_behalf(trail_arn, account);
    allows(state.bucket.policy(bucket), CLOUDTRAIL, "s3:GetBucketAcl", &arn, &context)
}

/// Returns whether CloudTrail may publish to a topic on behalf of a trail.
pub(crate) fn may_publish(state: &State, topic_arn: &str, trail_arn: &str) -> bool {
    let account = trail_arn.split(':').nth(4).unwrap_or_default();
    let policy = state.messaging.topic_policy(topic_arn);
    let is_there = state.messaging.topic_owner(topic_arn).is_some();
    let context = on_behalf(trail_arn, account);
    is_there && allows(policy, CLOUDTRAIL, "sns:Publish", topic_arn, &context)
}

fn on_behalf(trail_arn: &str, account: &str) -> Context {
    Context::default().with("aws:SourceArn", trail_arn).with("aws:SourceAccount", account)
}

/// Returns whether a resource's own policy lets a service do something.
pub(crate) fn allows(
    policy: Option<&str>,
    service: &str,
    action: &str,
    resource: &str,
    context: &Context,
) -> bool {
    let Some(policy) = policy.and_then(|text| Policy::parse(text, Purpose::Resource).ok()) else {
        return false;
    };
    let question = Question { action, resource, context };
    identity::decide_resource(&policy, Asker::Service(service), &question) == Decision::Allowed
}
