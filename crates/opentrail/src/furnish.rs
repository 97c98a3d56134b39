//! Buckets that AWS itself has in every Region and that its tools read from.
//!
//! `aws cloudtrail create-subscription` takes the policies of the bucket and the topic that it makes
//! from `awscloudtrail-policy-<region>`. They belong to nobody's account, and anybody may read them.

use std::collections::BTreeMap;

use bucket::bucket::{Ownership, Settings, Versioning};
use bucket::{Attributes, Blob, Change as BucketChange, Put};
use serde_json::json;
use wire::Fault;

use crate::commit::Draft;
use crate::gateway::{Gateway, Unrecorded};
use crate::state::{Change, State};

/// The account of what belongs to AWS.
const AWS: &str = "999999999901";
/// The bucket policy, with the names that the command fills in.
const BUCKET_POLICY_KEY: &str = "policy/S3/AWSCloudTrail-S3BucketPolicy-2014-12-17.json";
/// The topic policy, with the names that the command fills in.
const TOPIC_POLICY_KEY: &str = "policy/SNS/AWSCloudTrail-SnsTopicPolicy-2014-12-17.json";

impl Gateway {
    /// Makes those of AWS's buckets that are not there yet.
    ///
    /// # Errors
    /// The disk or the journal refuses.
    pub(crate) async fn furnish(&self) -> Result<(), Fault> {
        let missing = |state: &State| -> Vec<String> {
            let regions = self.config.regions.iter();
            regions.filter(|region| state.bucket.owner(&name(region)).is_none()).cloned().collect()
        };
        let regions = self.commits.look(missing);
        let Some(first) = regions.first() else { return Ok(()) };
        let mut policies = BTreeMap::new();
        for (key, text) in [
            (BUCKET_POLICY_KEY, bucket_policy().to_string()),
            (TOPIC_POLICY_KEY, topic_policy().to_string()),
        ] {
            // one blob for all Regions: objects only refer to it
            let blob = self.blobs.put(&name(first), text.into()).await.map_err(|cause| {
                Fault::new("InternalError", crate::logs::chain(&cause)).with_status(500)
            })?;
            policies.insert(key, blob);
        }
        self.record_or(|state, _| {
            let changes = changes(self, state, &regions, &policies)?;
            Ok(Draft {
                changes: changes.into_iter().map(Change::from).collect(),
                events: Vec::new(),
            })
        })
        .await
        .map_err(Unrecorded::cause)
    }
}

fn changes(
    gateway: &Gateway,
    state: &State,
    regions: &[String],
    policies: &BTreeMap<&str, Blob>,
) -> Result<Vec<BucketChange>, Fault> {
    let (now, mut random) = (gateway.world.now(), || gateway.world.random());
    let mut buckets = state.bucket.clone();
    let mut all = Vec::new();
    for region in regions {
        let bucket = name(region);
        let made = BucketChange::CreateBucket {
            owner: AWS.to_owned(),
            region: region.clone(),
            created: now,
            settings: readable(&bucket),
            bucket: bucket.clone(),
        };
        buckets.apply(&made);
        all.push(made);
        for (key, blob) in policies {
            let attributes = Attributes {
                content_type: Some("application/json".to_owned()),
                ..Attributes::default()
            };
            let blob = blob.clone();
            let put = Put { bucket: &bucket, key, blob, attributes, create_only: true };
            let (put, _) = bucket::put(&buckets, put, now, &mut random)?;
            for change in &put {
                buckets.apply(change);
            }
            all.extend(put);
        }
    }
    Ok(all)
}

fn name(region: &str) -> String {
    format!("awscloudtrail-policy-{region}")
}

/// Returns the settings of a bucket that everybody may read.
fn readable(bucket: &str) -> Settings {
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": format!("arn:aws:s3:::{bucket}/*"),
        }],
    });
    Settings {
        policy: Some(policy.to_string()),
        tags: BTreeMap::new(),
        versioning: Versioning::Never,
        object_lock: None,
        ownership: Some(Ownership::BucketOwnerEnforced),
        public_access_block: None,
        bucket_key: false,
    }
}

fn bucket_policy() -> serde_json::Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AWSCloudTrailAclCheck20150319",
                "Effect": "Allow",
                "Principal": { "Service": "cloudtrail.amazonaws.com" },
                "Action": "s3:GetBucketAcl",
                "Resource": "arn:aws:s3:::<BucketName>",
            },
            {
                "Sid": "AWSCloudTrailWrite20150319",
                "Effect": "Allow",
                "Principal": { "Service": "cloudtrail.amazonaws.com" },
                "Action": "s3:PutObject",
                "Resource": "arn:aws:s3:::<BucketName>/<Prefix>/AWSLogs/<CustomerAccountID>/*",
                "Condition": { "StringEquals": { "s3:x-amz-acl": "bucket-owner-full-control" } },
            },
        ],
    })
}

fn topic_policy() -> serde_json::Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "AWSCloudTrailSNSPolicy20131101",
            "Effect": "Allow",
            "Principal": { "Service": "cloudtrail.amazonaws.com" },
            "Action": "SNS:Publish",
            "Resource": "arn:aws:sns:<Region>:<SNSTopicOwnerAccountId>:<SNSTopicName>",
        }],
    })
}
