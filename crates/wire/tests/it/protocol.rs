//! Every served operation, spoken to and read by botocore.
//!
//! ```text
//!   botocore serializes ──▶ decode ──▶ the same values?
//!   made-up values ──▶ encode ──▶ botocore parses ──▶ the same values?
//! ```

mod plain;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use wire::Fault;
use wire::model::{Models, Operation, Protocol, Service};
use wire::protocol::{Limits, Reply, decode, encode, encode_fault};

const REQUEST_ID: &str = "2f0c7d7e-53a1-4c3f-8f43-5d3f0e6f8d11";

/// A line of the script: the value and what it is about.
struct Line<'m> {
    told: Json,
    service: &'m Service,
    operation: &'m Operation,
    protocol: Protocol,
}

impl<'m> Line<'m> {
    fn read(models: &'m Models, text: &str) -> Self {
        let told: Json = serde_json::from_str(text).unwrap();
        let service = models.service(told["service"].as_str().unwrap()).unwrap();
        let operation = service.operation(told["operation"].as_str().unwrap()).unwrap();
        let protocol = protocol(service, told["protocol"].as_str().unwrap());
        Self { told, service, operation, protocol }
    }

    fn text(&self, name: &str) -> &str {
        self.told[name].as_str().unwrap()
    }

    fn about(&self) -> String {
        format!("{} {} {}", self.service.name, self.operation.name, self.text("protocol"))
    }

    /// Decodes botocore's request; returns what differs from what botocore was given.
    fn difference_in(&self) -> Option<String> {
        let mut request = http::Request::builder().uri(self.text("uri"));
        for (name, value) in self.told["headers"].as_object().unwrap() {
            request = request.header(name, value.as_str().unwrap());
        }
        let parts = request.body(()).unwrap().into_parts().0;
        let body = STANDARD.decode(self.text("body")).unwrap();
        let limits = Limits::default();
        let decoded = decode(self.service, self.operation, self.protocol, &parts, &body, &limits);
        let found = match decoded {
            Ok(members) => plain::members(&members),
            Err(fault) => Json::from(fault.to_string()),
        };
        self.difference(&self.told["value"], &found)
    }

    fn difference(&self, expected: &Json, found: &Json) -> Option<String> {
        (expected != found).then(|| format!("{}\n  {expected}\n  {found}", self.about()))
    }

    /// Encodes made-up values as this operation's answer.
    fn reply(&self) -> Reply {
        let (service, protocol) = (self.service, self.protocol);
        if self.told["kind"] == "output" {
            let output = plain::read(service, self.operation.output, &self.told["value"]);
            return encode(service, self.operation, protocol, &output, REQUEST_ID);
        }
        let code = self.text("code").to_owned();
        let mut fault = Fault::new(code.clone(), "what <went> \"wrong\" & why").with_status(599);
        fault.members = plain::read_named(service, &code, &self.told["value"]);
        encode_fault(Some(service), protocol, &fault, REQUEST_ID)
    }

    fn query_code(&self) -> &str {
        let modelled = self.service.error(self.text("code")).unwrap().query_code;
        modelled.unwrap_or(self.text("code"))
    }

    /// Compares what botocore made of our answer with what went in.
    fn difference_out(&self, read: &Json) -> Option<String> {
        let mut expected = self.told["value"].clone();
        let mut error = Json::Null;
        if self.told["kind"] == "fault" {
            let text = "what <went> \"wrong\" & why";
            error = json!({ "Code": self.told["wire_code"], "Message": text });
            if self.protocol == Protocol::AwsQuery {
                let is_ours = self.told["status"].as_u64() >= Some(500);
                error["Type"] = if is_ours { "Receiver" } else { "Sender" }.into();
            }
            if self.service.query_compatible {
                error["QueryErrorCode"] = self.text("code").into();
                error["Code"] = self.query_code().into();
                error["Type"] = "Sender".into();
            }
            if matches!(self.protocol, Protocol::AwsQuery | Protocol::RestXml) {
                let members = self.told["value"].as_object().unwrap().clone();
                error.as_object_mut().unwrap().extend(members);
            }
            match self.told["text"].as_str() {
                // awsQuery always says <Message>, also where the model says message
                Some(name) if self.protocol != Protocol::AwsQuery || name == "Message" => {
                    expected[name] = text.into();
                }
                _ => {}
            }
        }
        let expected = json!({ "value": expected, "error": error, "request_id": REQUEST_ID });
        self.difference(&expected, read)
    }
}

fn protocol(service: &Service, name: &str) -> Protocol {
    let is_named = |protocol: &&Protocol| match protocol {
        Protocol::AwsJson1_0 | Protocol::AwsJson1_1 => name == "json",
        Protocol::RestJson => name == "rest-json",
        Protocol::RestXml => name == "rest-xml",
        Protocol::AwsQuery => name == "query",
        Protocol::RpcV2Cbor => name == "smithy-rpc-v2-cbor",
    };
    *service.protocols.iter().find(is_named).unwrap()
}

/// Returns the Python that has botocore, or says why the comparison is left out.
fn python() -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = std::env::var_os("OPENTRAIL_PYTHON")
        .map_or_else(|| root.join("target/venv/bin/python"), PathBuf::from);
    let can_import = Command::new(&python)
        .args(["-c", "import botocore"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !can_import {
        // Past the capture of a passing test's output: whoever reads the log must see it.
        let why = format!("SKIPPED: protocols against botocore: {} has none", python.display());
        writeln!(std::io::stderr(), "{why}").unwrap();
    }
    can_import.then_some(python)
}

fn script(python: &PathBuf, arguments: &[&str], input: &[u8]) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/botocore_protocol.py");
    let mut child = Command::new(python)
        .arg(script)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input).unwrap());
        child.wait_with_output().unwrap()
    });
    assert!(output.status.success(), "the script failed");
    String::from_utf8(output.stdout).unwrap()
}

fn assert_none(what: &str, count: usize, differences: &[String]) {
    let shown = differences.iter().take(10).cloned().collect::<Vec<_>>().join("\n");
    assert!(differences.is_empty(), "{} of {count} {what} differ:\n{shown}", differences.len());
}

#[test]
fn botocore_and_we_understand_each_other() {
    let Some(python) = python() else { return };
    let models = Models::built_in();
    let mut arguments = vec!["generate"];
    arguments.extend(models.services().map(|service| service.name).filter(|n| *n != "opentrail"));
    let generated = script(&python, &arguments, b"");
    let lines: Vec<_> = generated.lines().map(|text| Line::read(&models, text)).collect();
    let (requests, answers): (Vec<_>, Vec<_>) =
        lines.iter().partition(|line| line.told["kind"] == "request");
    assert!(requests.len() > 1500 && answers.len() > 1500, "the script made up too little");

    let differences: Vec<_> = requests.iter().filter_map(|line| line.difference_in()).collect();
    assert_none("requests", requests.len(), &differences);

    let mut replies = Vec::new();
    for line in &answers {
        let reply = line.reply();
        if line.told["kind"] == "fault" {
            assert_eq!(Json::from(reply.status), line.told["status"], "{}", line.about());
        }
        writeln!(replies, "{}", handed_over(line, &reply)).unwrap();
    }
    let read = script(&python, &["parse"], &replies);
    let differences: Vec<_> = answers
        .iter()
        .zip(read.lines())
        .filter_map(|(line, read)| line.difference_out(&serde_json::from_str(read).unwrap()))
        .collect();
    assert_eq!(read.lines().count(), answers.len());
    assert_none("answers", answers.len(), &differences);
}

fn handed_over(line: &Line<'_>, reply: &Reply) -> Json {
    let headers: serde_json::Map<_, _> = reply
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), Json::from(value.as_str())))
        .collect();
    json!({
        "service": line.service.name,
        "operation": line.operation.name,
        "protocol": line.told["protocol"],
        "status": reply.status,
        "headers": headers,
        "body": STANDARD.encode(&reply.body),
    })
}
