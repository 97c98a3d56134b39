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
//! Each trail is served by one task at a time. A trail whose bucket fails waits, ever longer; the
//! others go on.

mod board;
mod digests;
mod files;
mod keys;
mod notices;
mod place;
mod preflight;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
pub(crate) use waiting::cut_all;

/// How often it is looked whether something is due.
const TICK: Duration = Duration::from_millis(250);
/// The shortest wait after a failure.
const PATIENCE_MIN: Duration = Duration::from_secs(1);
/// The longest wait after a failure.
const PATIENCE_MAX: Duration = Duration::from_mins(1);
/// How many objects of one trail are put at once: most of the time goes into waiting for the disk,
/// or for a store elsewhere.
const AT_ONCE: usize = 8;
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
    let follower = Follower::new(&gateway);
    let deliverer = Arc::new(Deliverer {
        gateway,
        journal,
        keys: OpenKeys::default(),
        patience: Mutex::default(),
        busy: Mutex::default(),
    });
    let mut round = Round { deliverer, follower };
    loop {
        let gateway = &round.deliverer.gateway;
        tokio::select! {
            () = gateway.world.pause(TICK) => {}
            // what has failed may have been mended
            () = gateway.delivery.hurry.notified() => lock(&round.deliverer.patience).clear(),
        }
        round.go().await;
    }
}

/// What is looked after again and again: what waits, and who delivers it.
struct Round {
    deliverer: Arc<Deliverer>,
    follower: Follower,
}

/// Delivers, one task a trail; nothing of what it remembers must survive.
struct Deliverer {
    gateway: Arc<Gateway>,
    journal: Arc<journal::Journal>,
    keys: OpenKeys,
    patience: Mutex<BTreeMap<u64, Patience>>,
    /// The trails that are being served.
    busy: Mutex<BTreeSet<u64>>,
}

/// How long a failing trail is left alone.
#[derive(Clone, Copy)]
struct Patience {
    wait: Duration,
    until: Duration,
}

impl Round {
    /// Cuts what is due, and sees to it that every trail is served.
    async fn go(&mut self) {
        let (deliverer, gateway) = (&self.deliverer, &self.deliverer.gateway);
        if let Err(cause) = self.follower.catch_up(&deliverer.journal, gateway) {
            tracing::error!(cause = %crate::logs::chain(&cause), "delivery cannot read the journal");
            return;
        }
        let numbers: Vec<_> = gateway
            .commits
            .look(|state| state.trail.deliverers().map(|trail| trail.number).collect());
        deliverer.forget_others(&numbers);
        for number in numbers {
            self.follower.cut(number, gateway).await;
            self.deliverer.serve_alone(number);
        }
        self.follower.show(&self.deliverer.gateway);
    }
}

impl Deliverer {
    /// Serves a trail in a task of its own, unless one does already: a bucket that does not answer
    /// holds up nobody else.
    fn serve_alone(self: &Arc<Self>, number: u64) {
        if !lock(&self.busy).insert(number) {
            return;
        }
        let deliverer = Arc::clone(self);
        tokio::spawn(async move {
            let _served = Served { deliverer: &deliverer, number };
            deliverer.serve(number).await;
        });
    }

    /// Does what is due for one trail.
    async fn serve(&self, number: u64) {
        let now = self.gateway.world.elapsed();
        if lock(&self.patience).get(&number).is_some_and(|patience| now < patience.until) {
            return;
        }
        // in this order: a digest lists what was delivered before it
        let results = [
            self.deliver_files(number).await,
            self.deliver_digests(number).await,
            self.send_notices(number).await,
        ];
        match results.into_iter().find_map(Result::err) {
            Some(undelivered) => self.lose_patience(number, &undelivered),
            None => {
                lock(&self.patience).remove(&number);
            }
        }
    }

    fn lose_patience(&self, number: u64, undelivered: &Undelivered) {
        let Undelivered { code, words } = undelivered;
        tracing::warn!(trail = number, code, words, "a delivery failed");
        let mut patience = lock(&self.patience);
        let before = patience.get(&number).map_or(PATIENCE_MIN / 2, |patience| patience.wait);
        let wait = (before * 2).min(PATIENCE_MAX);
        let until = self.gateway.world.elapsed() + wait;
        patience.insert(number, Patience { wait, until });
    }

    fn forget_others(&self, numbers: &[u64]) {
        lock(&self.patience).retain(|number, _| numbers.contains(number));
    }

    /// Returns a trail as it is now, once that is on disk: nothing may leave the house that a crash
    /// could take back. One that has been drained is gone.
    async fn trail(&self, number: u64) -> Option<Trail> {
        let commits = &self.gateway.commits;
        let (trail, last) =
            commits.look_at(|state, last| (state.trail.numbered(number).cloned(), last));
        commits.wait_durable(last).await.ok()?;
        trail
    }
}

/// Says, however serving ends, that it has.
struct Served<'a> {
    deliverer: &'a Deliverer,
    number: u64,
}

impl Drop for Served<'_> {
    fn drop(&mut self) {
        lock(&self.deliverer.busy).remove(&self.number);
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    // nothing that is done under these locks leaves them half changed
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
