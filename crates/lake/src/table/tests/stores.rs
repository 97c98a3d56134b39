//! Tables in a store that is no folder, and in one that breaks off half way.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use jiff::SignedDuration;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt as _, PutMultipartOptions, PutOptions, PutPayload, PutResult,
    Result,
};
use tempfile::TempDir;
use uuid::Uuid;

use super::{now, schema, segment, write};
use crate::table::{Kind, Leave, Place, Segment, Shape, Table, TableError};

const URL: &str = "memory:///shelf/events";

/// A store whose answer to a write may be lost on its way.
#[derive(Debug, Default)]
struct Broken {
    inner: InMemory,
    loses: AtomicBool,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken")
    }
}

#[async_trait]
impl ObjectStore for Broken {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        let put = self.inner.put_opts(location, payload, opts).await?;
        if self.loses.load(Ordering::Relaxed) {
            return Err(Error::Generic { store: "broken", source: "the line went dead".into() });
        }
        Ok(put)
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

async fn open(store: &Arc<Broken>) -> Table {
    let shape = Shape { name: "events", description: "", schema: &schema(), statistics: &[] };
    let root: Arc<dyn ObjectStore> = Arc::<Broken>::clone(store);
    let place = Place::store(root, URL).unwrap();
    Table::open_or_create(place, &shape, Uuid::from_u128(7), now()).await.unwrap()
}

/// Puts a data file into the store, as a writer would.
async fn put(store: &Broken, name: &str) -> Segment {
    let dir = TempDir::new().unwrap();
    let segment = segment(dir.path(), name, 1..=3);
    let bytes = std::fs::read(dir.path().join(name)).unwrap();
    store.put(&Path::from(format!("shelf/events/{name}")), bytes.into()).await.unwrap();
    segment
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_table_in_a_bucket_is_like_one_in_a_folder() {
    let store = Arc::new(Broken::default());
    let mut table = open(&store).await;
    let missing = Segment { path: "none.parquet".to_owned(), ..put(&store, "a.parquet").await };
    let missing = table.commit(&write(vec![missing], None)).await.unwrap_err();
    assert!(matches!(missing, TableError::NotWhole { .. }));

    table.commit(&write(vec![put(&store, "a.parquet").await], None)).await.unwrap();
    for sequence in 1..=100 {
        let after = (sequence > 1).then_some(sequence - 1);
        table.commit(&write(Vec::new(), Some((after, sequence)))).await.unwrap();
    }
    assert!(table.checkpoint_if_due().await.unwrap());
    put(&store, "orphan.parquet").await;
    let keep = BTreeSet::new();
    // the store's own clock dates its files, and it is later than the time of the tests or not
    let later = now() + SignedDuration::from_hours(24 * 365 * 50);
    let leave = Leave { now: later, leave: SignedDuration::ZERO, keep: &keep, companions: &[] };
    assert_eq!(table.vacuum(&leave).await.unwrap(), ["orphan.parquet"]);

    let mut again = open(&store).await;
    assert_eq!(again.files(), table.files());
    assert_eq!(again.reached("journal").await.unwrap(), Some(100));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn after_a_commit_of_unknown_end_the_table_is_opened_again() {
    let store = Arc::new(Broken::default());
    let mut table = open(&store).await;
    let commit = write(vec![put(&store, "a.parquet").await], Some((None, 3)));
    store.loses.store(true, Ordering::Relaxed);
    assert_eq!(table.commit(&commit).await.unwrap_err().kind(), Kind::Retry);
    store.loses.store(false, Ordering::Relaxed);
    assert!(matches!(table.commit(&commit).await, Err(TableError::Unsure)));

    let mut again = open(&store).await;
    let there = again.commit(&commit).await.unwrap_err();
    assert!(matches!(there, TableError::AlreadyThere { reached: 3, .. }));
    assert_eq!(again.files().len(), 1);
}
