//! HTTP/1.1 on one port: bounded connections, heads and bodies, and an orderly end.

mod intake;

use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bucket::Piece;
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Either, Full, StreamBody};
use hyper::body::{Body as _, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use wire::Fault;
use wire::protocol::Reply;

use crate::blobs::BlobError;
use crate::gateway::{Arrival, Gateway};
use crate::metrics::Metrics;
use crate::notary::CERTIFICATE_PATH;

/// The gateway behind a socket.
pub(crate) struct Server {
    /// What answers.
    pub gateway: Arc<Gateway>,
    /// The journal, for its figures.
    pub journal: Arc<journal::Journal>,
    /// What counts.
    pub metrics: Metrics,
}

type Answered = Response<Either<Full<Bytes>, ObjectBody>>;
/// The bytes of an object, part by part.
type ObjectBody = UnsyncBoxBody<Bytes, BlobError>;

impl Server {
    /// Returns the server of a gateway.
    pub(crate) fn new(
        gateway: Arc<Gateway>,
        journal: Arc<journal::Journal>,
        metrics: Metrics,
    ) -> Self {
        Self { gateway, journal, metrics }
    }

    /// Serves until `end` comes, then lets calls under way finish for as long as the configuration
    /// allows.
    pub(crate) async fn serve(
        self: Arc<Self>,
        listener: TcpListener,
        end: impl Future<Output = ()>,
    ) {
        let (ending, ended) = watch::channel(false);
        let places = Arc::new(Semaphore::new(self.gateway.config.limits.connections_max));
        let mut end = std::pin::pin!(end);
        loop {
            let place = tokio::select! {
                () = &mut end => break,
                place = Arc::clone(&places).acquire_owned() => place,
            };
            let accepted = tokio::select! {
                () = &mut end => break,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let server = Arc::clone(&self);
                    let ended = ended.clone();
                    tokio::spawn(async move {
                        server.connection(stream, peer, ended).await;
                        drop(place);
                    });
                }
                // too many open files, above all: the next try may go through
                Err(cause) => {
                    tracing::warn!(%cause, "a connection was not accepted");
                    self.gateway.world.pause(Duration::from_millis(50)).await;
                }
            }
        }
        drop(listener);
        ending.send_replace(true);
        self.drain(&places).await;
    }

    async fn drain(&self, places: &Semaphore) {
        let limits = &self.gateway.config.limits;
        let all = u32::try_from(limits.connections_max).unwrap_or(u32::MAX);
        let wait = Duration::from_secs(limits.drain_seconds_max);
        if tokio::time::timeout(wait, places.acquire_many(all)).await.is_err() {
            tracing::warn!("some connections were cut off at the end");
        }
    }

    async fn connection(&self, stream: TcpStream, peer: SocketAddr, ended: watch::Receiver<bool>) {
        if let Err(cause) = self.prepare(&stream) {
            tracing::debug!(%cause, "a connection could not be set up");
            return;
        }
        self.metrics.connection(1);
        let limits = &self.gateway.config.limits;
        let service = service_fn(|request| self.respond(request, peer));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // who has said everything may close that side and still be answered
            .half_close(true)
            .header_read_timeout(Duration::from_secs(limits.request_seconds_max))
            .max_buf_size(limits.head_bytes_max.max(8192))
            .max_headers(limits.headers_max)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        tokio::select! {
            result = connection.as_mut() => log_end(result),
            () = end_of(ended) => {
                connection.as_mut().graceful_shutdown();
                log_end(connection.await);
            }
        }
        self.metrics.connection(-1);
    }

    fn prepare(&self, stream: &TcpStream) -> std::io::Result<()> {
        // answers are small and waited for
        stream.set_nodelay(true)?;
        // a client that reads no answers must not keep its place for ever
        let patience = Duration::from_secs(self.gateway.config.limits.request_seconds_max);
        SockRef::from(stream).set_tcp_user_timeout(Some(patience))
    }

    async fn respond(
        &self,
        request: Request<Incoming>,
        peer: SocketAddr,
    ) -> Result<Answered, Infallible> {
        let begun = self.gateway.world.elapsed();
        match (request.method(), request.uri().path()) {
            (&http::Method::GET, "/_health") => return Ok(self.health()),
            (&http::Method::GET, "/_metrics") => return Ok(self.figures()),
            (&http::Method::GET, CERTIFICATE_PATH) => {
                let certificate = self.gateway.delivery.messages.notary.certificate();
                return Ok(plain(200, "application/x-pem-file", certificate.into()));
            }
            _ => {}
        }
        let (parts, body) = request.into_parts();
        let never_told = expects_continue(&parts) && body.is_end_stream();
        let source_ip = self.source_ip(&parts, peer);
        let arrival = Arrival { parts, body: Ok(Bytes::new()), source_ip, room: None };
        let arrival = if arrival.parts.uri.authority().is_some() {
            Arrival { body: Err(not_a_proxy()), ..arrival }
        } else {
            intake::take(&self.gateway, arrival, body).await
        };
        let ends = arrival.body.is_err() || never_told;
        let gateway = Arc::clone(&self.gateway);
        // a call that has begun is performed to its end, whoever hangs up meanwhile
        let performed = tokio::spawn(async move { gateway.answer(arrival).await });
        let Ok(answer) = performed.await else {
            return Ok(plain(503, "text/plain", b"the call failed; see the server's log\n".into()));
        };
        let took = self.gateway.world.elapsed().saturating_sub(begun);
        self.metrics.count(&answer, took);
        tracing::debug!(
            service = answer.service,
            operation = answer.operation,
            status = answer.reply.status,
            error = answer.error_code.as_deref(),
            micros = took.as_micros(),
            "answered"
        );
        let content = answer.content.map(|content| self.object_body(content.pieces));
        Ok(http_answer(answer.reply, content, ends))
    }

    /// Returns the bytes of an object as the body of an answer.
    fn object_body(&self, pieces: Vec<Piece>) -> (u64, ObjectBody) {
        let length = pieces.iter().map(|piece| piece.length).sum();
        let parts = self.gateway.blobs.stream(pieces).map_ok(Frame::data).inspect_err(|cause| {
            tracing::error!(cause = %crate::logs::chain(cause), "an object cannot be read");
        });
        (length, StreamBody::new(parts).boxed_unsync())
    }

    fn health(&self) -> Answered {
        let figures = self.journal.figures();
        let (status, text) = match (figures.stopped, figures.full) {
            (true, _) => (503, "a write failed: restart the server\n"),
            (_, true) => (503, "the disk is full\n"),
            _ if self.gateway.progress.is_lost() => {
                (503, "the index stopped: restart the server\n")
            }
            _ => (200, "ok\n"),
        };
        plain(status, "text/plain", text.into())
    }

    fn figures(&self) -> Answered {
        let archive = &self.gateway.archive;
        self.metrics.observe(&self.journal.figures(), archive.reached(), archive.count());
        self.metrics.observe_trails(&self.gateway.delivery.board.backlogs());
        match self.metrics.text() {
            Ok(text) => plain(200, "text/plain; version=0.0.4", text),
            Err(cause) => plain(503, "text/plain", cause.to_string().into_bytes()),
        }
    }

    /// Returns the client's address; a proxy's word for it counts only from a trusted proxy.
    fn source_ip(&self, parts: &Parts, peer: SocketAddr) -> IpAddr {
        let peer = peer.ip().to_canonical();
        if !self.gateway.config.trusted_proxies.contains(&peer) {
            return peer;
        }
        let said = parts.headers.get_all("x-forwarded-for").iter().next_back();
        let last = said.and_then(|said| said.to_str().ok()?.rsplit(',').next());
        last.and_then(|address| address.trim().parse().ok()).unwrap_or(peer)
    }
}

/// Returns whether a client waits for `100 Continue` before it sends its body.
///
/// It is not told where there is no body. The AWS CLI does not expect that, and takes the next
/// answer on such a connection for something else: that connection is closed.
fn expects_continue(parts: &Parts) -> bool {
    let expect = parts.headers.get(EXPECT).map(HeaderValue::as_bytes);
    expect.is_some_and(|expect| expect.eq_ignore_ascii_case(b"100-continue"))
}

/// Waits for the server's end; the guard of the watched value must not outlive the wait.
async fn end_of(mut ended: watch::Receiver<bool>) {
    let seen = ended.wait_for(|ended| *ended).await.is_ok();
    tracing::trace!(seen, "ending a connection");
}

/// Answers for `GET http://host/path`: a name in the request line beside the signed one in `Host`
/// is how requests are smuggled.
fn not_a_proxy() -> Fault {
    Fault::new("BadRequestException", "The request line must name a path, not an address.")
}

fn log_end(result: Result<(), hyper::Error>) {
    if let Err(cause) = result {
        tracing::debug!(cause = %crate::logs::chain(&cause), "a connection ended early");
    }
}

fn plain(status: u16, content_type: &'static str, body: Vec<u8>) -> Answered {
    let headers = vec![("content-type".into(), content_type.to_owned())];
    http_answer(Reply { status, headers, body }, None, false)
}

fn http_answer(reply: Reply, content: Option<(u64, ObjectBody)>, close: bool) -> Answered {
    let (length, body) = match content {
        Some((length, body)) => (length, Either::Right(body)),
        None => (reply.body.len() as u64, Either::Left(Full::new(Bytes::from(reply.body)))),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::BAD_REQUEST);
    let headers = response.headers_mut();
    for (name, value) in reply.headers {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&value)) {
            headers.insert(name, value);
        }
    }
    if length > 0 {
        headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    }
    // the head of an object says how long the object is
    headers.entry(CONTENT_LENGTH).or_insert(HeaderValue::from(length));
    if close {
        // what follows is no request, or its answer would not be understood
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
