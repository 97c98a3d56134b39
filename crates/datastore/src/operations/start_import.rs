//! `StartImport`.

use std::collections::BTreeMap;

use wire::{Done, Fault};

use super::{STORE, find, import, invalid, quota};
use crate::change::{Change, ImportChange};
use crate::delivery::Place;
use crate::request::{BucketTrouble, Request};
use crate::state::{
    Category, EventDataStore, Import, ImportSource, ImportStatistics, ImportStatus,
};

const NEW: [&str; 4] = ["Destinations", "ImportSource", "StartEventTime", "EndEventTime"];

/// Lets an import wait to begin; or, with `ImportId` alone, one that failed to begin again.
///
/// # Errors
/// `InvalidParameterException`, `ImportNotFoundException`, those of a store that is not there or
/// not active, `InvalidEventDataStoreCategoryException`, `OperationNotPermittedException`,
/// `InvalidImportSourceException`, `AccountHasOngoingImportException`.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let input = request.input;
    match input.string("ImportId") {
        Some(_) if NEW.iter().any(|name| input.get(name).is_some()) => {
            Err(invalid("Specify ImportId alone to retry an import, or leave it out."))
        }
        Some(id) => retry(request, id),
        None => start(request),
    }
}

fn start(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let store = destination(request)?;
    let source = source(request)?;
    let input = request.input;
    let (since, until) = (input.timestamp("StartEventTime"), input.timestamp("EndEventTime"));
    if since.zip(until).is_some_and(|(since, until)| since > until) {
        return Err(invalid("StartEventTime must not be after EndEventTime."));
    }
    quota::check_imports(request)?;
    check_bucket(request, &source)?;
    let call = &mut *request.call;
    let import = Import {
        id: call.uuid(),
        account: call.account.to_owned(),
        region: call.region.to_owned(),
        store: store.number,
        store_arn: store.arn.clone(),
        source,
        start_event_time: since,
        end_event_time: until,
        status: ImportStatus::Initializing,
        created: call.now,
        updated: call.now,
        statistics: ImportStatistics::default(),
        failures: BTreeMap::new(),
    };
    let output = import::show(&import);
    let change = ImportChange::Started(Box::new(import));
    Ok(Done::changed(output, vec![change.into()]).about(STORE, store.arn.as_str()))
}

fn retry(request: &Request<'_, '_>, id: &str) -> Result<Done<Change>, Fault> {
    let failed = find::import(request, id)?;
    if failed.status != ImportStatus::Failed {
        let status = failed.status.as_str();
        return Err(invalid(format!("Import {id} is {status}: only a failed one can be retried.")));
    }
    let store = find::active_store(request, &failed.store_arn)?;
    quota::check_imports(request)?;
    let mut import = failed.clone();
    (import.status, import.updated) = (ImportStatus::Initializing, request.call.now);
    let change = ImportChange::Retried { id: id.to_owned(), at: request.call.now };
    let output = import::show(&import);
    Ok(Done::changed(output, vec![change.into()]).about(STORE, store.arn.as_str()))
}

fn destination<'a>(request: &Request<'a, '_>) -> Result<&'a EventDataStore, Fault> {
    let mut destinations = request.input.strings("Destinations");
    let (Some(named), None) = (destinations.next(), destinations.next()) else {
        return Err(invalid("Specify Destinations with one event data store, and ImportSource."));
    };
    let store = find::active_store(request, named)?;
    if store.category() != Category::CloudTrail {
        let message = "Trail files can be imported only into event data stores with Management, \
                       Data or NetworkActivity events.";
        return Err(Fault::new("InvalidEventDataStoreCategoryException", message));
    }
    if store.organization_id.is_some() && store.account != request.call.account {
        let message = "Only the management account can import into an organization's event data \
                       store.";
        return Err(Fault::new("OperationNotPermittedException", message));
    }
    Ok(store)
}

fn source(request: &Request<'_, '_>) -> Result<ImportSource, Fault> {
    let Some(s3) = request.input.map("ImportSource").and_then(|source| source.map("S3")) else {
        return Err(invalid("Specify ImportSource."));
    };
    let text = |name| s3.string(name).unwrap_or_default().to_owned();
    let source = ImportSource {
        s3_location_uri: text("S3LocationUri"),
        s3_bucket_region: text("S3BucketRegion"),
        s3_bucket_access_role_arn: text("S3BucketAccessRoleArn"),
    };
    check_form(&source)?;
    Ok(source)
}

fn check_form(source: &ImportSource) -> Result<(), Fault> {
    let uri = &source.s3_location_uri;
    if Place::parse(uri).is_none() {
        return Err(wrong(format!("{uri} names no S3 bucket, as in s3://bucket/prefix.")));
    }
    let region = &source.s3_bucket_region;
    let is_inner = |byte: u8| byte == b'-' || byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if region.is_empty() || !region.bytes().all(is_inner) {
        return Err(wrong(format!("{region} is no Region.")));
    }
    let role = &source.s3_bucket_access_role_arn;
    let parts: Vec<_> = role.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "iam", "", account, name]
            if super::arn::is_account(account) && name.starts_with("role/") =>
        {
            Ok(())
        }
        _ => Err(wrong(format!("{role} is not the ARN of a role."))),
    }
}

fn check_bucket(request: &Request<'_, '_>, source: &ImportSource) -> Result<(), Fault> {
    let bucket = Place::parse(&source.s3_location_uri).map_or("", |place| place.bucket);
    let found = request.around.import_source(bucket, request.call.account);
    found.map_err(|trouble| {
        wrong(match trouble {
            BucketTrouble::Missing => format!("S3 bucket {bucket} does not exist!"),
            BucketTrouble::Denied => format!("S3 bucket {bucket} cannot be read."),
            BucketTrouble::Unreachable => {
                format!("The store that holds the bucket {bucket} does not answer.")
            }
        })
    })
}

fn wrong(message: String) -> Fault {
    Fault::new("InvalidImportSourceException", message)
}
