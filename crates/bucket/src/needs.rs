//! What a caller must be allowed, for each kind of call.
//!
//! Not told are condition keys that only the time of the call decides
//! (`s3:object-lock-remaining-retention-days`): whoever evaluates policies adds them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use wire::Members;

use crate::copy_source;
use crate::object::{Mode, Object, Version};
use crate::state::State;
use crate::tags;

/// One thing that must be allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The action, such as `s3:PutObject`.
    pub action: &'static str,
    /// The ARN that it is done to, or `*`.
    pub resource: String,
    /// The bucket whose policy is asked too.
    pub bucket: Option<String>,
    /// Condition keys that follow from the input and from what it is about; a key with several
    /// values stands there several times.
    pub conditions: Vec<(Cow<'static, str>, String)>,
}

/// Headers that stand as condition keys on a write, by member.
const WRITE_CONDITIONS: [(&str, &str); 8] = [
    ("ACL", "s3:x-amz-acl"),
    ("ServerSideEncryption", "s3:x-amz-server-side-encryption"),
    ("StorageClass", "s3:x-amz-storage-class"),
    ("MetadataDirective", "s3:x-amz-metadata-directive"),
    ("CopySource", "s3:x-amz-copy-source"),
    ("ObjectLockMode", "s3:object-lock-mode"),
    ("ObjectLockLegalHoldStatus", "s3:object-lock-legal-hold"),
    ("IfNoneMatch", "s3:if-none-match"),
];

impl Need {
    fn new(action: &'static str, resource: String, bucket: Option<&str>) -> Self {
        Self { action, resource, bucket: bucket.map(str::to_owned), conditions: Vec::new() }
    }

    fn with(mut self, key: impl Into<Cow<'static, str>>, value: Option<impl ToString>) -> Self {
        self.conditions.extend(value.map(|value| (key.into(), value.to_string())));
        self
    }

    fn with_member(self, input: &Members, member: &str, key: &'static str) -> Self {
        self.with(key, input.string(member))
    }

    fn with_tags(mut self, prefix: &str, tags: &BTreeMap<String, String>) -> Self {
        let condition = |(key, value): (&String, &String)| {
            (Cow::Owned(format!("s3:{prefix}/{key}")), value.clone())
        };
        self.conditions.extend(tags.iter().map(condition));
        self
    }
}

/// Asks for an action that is tied to no resource.
pub(crate) fn anywhere(action: &'static str) -> Vec<Need> {
    vec![Need::new(action, "*".to_owned(), None)]
}

/// Asks for an action on the input's bucket.
pub(crate) fn bucket(action: &'static str, input: &Members) -> Vec<Need> {
    vec![on_bucket(action, input).with_member(input, "ACL", "s3:x-amz-acl")]
}

/// Asks for a listing of the input's bucket.
pub(crate) fn listing(action: &'static str, input: &Members) -> Vec<Need> {
    let maximum = input.integer("MaxKeys").or_else(|| input.integer("MaxUploads"));
    let need = on_bucket(action, input)
        .with_member(input, "Prefix", "s3:prefix")
        .with_member(input, "Delimiter", "s3:delimiter")
        .with("s3:max-keys", maximum);
    vec![need]
}

/// Asks for what making a bucket as the input wants it takes.
pub(crate) fn create_bucket(_state: &State, input: &Members) -> Vec<Need> {
    let name = input.string("Bucket").unwrap_or_default();
    let configuration = input.map("CreateBucketConfiguration");
    let location = configuration.and_then(|it| it.string("LocationConstraint"));
    // there is no bucket yet, and so no policy to ask
    let need = |action| {
        Need::new(action, bucket_arn(name), None)
            .with_member(input, "ACL", "s3:x-amz-acl")
            .with("s3:locationconstraint", location)
    };
    let mut needs = vec![need("s3:CreateBucket")];
    if input.boolean("ObjectLockEnabledForBucket") == Some(true) {
        needs.push(need("s3:PutBucketObjectLockConfiguration"));
        needs.push(need("s3:PutBucketVersioning"));
    }
    if input.get("ACL").is_some() {
        needs.push(need("s3:PutBucketAcl"));
    }
    if input.get("ObjectOwnership").is_some() {
        needs.push(need("s3:PutBucketOwnershipControls"));
    }
    if configuration.is_some_and(|it| !it.list("Tags").is_empty()) {
        needs.push(need("s3:TagResource"));
    }
    needs
}

/// Asks for an action on the input's object, or another where a version is named.
pub(crate) fn object(
    state: &State,
    input: &Members,
    newest: &'static str,
    version: &'static str,
) -> Vec<Need> {
    vec![on_object(state, input, newest, version)]
}

/// Asks for what reading an object's attributes takes.
pub(crate) fn attributes(state: &State, input: &Members) -> Vec<Need> {
    vec![
        on_object(state, input, "s3:GetObject", "s3:GetObjectVersion"),
        on_object(state, input, "s3:GetObjectAttributes", "s3:GetObjectVersionAttributes"),
    ]
}

/// Asks for what writing an object as the input wants it takes.
pub(crate) fn write(_state: &State, input: &Members) -> Vec<Need> {
    let need = |action| write_need(input, action);
    let mut needs = vec![need("s3:PutObject")];
    // what gives the bucket's owner no less than it has anyhow needs no leave of its own
    let acl = input.string("ACL");
    if acl.is_some_and(|acl| !matches!(acl, "private" | "bucket-owner-full-control")) {
        needs.push(need("s3:PutObjectAcl"));
    }
    if input.string("Tagging").is_some_and(|tags| !tags.is_empty()) {
        needs.push(need("s3:PutObjectTagging"));
    }
    if input.get("ObjectLockMode").is_some() || input.get("ObjectLockRetainUntilDate").is_some() {
        needs.push(need("s3:PutObjectRetention"));
    }
    if input.get("ObjectLockLegalHoldStatus").is_some() {
        needs.push(need("s3:PutObjectLegalHold"));
    }
    needs
}

/// Asks for what copying takes: reading the source, with its tags where they come along, and
/// writing.
pub(crate) fn copy(state: &State, input: &Members) -> Vec<Need> {
    let mut needs = write(state, input);
    let Ok(source) = copy_source::read(input) else { return needs };
    let found = source.peek(state);
    let named = source.version.as_deref();
    let need = |newest, version| {
        let action = if named.is_some() { version } else { newest };
        let arn = object_arn(&source.bucket, &source.key);
        let need = Need::new(action, arn, Some(&source.bucket)).with("s3:VersionId", named);
        described(need, found)
    };
    needs.push(need("s3:GetObject", "s3:GetObjectVersion"));
    let copies_tags = input.string("TaggingDirective") != Some("REPLACE");
    let is_object = input.get("UploadId").is_none();
    if is_object && copies_tags && found.is_some_and(|object| !object.tags.is_empty()) {
        needs.push(need("s3:GetObjectTagging", "s3:GetObjectVersionTagging"));
        if input.string("Tagging").is_none_or(str::is_empty) {
            needs.push(write_need(input, "s3:PutObjectTagging"));
        }
    }
    needs
}

/// Asks for what changing an object's tags takes.
pub(crate) fn put_tags(state: &State, input: &Members) -> Vec<Need> {
    let need = on_object(state, input, "s3:PutObjectTagging", "s3:PutObjectVersionTagging");
    let tags = input.map("Tagging").and_then(|it| tags::read_set(it, usize::MAX).ok());
    vec![with_request_tags(need, &tags.unwrap_or_default())]
}

/// Asks for what changing an object's retention takes.
pub(crate) fn put_retention(state: &State, input: &Members) -> Vec<Need> {
    let retention = input.map("Retention");
    let mode = retention.and_then(|it| it.string("Mode"));
    let until = retention.and_then(|it| it.timestamp("RetainUntilDate"));
    let action = "s3:PutObjectRetention";
    let need = on_object(state, input, action, action)
        .with("s3:object-lock-mode", mode)
        .with("s3:object-lock-retain-until-date", until);
    let mut needs = vec![need];
    needs.extend(bypass(state, input, input));
    needs
}

/// Asks for what deleting an object or one of its versions takes.
pub(crate) fn delete(state: &State, input: &Members) -> Vec<Need> {
    delete_one(state, input, input)
}

/// Asks for what deleting each of several objects takes.
pub(crate) fn delete_all(state: &State, input: &Members) -> Vec<Need> {
    let objects = input.map("Delete").into_iter().flat_map(|delete| delete.maps("Objects"));
    objects.flat_map(|identifier| delete_one(state, input, identifier)).collect()
}

fn delete_one(state: &State, input: &Members, identifier: &Members) -> Vec<Need> {
    let (newest, version) = ("s3:DeleteObject", "s3:DeleteObjectVersion");
    let mut needs = vec![on_key(state, input, identifier, newest, version)];
    // without a version nothing goes for good, and no lock stands in the way
    if version_of(identifier).is_some() {
        needs.extend(bypass(state, input, identifier));
    }
    needs
}

/// Asks for leave to bypass governance where the caller wants that and the version is under it.
fn bypass(state: &State, input: &Members, identifier: &Members) -> Option<Need> {
    let wanted = input.boolean("BypassGovernanceRetention") == Some(true);
    let retention = found(state, input, identifier)?.retention.as_ref()?;
    let action = "s3:BypassGovernanceRetention";
    (wanted && retention.mode == Mode::Governance)
        .then(|| on_key(state, input, identifier, action, action))
}

fn on_bucket(action: &'static str, input: &Members) -> Need {
    let name = input.string("Bucket").unwrap_or_default();
    Need::new(action, bucket_arn(name), Some(name))
}

fn on_object(state: &State, input: &Members, newest: &'static str, version: &'static str) -> Need {
    on_key(state, input, input, newest, version)
}

/// Asks for an action on the key and version that `identifier` names in the input's bucket.
fn on_key(
    state: &State,
    input: &Members,
    identifier: &Members,
    newest: &'static str,
    version: &'static str,
) -> Need {
    let bucket = input.string("Bucket").unwrap_or_default();
    let key = identifier.string("Key").unwrap_or_default();
    let id = version_of(identifier);
    let action = if id.is_some() { version } else { newest };
    let need = Need::new(action, object_arn(bucket, key), Some(bucket))
        .with("s3:VersionId", id)
        .with_member(input, "ACL", "s3:x-amz-acl");
    described(need, found(state, input, identifier))
}

/// Returns the version that is named; an empty name is none, as in `DeleteObjects`.
fn version_of(identifier: &Members) -> Option<&str> {
    identifier.string("VersionId").filter(|id| !id.is_empty())
}

fn found<'a>(state: &'a State, input: &Members, identifier: &Members) -> Option<&'a Object> {
    let bucket = state.bucket(input.string("Bucket")?)?;
    let key = identifier.string("Key")?;
    match version_of(identifier) {
        Some(id) => bucket.version(key, id).and_then(Version::object),
        None => bucket.object(key),
    }
}

fn described(need: Need, object: Option<&Object>) -> Need {
    match object {
        Some(object) => need.with_tags("ExistingObjectTag", &object.tags),
        None => need,
    }
}

fn write_need(input: &Members, action: &'static str) -> Need {
    let bucket = input.string("Bucket").unwrap_or_default();
    let key = input.string("Key").unwrap_or_default();
    let need = Need::new(action, object_arn(bucket, key), Some(bucket));
    let need = WRITE_CONDITIONS
        .into_iter()
        .fold(need, |need, (member, key)| need.with_member(input, member, key))
        .with("s3:object-lock-retain-until-date", input.timestamp("ObjectLockRetainUntilDate"));
    let tags = input.string("Tagging").and_then(|tags| tags::read_header(tags).ok());
    with_request_tags(need, &tags.unwrap_or_default())
}

fn with_request_tags(need: Need, tags: &BTreeMap<String, String>) -> Need {
    let need = need.with_tags("RequestObjectTag", tags);
    tags.keys().fold(need, |need, key| need.with("s3:RequestObjectTagKeys", Some(key)))
}

fn bucket_arn(bucket: &str) -> String {
    format!("arn:aws:s3:::{bucket}")
}

fn object_arn(bucket: &str, key: &str) -> String {
    format!("arn:aws:s3:::{bucket}/{key}")
}
