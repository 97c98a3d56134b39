//! Charts as SVG: drawn by numbers alone, coloured by the page's style.
//!
//! Every chart is a figure with words for those who do not see it; the table below it has the same
//! figures. Series differ by colour and by name beside the mark, never by colour alone.

use std::fmt::Write as _;

use jiff::civil::DateTime;

use super::escape::escaped;
use crate::report::chart::{Data, Form};

const WIDTH: f64 = 720.0;
const BAR_HEIGHT: f64 = 22.0;
const NAME_WIDTH: f64 = 260.0;
const VALUE_WIDTH: f64 = 90.0;
const PANEL_HEIGHT: f64 = 96.0;
const COLUMNS_HEIGHT: f64 = 200.0;
const LETTER_WIDTH: f64 = 7.0;
/// Lines of so few points have a dot at each.
const DOTS_MAX: usize = 60;

/// Returns a chart; none when there is nothing to draw.
pub(super) fn drawn(form: Form, data: &Data, title: &str) -> Option<String> {
    data.series.iter().flat_map(|(_, values)| values.iter().flatten()).next()?;
    let (height, marks) = match form {
        Form::Bars => bars(data),
        Form::Lines => lines(data, false),
        Form::Steps => lines(data, true),
        Form::Columns => columns(data),
    };
    let title = escaped(title);
    Some(format!(
        "<figure><svg viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" aria-label=\"{title}\">\n\
         {marks}</svg></figure>\n"
    ))
}

/// One bar a line: its name, its length, its value.
fn bars(data: &Data) -> (f64, String) {
    let mut bars: Vec<(String, usize, f64)> = Vec::new();
    for (place, label) in data.labels.iter().enumerate() {
        for (number, (series, values)) in data.series.iter().enumerate() {
            if let Some(value) = values.get(place).copied().flatten() {
                let name =
                    if series.is_empty() { label.clone() } else { format!("{label} · {series}") };
                bars.push((name, number, value));
            }
        }
    }
    let top =
        bars.iter().map(|(_, _, value)| value.abs()).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let room = WIDTH - NAME_WIDTH - VALUE_WIDTH;
    let mut text = String::new();
    let mut y = 0.0;
    for (name, series, value) in bars {
        let width = (value.abs() / top * room).max(1.0);
        let (middle, end) = (y + BAR_HEIGHT / 2.0 + 4.0, NAME_WIDTH + width + 6.0);
        let (name, value) = (escaped(&cut(&name)), figure(value));
        writeln!(
            text,
            "<text x=\"{x}\" y=\"{middle:.1}\" class=\"name\">{name}</text>\
             <rect x=\"{NAME_WIDTH}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"16\" class=\"s{series}\"/>\
             <text x=\"{end:.1}\" y=\"{middle:.1}\">{value}</text>",
            x = NAME_WIDTH - 8.0,
            top = y + 3.0,
        )
        .expect("text takes all");
        y += BAR_HEIGHT;
    }
    (y + 4.0, text)
}

/// One panel for each series, each with a scale of its own: their units differ.
fn lines(data: &Data, is_steps: bool) -> (f64, String) {
    let places = places(&data.labels);
    let mut text = String::new();
    let mut y = 0.0;
    for (number, (name, values)) in data.series.iter().enumerate() {
        let top = values.iter().flatten().copied().fold(0.0, f64::max).max(f64::MIN_POSITIVE);
        let bottom = y + PANEL_HEIGHT - 10.0;
        let rise = PANEL_HEIGHT - 34.0;
        let points: Vec<(String, String)> = places
            .iter()
            .zip(values)
            .filter_map(|(x, value)| {
                let height = (*value)?.max(0.0) / top * rise;
                Some((format!("{:.1}", x * WIDTH), format!("{:.1}", bottom - height)))
            })
            .collect();
        writeln!(
            text,
            "<text x=\"0\" y=\"{heading:.1}\" class=\"heading\">{name} · highest {top}</text>\
             <line x1=\"0\" x2=\"{WIDTH}\" y1=\"{bottom:.1}\" y2=\"{bottom:.1}\" class=\"axis\"/>\
             <polyline points=\"{line}\" class=\"l{number}\"/>{dots}",
            heading = y + 14.0,
            name = escaped(&cut(name)),
            top = figure(top),
            line = line(&points, is_steps),
            dots = dots(&points, number),
        )
        .expect("text takes all");
        y += PANEL_HEIGHT;
    }
    text += &ends(&data.labels, y + 8.0);
    (y + 16.0, text)
}

/// Returns the points of a line; of a step, each value stays until the next one.
fn line(points: &[(String, String)], is_steps: bool) -> String {
    let mut text = String::new();
    let mut before = None;
    for (x, y) in points {
        if let Some(before) = before.filter(|_| is_steps) {
            write!(text, "{x},{before} ").expect("text takes all");
        }
        write!(text, "{x},{y} ").expect("text takes all");
        before = Some(y);
    }
    text.trim_end().to_owned()
}

/// A line of one point is nothing to see, and one of few hides where they are.
fn dots(points: &[(String, String)], series: usize) -> String {
    if points.len() > DOTS_MAX {
        return String::new();
    }
    let dot = |(x, y): &(String, String)| {
        format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"2.5\" class=\"s{series}\"/>")
    };
    points.iter().map(dot).collect()
}

/// A column for each place, the series on top of each other, and what their colours mean.
fn columns(data: &Data) -> (f64, String) {
    let sum = |place: usize| -> f64 {
        data.series.iter().filter_map(|(_, values)| values.get(place).copied().flatten()).sum()
    };
    let top = (0..data.labels.len()).map(sum).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let step = WIDTH / count(data.labels.len());
    let (head, mut text) = legend(data, top);
    for place in 0..data.labels.len() {
        let mut y = head + COLUMNS_HEIGHT;
        for (number, (_, values)) in data.series.iter().enumerate() {
            let Some(value) = values.get(place).copied().flatten() else { continue };
            // what is there is seen, however little it is beside the rest
            let least = if value > 0.0 { 2.0 } else { 0.0 };
            let height = (value.max(0.0) / top * COLUMNS_HEIGHT).max(least);
            y -= height;
            writeln!(
                text,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" \
                 class=\"s{number}\"/>",
                x = count(place) * step,
                width = (step - 2.0).max(1.0),
            )
            .expect("text takes all");
        }
    }
    let bottom = head + COLUMNS_HEIGHT + 16.0;
    text += &ends(&data.labels, bottom);
    (bottom + 8.0, text)
}

/// Names the series, in as many lines as they need, and returns how high that is.
fn legend(data: &Data, top: f64) -> (f64, String) {
    let highest = format!("highest {}", figure(top));
    let mut text = format!("<text x=\"{WIDTH}\" y=\"14\" class=\"name\">{highest}</text>\n");
    let room = WIDTH - letters(&highest) - 24.0;
    let (mut x, mut y) = (0.0, 14.0);
    for (number, (name, _)) in data.series.iter().enumerate() {
        let name = cut(name);
        let width = 18.0 + letters(&name) + 14.0;
        if x > 0.0 && x + width > room {
            (x, y) = (0.0, y + 18.0);
        }
        writeln!(
            text,
            "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"12\" height=\"12\" class=\"s{number}\"/>\
             <text x=\"{:.1}\" y=\"{y:.1}\">{}</text>",
            y - 10.0,
            x + 18.0,
            escaped(&name),
        )
        .expect("text takes all");
        x += width;
    }
    (y + 12.0, text)
}

/// Returns about how wide a text is.
fn letters(text: &str) -> f64 {
    count(text.chars().count()) * LETTER_WIDTH
}

/// The first and the last place of an axis.
fn ends(labels: &[String], y: f64) -> String {
    let text = |label: Option<&String>| escaped(&cut(label.map_or("", String::as_str)));
    format!(
        "<text x=\"0\" y=\"{y:.1}\">{}</text><text x=\"{WIDTH}\" y=\"{y:.1}\" class=\"name\">{}</text>\n",
        text(labels.first()),
        text(labels.last()),
    )
}

/// Returns where each label stands on an axis from 0 to 1: by its time, or one after the other.
fn places(labels: &[String]) -> Vec<f64> {
    let second = |label: &String| {
        let time: DateTime = label.parse().ok()?;
        Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
    };
    let seconds: Option<Vec<i64>> = labels.iter().map(second).collect();
    let numbers: Vec<f64> = match seconds {
        Some(seconds) => {
            let first = seconds.first().copied().unwrap_or_default();
            seconds.iter().map(|second| whole(second - first)).collect()
        }
        None => (0..labels.len()).map(count).collect(),
    };
    let last = numbers.last().copied().unwrap_or_default();
    numbers.iter().map(|number| if last > 0.0 { number / last } else { 0.5 }).collect()
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn whole(number: i64) -> f64 {
    // seconds of a few centuries: far below where a floating point number loses any
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// A number with at most three places.
fn figure(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A name short enough to stand beside its mark.
fn cut(name: &str) -> String {
    const LETTERS: usize = 38;
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    // the end tells ARNs apart
    let skipped = name.chars().count() - (LETTERS - 1);
    ['…'].into_iter().chain(name.chars().skip(skipped)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Data, Form, cut, drawn, figure, places};

    fn data(labels: &[&str], series: &[(&str, &[f64])]) -> Data {
        let line = |(name, values): &(&str, &[f64])| {
            ((*name).to_owned(), values.iter().copied().map(Some).collect())
        };
        Data {
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            series: series.iter().map(line).collect(),
        }
    }

    #[test]
    fn every_form_draws_every_value_and_no_name_becomes_markup() {
        let data = data(&["<b>1", "2"], &[("a&", &[1.0, 3.0]), ("b", &[0.0, 6.0])]);
        for (form, mark, count) in
            [(Form::Bars, "<rect", 4), (Form::Lines, "<polyline", 2), (Form::Columns, "<rect", 6)]
        {
            let svg = drawn(form, &data, "a \"title\"").unwrap();
            assert_eq!(svg.matches(mark).count(), count, "{svg}");
            assert!(svg.contains("aria-label=\"a &quot;title&quot;\"") && !svg.contains("<b>"));
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }

    #[test]
    fn a_bar_is_as_long_as_its_share_of_the_longest() {
        let svg = drawn(Form::Bars, &data(&["x", "y"], &[("", &[50.0, 100.0])]), "").unwrap();
        assert!(svg.contains("width=\"185.0\"") && svg.contains("width=\"370.0\""), "{svg}");
    }

    #[test]
    fn a_step_stays_until_the_next() {
        let svg = drawn(Form::Steps, &data(&["x", "y"], &[("", &[0.0, 62.0])]), "").unwrap();
        assert!(svg.contains("points=\"0.0,86.0 720.0,86.0 720.0,24.0\""), "{svg}");
    }

    #[test]
    fn times_stand_where_they_belong() {
        let labels = ["2026-10-01 00:00:00", "2026-10-01 01:00:00", "2026-10-01 04:00:00"];
        assert_eq!(places(&labels.map(str::to_owned)), [0.0, 0.25, 1.0]);
        assert_eq!(places(&["b", "a", "c"].map(str::to_owned)), [0.0, 0.5, 1.0]);
        assert_eq!(places(&["b".to_owned()]), [0.5]);
    }

    #[test]
    fn nothing_to_draw_is_no_chart() {
        assert_eq!(drawn(Form::Lines, &data(&[], &[]), ""), None);
        let zeros = drawn(Form::Columns, &data(&["x"], &[("a", &[0.0])]), "").unwrap();
        assert!(!zeros.contains("NaN"));
    }

    #[test]
    fn figures_and_names_are_short() {
        assert_eq!([figure(1.5), figure(20.0), figure(0.0001)], ["1.5", "20", "0"]);
        let long = format!("arn:{}:end", "x".repeat(60));
        assert!(cut(&long).starts_with('…') && cut(&long).ends_with(":end"));
        assert_eq!(cut(&long).chars().count(), 38);
    }
}
