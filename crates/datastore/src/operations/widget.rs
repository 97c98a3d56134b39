//! Widgets of a dashboard, in and out of the terms of the model.

use std::collections::BTreeMap;

use wire::{Fault, Members, Value};

use super::find;
use super::not_valid;
use super::quota;
use super::start_query::{stores_of, wrong};
use crate::refresh::{self, PARAMETERS};
use crate::request::Request;
use crate::state::Widget;

/// How an answer can be drawn.
const VIEWS: [&str; 4] = ["Table", "LineChart", "BarChart", "PieChart"];
const ALIAS_LETTERS: usize = 16;

/// Reads the widgets of an input, and gives each an alias of its own. They read event data stores
/// of the account only.
///
/// # Errors
/// `ServiceQuotaExceededException`, `InvalidQueryStatementException`, those of the stores that they
/// read; `ValidationException` for a view that there is not.
pub(super) fn read(request: &mut Request<'_, '_>) -> Result<Vec<Widget>, Fault> {
    let (input, max) = (request.input, request.settings.widgets_max);
    if input.maps("Widgets").count() > max {
        return Err(quota::exceeded(format!("A dashboard can have at most {max} widgets.")));
    }
    input.maps("Widgets").map(|widget| read_one(request, widget)).collect()
}

/// Returns a widget of a statement that its caller has from nobody else.
pub(super) fn made(
    request: &mut Request<'_, '_>,
    statement: &str,
    parameters: Vec<String>,
    view: Vec<(String, String)>,
) -> Widget {
    // an alias begins with a letter
    let alias = format!("widget-{}", request.call.alphanumeric(ALIAS_LETTERS));
    Widget { alias, statement: statement.to_owned(), parameters, view, stores: Vec::new() }
}

/// Returns widgets in the terms of the model.
pub(super) fn show(widgets: &[Widget]) -> Value {
    Value::from(widgets.iter().map(show_one).collect::<Vec<_>>())
}

fn read_one(request: &mut Request<'_, '_>, input: &Members) -> Result<Widget, Fault> {
    let statement = input.string("QueryStatement").unwrap_or_default();
    let parameters: Vec<_> = input.strings("QueryParameters").map(str::to_owned).collect();
    check_parameters(&parameters)?;
    let view = input.map("ViewProperties").map(read_view).unwrap_or_default();
    check_view(&view)?;
    let mut widget = made(request, statement, parameters, view);
    let filled = refresh::filled(&widget, &BTreeMap::new(), request.call.now);
    let filled = filled.ok_or_else(|| {
        wrong("there must be as many QueryParameters as there are ? in the statement")
    })?;
    for store in stores_of(request, &filled)? {
        // refreshes go on without anybody's asking: nobody would ask the policies of others
        if store.account != request.call.account {
            return Err(find::no_store(&store.arn));
        }
        widget.stores.push(store.number);
    }
    widget.stores.sort_unstable();
    Ok(widget)
}

/// What looks like the name of a parameter must be one that has a value.
fn check_parameters(parameters: &[String]) -> Result<(), Fault> {
    let is_name = |it: &&String| it.len() > 1 && it.starts_with('$') && it.ends_with('$');
    let mut names = parameters.iter().filter(is_name);
    match names.find(|name| !PARAMETERS.contains(&name.as_str())) {
        Some(name) => {
            let known = PARAMETERS.join(", ");
            Err(wrong(format!("there is no parameter {name}: there are {known}")))
        }
        None => Ok(()),
    }
}

fn read_view(input: &Members) -> Vec<(String, String)> {
    let texts = input.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
    texts.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn check_view(view: &[(String, String)]) -> Result<(), Fault> {
    let kind = view.iter().find(|(name, _)| name == "View");
    match kind.filter(|(_, kind)| !VIEWS.contains(&kind.as_str())) {
        Some((_, kind)) => {
            let known = VIEWS.join(", ");
            Err(not_valid(format!("There is no View {kind}: there are {known}.")))
        }
        None => Ok(()),
    }
}

fn show_one(widget: &Widget) -> Members {
    let mut view = Members::new();
    for (name, value) in &widget.view {
        view.push(name.clone(), Value::from(value.as_str()));
    }
    let parameters = &widget.parameters;
    let parameters = (!parameters.is_empty()).then(|| Value::from(parameters.clone()));
    Members::new()
        .with("QueryAlias", Value::from(widget.alias.as_str()))
        .with("QueryStatement", Value::from(widget.statement.as_str()))
        .with("QueryParameters", parameters)
        .with("ViewProperties", Value::from(view))
}
