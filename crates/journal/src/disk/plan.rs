//! Faults for tests: which deed fails, how, and from when on; and which deeds there were.

use std::io;
use std::sync::{Mutex, MutexGuard};
use std::thread;

use super::Deed;

/// The name of the thread whose deeds are kept.
const WRITER: &str = "journal-write";

/// How a deed goes wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// With this error number.
    Error(i32),
    /// A write takes half of what it was given.
    Short,
}

/// When a deed goes wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strike {
    /// Counted among all deeds from when the plan was set, or among those of `deed`.
    pub(crate) nth: u64,
    pub(crate) deed: Option<Deed>,
    pub(crate) fault: Fault,
    /// Whether everything behind it fails too.
    pub(crate) lasting: bool,
}

/// The plan and what has come of it.
#[derive(Debug, Default)]
pub(crate) struct Plan(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    strike: Option<Strike>,
    done: u64,
    struck: u64,
    short: bool,
    free_bytes: Option<u64>,
    /// What the writer's thread did, kept once a test asks for it.
    written: Option<Vec<Deed>>,
}

/// While it lives, every deed waits.
pub(crate) struct Hold<'a>(#[expect(dead_code, reason = "held, never read")] MutexGuard<'a, State>);

impl Plan {
    /// Sets what is to fail, and starts to count.
    pub(crate) fn set(&self, strike: Option<Strike>) {
        let mut state = self.0.lock().unwrap();
        (state.strike, state.done, state.struck) = (strike, 0, 0);
    }

    /// Returns how many deeds there were, and how many of them failed.
    pub(crate) fn counts(&self) -> (u64, u64) {
        let state = self.0.lock().unwrap();
        (state.done, state.struck)
    }

    /// Holds all deeds back, as a slow disk would.
    pub(crate) fn hold(&self) -> Hold<'_> {
        Hold(self.0.lock().unwrap())
    }

    /// Returns what the writer's thread did since this was last asked, in order; nothing at first.
    pub(crate) fn written(&self) -> Vec<Deed> {
        self.0.lock().unwrap().written.replace(Vec::new()).unwrap_or_default()
    }

    /// Says how much room the file system claims to have.
    pub(crate) fn set_free_bytes(&self, bytes: Option<u64>) {
        self.0.lock().unwrap().free_bytes = bytes;
    }

    pub(crate) fn free_bytes(&self) -> Option<u64> {
        self.0.lock().unwrap().free_bytes
    }

    pub(super) fn strike(&self, deed: Deed) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        if let Some(written) = &mut state.written
            && thread::current().name() == Some(WRITER)
        {
            written.push(deed);
        }
        let Some(strike) = state.strike else { return Ok(()) };
        if strike.deed.is_some_and(|only| only != deed) {
            return Ok(());
        }
        state.done += 1;
        let due = state.done == strike.nth || (strike.lasting && state.done > strike.nth);
        if !due {
            return Ok(());
        }
        state.struck += 1;
        match strike.fault {
            Fault::Error(number) => Err(io::Error::from_raw_os_error(number)),
            Fault::Short => {
                state.short = true;
                Ok(())
            }
        }
    }

    pub(super) fn shorten<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        let mut state = self.0.lock().unwrap();
        let short = std::mem::take(&mut state.short) && bytes.len() > 1;
        if short { &bytes[..bytes.len() / 2] } else { bytes }
    }
}
