//! Random calls against a second opinion: plain lists, scanned from the front.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::json;
use wire::model::Models;

use super::world::World;
use crate::Blob;

const BUCKETS: [&str; 2] = ["one", "two"];
const KEYS: [&str; 3] = ["a", "b/c", "b/d"];
/// The least size of a part that others follow.
const PART: u64 = 5 << 20;

#[derive(Debug, Clone)]
enum Deed {
    Put { bucket: usize, key: usize },
    Copy { from: (usize, usize), to: (usize, usize) },
    Delete { bucket: usize, key: usize },
    DeleteVersion { bucket: usize, key: usize, pick: usize },
    DeleteMany { bucket: usize, picks: Vec<(usize, Option<usize>)> },
    Version { bucket: usize, on: bool },
    Begin { bucket: usize, key: usize },
    Part { pick: usize, number: i64 },
    Complete { pick: usize, skip: usize },
    Abort { pick: usize },
    Drop { bucket: usize },
}

fn deed() -> impl Strategy<Value = Deed> {
    let bucket = 0..BUCKETS.len();
    let key = 0..KEYS.len();
    let place = (bucket.clone(), key.clone());
    let picks = prop::collection::vec((key, prop::option::of(0_usize..4)), 1..4);
    prop_oneof![
        4 => place.clone().prop_map(|(bucket, key)| Deed::Put { bucket, key }),
        3 => (place.clone(), place.clone()).prop_map(|(from, to)| Deed::Copy { from, to }),
        2 => place.clone().prop_map(|(bucket, key)| Deed::Delete { bucket, key }),
        2 => (place.clone(), 0_usize..4)
            .prop_map(|((bucket, key), pick)| Deed::DeleteVersion { bucket, key, pick }),
        1 => (bucket.clone(), picks).prop_map(|(bucket, picks)| Deed::DeleteMany { bucket, picks }),
        1 => (bucket.clone(), any::<bool>()).prop_map(|(bucket, on)| Deed::Version { bucket, on }),
        2 => place.prop_map(|(bucket, key)| Deed::Begin { bucket, key }),
        4 => (0_usize..3, 1_i64..4).prop_map(|(pick, number)| Deed::Part { pick, number }),
        2 => (0_usize..3, 0_usize..3).prop_map(|(pick, skip)| Deed::Complete { pick, skip }),
        1 => (0_usize..3).prop_map(|pick| Deed::Abort { pick }),
        1 => bucket.prop_map(|bucket| Deed::Drop { bucket }),
    ]
}

/// A version: its id and its blobs; none for a delete marker.
type Version = (String, Option<Vec<String>>);

#[derive(Debug, Default, Clone, PartialEq)]
struct Bucket {
    /// Whether versions are kept; none before that was first said.
    versioning: Option<bool>,
    keys: BTreeMap<String, Vec<Version>>,
}

#[derive(Debug, Clone)]
struct Upload {
    bucket: usize,
    key: usize,
    id: String,
    parts: BTreeMap<i64, String>,
}

struct Pair {
    world: World,
    buckets: Vec<Bucket>,
    uploads: Vec<Upload>,
    written: usize,
}

impl Pair {
    fn new(models: &Rc<Models>) -> Self {
        let mut pair = Self {
            world: World::with(Rc::clone(models)),
            buckets: vec![Bucket::default(); BUCKETS.len()],
            uploads: Vec::new(),
            written: 0,
        };
        for bucket in BUCKETS {
            pair.call("CreateBucket", &json!({ "Bucket": bucket }), None).unwrap();
        }
        pair
    }

    fn blob(&mut self) -> Blob {
        self.written += 1;
        let id = format!("blob-{}", self.written);
        self.world.blobs.insert(id.clone(), Vec::new());
        Blob { id, size: PART, md5: format!("{:032x}", self.written), checksums: BTreeMap::new() }
    }

    /// Calls; the version id of the answer, or the fault's code.
    fn call(
        &mut self,
        operation: &str,
        input: &serde_json::Value,
        blob: Option<Blob>,
    ) -> Result<Option<String>, String> {
        let input = self.world.input(operation, input);
        let id = blob.as_ref().map(|blob| blob.id.clone());
        let outcome = self.world.call(operation, &input, blob);
        if let (Err(_), Some(id)) = (&outcome, id) {
            self.world.blobs.remove(&id);
        }
        let effect = outcome.map_err(|fault| fault.code.into_owned())?;
        let output = &effect.done.output;
        let id = output.string("UploadId").or_else(|| output.string("VersionId"));
        Ok(id.map(str::to_owned))
    }

    fn perform(&mut self, deed: &Deed) {
        match deed {
            Deed::Put { bucket, key } => {
                let blob = self.blob();
                let blobs = vec![blob.id.clone()];
                let input = json!({"Bucket": BUCKETS[*bucket], "Key": KEYS[*key]});
                let id = self.call("PutObject", &input, Some(blob)).unwrap();
                self.add(*bucket, *key, id, Some(blobs));
            }
            Deed::Copy { from, to } => self.copy(*from, *to),
            Deed::Delete { bucket, key } => {
                let input = json!({"Bucket": BUCKETS[*bucket], "Key": KEYS[*key]});
                let id = self.call("DeleteObject", &input, None).unwrap();
                self.mark(*bucket, *key, id);
            }
            Deed::DeleteVersion { bucket, key, pick } => {
                let id = self.pick(*bucket, *key, *pick);
                let input = json!({"Bucket": BUCKETS[*bucket], "Key": KEYS[*key], "VersionId": id});
                self.call("DeleteObject", &input, None).unwrap();
                self.remove(*bucket, *key, &id);
            }
            Deed::DeleteMany { bucket, picks } => self.delete_many(*bucket, picks),
            Deed::Version { bucket, on } => {
                let status = if *on { "Enabled" } else { "Suspended" };
                let input = json!({"Bucket": BUCKETS[*bucket],
                    "VersioningConfiguration": {"Status": status}});
                self.call("PutBucketVersioning", &input, None).unwrap();
                self.buckets[*bucket].versioning = Some(*on);
            }
            Deed::Begin { bucket, key } => {
                let input = json!({"Bucket": BUCKETS[*bucket], "Key": KEYS[*key]});
                let id = self.call("CreateMultipartUpload", &input, None).unwrap().unwrap();
                let parts = BTreeMap::new();
                self.uploads.push(Upload { bucket: *bucket, key: *key, id, parts });
            }
            Deed::Part { pick, number } => self.part(*pick, *number),
            Deed::Complete { pick, skip } => self.complete(*pick, *skip),
            Deed::Abort { pick } => self.abort(*pick),
            Deed::Drop { bucket } => self.drop_bucket(*bucket),
        }
    }

    fn copy(&mut self, from: (usize, usize), to: (usize, usize)) {
        let source = format!("{}/{}", BUCKETS[from.0], KEYS[from.1]);
        let input = json!({"Bucket": BUCKETS[to.0], "Key": KEYS[to.1], "CopySource": source,
            "MetadataDirective": "REPLACE"});
        let newest = self.buckets[from.0].keys.get(KEYS[from.1]).and_then(|it| it.first());
        let blobs = newest.and_then(|(_, blobs)| blobs.clone());
        match (self.call("CopyObject", &input, None), blobs) {
            (Ok(id), Some(blobs)) => self.add(to.0, to.1, id, Some(blobs)),
            (Err(code), None) => assert_eq!(code, "NoSuchKey"),
            (outcome, blobs) => panic!("{outcome:?} for {blobs:?}"),
        }
    }

    fn delete_many(&mut self, bucket: usize, picks: &[(usize, Option<usize>)]) {
        let versioned = self.buckets[bucket].versioning;
        let named: Vec<_> = picks
            .iter()
            .map(|(key, pick)| (*key, pick.map(|pick| self.pick(bucket, *key, pick))))
            .collect();
        let objects: Vec<_> = named
            .iter()
            .map(|(key, id)| match id {
                Some(id) => json!({"Key": KEYS[*key], "VersionId": id}),
                None => json!({"Key": KEYS[*key]}),
            })
            .collect();
        let input = json!({"Bucket": BUCKETS[bucket], "Delete": {"Objects": objects}});
        let input = self.world.input("DeleteObjects", &input);
        let effect = self.world.call("DeleteObjects", &input, None).unwrap();
        let told: Vec<_> = effect.done.output.maps("Deleted").collect();
        assert_eq!(told.len(), named.len());
        for ((key, id), told) in named.into_iter().zip(told) {
            if let Some(id) = id {
                self.remove(bucket, key, &id);
                continue;
            }
            let marker = told.string("DeleteMarkerVersionId").map(str::to_owned);
            assert_eq!(marker.is_some(), versioned.is_some());
            self.mark(bucket, key, marker);
        }
    }

    fn part(&mut self, pick: usize, number: i64) {
        let Some(upload) = self.uploads.get(pick).cloned() else { return };
        let blob = self.blob();
        let id = blob.id.clone();
        let input = json!({"Bucket": BUCKETS[upload.bucket], "Key": KEYS[upload.key],
            "UploadId": upload.id, "PartNumber": number});
        self.call("UploadPart", &input, Some(blob)).unwrap();
        self.uploads[pick].parts.insert(number, id);
    }

    /// Completes an upload with all parts but the one at `skip`.
    fn complete(&mut self, pick: usize, skip: usize) {
        let Some(upload) = self.uploads.get(pick).cloned() else { return };
        let chosen: Vec<_> = upload
            .parts
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != skip)
            .map(|(_, it)| it)
            .collect();
        let etag = |blob: &str| {
            let number: usize = blob.strip_prefix("blob-").unwrap().parse().unwrap();
            format!("{number:032x}")
        };
        let parts: Vec<_> = chosen
            .iter()
            .map(|(number, blob)| json!({"PartNumber": number, "ETag": etag(blob)}))
            .collect();
        let input = json!({"Bucket": BUCKETS[upload.bucket], "Key": KEYS[upload.key],
            "UploadId": upload.id, "MultipartUpload": {"Parts": parts}});
        match self.call("CompleteMultipartUpload", &input, None) {
            Err(code) => assert_eq!((code.as_str(), chosen.len()), ("MalformedXML", 0)),
            Ok(id) => {
                let blobs = chosen.into_iter().map(|(_, blob)| blob.clone()).collect();
                self.uploads.remove(pick);
                self.add(upload.bucket, upload.key, id, Some(blobs));
            }
        }
    }

    fn abort(&mut self, pick: usize) {
        if pick >= self.uploads.len() {
            return;
        }
        let upload = self.uploads.remove(pick);
        let input = json!({"Bucket": BUCKETS[upload.bucket], "Key": KEYS[upload.key],
            "UploadId": upload.id});
        self.call("AbortMultipartUpload", &input, None).unwrap();
    }

    fn drop_bucket(&mut self, bucket: usize) {
        let input = json!({"Bucket": BUCKETS[bucket]});
        let outcome = self.call("DeleteBucket", &input, None);
        if !self.buckets[bucket].keys.is_empty() {
            assert_eq!(outcome, Err("BucketNotEmpty".to_owned()));
            return;
        }
        outcome.unwrap();
        self.uploads.retain(|upload| upload.bucket != bucket);
        self.buckets[bucket] = Bucket::default();
        self.call("CreateBucket", &input, None).unwrap();
    }

    fn add(&mut self, bucket: usize, key: usize, id: Option<String>, blobs: Option<Vec<String>>) {
        let bucket = &mut self.buckets[bucket];
        assert_eq!(id.is_some(), bucket.versioning.is_some());
        let id = id.unwrap_or_else(|| "null".to_owned());
        assert_eq!(id == "null", bucket.versioning != Some(true));
        let versions = bucket.keys.entry(KEYS[key].to_owned()).or_default();
        versions.retain(|(old, _)| *old != id);
        versions.insert(0, (id, blobs));
    }

    /// A key is deleted: for good where versions were never kept, else by a mark.
    fn mark(&mut self, bucket: usize, key: usize, id: Option<String>) {
        if self.buckets[bucket].versioning.is_some() {
            self.add(bucket, key, id, None);
        } else {
            self.remove(bucket, key, "null");
        }
    }

    fn remove(&mut self, bucket: usize, key: usize, id: &str) {
        let keys = &mut self.buckets[bucket].keys;
        if let Some(versions) = keys.get_mut(KEYS[key]) {
            versions.retain(|(old, _)| old != id);
        }
        keys.retain(|_, versions| !versions.is_empty());
    }

    /// Picks a version, or one that is not there.
    fn pick(&self, bucket: usize, key: usize, pick: usize) -> String {
        let versions = self.buckets[bucket].keys.get(KEYS[key]);
        let picked = versions.and_then(|versions| versions.get(pick));
        picked.map_or_else(|| "none".to_owned(), |(id, _)| id.clone())
    }

    fn compare(&self) {
        let mut held = BTreeSet::new();
        for (name, bucket) in BUCKETS.iter().zip(&self.buckets) {
            let real = self.world.state.bucket(name).unwrap();
            let keys: BTreeMap<String, Vec<Version>> = real
                .objects
                .iter()
                .map(|(key, versions)| {
                    let version = |it: &crate::object::Version| {
                        let blobs = |object: &crate::Object| {
                            object.body.blobs().iter().map(|blob| blob.id.clone()).collect()
                        };
                        (it.id().to_owned(), it.object().map(blobs))
                    };
                    (key.clone(), versions.iter().map(version).collect())
                })
                .collect();
            assert_eq!(keys, bucket.keys);
            let blobs = bucket.keys.values().flatten().filter_map(|(_, blobs)| blobs.as_ref());
            held.extend(blobs.flatten().cloned());
        }
        held.extend(self.uploads.iter().flat_map(|upload| upload.parts.values().cloned()));
        let there: BTreeSet<String> = self.world.blobs.keys().cloned().collect();
        assert_eq!(held, there, "a blob is there exactly while something refers to it");
    }
}

#[test]
fn calls_do_what_the_second_opinion_says() {
    let models = Rc::new(Models::built_in());
    let mut runner = TestRunner::new(ProptestConfig::with_cases(300));
    let deeds = prop::collection::vec(deed(), 1..60);
    let run = |deeds: Vec<Deed>| {
        let mut pair = Pair::new(&models);
        for deed in &deeds {
            pair.perform(deed);
            pair.compare();
        }
        pair.world.assert_folds_twice();
        Ok(())
    };
    runner.run(&deeds, run).unwrap();
}
