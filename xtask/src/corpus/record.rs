//! One record, its members in the order that AWS writes them in.

use super::cast::Caller;
use super::kinds::{Kind, Made};
use super::pools;
use super::scene::{Scene, iso};
use super::template::Template;

/// How often of a hundred times a call fails that has a way of its own to fail.
const FAILS: usize = 4;
/// What the label of a service's address in TLS is, where it is not the event source's.
const LABELS: &[(&str, &str)] = &[
    ("metering-marketplace", "metering.marketplace"),
    ("marketplacecatalog", "catalog.marketplace"),
];

/// What went wrong.
struct Failed {
    code: String,
    message: String,
}

/// Writes the record of an event of a kind.
pub(super) fn write(kind: &Kind, caller: &Caller, scene: &mut Scene<'_>, into: &mut String) {
    scene.forget();
    let failed = failure(kind, caller, scene);
    member(into, "{\"eventVersion\":\"", &kind.version);
    into.push_str("\",\"userIdentity\":");
    into.push_str(&caller.identity);
    into.push_str(",\"eventTime\":\"");
    iso(scene.seconds, into);
    member(into, "\",\"eventSource\":\"", &kind.label);
    member(into, ".amazonaws.com\",\"eventName\":\"", &kind.name);
    member(into, "\",\"awsRegion\":\"", scene.region);
    from(kind, caller, into);
    if let Some(Failed { code, message }) = &failed {
        if code != "-" {
            member(into, "\",\"errorCode\":\"", code);
        }
        if !message.is_empty() {
            member(into, "\",\"errorMessage\":\"", message);
        }
    }
    into.push('"');
    parameters(kind, failed.is_some(), scene, into);
    ids(kind, scene, into);
    described(kind, caller, scene, into);
    into.push('}');
}

fn member(into: &mut String, before: &str, value: &str) {
    into.push_str(before);
    into.push_str(value);
}

/// Writes where the call came from; the last quotation mark is left to others.
fn from(kind: &Kind, caller: &Caller, into: &mut String) {
    let internal = kind.made == Made::ByItself;
    let address = if internal { "AWS Internal" } else { &caller.address };
    member(into, "\",\"sourceIPAddress\":\"", address);
    into.push_str("\",\"userAgent\":\"");
    // S3 sets what was sent in brackets
    let brackets = kind.short_ids && !internal;
    into.push_str(if brackets { "[" } else { "" });
    into.push_str(if internal { "AWS Internal" } else { &caller.agent });
    into.push_str(if brackets { "]" } else { "" });
}

fn failure(kind: &Kind, caller: &Caller, scene: &mut Scene<'_>) -> Option<Failed> {
    if kind.made == Made::ByPrincipal && scene.chance.percent(caller.refused) {
        let (code, message) = kind.refusal(&caller.arn);
        return Some(Failed { code: code.to_owned(), message });
    }
    let (code, template) = kind.failure.as_ref()?;
    scene.chance.percent(FAILS).then(|| {
        let mut message = String::new();
        template.fill(scene, &mut message);
        Failed { code: code.clone(), message }
    })
}

fn parameters(kind: &Kind, failed: bool, scene: &mut Scene<'_>, into: &mut String) {
    let internal = kind.made == Made::ByItself;
    into.push_str(",\"requestParameters\":");
    text(kind.request.as_ref().filter(|_| !internal), scene, into);
    into.push_str(",\"responseElements\":");
    if failed && kind.made == Made::AtSignIn {
        into.push_str(r#"{"ConsoleLogin":"Failure"}"#);
    } else {
        text(kind.response.as_ref().filter(|_| !failed), scene, into);
    }
    if let Some(additional) = &kind.additional {
        into.push_str(",\"additionalEventData\":");
        additional.fill(scene, into);
    }
}

fn text(template: Option<&Template>, scene: &mut Scene<'_>, into: &mut String) {
    match template {
        Some(template) => template.fill(scene, into),
        None => into.push_str("null"),
    }
}

fn ids(kind: &Kind, scene: &mut Scene<'_>, into: &mut String) {
    if kind.short_ids {
        into.push_str(",\"requestID\":\"");
        scene.capitals(16, into);
        into.push('"');
    } else if !matches!(kind.made, Made::ByItself | Made::AtSignIn) {
        member(into, ",\"requestID\":\"", &pools::uuid(&mut scene.chance));
        into.push('"');
    }
    member(into, ",\"eventID\":\"", &pools::uuid(&mut scene.chance));
    into.push_str(if kind.reads { "\",\"readOnly\":true" } else { "\",\"readOnly\":false" });
}

fn described(kind: &Kind, caller: &Caller, scene: &mut Scene<'_>, into: &mut String) {
    if let Some(resources) = &kind.resources {
        into.push_str(",\"resources\":");
        resources.fill(scene, into);
    }
    let kind_of_event = match kind.made {
        Made::AtSignIn => "AwsConsoleSignIn",
        Made::ByItself => "AwsServiceEvent",
        _ => "AwsApiCall",
    };
    member(into, ",\"eventType\":\"", kind_of_event);
    if let Some(version) = &kind.api_version {
        member(into, "\",\"apiVersion\":\"", version);
    }
    into.push_str("\",\"managementEvent\":");
    into.push_str(if kind.data { "false" } else { "true" });
    member(into, ",\"recipientAccountId\":\"", scene.account);
    let is_shared = kind.made == Made::ByService && kind.label == "sts";
    if caller.account.is_some() || is_shared {
        member(into, "\",\"sharedEventID\":\"", &pools::uuid(&mut scene.chance));
    }
    if let Some(endpoint) = &caller.vpc_endpoint {
        member(into, "\",\"vpcEndpointId\":\"", endpoint);
        member(into, "\",\"vpcEndpointAccountId\":\"", scene.account);
    }
    into.push('"');
    if kind.made == Made::ByItself {
        into.push_str(",\"serviceEventDetails\":");
        text(kind.request.as_ref(), scene, into);
    }
    let category = if kind.data { "Data" } else { "Management" };
    member(into, ",\"eventCategory\":\"", category);
    into.push('"');
    connection(kind, caller, scene, into);
}

fn connection(kind: &Kind, caller: &Caller, scene: &mut Scene<'_>, into: &mut String) {
    let is_remote = !matches!(kind.made, Made::ByItself | Made::ByService);
    // services that write older records do not tell of it
    if is_remote && !caller.is_service && kind.version != "1.08" {
        let cipher = if scene.chance.percent(90) {
            "{\"tlsVersion\":\"TLSv1.3\",\"cipherSuite\":\"TLS_AES_128_GCM_SHA256\""
        } else {
            "{\"tlsVersion\":\"TLSv1.2\",\"cipherSuite\":\"ECDHE-RSA-AES128-GCM-SHA256\""
        };
        member(into, ",\"tlsDetails\":", cipher);
        let label = LABELS.iter().find(|(label, _)| *label == kind.label);
        member(into, ",\"clientProvidedHostHeader\":\"", label.map_or(&kind.label, |row| row.1));
        if !kind.global {
            member(into, ".", scene.region);
        }
        into.push_str(".amazonaws.com\"}");
    }
    if caller.is_from_console && is_remote {
        into.push_str(",\"sessionCredentialFromConsole\":\"true\"");
    }
}
