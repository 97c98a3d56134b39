//! `opentrail up`

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::out;
use crate::boot::{self, Opened};
use crate::config::{Config, LogLevel};
use crate::running::Running;
use crate::world::World;

/// Start the server
///
/// The first start makes the data folder and prints a root key once; with --demo it makes the demo
/// world instead. Later starts go on where the last one stopped. SIGTERM or Ctrl-C ends it.
#[derive(Args)]
#[command(verbatim_doc_comment)]
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
        crate::logs::begin(&config);
        // the port first: a folder that is founded must be able to show its root key
        let listener = bind(config.listen)?;
        let world = Arc::new(World::new());
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let opened = boot::open(&config, self.demo, &world, &runtime)?;
        if !self.demo {
            show_root_key(&opened);
        }
        runtime.block_on(serve(opened, listener, config, world, self.demo))?;
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
        Ok(Config::load(self.config.as_deref(), environment(), flags)?)
    }
}

/// Returns the environment; what is not UTF-8 cannot be a setting.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, text)| Some((name.into_string().ok()?, text.into_string().ok()?)))
}

/// Shows the root key of a world that was founded just now; it is shown nowhere else and never
/// again.
pub(super) fn show_root_key(opened: &Opened) {
    if let Some((key_id, secret)) = &opened.root_key {
        out::server_line("This root key is shown once; keep it:");
        out::server_line(format!("export AWS_ACCESS_KEY_ID='{key_id}'"));
        out::server_line(format!("export AWS_SECRET_ACCESS_KEY='{secret}'"));
    }
}

/// Takes the port, before anything else is done.
pub(super) fn bind(address: SocketAddr) -> Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(address)
        .with_context(|| format!("cannot listen on {address}; is another server there?"))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

async fn serve(
    opened: Opened,
    listener: std::net::TcpListener,
    config: Config,
    world: Arc<World>,
    demo: bool,
) -> Result<()> {
    let (listen, data) = (config.listen, config.data.clone());
    if !listen.ip().is_loopback() {
        tracing::warn!(%listen, "listening beyond loopback without TLS: put a proxy before it");
    }
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let listener = TcpListener::from_std(listener)?;
    let address = listener.local_addr()?;
    boot::announce(&data, address)?;
    let running = Running::start(opened, config, world, address).await?;
    out::server_line(format!("listening on http://{address}"));
    if demo {
        out::server_line(format!(
            "in another shell: eval \"$(opentrail env seller --data '{}')\"",
            data.display()
        ));
    }
    let end = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("ending");
    };
    Ok(running.serve(listener, end).await?)
}
