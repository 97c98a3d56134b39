//! Organizations: create, describe, delete.

use std::collections::BTreeMap;

use wire::{Done, Fault, Members, Value};

use super::change::OrganizationChange;
use super::organization::{FeatureSet, Member, Organization};
use super::{admitted, shape};
use crate::change::Change;
use crate::operation::Request;

/// CloudFormation's type of an organization.
const ORGANIZATION: &str = "AWS::Organizations::Organization";

/// `CreateOrganization`: makes an organization that the caller's account manages.
pub(crate) fn create(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    if request.state.organization_of(&account.id).is_some() {
        return Err(Fault::new(
            "AlreadyInOrganizationException",
            "The AWS account is already a member of an organization.",
        ));
    }
    let pays_only = request.input.string("FeatureSet") == Some("CONSOLIDATED_BILLING");
    let manager = Member {
        account: account.id.clone(),
        created: false,
        joined: request.now(),
        tags: BTreeMap::new(),
    };
    let organization = Organization {
        id: format!("o-{}", request.call.alphanumeric(10)),
        management_account: account.id.clone(),
        feature_set: if pays_only { FeatureSet::ConsolidatedBilling } else { FeatureSet::All },
        root_id: format!("r-{}", request.call.alphanumeric(4)),
        members: BTreeMap::from([(account.id.clone(), manager)]),
        services: BTreeMap::new(),
        delegations: BTreeMap::new(),
        requests: BTreeMap::new(),
        handshakes: BTreeMap::new(),
    };
    let created = OrganizationChange::Created { organization: Box::new(organization.clone()) };
    let done = Done::changed(output(request, &organization), vec![organization.change(created)]);
    Ok(done.about(ORGANIZATION, organization.id))
}

/// `DescribeOrganization`: answers the organization of the caller's account.
pub(crate) fn describe(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::member(request)?;
    Ok(Done::read(output(request, organization)).about(ORGANIZATION, organization.id.as_str()))
}

/// `DeleteOrganization`: ends an organization that nobody else is in.
pub(crate) fn delete(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::management(request)?;
    if organization.members().count() > 1 {
        return Err(Fault::new(
            "OrganizationNotEmptyException",
            "The organization isn't empty. To delete an organization, you must first remove all \
             accounts except the management account.",
        ));
    }
    let deleted = organization.change(OrganizationChange::Deleted);
    let done = Done::changed(Members::new(), vec![deleted]);
    Ok(done.about(ORGANIZATION, organization.id.as_str()))
}

fn output(request: &Request<'_, '_>, organization: &Organization) -> Members {
    let shown = shape::organization(request.state, organization);
    Members::new().with("Organization", Value::from(shown))
}
