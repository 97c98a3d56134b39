//! Sends what topics owe to subscribers at HTTP and HTTPS addresses.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use messaging::{DeliveryId, Failure, Outgoing};

use crate::commit::Draft;
use crate::gateway::Gateway;
use crate::state::Change;

/// How often it is looked whether something is due.
const TICK: Duration = Duration::from_millis(250);
/// How many messages are under way at once.
const AT_ONCE: usize = 16;

/// What became of messages that is not recorded yet.
type Outcomes = BTreeMap<DeliveryId, Result<(), Refusal>>;

/// Why a message did not arrive.
struct Refusal {
    words: String,
    /// Whether the address said no for good.
    is_lasting: bool,
}

/// Sends for as long as the server runs.
pub(crate) async fn run(gateway: Arc<Gateway>) {
    let mut outcomes = Outcomes::new();
    loop {
        gateway.world.pause(TICK).await;
        let (due, last) = gateway.commits.look_at(|state, last| {
            let due = state.messaging.outbox_due(gateway.world.now());
            // what was sent and could not be told of is not sent again
            let due = due.filter(|message| !outcomes.contains_key(&message.id));
            (due.take(AT_ONCE).cloned().collect::<Vec<Outgoing>>(), last)
        });
        if due.is_empty() && outcomes.is_empty() {
            continue;
        }
        // what a crash could take back must not leave the house
        if gateway.commits.wait_durable(last).await.is_err() {
            continue;
        }
        let sending = due.into_iter().map(|message| {
            let gateway = Arc::clone(&gateway);
            tokio::spawn(async move { (message.id, send(&gateway, message).await) })
        });
        // each has its own time limit
        for sent in sending.collect::<Vec<_>>() {
            match sent.await {
                Ok((id, outcome)) => {
                    outcomes.insert(id, outcome);
                }
                Err(cause) => tracing::error!(%cause, "sending a message failed"),
            }
        }
        tell(&gateway, &mut outcomes).await;
    }
}

/// Records what became of messages; what cannot be recorded is kept for the next time.
async fn tell(gateway: &Gateway, outcomes: &mut Outcomes) {
    let told = gateway.record(|state, _| {
        let (state, now) = (&state.messaging, gateway.world.now());
        let changes = outcomes.iter().flat_map(|(id, outcome)| match outcome {
            Ok(()) => messaging::sent(state, *id, now),
            Err(Refusal { words, is_lasting: true }) => {
                messaging::failed(state, *id, now, Failure::Lasting(words))
            }
            Err(Refusal { words, is_lasting: false }) => {
                messaging::failed(state, *id, now, Failure::Passing(words))
            }
        });
        Draft { changes: changes.map(Change::from).collect(), events: Vec::new() }
    });
    match told.await {
        Ok(()) => outcomes.clear(),
        Err(fault) => tracing::error!(%fault, "what came of messages was not recorded"),
    }
}

async fn send(gateway: &Gateway, message: Outgoing) -> Result<(), Refusal> {
    let headers = headers(&message);
    let outcome = gateway.posts.post(&message.url, headers, message.body.clone().into()).await;
    let refusal = match outcome {
        Ok(200..300) => return Ok(()),
        Ok(status) => Refusal {
            words: format!("HTTP {status}"),
            // who says no for good is not asked again
            is_lasting: (400..500).contains(&status) && status != 429,
        },
        Err(cause) => Refusal { words: crate::logs::chain(&cause), is_lasting: false },
    };
    tracing::warn!(url = message.url, error = refusal.words, "a message did not arrive");
    Err(refusal)
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
