//! Which ARNs a call is about, for policies.
//!
//! Nothing is looked up: a name that means nothing is refused by the operation, after the policies
//! have had their say.

use wire::{Call, Members};

use super::arn;

/// Returns `*` alone: AWS ties these operations to no resource.
pub(super) fn everything(_call: &Call<'_>, _input: &Members) -> Vec<String> {
    vec!["*".to_owned()]
}

/// Returns the trail of the member `Name`.
pub(super) fn name(call: &Call<'_>, input: &Members) -> Vec<String> {
    vec![trail(call, input.string("Name").unwrap_or_default())]
}

/// Returns the trail of the member `TrailName`, the event data store of `EventDataStore`, or both.
pub(super) fn source(call: &Call<'_>, input: &Members) -> Vec<String> {
    let trail = input.string("TrailName").map(|named| trail(call, named));
    let store = input.string("EventDataStore").map(|named| of_kind(call, "eventdatastore", named));
    let all: Vec<_> = trail.into_iter().chain(store).collect();
    if all.is_empty() { everything(call, input) } else { all }
}

/// Returns what the member `ResourceId` names.
pub(super) fn tagged(call: &Call<'_>, input: &Members) -> Vec<String> {
    vec![trail(call, input.string("ResourceId").unwrap_or_default())]
}

/// Returns what the items of `ResourceIdList` name.
pub(super) fn all_tagged(call: &Call<'_>, input: &Members) -> Vec<String> {
    let all: Vec<_> = input.strings("ResourceIdList").map(|named| trail(call, named)).collect();
    if all.is_empty() { everything(call, input) } else { all }
}

/// Returns what the member `ResourceArn` names.
pub(super) fn policy(_call: &Call<'_>, input: &Members) -> Vec<String> {
    vec![input.string("ResourceArn").unwrap_or_default().to_owned()]
}

fn trail(call: &Call<'_>, named: &str) -> String {
    if named.starts_with("arn:") { named.to_owned() } else { arn::of_trail(call, named) }
}

fn of_kind(call: &Call<'_>, kind: &str, named: &str) -> String {
    if named.starts_with("arn:") {
        return named.to_owned();
    }
    format!("arn:aws:cloudtrail:{}:{}:{kind}/{named}", call.region, call.account)
}
