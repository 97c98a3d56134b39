//! Settings that buckets do not have here: reading them says so, and putting them is refused.
//!
//! What nothing would act on is not taken in. Lifecycle rules above all: this endpoint never lets
//! an object expire.

use wire::{Fault, Members, Value};

use crate::fault;
use crate::request::{Effect, Request};

/// Says that there are no lifecycle rules.
pub(crate) fn lifecycle(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let message = "The lifecycle configuration does not exist";
    missing(request, "NoSuchLifecycleConfiguration", message)
}

/// Refuses lifecycle rules.
pub(crate) fn put_lifecycle(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    request.bucket()?;
    Err(fault::not_implemented("lifecycle rules: it never deletes an object by itself"))
}

/// Says that there are no rules for other origins.
pub(crate) fn cors(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    missing(request, "NoSuchCORSConfiguration", "The CORS configuration does not exist")
}

/// Says that the bucket is no website.
pub(crate) fn website(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let message = "The specified bucket does not have a website configuration";
    missing(request, "NoSuchWebsiteConfiguration", message)
}

/// Says that nothing is replicated.
pub(crate) fn replication(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let message = "The replication configuration was not found";
    missing(request, "ReplicationConfigurationNotFoundError", message)
}

/// Answers with nothing: there is no logging, no notification, no acceleration; or what is to be
/// deleted is not there.
pub(crate) fn nothing(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    request.bucket()?;
    Ok(request.answer(Members::new()))
}

/// Takes in that there is to be no access log, and refuses one.
pub(crate) fn put_logging(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let status = request.input.map("BucketLoggingStatus");
    if status.is_some_and(|status| status.get("LoggingEnabled").is_some()) {
        request.bucket()?;
        return Err(fault::not_implemented("server access logs"));
    }
    nothing(request)
}

/// Takes in that nobody is to be notified, and refuses to notify anyone.
pub(crate) fn put_notification(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let configuration = request.input.map("NotificationConfiguration");
    if configuration.is_some_and(|configuration| !configuration.is_empty()) {
        request.bucket()?;
        return Err(fault::not_implemented("event notifications"));
    }
    nothing(request)
}

/// Says that the owner pays.
pub(crate) fn request_payment(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    request.bucket()?;
    Ok(request.answer(Members::new().with("Payer", Value::from("BucketOwner"))))
}

/// Takes in that the owner pays, and refuses that others do.
pub(crate) fn put_request_payment(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    request.bucket()?;
    let configuration = request.input.map("RequestPaymentConfiguration");
    match configuration.and_then(|configuration| configuration.string("Payer")) {
        Some("BucketOwner") => nothing(request),
        Some("Requester") => Err(fault::not_implemented("requester pays")),
        _ => Err(fault::malformed_xml()),
    }
}

fn missing(request: &Request<'_, '_>, code: &'static str, message: &str) -> Result<Effect, Fault> {
    request.bucket()?;
    Err(fault::not_set_up(code, message, request.bucket_name()))
}
