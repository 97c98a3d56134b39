//! How many durable frames a second the journal takes from many callers at once.
//!
//! `cargo run --release -p journal --example throughput [FOLDER [CALLERS [FRAMES [BYTES]]]]`
#![expect(clippy::print_stdout, reason = "an example speaks to a terminal")]
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use journal::{Journal, Options};

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().map(PathBuf::from);
    let mut number = |default: usize| arguments.next().map_or(Ok(default), |text| text.parse());
    let (callers, frames, bytes) = (number(32)?, number(300_000)?, number(3 << 10)?);
    let folder = folder.unwrap_or_else(|| {
        std::env::temp_dir().join(format!("journal-throughput-{}", std::process::id()))
    });
    let begun = Instant::now();
    let (journal, _) = Journal::open(&folder, Options::default())?;
    println!("opened in {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);
    let journal = Arc::new(journal);
    let begun = Instant::now();
    let threads: Vec<_> = (0..callers)
        .map(|_| {
            let journal = Arc::clone(&journal);
            thread::spawn(move || call(&journal, frames / callers, bytes))
        })
        .collect();
    let mut waits = Vec::new();
    for thread in threads {
        waits.extend(thread.join().map_err(|_| "a caller panicked")??);
    }
    let took = begun.elapsed();
    journal.close()?;
    report(&mut waits, took, bytes);
    drop(journal);
    let begun = Instant::now();
    let (journal, recovery) = Journal::open(&folder, Options::default())?;
    let (gib, secs) = (giga(journal.figures().bytes), begun.elapsed().as_secs_f64());
    println!("reopened {gib:.2} GiB, {} frames, in {secs:.2} s", recovery.head.sequence);
    drop(journal);
    Ok(std::fs::remove_dir_all(&folder)?)
}

fn call(journal: &Journal, frames: usize, bytes: usize) -> Result<Vec<Duration>, journal::Error> {
    let payload = vec![b'x'; bytes];
    let mut waits = Vec::with_capacity(frames);
    for _ in 0..frames {
        let begun = Instant::now();
        journal.append(payload.clone())?.wait()?;
        waits.push(begun.elapsed());
    }
    Ok(waits)
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn report(waits: &mut [Duration], took: Duration, bytes: usize) {
    waits.sort_unstable();
    let at = |share: usize| {
        let wait = waits.get(waits.len() * share / 1000).copied().unwrap_or_default();
        wait.as_secs_f64() * 1e3
    };
    let rate = waits.len() as f64 / took.as_secs_f64();
    println!(
        "{rate:.0} frames/s of {bytes} bytes ({} frames), p50 {:.2} ms, p99 {:.2} ms, p99.9 {:.2} ms",
        waits.len(),
        at(500),
        at(990),
        at(999)
    );
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn giga(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 30)
}
