//! Reports as one page of HTML: no scripts, nothing loaded, light and dark, and fit to print.
//!
//! ```text
//!   head:  title, the style, and a policy that forbids everything but the style
//!   body:  what was found at a glance ─▶ one section each: words, chart, table
//! ```
//!
//! Whatever stands in an event passes [`escaped`] on its way into the page.

mod drawing;
mod escape;

use std::fmt::Write as _;

use escape::escaped;

use super::{Report, Section};

const STYLE: &str = include_str!("html/style.css");
/// Browsers keep to it even if a text ever got through as markup: nothing runs, nothing loads.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'";

/// Returns a report as a page; of tables with more rows than `rows_max` the first ones (0: all).
pub(crate) fn html(report: &Report, rows_max: usize) -> String {
    let rows_max = if rows_max == 0 { usize::MAX } else { rows_max };
    let title = format!("{} report, {}", report.kind.name(), report.period);
    let title = escaped(&title);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} · opentrail</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header><p class=\"brand\">opentrail</p><h1>{title}</h1>\
         <p>Times and months are of UTC.</p></header>\n<main>\n",
    );
    page += &glance(report);
    for section in &report.sections {
        page += &shown(section, rows_max);
    }
    page + "</main>\n</body>\n</html>\n"
}

/// What was found, each with a link to where it stands.
fn glance(report: &Report) -> String {
    let list = |is_finding: bool| -> String {
        let sections = report.sections.iter().filter(|it| it.about.is_finding == is_finding);
        sections.map(entry).collect()
    };
    let part = |heading: &str, list: String| {
        if list.is_empty() {
            return String::new();
        }
        format!("<section class=\"glance\"><h2>{heading}</h2><ul>{list}</ul></section>\n")
    };
    let nav = part("To look into", list(true)) + &part("Facts", list(false));
    format!("<nav aria-label=\"Analyses\">\n{nav}</nav>\n")
}

fn entry(section: &Section) -> String {
    let about = &section.about;
    let count = section.rows.rows.len();
    let class = match (about.is_finding, count) {
        (true, 0) => "clear",
        (true, _) => "found",
        (false, _) => "fact",
    };
    format!(
        "<li class=\"{class}\"><a href=\"#{id}\"><b>{count}</b> <span>{id} {name}</span></a></li>\n",
        id = escaped(&about.id),
        name = escaped(&about.name),
    )
}

fn shown(section: &Section, rows_max: usize) -> String {
    let about = &section.about;
    let chart = about.chart.as_ref().and_then(|chart| {
        let data = chart.data(&section.rows)?;
        drawing::drawn(chart.form, &data, &about.title)
    });
    format!(
        "<section id=\"{id}\" class=\"analysis\">\n<h2><span class=\"id\">{id}</span> {name}</h2>\n\
         <p class=\"title\">{title}</p>\n<details><summary>About</summary><p>{text}</p></details>\n\
         {chart}{table}</section>\n",
        id = escaped(&about.id),
        name = escaped(&about.name),
        title = escaped(&about.title),
        text = escaped(&about.text),
        chart = chart.unwrap_or_default(),
        table = table(section, rows_max),
    )
}

fn table(section: &Section, rows_max: usize) -> String {
    let rows = &section.rows;
    if rows.rows.is_empty() {
        return "<p class=\"nothing\">Nothing.</p>\n".to_owned();
    }
    let is_number = |column: &String| section.about.numbers.contains(column);
    let class = |column| if is_number(column) { " class=\"number\"" } else { "" };
    let mut text = format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{name}\"><table>\n\
         <caption>{count} {noun}</caption>\n<thead><tr>",
        name = escaped(&section.about.name),
        count = rows.rows.len(),
        noun = if rows.rows.len() == 1 { "row" } else { "rows" },
    );
    for column in &rows.columns {
        let name = escaped(column);
        write!(text, "<th scope=\"col\"{}>{name}</th>", class(column)).expect("text takes all");
    }
    text += "</tr></thead>\n<tbody>\n";
    for row in rows.rows.iter().take(rows_max) {
        text += "<tr>";
        for (cell, column) in row.iter().zip(&rows.columns) {
            text += &data(cell.as_deref().unwrap_or("–"), is_number(column));
        }
        text += "</tr>\n";
    }
    text + "</tbody>\n</table></div>\n" + &rest(rows.rows.len(), rows_max)
}

/// A cell; what is short, such as a time, stays on one line.
fn data(cell: &str, is_number: bool) -> String {
    let class = match (is_number, cell.chars().count()) {
        (true, _) => " class=\"number\"",
        (false, ..=24) => " class=\"short\"",
        (false, _) => "",
    };
    format!("<td{class}>{}</td>", escaped(cell))
}

fn rest(count: usize, rows_max: usize) -> String {
    match count.checked_sub(rows_max) {
        None | Some(0) => String::new(),
        Some(more) => format!(
            "<p class=\"rest\">{more} more rows are not on this page; --output csv has them all.</p>\n"
        ),
    }
}
