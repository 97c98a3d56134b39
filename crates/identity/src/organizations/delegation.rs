//! Delegated administrators: members that administer a service for the organization.

use jiff::Timestamp;
use wire::{Done, Fault, Members, Value};

use super::accounts::ACCOUNT;
use super::organization::Organization;
use super::page::page;
use super::trust::NotDelegated;
use super::{admitted, membership, service_access, shape, trust};
use crate::change::Change;
use crate::operation::Request;

/// `RegisterDelegatedAdministrator`
pub(crate) fn register(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::management(request)?;
    let (account, service) = (request.text("AccountId"), service_access::service(request)?);
    let changes =
        trust::register_delegated_admin(organization, account, service, request.call.now)?;
    Ok(Done::changed(Members::new(), changes).about(ACCOUNT, account))
}

/// `DeregisterDelegatedAdministrator`
pub(crate) fn deregister(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::management(request)?;
    let (account, service) = (request.text("AccountId"), service_access::service(request)?);
    let changes = trust::deregister_delegated_admin(organization, account, service)?;
    Ok(Done::changed(Members::new(), changes).about(ACCOUNT, account))
}

/// `ListDelegatedAdministrators`: of one service, or of all.
pub(crate) fn list_administrators(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::overseer(request)?;
    let service = request.input.string("ServicePrincipal");
    let items = organization.members.values().filter_map(|member| {
        let since = since(organization, &member.account, service)?;
        let shown = shape::account(request.state, organization, member)
            .with("DelegationEnabledDate", Value::from(since));
        Some((member.account.clone(), shown))
    });
    Ok(Done::read(page(request.input, "DelegatedAdministrators", items)?))
}

/// `ListDelegatedServicesForAccount`
pub(crate) fn list_services(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::overseer(request)?;
    let account = request.text("AccountId");
    membership::find(organization, account)?;
    if !organization.is_any_delegated_admin(account) {
        return Err(NotDelegated::NotRegistered.into());
    }
    let items = organization.delegations.iter().filter_map(|(service, admins)| {
        let shown = Members::new()
            .with("ServicePrincipal", Value::from(service.as_str()))
            .with("DelegationEnabledDate", Value::from(*admins.get(account)?));
        Some((service.clone(), shown))
    });
    Ok(Done::read(page(request.input, "DelegatedServices", items)?))
}

/// Returns since when an account administers the service, or any.
fn since(organization: &Organization, account: &str, service: Option<&str>) -> Option<Timestamp> {
    let delegations = organization.delegations.iter();
    let asked = delegations.filter(|(name, _)| service.is_none_or(|service| service == *name));
    asked.filter_map(|(_, admins)| admins.get(account)).min().copied()
}
