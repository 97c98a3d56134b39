//! `opentrail env`

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use wire::sigv4::Credentials;

use super::credentials::DEFAULT_ENDPOINT;
use super::out;
use crate::boot;
use crate::config::default_data_folder;
use crate::founding::{demo_variables, person};
use crate::world::World;

/// Print a shell's variables for somebody of the demo world
///
///   eval "$(opentrail env seller)"
///
/// seller is Alice, auditor is Auditor (who may only read), buyer is Bob in the buyer's account,
/// root is the seller account's root. The keys come from the data folder, not from the server.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Env {
    /// seller, auditor, buyer or root
    name: String,
    /// The server's data folder
    #[arg(long, value_name = "DIR", env = "OPENTRAIL_DATA")]
    data: Option<std::path::PathBuf>,
}

impl Env {
    pub(super) fn run(self) -> Result<ExitCode> {
        let dir = self.data.unwrap_or_else(default_data_folder);
        for (name, value) in variables(&dir, &self.name)? {
            out::line(format!("export {name}='{value}'"));
        }
        out::line("unset AWS_SESSION_TOKEN AWS_PROFILE");
        Ok(ExitCode::SUCCESS)
    }
}

/// Returns the variables for somebody of the demo world below `dir`.
pub(super) fn variables(dir: &Path, name: &str) -> Result<Vec<(&'static str, String)>> {
    let credentials = credentials(dir, name)?;
    let endpoint = boot::endpoint(dir).unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned());
    let mut variables = vec![
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", credentials.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key),
    ];
    variables.extend(demo_variables().into_iter().map(|(name, value)| (name, value.to_owned())));
    Ok(variables)
}

/// Returns the key of somebody of the demo world below `dir`.
pub(super) fn credentials(dir: &Path, name: &str) -> Result<Credentials> {
    let (account, user) = person(name)
        .with_context(|| format!("{name} is nobody here: seller, auditor, buyer or root"))?;
    let (state, secrets) = boot::state_at_rest(dir)?;
    if !state.demo {
        bail!("{} holds no demo world: start one with `opentrail up --demo`", dir.display());
    }
    let state = &state.identity;
    let owner = state.account(account).context("the demo world has its accounts")?;
    let keys = match user {
        None => &owner.root_access_keys,
        Some(user) => &owner.user_named(user).context("the demo user was deleted")?.access_keys,
    };
    let access_key_id = keys.keys().next().context("the demo user has no access key")?;
    let now = World::new().wall();
    let credential = identity::identify(state, &secrets.vault, access_key_id, None, now)
        .ok()
        .with_context(|| format!("{name}'s access key is not active"))?;
    Ok(Credentials {
        access_key_id: access_key_id.clone(),
        secret_access_key: credential.secret.expose().to_owned(),
        session_token: None,
    })
}
