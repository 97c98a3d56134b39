//! Handshakes: accept, decline, cancel, describe, list.

use jiff::{SignedDuration, Timestamp};
use wire::{Done, Fault, Members, Value};

use super::change::OrganizationChange;
use super::invitations::{HANDSHAKE, refuse_member};
use super::organization::{Handshake, HandshakeAction, HandshakeState, Member, Organization};
use super::page::page;
use super::{accounts, admitted, all_features, refusal, shape, trust};
use crate::change::Change;
use crate::operation::Request;
use crate::state::State;

/// How long an ended handshake is still listed.
const LISTED: SignedDuration = SignedDuration::from_hours(30 * 24);

/// `AcceptHandshake`: the account that was asked agrees.
pub(crate) fn accept(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let (organization, handshake) = asked(request)?;
    refuse_ended(handshake, HandshakeState::Accepted, request.call.now)?;
    let mut changes = match handshake.action {
        HandshakeAction::Invite => joined(request, organization, handshake)?,
        HandshakeAction::ApproveAllFeatures => all_features::approved(organization, handshake),
        HandshakeAction::EnableAllFeatures => all_features::enabled(organization, handshake)?,
    };
    changes.insert(0, moved(organization, handshake, HandshakeState::Accepted));
    Ok(answered(request, organization, handshake, HandshakeState::Accepted, changes))
}

/// `DeclineHandshake`: the account that was asked refuses.
pub(crate) fn decline(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let (organization, handshake) = asked(request)?;
    end(request, organization, handshake, HandshakeState::Declined)
}

/// `CancelHandshake`: the account that asked takes it back.
pub(crate) fn cancel(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let (organization, handshake) = seen(request)?;
    if organization.management_account != admitted::account(request) {
        return Err(refusal::not_permitted());
    }
    end(request, organization, handshake, HandshakeState::Canceled)
}

/// `DescribeHandshake`
pub(crate) fn describe(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let (organization, handshake) = seen(request)?;
    let shown = shape::handshake(request.state, organization, handshake, request.call.now);
    let output = Members::new().with("Handshake", Value::from(shown));
    Ok(Done::read(output).about(HANDSHAKE, handshake.id.as_str()))
}

/// `ListHandshakesForAccount`: those that ask the caller's account.
pub(crate) fn list_for_account(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = admitted::account(request);
    let all = request.state.organizations().flat_map(|organization| {
        organization.handshakes.values().map(move |handshake| (organization, handshake))
    });
    let asking = all.filter(|(_, handshake)| handshake.target == account).collect();
    list(request, asking)
}

/// `ListHandshakesForOrganization`: those that the organization asked.
pub(crate) fn list_for_organization(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::overseer(request)?;
    let asked = organization.handshakes.values().map(|handshake| (organization, handshake));
    list(request, asked.collect())
}

/// Finds a handshake of whatever organization.
pub(crate) fn find<'a>(
    state: &'a State,
    handshake_id: &str,
) -> Option<(&'a Organization, &'a Handshake)> {
    let mut organizations = state.organizations();
    organizations
        .find_map(|organization| Some((organization, organization.handshakes.get(handshake_id)?)))
}

/// Returns a change of a handshake's state.
pub(crate) fn moved(
    organization: &Organization,
    handshake: &Handshake,
    state: HandshakeState,
) -> Change {
    let handshake_id = handshake.id.clone();
    organization.change(OrganizationChange::HandshakeMoved { handshake_id, state })
}

/// Returns the handshake, when the caller's account is one of its parties.
fn seen<'a>(request: &Request<'a, '_>) -> Result<(&'a Organization, &'a Handshake), Fault> {
    let account = admitted::account(request);
    let found = find(request.state, request.text("HandshakeId"));
    found
        .filter(|(organization, handshake)| {
            handshake.target == account || organization.management_account == account
        })
        .ok_or_else(refusal::no_handshake)
}

/// Returns the handshake, when the caller's account is the one that is asked.
fn asked<'a>(request: &Request<'a, '_>) -> Result<(&'a Organization, &'a Handshake), Fault> {
    let (organization, handshake) = seen(request)?;
    if handshake.target == admitted::account(request) {
        return Ok((organization, handshake));
    }
    Err(refusal::not_permitted())
}

fn end(
    request: &Request<'_, '_>,
    organization: &Organization,
    handshake: &Handshake,
    state: HandshakeState,
) -> Result<Done<Change>, Fault> {
    refuse_ended(handshake, state, request.call.now)?;
    let mut changes = vec![moved(organization, handshake, state)];
    changes.extend(all_features::ended(organization, handshake, state));
    Ok(answered(request, organization, handshake, state, changes))
}

fn refuse_ended(
    handshake: &Handshake,
    wanted: HandshakeState,
    now: Timestamp,
) -> Result<(), Fault> {
    let state = handshake.state_at(now);
    if state == wanted {
        return Err(Fault::new(
            "HandshakeAlreadyInStateException",
            "The specified handshake is already in the requested state.",
        ));
    }
    let waits = match state {
        HandshakeState::Open => true,
        HandshakeState::Requested => wanted == HandshakeState::Canceled,
        _ => false,
    };
    if waits {
        return Ok(());
    }
    Err(Fault::new(
        "InvalidHandshakeTransitionException",
        "You can't perform the operation on the handshake in its current state.",
    ))
}

fn joined(
    request: &mut Request<'_, '_>,
    organization: &Organization,
    handshake: &Handshake,
) -> Result<Vec<Change>, Fault> {
    refuse_member(request, &handshake.target)?;
    accounts::room_for_one(organization)?;
    let member = Member {
        account: handshake.target.clone(),
        created: false,
        joined: request.now(),
        tags: handshake.tags.clone(),
    };
    Ok(trust::join(request.state, organization, member, request.call))
}

fn answered(
    request: &Request<'_, '_>,
    organization: &Organization,
    handshake: &Handshake,
    state: HandshakeState,
    changes: Vec<Change>,
) -> Done<Change> {
    let handshake = Handshake { state, ..handshake.clone() };
    let shown = shape::handshake(request.state, organization, &handshake, request.call.now);
    let output = Members::new().with("Handshake", Value::from(shown));
    Done::changed(output, changes).about(HANDSHAKE, handshake.id)
}

fn list(
    request: &Request<'_, '_>,
    handshakes: Vec<(&Organization, &Handshake)>,
) -> Result<Done<Change>, Fault> {
    let now = request.call.now;
    let filter = request.input.map("Filter");
    let wanted = |name| filter.and_then(|filter| filter.string(name));
    let (action, parent) = (wanted("ActionType"), wanted("ParentHandshakeId"));
    let listed = handshakes.into_iter().filter(|(_, handshake)| {
        now < handshake.expires + LISTED
            && action.is_none_or(|action| action == handshake.action.name())
            && parent.is_none_or(|parent| handshake.parent.as_deref() == Some(parent))
    });
    let mut items: Vec<_> = listed
        .map(|(organization, handshake)| {
            let shown = shape::handshake(request.state, organization, handshake, now);
            (handshake.id.clone(), shown)
        })
        .collect();
    items.sort_by(|(left, _), (right, _)| left.cmp(right));
    Ok(Done::read(page(request.input, "Handshakes", items)?))
}
