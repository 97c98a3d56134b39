//! What becomes of a change set: its stages, and the judgement at its end.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use wire::Resource;

use super::change_set::{
    ChangeSet, ErrorDetail, Failure, FailureCode, Intent, RequestedChange, Status,
};
use super::entity::Entity;
use super::entity_type::{self, Action, ChangeType, EntityType, Step};
use super::{CHANGE_SET, Change, ENTITY, reference};
use crate::{Due, Settings, State};

/// The entities that a change set leaves behind, by id, each with its type.
type Drafts = BTreeMap<String, (&'static EntityType, Entity)>;

/// Returns the change sets that reach their next stage by `now`.
///
/// A stage is as of the time at which it was due, however late anybody asks.
pub(crate) fn due(state: &State, now: Timestamp, settings: &Settings) -> Vec<Due> {
    state.catalog.all_open().filter_map(|it| next(it, state, now, settings)).collect()
}

fn next(change_set: &ChangeSet, state: &State, now: Timestamp, settings: &Settings) -> Option<Due> {
    let stays = match change_set.status {
        Status::Preparing => settings.preparing_seconds,
        _ => settings.applying_seconds,
    };
    let stays = SignedDuration::from_secs(i64::from(stays));
    // A stage that would end after the last of all times does not end.
    let at = change_set.since.checked_add(stays).ok()?;
    if at > now {
        return None;
    }
    if change_set.status == Status::Preparing {
        return Some(moved(change_set, Status::Applying, at, None, Vec::new()));
    }
    Some(match judge(change_set, state, settings) {
        Ok(drafts) => {
            moved(change_set, Status::Succeeded, at, None, applied(change_set, drafts, at))
        }
        Err(errors) => {
            let failure = Failure { code: FailureCode::ClientError, errors };
            moved(change_set, Status::Failed, at, Some(failure), Vec::new())
        }
    })
}

fn moved(
    change_set: &ChangeSet,
    status: Status,
    at: Timestamp,
    failure: Option<Failure>,
    mut changes: Vec<crate::Change>,
) -> Due {
    let is_applied = status == Status::Succeeded && change_set.intent == Intent::Apply;
    let entity_ids = change_set.entity_ids_when(is_applied);
    let details = json!({
        "ChangeSetId": change_set.id,
        "Status": status.as_str(),
        "FailureCode": failure.as_ref().map(|failure| failure.code.as_str()),
        "EntityIds": entity_ids,
    });
    let resource = |kind, name: &str| Resource { kind, name: name.to_owned(), in_record: false };
    let entities = entity_ids.iter().map(|id| resource(ENTITY, id));
    let resources = [resource(CHANGE_SET, &change_set.id)].into_iter().chain(entities).collect();
    changes.push(crate::Change::Catalog(Change::MoveChangeSet {
        account: change_set.account.clone(),
        change_set_id: change_set.id.clone(),
        status,
        at,
        failure,
    }));
    Due {
        account: change_set.account.clone(),
        changes,
        event_name: "ChangeSetStatusChange",
        service_event_details: details,
        resources,
    }
}

/// Returns the changes that keep what a set did, and the tags of what it created.
fn applied(change_set: &ChangeSet, drafts: Drafts, at: Timestamp) -> Vec<crate::Change> {
    if change_set.intent == Intent::Validate {
        return Vec::new();
    }
    let mut changes = Vec::new();
    for (entity_type, mut entity) in drafts.into_values() {
        entity.revision += 1;
        entity.last_modified = at;
        changes.push((entity_type.keep)(&entity));
    }
    let tagged = change_set.changes.iter().filter(|it| it.is_new && !it.entity_tags.is_empty());
    changes.extend(tagged.map(|change| {
        crate::Change::Catalog(Change::TagEntity {
            account: change_set.account.clone(),
            entity_id: change.entity_id.clone(),
            tags: change.entity_tags.clone(),
        })
    }));
    changes
}

/// Tries all changes in order, each on what the ones before have left.
///
/// A change that fails leaves no trace, so that those behind it are judged by their own faults.
fn judge(
    change_set: &ChangeSet,
    state: &State,
    settings: &Settings,
) -> Result<Drafts, Vec<Vec<ErrorDetail>>> {
    let mut drafts = Drafts::new();
    let mut errors: Vec<_> = change_set
        .changes
        .iter()
        .map(|change| judge_one(change, change_set, state, &mut drafts))
        .collect();
    if let (Some(code), Some(first)) = (&settings.change_set_failure, errors.first_mut()) {
        first.push(ErrorDetail::new(code, "The sandbox was told to let every change set fail."));
    }
    if errors.iter().all(Vec::is_empty) { Ok(drafts) } else { Err(errors) }
}

fn judge_one(
    change: &RequestedChange,
    change_set: &ChangeSet,
    state: &State,
    drafts: &mut Drafts,
) -> Vec<ErrorDetail> {
    let Some((entity_type, change_type)) = kind(change) else {
        let message = format!("Change type {} is not served.", change.change_type);
        return vec![ErrorDetail::new("INVALID_INPUT", message)];
    };
    let details = resolved(change, change_set);
    let step = Step {
        account: &change_set.account,
        entity_id: &change.entity_id,
        details: &details,
        drawn: &change.drawn,
        state,
    };
    match tried(change_type, &step, drafts) {
        Ok(Some(entity)) => {
            drafts.insert(entity.id.clone(), (entity_type, entity));
            Vec::new()
        }
        // The change that was to create the entity has failed and says why.
        Ok(None) => Vec::new(),
        Err(errors) => errors,
    }
}

fn tried(
    change_type: &ChangeType,
    step: &Step<'_>,
    drafts: &Drafts,
) -> Result<Option<Entity>, Vec<ErrorDetail>> {
    let change = match change_type.action {
        Action::Create(create) => return create(step).map(Some),
        Action::Change(change) => change,
    };
    let draft = drafts.get(step.entity_id).map(|(_, entity)| entity.clone());
    let held = || entity_type::load(step.state, step.account, step.entity_id);
    let Some(mut entity) = draft.or_else(held) else { return Ok(None) };
    let errors = change(&mut entity, step);
    if errors.is_empty() { Ok(Some(entity)) } else { Err(errors) }
}

fn kind(change: &RequestedChange) -> Option<(&'static EntityType, &'static ChangeType)> {
    let entity_type = entity_type::versioned(&change.entity_type)?;
    Some((entity_type, entity_type.change_type(&change.change_type)?))
}

fn resolved(change: &RequestedChange, change_set: &ChangeSet) -> serde_json::Value {
    let mut details = change.document();
    reference::resolve(&mut details, &|name| {
        let mut changes = change_set.changes.iter();
        changes
            .find(|other| other.change_name.as_deref() == Some(name))
            .map(|other| other.entity_id.as_str())
    });
    details
}
