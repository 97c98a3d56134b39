//! Trusted access: which AWS services may act across the organization.

use wire::{Done, Fault, Members, Value};

use super::page::page;
use super::{admitted, refusal, trust};
use crate::change::Change;
use crate::operation::Request;

/// `EnableAWSServiceAccess`: also makes the role that the service acts by, in every member.
pub(crate) fn enable(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::management(request)?;
    if !organization.has_all_features() {
        return Err(refusal::not_all_features());
    }
    let service = service(request)?;
    let changes = trust::enable_service_access(request.state, organization, service, request.call);
    Ok(Done::changed(Members::new(), changes))
}

/// `DisableAWSServiceAccess`
pub(crate) fn disable(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::management(request)?;
    let changes = trust::disable_service_access(organization, service(request)?);
    Ok(Done::changed(Members::new(), changes))
}

/// `ListAWSServiceAccessForOrganization`
pub(crate) fn list(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::overseer(request)?;
    let items = organization.services.iter().map(|(service, since)| {
        let shown = Members::new()
            .with("ServicePrincipal", Value::from(service.as_str()))
            .with("DateEnabled", Value::from(*since));
        (service.clone(), shown)
    });
    Ok(Done::read(page(request.input, "EnabledServicePrincipals", items)?))
}

/// Returns the service that an input names by its host.
pub(crate) fn service<'a>(request: &Request<'a, '_>) -> Result<&'a str, Fault> {
    let service = request.text("ServicePrincipal");
    let name = service.strip_suffix(".amazonaws.com").unwrap_or_default();
    if name.is_empty() {
        return Err(refusal::invalid(
            "UNRECOGNIZED_SERVICE_PRINCIPAL",
            "You specified an unrecognized service principal.",
        ));
    }
    Ok(service)
}
