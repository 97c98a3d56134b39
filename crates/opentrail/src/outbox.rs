//! Sends what topics owe to subscribers at HTTP and HTTPS addresses.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use messaging::{Failure, Outgoing};

use crate::commit::Draft;
use crate::gateway::Gateway;
use crate::state::Change;

/// How often it is looked whether something is due.
const TICK: Duration = Duration::from_millis(250);
/// How many messages are under way at once.
const AT_ONCE: usize = 16;

/// Sends for as long as the server runs.
pub(crate) async fn run(gateway: Arc<Gateway>) {
    loop {
        gateway.world.pause(TICK).await;
        let due: Vec<Outgoing> = gateway.commits.look(|state| {
            let due = state.messaging.outbox_due(gateway.world.now());
            due.take(AT_ONCE).cloned().collect()
        });
        let sending = due.into_iter().map(|message| {
            let gateway = Arc::clone(&gateway);
            tokio::spawn(async move { send(&gateway, message).await })
        });
        // each has its own time limit
        for sent in sending.collect::<Vec<_>>() {
            if let Err(cause) = sent.await {
                tracing::error!(%cause, "sending a message failed");
            }
        }
    }
}

async fn send(gateway: &Gateway, message: Outgoing) {
    let headers = headers(&message);
    let outcome = gateway.posts.post(&message.url, headers, message.body.clone().into()).await;
    let error = match outcome {
        Ok(200..300) => None,
        // who says no for good is not asked again
        Ok(status @ 400..500) if status != 429 => Some((format!("HTTP {status}"), true)),
        Ok(status) => Some((format!("HTTP {status}"), false)),
        Err(cause) => Some((crate::logs::chain(&cause), false)),
    };
    if let Some((error, _)) = &error {
        tracing::warn!(url = message.url, error, "a message did not arrive");
    }
    let told = gateway.record(|state, _| {
        let (state, now) = (&state.messaging, gateway.world.now());
        let changes = match &error {
            None => messaging::sent(state, message.id, now),
            Some((error, true)) => {
                messaging::failed(state, message.id, now, Failure::Lasting(error))
            }
            Some((error, false)) => {
                messaging::failed(state, message.id, now, Failure::Passing(error))
            }
        };
        Draft { changes: changes.into_iter().map(Change::from).collect(), events: Vec::new() }
    });
    if let Err(fault) = told.await {
        tracing::error!(%fault, "what came of a message was not recorded");
    }
}

/// Returns the headers of a message; a value that HTTP cannot carry is left out.
fn headers(message: &Outgoing) -> HeaderMap {
    let headers = message.headers().into_iter();
    headers
        .filter_map(|(name, value)| {
            Some((HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?))
        })
        .collect()
}
