//! Smithy RPC v2 CBOR: the operation is in `/service/<name>/operation/<Operation>`.

use std::collections::HashMap;

use http::Method;
use http::request::Parts;

use super::signs::Signs;
use super::target;
use super::{Place, Route, Router, Unrouted, unknown};
use crate::model::{Models, Protocol};

/// Services by the name in their paths.
#[derive(Debug)]
pub(super) struct Names(HashMap<&'static str, Place>);

impl Names {
    pub(super) fn new(models: &Models) -> Self {
        let mut names = HashMap::new();
        for (at, service) in models.services().enumerate() {
            if service.protocols.contains(&Protocol::RpcV2Cbor) {
                let spoken = target::prefixes(service).chain([service.name]);
                names.extend(spoken.map(|name| (name, Place(at))));
            }
        }
        Self(names)
    }
}

impl Router {
    pub(super) fn by_cbor_path(
        &self,
        parts: &Parts,
        signs: &Signs<'_>,
    ) -> Option<Result<Route<'_>, Unrouted<'_>>> {
        let (name, operation_name) =
            parts.uri.path().strip_prefix("/service/")?.split_once("/operation/")?;
        if signs.protocol() != Some(Protocol::RpcV2Cbor) {
            return None;
        }
        let protocol = Protocol::RpcV2Cbor;
        let service = self.cbor.0.get(name).map(|place| self.service(*place));
        let is_post = parts.method == Method::POST;
        let operation = service.filter(|_| is_post).and_then(|it| it.operation(operation_name));
        Some(match (service, operation) {
            (Some(service), Some(operation)) => Ok(Route { service, operation, protocol }),
            _ => Err(unknown(protocol, service, Some(operation_name))),
        })
    }
}
