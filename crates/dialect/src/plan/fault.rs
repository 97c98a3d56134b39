//! Tells DataFusion's errors in the words of the query.

use crate::error::{SqlError, SqlErrorKind};
use crate::nearest::nearest;
use crate::parse::Places;
use datafusion::common::{DataFusionError, SchemaError};
use datafusion::sql::sqlparser::tokenizer::Location;

/// What was asked, as far as faults speak of it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    places: Places,
    tables: Vec<String>,
}

impl Asked {
    /// Keeps where words stand and which tables there are.
    pub(crate) fn new(places: Places, tables: Vec<String>) -> Self {
        Self { places, tables }
    }
}

/// Tells an error that came while planning.
pub(crate) fn at_planning(error: &DataFusionError, asked: &Asked) -> SqlError {
    let mut told = tell(error.find_root(), asked);
    if told.line == 0
        && let Some((line, column)) = place(error, asked)
    {
        told = told.at(line, column);
    }
    told
}

/// Tells an error that came while running.
pub(crate) fn at_running(error: &DataFusionError, asked: &Asked) -> SqlError {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => {
            SqlError::new(SqlErrorKind::Limit, "the query needs more memory than it may use")
                .hint("filter more, or select fewer columns")
        }
        DataFusionError::ArrowError(error, _) => {
            SqlError::new(SqlErrorKind::Failed, first_line(&error.to_string()))
        }
        DataFusionError::Execution(message) => {
            SqlError::new(SqlErrorKind::Failed, first_line(message))
        }
        DataFusionError::ObjectStore(_)
        | DataFusionError::IoError(_)
        | DataFusionError::ParquetError(_) => {
            SqlError::new(SqlErrorKind::Failed, "a file of the table cannot be read")
        }
        root => {
            let told = tell(root, asked);
            SqlError { kind: SqlErrorKind::Failed, ..told }
        }
    }
}

/// The place that DataFusion gives, in the caller's text.
fn place(error: &DataFusionError, asked: &Asked) -> Option<(u64, u64)> {
    let span = error.diagnostic()?.span?;
    let location = Location { line: span.start.line, column: span.start.column };
    (location.line > 0).then(|| asked.places.of(location))
}

fn tell(root: &DataFusionError, asked: &Asked) -> SqlError {
    match root {
        DataFusionError::SchemaError(error, _) => schema(error, asked),
        DataFusionError::NotImplemented(message) => {
            SqlError::new(SqlErrorKind::NotSupported, first_line(message))
        }
        other => message(&other.strip_backtrace(), asked),
    }
}

fn schema(error: &SchemaError, asked: &Asked) -> SqlError {
    match error {
        SchemaError::FieldNotFound { field, valid_fields } => {
            let table = field.relation.as_ref().map(datafusion::common::TableReference::table);
            let stranger = table.filter(|table| {
                let of = |known: &datafusion::common::Column| {
                    known.relation.as_ref().is_some_and(|known| known.table() == *table)
                };
                !valid_fields.iter().any(of)
            });
            let name = stranger.unwrap_or(field.name());
            let message = format!("there is no column {name}");
            let known: Vec<_> = valid_fields.iter().map(datafusion::common::Column::name).collect();
            let known = known.into_iter().filter(|name| !name.starts_with('$'));
            let mut error = SqlError::new(SqlErrorKind::ColumnNotFound, message);
            if let Some(near) = nearest(name, known) {
                error = error.hint(format!("did you mean {near}?"));
            }
            found(error, name, asked)
        }
        SchemaError::AmbiguousReference { field } => {
            let name = field.name();
            let message = format!("column {name} is in more than one table");
            let error = SqlError::new(SqlErrorKind::ColumnNotFound, message);
            found(error.hint("write the table's name before it"), name, asked)
        }
        other => SqlError::new(SqlErrorKind::Invalid, first_line(&other.to_string())),
    }
}

fn found(error: SqlError, word: &str, asked: &Asked) -> SqlError {
    match asked.places.find(word) {
        Some((line, column)) => error.at(line, column),
        None => error,
    }
}

/// Faults that DataFusion tells by their text alone.
fn message(text: &str, asked: &Asked) -> SqlError {
    let text = text.trim_start_matches("Error during planning: ");
    if let Some(name) = between(text, "table '", "' not found") {
        let message = format!("there is no table {name}");
        let mut error = SqlError::new(SqlErrorKind::TableNotFound, message);
        if let Some(near) = nearest(name, asked.tables.iter().map(String::as_str)) {
            error = error.hint(format!("did you mean {near}?"));
        }
        return found(error, name, asked);
    }
    if let Some(name) = between(text, "Field ", " not found in struct") {
        let message = format!("there is no field {name}");
        return found(SqlError::new(SqlErrorKind::ColumnNotFound, message), name, asked);
    }
    SqlError::new(SqlErrorKind::Invalid, first_line(text))
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(name, _)| name)
}

/// DataFusion's text without what speaks of DataFusion.
fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let line = between(line, "coercion failed with: ", " No function matches").unwrap_or(line);
    let mut line = line.to_owned();
    for (inside, outside) in [
        ("Error during planning: ", ""),
        ("Execution error: ", ""),
        ("Internal error: ", ""),
        ("Arrow error: ", ""),
        ("Parser error: ", ""),
        ("This feature is not implemented: ", ""),
        ("Divide by zero error", "division by zero"),
        ("Utf8View", "varchar"),
        ("LargeUtf8", "json"),
        ("Utf8", "varchar"),
        ("Int64", "bigint"),
        ("Float64", "double"),
        ("$", ""),
    ] {
        line = line.replace(inside, outside);
    }
    line.trim_end_matches('.').to_owned()
}
