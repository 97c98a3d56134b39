//! One request of botocore's, kept in pieces so that each can be altered.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use http::request::Parts;
use jiff::Timestamp;
use serde::Deserialize;
use wire::Fault;
use wire::checksum::{Algorithm, check_body};
use wire::sigv4::{Claim, Keys, Refusal, Rules, verify};

/// A signed request and the secret that signed it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) rules: String,
    pub(crate) access_key: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
    pub(crate) service: String,
    pub(crate) region: String,
    pub(crate) now: String,
    pub(crate) method: String,
    pub(crate) uri: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    #[serde(skip)]
    pub(crate) bytes: Vec<u8>,
}

impl Case {
    pub(crate) fn read(line: &str) -> Self {
        let mut case: Self = serde_json::from_str(line).unwrap();
        case.bytes = STANDARD.decode(&case.body).unwrap();
        case
    }

    /// Returns the head, unless an alteration made it none that HTTP knows.
    pub(crate) fn parts(&self) -> Option<Parts> {
        let builder = Request::builder().method(&*self.method).uri(&*self.uri);
        let builder = self.headers.iter().fold(builder, |builder, (name, value)| {
            // What HTTP libraries do on the way in: outer white space is not part of a value.
            builder.header(name, value.trim_matches([' ', '\t']).as_bytes())
        });
        builder.body(()).ok().map(|request| request.into_parts().0)
    }

    /// Judges the request as a server does that knows this one access key.
    pub(crate) fn outcome(&self, keys: &Keys) -> Result<(), Refusal> {
        let parts = self.parts().ok_or(Refusal::Missing)?;
        let claim = Claim::read(&parts)?;
        if claim.access_key_id != self.access_key || claim.session_token != self.token {
            return Err(Refusal::UnknownKey);
        }
        verify(&claim, &parts, &self.bytes, &self.secret, keys, self.now(), &self.rules())?;
        assert_eq!((&claim.service, &claim.region), (&self.service, &self.region));
        Ok(())
    }

    /// Proves the body's sums as a server does once the signature holds.
    pub(crate) fn sums(&self) -> Result<Vec<(Algorithm, String)>, Fault> {
        let parts = self.parts().unwrap();
        let claim = Claim::read(&parts).unwrap();
        let (keys, rules) = (Keys::new(1), self.rules());
        let verified =
            verify(&claim, &parts, &self.bytes, &self.secret, &keys, self.now(), &rules).unwrap();
        check_body(&parts.headers, &verified.trailers, &verified.body)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name));
        found.map(|(_, value)| &**value)
    }

    /// Returns whether the signature says anything of the body.
    pub(crate) fn body_is_signed(&self) -> bool {
        let said = self.header("x-amz-content-sha256");
        let presigned = self.header("authorization").is_none();
        !self.bytes.is_empty()
            && said != Some("UNSIGNED-PAYLOAD")
            && !(presigned && self.rules == "s3")
    }

    fn now(&self) -> Timestamp {
        jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", &self.now)
            .and_then(|at| jiff::tz::Offset::UTC.to_timestamp(at))
            .unwrap()
    }

    fn rules(&self) -> Rules {
        match &*self.rules {
            "s3" => Rules::S3,
            "sts" => Rules { presigned: true, ..Rules::API },
            _ => Rules::API,
        }
    }
}
