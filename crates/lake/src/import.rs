//! Reads what others recorded: whole trail buckets, file by file, record by record.
//!
//! This is the reading half of an import. It finds files, unpacks them within limits, and splits
//! them into records that are known to be valid; what rows become of them, and which of them are
//! new, is decided by whoever calls it. It writes nothing but its own journal of what is done.
//!
//! ```text
//!   Source ─list─▶ Listing ─▶ Found ─read─▶ bytes ─unpack─▶ text ─records─▶ Record, Record, …
//!   folder, file,  by time    │                   limits         limits    Broken (place, why)
//!   store, stdin              └─▶ Done: taken in before?                      │
//!                                             Account ◀─ what was read, what not, and why
//! ```
//!
//! Invariants
//! - A bad record takes no other with it, and a bad file takes no other file with it; whatever is
//!   left out is counted with its place and the reason.
//! - Nothing that a file says decides how much memory it takes: sizes, ratios, depths and numbers
//!   have limits, and those are checked before the memory is asked for.
//! - A record's text is handed on to the byte, but for white space between its tokens.
//! - No record is made up: where a file is broken inside a record, reading goes on behind what
//!   cannot be anything else than that record's end, and otherwise not at all. Text *inside* a
//!   record was often chosen by the one whom the record is about.

mod account;
mod done;
mod follow;
mod key;
mod layout;
mod loose;
mod notice;
mod reason;
mod records;
mod scanner;
mod source;
mod stream;
mod text;
mod unzip;

pub use account::{Account, Files, Records, Tally};
pub use done::{Done, DoneError};
pub use follow::{Branch, Watch, watch};
pub use key::Key;
pub use layout::{Kind, Label, Place, Skip, Wanted};
pub use notice::{Notice, NoticeError, notices};
pub use reason::{Broken, Reason};
pub use records::{Limits, Piece, Record, records};
pub use scanner::members::{Items, Member, Members};
pub use source::{Found, Listing, ReadError, Source, Version};
pub use stream::{Chunk, Chunks, StreamError, StreamLimits};
pub use unzip::{Trailing, UnzipError, UnzipLimits, Unzipped, is_gzip, unpack, unzip};
