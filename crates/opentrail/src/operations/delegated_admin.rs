//! `RegisterOrganizationDelegatedAdmin` and `DeregisterOrganizationDelegatedAdmin`: who may make
//! organization trails beside the management account.

use identity::NotDelegated;
use wire::{Call, Done, Fault, Members};

use crate::state::{Change, State};
use crate::takers::CLOUDTRAIL;

/// Answers `RegisterOrganizationDelegatedAdmin`.
///
/// # Errors
/// `OrganizationsNotInUseException`, `NotOrganizationManagementAccountException`,
/// `OrganizationNotInAllFeaturesModeException`, `CannotDelegateManagementAccountException`,
/// `AccountNotFoundException`, `AccountRegisteredException`,
/// `DelegatedAdminAccountLimitExceededException`
pub(super) fn register(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
) -> Result<Done<Change>, Fault> {
    let member = input.string("MemberAccountId").unwrap_or_default();
    let organization = managed(state, call.account)?;
    let changes = identity::register_delegated_admin(organization, member, CLOUDTRAIL, call.now)
        .map_err(|not| refused(not, member))?;
    Ok(Done::changed(Members::new(), changes.into_iter().map(Change::from).collect()))
}

/// Answers `DeregisterOrganizationDelegatedAdmin`.
///
/// # Errors
/// `OrganizationsNotInUseException`, `NotOrganizationManagementAccountException`,
/// `AccountNotFoundException`, `AccountNotRegisteredException`
pub(super) fn deregister(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
) -> Result<Done<Change>, Fault> {
    let admin = input.string("DelegatedAdminAccountId").unwrap_or_default();
    let organization = managed(state, call.account)?;
    let changes = identity::deregister_delegated_admin(organization, admin, CLOUDTRAIL)
        .map_err(|not| refused(not, admin))?;
    Ok(Done::changed(Members::new(), changes.into_iter().map(Change::from).collect()))
}

/// Returns the organization that the calling account manages.
fn managed<'a>(state: &'a State, account: &str) -> Result<&'a identity::Organization, Fault> {
    let organization = state.identity.organization_of(account).ok_or_else(|| {
        Fault::new("OrganizationsNotInUseException", "Your account is not in an organization.")
    })?;
    if organization.management_account != account {
        let text = "Only the organization's management account may do this.";
        return Err(Fault::new("NotOrganizationManagementAccountException", text));
    }
    if !organization.has_all_features() {
        let text = "The organization has not enabled all features.";
        return Err(Fault::new("OrganizationNotInAllFeaturesModeException", text));
    }
    Ok(organization)
}

fn refused(not: NotDelegated, account: &str) -> Fault {
    let code = match not {
        NotDelegated::ManagementAccount => "CannotDelegateManagementAccountException",
        NotDelegated::NotAMember => "AccountNotFoundException",
        NotDelegated::NotAllFeatures => "OrganizationNotInAllFeaturesModeException",
        NotDelegated::NotTrusted => "CloudTrailAccessNotEnabledException",
        NotDelegated::AlreadyRegistered => "AccountRegisteredException",
        NotDelegated::LimitExceeded => "DelegatedAdminAccountLimitExceededException",
        NotDelegated::NotRegistered => "AccountNotRegisteredException",
    };
    Fault::new(code, format!("Account {account}: {not}."))
}
