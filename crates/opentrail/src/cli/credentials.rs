//! The caller's credentials and endpoint, found where the AWS CLI finds them.

use std::env;
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow, bail};
use ini::Ini;
use wire::sigv4::Credentials;

use super::client::Client;
use crate::config::Endpoint;
use crate::outgoing::store::OwnStore;

/// Where a server listens that was started without further words.
pub(super) const DEFAULT_ENDPOINT: &str = "http://127.0.0.1:4580";

/// Returns a client for the server that the environment names.
pub(super) fn client() -> Result<Client> {
    let endpoint = variable("AWS_ENDPOINT_URL").unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned());
    Client::new(&endpoint, &region(), credentials()?)
}

/// Returns the CloudTrail of one Region that the environment names, for the same caller.
pub(super) fn cloudtrail(client: &Client, region: &str) -> Result<Client> {
    client.elsewhere(&endpoint_of("AWS_ENDPOINT_URL_CLOUDTRAIL"), region)
}

/// Returns the S3 that the environment names.
pub(super) fn store() -> Result<OwnStore> {
    let endpoint = endpoint_of("AWS_ENDPOINT_URL_S3");
    let endpoint = Endpoint::try_from(endpoint).map_err(|form| anyhow!(form))?;
    Ok(OwnStore::at(endpoint.url(), &region(), credentials()?)?)
}

/// Returns a service's own endpoint, else everybody's.
fn endpoint_of(name: &str) -> String {
    variable(name)
        .or_else(|| variable("AWS_ENDPOINT_URL"))
        .unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned())
}

/// Returns the Region that the environment names, or us-east-1.
pub(super) fn region() -> String {
    variable("AWS_REGION")
        .or_else(|| variable("AWS_DEFAULT_REGION"))
        .unwrap_or_else(|| "us-east-1".to_owned())
}

/// Returns whether the environment itself holds credentials.
pub(super) fn in_environment() -> bool {
    variable("AWS_ACCESS_KEY_ID").is_some()
}

fn credentials() -> Result<Credentials> {
    if let Some(access_key_id) = variable("AWS_ACCESS_KEY_ID") {
        return Ok(Credentials {
            access_key_id,
            secret_access_key: variable("AWS_SECRET_ACCESS_KEY")
                .context("AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not")?,
            session_token: variable("AWS_SESSION_TOKEN"),
        });
    }
    from_file()
}

fn from_file() -> Result<Credentials> {
    const HINT: &str = "no credentials: run `eval \"$(opentrail env seller)\"` in the demo world, \
                        or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
    let profile = variable("AWS_PROFILE").unwrap_or_else(|| "default".to_owned());
    let path = variable("AWS_SHARED_CREDENTIALS_FILE")
        .map(PathBuf::from)
        .or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".aws/credentials")));
    let Some(path) = path.filter(|path| path.exists()) else { bail!(HINT) };
    let file =
        Ini::load_from_file(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let section = file
        .section(Some(profile.as_str()))
        .with_context(|| format!("{} has no profile {profile}", path.display()))?;
    let value = |name: &str| section.get(name).map(str::to_owned);
    Ok(Credentials {
        access_key_id: value("aws_access_key_id").context(HINT)?,
        secret_access_key: value("aws_secret_access_key").context(HINT)?,
        session_token: value("aws_session_token"),
    })
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
