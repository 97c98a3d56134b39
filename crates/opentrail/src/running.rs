//! A server put together: gateway, readers and jobs around one open data folder.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use wire::model::Models;
use wire::route::Router;
use wire::sigv4::Keys;

use crate::acknowledge::Acknowledge;
use crate::boot::Opened;
use crate::config::Config;
use crate::gateway::Gateway;
use crate::metrics::Metrics;
use crate::operations::Operations;
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
    /// A metric cannot be made; a test makes them all.
    pub(crate) fn start(
        opened: Opened,
        config: Config,
        world: Arc<World>,
    ) -> Result<Self, prometheus::Error> {
        let limits = &config.limits;
        let progress = Progress::new(opened.archive.history.reached());
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
            vault: opened.secrets.vault,
            tokens: opened.secrets.tokens,
            keys: Keys::new(KEYS),
            imports: tokio::sync::Mutex::new(()),
        });
        let follow = readers::follow(opened.archive, Arc::clone(&opened.journal), progress, world);
        let snapshot = readers::snapshot(
            Arc::clone(&gateway),
            Arc::clone(&opened.journal),
            Arc::clone(&opened.snapshots),
            last,
        );
        let jobs = vec![
            tokio::spawn(follow),
            tokio::spawn(snapshot),
            tokio::spawn(readers::tick(Arc::clone(&gateway))),
        ];
        let metrics = Metrics::new()?;
        let server = Arc::new(Server { gateway, journal: opened.journal, metrics });
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
