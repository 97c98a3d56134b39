//! What a request is about, as an ARN for the policies.

use super::organization::Organization;
use super::{admitted, handshakes};
use crate::operation::Request;

/// Names the member that `AccountId` names.
pub(crate) fn account(request: &Request<'_, '_>) -> String {
    member(request, request.text("AccountId"))
}

/// Names the account that is invited.
pub(crate) fn target(request: &Request<'_, '_>) -> String {
    let target = request.input.map("Target").and_then(|target| target.string("Id"));
    member(request, target.unwrap_or_default())
}

/// Names the member that `ChildId` or `ResourceId` names.
pub(crate) fn child(request: &Request<'_, '_>) -> String {
    member(request, request.input.string("ChildId").unwrap_or(request.text("ResourceId")))
}

/// Names the root of the organization.
pub(crate) fn root(request: &Request<'_, '_>) -> String {
    let organization = request.state.organization_of(admitted::account(request));
    organization.map_or_else(everything, Organization::root_arn)
}

/// Names the handshake that `HandshakeId` names.
pub(crate) fn handshake(request: &Request<'_, '_>) -> String {
    let found = handshakes::find(request.state, request.text("HandshakeId"));
    found.map_or_else(everything, |(organization, handshake)| organization.handshake_arn(handshake))
}

fn member(request: &Request<'_, '_>, account: &str) -> String {
    let organization = request.state.organization_of(admitted::account(request));
    organization.map_or_else(everything, |organization| organization.account_arn(account))
}

fn everything() -> String {
    "*".to_owned()
}
