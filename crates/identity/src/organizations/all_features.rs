//! `EnableAllFeatures`: from paying together to everything, when every invited member agrees.
//!
//! ```text
//!   EnableAllFeatures ─▶ ENABLE_ALL_FEATURES requested ─▶ open ─▶ accepted by the management account
//!                    └─▶ APPROVE_ALL_FEATURES open, one for each invited member ─▶ all accepted ┘
//! ```
//! Members that the organization made agree from the beginning.

use jiff::SignedDuration;
use wire::{Done, Fault, Members, Value};

use super::change::OrganizationChange;
use super::handshakes::moved;
use super::invitations::{HANDSHAKE, begun};
use super::organization::{Handshake, HandshakeAction, HandshakeState, Organization};
use super::{admitted, refusal, shape};
use crate::change::Change;
use crate::operation::Request;

/// How long members may think about it.
const DECISION: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Asks every invited member.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::management(request)?;
    refuse_needless(request, organization)?;
    let now = request.now();
    let manager = &organization.management_account;
    let mut whole = begun(request, HandshakeAction::EnableAllFeatures, manager, now + DECISION);
    let invited = organization.members.values().filter(|member| !member.created);
    let mut handshakes = Vec::new();
    for member in invited.filter(|member| member.account != *manager) {
        let action = HandshakeAction::ApproveAllFeatures;
        let approval = begun(request, action, &member.account, whole.expires);
        handshakes.push(Handshake { parent: Some(whole.id.clone()), ..approval });
    }
    if !handshakes.is_empty() {
        whole.state = HandshakeState::Requested;
    }
    let shown = shape::handshake(request.state, organization, &whole, now);
    let id = whole.id.clone();
    handshakes.insert(0, whole);
    let begin = |handshake| OrganizationChange::HandshakeBegun { handshake: Box::new(handshake) };
    let changes = handshakes.into_iter().map(|handshake| organization.change(begin(handshake)));
    let output = Members::new().with("Handshake", Value::from(shown));
    Ok(Done::changed(output, changes.collect()).about(HANDSHAKE, id))
}

/// Lets the management account finish when the last approval has come.
pub(crate) fn approved(organization: &Organization, approval: &Handshake) -> Vec<Change> {
    let waits = |other: &&Handshake| {
        other.parent == approval.parent
            && other.id != approval.id
            && other.state != HandshakeState::Accepted
    };
    match parent(organization, approval) {
        Some(whole) if !organization.handshakes.values().any(|other| waits(&other)) => {
            vec![moved(organization, whole, HandshakeState::Open)]
        }
        _ => Vec::new(),
    }
}

/// Turns all features on.
pub(crate) fn enabled(
    organization: &Organization,
    whole: &Handshake,
) -> Result<Vec<Change>, Fault> {
    if organization.has_all_features() || whole.action != HandshakeAction::EnableAllFeatures {
        return Err(has_all_features());
    }
    Ok(vec![organization.change(OrganizationChange::AllFeaturesEnabled)])
}

/// Ends what hangs together: a refusal of one member, or taking the whole back.
pub(crate) fn ended(
    organization: &Organization,
    handshake: &Handshake,
    state: HandshakeState,
) -> Vec<Change> {
    let waiting = |other: &&Handshake| {
        matches!(other.state, HandshakeState::Open | HandshakeState::Requested)
    };
    match handshake.action {
        HandshakeAction::Invite => Vec::new(),
        HandshakeAction::ApproveAllFeatures => {
            let whole = parent(organization, handshake).filter(|whole| waiting(whole));
            whole.map(|whole| moved(organization, whole, state)).into_iter().collect()
        }
        HandshakeAction::EnableAllFeatures => {
            let parts = organization
                .handshakes
                .values()
                .filter(|other| other.parent.as_deref() == Some(&handshake.id) && waiting(other));
            parts.map(|part| moved(organization, part, state)).collect()
        }
    }
}

fn parent<'a>(organization: &'a Organization, part: &Handshake) -> Option<&'a Handshake> {
    organization.handshakes.get(part.parent.as_ref()?)
}

fn refuse_needless(request: &Request<'_, '_>, organization: &Organization) -> Result<(), Fault> {
    if organization.has_all_features() {
        return Err(has_all_features());
    }
    let pending = organization.handshakes.values().any(|handshake| {
        let state = handshake.state_at(request.call.now);
        handshake.action == HandshakeAction::EnableAllFeatures
            && matches!(state, HandshakeState::Open | HandshakeState::Requested)
    });
    if pending {
        return Err(refusal::handshake_constraint(
            "ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION",
            "The organization is already waiting for its members to agree to all features.",
        ));
    }
    Ok(())
}

fn has_all_features() -> Fault {
    refusal::handshake_constraint(
        "ORGANIZATION_ALREADY_HAS_ALL_FEATURES",
        "The handshake request is invalid because the organization has already enabled all \
         features.",
    )
}
