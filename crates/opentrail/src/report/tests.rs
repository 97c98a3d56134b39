//! Tests: whole reports over an engine that answers what it is told.

use expect_test::expect;

use super::{Cause, Error, Kind, Ledger, Period, Report, Rows, Wanted, all, chosen, make};
use super::{csv, html, json, text};

/// A text that an event could hold to harm whoever reads a report.
const HOSTILE: &str = "=1+1</td><script>alert(1)</script>\u{1b}[2J\",";

fn wanted(kind: Kind, only: &[&str]) -> Wanted {
    let only = only.iter().map(|name| (*name).to_owned()).collect();
    Wanted { kind, only, period: Period::month("2026-10").unwrap(), ledger: None }
}

/// Makes a report in which every query is answered with the same two rows.
fn answered(wanted: &Wanted) -> Report {
    let row = |cells: [&str; 4]| cells.map(|cell| Some(cell.to_owned())).to_vec();
    let mut sql = |_: &str| {
        let columns = ["usage_hour", "customer", "dimension", "quantity"];
        let rows = vec![
            row(["2026-10-01 08:00:00.000", HOSTILE, "gb", "17.500000"]),
            row(["2026-10-01 09:00:00.000", "c", "gb", "-2.000000"]),
        ];
        Ok::<_, Cause>(Rows { columns: columns.map(str::to_owned).to_vec(), rows })
    };
    make(wanted, &mut sql).unwrap()
}

#[test]
fn every_analysis_is_in_a_report() {
    let count = |kind| chosen(kind, &[]).unwrap().len();
    assert_eq!(all().len(), 38);
    assert_eq!(
        count(Kind::Metering) + count(Kind::Catalog) + count(Kind::License),
        38 + 1 + 4 * 2 + 1
    );
    let names = ["a04".to_owned(), "LATE-RECORDS".to_owned()];
    let ids: Vec<String> =
        chosen(Kind::Metering, &names).unwrap().into_iter().map(|it| it.about.id).collect();
    assert_eq!(ids, ["A04", "A09"]);
}

#[test]
fn the_page_of_the_documentation_tells_of_every_analysis() {
    let page = include_str!("../../../../docs/reports.md");
    for analysis in all() {
        let about = analysis.about;
        let heading = format!("### {} {}\n", about.id, about.name);
        assert!(page.contains(&heading), "{heading}");
        assert!(page.contains(&about.text), "{}: its words are others there", about.id);
    }
}

#[test]
fn an_analysis_that_is_not_there_is_refused() {
    let refused = |name: &str| chosen(Kind::License, &[name.to_owned()]).unwrap_err().to_string();
    assert_eq!(refused("A39"), "there is no analysis \"A39\": they are A01 to A38");
    assert_eq!(refused("A22"), "A22 is not in this report, but in: catalog, metering");
}

#[test]
fn a_query_that_fails_names_its_analysis() {
    let mut sql = |_: &str| Err::<Rows, Cause>("out of memory".into());
    let error = make(&wanted(Kind::Metering, &["A07"]), &mut sql).unwrap_err();
    assert!(matches!(&error, Error::Query { id, .. } if id == "A07"), "{error}");
}

#[test]
fn a_ledger_comes_first() {
    let mut wanted = wanted(Kind::Metering, &["A01"]);
    let text = "product,customer,dimension,hour,quantity\np,c,gb,2026-10-05 08:00,1\n";
    wanted.ledger = Some(Ledger::read(text).unwrap());
    let mut queries = Vec::new();
    let mut sql = |query: &str| {
        queries.push(query.to_owned());
        Ok::<_, Cause>(Rows::default())
    };
    let report = make(&wanted, &mut sql).unwrap();
    let ids: Vec<&str> = report.sections.iter().map(|section| section.about.id.as_str()).collect();
    assert_eq!(ids, ["ledger", "A01"]);
    assert!(queries[0].contains("last_outcome") && queries[1].contains("FROM mp_honoured"));
    assert_eq!(report.sections[0].rows.rows.len(), 1);
}

#[test]
fn the_comparison_can_be_had_alone() {
    let mut wanted = wanted(Kind::Metering, &["Ledger"]);
    let mut sql = |_: &str| Ok::<_, Cause>(Rows::default());
    let refused = make(&wanted, &mut sql).unwrap_err();
    assert!(matches!(refused, Error::NoLedger), "{refused}");
    let text = "product,customer,dimension,hour,quantity\n";
    wanted.ledger = Some(Ledger::read(text).unwrap());
    let report = make(&wanted, &mut sql).unwrap();
    assert_eq!(report.sections.len(), 1);
    assert_eq!(report.sections[0].about.name, "reconciliation");
}

#[test]
fn text_is_aligned_and_says_what_to_look_into() {
    let report = answered(&wanted(Kind::Metering, &["A01", "A04"]));
    let shown = |text: &str| text.replace('\u{1b}', "ESC");
    expect![[r#"
        metering report, 2026-10 (UTC)

        A01 metered-quantity-hourly: quantity accepted per product, buyer, dimension and hour
          USAGE_HOUR           CUSTOMER                                    DIMENSION  QUANTITY
          2026-10-01 08:00:00  =1+1</td><script>alert(1)</script>ESC[2J",  gb             17.5
          … and 1 more; --limit 0 shows all

        A04 duplicate-records: another quantity was sent for an hour that was taken already
          USAGE_HOUR           CUSTOMER                                    DIMENSION  QUANTITY
          2026-10-01 08:00:00  =1+1</td><script>alert(1)</script>ESC[2J",  gb         17.500000
          … and 1 more; --limit 0 shows all

        to look into: 2 duplicate-records"#]]
    .assert_eq(&text(&report, 1, shown));
}

#[test]
fn csv_holds_no_formula() {
    let one = csv(&answered(&wanted(Kind::Metering, &["A01"])));
    let lines: Vec<&str> = one.split("\r\n").collect();
    assert_eq!(lines[0], "usage_hour,customer,dimension,quantity");
    let hostile = HOSTILE.replace('"', "\"\"");
    assert_eq!(lines[1], format!("2026-10-01 08:00:00,\"'{hostile}\",gb,17.5"));
    assert_eq!(lines[2], "2026-10-01 09:00:00,c,gb,-2");
    let two = csv(&answered(&wanted(Kind::Metering, &["A01", "A02"])));
    assert!(two.starts_with("# A01 metered-quantity-hourly: ") && two.contains("\r\n\r\n# A02 "));
}

#[test]
fn json_has_numbers_and_texts() {
    let text = json(&answered(&wanted(Kind::Metering, &["A01", "A04"])));
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["report"], "metering");
    assert_eq!(value["period"], "2026-10");
    let first = &value["analyses"][0];
    assert_eq!((&first["id"], &first["finding"]), (&"A01".into(), &false.into()));
    assert_eq!(first["rows"][0]["customer"], HOSTILE);
    assert_eq!(first["rows"][0]["quantity"], 17.5);
    assert_eq!(first["rows"][1]["quantity"], -2);
    assert_eq!(value["analyses"][1]["finding"], true);
}

#[test]
fn a_page_has_no_markup_of_an_event_and_loads_nothing() {
    let page = html(&answered(&wanted(Kind::Metering, &[])), 1);
    assert!(!page.contains("<script") && !page.contains("</td><s") && !page.contains('\u{1b}'));
    assert!(page.contains("=1+1&lt;/td&gt;&lt;script&gt;alert(1)"));
    for loading in ["src=", "href=\"http", "url(", "@import", "<link", "<iframe", "onload"] {
        assert!(!page.contains(loading), "{loading}");
    }
    assert!(page.contains("1 more rows are not on this page"));
    assert!(page.contains("<svg") && page.contains("default-src 'none'"));
    let ids = |mark: &str| page.matches(mark).count();
    assert_eq!(ids("<section id="), chosen(Kind::Metering, &[]).unwrap().len());
    assert_eq!(ids("<table>"), ids("</table>"));
}
