//! Bodies in `aws-chunked` pieces, each with its own signature or none.
//!
//! ```text
//!   <size in hex>[;chunk-signature=<hex>]\r\n <bytes> \r\n      once for each piece
//!   0[;chunk-signature=<hex>]\r\n                               the last one
//!   [x-amz-checksum-…:<value>\r\n]                              where trailers were announced
//!   [x-amz-trailer-signature:<hex>\r\n]                         and pieces are signed
//!   \r\n
//! ```
//!
//! A piece's signature covers the one before it, the first one the head's: nothing can be moved,
//! left out or added. Nothing is handed on before all of it is proven.

use std::borrow::Cow;

use aws_lc_rs::hmac;
use http::HeaderMap;

use super::claim::{Claim, single};
use super::digest;
use super::refusal::Refusal;
use super::stamp;
use super::verify::Verified;
use crate::checksum::Algorithm;

/// The longest line between pieces, in bytes; the longest real one has below 200.
const LINE_BYTES_MAX: usize = 4096;
/// The most trailing headers of one body; real ones have one, or two with their signature.
const TRAILERS_MAX: usize = 16;

/// What signs the pieces: the day's key and the signature before.
pub(super) struct ChunkKey<'a> {
    key: &'a hmac::Key,
    stamp: String,
    scope: String,
    previous: String,
}

impl<'a> ChunkKey<'a> {
    /// Returns the chain's beginning: the signature of the head.
    pub(super) fn new(key: &'a hmac::Key, claim: &Claim) -> Self {
        Self {
            key,
            stamp: stamp::text(claim.signed_at),
            scope: claim.scope(),
            previous: claim.signature.clone(),
        }
    }

    fn chunk(&mut self, data: &[u8], claimed: &str) -> Result<(), Refusal> {
        let (empty, data) = (digest::EMPTY, digest::sha256(data));
        self.link(
            &["AWS4-HMAC-SHA256-PAYLOAD", &self.stamp, &self.scope, &self.previous, empty, &data]
                .join("\n"),
            claimed,
        )
    }

    fn trailer(&mut self, headers: &[u8], claimed: &str) -> Result<(), Refusal> {
        let headers = digest::sha256(headers);
        self.link(
            &["AWS4-HMAC-SHA256-TRAILER", &self.stamp, &self.scope, &self.previous, &headers]
                .join("\n"),
            claimed,
        )
    }

    fn link(&mut self, signed: &str, claimed: &str) -> Result<(), Refusal> {
        let signature = digest::hmac(self.key, signed.as_bytes());
        if !digest::equal(&signature, claimed) {
            return Err(Refusal::Mismatch);
        }
        self.previous = signature;
        Ok(())
    }
}

/// Takes a body out of its pieces, proving each.
pub(super) fn decode<'b>(
    body: &'b [u8],
    mut key: Option<ChunkKey<'_>>,
    trailer: bool,
    headers: &HeaderMap,
) -> Result<Verified<'b>, Refusal> {
    let announced = decoded_length(headers)?;
    let mut reader = Reader { rest: body };
    let mut decoded = Vec::with_capacity(announced.min(body.len()));
    while let Some(data) = reader.chunk(key.as_mut())? {
        decoded.extend(data);
    }
    let trailers = if trailer { reader.trailers(key.as_mut())? } else { Vec::new() };
    reader.end()?;
    if decoded.len() != announced {
        return Err(broken("The body is not as long as x-amz-decoded-content-length says."));
    }
    check_trailers(headers, &trailers, &decoded)?;
    Ok(Verified { body: Cow::Owned(decoded), trailers })
}

fn decoded_length(headers: &HeaderMap) -> Result<usize, Refusal> {
    single(headers, "x-amz-decoded-content-length")?
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
        .ok_or(broken("You must provide the x-amz-decoded-content-length HTTP header."))
}

/// Compares the trailers with those that the head announced and their sums with the body.
fn check_trailers(
    headers: &HeaderMap,
    trailers: &[(String, String)],
    decoded: &[u8],
) -> Result<(), Refusal> {
    let mut announced: Vec<String> = single(headers, "x-amz-trailer")?
        .into_iter()
        .flat_map(|names| names.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let mut given: Vec<&String> = trailers.iter().map(|(name, _)| name).collect();
    announced.sort_unstable();
    given.sort_unstable();
    if !announced.iter().eq(given) {
        return Err(broken("The trailers are not those that x-amz-trailer announced."));
    }
    trailers.iter().filter(|(name, _)| name.starts_with("x-amz-checksum-")).try_for_each(
        |(name, value)| match Algorithm::of_header(name) {
            Some(algorithm) if algorithm.sum(decoded) == *value => Ok(()),
            Some(algorithm) => Err(Refusal::BadSum(algorithm)),
            None => Err(broken("The trailing check sum is of a sort that is not known here.")),
        },
    )
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    /// Reads one piece; `None` is the last, empty one.
    fn chunk(&mut self, key: Option<&mut ChunkKey<'_>>) -> Result<Option<&'b [u8]>, Refusal> {
        let line = self.line()?;
        let (size, signature) = match line.split_once(';') {
            None => (line, None),
            Some((size, extension)) => (size, extension.strip_prefix("chunk-signature=")),
        };
        let data = self.take(chunk_size(size)?)?;
        match (key, signature) {
            (Some(key), Some(signature)) => key.chunk(data, signature)?,
            (None, None) if size.len() == line.len() => {}
            _ => return Err(broken("A chunk's signature is missing or out of place.")),
        }
        if data.is_empty() {
            return Ok(None);
        }
        self.line_end()?;
        Ok(Some(data))
    }

    fn trailers(
        &mut self,
        key: Option<&mut ChunkKey<'_>>,
    ) -> Result<Vec<(String, String)>, Refusal> {
        let mut trailers: Vec<(String, String)> = Vec::new();
        while !self.rest.starts_with(b"\r\n") && trailers.len() <= TRAILERS_MAX {
            let (name, value) =
                self.line()?.split_once(':').ok_or(broken("A trailer is no header."))?;
            trailers.push((name.to_owned(), value.trim().to_owned()));
        }
        if let Some(key) = key {
            let (_, signature) = trailers
                .pop_if(|(name, _)| name == "x-amz-trailer-signature")
                .ok_or(broken("The trailers are not signed."))?;
            let text: String =
                trailers.iter().flat_map(|(name, value)| [&**name, ":", value, "\n"]).collect();
            key.trailer(text.as_bytes(), &signature)?;
        }
        // Folded only now: what was signed is what was sent.
        for (name, _) in &mut trailers {
            name.make_ascii_lowercase();
        }
        Ok(trailers)
    }

    fn line(&mut self) -> Result<&'b str, Refusal> {
        let window = self.rest.get(..LINE_BYTES_MAX).unwrap_or(self.rest);
        let at = window
            .windows(2)
            .position(|pair| pair == b"\r\n")
            .ok_or(broken("A line between chunks does not end."))?;
        let line = self.take(at)?;
        self.line_end()?;
        std::str::from_utf8(line).map_err(|_| broken("A line between chunks is not text."))
    }

    fn line_end(&mut self) -> Result<(), Refusal> {
        match self.take(2)? {
            b"\r\n" => Ok(()),
            _ => Err(broken("A chunk is longer than it says.")),
        }
    }

    fn take(&mut self, count: usize) -> Result<&'b [u8], Refusal> {
        let (data, rest) =
            self.rest.split_at_checked(count).ok_or(broken("The body ends within a chunk."))?;
        self.rest = rest;
        Ok(data)
    }

    fn end(mut self) -> Result<(), Refusal> {
        self.line_end()?;
        if self.rest.is_empty() { Ok(()) } else { Err(broken("The body goes on after its end.")) }
    }
}

fn chunk_size(text: &str) -> Result<usize, Refusal> {
    Some(text)
        .filter(|text| (1..=16).contains(&text.len()))
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .and_then(|text| usize::from_str_radix(text, 16).ok())
        .ok_or(broken("A chunk has no size."))
}

const fn broken(text: &'static str) -> Refusal {
    Refusal::BrokenBody(text)
}
