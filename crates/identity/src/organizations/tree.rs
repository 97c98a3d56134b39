//! The tree of an organization, which is one root and all accounts under it.

use wire::{Done, Fault, Members, Value};

use super::organization::Organization;
use super::page::page;
use super::{admitted, membership};
use crate::change::Change;
use crate::operation::Request;

/// `ListRoots`
pub(crate) fn list_roots(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::overseer(request)?;
    let root = Members::new()
        .with("Id", Value::from(organization.root_id.as_str()))
        .with("Arn", Value::from(organization.root_arn()))
        .with("Name", Value::from("Root"))
        .with("PolicyTypes", Value::List(Vec::new()));
    Ok(Done::read(page(request.input, "Roots", [(organization.root_id.clone(), root)])?))
}

/// `ListParents`: the root, for every account.
pub(crate) fn list_parents(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::overseer(request)?;
    if !organization.is_member(request.text("ChildId")) {
        return Err(Fault::new(
            "ChildNotFoundException",
            "We can't find an organizational unit (OU) or AWS account with the ChildId that you \
             specified.",
        ));
    }
    let parent = entry(&organization.root_id, "ROOT");
    Ok(Done::read(page(request.input, "Parents", [(organization.root_id.clone(), parent)])?))
}

/// `ListChildren`: every account, for the root; organizational units there are none.
pub(crate) fn list_children(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = parent(request)?;
    let accounts = request.text("ChildType") == "ACCOUNT";
    let children = organization.members().filter(|_| accounts);
    let items = children.map(|account| (account.to_owned(), entry(account, "ACCOUNT")));
    Ok(Done::read(page(request.input, "Children", items)?))
}

/// `ListAccountsForParent`: every account, for the root.
pub(crate) fn list_accounts(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = parent(request)?;
    Ok(Done::read(page(request.input, "Accounts", membership::shown(request, organization))?))
}

/// `ListOrganizationalUnitsForParent`: none, for the root.
pub(crate) fn list_units(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    parent(request)?;
    Ok(Done::read(page(request.input, "OrganizationalUnits", [])?))
}

/// Returns the organization whose root is named as the parent.
fn parent<'a>(request: &Request<'a, '_>) -> Result<&'a Organization, Fault> {
    let organization = admitted::overseer(request)?;
    if request.text("ParentId") == organization.root_id {
        return Ok(organization);
    }
    Err(Fault::new(
        "ParentNotFoundException",
        "We can't find a root or OU with the ParentId that you specified.",
    ))
}

fn entry(id: &str, kind: &str) -> Members {
    Members::new().with("Id", Value::from(id)).with("Type", Value::from(kind))
}
