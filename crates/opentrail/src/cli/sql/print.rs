//! Answers as people and programs read them.

use dialect::SqlError;
use serde_json::{Map, Value, json};

use super::super::table::shown;
use super::Answer;

/// How wide a column of a table is at most, in characters.
const WIDTH_MAX: usize = 60;

/// Returns a table, and below it how many rows and columns it has.
pub(super) fn table(answer: &Answer) -> String {
    let names: Vec<String> = answer.columns.0.iter().map(|column| column.name.clone()).collect();
    let cells: Vec<Vec<String>> = answer
        .rows
        .iter()
        .map(|row| row.iter().map(|value| cell(value.as_ref())).collect())
        .collect();
    let widths: Vec<usize> = (0..names.len())
        .map(|at| {
            let column = cells.iter().filter_map(|row| row.get(at)).chain(names.get(at));
            column.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let padded = |row: &[String]| {
        let cells = row.iter().zip(&widths).enumerate();
        let cells = cells.map(|(at, (cell, width))| {
            let space = " ".repeat(width.saturating_sub(cell.chars().count()));
            if answer.is_plain(at) { format!("{space}{cell}") } else { format!("{cell}{space}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let rule = widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join("  ");
    let counts = format!("({}, {})", counted(cells.len(), "row"), counted(names.len(), "column"));
    let mut lines = vec![padded(&names), rule];
    lines.extend(cells.iter().map(|row| padded(row)));
    lines.push(counts);
    lines.join("\n")
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Returns a cell of a table: nothing that a terminal acts on, and not too long.
fn cell(value: Option<&String>) -> String {
    let Some(text) = value else { return "null".to_owned() };
    let mut letters = text.chars();
    let short: String = letters.by_ref().take(WIDTH_MAX).collect();
    let more = if letters.next().is_some() { "…" } else { "" };
    format!("{}{more}", shown(&short))
}

/// Returns comma-separated values with a heading; null is an empty field.
pub(super) fn csv(answer: &Answer) -> String {
    let names = answer.columns.0.iter().map(|column| Some(column.name.clone())).collect::<Vec<_>>();
    let rows = answer.rows.iter().map(|row| fields(row));
    [fields(&names)].into_iter().chain(rows).collect::<Vec<_>>().join("\n")
}

fn fields(row: &[Option<String>]) -> String {
    let field = |cell: &Option<String>| match cell {
        Some(text) if text.is_empty() || text.contains([',', '"', '\n', '\r']) => {
            format!("\"{}\"", text.replace('"', "\"\""))
        }
        Some(text) => text.clone(),
        None => String::new(),
    };
    row.iter().map(field).collect::<Vec<_>>().join(",")
}

/// Returns one JSON list of objects.
pub(super) fn json_list(answer: &Answer) -> String {
    let rows = answer.rows.iter().map(|row| object(answer, row)).collect();
    serde_json::to_string_pretty(&Value::Array(rows)).expect("values are plain JSON")
}

/// Returns one JSON object a line.
pub(super) fn json_lines(answer: &Answer) -> String {
    let rows = answer.rows.iter().map(|row| object(answer, row).to_string());
    rows.collect::<Vec<_>>().join("\n")
}

/// Returns one line: the columns and the rows, or what is wrong and where.
pub(super) fn for_programs(answer: &Result<Answer, SqlError>) -> Value {
    match answer {
        Ok(answer) => {
            let columns: Vec<_> = answer.columns.0.iter().map(|column| &column.name).collect();
            let row = |row: &Vec<Option<String>>| {
                let cells = row.iter().enumerate();
                cells.map(|(at, cell)| value(answer, at, cell.as_deref())).collect::<Vec<_>>()
            };
            let rows: Vec<_> = answer.rows.iter().map(row).collect();
            json!({ "columns": columns, "rows": rows })
        }
        Err(error) => {
            let SqlError { line, column, .. } = error;
            json!({ "error": error.to_string(), "line": line, "column": column })
        }
    }
}

fn value(answer: &Answer, at: usize, cell: Option<&str>) -> Value {
    match cell {
        None => Value::Null,
        // a number that JSON does not have, such as NaN, stays text
        Some(text) if answer.is_plain(at) => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
        }
        Some(text) => Value::String(text.to_owned()),
    }
}

fn object(answer: &Answer, row: &[Option<String>]) -> Value {
    let columns = answer.columns.0.iter().zip(row).enumerate();
    let members: Map<_, _> = columns
        .map(|(at, (column, cell))| (column.name.clone(), value(answer, at, cell.as_deref())))
        .collect();
    Value::Object(members)
}
