//! The table of operations: one line each.

use wire::{Fault, Members};

use crate::buckets::{
    absent, acl as bucket_acl, create_bucket, delete_bucket, encryption, find, list_buckets,
    object_lock, ownership, policy, public_access_block, tagging as bucket_tagging, versioning,
};
use crate::multipart::{
    abort, complete, create, list_parts, list_uploads, upload_part, upload_part_copy,
};
use crate::needs::{self, Need};
use crate::objects::{
    acl, copy_object, delete_object, delete_objects, get_object, get_object_attributes, legal_hold,
    list_object_versions, list_objects, put_object, retention, tagging,
};
use crate::request::{Effect, Request};
use crate::state::State;

/// Runs one operation: reads the state, answers an effect, or a fault and no change.
pub type Run = fn(&mut Request<'_, '_>) -> Result<Effect, Fault>;

/// Says what must be allowed, from the state and the input.
pub type Permissions = fn(&State, &Members) -> Vec<Need>;

/// One operation.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The operation's name in the model.
    pub operation: &'static str,
    /// What it does.
    pub run: Run,
    /// The event's `readOnly`.
    pub read_only: bool,
    /// What it is about.
    pub level: Level,
    /// Whether bytes come with it, that must be written before it runs.
    pub takes_body: bool,
    /// All of what must be allowed; to be asked on the very state on which it runs.
    pub permissions: Permissions,
}

/// What an operation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// An account's buckets.
    Service,
    /// A bucket: a management event.
    Bucket,
    /// Objects, or a listing of them: a data event.
    Object,
}

/// Returns the whole table.
pub fn operations() -> &'static [Entry] {
    TABLE
}

const fn entry(operation: &'static str, level: Level, run: Run, permissions: Permissions) -> Entry {
    Entry { operation, run, read_only: false, level, takes_body: false, permissions }
}

const fn bucket(operation: &'static str, run: Run, permissions: Permissions) -> Entry {
    entry(operation, Level::Bucket, run, permissions)
}

const fn object(operation: &'static str, run: Run, permissions: Permissions) -> Entry {
    entry(operation, Level::Object, run, permissions)
}

impl Entry {
    const fn reads(self) -> Self {
        Self { read_only: true, ..self }
    }

    const fn with_body(self) -> Self {
        Self { takes_body: true, ..self }
    }
}

#[rustfmt::skip]
const TABLE: &[Entry] = &[
    entry("ListBuckets", Level::Service, list_buckets::run, |_, _| needs::anywhere("s3:ListAllMyBuckets")).reads(),
    bucket("CreateBucket", create_bucket::run, needs::create_bucket),
    bucket("DeleteBucket", delete_bucket::run, |_, input| needs::bucket("s3:DeleteBucket", input)),
    bucket("HeadBucket", find::head, |_, input| needs::bucket("s3:ListBucket", input)).reads(),
    bucket("GetBucketLocation", find::location, |_, input| needs::bucket("s3:GetBucketLocation", input)).reads(),

    bucket("GetBucketPolicy", policy::get, |_, input| needs::bucket("s3:GetBucketPolicy", input)).reads(),
    bucket("GetBucketPolicyStatus", policy::status, |_, input| needs::bucket("s3:GetBucketPolicyStatus", input)).reads(),
    bucket("PutBucketPolicy", policy::put, |_, input| needs::bucket("s3:PutBucketPolicy", input)),
    bucket("DeleteBucketPolicy", policy::delete, |_, input| needs::bucket("s3:DeleteBucketPolicy", input)),
    bucket("GetBucketAcl", bucket_acl::get, |_, input| needs::bucket("s3:GetBucketAcl", input)).reads(),
    bucket("PutBucketAcl", bucket_acl::put, |_, input| needs::bucket("s3:PutBucketAcl", input)),
    bucket("GetBucketVersioning", versioning::get, |_, input| needs::bucket("s3:GetBucketVersioning", input)).reads(),
    bucket("PutBucketVersioning", versioning::put, |_, input| needs::bucket("s3:PutBucketVersioning", input)),
    bucket("GetBucketTagging", bucket_tagging::get, |_, input| needs::bucket("s3:GetBucketTagging", input)).reads(),
    bucket("PutBucketTagging", bucket_tagging::put, |_, input| needs::bucket("s3:PutBucketTagging", input)),
    bucket("DeleteBucketTagging", bucket_tagging::delete, |_, input| needs::bucket("s3:PutBucketTagging", input)),
    bucket("GetObjectLockConfiguration", object_lock::get, |_, input| needs::bucket("s3:GetBucketObjectLockConfiguration", input)).reads(),
    bucket("PutObjectLockConfiguration", object_lock::put, |_, input| needs::bucket("s3:PutBucketObjectLockConfiguration", input)),
    bucket("GetPublicAccessBlock", public_access_block::get, |_, input| needs::bucket("s3:GetBucketPublicAccessBlock", input)).reads(),
    bucket("PutPublicAccessBlock", public_access_block::put, |_, input| needs::bucket("s3:PutBucketPublicAccessBlock", input)),
    bucket("DeletePublicAccessBlock", public_access_block::delete, |_, input| needs::bucket("s3:PutBucketPublicAccessBlock", input)),
    bucket("GetBucketOwnershipControls", ownership::get, |_, input| needs::bucket("s3:GetBucketOwnershipControls", input)).reads(),
    bucket("PutBucketOwnershipControls", ownership::put, |_, input| needs::bucket("s3:PutBucketOwnershipControls", input)),
    bucket("DeleteBucketOwnershipControls", ownership::delete, |_, input| needs::bucket("s3:PutBucketOwnershipControls", input)),
    bucket("GetBucketEncryption", encryption::get, |_, input| needs::bucket("s3:GetEncryptionConfiguration", input)).reads(),
    bucket("PutBucketEncryption", encryption::put, |_, input| needs::bucket("s3:PutEncryptionConfiguration", input)),
    bucket("DeleteBucketEncryption", encryption::delete, |_, input| needs::bucket("s3:PutEncryptionConfiguration", input)),

    bucket("GetBucketLifecycleConfiguration", absent::lifecycle, |_, input| needs::bucket("s3:GetLifecycleConfiguration", input)).reads(),
    bucket("PutBucketLifecycleConfiguration", absent::put_lifecycle, |_, input| needs::bucket("s3:PutLifecycleConfiguration", input)),
    bucket("DeleteBucketLifecycle", absent::nothing, |_, input| needs::bucket("s3:PutLifecycleConfiguration", input)),
    bucket("GetBucketLogging", absent::nothing, |_, input| needs::bucket("s3:GetBucketLogging", input)).reads(),
    bucket("PutBucketLogging", absent::put_logging, |_, input| needs::bucket("s3:PutBucketLogging", input)),
    bucket("GetBucketNotificationConfiguration", absent::nothing, |_, input| needs::bucket("s3:GetBucketNotification", input)).reads(),
    bucket("PutBucketNotificationConfiguration", absent::put_notification, |_, input| needs::bucket("s3:PutBucketNotification", input)),
    bucket("GetBucketRequestPayment", absent::request_payment, |_, input| needs::bucket("s3:GetBucketRequestPayment", input)).reads(),
    bucket("PutBucketRequestPayment", absent::put_request_payment, |_, input| needs::bucket("s3:PutBucketRequestPayment", input)),
    bucket("GetBucketAccelerateConfiguration", absent::nothing, |_, input| needs::bucket("s3:GetAccelerateConfiguration", input)).reads(),
    bucket("GetBucketCors", absent::cors, |_, input| needs::bucket("s3:GetBucketCORS", input)).reads(),
    bucket("GetBucketReplication", absent::replication, |_, input| needs::bucket("s3:GetReplicationConfiguration", input)).reads(),
    bucket("GetBucketWebsite", absent::website, |_, input| needs::bucket("s3:GetBucketWebsite", input)).reads(),

    object("ListObjects", list_objects::by_marker, |_, input| needs::listing("s3:ListBucket", input)).reads(),
    object("ListObjectsV2", list_objects::by_token, |_, input| needs::listing("s3:ListBucket", input)).reads(),
    object("ListObjectVersions", list_object_versions::run, |_, input| needs::listing("s3:ListBucketVersions", input)).reads(),
    object("ListMultipartUploads", list_uploads::run, |_, input| needs::listing("s3:ListBucketMultipartUploads", input)).reads(),

    object("PutObject", put_object::run, needs::write).with_body(),
    object("GetObject", get_object::run, |state, input| needs::object(state, input, "s3:GetObject", "s3:GetObjectVersion")).reads(),
    object("HeadObject", get_object::head, |state, input| needs::object(state, input, "s3:GetObject", "s3:GetObjectVersion")).reads(),
    object("GetObjectAttributes", get_object_attributes::run, needs::attributes).reads(),
    object("CopyObject", copy_object::run, needs::copy),
    object("DeleteObject", delete_object::run, needs::delete),
    object("DeleteObjects", delete_objects::run, needs::delete_all),
    object("GetObjectAcl", acl::get, |state, input| needs::object(state, input, "s3:GetObjectAcl", "s3:GetObjectVersionAcl")).reads(),
    object("PutObjectAcl", acl::put, |state, input| needs::object(state, input, "s3:PutObjectAcl", "s3:PutObjectVersionAcl")),
    object("GetObjectTagging", tagging::get, |state, input| needs::object(state, input, "s3:GetObjectTagging", "s3:GetObjectVersionTagging")).reads(),
    object("PutObjectTagging", tagging::put, needs::put_tags),
    object("DeleteObjectTagging", tagging::delete, |state, input| needs::object(state, input, "s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging")),
    object("GetObjectRetention", retention::get, |state, input| needs::object(state, input, "s3:GetObjectRetention", "s3:GetObjectRetention")).reads(),
    object("PutObjectRetention", retention::put, needs::put_retention),
    object("GetObjectLegalHold", legal_hold::get, |state, input| needs::object(state, input, "s3:GetObjectLegalHold", "s3:GetObjectLegalHold")).reads(),
    object("PutObjectLegalHold", legal_hold::put, |state, input| needs::object(state, input, "s3:PutObjectLegalHold", "s3:PutObjectLegalHold")),

    object("CreateMultipartUpload", create::run, needs::write),
    object("UploadPart", upload_part::run, needs::write).with_body(),
    object("UploadPartCopy", upload_part_copy::run, needs::copy),
    object("CompleteMultipartUpload", complete::run, needs::write),
    object("AbortMultipartUpload", abort::run, |state, input| needs::object(state, input, "s3:AbortMultipartUpload", "s3:AbortMultipartUpload")),
    object("ListParts", list_parts::run, |state, input| needs::object(state, input, "s3:ListMultipartUploadParts", "s3:ListMultipartUploadParts")).reads(),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use wire::model::Models;

    use super::operations;

    #[test]
    fn every_entry_stands_once_and_reading_is_in_its_name() {
        let mut seen = BTreeSet::new();
        for entry in operations() {
            let name = entry.operation;
            assert!(seen.insert(name), "{name} stands twice");
            let reads = ["Get", "Head", "List"].iter().any(|verb| name.starts_with(verb));
            assert_eq!(entry.read_only, reads, "{name}");
            assert_eq!(entry.takes_body, ["PutObject", "UploadPart"].contains(&name), "{name}");
        }
    }

    #[test]
    fn every_entry_is_a_modelled_operation() {
        let models = Models::built_in();
        let service = models.service("s3").expect("S3 is modelled");
        for entry in operations() {
            let name = entry.operation;
            assert!(service.operation(name).is_some(), "{name} is not in the model");
        }
    }
}
