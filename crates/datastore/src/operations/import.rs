//! What the operations on imports share: how one is shown, and what waits for one to end.

use wire::{Fault, Members, Value};

use super::describe_query::number;
use crate::request::Request;
use crate::state::{EventDataStore, Import};

/// Refuses to change a store while something is imported into it.
///
/// # Errors
/// `EventDataStoreHasOngoingImportException`
pub(super) fn check_none(request: &Request<'_, '_>, store: &EventDataStore) -> Result<(), Fault> {
    let mut imports = request.state.imports.values();
    let Some(import) = imports.find(|it| it.store == store.number && it.is_open()) else {
        return Ok(());
    };
    let message = format!("Import {} into {} is still going on.", import.id, store.arn);
    Err(Fault::new("EventDataStoreHasOngoingImportException", message))
}

/// Returns an import as `StartImport` answers it.
pub(super) fn show(import: &Import) -> Members {
    let source = &import.source;
    let s3 = Members::new()
        .with("S3LocationUri", Value::from(source.s3_location_uri.as_str()))
        .with("S3BucketRegion", Value::from(source.s3_bucket_region.as_str()))
        .with("S3BucketAccessRoleArn", Value::from(source.s3_bucket_access_role_arn.as_str()));
    Members::new()
        .with("ImportId", Value::from(import.id.as_str()))
        .with("Destinations", Value::from(vec![import.store_arn.as_str()]))
        .with("ImportSource", Value::from(Members::new().with("S3", Value::from(s3))))
        .with("StartEventTime", import.start_event_time.map(Value::from))
        .with("EndEventTime", import.end_event_time.map(Value::from))
        .with("ImportStatus", Value::from(import.status.as_str()))
        .with("CreatedTimestamp", Value::from(import.created))
        .with("UpdatedTimestamp", Value::from(import.updated))
}

/// Returns an import as `GetImport` and `StopImport` answer it.
pub(super) fn show_with_statistics(import: &Import) -> Members {
    let statistics = &import.statistics;
    let shown = Members::new()
        .with("PrefixesFound", number(statistics.prefixes_found))
        .with("PrefixesCompleted", number(statistics.prefixes_completed))
        .with("FilesCompleted", number(statistics.files_completed))
        .with("EventsCompleted", number(statistics.events_completed))
        .with("FailedEntries", number(statistics.failed_entries));
    show(import).with("ImportStatistics", Value::from(shown))
}
