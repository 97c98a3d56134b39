//! Tests: a server on loopback that answers as a test wants it to.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// A request as it came in.
pub(super) type Seen = Request<Bytes>;
/// An answer to give.
pub(super) type Told = Response<Bytes>;

/// A server on loopback; ends with the test's runtime.
pub(super) struct Listener {
    pub(super) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Listener {
    /// Starts a server that answers with `answer`.
    pub(super) async fn start(answer: impl Fn(&Seen) -> Told + Send + Sync + 'static) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (answer, log) = (Arc::new(answer), Arc::clone(&seen));
        tokio::spawn(async move {
            loop {
                let (stream, _) = socket.accept().await.unwrap();
                let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
                let service = service_fn(move |request: Request<hyper::body::Incoming>| {
                    let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
                    async move {
                        let (parts, body) = request.into_parts();
                        let body = body.collect().await.unwrap().to_bytes();
                        let request = Request::from_parts(parts, body);
                        let told = answer(&request);
                        log.lock().unwrap().push(request);
                        Ok::<_, Infallible>(told.map(Full::new))
                    }
                });
                let http = hyper::server::conn::http1::Builder::new();
                tokio::spawn(http.serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { address, seen }
    }

    /// Returns its endpoint.
    pub(super) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns all requests so far.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// Returns an answer of a status and a body.
pub(super) fn told(status: u16, body: impl Into<Bytes>) -> Told {
    Response::builder().status(status).body(body.into()).unwrap()
}
