//! awsQuery: the operation is `Action`, and `Version` says of which service.

use std::collections::HashMap;

use http::Method;
use http::request::Parts;

use super::signs::Signs;
use super::{Place, Route, Router, Unrouted, bounded, has_paths, only};
use crate::Fault;
use crate::model::{Models, Protocol, Service};
use crate::percent;

/// Services by action and version: seldom more than one.
#[derive(Debug)]
pub(super) struct Actions(HashMap<(&'static str, &'static str), Vec<Place>>);

impl Actions {
    pub(super) fn new(models: &Models) -> Self {
        let mut actions: HashMap<_, Vec<Place>> = HashMap::new();
        let query = |service: &Service| service.protocols.contains(&Protocol::AwsQuery);
        for (at, service) in models.services().enumerate().filter(|(_, service)| query(service)) {
            for operation in service.operations() {
                actions.entry((operation.name, service.api_version)).or_default().push(Place(at));
            }
        }
        Self(actions)
    }
}

/// What a form or a query string asks for.
#[derive(Default)]
struct Asked {
    action: Option<String>,
    version: Option<String>,
    twice: bool,
}

impl Asked {
    fn read(mut self, text: &[u8]) -> Self {
        for (name, value) in percent::pairs(text) {
            let slot = match &*name {
                b"Action" => &mut self.action,
                b"Version" => &mut self.version,
                _ => continue,
            };
            let value = String::from_utf8_lossy(&value).into_owned();
            self.twice |= slot.replace(value).is_some();
        }
        self
    }
}

impl Router {
    pub(super) fn by_action(
        &self,
        parts: &Parts,
        signs: &Signs<'_>,
        body: &[u8],
    ) -> Option<Result<Route<'_>, Unrouted<'_>>> {
        let is_form = signs.protocol() == Some(Protocol::AwsQuery);
        let takes_actions = (parts.method == Method::GET || parts.method == Method::POST)
            && (is_form || signs.protocol().is_none());
        if !takes_actions {
            return None;
        }
        let query = parts.uri.query().unwrap_or_default();
        let asked = Asked::default().read(query.as_bytes());
        let asked = if is_form { asked.read(body) } else { asked };
        let action = asked.action.as_deref()?;
        let version = asked.version.as_deref();
        if parts.uri.path() != "/" && !self.is_at_path(action, version) {
            return None;
        }
        Some(if asked.twice {
            Err(self.refused(signs, action, version, given_twice()))
        } else {
            self.find_action(signs, action, version)
                .ok_or_else(|| self.refused(signs, action, version, not_found(action, version)))
        })
    }

    /// Returns whether a service that knows the action takes it at other paths than `/`.
    fn is_at_path(&self, action: &str, version: Option<&str>) -> bool {
        let places = version.and_then(|version| self.actions.0.get(&(action, version)));
        places.into_iter().flatten().any(|place| has_paths(self.service(*place)))
    }

    fn find_action(
        &self,
        signs: &Signs<'_>,
        action: &str,
        version: Option<&str>,
    ) -> Option<Route<'_>> {
        let places = self.actions.0.get(&(action, version?))?;
        let services: Vec<&Service> = places.iter().map(|place| self.service(*place)).collect();
        let service = only(&services)
            .or_else(|| signs.choose(&services))
            .or_else(|| services.first().copied())?;
        let operation = service.operation(action)?;
        Some(Route { service, operation, protocol: Protocol::AwsQuery })
    }

    fn refused(
        &self,
        signs: &Signs<'_>,
        action: &str,
        version: Option<&str>,
        fault: Fault,
    ) -> Unrouted<'_> {
        let fits = |place| {
            let service = self.service(place);
            service.protocols.contains(&Protocol::AwsQuery) && Some(service.api_version) == version
        };
        let service = self.meant(signs, fits).or_else(|| self.meant(signs, |_| true));
        let operation = Some(bounded(action)).filter(|name| !name.is_empty());
        Unrouted { protocol: Protocol::AwsQuery, service, operation, fault }
    }
}

fn not_found(action: &str, version: Option<&str>) -> Fault {
    let version = version.map_or("NO_VERSION_SPECIFIED".to_owned(), bounded);
    let action = bounded(action);
    let text = format!("Could not find operation {action} for version {version}");
    Fault::new("InvalidAction", text)
}

fn given_twice() -> Fault {
    Fault::new("InvalidQueryParameter", "Action and Version must each be given once.")
}
