//! A durable log of opaque frames: the one place where a call becomes a fact.
//!
//! It appends, makes durable, reads back, replays and releases; beside it lie [`Snapshots`], whole
//! states that shorten a replay. It is *not* a database: it knows no keys, no time and nothing of
//! what the bytes mean. Nor does it replicate: one process on one machine writes it.
//!
//! ```no_run
//! # fn main() -> Result<(), journal::Error> {
//! let (journal, _recovery) = journal::Journal::open("data".as_ref(), Default::default())?;
//! let ticket = journal.append(b"what happened".to_vec())?;
//! let sequence = ticket.wait()?; // or `.durable().await`; before this, tell nobody
//! assert_eq!(journal.read(sequence)?.payload, b"what happened");
//! # Ok(()) }
//! ```
//!
//! # Invariants
//! - A ticket is answered only when its frame and all before it are synced; tickets are answered in
//!   the order of their sequences, and a frame can be read only from then on.
//! - What was accepted is written, unless the disk fails. The first write or sync that fails ends
//!   all acknowledging: the sync is never tried a second time, for the kernel may have dropped what
//!   it could not write and would then say that all is well.
//! - Sequences have no gaps. Each frame holds the hash of the one before.
//! - Damage to what was acknowledged is named, never repaired by leaving it out.
//!
//! # Files
//! ```text
//!   journal/lock                        held by the writer: a second one refuses to start
//!   journal/live                        how far the living writer is durable, for other processes
//!   journal/mark                        epoch, first frame kept, a frame known to be durable
//!   journal/00000000000000000001.seg    segments, named after their first frame
//!   journal/spare-1.tmp                 the next segment, filled with zeros ahead of need
//!   snapshots/snapshot-…                states, named after the last frame they hold
//!
//!   segment   ┌──────────────────────────────┬───────┬───────┬───────┬──────────────────┐
//!             │ header page, 4 KiB           │ frame │ frame │ frame │ zeros            │
//!             │ magic format first epoch     │       │       │       │                  │
//!             │ length chain crc, all twice  │       │       │       │                  │
//!             └──────────────────────────────┴───────┴───────┴───────┴──────────────────┘
//!   frame     0      4        8         16            24     28               32
//!             │magic │ length │ sequence │ batch_first │ epoch │ version, kind │ previous hash…
//!             64         68           72
//!             │ body crc │ header crc │ payload … │ padding to 8 bytes
//! ```
//! Numbers are little-endian, checksums CRC32C. The header's checksum starts from the segment's
//! chain hash, so that a frame of another segment is no frame here; `hash` is SHA-256 over header
//! and payload.
//!
//! # A torn tail, or damage?
//! A commit is one write of several frames and one sync; the next commit begins when that sync has
//! returned. Every frame carries the first sequence of its commit, `batch_first`:
//!
//! ```text
//!   time ──▶  write 5 6 7    sync ✓  answer    write 8 9    ✗ power cut, before the sync returned
//!             batch_first 5                    batch_first 8
//!
//!   found     1 2 3 4 │ 5 6 7 │ · 9     9 came through, 8 did not: a disk may write in any order.
//!                                       9 began with 8, so neither was answered: torn, cut at 8.
//!   found     1 2 3 4 │ 5 ✗ 7 │ 8 ·     8 began behind 6, so 6 had been synced when 8 was written:
//!                                       damage. Nothing is touched, opening fails and names 6.
//!   found     1 2 3 4 │ 5 6 ✗ │         nothing behind 7 says whether its sync had returned.
//! ```
//! The last row is settled by what a cut can leave. A frame is written where there are only zeros,
//! and a disk writes a sector of 512 bytes whole or not at all. So a torn frame lacks a whole sector,
//! which is then zero where the frame should be; written frames have no such hole, as all that is
//! fixed in them is chosen not to be zero (a payload with hundreds of zero bytes in a row is the
//! exception). No hole: damage. Also damage is whatever contradicts the mark, which says after every
//! orderly end, and after every start, how far the journal reached; and whatever stands in a segment
//! that another one follows, for a segment is begun when all frames before it are synced.
//!
//! Recovery writes the last commit once more and syncs before anything is appended: after a crash
//! it may be in memory only.

mod error;
mod journal;
mod options;
mod reader;
mod recover;
mod sequence;
mod snapshots;
mod ticket;

mod frame;
mod mark;
mod scan;
mod segment;
mod survey;
mod window;

mod block;
mod disk;
mod index;
mod live;
mod lock;
mod queue;
mod spare;
mod writer;

pub use error::{Error, Kind};
pub use frame::Frame;
pub use journal::{Figures, Frames, Journal};
pub use options::Options;
pub use reader::Reader;
pub use recover::{Cut, Recovery};
pub use sequence::{Hash, Head, Sequence};
pub use snapshots::{Found, Snapshot, Snapshots};
pub use ticket::Ticket;

#[cfg(test)]
mod tests;
