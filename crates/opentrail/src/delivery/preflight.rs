//! What making or changing a trail tries: the bucket by markers, the topic by a message.

use jiff::Timestamp;
use trail::{BucketTrouble, Trail};
use wire::{Call, Fault};

use super::Delivery;
use crate::blobs::Blobs;
use crate::outgoing::store::check::Unfit;
use crate::state::{Change, State};

impl Delivery {
    /// Returns what puts the zero-byte markers of a trail into a bucket of ours.
    ///
    /// # Errors
    /// The bucket does not take them.
    pub(crate) fn markers(
        state: &State,
        trail: &Trail,
        call: &mut Call<'_>,
    ) -> Result<Vec<Change>, Fault> {
        let mut all = Vec::new();
        for key in trail::layout::marker_keys(trail) {
            if state.bucket.object(&trail.s3_bucket_name, &key).is_some() {
                continue;
            }
            let put = bucket::Put {
                bucket: &trail.s3_bucket_name,
                key: &key,
                blob: Blobs::empty(),
                attributes: bucket::Attributes::default(),
                create_only: true,
            };
            let (changes, _) = bucket::put(&state.bucket, put, call.now, call.random)?;
            all.extend(changes.into_iter().map(Change::from));
        }
        Ok(all)
    }

    /// Tries a bucket in the user's own store.
    pub(crate) async fn check_bucket_elsewhere(
        &self,
        bucket: &str,
        marker_keys: &[String],
        wall: Timestamp,
    ) -> Result<(), BucketTrouble> {
        let Some(store) = self.stores.of(bucket) else { return Err(BucketTrouble::Missing) };
        store.check(bucket, marker_keys, wall).await.map_err(|unfit| {
            tracing::warn!(cause = %crate::logs::chain(&unfit), bucket, "a bucket will not do");
            match unfit {
                Unfit::NoSuchBucket => BucketTrouble::Missing,
                Unfit::Denied(_) => BucketTrouble::Denied,
                Unfit::Unreachable(_) => BucketTrouble::Unreachable,
            }
        })
    }

    /// Tries a topic at the user's own endpoint; the message that tries it is sent.
    pub(crate) async fn check_topic_elsewhere(&self, topic_arn: &str, wall: Timestamp) -> bool {
        match self.topics.of(topic_arn) {
            Some(topic) => topic.check(topic_arn, wall).await.is_ok(),
            None => false,
        }
    }
}
