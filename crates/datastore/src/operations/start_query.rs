//! `StartQuery`.

use wire::{Done, Fault, Members, Value};

use super::{STORE, find, invalid, quota};
use crate::change::{Change, QueryChange};
use crate::delivery::Place;
use crate::request::{BucketTrouble, DeliveryCheck, Request, SqlTrouble};
use crate::state::{
    Delivery, DeliveryStatus, EventDataStore, FromDashboard, Query, QueryStatistics, QueryStatus,
    Widget,
};
use crate::statement::{fill, is_uuid, store_ids};

const PREFIX_CHARACTERS_MAX: usize = 200;

/// Lets a query wait to be run: a statement, or the one of a dashboard's widget by its alias.
///
/// # Errors
/// In this order: `InvalidParameterException`, `InvalidQueryStatementException`, those of the
/// stores in `FROM`, `MaxConcurrentQueriesException`, then what the bucket says.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let asked = Asked::read(request)?;
    let stores = stores_of(request, &asked.statement)?;
    quota::check_queries(request)?;
    let delivery = delivery(request, &stores)?;
    let call = &mut *request.call;
    let owner = stores.first().map_or(call.account, |store| store.account.as_str());
    let mut numbers: Vec<_> = stores.iter().map(|store| store.number).collect();
    numbers.sort_unstable();
    let query = Query {
        id: call.uuid(),
        account: call.account.to_owned(),
        owner_account: owner.to_owned(),
        region: call.region.to_owned(),
        stores: numbers,
        statement: asked.statement,
        status: QueryStatus::Queued,
        created: call.now,
        started: None,
        ended: None,
        statistics: QueryStatistics::default(),
        columns: Vec::new(),
        error: None,
        delivery,
        dashboard: asked.alias.map(|alias| FromDashboard { alias, refresh_id: None }),
    };
    let named = request.input.string("EventDataStoreOwnerAccountId");
    let output = Members::new()
        .with("QueryId", Value::from(query.id.as_str()))
        .with("EventDataStoreOwnerAccountId", named.map(Value::from));
    let done = Done::changed(output, vec![QueryChange::Queued(Box::new(query)).into()]);
    Ok(stores.iter().fold(done, |done, store| done.about(STORE, store.arn.as_str())))
}

/// Lets a statement be planned, and returns the event data stores that it reads, each once. Tables
/// of other names are the business of the one who runs it.
///
/// # Errors
/// `InvalidQueryStatementException`; those of stores that are not there or not active.
pub(super) fn stores_of<'a>(
    request: &Request<'a, '_>,
    statement: &str,
) -> Result<Vec<&'a EventDataStore>, Fault> {
    let tables = request.around.check_sql(statement).map_err(|trouble| wrong_sql(&trouble))?;
    let named = store_ids(statement);
    let owner = request.input.string("EventDataStoreOwnerAccountId");
    let mut stores: Vec<&EventDataStore> = Vec::new();
    for table in tables.iter().filter(|table| is_uuid(table)) {
        // policies were asked about what the text names, and what is read must be among that
        if !named.contains(&table.to_lowercase()) {
            return Err(wrong(format!("table {table} must be named by its id")));
        }
        let store = find::store_of_id(request, table);
        let store = store.filter(|store| owner.is_none_or(|owner| store.account == owner));
        let store = store.ok_or_else(|| find::no_store(table))?;
        find::check_active(store)?;
        if !stores.iter().any(|known| known.number == store.number) {
            stores.push(store);
        }
    }
    Ok(stores)
}

/// Returns the refusal of a statement.
pub(super) fn wrong(message: impl Into<String>) -> Fault {
    Fault::new("InvalidQueryStatementException", message)
}

fn wrong_sql(SqlTrouble { line, column, message }: &SqlTrouble) -> Fault {
    wrong(format!("line {line}:{column}: {message}"))
}

/// What is to be run.
struct Asked {
    statement: String,
    alias: Option<String>,
}

impl Asked {
    fn read(request: &Request<'_, '_>) -> Result<Self, Fault> {
        let input = request.input;
        let has_parameters = input.get("QueryParameters").is_some();
        match (input.string("QueryStatement"), input.string("QueryAlias")) {
            (Some(_), Some(_)) => {
                Err(invalid("Specify QueryStatement or QueryAlias, but not both."))
            }
            (None, None) => Err(invalid("Specify QueryStatement, or QueryAlias of a dashboard.")),
            (Some(_), None) if has_parameters => {
                Err(invalid("You can specify QueryParameters only with QueryAlias."))
            }
            (Some(statement), None) => Ok(Self { statement: statement.to_owned(), alias: None }),
            (None, Some(alias)) => Self::of_alias(request, alias),
        }
    }

    fn of_alias(request: &Request<'_, '_>, alias: &str) -> Result<Self, Fault> {
        let Some(widget) = widget(request, alias) else {
            return Err(invalid(format!("No dashboard has a query with the alias {alias}.")));
        };
        let values: Vec<_> = request.input.strings("QueryParameters").map(str::to_owned).collect();
        let statement = fill(&widget.statement, &values).ok_or_else(|| {
            let count = widget.parameters.len();
            invalid(format!("The query {alias} takes {count} QueryParameters."))
        })?;
        Ok(Self { statement, alias: Some(alias.to_owned()) })
    }
}

/// Finds a widget of one of the account's dashboards in the Region.
fn widget<'a>(request: &Request<'a, '_>, alias: &str) -> Option<&'a Widget> {
    let (account, region) = (request.call.account, request.call.region);
    let dashboards = request.state.dashboards.values();
    let mut own = dashboards.filter(|it| it.account == account && it.region == region);
    own.find_map(|it| it.widgets.iter().find(|widget| widget.alias == alias))
}

/// Checks the bucket that the answer is to be put into.
fn delivery(
    request: &Request<'_, '_>,
    stores: &[&EventDataStore],
) -> Result<Option<Delivery>, Fault> {
    let Some(uri) = request.input.string("DeliveryS3Uri") else { return Ok(None) };
    let Some(place) = Place::parse(uri) else {
        let message = format!("{uri} names no S3 bucket, as in s3://bucket/prefix.");
        return Err(Fault::new("InvalidS3BucketNameException", message));
    };
    check_prefix(place.prefix)?;
    let store_arns: Vec<_> = stores.iter().map(|store| store.arn.clone()).collect();
    let account = request.call.account;
    let check = DeliveryCheck {
        bucket: place.bucket,
        key_prefix: &place.root(account),
        store_arns: &store_arns,
        account,
    };
    request.around.delivery(&check).map_err(|trouble| refusal(place.bucket, trouble))?;
    Ok(Some(Delivery { s3_uri: uri.to_owned(), status: DeliveryStatus::Pending }))
}

fn check_prefix(prefix: &str) -> Result<(), Fault> {
    let is_fine = |character: char| {
        character.is_ascii_alphanumeric() || "!_.*'()/-&$@=;:+ ,?".contains(character)
    };
    if prefix.chars().count() <= PREFIX_CHARACTERS_MAX && prefix.chars().all(is_fine) {
        return Ok(());
    }
    let message = format!(
        "The S3 prefix is not valid: it has at most {PREFIX_CHARACTERS_MAX} characters, none of \
         which may be unsafe in keys."
    );
    Err(Fault::new("InvalidS3PrefixException", message))
}

fn refusal(bucket: &str, trouble: BucketTrouble) -> Fault {
    match trouble {
        BucketTrouble::Missing => Fault::new(
            "S3BucketDoesNotExistException",
            format!("S3 bucket {bucket} does not exist!"),
        ),
        BucketTrouble::Denied => Fault::new(
            "InsufficientS3BucketPolicyException",
            format!("Incorrect S3 bucket policy is detected for bucket: {bucket}"),
        ),
        BucketTrouble::Unreachable => Fault::new(
            "InsufficientS3BucketPolicyException",
            format!("The store that holds the bucket {bucket} does not answer."),
        ),
    }
}
