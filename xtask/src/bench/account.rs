//! The account that benchmarks of trails work in: its trail, its bucket, and what is in there.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Read as _};
use std::net::TcpStream;

use http::Request;
use wire::sigv4::{Credentials, PathStyle, Signer};

use super::clock;
use crate::Failure;

/// The trail's bucket.
pub(super) const BUCKET: &str = "bench-logs";
/// The trail.
pub(super) const TRAIL_ARN: &str = "arn:aws:cloudtrail:us-east-1:111122223333:trail/bench";
const TRAIL: &str = "bench";
const ACCOUNT: &str = "111122223333";

/// The account.
pub(super) struct Account {
    /// `host:port` of the server.
    pub(super) authority: String,
    /// Who calls.
    pub(super) credentials: Credentials,
}

/// A call of one service.
struct Asked<'a> {
    service: &'a str,
    method: &'a str,
    target: &'a str,
    headers: &'a [(&'a str, &'a str)],
    body: &'a str,
}

impl Account {
    /// Makes the bucket, and the trail with this flag of `CreateTrail` set.
    pub(super) fn make_trail(&self, flag: &str) -> Result<(), Failure> {
        self.s3("PUT", &format!("/{BUCKET}"), "")?;
        let statement = |action: &str, resource: &str| {
            serde_json::json!({
                "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
                "Action": action, "Resource": resource,
                "Condition": {"StringEquals": {"aws:SourceArn": TRAIL_ARN}},
            })
        };
        let bucket = format!("arn:aws:s3:::{BUCKET}");
        let policy = serde_json::json!({"Version": "2012-10-17", "Statement": [
            statement("s3:GetBucketAcl", &bucket),
            statement("s3:PutObject", &format!("{bucket}/AWSLogs/{ACCOUNT}/*")),
        ]});
        self.s3("PUT", &format!("/{BUCKET}?policy="), &policy.to_string())?;
        let trail = serde_json::json!({"Name": TRAIL, "S3BucketName": BUCKET, flag: true});
        self.trail("CreateTrail", &trail.to_string())
    }

    /// Starts delivery.
    pub(super) fn start_logging(&self) -> Result<(), Failure> {
        self.trail("StartLogging", &serde_json::json!({"Name": TRAIL}).to_string())
    }

    /// Stops delivery: what has been recorded until then becomes log files at once.
    pub(super) fn stop_logging(&self) -> Result<(), Failure> {
        self.trail("StopLogging", &serde_json::json!({"Name": TRAIL}).to_string())
    }

    /// Returns a call that changes nothing and is recorded, to be sent as often as wanted.
    pub(super) fn request(&self) -> Result<Vec<u8>, Failure> {
        let body = serde_json::json!({"Name": TRAIL}).to_string();
        let headers = headers("CloudTrail_20131101.GetTrailStatus");
        self.write(&asked("cloudtrail", &headers, &body), "keep-alive")
    }

    /// Moves the sandbox's clock on: what has been recorded until then becomes log files.
    pub(super) fn advance(&self, seconds: u64) -> Result<(), Failure> {
        let body = serde_json::json!({"AdvanceSeconds": seconds}).to_string();
        self.json("opentrail", "OpenTrail_20261120.SetClock", &body)
    }

    /// Returns the keys of all log files.
    pub(super) fn log_files(&self) -> Result<BTreeSet<String>, Failure> {
        let listed = self.s3("GET", &format!("/{BUCKET}?list-type=2"), "")?;
        let text = String::from_utf8(listed)?;
        let keys = text.split("<Key>").skip(1).filter_map(|part| part.split("</Key>").next());
        Ok(keys.filter(|key| key.ends_with(".json.gz")).map(str::to_owned).collect())
    }

    /// Returns the bytes of an object.
    pub(super) fn get(&self, key: &str) -> Result<Vec<u8>, Failure> {
        self.s3("GET", &format!("/{BUCKET}/{key}"), "")
    }

    fn trail(&self, operation: &str, body: &str) -> Result<(), Failure> {
        self.json("cloudtrail", &format!("CloudTrail_20131101.{operation}"), body)
    }

    fn json(&self, service: &str, target: &str, body: &str) -> Result<(), Failure> {
        self.ask(&asked(service, &headers(target), body)).map(|_| ())
    }

    fn s3(&self, method: &str, target: &str, body: &str) -> Result<Vec<u8>, Failure> {
        self.ask(&Asked { service: "s3", method, target, headers: &[], body })
    }

    /// Returns a whole request, signed.
    fn write(&self, asked: &Asked<'_>, connection: &str) -> Result<Vec<u8>, Failure> {
        let mut request = Request::builder().method(asked.method).uri(asked.target);
        request = request.header("host", &self.authority);
        for (name, value) in asked.headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(())?.into_parts();
        let path_style =
            if asked.service == "s3" { PathStyle::Verbatim } else { PathStyle::Normalized };
        let (credentials, region) = (&self.credentials, "us-east-1");
        let signer = Signer { credentials, region, service: asked.service, path_style };
        let now = jiff::Timestamp::from_second(clock::seconds()?.try_into()?)?;
        parts.headers.extend(signer.sign(&parts, asked.body.as_bytes(), now)?);
        let mut head =
            format!("{} {} HTTP/1.1\r\nconnection: {connection}\r\n", asked.method, asked.target);
        for (name, value) in &parts.headers {
            write!(head, "{name}: {}\r\n", value.to_str()?)?;
        }
        write!(head, "content-length: {}\r\n\r\n{}", asked.body.len(), asked.body)?;
        Ok(head.into_bytes())
    }

    /// Returns the body of an answer with status 200 to 299.
    fn ask(&self, asked: &Asked<'_>) -> Result<Vec<u8>, Failure> {
        let request = self.write(asked, "close")?;
        let mut stream = TcpStream::connect(&self.authority)?;
        io::Write::write_all(&mut stream, &request)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or("no answer")?;
        let body = answer.split_off(end + 4);
        if answer.get(9) == Some(&b'2') {
            return Ok(body);
        }
        let text = String::from_utf8_lossy(&body).into_owned();
        Err(format!("{} {}: {text}", asked.method, asked.target).into())
    }
}

fn headers(target: &str) -> [(&str, &str); 2] {
    [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target)]
}

fn asked<'a>(service: &'a str, headers: &'a [(&'a str, &'a str)], body: &'a str) -> Asked<'a> {
    Asked { service, method: "POST", target: "/", headers, body }
}
