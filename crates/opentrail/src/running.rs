//! A server put together: gateway, readers and jobs around one open data folder.

use std::collections::BTreeSet;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use wire::model::Models;
use wire::route::Router;
use wire::sigv4::Keys;

use crate::acknowledge::Acknowledge;
use crate::blobs::{BlobError, Blobs};
use crate::boot::Opened;
use crate::checkpoints::Checkpoints;
use crate::commit::Commits;
use crate::config::{Config, JournalConfig};
use crate::delivery::{self, Delivery};
use crate::flush::Flush;
use crate::gateway::{Gateway, Policies};
use crate::messages::Messages;
use crate::metrics::Metrics;
use crate::notary::{Notary, NotaryError};
use crate::operations::Operations;
use crate::outbox;
use crate::outgoing::{Outgoing, OutgoingError};
use crate::progress::Progress;
use crate::readers;
use crate::server::Server;
use crate::throttle::Throttle;
use crate::world::World;

/// How many derived signing keys are remembered.
const KEYS: usize = 4096;

/// How many keys one address may try in vain at the full rate of one key each, before it is
/// throttled as a whole.
const KEYS_PER_STRANGER: u32 = 10;

/// Why a server cannot be put together.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// A metric cannot be made; a test makes them all.
    #[error("a metric cannot be made")]
    Metrics(#[from] prometheus::Error),
    /// The store of objects cannot be used.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// The key of notifications cannot be used.
    #[error(transparent)]
    Notary(#[from] NotaryError),
    /// AWS's own buckets cannot be made.
    #[error("the buckets that AWS has cannot be made")]
    Furnish(#[from] wire::Fault),
    /// What goes out cannot be set up.
    #[error(transparent)]
    Outgoing(#[from] OutgoingError),
}

/// A running server.
pub(crate) struct Running {
    server: Arc<Server>,
    snapshots: Arc<journal::Snapshots>,
    jobs: Vec<JoinHandle<()>>,
}

impl Running {
    /// Puts the server together and starts its readers.
    ///
    /// # Errors
    /// Something that the server stands on cannot be opened.
    pub(crate) async fn start(
        opened: Opened,
        config: Config,
        world: Arc<World>,
        address: SocketAddr,
    ) -> Result<Self, StartError> {
        let limits = &config.limits;
        let vault = Arc::new(opened.secrets.vault);
        let endpoint = format!("http://{address}");
        let outgoing = Outgoing::new(&config)?;
        let messages = Messages {
            settings: messaging::Settings::new(endpoint.as_str()),
            notary: Arc::new(Notary::open(
                &config.data,
                &endpoint,
                Arc::clone(&vault),
                Arc::clone(&world),
            )?),
        };
        let Outgoing { stores, topics, posts } = outgoing;
        let JournalConfig { segment_bytes, reserve_bytes, .. } = config.journal;
        let spare_bytes = segment_bytes.saturating_add(reserve_bytes.saturating_mul(2));
        let blobs = Arc::new(Blobs::open(&config.data, spare_bytes, Arc::clone(&world))?);
        sweep(&blobs, &opened.commits).await?;
        let delivery = Delivery::new(&config, stores, topics, messages);
        let journal = Arc::clone(&opened.journal);
        let checkpoints = Checkpoints::new(
            &config.data,
            Arc::clone(&vault),
            Arc::clone(&world),
            Box::new(move || Some(journal.head())),
        );
        let progress = Progress::new(opened.archive.reached());
        let last = opened.commits.last();
        let gateway = Arc::new(Gateway {
            router: Router::new(Arc::new(Models::built_in())),
            operations: Operations::new(),
            commits: opened.commits,
            archive: Arc::clone(&opened.archive),
            acknowledge: Acknowledge::start(),
            progress: progress.clone(),
            failures: Throttle::new(limits.failed_signatures_per_minute, Duration::from_mins(1)),
            strangers: Throttle::new(
                limits.failed_signatures_per_minute.saturating_mul(KEYS_PER_STRANGER),
                Duration::from_mins(1),
            ),
            lookups: Throttle::new(limits.lookup_events_per_second, Duration::from_secs(1)),
            config,
            world: Arc::clone(&world),
            vault,
            delivery,
            blobs,
            checkpoints,
            posts,
            tokens: opened.secrets.tokens,
            keys: Keys::new(KEYS),
            policies: Policies::default(),
            imports: tokio::sync::Mutex::new(()),
        });
        gateway.furnish().await?;
        let lake = opened.archive.lake().map(Arc::clone);
        let flush = lake.map(|lake| {
            let (archive, journal) = (Arc::clone(&opened.archive), Arc::clone(&opened.journal));
            let config = gateway.config.lake.clone();
            Arc::new(Flush::new(archive, journal, lake, Arc::clone(&world), config))
        });
        let follow = readers::follow(opened.archive, Arc::clone(&opened.journal), progress, world);
        let snapshot = readers::snapshot(
            Arc::clone(&gateway),
            Arc::clone(&opened.journal),
            Arc::clone(&opened.snapshots),
            last,
        );
        let mut jobs = vec![
            tokio::spawn(follow),
            tokio::spawn(snapshot),
            tokio::spawn(readers::tick(Arc::clone(&gateway))),
            tokio::spawn(delivery::run(Arc::clone(&gateway), Arc::clone(&opened.journal))),
            tokio::spawn(outbox::run(Arc::clone(&gateway))),
        ];
        jobs.extend(flush.map(|flush| tokio::spawn(flush.run())));
        let metrics = Metrics::new()?;
        let server = Arc::new(Server::new(gateway, opened.journal, metrics));
        Ok(Self { server, snapshots: opened.snapshots, jobs })
    }

    /// Serves until `end`, then drains, writes the state out and closes the journal.
    ///
    /// # Errors
    /// The journal did not end well.
    pub(crate) async fn serve(
        self,
        listener: TcpListener,
        end: impl Future<Output = ()>,
    ) -> Result<(), journal::Error> {
        let progress = self.server.gateway.progress.clone();
        let end = async move {
            end.await;
            progress.end();
        };
        Arc::clone(&self.server).serve(listener, end).await;
        for job in &self.jobs {
            job.abort();
        }
        let (gateway, journal) = (&self.server.gateway, &self.server.journal);
        readers::write_snapshot(gateway, journal, &self.snapshots).await;
        let journal = Arc::clone(journal);
        let closed = tokio::task::spawn_blocking(move || journal.close()).await;
        closed.unwrap_or(Err(journal::Error::Closed))?;
        tracing::info!("ended");
        Ok(())
    }
}

/// Removes bytes of objects that no frame came to refer to: calls that a crash ended.
async fn sweep(blobs: &Blobs, commits: &Commits) -> Result<(), BlobError> {
    let known: BTreeSet<String> =
        commits.look(|state| state.bucket.blobs().map(str::to_owned).collect());
    let known = known.iter().map(String::as_str).collect();
    let swept = blobs.sweep(&known).await?;
    if swept > 0 {
        tracing::info!(swept, "removed bytes of objects that were never acknowledged");
    }
    Ok(())
}
