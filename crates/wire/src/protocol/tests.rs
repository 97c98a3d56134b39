//! Each protocol by example; `tests/it` holds them against botocore.

mod bindings;
mod hostile;
mod input;
mod output;
mod queues;
mod s3;

use std::fmt::Write as _;

use super::*;
use crate::model::Models;

/// Calls `with` with the operation that `call` names, such as `sts GetCallerIdentity`.
fn on<T>(call: &str, with: impl FnOnce(&Service, &Operation) -> T) -> T {
    let models = Models::built_in();
    let (service, operation) = call.split_once(' ').unwrap();
    let service = models.service(service).unwrap();
    with(service, service.operation(operation).unwrap())
}

fn parts(uri: &str) -> Parts {
    http::Request::builder().uri(uri).body(()).unwrap().into_parts().0
}

/// Decodes `body` as the input of `call`; shows the members or the refusal.
fn decoded(call: &str, protocol: Protocol, uri: &str, body: &[u8]) -> String {
    let limits = Limits::default();
    on(call, |service, operation| {
        match decode(service, operation, protocol, &parts(uri), body, &limits) {
            Ok(members) => members.iter().fold(String::new(), |mut shown, (name, value)| {
                writeln!(shown, "{name}: {value:?}").unwrap();
                shown
            }),
            Err(fault) => format!("{} {fault}", fault.status),
        }
    })
}

/// Shows a reply as it goes over the wire; bytes that are no text escaped.
fn shown(reply: &Reply) -> String {
    let mut shown = format!("{}\n", reply.status);
    for (name, value) in &reply.headers {
        writeln!(shown, "{name}: {value}").unwrap();
    }
    match std::str::from_utf8(&reply.body) {
        Ok(text) if !text.contains(char::is_control) => write!(shown, "\n{text}").unwrap(),
        _ => write!(shown, "\n{}", reply.body.escape_ascii()).unwrap(),
    }
    shown
}
