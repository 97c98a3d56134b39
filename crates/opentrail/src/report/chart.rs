//! Charts: rows as lines, bars or stacked columns, before anything is drawn.

use std::collections::{BTreeMap, BTreeSet};

use super::rows::{Rows, value};

/// Bars and series beyond these are left to the table.
const BARS_MAX: usize = 24;
const SERIES_MAX: usize = 8;

/// How an analysis is drawn, as its heading says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chart {
    /// Its form.
    pub(super) form: Form,
    x: String,
    y: Option<String>,
    series: Option<String>,
}

/// The forms of charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One small line chart for each series, each with a scale of its own.
    Lines,
    /// The same, for values that stay until the next one.
    Steps,
    /// One bar for each label and series.
    Bars,
    /// A column for each x, with the series on top of each other.
    Columns,
}

/// Text that says no chart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoChart;

/// What a chart shows: values by series and place.
#[derive(Debug, PartialEq)]
pub(super) struct Data {
    /// The places along the axis, in order.
    pub(super) labels: Vec<String>,
    /// The name of each series, and its value at each place where it has one.
    pub(super) series: Vec<(String, Vec<Option<f64>>)>,
}

impl Chart {
    /// Reads `none`, `line x=… y=… series=…` (or `steps`, or `stack`) or `bar label=… y=count`.
    pub(super) fn read(text: &str) -> Result<Option<Self>, NoChart> {
        let mut words = text.split_whitespace();
        let form = match words.next() {
            Some("none") => return Ok(None),
            Some("line") => Form::Lines,
            Some("steps") => Form::Steps,
            Some("bar") => Form::Bars,
            Some("stack") => Form::Columns,
            _ => return Err(NoChart),
        };
        let fields: Option<BTreeMap<&str, &str>> = words.map(|word| word.split_once('=')).collect();
        let fields = fields.ok_or(NoChart)?;
        let field = |name| fields.get(name).map(|text| (*text).to_owned());
        let x = field("x").or_else(|| field("label")).ok_or(NoChart)?;
        let y = field("y").filter(|name| name != "count");
        Ok(Some(Self { form, x, y, series: field("series") }))
    }

    /// Returns what it shows of these rows: values of one place and series are added up.
    pub(super) fn data(&self, rows: &Rows) -> Option<Data> {
        let x = rows.column(&self.x)?;
        let series =
            self.series.as_deref().map_or(Some(None), |name| rows.column(name).map(Some))?;
        let y = self.y.as_deref().map_or(Some(None), |name| rows.column(name).map(Some))?;
        let mut sums = BTreeMap::<(&str, &str), f64>::new();
        let mut names = Names::default();
        for row in &rows.rows {
            let label = value(row, x).unwrap_or("(none)");
            let name = series.map_or("", |at| value(row, at).unwrap_or("(none)"));
            let number = match y {
                None => 1.0,
                Some(at) => match value(row, at).and_then(|text| text.parse::<f64>().ok()) {
                    Some(number) if number.is_finite() => number,
                    _ => continue,
                },
            };
            names.add(label, name);
            *sums.entry((name, label)).or_default() += number;
        }
        Some(names.data(&sums, self.form))
    }
}

/// Labels and series, in order.
#[derive(Default)]
struct Names<'a> {
    labels: BTreeSet<&'a str>,
    series: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    fn add(&mut self, label: &'a str, series: &'a str) {
        self.labels.insert(label);
        self.series.insert(series);
    }

    fn data(&self, sums: &BTreeMap<(&str, &str), f64>, form: Form) -> Data {
        let labels_max = if form == Form::Bars { BARS_MAX } else { usize::MAX };
        let labels: Vec<&str> = self.labels.iter().copied().take(labels_max).collect();
        let line = |name: &&str| {
            let at = |label: &&str| sums.get(&(*name, *label)).copied();
            ((*name).to_owned(), labels.iter().map(at).collect())
        };
        let series = self.series.iter().take(SERIES_MAX).map(line).collect();
        Data { labels: labels.iter().map(|label| (*label).to_owned()).collect(), series }
    }
}

#[cfg(test)]
mod tests {
    use super::{Chart, Data, NoChart};
    use crate::report::{Rows, all};

    fn rows() -> Rows {
        let row = |cells: [&str; 3]| cells.map(|cell| Some(cell.to_owned())).to_vec();
        Rows {
            columns: ["day", "what", "n"].map(str::to_owned).to_vec(),
            rows: vec![
                row(["2", "b", "1.5"]),
                row(["1", "a", "4"]),
                row(["2", "b", "2"]),
                row(["2", "a", "x"]),
            ],
        }
    }

    #[test]
    fn rows_become_values_by_place_and_series() {
        let chart = Chart::read("stack x=day y=n series=what").unwrap().unwrap();
        let labels = ["1", "2"].map(str::to_owned).to_vec();
        let series =
            vec![("a".to_owned(), vec![Some(4.0), None]), ("b".to_owned(), vec![None, Some(3.5)])];
        assert_eq!(chart.data(&rows()).unwrap(), Data { labels, series });
    }

    #[test]
    fn rows_can_be_counted() {
        let chart = Chart::read("bar label=what y=count").unwrap().unwrap();
        let labels = ["a", "b"].map(str::to_owned).to_vec();
        let series = vec![(String::new(), vec![Some(2.0), Some(2.0)])];
        assert_eq!(chart.data(&rows()).unwrap(), Data { labels, series });
    }

    #[test]
    fn what_is_no_chart_is_refused() {
        for text in ["", "pie label=a", "bar", "bar label", "line y=n"] {
            assert_eq!(Chart::read(text), Err(NoChart), "{text}");
        }
        assert_eq!(Chart::read("none"), Ok(None));
    }

    #[test]
    fn charts_name_columns_that_their_queries_have() {
        for analysis in all() {
            let Some(chart) = analysis.about.chart else { continue };
            for name in [Some(&chart.x), chart.y.as_ref(), chart.series.as_ref()] {
                let name = name.map_or("", String::as_str);
                assert!(analysis.query.contains(name), "{}: {name}", analysis.about.id);
            }
        }
    }
}
