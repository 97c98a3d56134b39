//! The running server, and `LookupEvents` over HTTP: one connection, one question after the other.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use http::Request;
use serde_json::{Value, json};
use wire::sigv4::{Credentials, PathStyle, Signer};

use super::super::engines::Answers;
use super::super::questions::{Lookup, Questions};
use super::{clock, end, memory};
use crate::Failure;
use crate::corpus::{Options, REGIONS};

/// How many events one answer holds.
const PAGE: usize = 50;

/// The running server.
pub(super) struct Server {
    child: Child,
    authority: String,
}

/// One connection, kept open.
struct Connection {
    authority: String,
    stream: BufReader<TcpStream>,
}

impl Server {
    /// Starts the server and returns when it listens.
    pub(super) fn start(binary: &Path, data: &Path, demo: bool) -> Result<Self, Failure> {
        let world = if demo { "--demo" } else { "--sandbox-clock" };
        let mut command = Command::new(binary);
        command.args(["up", world, "--listen", "127.0.0.1:0", "--log-level", "warn", "--data"]);
        let mut child = command.arg(data).stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().ok_or("the server's output is piped")?;
        for line in BufReader::new(output).lines() {
            if let Some(authority) = line?.strip_prefix("listening on http://") {
                return Ok(Self { child, authority: authority.to_owned() });
            }
        }
        end(&mut child);
        Err("the server ended before it listened".into())
    }

    /// Ends it in order.
    pub(super) fn stop(mut self) -> Result<(), Failure> {
        super::super::done(Command::new("kill").arg(self.child.id().to_string()))?;
        self.child.wait()?;
        Ok(())
    }

    /// Returns the memory that is resident.
    pub(super) fn megabytes(&self) -> Result<f64, Failure> {
        Ok(memory(self.child.id(), "VmRSS").ok_or("the server runs")?)
    }

    /// Sets the clock to the corpus's end: what the last ninety days are is decided by it.
    pub(super) fn set_clock(
        &self,
        credentials: &Credentials,
        options: &Options,
    ) -> Result<(), Failure> {
        let set = json!({"Time": options.end()?}).to_string();
        let request = self.signed(credentials, "OpenTrail_20261120.SetClock", &set)?;
        Connection::open(&self.authority)?.ask(&request).map(|_| ())
    }

    /// Asks all lookups; also returns the rows of those that everybody is asked.
    #[expect(clippy::type_complexity, reason = "two tables by attribute")]
    pub(super) fn lookups(
        &self,
        credentials: &Credentials,
        options: &Options,
        questions: &Questions,
    ) -> Result<(BTreeMap<String, Answers>, BTreeMap<String, Vec<usize>>), Failure> {
        let mut connection = Connection::open(&self.authority)?;
        let mut requests = Vec::new();
        for lookup in &questions.lookups {
            let body = body(lookup, options)?.to_string();
            requests.push(self.signed(credentials, "CloudTrail_20131101.LookupEvents", &body)?);
        }
        let (mut all, mut common) = (BTreeMap::<_, Answers>::new(), BTreeMap::<_, Vec<_>>::new());
        for (lookup, request) in questions.lookups.iter().zip(&requests) {
            let begun = clock::instant();
            let answer = connection.ask(request)?;
            let milliseconds = begun.elapsed().as_secs_f64() * 1e3;
            let answer: Value = serde_json::from_slice(&answer)?;
            let rows = answer["Events"].as_array().ok_or("an answer lists events")?.len();
            let answers = all.entry(lookup.attribute.clone()).or_default();
            answers.milliseconds.push(milliseconds);
            answers.rows.push(rows);
            if lookup.everybody {
                common.entry(lookup.attribute.clone()).or_default().push(rows);
            }
        }
        Ok((all, common))
    }

    fn signed(
        &self,
        credentials: &Credentials,
        target: &str,
        body: &str,
    ) -> Result<Vec<u8>, Failure> {
        let request = Request::post("/")
            .header("host", &self.authority)
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", target)
            .body(())?;
        let (mut parts, ()) = request.into_parts();
        let service = if target.starts_with("CloudTrail") { "cloudtrail" } else { "opentrail" };
        let (region, path_style) = (REGIONS[0].0, PathStyle::Normalized);
        let signer = Signer { credentials, region, service, path_style };
        let now = jiff::Timestamp::from_second(clock::seconds()?.try_into()?)?;
        parts.headers.extend(signer.sign(&parts, body.as_bytes(), now)?);
        let mut text = "POST / HTTP/1.1\r\n".to_owned();
        for (name, value) in &parts.headers {
            write!(text, "{name}: {}\r\n", value.to_str()?)?;
        }
        write!(text, "content-length: {}\r\n\r\n{body}", body.len())?;
        Ok(text.into_bytes())
    }
}

/// A benchmark that fails leaves no server behind.
impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Returns the question as `LookupEvents` takes it; its end is included, ours is not.
fn body(lookup: &Lookup, options: &Options) -> Result<Value, Failure> {
    let end = match &lookup.before {
        Some(before) => before.parse::<jiff::Timestamp>()?.as_second(),
        None => options.end()?,
    };
    let mut body = json!({"MaxResults": PAGE, "EndTime": end - 1});
    if lookup.attribute != "none" {
        let (key, value) = (&lookup.attribute, &lookup.value);
        body["LookupAttributes"] = json!([{"AttributeKey": key, "AttributeValue": value}]);
    }
    Ok(body)
}

impl Connection {
    fn open(authority: &str) -> Result<Self, Failure> {
        let stream = TcpStream::connect(authority)?;
        stream.set_nodelay(true)?;
        Ok(Self { authority: authority.to_owned(), stream: BufReader::new(stream) })
    }

    /// Sends a request and returns the body of the answer, whose status must be 200.
    fn ask(&mut self, request: &[u8]) -> Result<Vec<u8>, Failure> {
        self.stream.get_mut().write_all(request)?;
        let (mut status, mut length, mut close) = (String::new(), 0, false);
        self.stream.read_line(&mut status)?;
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse()?,
                "connection" => close = value.trim().eq_ignore_ascii_case("close"),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        if close {
            *self = Self::open(&self.authority)?;
        }
        if status.split(' ').nth(1) != Some("200") {
            return Err(format!("{}: {}", status.trim(), String::from_utf8_lossy(&body)).into());
        }
        Ok(body)
    }
}
