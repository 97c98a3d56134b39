//! Which blobs nothing refers to any more, once some changes are folded in.

use std::collections::{BTreeMap, BTreeSet};

use crate::bucket::Upload;
use crate::object::Blob;
use crate::state::{Change, State};

/// A holder of references: a version, or a part of an upload.
type Holder<'a> = (&'a str, &'a str, &'a str, u32);

/// A version is no part.
const VERSION: u32 = 0;

/// Returns the blobs that lose their last reference by `changes`, in the order of their ids.
///
/// Works on what the changes touch alone: the state may be large.
pub(crate) fn garbage(state: &State, changes: &[Change]) -> Vec<String> {
    let mut touched = Touched { state, holders: BTreeMap::new() };
    for change in changes {
        touched.follow(change);
    }
    let mut balance: BTreeMap<&str, i64> = BTreeMap::new();
    for (holder, after) in &touched.holders {
        for blob in *after {
            *balance.entry(&blob.id).or_default() += 1;
        }
        for blob in before(state, *holder) {
            *balance.entry(&blob.id).or_default() -= 1;
        }
    }
    let unheld = |blob: &str, balance: i64| {
        i64::try_from(state.references(blob)).unwrap_or(i64::MAX).saturating_add(balance) <= 0
    };
    let gone: BTreeSet<&str> =
        balance.into_iter().filter(|(id, sum)| unheld(id, *sum)).map(|(id, _)| id).collect();
    gone.into_iter().map(str::to_owned).collect()
}

struct Touched<'a> {
    state: &'a State,
    /// What each touched holder refers to in the end.
    holders: BTreeMap<Holder<'a>, &'a [Blob]>,
}

impl<'a> Touched<'a> {
    fn follow(&mut self, change: &'a Change) {
        match change {
            Change::PutVersion { bucket, key, version } => {
                self.holders.insert((bucket, key, version.id(), VERSION), version.blobs());
            }
            Change::DeleteVersion { bucket, key, version } => {
                self.holders.insert((bucket, key, version, VERSION), &[]);
            }
            Change::PutPart { bucket, key, id, number, part } => {
                let blob = std::slice::from_ref(&part.blob);
                self.holders.insert((bucket, key, id, *number), blob);
            }
            Change::DeleteUpload { bucket, key, id } => self.drop_upload(bucket, key, id),
            Change::DeleteBucket { bucket } => self.drop_bucket(bucket),
            Change::CreateBucket { .. }
            | Change::Configure { .. }
            | Change::Describe { .. }
            | Change::CreateUpload { .. } => {}
        }
    }

    fn drop_upload(&mut self, bucket: &'a str, key: &'a str, id: &'a str) {
        let upload = self.state.bucket(bucket).and_then(|bucket| bucket.upload(key, id));
        for number in upload.into_iter().flat_map(|upload| upload.parts.keys()) {
            self.holders.insert((bucket, key, id, *number), &[]);
        }
    }

    fn drop_bucket(&mut self, name: &'a str) {
        let Some(bucket) = self.state.bucket(name) else { return };
        for (key, versions) in &bucket.objects {
            for version in versions {
                self.holders.insert((name, key, version.id(), VERSION), &[]);
            }
        }
        for (key, uploads) in &bucket.uploads {
            for id in uploads.keys() {
                self.drop_upload(name, key, id);
            }
        }
    }
}

/// Returns what a holder refers to now.
fn before<'a>(state: &'a State, (bucket, key, id, number): Holder<'_>) -> &'a [Blob] {
    let Some(bucket) = state.bucket(bucket) else { return &[] };
    if number == VERSION {
        return bucket.version(key, id).map_or(&[], |version| version.blobs());
    }
    let part = |upload: &'a Upload| upload.parts.get(&number);
    bucket.upload(key, id).and_then(part).map_or(&[], |part| std::slice::from_ref(&part.blob))
}
