//! `GetSessionToken`: temporary credentials for the very user or root that asks.

use wire::{Done, Fault, Members};

use super::grant;
use crate::authorize::no_session_credentials;
use crate::caller::Principal;
use crate::change::Change;
use crate::operation::Request;
use crate::token;

const USER_SECS: i64 = 43_200;
const ROOT_SECS_MAX: i64 = 3_600;

/// Gives out credentials; needs no permission, but long-term credentials.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let (account, seconds_max) = match &request.caller.principal {
        Principal::Root { account, .. } => (account, ROOT_SECS_MAX),
        Principal::User { account, .. } => (account, i64::MAX),
        _ => return Err(no_session_credentials("GetSessionToken")),
    };
    if request.caller.session.is_some() {
        return Err(no_session_credentials("GetSessionToken"));
    }
    grant::refuse_mfa(request)?;
    let seconds = request.input.integer("DurationSeconds").unwrap_or(USER_SECS).min(seconds_max);
    let session = grant::session(request, seconds)?;
    let credentials =
        token::issue(request.vault, account, &request.caller.principal, &session, request.call);
    let key_id = credentials.access_key_id.clone();
    let output = Members::new().with("Credentials", grant::output(&credentials));
    Ok(Done::read(output).about("AWS::IAM::AccessKey", key_id))
}
