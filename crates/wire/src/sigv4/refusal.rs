//! Why a signature is not accepted, and how AWS says so.

use jiff::{SignedDuration, Timestamp};

use super::stamp;
use crate::Fault;
use crate::checksum::Algorithm;
use crate::model::Protocol;

const MISMATCH: &str = "The request signature we calculated does not match the signature you \
    provided. Check your AWS Secret Access Key and signing method. Consult the service \
    documentation for details.";

/// What S3 says of a clock that is off, and of a key that it does not know.
const SKEWED: &str = "The difference between the request time and the current time is too large.";
const UNKNOWN_KEY: &str = "The AWS Access Key Id you provided does not exist in our records.";

/// Why a signature is not accepted.
///
/// `Display` is the text AWS gives to the client; it never holds a secret, a token or the whole
/// `Authorization` header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no signature at all; some operations of STS allow that.
    #[error("Missing Authentication Token")]
    Missing,
    /// Something that should be a signature cannot be read as one.
    #[error("{0}")]
    Incomplete(String),
    /// The signature is not the one the secret makes.
    #[error("{MISMATCH}")]
    Mismatch,
    /// Too old.
    #[error("Signature expired: {} is now earlier than {} ({} - {} min.)",
        stamp::text(*.signed_at), before(*.now, *.skew_secs), stamp::text(*.now), .skew_secs / 60)]
    Expired {
        /// When it was signed.
        signed_at: Timestamp,
        /// The server's time.
        now: Timestamp,
        /// How far the two may be apart, in seconds.
        skew_secs: i64,
    },
    /// From the future.
    #[error("Signature not yet current: {} is still later than {} ({} + {} min.)",
        stamp::text(*.signed_at), before(*.now, -*.skew_secs), stamp::text(*.now), .skew_secs / 60)]
    NotYetCurrent {
        /// When it was signed.
        signed_at: Timestamp,
        /// The server's time.
        now: Timestamp,
        /// How far the two may be apart, in seconds.
        skew_secs: i64,
    },
    /// A presigned request after its time.
    #[error("Request has expired")]
    PresignedExpired,
    /// The scope is for something else: service, date, Region or terminator.
    #[error("{0}")]
    Scope(String),
    /// `host` is not among the signed headers.
    #[error("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")]
    HostNotSigned,
    /// An `x-amz-*` header is there without being signed.
    #[error("There were headers present in the request which were not signed: {0}")]
    HeaderNotSigned(String),
    /// This endpoint does not take signatures or bodies of this sort.
    #[error("{0}")]
    NotHere(&'static str),
    /// The body is not the one whose hash was signed.
    #[error("The provided 'x-amz-content-sha256' header does not match what was computed.")]
    BodyMismatch,
    /// A chunked body is broken, too short or too long.
    #[error("{0}")]
    BrokenBody(&'static str),
    /// The body is not the one whose sum trails it.
    #[error("The {} you specified did not match the calculated checksum.", .0.name())]
    BadSum(Algorithm),
    /// The access key or its session token is not known.
    #[error("The security token included in the request is invalid.")]
    UnknownKey,
    /// The session of a temporary credential has ended.
    #[error("The security token included in the request is expired")]
    ExpiredToken,
}

impl Refusal {
    /// Returns what the client sees, in the words of its protocol.
    ///
    /// AWS's JSON services, its query services and S3 spell the same refusals differently.
    pub fn fault(&self, protocol: Protocol) -> Fault {
        if protocol == Protocol::RestXml {
            return self.fault_of_s3();
        }
        let (code, query_code) = self.codes();
        let status = if matches!(self, Self::BrokenBody(_) | Self::BadSum(_)) { 400 } else { 403 };
        match (protocol, self) {
            (Protocol::AwsQuery, Self::Missing) => {
                Fault::new(query_code, "Request is missing Authentication Token")
            }
            (Protocol::AwsQuery, _) => Fault::new(query_code, self.to_string()),
            _ => Fault::new(code, self.to_string()),
        }
        .with_status(status)
    }

    /// Returns S3's code, text and status, as its error reference lists them.
    fn fault_of_s3(&self) -> Fault {
        let (code, status) = match self {
            Self::Missing
            | Self::PresignedExpired
            | Self::HostNotSigned
            | Self::HeaderNotSigned(_) => ("AccessDenied", 403),
            Self::Mismatch => ("SignatureDoesNotMatch", 403),
            Self::Expired { .. } | Self::NotYetCurrent { .. } => ("RequestTimeTooSkewed", 403),
            Self::UnknownKey => ("InvalidAccessKeyId", 403),
            Self::Incomplete(_) | Self::Scope(_) => ("AuthorizationHeaderMalformed", 400),
            Self::NotHere(_) => ("InvalidRequest", 400),
            Self::BodyMismatch => ("XAmzContentSHA256Mismatch", 400),
            Self::BrokenBody(_) => ("IncompleteBody", 400),
            Self::BadSum(_) => ("BadDigest", 400),
            Self::ExpiredToken => ("ExpiredToken", 400),
        };
        let text = match self {
            Self::Missing => "Access Denied".to_owned(),
            Self::Expired { .. } | Self::NotYetCurrent { .. } => SKEWED.to_owned(),
            Self::UnknownKey => UNKNOWN_KEY.to_owned(),
            Self::ExpiredToken => "The provided token has expired.".to_owned(),
            _ => self.to_string(),
        };
        Fault::new(code, text).with_status(status)
    }

    /// Returns the codes of the JSON and CBOR protocols, and of awsQuery.
    const fn codes(&self) -> (&'static str, &'static str) {
        match self {
            Self::Missing => ("MissingAuthenticationTokenException", "MissingAuthenticationToken"),
            Self::Incomplete(_) => ("IncompleteSignatureException", "IncompleteSignature"),
            Self::Mismatch
            | Self::Expired { .. }
            | Self::NotYetCurrent { .. }
            | Self::PresignedExpired
            | Self::Scope(_)
            | Self::HostNotSigned
            | Self::HeaderNotSigned(_)
            | Self::NotHere(_)
            | Self::BodyMismatch => ("InvalidSignatureException", "SignatureDoesNotMatch"),
            Self::BrokenBody(_) => ("IncompleteBody", "IncompleteBody"),
            Self::BadSum(_) => ("BadDigest", "BadDigest"),
            Self::UnknownKey => ("UnrecognizedClientException", "InvalidClientTokenId"),
            Self::ExpiredToken => ("ExpiredTokenException", "ExpiredToken"),
        }
    }
}

/// Returns the limit that the text names: `secs` before `now`.
fn before(now: Timestamp, secs: i64) -> String {
    stamp::text(now.checked_sub(SignedDuration::from_secs(secs)).unwrap_or(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_aws_words() {
        let [signed_at, now] =
            ["20261120T080000Z", "20261120T081000Z"].map(|text| stamp::parse(text).unwrap());
        assert_eq!(
            Refusal::Expired { signed_at, now, skew_secs: 300 }.to_string(),
            "Signature expired: 20261120T080000Z is now earlier than 20261120T080500Z \
             (20261120T081000Z - 5 min.)"
        );
        assert_eq!(
            Refusal::NotYetCurrent { signed_at: now, now: signed_at, skew_secs: 300 }.to_string(),
            "Signature not yet current: 20261120T081000Z is still later than 20261120T080500Z \
             (20261120T080000Z + 5 min.)"
        );
    }

    #[test]
    fn query_services_have_their_own_codes() {
        let told = |refusal: &Refusal, protocol| {
            let fault = refusal.fault(protocol);
            format!("{} {fault}", fault.status)
        };
        assert_eq!(
            told(&Refusal::Missing, Protocol::AwsJson1_1),
            "403 MissingAuthenticationTokenException: Missing Authentication Token"
        );
        assert_eq!(
            told(&Refusal::Missing, Protocol::AwsQuery),
            "403 MissingAuthenticationToken: Request is missing Authentication Token"
        );
        assert!(told(&Refusal::Mismatch, Protocol::AwsQuery).starts_with("403 SignatureDoesNot"));
        assert_eq!(told(&Refusal::Missing, Protocol::RestXml), "403 AccessDenied: Access Denied");
        assert!(
            told(&Refusal::UnknownKey, Protocol::RestXml).starts_with("403 InvalidAccessKeyId")
        );
        let now = Timestamp::UNIX_EPOCH;
        let late = Refusal::Expired { signed_at: now, now, skew_secs: 900 };
        assert!(told(&late, Protocol::RestXml).starts_with("403 RequestTimeTooSkewed"));
        let bad = Refusal::BadSum(Algorithm::Crc32);
        assert!(told(&bad, Protocol::RestXml).starts_with("400 BadDigest: The CRC32 you"));
        assert!(told(&Refusal::Mismatch, Protocol::RpcV2Cbor).starts_with("403 InvalidSignature"));
    }
}
