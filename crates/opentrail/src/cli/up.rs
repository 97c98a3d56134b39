//! `opentrail up`

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::boot::{self, Opened};
use crate::config::{Config, LogLevel};
use crate::running::Running;
use crate::world::World;

/// Start the server
///
/// The first start makes the data folder and prints a root key once; with --demo it makes the demo
/// world instead. Later starts go on where the last one stopped. SIGTERM or Ctrl-C ends it.
#[derive(Args)]
pub(super) struct Up {
    /// Begin with the demo world
    #[arg(long)]
    demo: bool,
    /// Let the sandbox's clock be moved
    #[arg(long)]
    sandbox_clock: bool,
    /// The data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// A configuration file, see docs/configuration.md
    #[arg(long, value_name = "FILE", env = "OPENTRAIL_CONFIG")]
    config: Option<PathBuf>,
    /// How much to log
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<LogLevel>,
}

impl Up {
    pub(super) fn run(self) -> Result<ExitCode> {
        let config = self.configuration()?;
        if self.demo && !config.listen.ip().is_loopback() {
            bail!("the demo world listens on loopback only; choose another --listen address");
        }
        crate::logs::begin(&config);
        let world = Arc::new(World::new());
        let opened = boot::open(&config, self.demo, &world)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(serve(opened, config, world, self.demo))?;
        Ok(ExitCode::SUCCESS)
    }

    fn configuration(&self) -> Result<Config> {
        let text = toml::Value::String;
        let mut flags = Vec::new();
        if let Some(data) = &self.data {
            flags.push(("data", text(data.display().to_string())));
        }
        if let Some(listen) = self.listen {
            flags.push(("listen", text(listen.to_string())));
        }
        if self.sandbox_clock {
            flags.push(("sandbox_clock", toml::Value::Boolean(true)));
        }
        if let Some(level) = self.log_level {
            flags.push(("log_level", text(format!("{level:?}").to_lowercase())));
        }
        Ok(Config::load(self.config.as_deref(), std::env::vars(), flags)?)
    }
}

async fn serve(opened: Opened, config: Config, world: Arc<World>, demo: bool) -> Result<()> {
    let (listen, data) = (config.listen, config.data.clone());
    if !listen.ip().is_loopback() {
        tracing::warn!(%listen, "listening beyond loopback without TLS: put a proxy before it");
    }
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}; is another server there?"))?;
    let address = listener.local_addr()?;
    boot::announce(&data, address)?;
    if let Some((key_id, secret)) = &opened.root_key
        && !demo
    {
        println!("This root key is shown once; keep it:");
        println!("export AWS_ACCESS_KEY_ID='{key_id}'");
        println!("export AWS_SECRET_ACCESS_KEY='{secret}'");
    }
    let running = Running::start(opened, config, world)?;
    println!("listening on http://{address}");
    if demo {
        println!("in another shell: eval \"$(opentrail env seller --data '{}')\"", data.display());
    }
    let end = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("ending");
    };
    running.serve(listener, end).await
}
