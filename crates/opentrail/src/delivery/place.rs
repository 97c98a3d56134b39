//! Where objects go: a bucket of ours, or the user's own store.

use std::collections::BTreeMap;

use bucket::Blob;
use bytes::Bytes;
use trail::Trail;

use super::{Delivery, Undelivered, internal};
use crate::around::may_put;
use crate::commit::Draft;
use crate::gateway::{Gateway, Unrecorded};
use crate::outgoing::store;
use crate::state::{Change, State};
use crate::story;

/// What is said of an object beside its bytes.
#[derive(Debug, Clone, Default)]
pub(super) struct Attributes {
    /// User metadata.
    pub metadata: BTreeMap<String, String>,
}

/// An object that is to be put, where none is yet.
pub(super) struct Object<'a> {
    /// The bucket.
    pub bucket: &'a str,
    /// The key.
    pub key: &'a str,
    /// The bytes, compressed.
    pub bytes: &'a [u8],
    /// The rest.
    pub attributes: Attributes,
}

/// An object that is kept, and is in its bucket or will be with the next frame.
pub(super) enum Stored {
    /// Its bytes are here; its bucket learns of it with the frame that says it is delivered.
    Ours {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
        /// The bytes.
        blob: Blob,
        /// The rest.
        attributes: Attributes,
    },
    /// It is in the user's store.
    Elsewhere,
}

impl Attributes {
    /// Log files have no metadata.
    pub(super) fn log_file() -> Self {
        Self::default()
    }
}

impl Delivery {
    /// Returns whether a bucket is in the user's own store.
    pub(crate) fn is_elsewhere(&self, bucket: &str) -> bool {
        self.stores.of(bucket).is_some()
    }

    /// Returns whether a topic is at the user's own endpoint.
    pub(crate) fn is_topic_elsewhere(&self, topic_arn: &str) -> bool {
        self.topics.of(topic_arn).is_some()
    }
}

impl Gateway {
    /// Keeps an object on behalf of a trail, and proves that what is kept is what was given.
    pub(super) async fn store(
        &self,
        trail: &Trail,
        object: Object<'_>,
    ) -> Result<Stored, Undelivered> {
        if let Some(store) = self.delivery.stores.of(object.bucket) {
            let attributes = store::Attributes {
                content_type: Some("application/json".to_owned()),
                content_encoding: Some("gzip".to_owned()),
                metadata: object.attributes.metadata,
                acl: true,
            };
            let wall = self.world.wall();
            let (bucket, key) = (object.bucket, object.key);
            let bytes = Bytes::copy_from_slice(object.bytes);
            return match store.put_new(bucket, key, &bytes, &attributes, wall).await {
                Ok(_) => Ok(Stored::Elsewhere),
                Err(cause) => Err(Undelivered { code: cause.code, words: cause.words }),
            };
        }
        self.commits.look(|state| admit(state, trail, object.bucket, object.key))?;
        let blob = self.keep(&object).await?;
        let Object { bucket, key, attributes, .. } = object;
        Ok(Stored::Ours { bucket: bucket.to_owned(), key: key.to_owned(), blob, attributes })
    }

    async fn keep(&self, object: &Object<'_>) -> Result<Blob, Undelivered> {
        let failed = |cause| internal(&crate::logs::chain(&cause));
        let bytes = Bytes::copy_from_slice(object.bytes);
        let blob = self.blobs.put(object.bucket, bytes).await.map_err(failed)?;
        let piece = bucket::Piece { blob: blob.id.clone(), from: 0, length: blob.size };
        if self.blobs.read(&[piece]).await.map_err(failed)? != object.bytes {
            return Err(internal("an object that was just written reads differently"));
        }
        Ok(blob)
    }

    /// Adds to a frame what puts a kept object into a bucket of ours, with the data event that tells
    /// of it to whoever asks for such.
    pub(super) fn put_in(
        &self,
        state: &State,
        trail: &Trail,
        stored: &Stored,
        draft: &mut Draft,
    ) -> Result<(), Undelivered> {
        let Stored::Ours { bucket, key, blob, attributes } = stored else { return Ok(()) };
        admit(state, trail, bucket, key)?;
        let put = bucket::Put {
            bucket,
            key,
            blob: blob.clone(),
            attributes: bucket::Attributes {
                content_type: Some("application/json".to_owned()),
                content_encoding: Some("gzip".to_owned()),
                metadata: attributes.metadata.clone(),
                ..bucket::Attributes::default()
            },
            create_only: true,
        };
        let mut random = || self.world.random();
        let put = bucket::put(&state.bucket, put, self.world.now(), &mut random);
        // what an older version leaves is swept at the next start
        let (changes, _) = put.map_err(Undelivered::from)?;
        draft.changes.extend(changes.into_iter().map(Change::from));
        if state.trail.wants_data_of("AWS::S3::Object") {
            draft.events.push(story::delivery_event(state, bucket, key, blob.size, &self.world));
        }
        Ok(())
    }

    /// Removes the bytes of objects whose frame was certainly not written.
    pub(super) fn settle_stored<E>(
        &self,
        stored: impl Iterator<Item = Stored>,
        told: &Result<(), Unrecorded<E>>,
    ) {
        if !matches!(told, Err(Unrecorded::Refused(_))) {
            return;
        }
        let ids = stored.filter_map(|stored| match stored {
            Stored::Ours { blob, .. } => Some(blob.id),
            Stored::Elsewhere => None,
        });
        self.blobs.forget(ids.collect());
    }
}

/// Asks a bucket's policy, as S3 would at every delivery.
fn admit(state: &State, trail: &Trail, bucket: &str, key: &str) -> Result<(), Undelivered> {
    let undelivered =
        |code: &str| Undelivered { code: code.to_owned(), words: format!("{bucket}/{key}") };
    if state.bucket.owner(bucket).is_none() {
        return Err(undelivered("NoSuchBucket"));
    }
    if may_put(state, bucket, key, &trail.arn, &trail.account) {
        return Ok(());
    }
    Err(undelivered("AccessDenied"))
}
