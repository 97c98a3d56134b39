//! Asks a running server, signed with the caller's credentials.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use wire::Members;
use wire::model::Models;
use wire::protocol::{Limits, decode_fault, decode_output, encode_input};
use wire::sigv4::{Credentials, PathStyle, Signer};

use crate::world::World;

/// What an answer of ours may hold: a page of a thousand large records.
const LIMITS: Limits = Limits { depth_max: 64, nodes_max: 1_000_000 };

/// A way to one server.
pub(super) struct Client {
    endpoint: String,
    authority: String,
    region: String,
    credentials: Credentials,
    models: Arc<Models>,
    world: World,
}

impl Client {
    /// Returns a way to the server at `endpoint`, `http://host:port`.
    pub(super) fn new(endpoint: &str, region: &str, credentials: Credentials) -> Result<Self> {
        Self::with(endpoint, region, credentials, Arc::new(Models::built_in()))
    }

    /// Returns a way to another endpoint or Region, for the same caller.
    pub(super) fn elsewhere(&self, endpoint: &str, region: &str) -> Result<Self> {
        Self::with(endpoint, region, self.credentials.clone(), Arc::clone(&self.models))
    }

    fn with(
        endpoint: &str,
        region: &str,
        credentials: Credentials,
        models: Arc<Models>,
    ) -> Result<Self> {
        let Some(rest) = endpoint.strip_prefix("http://") else {
            bail!("{endpoint} cannot be used: opentrail's own commands speak plain http only");
        };
        let authority = rest.trim_end_matches('/');
        let port = if authority.contains(':') { "" } else { ":80" };
        Ok(Self {
            endpoint: endpoint.to_owned(),
            authority: format!("{authority}{port}"),
            region: region.to_owned(),
            credentials,
            models,
            world: World::new(),
        })
    }

    /// Returns the access key that signs.
    pub(super) fn access_key_id(&self) -> &str {
        &self.credentials.access_key_id
    }

    /// Calls an operation over awsJson, or over restJson when all of its input is in the body.
    pub(super) async fn call(
        &self,
        service: &str,
        operation: &str,
        input: &Members,
    ) -> Result<Members> {
        let service = self.models.service(service).context("the service is built in")?;
        let modelled = service.operation(operation).context("the operation is modelled")?;
        let body = encode_input(service, modelled, input);
        let request = match service.target_prefix {
            Some(prefix) => Request::post("/")
                .header("content-type", "application/x-amz-json-1.1")
                .header("x-amz-target", format!("{prefix}.{operation}")),
            None => Request::post(modelled.path).header("content-type", "application/json"),
        };
        let (status, answer) = self.ask(service.signing_name, request, body).await?;
        if status != 200 {
            bail!("{operation}: {}", decode_fault(status, &answer));
        }
        decode_output(service, modelled, &answer, &LIMITS)
            .with_context(|| format!("the answer of {} is not understood", self.endpoint))
    }

    /// Calls an operation over awsQuery and returns the XML of its answer.
    pub(super) async fn call_query(&self, service: &str, form: &str) -> Result<String> {
        let request =
            Request::post("/").header("content-type", "application/x-www-form-urlencoded");
        let (status, answer) = self.ask(service, request, form.as_bytes().to_vec()).await?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        if status == 200 { Ok(answer) } else { bail!("{service}: {answer}") }
    }

    /// Signs a request and sends it; returns status and body.
    async fn ask(
        &self,
        signing_name: &str,
        request: http::request::Builder,
        body: Vec<u8>,
    ) -> Result<(u16, Bytes)> {
        let request = request
            .header("host", &self.authority)
            .header("user-agent", concat!("opentrail/", env!("CARGO_PKG_VERSION")))
            .body(())?;
        let (mut parts, ()) = request.into_parts();
        let signer = Signer {
            credentials: &self.credentials,
            region: &self.region,
            service: signing_name,
            path_style: PathStyle::Normalized,
        };
        let signature = signer.sign(&parts, &body, self.world.wall())?;
        parts.headers.extend(signature);
        self.send(Request::from_parts(parts, Full::from(body))).await
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<(u16, Bytes)> {
        let stream = TcpStream::connect(&self.authority).await.with_context(|| {
            format!(
                "no server answers at {}: start one with `opentrail up`, or set AWS_ENDPOINT_URL",
                self.endpoint
            )
        })?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let answer = sender.send_request(request).await?;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await?.to_bytes();
        drop(sender);
        connection.abort();
        Ok((status, body))
    }
}
