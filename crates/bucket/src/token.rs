//! Continuation tokens: where a page ended, bound to the listing that gave them out.
//!
//! They hold no secret and give no access: whoever made one up would see what `StartAfter` shows.
//! What a token must not do is lead on in another bucket or another listing unnoticed.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use wire::Fault;

use crate::fault;
use crate::shape::hex;

/// How many hexadecimal digits of the check sum a token carries.
const SUM_DIGITS: usize = 32;

/// Returns the token for going on behind `position` in the listing that `scope` describes.
pub(crate) fn seal(scope: &[&str], position: &str) -> String {
    let first = scope.first().copied().unwrap_or_default();
    let text = serde_json::json!([sum(scope, position), first, position]).to_string();
    URL_SAFE_NO_PAD.encode(text)
}

/// Returns the position that a token of this very listing names.
pub(crate) fn open(scope: &[&str], token: &str) -> Result<String, Fault> {
    read(scope, token).ok_or_else(|| {
        let message = "The continuation token provided is incorrect";
        fault::invalid_argument(message, "continuation-token", token)
    })
}

fn read(scope: &[&str], token: &str) -> Option<String> {
    let text = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (sealed, _, position): (String, String, String) = serde_json::from_slice(&text).ok()?;
    (sealed == sum(scope, &position) && seal(scope, &position) == token).then_some(position)
}

fn sum(scope: &[&str], position: &str) -> String {
    let text = serde_json::json!([scope, position]).to_string();
    let mut sum = hex(digest(&SHA256, text.as_bytes()).as_ref());
    sum.truncate(SUM_DIGITS);
    sum
}

#[cfg(test)]
mod tests {
    use super::{open, seal};

    const SCOPE: &[&str] = &["logs", "objects", "prefix/", "/"];

    #[test]
    fn a_token_leads_back_to_its_position() {
        assert_eq!(open(SCOPE, &seal(SCOPE, "prefix/ä\u{1}")).unwrap(), "prefix/ä\u{1}");
    }

    #[test]
    fn a_token_of_another_listing_is_refused() {
        let token = seal(SCOPE, "k");
        for scope in [
            &["other", "objects", "prefix/", "/"][..],
            &["logs", "objects", "prefix/", ""],
            &["logs", "objects", "pre", "fix//"],
            &["logs", "buckets", "prefix/", "/"],
        ] {
            assert_eq!(open(scope, &token).unwrap_err().code, "InvalidArgument", "{scope:?}");
        }
    }

    #[test]
    fn a_token_with_any_byte_changed_is_refused() {
        let token = seal(SCOPE, "some/key");
        assert!(open(SCOPE, "").is_err());
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let tampered = String::from_utf8(bytes).unwrap();
            assert!(open(SCOPE, &tampered).is_err(), "byte {at}");
        }
    }
}
