//! Reports as CSV, for spreadsheets.

use super::{Report, Section};

/// Signs with which a spreadsheet begins a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Returns a report as CSV: one table, or, of several, each under a line with its name.
///
/// What stands in events comes from whoever made the calls: a text that a spreadsheet would run as
/// a formula gets an apostrophe before it, as spreadsheets themselves write it. Numbers stay.
pub(crate) fn csv(report: &Report) -> String {
    let mut tables = Vec::new();
    for section in &report.sections {
        let about = &section.about;
        let heading = format!("# {} {}: {}\r\n", about.id, about.name, about.title);
        let heading = if report.sections.len() > 1 { heading } else { String::new() };
        tables.push(heading + &table(section));
    }
    tables.join("\r\n")
}

/// Returns the table of one analysis.
fn table(section: &Section) -> String {
    let rows = &section.rows;
    let mut text = line(rows.columns.iter().map(|column| quoted(column)));
    for row in &rows.rows {
        let cells = row.iter().zip(&rows.columns).map(|(cell, column)| {
            let cell = cell.as_deref().unwrap_or_default();
            if section.about.numbers.contains(column) { quoted(cell) } else { quoted(&safe(cell)) }
        });
        text += &line(cells);
    }
    text
}

fn line(cells: impl Iterator<Item = String>) -> String {
    cells.collect::<Vec<_>>().join(",") + "\r\n"
}

fn safe(cell: &str) -> String {
    if cell.starts_with(FORMULA) { format!("'{cell}") } else { cell.to_owned() }
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
