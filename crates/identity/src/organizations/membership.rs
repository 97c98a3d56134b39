//! Who is in an organization: list, describe, leave, remove; and the tags of members.

use wire::{Done, Fault, Members, Value};

use super::accounts::ACCOUNT;
use super::change::OrganizationChange;
use super::organization::{Member, Organization};
use super::page::page;
use super::{admitted, refusal, shape};
use crate::change::Change;
use crate::operation::Request;
use crate::tags;

/// How many tags an account may have.
const TAGS_MAX: usize = 50;

/// `ListAccounts`
pub(crate) fn list(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::overseer(request)?;
    Ok(Done::read(page(request.input, "Accounts", shown(request, organization))?))
}

/// `DescribeAccount`
pub(crate) fn describe(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::overseer(request)?;
    let member = find(organization, request.text("AccountId"))?;
    let shown = shape::account(request.state, organization, member);
    let output = Members::new().with("Account", Value::from(shown));
    Ok(Done::read(output).about(ACCOUNT, member.account.as_str()))
}

/// `LeaveOrganization`: the caller's account leaves.
pub(crate) fn leave(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::member(request)?;
    left(organization, admitted::account(request))
}

/// `RemoveAccountFromOrganization`: the management account sends another away.
pub(crate) fn remove(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::management(request)?;
    let member = find(organization, request.text("AccountId"))?;
    left(organization, &member.account)
}

/// `TagResource`: tags a member.
pub(crate) fn tag(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let (organization, member) = tagged(request)?;
    let mut all = member.tags.clone();
    all.extend(tags::read(request.input));
    if all.len() > TAGS_MAX {
        return Err(refusal::constraint(
            "MAX_TAG_LIMIT_EXCEEDED",
            "You have exceeded the number of tags allowed on this resource.",
        ));
    }
    Ok(retagged(organization, member, all))
}

/// `UntagResource`: takes tags from a member.
pub(crate) fn untag(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let (organization, member) = tagged(request)?;
    let gone = tags::read_keys(request.input);
    let mut all = member.tags.clone();
    all.retain(|key, _| !gone.contains(key));
    Ok(retagged(organization, member, all))
}

/// `ListTagsForResource`: answers a member's tags, always in one page.
pub(crate) fn list_tags(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::overseer(request)?;
    let member = target(organization, request.text("ResourceId"))?;
    let tags = tags::write(&member.tags).unwrap_or(Value::List(Vec::new()));
    Ok(Done::read(Members::new().with("Tags", tags)))
}

/// Returns all members as they are listed.
pub(crate) fn shown<'a>(
    request: &Request<'a, '_>,
    organization: &'a Organization,
) -> impl Iterator<Item = (String, Members)> + use<'a> {
    let state = request.state;
    organization
        .members
        .values()
        .map(move |member| (member.account.clone(), shape::account(state, organization, member)))
}

/// Returns the member with this account.
pub(crate) fn find<'a>(organization: &'a Organization, account: &str) -> Result<&'a Member, Fault> {
    organization.members.get(account).ok_or_else(refusal::no_account)
}

fn left(organization: &Organization, account: &str) -> Result<Done<Change>, Fault> {
    if account == organization.management_account {
        return Err(refusal::master_stays());
    }
    if organization.is_any_delegated_admin(account) {
        return Err(refusal::administers());
    }
    let left = OrganizationChange::MemberLeft { account: account.to_owned() };
    let done = Done::changed(Members::new(), vec![organization.change(left)]);
    Ok(done.about(ACCOUNT, account))
}

fn tagged<'a>(request: &Request<'a, '_>) -> Result<(&'a Organization, &'a Member), Fault> {
    let organization = admitted::management(request)?;
    Ok((organization, target(organization, request.text("ResourceId"))?))
}

fn target<'a>(organization: &'a Organization, id: &str) -> Result<&'a Member, Fault> {
    organization.members.get(id).ok_or_else(|| {
        Fault::new(
            "TargetNotFoundException",
            "We can't find an account with the ResourceId that you specified.",
        )
    })
}

fn retagged(
    organization: &Organization,
    member: &Member,
    tags: std::collections::BTreeMap<String, String>,
) -> Done<Change> {
    let account = member.account.clone();
    let change = OrganizationChange::MemberTagged { account: account.clone(), tags };
    Done::changed(Members::new(), vec![organization.change(change)]).about(ACCOUNT, account)
}
