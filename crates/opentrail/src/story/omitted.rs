//! What is too large for its record: named in it, and kept whole beside it where that is needed.

use event::Omitted;
use serde_json::{Value as Json, json};

/// How much of what was left out is shown in the record, in bytes.
const HEAD_BYTES: usize = 4096;

/// Returns the bodies that were too large for their record, as one JSON text.
pub(super) fn whole(request: Option<Omitted>, response: Option<Omitted>) -> Option<String> {
    if request.is_none() && response.is_none() {
        return None;
    }
    let text = |omitted: Option<Omitted>| omitted.map_or("null".to_owned(), |body| body.text);
    let (request, response) = (text(request), text(response));
    Some(format!(r#"{{"requestParameters":{request},"responseElements":{response}}}"#))
}

/// Names a text that was too large for its record.
pub(super) fn left_out(text: &str, reason: &str) -> Json {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    let head = text.get(..text.floor_char_boundary(HEAD_BYTES)).unwrap_or_default();
    json!({
        "omitted": true,
        "reason": reason,
        "sha256": hex(hash.as_ref()),
        "length": text.len(),
        "head": head,
    })
}

/// Returns bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}
