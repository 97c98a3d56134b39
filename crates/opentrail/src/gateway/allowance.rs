//! What a request may bring: decided by its head, before its body is taken.
//!
//! ```text
//!   every API                       limits.body_bytes_max
//!   S3, an object or a part of one  limits.object_bytes_max   only when somebody known has
//!   S3, a document                  2 MiB                     signed the head
//! ```
//!
//! So nobody without a key can fill the memory, or hold the room of those who have one.

use wire::Fault;
use wire::model::Protocol;

use super::{Arrival, Gateway, takes_object};

/// The largest document of S3, in bytes: ten thousand parts with their sums, or a thousand keys to
/// delete. What it becomes in the journal must fit into a frame, where a letter can take seven bytes.
const DOCUMENT_BYTES_MAX: usize = 2 * 1024 * 1024;
/// How much longer a body may be than what it holds: pieces of 8 KiB, the smallest that S3 takes,
/// with their signatures, and trailers.
const PIECES_PART: usize = 64;
const TRAILERS_BYTES: usize = 64 * 1024;

/// What a request may bring.
pub(crate) struct Allowance {
    /// The most bytes of the body, as it travels.
    pub bytes_max: usize,
    /// What is answered when there are more.
    pub too_large: Fault,
    /// Whether the body is large and may take its time.
    pub is_large: bool,
}

impl Gateway {
    /// Returns what a request may bring whose body says that it has `said` bytes, or nothing.
    ///
    /// # Errors
    /// The refusal of a head that would have to be proven for that, and is not.
    pub(crate) fn allowance(
        &self,
        arrival: &Arrival,
        said: Option<u64>,
    ) -> Result<Allowance, Fault> {
        let usual = self.config.limits.body_bytes_max;
        let small = Allowance { bytes_max: usual, too_large: too_large(usual), is_large: false };
        if said.is_some_and(|said| said <= usual as u64) {
            return Ok(small);
        }
        let Ok(route) = self.router.route(&arrival.parts, b"") else { return Ok(small) };
        if route.protocol != Protocol::RestXml {
            return Ok(small);
        }
        match self.vouch(&route, arrival) {
            Ok(()) => {}
            Err(_) if said.is_none() => return Ok(small),
            Err(refusal) => return Err(refusal),
        }
        let operation = self.operations.get(route.service.name, route.operation.name);
        if operation.is_some_and(takes_object) {
            return self.object_allowance(arrival, said);
        }
        let bytes_max = DOCUMENT_BYTES_MAX.max(usual);
        Ok(Allowance { bytes_max, too_large: document_too_large(bytes_max), is_large: true })
    }

    fn object_allowance(&self, arrival: &Arrival, said: Option<u64>) -> Result<Allowance, Fault> {
        let limit = self.config.limits.object_bytes_max;
        let held = arrival.parts.headers.get("x-amz-decoded-content-length");
        let held = held.and_then(|held| held.to_str().ok()?.parse::<u64>().ok());
        let too_large = object_too_large(held.or(said), limit);
        match held {
            Some(held) if held > limit as u64 => Err(too_large),
            Some(held) => {
                let held = usize::try_from(held).unwrap_or(limit);
                let bytes_max = held + held / PIECES_PART + TRAILERS_BYTES;
                Ok(Allowance { bytes_max, too_large, is_large: true })
            }
            None => Ok(Allowance { bytes_max: limit, too_large, is_large: true }),
        }
    }
}

fn too_large(limit: usize) -> Fault {
    let text = format!(
        "The request's body is over the limit of {limit} bytes (setting limits.body_bytes_max)."
    );
    Fault::new("RequestEntityTooLargeException", text).with_status(413)
}

fn document_too_large(limit: usize) -> Fault {
    let text = format!("Your request was too big: its body is over {limit} bytes.");
    Fault::new("MaxMessageLengthExceeded", text)
}

fn object_too_large(said: Option<u64>, limit: usize) -> Fault {
    let text = "Your proposed upload exceeds the maximum allowed size (setting \
                limits.object_bytes_max); larger objects come in parts.";
    let fault = Fault::new("EntityTooLarge", text);
    let said = said.map(|said| said.to_string());
    match said {
        Some(said) => fault.with_member("ProposedSize", said),
        None => fault,
    }
    .with_member("MaxSizeAllowed", limit.to_string())
}
