//! `opentrail run`

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};
use clap::Args;

use super::client::Client;
use super::find::FilterArgs;
use super::source::Source;
use super::table::Table;
use super::tail::{is_tail, last_sequence, since};
use super::{block_on, credentials, env};
use crate::config::default_data_folder;

/// Run a command and print the calls it made
///
///   opentrail run -- pytest tests
///   opentrail run --as auditor -- aws license-manager list-license-configurations
///
/// The command gets the server's endpoint and credentials in its environment: those that are set
/// already, or those of somebody of the demo world. Its exit code becomes ours.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Run {
    /// Run as seller, auditor, buyer or root of the demo world
    #[arg(long = "as", value_name = "NAME")]
    person: Option<String>,
    /// The server's data folder, for --as
    #[arg(long, value_name = "DIR", env = "OPENTRAIL_DATA")]
    data: Option<PathBuf>,
    /// The command and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

impl Run {
    pub(super) fn run(self) -> Result<ExitCode> {
        let variables = self.variables()?;
        let client = match &variables {
            Some(variables) => demo_client(variables)?,
            None => credentials::client()?,
        };
        let filter = FilterArgs {
            who: Some(client.access_key_id().to_owned()),
            region: Some("all".to_owned()),
            ..FilterArgs::default()
        };
        let source = Source::Server(Box::new(client));
        block_on(async {
            let before = last_sequence(&source, &filter).await?;
            let code = self.execute(variables.unwrap_or_default())?;
            let calls = print_calls(&source, &filter, before).await?;
            eprintln!("{calls} calls, exit code {code}");
            Ok(ExitCode::from(code))
        })
    }

    /// Returns the variables to set; none when the environment has credentials of its own.
    fn variables(&self) -> Result<Option<Vec<(&'static str, String)>>> {
        if self.person.is_none() && credentials::in_environment() {
            return Ok(None);
        }
        let dir = self.data.clone().unwrap_or_else(default_data_folder);
        env::variables(&dir, self.person.as_deref().unwrap_or("seller")).map(Some)
    }

    fn execute(&self, variables: Vec<(&'static str, String)>) -> Result<u8> {
        let (program, arguments) = self.command.split_first().context("a command is needed")?;
        let mut command = Command::new(program);
        command.args(arguments);
        if !variables.is_empty() {
            // what the shell says of other credentials must not mix with these
            command.env_remove("AWS_SESSION_TOKEN").env_remove("AWS_PROFILE").envs(variables);
        } else if std::env::var_os("AWS_ENDPOINT_URL").is_none() {
            command.env("AWS_ENDPOINT_URL", credentials::DEFAULT_ENDPOINT);
        }
        let status = command.status().with_context(|| format!("{program} cannot be run"))?;
        // a command ended by a signal has no code; shells write 128 and more for it
        Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(128))
    }
}

fn demo_client(variables: &[(&'static str, String)]) -> Result<Client> {
    let value = |wanted: &str| {
        let found = variables.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let credentials = wire::sigv4::Credentials {
        access_key_id: value("AWS_ACCESS_KEY_ID"),
        secret_access_key: value("AWS_SECRET_ACCESS_KEY"),
        session_token: None,
    };
    Client::new(&value("AWS_ENDPOINT_URL"), &value("AWS_REGION"), credentials)
}

/// Prints what the key called after frame `after`, and returns how many calls that were.
async fn print_calls(source: &Source, filter: &FilterArgs, after: i64) -> Result<usize> {
    let (mut table, mut calls, mut after) = (Table::new(), 0, after);
    loop {
        // every request leaves an event of its own: once the first one's is here, all that the
        // command did before is, too
        let output = since(source, filter, after, 1).await?;
        let (mut ours, mut ended) = (Vec::new(), false);
        for event in output.maps("Events") {
            if is_tail(event) {
                ended = true;
            } else {
                ours.push(event);
            }
        }
        for event in ours {
            calls += 1;
            table.print(event);
        }
        after = output.integer("LastSequence").unwrap_or(after);
        if ended {
            return Ok(calls);
        }
    }
}
