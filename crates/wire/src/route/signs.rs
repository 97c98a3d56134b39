//! What a head says beside naming an operation: its content type, its scope and its host.

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts;

use crate::model::{Protocol, Service};
use crate::{addressing, percent};

/// What a head says beside naming an operation.
pub(super) struct Signs<'r> {
    parts: &'r Parts,
    protocol: Option<Protocol>,
}

impl<'r> Signs<'r> {
    pub(super) fn read(parts: &'r Parts) -> Self {
        Self { parts, protocol: protocol(parts) }
    }

    /// Returns the protocol that the head is written in, where it says so.
    pub(super) const fn protocol(&self) -> Option<Protocol> {
        self.protocol
    }

    /// Returns the service that host and scope point at: the host first, as scopes are shared.
    pub(super) fn choose<'m>(&self, services: &[&'m Service]) -> Option<&'m Service> {
        let scope = self.scope();
        let scoped = |service: &Service| scope.as_deref() == Some(service.signing_name);
        let host = addressing::host(self.parts).to_ascii_lowercase();
        let hosted: Vec<&Service> =
            services.iter().copied().filter(|service| is_host_of(&host, service)).collect();
        let by_scope: Vec<&Service> =
            services.iter().copied().filter(|service| scoped(service)).collect();
        super::only(&hosted).or_else(|| super::only(&by_scope))
    }

    /// Returns the service in the credential scope, whether the rest of the claim holds or not.
    pub(super) fn scope(&self) -> Option<String> {
        let header = self.parts.headers.get(AUTHORIZATION);
        let header = header.and_then(|header| std::str::from_utf8(header.as_bytes()).ok());
        let in_header = header
            .and_then(|header| header.split_once("Credential="))
            .and_then(|(_, credential)| credential.split([',', ' ']).next());
        in_header.and_then(service_of).or_else(|| {
            let query = self.parts.uri.query()?;
            percent::pairs(query.as_bytes())
                .find(|(name, _)| &**name == b"X-Amz-Credential")
                .and_then(|(_, value)| service_of(std::str::from_utf8(&value).ok()?))
        })
    }
}

fn service_of(credential: &str) -> Option<String> {
    credential.split('/').nth(3).map(str::to_owned)
}

/// Reads `smithy-protocol`, then the content type.
fn protocol(parts: &Parts) -> Option<Protocol> {
    let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    if header("smithy-protocol") == Some("rpc-v2-cbor") {
        return Some(Protocol::RpcV2Cbor);
    }
    let content_type = header(CONTENT_TYPE.as_str())?;
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    match &*media_type.to_ascii_lowercase() {
        "application/x-amz-json-1.0" => Some(Protocol::AwsJson1_0),
        "application/x-amz-json-1.1" => Some(Protocol::AwsJson1_1),
        "application/x-www-form-urlencoded" => Some(Protocol::AwsQuery),
        "application/cbor" => Some(Protocol::RpcV2Cbor),
        "application/json" => Some(Protocol::RestJson),
        _ => None,
    }
}

/// Returns whether a host name is one of the service's own.
///
/// Those are `<prefix>.…` and `<prefix>-fips.…`; dual-stack names write the prefix's dots as
/// dashes, as in `metering-marketplace.us-east-1.api.aws`.
fn is_host_of(host: &str, service: &Service) -> bool {
    let prefix = service.endpoint_prefix;
    let is_below = |prefix: &str| {
        let rest = host.strip_prefix(prefix);
        rest.is_some_and(|rest| rest.starts_with('.') || rest.starts_with("-fips."))
    };
    is_below(prefix) || (prefix.contains('.') && is_below(&prefix.replace('.', "-")))
}
