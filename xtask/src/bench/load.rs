//! The load generator: a fixed number of connections, each sending its next request when the
//! answer to the last one is there.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::clock;
use crate::Failure;

/// What to send, and how.
pub(super) struct Load {
    /// `host:port`.
    pub(super) authority: String,
    /// Whole requests, heads and bodies; sent in turn.
    pub(super) requests: Vec<Vec<u8>>,
    /// Whether each is sent once only, and not again from the first when all were sent.
    pub(super) once: bool,
    /// How many connections.
    pub(super) connections: usize,
    /// The status that every answer must have.
    pub(super) status: u16,
}

/// What came of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    /// Answers a second.
    pub(crate) per_second: f64,
    /// The median time from request to answer, in milliseconds.
    pub(crate) p50_ms: f64,
    /// The time that one answer in a hundred takes longer than, in milliseconds.
    pub(crate) p99_ms: f64,
    /// How many answers came.
    pub(crate) answers: usize,
}

impl Load {
    /// Sends for `span` and measures.
    pub(super) fn run(self, span: Duration) -> Result<Measured, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let load = Arc::new(self);
        runtime.block_on(async {
            let next = Arc::new(AtomicUsize::new(0));
            let begun = clock::instant();
            let workers: Vec<_> = (0..load.connections)
                .map(|_| tokio::spawn(worker(Arc::clone(&load), Arc::clone(&next), begun + span)))
                .collect();
            let mut times = Vec::new();
            for worker in workers {
                times.extend(worker.await?.map_err(|error| error.to_string())?);
            }
            measured(times, begun.elapsed())
        })
    }
}

fn measured(mut times: Vec<Duration>, took: Duration) -> Result<Measured, Failure> {
    times.sort_unstable();
    let at = |percent: usize| {
        let time = times.get((times.len() * percent / 100).min(times.len().saturating_sub(1)));
        time.map_or(0.0, |time| time.as_secs_f64() * 1e3)
    };
    if times.is_empty() {
        return Err("no answer came".into());
    }
    Ok(Measured {
        per_second: f64::from(u32::try_from(times.len())?) / took.as_secs_f64(),
        p50_ms: at(50),
        p99_ms: at(99),
        answers: times.len(),
    })
}

type Sent = Result<Vec<Duration>, Box<dyn std::error::Error + Send + Sync>>;

async fn worker(load: Arc<Load>, next: Arc<AtomicUsize>, end: Instant) -> Sent {
    let mut stream = TcpStream::connect(&load.authority).await?;
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 64 * 1024];
    let mut times = Vec::with_capacity(100_000);
    loop {
        let begun = clock::instant();
        let number = next.fetch_add(1, Ordering::Relaxed);
        if begun >= end || load.once && number >= load.requests.len() {
            return Ok(times);
        }
        let request = &load.requests[number % load.requests.len()];
        stream.write_all(request).await?;
        let answer = read_answer(&mut stream, &mut buffer).await?;
        if answer.status != load.status {
            let text = String::from_utf8_lossy(&buffer[..answer.length]).into_owned();
            return Err(format!("expected status {}: {text}", load.status).into());
        }
        times.push(begun.elapsed());
        if answer.close {
            stream = TcpStream::connect(&load.authority).await?;
            stream.set_nodelay(true)?;
        }
    }
}

struct Answer {
    status: u16,
    length: usize,
    close: bool,
}

/// Reads one answer: its head, and as much body as the head says.
async fn read_answer(
    stream: &mut TcpStream,
    buffer: &mut [u8],
) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await?;
        if read == 0 {
            return Err("the server closed the connection".into());
        }
        filled += read;
        let Some(head) = buffer[..filled].windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let text = std::str::from_utf8(&buffer[..head])?;
        let field = |name: &str| {
            text.lines().find_map(|line| {
                let (field, value) = line.split_once(':')?;
                field.eq_ignore_ascii_case(name).then(|| value.trim())
            })
        };
        let body: usize = field("content-length").unwrap_or("0").parse()?;
        let length = head + 4 + body;
        if filled >= length {
            let status = text.get(9..12).unwrap_or("0").parse()?;
            let close =
                field("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
            return Ok(Answer { status, length, close });
        }
    }
}
