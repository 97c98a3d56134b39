//! `ListDashboards`.

use wire::{Done, Fault, Members, Value};

use super::not_valid;
use crate::change::Change;
use crate::page::Question;
use crate::request::Request;

/// Returns ARN and type of the account's dashboards in the Region, by name: those whose names begin
/// as asked, and of the type that is asked for.
///
/// # Errors
/// `ValidationException` for a token that is none of this question's: the model has no exception
/// for it.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let (input, call) = (request.input, &*request.call);
    let prefix = input.string("NamePrefix").unwrap_or_default();
    let kind = input.string("Type");
    let dashboards = request.state.dashboards.values().filter(|dashboard| {
        dashboard.account == call.account
            && dashboard.region == call.region
            && dashboard.name.starts_with(prefix)
            && kind.is_none_or(|kind| dashboard.kind.as_str() == kind)
    });
    let rows = dashboards.map(|it| ((it.name.clone(), String::new()), it)).collect();
    let page = Question::new(call, "ListDashboards", input).page(rows);
    let page = page.map_err(|_| not_valid("Invalid token: ask again without NextToken."))?;
    let show = |arn: &str, kind: &str| {
        Members::new().with("DashboardArn", Value::from(arn)).with("Type", Value::from(kind))
    };
    let shown: Vec<_> = page.rows.iter().map(|it| show(&it.arn, it.kind.as_str())).collect();
    Ok(Done::read(
        Members::new()
            .with("Dashboards", Value::from(shown))
            .with("NextToken", page.next_token.map(Value::from)),
    ))
}
