//! What a run of `cargo ci` has seen: figures read from the tools' own output.

use std::fmt::Write as _;

use crate::Failure;

/// Counts, reasons and seconds.
#[derive(Debug, Default)]
pub(super) struct Report {
    passed: u64,
    failed: u64,
    skipped: u64,
    reasons: Vec<String>,
    steps: Vec<(&'static str, f64, bool)>,
}

impl Report {
    /// Reads one line of a tool's output.
    pub(super) fn read(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result:") {
            self.count_cargo(counts);
        } else if let Some(reason) = expected_failure(line) {
            self.reasons.push(reason);
        } else if let Some(reason) = line.strip_prefix("SKIPPED [") {
            self.reasons.push(reason.split_once("] ").map_or(reason, |(_, why)| why).to_owned());
        } else if let Some(at) = line.find("SKIPPED: ") {
            self.skipped += 1;
            self.reasons.push(line[at + "SKIPPED: ".len()..].trim().to_owned());
        } else if is_pytest_end(line) {
            self.count_pytest(line);
        }
    }

    /// Notes how a step ended.
    pub(super) fn step(&mut self, name: &'static str, seconds: f64, passed: bool) {
        self.steps.push((name, seconds, passed));
    }

    /// Cargo's `ok. 12 passed; 0 failed; 1 ignored; …`.
    fn count_cargo(&mut self, counts: &str) {
        self.passed += before(counts, " passed");
        self.failed += before(counts, " failed");
        let ignored = before(counts, " ignored");
        self.skipped += ignored;
        if ignored > 0 {
            self.reasons.push(format!("{ignored} tests are marked to be ignored"));
        }
    }

    /// Pytest's `3 failed, 120 passed, 1 skipped, 2 xfailed in 40.02s`. A failure that was
    /// expected shows as little as a test that did not run.
    fn count_pytest(&mut self, line: &str) {
        self.passed += before(line, " passed");
        self.failed += before(line, " failed") + before(line, " error");
        self.skipped +=
            before(line, " skipped") + before(line, " xfailed") + before(line, " xpassed");
    }

    /// Returns the last lines of a run.
    pub(super) fn summary(&self, seconds: f64) -> String {
        let mut text = String::new();
        for (name, seconds, passed) in &self.steps {
            let word = if *passed { "ok" } else { "FAILED" };
            writeln!(text, "{word:>8} {seconds:7.1} s  {name}").expect("strings take all text");
        }
        for reason in &self.reasons {
            writeln!(text, "skipped: {reason}").expect("strings take all text");
        }
        writeln!(
            text,
            "{} passed, {} failed, {} skipped in {seconds:.0} s",
            self.passed, self.failed, self.skipped
        )
        .expect("strings take all text");
        text
    }

    /// Returns whether the run was good; in CI, what was skipped was not shown.
    pub(super) fn verdict(&self, in_ci: bool) -> Result<(), Failure> {
        let failed: Vec<_> =
            self.steps.iter().filter(|(_, _, passed)| !passed).map(|(name, ..)| *name).collect();
        if !failed.is_empty() {
            return Err(format!("failed: {}", failed.join(", ")).into());
        }
        if self.failed > 0 {
            return Err(format!("{} tests failed", self.failed).into());
        }
        if in_ci && self.skipped > 0 {
            return Err(
                format!("{} tests were skipped, which CI does not take", self.skipped).into()
            );
        }
        Ok(())
    }
}

/// Reads pytest's `XFAIL tests/test_a.py::test_b - why`.
fn expected_failure(line: &str) -> Option<String> {
    let (word, test) = line.split_once(' ')?;
    let said = match word {
        "XFAIL" => "is expected to fail",
        "XPASS" => "passed, though it is expected to fail",
        _ => return None,
    };
    // the values in a parametrised test's brackets may hold the separator themselves
    let (bare, values) = test.split_at(test.rfind("] - ").map_or(0, |at| at + 1));
    let (name, why) = values.split_once(" - ").unwrap_or((values, "no reason given"));
    Some(format!("{bare}{name} {said}: {why}"))
}

/// Tells pytest's last line from a test's own words.
fn is_pytest_end(line: &str) -> bool {
    let line = line.trim_matches(|letter| letter == '=' || letter == ' ');
    let tail = line.rsplit_once(" in ").map_or("", |(_, tail)| tail);
    line.starts_with(|letter: char| letter.is_ascii_digit())
        && tail.split(' ').next().is_some_and(|word| {
            word.strip_suffix('s').is_some_and(|number| number.parse::<f64>().is_ok())
        })
}

/// Returns the number that stands before `word`, zero when it is not there.
fn before(text: &str, word: &str) -> u64 {
    let Some(at) = text.find(word) else { return 0 };
    let head = &text[..at];
    let digits = head.rfind(|letter: char| !letter.is_ascii_digit()).map_or(0, |end| end + 1);
    head[digits..].parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Report;

    #[test]
    fn the_tools_figures_add_up() {
        let mut report = Report::default();
        for line in [
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; finished in 0.01s",
            "SKIPPED: no botocore here",
            "test wire::x ... SKIPPED: no tool",
            "SKIPPED [1] tests/test_a.py:7: SKIPPED: no such folder",
            "1 failed, 120 passed, 1 skipped in 61.20s (0:01:01)",
            "there were 9 passed in the end",
        ] {
            report.read(line);
        }
        assert_eq!((report.passed, report.failed, report.skipped), (132, 1, 4));
        assert_eq!(report.reasons.len(), 4);
        assert_eq!(report.reasons[3], "tests/test_a.py:7: SKIPPED: no such folder");
        assert!(report.summary(1.0).contains("132 passed, 1 failed, 4 skipped in 1 s"));
        assert!(report.verdict(false).is_err());
    }

    #[test]
    fn a_failure_that_was_expected_counts_as_skipped() {
        let mut report = Report::default();
        for line in [
            "XFAIL tests/test_a.py::test_b[one - two] - #7: the tail is cut",
            "XFAIL tests/test_a.py::test_c",
            "XPASS tests/test_a.py::test_d - #9",
            "XFAILING is no word of the tool",
            "116 passed, 2 xfailed, 1 xpassed in 38.47s",
        ] {
            report.read(line);
        }
        assert_eq!((report.passed, report.failed, report.skipped), (116, 0, 3));
        assert_eq!(
            report.reasons,
            [
                "tests/test_a.py::test_b[one - two] is expected to fail: #7: the tail is cut",
                "tests/test_a.py::test_c is expected to fail: no reason given",
                "tests/test_a.py::test_d passed, though it is expected to fail: #9",
            ]
        );
        assert!(report.verdict(false).is_ok());
        assert!(report.verdict(true).is_err());
        assert!(report.summary(1.0).contains("skipped: tests/test_a.py::test_c is expected"));
    }

    #[test]
    fn only_ci_minds_what_was_skipped() {
        let mut report = Report::default();
        report.read("SKIPPED: no loop devices");
        report.step("tests", 1.0, true);
        assert!(report.verdict(false).is_ok());
        assert!(report.verdict(true).is_err());
        report.step("tidy", 0.1, false);
        assert_eq!(report.verdict(false).unwrap_err().to_string(), "failed: tidy");
    }
}
