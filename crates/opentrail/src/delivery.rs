//! Delivers what trails have taken: log files, digests and notifications.
//!
//! ```text
//!   journal ─▶ waiting ─▶ Cut ─▶ log files ─▶ bucket ─▶ Delivered (+ objects, messages)
//!                                                            │
//!                                   chains begin ─▶ digests ─┴─▶ DigestWritten
//! ```
//!
//! What was decided is in the journal before it is done, and what was done is in the journal before
//! anything is built on it. So whoever takes over after a crash does the same again, to the byte:
//! in a bucket of ours an object and the word that it is delivered are one frame, and elsewhere a
//! file is only put where none is.
//!
//! One task delivers for all trails, one trail after the other. A trail whose bucket fails waits,
//! ever longer; the others go on.

mod board;
mod digests;
mod files;
mod keys;
mod notices;
mod place;
mod preflight;
mod waiting;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::Notify;
use trail::{Pace, Trail};
use wire::Fault;

use crate::config::Config;
use crate::gateway::Gateway;
use crate::messages::Messages;
use crate::outgoing::store::OwnStores;
use crate::outgoing::topics::OwnTopics;

pub(crate) use board::{Backlog, Board};
use keys::OpenKeys;
use waiting::Follower;

/// How often it is looked whether something is due.
const TICK: Duration = Duration::from_millis(250);
/// The shortest wait after a failure.
const PATIENCE_MIN: Duration = Duration::from_secs(1);
/// The longest wait after a failure.
const PATIENCE_MAX: Duration = Duration::from_mins(1);
/// How long a file is tried. AWS: 30 days.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Where trails deliver to, and what tells the deliverer to hurry.
pub(crate) struct Delivery {
    /// The user's own stores.
    pub stores: OwnStores,
    /// The user's own topics.
    pub topics: OwnTopics,
    /// Our own topics and queues.
    pub messages: Messages,
    /// What waits, for those who want to see it.
    pub board: Board,
    pace: Pace,
    hurry: Notify,
}

/// Why something was not delivered: S3's or SNS's error code.
#[derive(Debug)]
pub(crate) struct Undelivered {
    /// The code, such as `AccessDenied`.
    pub code: String,
    /// More for the log.
    pub words: String,
}

/// Says that something of our own failed.
fn internal(words: &str) -> Undelivered {
    Undelivered { code: "InternalError".to_owned(), words: words.to_owned() }
}

impl From<Fault> for Undelivered {
    fn from(fault: Fault) -> Self {
        Self { code: fault.code.to_string(), words: fault.message }
    }
}

impl Delivery {
    /// Returns the delivery under a configuration.
    pub(crate) fn new(
        config: &Config,
        stores: OwnStores,
        topics: OwnTopics,
        messages: Messages,
    ) -> Self {
        let trails = &config.trails;
        let pace = Pace {
            interval: SignedDuration::from_secs(trails.delivery_interval_secs.into()),
            bytes_max: trails.file_bytes_max,
            grace: SignedDuration::from_secs(trails.digest_grace_secs.into()),
        };
        let (board, hurry) = (Board::default(), Notify::new());
        Self { stores, topics, messages, board, pace, hurry }
    }

    /// Lets the deliverer look now.
    pub(crate) fn hurry(&self) {
        self.hurry.notify_one();
    }
}

/// Delivers for as long as the server runs.
pub(crate) async fn run(gateway: Arc<Gateway>, journal: Arc<journal::Journal>) {
    let mut deliverer = Deliverer {
        follower: Follower::new(&gateway),
        journal,
        gateway,
        patience: BTreeMap::new(),
        keys: OpenKeys::default(),
    };
    loop {
        let world = &deliverer.gateway.world;
        tokio::select! {
            () = world.pause(TICK) => {}
            () = deliverer.gateway.delivery.hurry.notified() => {}
        }
        deliverer.pass().await;
    }
}

/// The task's own memory; nothing of it must survive.
struct Deliverer {
    gateway: Arc<Gateway>,
    journal: Arc<journal::Journal>,
    follower: Follower,
    patience: BTreeMap<u64, Patience>,
    keys: OpenKeys,
}

/// How long a failing trail is left alone.
#[derive(Clone, Copy)]
struct Patience {
    wait: Duration,
    until: Duration,
}

impl Deliverer {
    /// Does everything that is due.
    async fn pass(&mut self) {
        if let Err(cause) = self.follower.catch_up(&self.journal, &self.gateway) {
            tracing::error!(cause = %crate::logs::chain(&cause), "delivery cannot read the journal");
            return;
        }
        let numbers: Vec<_> = self
            .gateway
            .commits
            .look(|state| state.trail.deliverers().map(|trail| trail.number).collect());
        self.patience.retain(|number, _| numbers.contains(number));
        for number in numbers {
            self.serve(number).await;
        }
        self.follower.show(&self.gateway);
    }

    /// Does what is due for one trail.
    async fn serve(&mut self, number: u64) {
        self.cut(number).await;
        let now = self.gateway.world.elapsed();
        if self.patience.get(&number).is_some_and(|patience| now < patience.until) {
            return;
        }
        let results = [
            self.deliver_files(number).await,
            self.deliver_digests(number).await,
            self.send_notices(number).await,
        ];
        match results.into_iter().find_map(Result::err) {
            Some(Undelivered { code, words }) => {
                let before = self.patience.get(&number).map_or(PATIENCE_MIN / 2, |p| p.wait);
                let wait = (before * 2).min(PATIENCE_MAX);
                let until = self.gateway.world.elapsed() + wait;
                self.patience.insert(number, Patience { wait, until });
                tracing::warn!(trail = number, code, words, "a delivery failed");
            }
            None => {
                self.patience.remove(&number);
            }
        }
    }

    /// Returns a trail as it is now; one that has been drained is gone.
    fn trail(&self, number: u64) -> Option<Trail> {
        self.gateway.commits.look(|state| state.trail.numbered(number).cloned())
    }
}
