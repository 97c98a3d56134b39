//! Whose organization it is, and whether the caller's account may do this in it.

use wire::Fault;

use super::organization::Organization;
use super::refusal;
use crate::operation::Request;

/// Returns the caller's account.
pub(crate) fn account<'a>(request: &Request<'a, '_>) -> &'a str {
    request.caller.account().unwrap_or_default()
}

/// Returns the caller's organization; every member may.
pub(crate) fn member<'a>(request: &Request<'a, '_>) -> Result<&'a Organization, Fault> {
    request.state.organization_of(account(request)).ok_or_else(refusal::not_in_use)
}

/// Returns the caller's organization; the management account alone may.
pub(crate) fn management<'a>(request: &Request<'a, '_>) -> Result<&'a Organization, Fault> {
    let organization = member(request)?;
    let manages = organization.management_account == account(request);
    if manages { Ok(organization) } else { Err(refusal::not_permitted()) }
}

/// Returns the caller's organization; the management account may, and every delegated administrator.
pub(crate) fn overseer<'a>(request: &Request<'a, '_>) -> Result<&'a Organization, Fault> {
    let organization = member(request)?;
    if organization.is_any_delegated_admin(account(request)) {
        return Ok(organization);
    }
    management(request)
}
