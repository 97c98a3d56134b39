//! Our side: everything that is asked of the program, in one place.
//!
//! Four commands are called, and nothing else is known of the program here:
//!
//! ```text
//!   opentrail import DIR --data D --json     reads log files; its last line is a JSON account
//!   opentrail up --data D --listen …         the server, for LookupEvents over HTTP
//!   opentrail env seller --data D            the key of the account that the corpus belongs to
//!   opentrail sql --data D --json -          SQL from its input: line in, line out
//! ```

mod asking;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::super::clock;
use super::super::peers::{binary, end};
use super::engines::{Answers, Imported};
use super::questions::{Question, Questions};
use super::{Figures, place, same_rows};
use crate::Failure;
use crate::corpus::Options;
use asking::Server;

/// How often the memory of a running import is looked at.
const TICK: Duration = Duration::from_millis(10);
/// Who asks: the key of the first account.
const WHO: &str = "seller";
/// Who may set the clock.
const OPERATOR: &str = "root";

/// The program, which has a lake.
pub(super) struct Ours {
    binary: PathBuf,
}

/// What the program came to.
pub(super) struct Asked {
    pub(super) imports: Vec<Imported>,
    pub(super) bytes: u64,
    /// Seconds from its start to its first answer, and megabytes that are resident then.
    pub(super) ready: (f64, f64),
    pub(super) lookups: BTreeMap<String, Answers>,
    /// Rows of the questions that everybody was asked, in their order.
    common: BTreeMap<String, Vec<usize>>,
    pub(super) sql: BTreeMap<String, Answers>,
}

impl Asked {
    /// Fails unless it answers as many rows as the others.
    pub(super) fn check(&self, figures: &Figures) -> Result<(), Failure> {
        if self.imports.iter().any(|imported| imported.events != figures.corpus.events) {
            return Err("opentrail does not hold every event".into());
        }
        let (_, table) = figures.lookups.first().ok_or("DuckDB was asked")?;
        for (attribute, rows) in &self.common {
            same_rows(&format!("opentrail by {attribute}"), &table[attribute].rows, rows)?;
        }
        for (name, answers) in &self.sql {
            same_rows(&format!("opentrail, {name}"), &figures.sql[name].rows, &answers.rows)?;
        }
        Ok(())
    }
}

impl Ours {
    /// Builds the program and returns it, when it has the commands that are measured.
    pub(super) fn find() -> Result<Option<Self>, Failure> {
        let binary = std::path::absolute(binary()?)?;
        let knows = |command: &str, words: &[&str]| -> Result<bool, Failure> {
            let help = Command::new(&binary).args([command, "--help"]).output()?;
            let text = String::from_utf8_lossy(&help.stdout).into_owned();
            Ok(help.status.success() && words.iter().all(|word| text.contains(word)))
        };
        let has_lake =
            knows("import", &["--data", "--json"])? && knows("sql", &["--data", "--json"])?;
        Ok(has_lake.then_some(Self { binary }))
    }

    /// Measures everything.
    pub(super) fn measure(
        &self,
        options: &Options,
        questions: &Questions,
        asked: &[Question],
        rounds: usize,
    ) -> Result<Asked, Failure> {
        let data = place(options.events, "opentrail");
        let mut imports = Vec::new();
        for _ in 0..rounds {
            remove(&data)?;
            // the demo world's accounts are those of the corpus
            Server::start(&self.binary, &data, true)?.stop()?;
            imports.push(self.import(&options.into, &data)?);
        }
        let bytes = bytes(&data)?;
        let begun = clock::instant();
        let server = Server::start(&self.binary, &data, false)?;
        let ready = (begun.elapsed().as_secs_f64(), server.megabytes()?);
        server.set_clock(&self.credentials(&data, OPERATOR)?, options)?;
        let who = self.credentials(&data, WHO)?;
        let (lookups, common) = server.lookups(&who, options, questions)?;
        server.stop()?;
        let sql = self.sql(&data, asked)?;
        Ok(Asked { imports, bytes, ready, lookups, common, sql })
    }

    /// Imports all log files, and watches how much memory that takes.
    fn import(&self, corpus: &Path, data: &Path) -> Result<Imported, Failure> {
        let begun = clock::instant();
        let mut command = Command::new(&self.binary);
        command.arg("import").arg(corpus).arg("--data").arg(data).arg("--json");
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut megabytes = 0.0;
        while child.try_wait()?.is_none() {
            // a process that ends has no such line any more
            megabytes = memory(child.id(), "VmHWM").unwrap_or(megabytes);
            clock::pause(TICK);
        }
        let seconds = begun.elapsed().as_secs_f64();
        let output = child.wait_with_output()?;
        let text = String::from_utf8(output.stdout)?;
        let account: Value = serde_json::from_str(text.lines().last().ok_or("an account")?)?;
        let new = account["new"].as_u64().ok_or("an account says how many events are new")?;
        println!("opentrail: imported in {seconds:.2} s");
        Ok(Imported { seconds, events: usize::try_from(new)?, megabytes })
    }

    /// Asks all SQL questions of one child process, as a shell would.
    fn sql(&self, data: &Path, asked: &[Question]) -> Result<BTreeMap<String, Answers>, Failure> {
        let mut command = Command::new(&self.binary);
        command.arg("sql").arg("--data").arg(data).args(["--json", "-"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut input = child.stdin.take().ok_or("its input is piped")?;
        let mut output = BufReader::new(child.stdout.take().ok_or("its output is piped")?).lines();
        let mut figures: BTreeMap<String, Answers> = BTreeMap::new();
        for question in asked {
            let begun = clock::instant();
            writeln!(input, "{};", question.ours.replace('\n', " "))?;
            let line = output.next().ok_or("an answer to every statement")??;
            let answers = figures.entry(question.name.clone()).or_default();
            answers.milliseconds.push(begun.elapsed().as_secs_f64() * 1e3);
            let answer: Value = serde_json::from_str(&line)?;
            let rows = answer["rows"].as_array();
            answers.rows.push(rows.ok_or_else(|| format!("{}: {line}", question.name))?.len());
        }
        drop(input);
        child.wait()?;
        Ok(figures)
    }

    fn credentials(&self, data: &Path, who: &str) -> Result<wire::sigv4::Credentials, Failure> {
        let output = Command::new(&self.binary).args(["env", who, "--data"]).arg(data).output()?;
        let text = String::from_utf8(output.stdout)?;
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(&format!("export {name}=")));
            line.map(|value| value.trim_matches('\'').to_owned()).ok_or(format!("no {name}"))
        };
        Ok(wire::sigv4::Credentials {
            access_key_id: value("AWS_ACCESS_KEY_ID")?,
            secret_access_key: value("AWS_SECRET_ACCESS_KEY")?,
            session_token: None,
        })
    }
}

/// Returns megabytes that the kernel tells of a process.
fn memory(process: u32, name: &str) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kilobytes| kilobytes / 1024.0)
}

/// Removes a file or a folder, if there is one.
pub(super) fn remove(path: &Path) -> Result<(), Failure> {
    if path.is_dir() {
        fs::remove_dir_all(path)?;
    } else if path.exists() {
        fs::remove_file(path)?;
    }
    Ok(())
}

/// Returns how many bytes a file or all files of a folder hold.
pub(super) fn bytes(path: &Path) -> Result<u64, Failure> {
    if !path.is_dir() {
        return Ok(fs::metadata(path)?.len());
    }
    let mut sum = 0;
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        // a link would be counted twice, or outside
        if !entry.file_type()?.is_symlink() {
            sum += bytes(&entry.path())?;
        }
    }
    Ok(sum)
}
