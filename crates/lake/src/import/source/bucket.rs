//! Objects of a store.

use futures_util::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetOptions, ObjectMeta, ObjectStore, ObjectStoreExt};

use super::{Found, Listing, ReadError, Version};
use crate::import::key::Key;

/// Lists all objects whose keys begin with `prefix`.
///
/// ⚠ The store's client refuses a page of keys with one in it that has an empty part (`a//b`) or a
/// control character; then all of the listing fails, and says which key it was.
pub(super) async fn list(store: &dyn ObjectStore, prefix: &str) -> Result<Listing, ReadError> {
    let prefix = path(prefix)?;
    let mut objects = store.list(Some(&prefix));
    let mut listing = Listing::default();
    while let Some(object) = objects.try_next().await? {
        listing.found.push(found(&object));
    }
    Ok(listing)
}

/// Asks for one object.
pub(super) async fn look_up(store: &dyn ObjectStore, key: &str) -> Result<Found, ReadError> {
    Ok(found(&store.head(&path(key)?).await?))
}

/// Reads an object whole, if it is the one that was found.
pub(super) async fn read(
    store: &dyn ObjectStore,
    found: &Found,
    bytes_max: u64,
) -> Result<Vec<u8>, ReadError> {
    let key = path(found.key.as_str().ok_or(ReadError::Changed)?)?;
    let tag = match &found.version {
        Version::Etag(tag) => Some(tag.as_str()),
        Version::Modified(_) | Version::None => None,
    };
    let options = GetOptions::new().with_if_match(tag);
    let answer = match store.get_opts(&key, options).await {
        Err(object_store::Error::Precondition { .. }) => return Err(ReadError::Changed),
        answer => answer?,
    };
    let size = answer.meta.size;
    if size != found.bytes {
        return Err(ReadError::Changed);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    let mut parts = answer.into_stream();
    while let Some(part) = parts.next().await {
        bytes.extend_from_slice(&part?);
        if bytes.len() as u64 > bytes_max.min(size) {
            return Err(ReadError::TooLarge { bytes: bytes.len() as u64, max: bytes_max });
        }
    }
    Ok(bytes)
}

fn path(key: &str) -> Result<Path, ReadError> {
    Path::parse(key).map_err(|cause| ReadError::Store(cause.into()))
}

fn found(object: &ObjectMeta) -> Found {
    let version = match &object.e_tag {
        Some(tag) => Version::Etag(tag.clone()),
        None => Version::Modified(i128::from(object.last_modified.timestamp_millis()) * 1_000_000),
    };
    Found::new(Key::new(object.location.as_ref()), object.size, version)
}
