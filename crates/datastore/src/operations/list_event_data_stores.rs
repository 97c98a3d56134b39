//! `ListEventDataStores`.

use wire::{Done, Fault, Members, Value};

use super::organization;
use crate::change::Change;
use crate::page::Question;
use crate::request::Request;

/// Returns ARN and name of the event data stores of the account in the Region, and of those of the
/// organization that it administers; those that wait to be deleted too. AWS fills in no more.
///
/// # Errors
/// `InvalidNextTokenException`
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let (input, call) = (request.input, &*request.call);
    let stores = request.state.stores.values().filter(|store| {
        let is_own = store.account == call.account || organization::administers(request, store);
        is_own && store.region == call.region
    });
    let rows = stores.map(|store| ((store.name.clone(), store.arn.clone()), store)).collect();
    let page = Question::new(call, "ListEventDataStores", input).page(rows)?;
    let show = |arn: &str, name: &str| {
        Members::new().with("EventDataStoreArn", Value::from(arn)).with("Name", Value::from(name))
    };
    let stores: Vec<_> = page.rows.iter().map(|store| show(&store.arn, &store.name)).collect();
    Ok(Done::read(
        Members::new()
            .with("EventDataStores", Value::from(stores))
            .with("NextToken", page.next_token.map(Value::from)),
    ))
}
