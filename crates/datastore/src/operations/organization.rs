//! Event data stores of organizations: who may have them, and who may do something with them.

use wire::Fault;

use crate::request::{Organization, Request};
use crate::state::EventDataStore;

/// Returns the caller's organization when it may have stores and the caller may make them.
///
/// # Errors
/// `OrganizationsNotInUseException`, `NotOrganizationMasterAccountException`,
/// `OrganizationNotInAllFeaturesModeException`, `CloudTrailAccessNotEnabledException`
pub(super) fn with_stores(request: &Request<'_, '_>) -> Result<Organization, Fault> {
    let Some(organization) = request.around.organization(request.call.account) else {
        let message = "The account does not belong to an organization.";
        return Err(Fault::new("OrganizationsNotInUseException", message));
    };
    if !is_management(request, &organization) && !organization.is_delegated_admin {
        return Err(not_management(
            "Only the management account of the organization and its delegated administrators for \
             CloudTrail can make an organization event data store.",
        ));
    }
    if !organization.has_all_features {
        return Err(Fault::new(
            "OrganizationNotInAllFeaturesModeException",
            "An organization event data store needs an organization with all features enabled.",
        ));
    }
    if !organization.trusts_cloudtrail {
        return Err(Fault::new(
            "CloudTrailAccessNotEnabledException",
            "The organization does not trust CloudTrail; let its management account call \
             EnableAWSServiceAccess for cloudtrail.amazonaws.com.",
        ));
    }
    Ok(organization)
}

/// Returns the organization whose store an account's store is to become; absent when it is to be an
/// account's own.
///
/// # Errors
/// As for [`with_stores`]; a delegated administrator is not enough.
pub(super) fn convert(
    request: &Request<'_, '_>,
    store: &EventDataStore,
    to_organization: bool,
) -> Result<Option<String>, Fault> {
    const WHO: &str = "Only the management account of the organization can convert an event data \
                       store between an organization's and an account's own.";
    match (to_organization, &store.organization_id) {
        (true, Some(id)) => Ok(Some(id.clone())),
        (false, None) => Ok(None),
        (false, Some(_)) if store.account == request.call.account => Ok(None),
        (false, Some(_)) => Err(not_management(WHO)),
        (true, None) => {
            let organization = with_stores(request)?;
            let is_management =
                is_management(request, &organization) && store.account == request.call.account;
            is_management.then_some(Some(organization.id)).ok_or_else(|| not_management(WHO))
        }
    }
}

/// Returns whether the caller is a delegated administrator of the organization whose store it is.
pub(super) fn administers(request: &Request<'_, '_>, store: &EventDataStore) -> bool {
    store.organization_id.as_ref().is_some_and(|id| {
        let organization = request.around.organization(request.call.account);
        organization
            .is_some_and(|organization| organization.id == *id && organization.is_delegated_admin)
    })
}

fn is_management(request: &Request<'_, '_>, organization: &Organization) -> bool {
    organization.management_account == request.call.account
}

fn not_management(message: &str) -> Fault {
    Fault::new("NotOrganizationMasterAccountException", message)
}
