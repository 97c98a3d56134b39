//! Organization trails: who may have them, who sees them and who may change them.

use jiff::Timestamp;
use wire::Fault;

use super::update_trail;
use crate::change::Change;
use crate::request::{Organization, Request};
use crate::state::{State, Trail};

impl State {
    /// Returns what makes an organization's trails trails of their own account alone, for good:
    /// what happens when the organization ends or no longer trusts CloudTrail.
    ///
    /// `to` is the frame that will hold the changes.
    pub fn without_organization(&self, id: &str, at: Timestamp, to: u64) -> Vec<Change> {
        let trails = self.trails.values().filter(|it| it.organization_id.as_deref() == Some(id));
        trails
            .map(|trail| {
                let mut trail = trail.clone();
                trail.leave_organization();
                update_trail::forget_delivery(&mut trail);
                Change::Updated { trail: Box::new(trail), at, to }
            })
            .collect()
    }
}

/// Returns the caller's organization when it may have trails and the caller may make them.
///
/// # Errors
/// `OrganizationsNotInUseException`, `NotOrganizationMasterAccountException`,
/// `OrganizationNotInAllFeaturesModeException`, `CloudTrailAccessNotEnabledException`
pub(super) fn with_trails(request: &Request<'_, '_>) -> Result<Organization, Fault> {
    let Some(organization) = request.around.organization(request.call.account) else {
        let message = "The account does not belong to an organization.";
        return Err(Fault::new("OrganizationsNotInUseException", message));
    };
    if !is_management(request, &organization) && !organization.is_delegated_admin {
        return Err(not_management(
            "Only the management account of the organization and its delegated administrators for \
             CloudTrail can make an organization trail.",
        ));
    }
    if !organization.has_all_features {
        return Err(Fault::new(
            "OrganizationNotInAllFeaturesModeException",
            "An organization trail needs an organization with all features enabled.",
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

/// Returns the organization whose trail an account's trail is to become.
///
/// # Errors
/// As for [`with_trails`]; a delegated administrator is not enough.
pub(super) fn for_conversion(request: &Request<'_, '_>) -> Result<Organization, Fault> {
    let organization = with_trails(request)?;
    if is_management(request, &organization) {
        return Ok(organization);
    }
    Err(not_management(CONVERSION))
}

/// Refuses to turn an organization trail into an account's for anybody but its owner.
///
/// # Errors
/// `NotOrganizationMasterAccountException`
pub(super) fn check_may_convert(request: &Request<'_, '_>, trail: &Trail) -> Result<(), Fault> {
    if trail.account == request.call.account {
        return Ok(());
    }
    Err(not_management(CONVERSION))
}

const CONVERSION: &str = "Only the management account of the organization can convert a trail \
                          between an organization trail and an account's own.";

/// Returns whether a trail is one of the caller's organization.
pub(super) fn shares(request: &Request<'_, '_>, trail: &Trail) -> bool {
    trail.organization_id.as_ref().is_some_and(|id| {
        let organization = request.around.organization(request.call.account);
        organization.is_some_and(|organization| organization.id == *id)
    })
}

/// Refuses members of an organization that want to change its trail. The trail is one that the
/// caller sees.
///
/// # Errors
/// `NotOrganizationMasterAccountException`
pub(super) fn check_may_change(request: &Request<'_, '_>, trail: &Trail) -> Result<(), Fault> {
    let caller = request.call.account;
    let is_delegated = || {
        let organization = request.around.organization(caller);
        organization.is_some_and(|organization| organization.is_delegated_admin)
    };
    if trail.account == caller || is_delegated() {
        return Ok(());
    }
    Err(not_management(format!(
        "Trail {} belongs to the organization; account {caller} is neither its management account \
         nor a delegated administrator for CloudTrail.",
        trail.arn
    )))
}

fn is_management(request: &Request<'_, '_>, organization: &Organization) -> bool {
    organization.management_account == request.call.account
}

fn not_management(message: impl Into<String>) -> Fault {
    Fault::new("NotOrganizationMasterAccountException", message)
}
