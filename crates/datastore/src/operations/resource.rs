//! Which ARNs a call is about, for policies; and whether a shared operation is about the Lake.
//!
//! What means nothing is refused by the operation, after the policies have had their say.

use wire::{Call, Members};

use super::arn::{self, Arn};
use crate::state::{Query, State};
use crate::statement;

/// Returns whether a call of an operation that trails have too is about something of the Lake: an
/// event data store, a channel or a dashboard. Resource policies always are: trails have none.
///
/// A call of `ListTags` that names both is of the Lake as well, which then refuses the trails: the
/// one who routes splits it before.
pub fn is_of_the_lake(operation: &str, input: &Members) -> bool {
    let is_ours = |text: &str| {
        Arn::parse(text)
            .is_some_and(|arn| matches!(arn.kind, arn::STORE | arn::CHANNEL | arn::DASHBOARD))
    };
    match operation {
        "AddTags" | "RemoveTags" => input.string("ResourceId").is_some_and(is_ours),
        "ListTags" => input.strings("ResourceIdList").any(is_ours),
        "PutEventConfiguration"
        | "GetEventConfiguration"
        | "PutInsightSelectors"
        | "GetInsightSelectors" => {
            input.string("EventDataStore").is_some() && input.string("TrailName").is_none()
        }
        "PutResourcePolicy" | "GetResourcePolicy" | "DeleteResourcePolicy" => true,
        _ => false,
    }
}

/// Returns `*` alone: AWS ties these operations to no resource.
pub(super) fn everything(_state: &State, _call: &Call<'_>, _input: &Members) -> Vec<String> {
    vec!["*".to_owned()]
}

/// Returns the event data store of the member `EventDataStore`.
pub(super) fn store(state: &State, call: &Call<'_>, input: &Members) -> Vec<String> {
    one(input.string("EventDataStore").map(|named| of_store(state, call, named)))
}

/// Returns the event data stores of the member `EventDataStores`.
pub(super) fn stores(state: &State, call: &Call<'_>, input: &Members) -> Vec<String> {
    let stores = input.strings("EventDataStores");
    all(stores.map(|named| of_store(state, call, named)).collect())
}

/// Returns the event data stores that a statement, or the widget of an alias, reads.
pub(super) fn statement(state: &State, call: &Call<'_>, input: &Members) -> Vec<String> {
    let alias = input.string("QueryAlias");
    let widget = || {
        let dashboards = state.dashboards.values();
        let mut own =
            dashboards.filter(|it| it.account == call.account && it.region == call.region);
        own.find_map(|it| it.widgets.iter().find(|widget| Some(widget.alias.as_str()) == alias))
    };
    let text = input.string("QueryStatement");
    let text = text.or_else(|| widget().map(|widget| widget.statement.as_str()));
    let ids = statement::store_ids(text.unwrap_or_default());
    all(ids.iter().map(|id| of_store(state, call, id)).collect())
}

/// Returns the event data stores that the query of `QueryId` or `QueryAlias` reads.
pub(super) fn query(state: &State, call: &Call<'_>, input: &Members) -> Vec<String> {
    let query = input.string("QueryId").and_then(|id| state.queries.get(id));
    let is_shown =
        |query: &&Query| query.account == call.account || query.owner_account == call.account;
    let Some(query) = query.filter(is_shown) else {
        return statement(state, call, input);
    };
    let stores = query.stores.iter().filter_map(|number| state.numbered(*number));
    all(stores.map(|store| store.arn.clone()).collect())
}

/// Returns the event data stores that an import is or will be for.
pub(super) fn import(state: &State, call: &Call<'_>, input: &Members) -> Vec<String> {
    let import = input.string("ImportId").and_then(|id| state.imports.get(id));
    if let Some(import) = import.filter(|import| import.account == call.account) {
        return vec![import.store_arn.clone()];
    }
    let stores = input.strings("Destinations");
    all(stores.map(|named| of_store(state, call, named)).collect())
}

/// Returns the channel of the member `Channel`.
pub(super) fn channel(_state: &State, call: &Call<'_>, input: &Members) -> Vec<String> {
    one(input.string("Channel").map(|named| of_kind(call, arn::CHANNEL, named)))
}

/// Returns the dashboard of the member `DashboardId`.
pub(super) fn dashboard(_state: &State, call: &Call<'_>, input: &Members) -> Vec<String> {
    one(input.string("DashboardId").map(|named| of_kind(call, arn::DASHBOARD, named)))
}

/// Returns the dashboard of the member `Name`.
pub(super) fn dashboard_name(_state: &State, call: &Call<'_>, input: &Members) -> Vec<String> {
    one(input.string("Name").map(|named| of_kind(call, arn::DASHBOARD, named)))
}

/// Returns what the member `ResourceId` names.
pub(super) fn tagged(_state: &State, _call: &Call<'_>, input: &Members) -> Vec<String> {
    one(input.string("ResourceId").map(str::to_owned))
}

/// Returns what the items of `ResourceIdList` name.
pub(super) fn all_tagged(_state: &State, _call: &Call<'_>, input: &Members) -> Vec<String> {
    all(input.strings("ResourceIdList").map(str::to_owned).collect())
}

/// Returns what the member `ResourceArn` names.
pub(super) fn policy(_state: &State, _call: &Call<'_>, input: &Members) -> Vec<String> {
    one(input.string("ResourceArn").map(str::to_owned))
}

/// A store of another account that may be seen has a bare id too, and is judged under its own ARN.
fn of_store(state: &State, call: &Call<'_>, named: &str) -> String {
    let known = state.stores.values().find(|store| store.id.eq_ignore_ascii_case(named));
    let known = known.filter(|store| {
        store.account == call.account
            || store.organization_id.is_some()
            || state.resource_policies.contains_key(&store.arn)
    });
    known.map_or_else(|| of_kind(call, arn::STORE, named), |store| store.arn.clone())
}

fn of_kind(call: &Call<'_>, kind: &str, named: &str) -> String {
    if named.starts_with("arn:") {
        return named.to_owned();
    }
    arn::of(call.region, call.account, kind, named)
}

fn one(arn: Option<String>) -> Vec<String> {
    all(arn.into_iter().collect())
}

fn all(arns: Vec<String>) -> Vec<String> {
    if arns.is_empty() { vec!["*".to_owned()] } else { arns }
}
