//! Reports as JSON, for programs.

use serde_json::{Number, Value, json};

use super::{Report, Section};

/// Returns a report as one JSON object; numbers keep the digits that they have.
///
/// ```text
/// {"report": "metering", "period": "2026-10", "analyses": [
///   {"id": "A04", "name": "duplicate-records", "title": "…", "finding": true,
///    "columns": ["eventtime", …], "rows": [{"eventtime": "2026-10-03 11:20:00", "kept": 7.5, …}]}]}
/// ```
pub(crate) fn json(report: &Report) -> String {
    let analyses: Vec<String> = report.sections.iter().map(section).collect();
    let head = json!({ "report": report.kind.name(), "period": report.period.to_string() });
    with(&head, "analyses", &analyses)
}

fn section(section: &Section) -> String {
    let about = &section.about;
    let head = json!({
        "id": about.id,
        "name": about.name,
        "title": about.title,
        "finding": about.is_finding,
        "columns": section.rows.columns,
    });
    let rows: Vec<String> = section.rows.rows.iter().map(|cells| row(section, cells)).collect();
    with(&head, "rows", &rows)
}

/// Returns an object with one more member: a list of what is JSON already.
fn with(object: &Value, member: &str, list: &[String]) -> String {
    let object = object.to_string();
    let open = object.strip_suffix('}').expect("an object ends with its brace");
    format!("{open},\"{member}\":[{}]}}", list.join(","))
}

fn row(section: &Section, cells: &[Option<String>]) -> String {
    let member = |(column, cell): (&String, &Option<String>)| {
        let is_number = section.about.numbers.contains(column);
        let value = match cell {
            // its own digits, which a floating point number might not keep
            Some(text) if is_number && is_json_number(text) => text.clone(),
            cell => json!(cell).to_string(),
        };
        format!("{}:{value}", json!(column))
    };
    let members: Vec<String> = section.rows.columns.iter().zip(cells).map(member).collect();
    format!("{{{}}}", members.join(","))
}

fn is_json_number(text: &str) -> bool {
    serde_json::from_str::<Number>(text).is_ok()
}
