//! Reports as text, for a terminal.

use super::{Report, Section};

/// Letters of a cell that are shown.
const CELL_LETTERS_MAX: usize = 48;

/// Returns a report as text; of tables with more rows than `rows_max` the first ones (0: all).
///
/// `shown` writes out what a terminal would act on: every text of an event passes it.
pub(crate) fn text(report: &Report, rows_max: usize, shown: fn(&str) -> String) -> String {
    let rows_max = if rows_max == 0 { usize::MAX } else { rows_max };
    let mut lines = vec![format!("{} report, {} (UTC)", report.kind.name(), report.period)];
    for section in &report.sections {
        lines.push(String::new());
        lines.extend(table(section, rows_max, shown));
    }
    lines.push(String::new());
    lines.extend(summary(report));
    lines.join("\n")
}

fn table(section: &Section, rows_max: usize, shown: fn(&str) -> String) -> Vec<String> {
    let (about, rows) = (&section.about, &section.rows);
    let mut lines = vec![format!("{} {}: {}", about.id, about.name, about.title)];
    if rows.rows.is_empty() {
        lines.push("  nothing".to_owned());
        return lines;
    }
    let headings = rows.columns.iter().map(|column| column.to_uppercase()).collect();
    let cell = |cell: &Option<String>| cut(&shown(cell.as_deref().unwrap_or("-")));
    let cells = rows.rows.iter().take(rows_max).map(|row| row.iter().map(cell).collect());
    let table: Vec<Vec<String>> = [headings].into_iter().chain(cells).collect();
    let is_number: Vec<bool> = rows.columns.iter().map(|it| about.numbers.contains(it)).collect();
    lines.extend(aligned(&table, &is_number));
    if let Some(more @ 1..) = rows.rows.len().checked_sub(rows_max) {
        lines.push(format!("  … and {more} more; --limit 0 shows all"));
    }
    lines
}

/// Returns the lines of a table whose columns are as wide as what stands in them.
fn aligned(table: &[Vec<String>], is_number: &[bool]) -> Vec<String> {
    let letters = |cell: &String| cell.chars().count();
    let width = |column| table.iter().filter_map(|row| row.get(column).map(letters)).max();
    let widths: Vec<usize> = (0..is_number.len()).map(|at| width(at).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).zip(is_number).map(|((cell, width), is_number)| {
            if *is_number { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        format!("  {}", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    table.iter().map(line).collect()
}

/// Says at the end where there is something to look into.
fn summary(report: &Report) -> Vec<String> {
    let findings = || report.sections.iter().filter(|section| section.about.is_finding);
    let found = findings().filter(|section| !section.rows.rows.is_empty());
    let found: Vec<String> = found
        .map(|section| format!("{} {}", section.rows.rows.len(), section.about.name))
        .collect();
    if found.is_empty() {
        return vec!["nothing to look into".to_owned()];
    }
    vec![format!("to look into: {}", found.join(", "))]
}

fn cut(text: &str) -> String {
    let letters = text.chars().count();
    if letters <= CELL_LETTERS_MAX {
        return text.to_owned();
    }
    // the end tells ARNs apart
    ['…'].into_iter().chain(text.chars().skip(letters - (CELL_LETTERS_MAX - 1))).collect()
}
