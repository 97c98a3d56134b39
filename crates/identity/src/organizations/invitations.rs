//! `InviteAccountToOrganization`: asks an account of this server to join.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use wire::{Done, Fault, Members, Value};

use super::accounts::room_for_one;
use super::change::OrganizationChange;
use super::organization::{Handshake, HandshakeAction, HandshakeState, Organization};
use super::{admitted, refusal, shape};
use crate::change::Change;
use crate::operation::Request;
use crate::state::Account;
use crate::tags;

/// CloudFormation has no type for handshakes; this is how CloudTrail's lists would spell one.
pub(crate) const HANDSHAKE: &str = "AWS::Organizations::Handshake";

/// How long an invitation waits for its answer.
const INVITATION: SignedDuration = SignedDuration::from_hours(15 * 24);

/// Makes an invitation that the invited account may accept or decline for 15 days.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::management(request)?;
    room_for_one(organization)?;
    let (account, email) = target(request)?;
    refuse_member(request, &account.id)?;
    let now = request.now();
    if is_invited(organization, &account.id, now) {
        return Err(Fault::new(
            "DuplicateHandshakeException",
            "A handshake with the same action and target already exists.",
        ));
    }
    let handshake = Handshake {
        email,
        notes: request.input.string("Notes").map(str::to_owned),
        tags: tags::read(request.input),
        ..begun(request, HandshakeAction::Invite, &account.id, now + INVITATION)
    };
    let shown = shape::handshake(request.state, organization, &handshake, now);
    let id = handshake.id.clone();
    let begun = OrganizationChange::HandshakeBegun { handshake: Box::new(handshake) };
    let output = Members::new().with("Handshake", Value::from(shown));
    Ok(Done::changed(output, vec![organization.change(begun)]).about(HANDSHAKE, id))
}

/// Refuses to take an account into a second organization.
pub(crate) fn refuse_member(request: &Request<'_, '_>, account: &str) -> Result<(), Fault> {
    if request.state.organization_of(account).is_none() {
        return Ok(());
    }
    Err(refusal::handshake_constraint(
        "ALREADY_IN_AN_ORGANIZATION",
        "The handshake request is invalid because the invited account is already a member of an \
         organization.",
    ))
}

/// Returns a handshake that waits for `target`.
pub(crate) fn begun(
    request: &mut Request<'_, '_>,
    action: HandshakeAction,
    target: &str,
    expires: Timestamp,
) -> Handshake {
    Handshake {
        id: format!("h-{}", request.call.hex(32)),
        action,
        target: target.to_owned(),
        email: None,
        notes: None,
        tags: BTreeMap::new(),
        requested: request.now(),
        expires,
        state: HandshakeState::Open,
        parent: None,
    }
}

/// Returns the account that is invited, and the mail address when it was named by that.
fn target<'a>(request: &Request<'a, '_>) -> Result<(&'a Account, Option<String>), Fault> {
    let target = request.input.map("Target");
    let member = |name| target.and_then(|target| target.string(name)).unwrap_or_default();
    let (id, kind) = (member("Id"), member("Type"));
    let found = match kind {
        "ACCOUNT" => request.state.account(id),
        "EMAIL" => {
            request.state.accounts().find(|account| account.email().eq_ignore_ascii_case(id))
        }
        _ => {
            return Err(refusal::invalid(
                "INVALID_PARTY_TYPE_TARGET",
                "You specified the wrong type of entity (account, organization, or email) as a \
                 party.",
            ));
        }
    };
    let account = found.ok_or_else(|| {
        refusal::invalid("TARGET_NOT_SUPPORTED", "There is no such account on this server.")
    })?;
    Ok((account, (kind == "EMAIL").then(|| id.to_owned())))
}

fn is_invited(organization: &Organization, account: &str, now: Timestamp) -> bool {
    organization.handshakes.values().any(|handshake| {
        handshake.action == HandshakeAction::Invite
            && handshake.target == account
            && handshake.state_at(now) == HandshakeState::Open
    })
}
