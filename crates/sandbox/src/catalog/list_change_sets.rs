//! `ListChangeSets`.

use wire::{Call, Done, Fault, Members, Value};

use super::change_set::ChangeSet;
use super::validation::refusal;
use super::{check_catalog, date, query};
use crate::{Change, Settings, State};

/// Rows on a page at most.
const ROWS_MAX: i64 = 20;

/// Lists the caller's change sets, the one that started last first.
///
/// # Errors
/// `ValidationException`: unknown filter or sort, odd date, a token of another list.
pub(super) fn run(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
    settings: &Settings,
) -> Result<Done<Change>, Fault> {
    check_catalog(input)?;
    let filters = input.maps("FilterList").map(Filter::read).collect::<Result<Vec<_>, _>>()?;
    let sort = input.map("Sort");
    let order = query::order(sort)?;
    let sort_value = sort_value(sort)?;
    let rows = state
        .catalog
        .change_sets(call.account)
        .filter(|change_set| !change_set.is_forgotten(call.now, settings))
        .filter(|change_set| filters.iter().all(|filter| filter.holds(change_set)))
        .map(|change_set| ((sort_value(change_set), change_set.id.clone()), change_set))
        .collect();
    let page = query::page(call, "ListChangeSets", input, rows, order, ROWS_MAX)?;
    let rows: Vec<_> = page.rows.into_iter().map(ChangeSet::summary).collect();
    let output = Members::new()
        .with("ChangeSetSummaryList", Value::from(rows))
        .with("NextToken", page.next_token.map(Value::String));
    Ok(Done::read(output))
}

fn sort_value(sort: Option<&Members>) -> Result<fn(&ChangeSet) -> String, Fault> {
    match sort.and_then(|sort| sort.string("SortBy")) {
        None | Some("StartTime") => Ok(started),
        Some("EndTime") => Ok(ended),
        Some(other) => Err(refusal(format!("SortBy {other} is neither StartTime nor EndTime."))),
    }
}

fn started(change_set: &ChangeSet) -> String {
    date(change_set.started)
}

/// Returns the end; empty, and so before all others, while there is none.
fn ended(change_set: &ChangeSet) -> String {
    change_set.ended().map(date).unwrap_or_default()
}

/// One filter of the input; any of its values may hold.
struct Filter<'a> {
    values: Vec<&'a str>,
    holds: fn(&ChangeSet, &str) -> bool,
}

impl<'a> Filter<'a> {
    fn read(members: &'a Members) -> Result<Self, Fault> {
        let name = members.string("Name").unwrap_or_default();
        let values: Vec<_> = members.strings("ValueList").collect();
        let holds: fn(&ChangeSet, &str) -> bool = match name {
            "ChangeSetName" => |row, value| row.name == value,
            "Status" => |row, value| row.status.as_str() == value,
            "EntityId" => |row, value| row.entity_ids().contains(&value),
            "BeforeStartTime" => |row, value| started(row).as_str() < value,
            "AfterStartTime" => |row, value| started(row).as_str() > value,
            "BeforeEndTime" => |row, value| row.ended().is_some() && ended(row).as_str() < value,
            "AfterEndTime" => |row, value| row.ended().is_some() && ended(row).as_str() > value,
            _ => return Err(refusal(format!("Filter {name} is not known."))),
        };
        if values.is_empty() {
            return Err(refusal(format!("Filter {name} has no value.")));
        }
        if name.ends_with("Time") {
            check_time(name, &values)?;
        }
        Ok(Self { values, holds })
    }

    fn holds(&self, change_set: &ChangeSet) -> bool {
        self.values.iter().any(|value| (self.holds)(change_set, value))
    }
}

fn check_time(name: &str, values: &[&str]) -> Result<(), Fault> {
    match values {
        [value] => query::check_date(value).map(|_| ()),
        _ => Err(refusal(format!("Filter {name} takes exactly one value."))),
    }
}
