//! Calls of S3: bytes are written before the call is judged, and the index in its frame.

use std::borrow::Cow;
use std::time::Duration;

use bucket::{Blob, Content, Effect, Entry, Request};
use identity::{Context, Policy, Purpose};
use wire::{Call, Fault};

use super::perform::{context, into};
use super::permit::Need;
use super::{Gateway, Judged, Outcome};
use crate::blobs::BlobError;
use crate::state::State;
use crate::story::Story;

impl Gateway {
    /// Performs a call of S3; returns also the bytes that its answer holds.
    pub(super) async fn perform_bucket(
        &self,
        entry: &'static Entry,
        judged: &Judged<'_>,
        story: &Story<'_>,
    ) -> (Outcome, Option<Content>) {
        let blob = match self.take_body(entry, judged, story).await {
            Ok(blob) => blob,
            Err(fault) => {
                let outcome = self.commit(story, Vec::new(), |_, _, _| Err(fault)).await;
                return (outcome, None);
            }
        };
        let (mut content, mut garbage, mut is_done) = (None, Vec::new(), false);
        let outcome = self
            .commit(story, Vec::new(), |state, _, call| {
                garbage = blob.iter().map(|blob| blob.id.clone()).collect();
                let mut effect = operate(self, entry, judged, story, state, call, blob.clone())?;
                content = effect.content.take();
                garbage = std::mem::take(&mut effect.garbage);
                is_done = true;
                Ok(into(effect.done))
            })
            .await;
        // where it is not known whether a frame is on disk, the next start tells which blobs are
        // in use
        if outcome.is_ok() || !is_done {
            self.blobs.forget(garbage);
            if matches!(entry.operation, "CreateBucket" | "PutBucketPolicy") {
                // a trail may have waited for it
                self.delivery.hurry();
            }
        }
        (outcome, content)
    }

    /// Keeps the bytes that a call brings or copies, once it is clear that its caller may.
    async fn take_body(
        &self,
        entry: &Entry,
        judged: &Judged<'_>,
        story: &Story<'_>,
    ) -> Result<Option<Blob>, Fault> {
        if entry.operation == "UploadPartCopy" {
            return self.take_copy(entry, judged, story).await.map(Some);
        }
        if !entry.takes_body {
            return Ok(None);
        }
        let context = context(story, self.world.now());
        self.commits.look(|state| permit(self, entry, judged, story, state, &context))?;
        judged.validity.clone()?;
        let bucket = judged.input.string("Bucket").unwrap_or_default();
        if self.commits.look(|state| state.bucket.owner(bucket).is_none()) {
            // the operation says so in its own words
            return Ok(None);
        }
        let bytes = judged.object.clone();
        let mut blob = self.blobs.put(bucket, bytes).await.map_err(|cause| not_kept(&cause))?;
        blob.checksums.extend(judged.checksums.clone());
        Ok(Some(blob))
    }

    /// Copies what a part is to be made of; the operation, asked without bytes, says what that is.
    async fn take_copy(
        &self,
        entry: &Entry,
        judged: &Judged<'_>,
        story: &Story<'_>,
    ) -> Result<Blob, Fault> {
        let effect = self.commits.look(|state| {
            let mut random = || self.world.random();
            let mut call = self.call(story, &mut random);
            operate(self, entry, judged, story, state, &mut call, None)
        })?;
        let pieces = effect.content.map(|content| content.pieces).unwrap_or_default();
        let limit = self.config.limits.object_bytes_max;
        let length = pieces.iter().map(|piece| piece.length).sum::<u64>();
        let Some(length) = usize::try_from(length).ok().filter(|length| *length <= limit) else {
            let text =
                format!("A part is at most {limit} bytes (setting limits.object_bytes_max).");
            return Err(Fault::new("EntityTooLarge", text));
        };
        let patience = Duration::from_secs(self.config.limits.request_seconds_max);
        let room = self.blobs.room(length, patience).await?;
        let bucket = judged.input.string("Bucket").unwrap_or_default();
        let bytes = self.blobs.read(&pieces).await.map_err(|cause| not_kept(&cause))?;
        let copy = self.blobs.put(bucket, bytes.into()).await;
        drop(room);
        copy.map_err(|cause| not_kept(&cause))
    }
}

/// Answers for bytes that could not be kept; the cause goes to the log.
fn not_kept(cause: &BlobError) -> Fault {
    tracing::error!(cause = %crate::logs::chain(cause), "an object could not be kept");
    if matches!(cause, BlobError::Full(_)) {
        let text = "The disk is full; the call was recorded.";
        return Fault::new("ServiceUnavailable", text).with_status(503);
    }
    Fault::new("ServiceUnavailable", "The object could not be kept; try again later.")
        .with_status(503)
}

fn operate(
    gateway: &Gateway,
    entry: &Entry,
    judged: &Judged<'_>,
    story: &Story<'_>,
    state: &State,
    call: &mut Call<'_>,
    blob: Option<Blob>,
) -> Result<Effect, Fault> {
    permit(gateway, entry, judged, story, state, &context(story, call.now))?;
    judged.validity.clone()?;
    if entry.operation == "PutBucketPolicy" {
        check_policy(judged.input.string("Policy").unwrap_or_default())?;
    }
    let mut request = Request { state: &state.bucket, input: &judged.input, call, blob };
    (entry.run)(&mut request)
}

fn permit(
    gateway: &Gateway,
    entry: &Entry,
    judged: &Judged<'_>,
    story: &Story<'_>,
    state: &State,
    context: &Context,
) -> Result<(), Fault> {
    for need in (entry.permissions)(&state.bucket, &judged.input) {
        let bucket = need.bucket.as_deref();
        let need = Need {
            action: need.action,
            resource: &need.resource,
            owner: bucket.and_then(|bucket| state.bucket.owner(bucket)),
            policy: bucket.and_then(|bucket| policy_for(state, story, bucket)),
            conditions: conditions(&need.conditions),
        };
        gateway.permit(state, story, context, &need)?;
    }
    Ok(())
}

/// Returns a bucket's policy as far as it speaks for the caller: a public one may be restricted to
/// the owner's own account.
fn policy_for<'a>(state: &'a State, story: &Story<'_>, name: &str) -> Option<&'a str> {
    let bucket = state.bucket.bucket(name)?;
    let is_foreign = state.bucket.owner(name) != story.caller.account();
    state.bucket.policy(name).filter(|_| !(is_foreign && bucket.restricts_policy()))
}

fn conditions<'a>(all: &'a [(Cow<'static, str>, String)]) -> Vec<(&'a str, &'a str)> {
    all.iter().map(|(key, value)| (key.as_ref(), value.as_str())).collect()
}

fn check_policy(text: &str) -> Result<(), Fault> {
    Policy::parse(text, Purpose::Resource)
        .map(|_| ())
        .map_err(|malformed| Fault::new("MalformedPolicy", malformed.to_string()))
}
