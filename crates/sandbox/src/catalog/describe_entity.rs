//! `DescribeEntity`.

use wire::{Call, Done, Fault, Members, Value};

use super::{ENTITY, arn, check_catalog, date, entity_not_found, entity_type, without_suffix};
use crate::{Change, Settings, State};

/// Shows an entity: its document, once as text and once as JSON, and its latest revision.
///
/// # Errors
/// `ResourceNotFoundException`: not the caller's.
pub(super) fn run(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
    _settings: &Settings,
) -> Result<Done<Change>, Fault> {
    check_catalog(input)?;
    let id = input.string("EntityId").unwrap_or_default();
    let entity = entity_type::load(state, call.account, id).ok_or_else(|| entity_not_found(id))?;
    let kind = without_suffix(&entity.kind);
    let output = Members::new()
        .with("EntityType", Value::from(entity.kind.as_str()))
        .with("EntityIdentifier", Value::from(format!("{id}@{}", entity.revision)))
        .with("EntityArn", Value::from(arn(call.account, kind, id)))
        .with("LastModifiedDate", Value::from(date(entity.last_modified)))
        .with("Details", Value::from(entity.details.to_string()))
        .with("DetailsDocument", Value::Document(entity.details));
    Ok(Done::read(output).about(ENTITY, id))
}
