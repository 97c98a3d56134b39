//! `ListEntities`.

use wire::{Call, Done, Fault, Members, Value};

use super::entity::Entity;
use super::entity_type::{self, Column, EntityType};
use super::validation::refusal;
use super::{arn, check_catalog, date, query};
use crate::{Change, Settings, State};

/// Rows on a page at most.
const ROWS_MAX: i64 = 50;
const DEFAULT_SORT: &str = "LastModifiedDate";

/// Lists the caller's entities of one type, the one that changed last first.
///
/// Types that AWS has and this sandbox cannot make are empty lists. Nothing is shared between
/// accounts, so `SHARED` is empty too.
///
/// # Errors
/// `ValidationException`: unknown type, filter or sort, both kinds of filters at once, filters of
/// another type, a token of another list.
pub(super) fn run(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
    _settings: &Settings,
) -> Result<Done<Change>, Fault> {
    check_catalog(input)?;
    let name = input.string("EntityType").unwrap_or_default();
    let Some(entity_type) = entity_type::named(name) else { return not_served(name) };
    let filters = filters(entity_type, input)?;
    let sort = sort(entity_type, input)?;
    let order = query::order(sort)?;
    let column = sort_column(entity_type, sort)?;
    let is_shared = input.string("OwnershipType") == Some("SHARED");
    let owned = if is_shared { Vec::new() } else { (entity_type.all)(state, call.account) };
    let rows = owned
        .into_iter()
        .filter(|entity| filters.iter().all(|filter| filter.holds(entity)))
        .map(|entity| (((column.value)(&entity), entity.id.clone()), entity))
        .collect();
    let page = query::page(call, "ListEntities", input, rows, order, ROWS_MAX)?;
    let rows: Vec<_> = page.rows.iter().map(|entity| row(entity_type, entity)).collect();
    let output = Members::new()
        .with("EntitySummaryList", Value::from(rows))
        .with("NextToken", page.next_token.map(Value::String));
    Ok(Done::read(output))
}

fn not_served(name: &str) -> Result<Done<Change>, Fault> {
    if entity_type::is_other(name) {
        let none = Value::List(Vec::new());
        return Ok(Done::read(Members::new().with("EntitySummaryList", none)));
    }
    let hint = if name.contains('@') { "; name it without its version" } else { "" };
    Err(refusal(format!("EntityType {name} is not known{hint}.")))
}

fn row(entity_type: &EntityType, entity: &Entity) -> Members {
    let title = (entity_type.title)(entity);
    let visibility = entity_type.column("Visibility").map(|column| (column.value)(entity));
    let mut row = Members::new()
        .with("Name", Value::from(title))
        .with("EntityType", Value::from(entity_type.name))
        .with("EntityId", Value::from(entity.id.as_str()))
        .with("EntityArn", Value::from(arn(&entity.owner, entity_type.name, &entity.id)))
        .with("LastModifiedDate", Value::from(date(entity.last_modified)))
        .with("Visibility", visibility.map(Value::String));
    row.push(entity_type.summary_member, Value::Map((entity_type.summary)(entity)));
    row
}

/// Returns the one member of a union of types, which must be this type's.
fn of_type<'a>(
    entity_type: &EntityType,
    union: &'a Members,
    suffix: &str,
) -> Result<&'a Members, Fault> {
    let wanted = format!("{}{suffix}", entity_type.name);
    match (union.map(&wanted), union.len()) {
        (Some(members), 1) => Ok(members),
        _ => Err(refusal(format!("EntityType{suffix} must have {wanted} and nothing else."))),
    }
}

fn sort<'a>(entity_type: &EntityType, input: &'a Members) -> Result<Option<&'a Members>, Fault> {
    match (input.map("Sort"), input.map("EntityTypeSort")) {
        (Some(_), Some(_)) => Err(refusal("Sort and EntityTypeSort exclude each other.")),
        (None, Some(union)) => of_type(entity_type, union, "Sort").map(Some),
        (sort, None) => Ok(sort),
    }
}

fn sort_column(entity_type: &EntityType, sort: Option<&Members>) -> Result<&'static Column, Fault> {
    let name = sort.and_then(|sort| sort.string("SortBy")).unwrap_or(DEFAULT_SORT);
    entity_type
        .column(name)
        .ok_or_else(|| refusal(format!("{} cannot be sorted by {name}.", entity_type.name)))
}

/// What one filter asks of an entity's text.
struct Filter<'a> {
    column: &'static Column,
    values: Vec<&'a str>,
    contains: Option<&'a str>,
    after: Option<&'a str>,
    before: Option<&'a str>,
}

fn filters<'a>(entity_type: &EntityType, input: &'a Members) -> Result<Vec<Filter<'a>>, Fault> {
    let generic: Vec<_> = input.maps("FilterList").collect();
    match input.map("EntityTypeFilters") {
        Some(_) if !generic.is_empty() => {
            Err(refusal("FilterList and EntityTypeFilters exclude each other."))
        }
        Some(union) => {
            let members = of_type(entity_type, union, "Filters")?;
            let filters = members.iter().map(|(name, value)| {
                let members = value.as_map().ok_or_else(|| unknown(name))?;
                Filter::read(entity_type, name, members)
            });
            filters.collect()
        }
        None => generic.into_iter().map(|members| Filter::generic(entity_type, members)).collect(),
    }
}

fn unknown(name: &str) -> Fault {
    refusal(format!("Filter {name} is not known."))
}

impl<'a> Filter<'a> {
    /// Reads a filter of the older kind, which knows the entity id alone.
    fn generic(entity_type: &EntityType, members: &'a Members) -> Result<Self, Fault> {
        match members.string("Name").unwrap_or_default() {
            "EntityId" => Self::read(entity_type, "EntityId", members),
            other => Err(unknown(other)),
        }
    }

    fn read(entity_type: &EntityType, name: &str, members: &'a Members) -> Result<Self, Fault> {
        let column = entity_type.column(name).filter(|column| column.filters);
        let column = column.ok_or_else(|| unknown(name))?;
        let range = members.map("DateRange");
        let end = |name| {
            let text = range.and_then(|range| range.string(name));
            text.map(query::check_date).transpose()
        };
        Ok(Self {
            column,
            values: members.strings("ValueList").collect(),
            contains: members.string("WildCardValue"),
            after: end("AfterValue")?,
            before: end("BeforeValue")?,
        })
    }

    fn holds(&self, entity: &Entity) -> bool {
        let value = (self.column.value)(entity);
        let value = value.as_str();
        (self.values.is_empty() || self.values.contains(&value))
            && self.contains.is_none_or(|part| value.contains(part))
            && self.after.is_none_or(|after| value > after)
            && self.before.is_none_or(|before| value < before)
    }
}
