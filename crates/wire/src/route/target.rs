//! awsJson: the operation is in `X-Amz-Target`.

use std::collections::HashMap;

use http::Method;
use http::request::Parts;

use super::signs::Signs;
use super::{Place, Route, Router, Unrouted, has_paths, unknown};
use crate::model::{Models, Protocol, Service};

/// Services by what may stand before the dot of the target.
#[derive(Debug)]
pub(super) struct Targets(HashMap<&'static str, Place>);

impl Targets {
    pub(super) fn new(models: &Models) -> Self {
        let mut targets = HashMap::new();
        for (at, service) in models.services().enumerate() {
            let speaks_json = service.protocols.iter().copied().any(is_json);
            for name in prefixes(service).filter(|_| speaks_json) {
                targets.insert(name, Place(at));
            }
        }
        Self(targets)
    }
}

impl Router {
    pub(super) fn by_target(
        &self,
        parts: &Parts,
        signs: &Signs<'_>,
    ) -> Option<Result<Route<'_>, Unrouted<'_>>> {
        let mut values = parts.headers.get_all("x-amz-target").iter();
        let value = values.next()?;
        let target = if values.next().is_some() { "" } else { value.to_str().unwrap_or_default() };
        let (prefix, name) = target.rsplit_once('.').unwrap_or(("", target));
        let service = self.targets.0.get(prefix).map(|place| self.service(*place));
        let protocol = protocol(signs, service);
        let is_at_home = |it: &&Service| parts.uri.path() == "/" || has_paths(it);
        let operation = service
            .filter(|_| parts.method == Method::POST)
            .filter(is_at_home)
            .and_then(|it| it.operation(name));
        Some(match (service, operation) {
            (Some(service), Some(operation)) => Ok(Route { service, operation, protocol }),
            (service, _) => {
                let guess = || self.meant(signs, |_| true);
                Err(unknown(protocol, service.or_else(guess), Some(name)))
            }
        })
    }
}

/// Returns the model's prefix and its last word.
///
/// AWS answers to both for CloudTrail: older SDKs send the namespace, Smithy's ones do not.
pub(super) fn prefixes(service: &Service) -> impl Iterator<Item = &'static str> {
    let whole = service.target_prefix;
    let last = whole.and_then(|prefix| prefix.rsplit('.').next());
    whole.into_iter().chain(last)
}

/// Answers in the version that was asked in, else in the service's own.
fn protocol(signs: &Signs<'_>, service: Option<&Service>) -> Protocol {
    let own =
        || service.and_then(|service| service.protocols.iter().copied().find(|it| is_json(*it)));
    signs.protocol().filter(|it| is_json(*it)).or_else(own).unwrap_or(Protocol::AwsJson1_1)
}

fn is_json(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::AwsJson1_0 | Protocol::AwsJson1_1)
}
