//! Appends numbered frames and prints each one that was acknowledged: the inside of a crash test.
//!
//! ```text
//! append_ledger FOLDER [--no-sync]   append until killed; one line per acknowledged frame
//! append_ledger FOLDER --check       print the frames that are there; fail on half or broken ones
//! ```
//! A line is `SEQUENCE CALLER COUNT LENGTH`. The payload follows from these four, so that the check
//! knows a half or an invented frame when it sees one.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its output is its purpose")]

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use journal::{Journal, Options, Reader};

/// Concurrent callers, so that commits hold several frames.
const CALLERS: u64 = 8;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let flag = |name: &str| arguments.iter().any(|argument| argument == name);
    let Some(folder) = arguments.first() else {
        eprintln!("usage: append_ledger FOLDER [--no-sync | --check]");
        return ExitCode::FAILURE;
    };
    let folder = Path::new(folder);
    let outcome = if flag("--check") { check(folder) } else { append(folder, !flag("--no-sync")) };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Small segments and commits, so that a short run crosses many of their borders.
fn options(sync: bool) -> Options {
    Options {
        segment_bytes: 256 << 10,
        first_segment_bytes: 64 << 10,
        payload_bytes_max: 16 << 10,
        reserve_bytes: 1 << 20,
        sync,
        ..Options::default()
    }
}

fn append(folder: &Path, sync: bool) -> Result<(), Box<dyn Error>> {
    let (journal, recovery) = Journal::open(folder, options(sync))?;
    if let Some(cut) = recovery.cut {
        eprintln!("cut {} bytes at frame {}", cut.bytes, cut.sequence);
    }
    eprintln!("open at {}", recovery.head.sequence);
    let journal = Arc::new(journal);
    let epoch = u64::from(recovery.epoch);
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let journal = Arc::clone(&journal);
            thread::spawn(move || call(&journal, epoch * CALLERS + caller))
        })
        .collect();
    for caller in callers {
        match caller.join() {
            Ok(error) => eprintln!("stopped: {error}"),
            Err(_) => return Err("a caller panicked".into()),
        }
    }
    Ok(())
}

/// Appends until the journal refuses.
fn call(journal: &Journal, caller: u64) -> Box<dyn Error + Send + Sync> {
    for count in 0_u64.. {
        let len = 20 + (count * 7919 + caller * 104_729) % 3000;
        let ticket = match journal.append(payload(caller, count, len)) {
            Ok(ticket) => ticket,
            Err(error) => return error.into(),
        };
        let acknowledged = match ticket.wait() {
            Ok(sequence) => sequence,
            Err(error) => return error.into(),
        };
        let line = format!("{acknowledged} {caller} {count} {len}\n");
        if let Err(error) = std::io::stdout().lock().write_all(line.as_bytes()) {
            return error.into();
        }
    }
    "out of numbers".into()
}

fn payload(caller: u64, count: u64, len: u64) -> Vec<u8> {
    let mut text = format!("{caller} {count} {len} ");
    let letters = ('a'..='z').cycle().skip(usize::try_from(count % 26).unwrap_or_default());
    text.extend(letters.take(usize::try_from(len).unwrap_or_default()));
    text.into_bytes()
}

fn check(folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut before: Option<journal::Frame> = None;
    for frame in Reader::open(folder)? {
        let frame = frame?;
        if let Some(before) = before
            && (before.sequence.next() != frame.sequence || before.hash != frame.previous)
        {
            return Err(
                format!("frame {} does not follow {}", frame.sequence, before.sequence).into()
            );
        }
        let text = String::from_utf8_lossy(&frame.payload);
        let mut words = text.split(' ').map(str::parse::<u64>);
        let mut number = || words.next().and_then(Result::ok).unwrap_or_default();
        let (caller, count, len) = (number(), number(), number());
        if frame.payload != payload(caller, count, len) {
            return Err(format!("frame {} is not what was appended", frame.sequence).into());
        }
        println!("{} {caller} {count} {len}", frame.sequence);
        before = Some(frame);
    }
    Ok(())
}
