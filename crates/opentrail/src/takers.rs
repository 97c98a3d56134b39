//! Writes beside each event which trails deliver it, and leaves out what nobody asked for.

use event::Facts;
use event::selectors::Subject;
use trail::Recorded;

use crate::commit::Draft;
use crate::frame::FrameEvent;
use crate::state::{Change, State};

/// The principal that delivers trails.
pub(crate) const CLOUDTRAIL: &str = "cloudtrail.amazonaws.com";

/// Marks the events of a draft with the trails that deliver them.
///
/// A call that starts a trail is itself delivered by it, and so is one that stops it: both states
/// are asked. Data events that no trail takes are not kept: AWS records them only when asked to.
pub(crate) fn mark(state: &State, draft: &mut Draft) {
    let after = state_after(state, draft);
    let trails = after.as_ref().unwrap_or(&state.trail);
    let is_any_logging = state.trail.is_any_logging() || trails.is_any_logging();
    draft.events.retain_mut(|event| {
        if is_any_logging && !event.imported {
            event.trails = takers(state, [&state.trail, trails], event);
        }
        event.imported || !event.data || !event.trails.is_empty()
    });
}

/// Returns the trails as the draft leaves them, when it starts one or changes what one takes.
fn state_after(state: &State, draft: &Draft) -> Option<trail::State> {
    let mut changes = draft.changes.iter().filter_map(|change| match change {
        Change::Trail(change @ trail::Change::Started { .. }) => Some(change),
        _ => None,
    });
    let first = changes.next()?;
    let mut trails = state.trail.clone();
    trails.apply(first);
    changes.for_each(|change| trails.apply(change));
    Some(trails)
}

fn takers(state: &State, trails: [&trail::State; 2], event: &FrameEvent<'_>) -> Vec<u64> {
    let record = event.record.get();
    let (Ok(facts), Ok(subject)) = (Facts::read(record), Subject::read(record)) else {
        unreachable!("a record of ours has all members")
    };
    let account = event.account.as_deref().or(facts.account_id.as_deref()).unwrap_or_default();
    let organization = state.identity.organization_of(account);
    // without its trust an organization trail is a trail of its own account
    let organization = organization.filter(|organization| organization.trusts(CLOUDTRAIL));
    let recorded = Recorded {
        account,
        organization_id: organization.map(|organization| organization.id.as_str()),
        region: &facts.aws_region,
        is_global: is_global(&facts.event_source, record),
        is_delivery: event.delivery,
        subject,
    };
    let [before, after] = trails;
    let mut numbers = before.takers(&recorded);
    if !std::ptr::eq(before, after) {
        numbers.extend(after.takers(&recorded));
        numbers.sort_unstable();
        numbers.dedup();
    }
    numbers
}

/// Returns whether an event is of a global service: recorded once, in us-east-1.
fn is_global(event_source: &str, record: &str) -> bool {
    match event_source {
        "iam.amazonaws.com" | "organizations.amazonaws.com" => true,
        "sts.amazonaws.com" => record.contains(r#""endpointType":"global""#),
        _ => false,
    }
}
