//! `StartChangeSet`.

use wire::{Call, Done, Fault, Members, Value};

use super::change_set::{ChangeSet, Intent, RequestedChange, Status};
use super::entity_type;
use super::request::{self, Request, Target};
use super::validation::refusal;
use super::{CHANGE_SET, Change, ENTITY, check_catalog, entity_not_found};
use crate::fingerprint::fingerprint;
use crate::{Settings, State};

/// Starts a change set, or answers the one that was started with the same token.
///
/// # Errors
/// - `ValidationException`: what is wrong with the form of the request, field by field; a revision
///   that is not the latest; a token that was used with another request.
/// - `ResourceNotFoundException`: an entity that is not the caller's.
/// - `ResourceInUseException`: an entity that another change set has not ended with.
/// - `ServiceQuotaExceededException`: too many change sets under way.
pub(super) fn run(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
    settings: &Settings,
) -> Result<Done<crate::Change>, Fault> {
    check_catalog(input)?;
    let fingerprint =
        fingerprint(&[call.account, "StartChangeSet"], input, &["ClientRequestToken"]);
    if let Some(earlier) = same_token(state, input, call, settings) {
        return repeated(earlier, &fingerprint);
    }
    let requests = request::read(input)?;
    check_entities(state, call.account, &requests)?;
    check_quota(state, call.account, settings)?;
    let change_set = change_set(input, call, requests, fingerprint);
    let mut changes = forgotten(state, call, settings);
    changes.push(Change::StartChangeSet(Box::new(change_set.clone())));
    let changes = changes.into_iter().map(crate::Change::Catalog).collect();
    let done = Done::changed(answer(&change_set), changes).about(CHANGE_SET, &change_set.id);
    Ok(change_set.entity_ids().into_iter().fold(done, |done, id| done.about(ENTITY, id)))
}

fn same_token<'a>(
    state: &'a State,
    input: &Members,
    call: &Call<'_>,
    settings: &Settings,
) -> Option<&'a ChangeSet> {
    let token = input.string("ClientRequestToken")?;
    let earlier = state.catalog.by_client_request_token(call.account, token)?;
    (!earlier.is_forgotten(call.now, settings)).then_some(earlier)
}

fn repeated(earlier: &ChangeSet, fingerprint: &str) -> Result<Done<crate::Change>, Fault> {
    if earlier.fingerprint != fingerprint {
        let id = &earlier.id;
        return Err(refusal(format!(
            "ClientRequestToken was used with another request, which started change set {id}."
        )));
    }
    Ok(Done::read(answer(earlier)).about(CHANGE_SET, &earlier.id))
}

fn answer(change_set: &ChangeSet) -> Members {
    Members::new()
        .with("ChangeSetId", Value::from(change_set.id.as_str()))
        .with("ChangeSetArn", Value::from(change_set.arn()))
}

fn check_entities(
    state: &State,
    account: &str,
    requests: &[(Request<'_>, Target<'_>)],
) -> Result<(), Fault> {
    for (request, target) in requests {
        let Target::Existing { id, revision } = target else { continue };
        let entity = entity_type::load(state, account, id)
            .filter(|entity| entity.kind == request.entity_type.versioned)
            .ok_or_else(|| entity_not_found(id))?;
        let latest = entity.revision;
        if revision.is_some_and(|revision| revision != latest) {
            return Err(refusal(format!(
                "{id} has changed since the revision that is named; the latest is {id}@{latest}."
            )));
        }
        if let Some(other) = state.catalog.open(account).find(|other| other.locks(id)) {
            let message = format!("Entity {id} is locked by change set {}.", other.id);
            return Err(Fault::new("ResourceInUseException", message).with_status(423));
        }
    }
    Ok(())
}

fn check_quota(state: &State, account: &str, settings: &Settings) -> Result<(), Fault> {
    let allowed = settings.open_change_sets_max;
    let open = state.catalog.open(account).count();
    if u32::try_from(open).is_ok_and(|open| open < allowed) {
        return Ok(());
    }
    let message = format!("An account may have {allowed} change sets under way.");
    Err(Fault::new("ServiceQuotaExceededException", message).with_status(402))
}

fn change_set(
    input: &Members,
    call: &mut Call<'_>,
    requests: Vec<(Request<'_>, Target<'_>)>,
    fingerprint: String,
) -> ChangeSet {
    let mut changes: Vec<RequestedChange> = Vec::new();
    for (request, target) in requests {
        let entity_id = match target {
            Target::Existing { id, .. } => id.to_owned(),
            Target::Created(at) => match changes.get(at) {
                Some(creator) => creator.entity_id.clone(),
                None => (request.entity_type.new_id)(call),
            },
        };
        changes.push(requested_change(request, &target, entity_id, call));
    }
    let account = call.account.to_owned();
    let default_name = || format!("Submitted by {account}");
    ChangeSet {
        id: call.alphanumeric(25),
        name: input.string("ChangeSetName").map_or_else(default_name, str::to_owned),
        intent: match input.string("Intent") {
            Some("VALIDATE") => Intent::Validate,
            _ => Intent::Apply,
        },
        started: call.now,
        status: Status::Preparing,
        since: call.now,
        failure: None,
        changes,
        client_request_token: input.string("ClientRequestToken").map(str::to_owned),
        fingerprint,
        tags: request::tags(input, "ChangeSetTags"),
        account,
    }
}

fn requested_change(
    request: Request<'_>,
    target: &Target<'_>,
    entity_id: String,
    call: &mut Call<'_>,
) -> RequestedChange {
    RequestedChange {
        change_type: request.change_type.name.to_owned(),
        change_name: request.name.map(str::to_owned),
        entity_type: request.entity_type.versioned.to_owned(),
        identifier: request.identifier.map(str::to_owned),
        entity_id,
        is_new: matches!(target, Target::Created(_)),
        drawn: (request.change_type.draw)(&request.document, call),
        details: request.details,
        entity_tags: request.entity_tags,
    }
}

/// Clears away what is too old to be shown, so that the state does not grow for ever.
fn forgotten(state: &State, call: &Call<'_>, settings: &Settings) -> Vec<Change> {
    let change_sets = state.catalog.change_sets(call.account);
    let old = change_sets.filter(|change_set| change_set.is_forgotten(call.now, settings));
    old.map(|change_set| Change::ForgetChangeSet {
        account: call.account.to_owned(),
        change_set_id: change_set.id.clone(),
    })
    .collect()
}
