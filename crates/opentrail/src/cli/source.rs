//! What a reading command asks: a running server, or a data folder at rest.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use wire::Members;

use super::client::Client;
use super::{Where, credentials};
use crate::archive::Archive;
use crate::boot::{self, AtRest, Secrets};
use crate::checkpoints::Checkpoints;
use crate::config::Config;
use crate::delivery::Board;
use crate::operations::{self, Reading};
use crate::state::State;
use crate::throttle::Throttle;
use crate::tokens::Tokens;
use crate::world::World;

/// Somewhere to ask.
pub(super) enum Source {
    /// A server.
    Server(Box<Client>),
    /// A folder.
    Folder(Box<Folder>),
}

/// A folder at rest, read as its operator.
pub(super) struct Folder {
    state: State,
    archive: Archive,
    tokens: Tokens,
    checkpoints: Checkpoints,
    config: Config,
    world: Arc<World>,
    lookups: Throttle,
}

impl Source {
    /// Returns what the flags and the environment name.
    pub(super) fn of(place: &Where) -> Result<Self> {
        match &place.data {
            None => Ok(Self::Server(Box::new(credentials::client()?))),
            Some(dir) => Ok(Self::Folder(Box::new(Folder::open(dir)?))),
        }
    }

    /// Calls one of the server's own operations.
    pub(super) async fn call(&self, operation: &str, input: &Members) -> Result<Members> {
        match self {
            Self::Server(client) => client.call("opentrail", operation, input).await,
            Self::Folder(folder) => folder.call(operation, input),
        }
    }

    /// Returns the time that relative dates are counted from.
    pub(super) async fn now(&self) -> Result<Timestamp> {
        match self {
            Self::Server(_) => {
                let clock = self.call("GetClock", &Members::new()).await;
                // who may search need not be allowed to read the clock
                let now = clock.ok().and_then(|clock| clock.timestamp("Now"));
                Ok(now.unwrap_or_else(|| World::new().wall()))
            }
            Self::Folder(folder) => Ok(folder.world.now()),
        }
    }
}

impl Folder {
    fn open(dir: &Path) -> Result<Self> {
        let AtRest { state, archive, secrets, damage, head } = boot::open_at_rest(dir)?;
        for damage in &damage {
            eprintln!("opentrail: warning: {damage}");
        }
        let head = head.filter(|_| damage.is_empty());
        let Secrets { vault, tokens } = secrets;
        let world = Arc::new(World::new());
        world.set_offset_ms(state.clock_offset_ms);
        let read_head = Box::new(move || head);
        let checkpoints = Checkpoints::new(dir, Arc::new(vault), Arc::clone(&world), read_head);
        let lookups = Throttle::new(0, Duration::from_secs(1));
        let config = Config::default();
        Ok(Self { state, archive, tokens, checkpoints, config, world, lookups })
    }

    fn call(&self, operation: &str, input: &Members) -> Result<Members> {
        if operation == "GetClock" {
            return Ok(operations::clock(&self.state, self.world.now()));
        }
        if operation == "GetCheckpoint" {
            // there is no server's log that could say why not
            let signed = self.checkpoints.sign(&self.state.operator_account)?;
            return Ok(operations::checkpoint(&signed));
        }
        let board = Board::default();
        let reading = Reading {
            board: &board,
            checkpoints: &self.checkpoints,
            archive: &self.archive,
            tokens: &self.tokens,
            config: &self.config,
            account: &self.state.operator_account,
            caller_arn: "the owner of the folder",
            region: &credentials::region(),
            now: self.world.now(),
            sees_all: true,
            lookups: &self.lookups,
            elapsed: self.world.elapsed(),
        };
        Ok(operations::run_at_rest(operation, &reading, input)?)
    }
}
