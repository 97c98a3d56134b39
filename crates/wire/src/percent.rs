//! Percent-encoding as AWS signs and routes it: bytes in, bytes out.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

/// All but RFC 3986's unreserved characters.
pub(crate) const RESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same, with slashes left to part a path.
pub(crate) const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// Adds `bytes` to `out`, those in `set` encoded.
pub(crate) fn encode_into(out: &mut Vec<u8>, bytes: &[u8], set: &'static AsciiSet) {
    percent_encode(bytes, set).for_each(|piece| out.extend(piece.as_bytes()));
}

/// Returns `text` with its `%XX` resolved; a `%` before anything else stands for itself.
pub(crate) fn decode(text: &[u8]) -> Cow<'_, [u8]> {
    percent_decode(text).into()
}

/// A decoded name and its decoded value.
pub(crate) type Pair<'a> = (Cow<'a, [u8]>, Cow<'a, [u8]>);

/// Returns the decoded pairs of a query string or form; a name without `=` has an empty value.
pub(crate) fn pairs(text: &[u8]) -> impl Iterator<Item = Pair<'_>> {
    text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = halves.next().unwrap_or_default();
        let value = halves.next().unwrap_or_default();
        (decode_spaced(name), decode_spaced(value))
    })
}

/// Decodes a part of a form, where a `+` is a space.
fn decode_spaced(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'+') {
        return decode(text);
    }
    let spaced: Vec<u8> =
        text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    Cow::Owned(decode(&spaced).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str, set: &'static AsciiSet) -> String {
        let mut out = Vec::new();
        encode_into(&mut out, text.as_bytes(), set);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(encoded("a-._~ +/ä%", RESERVED), "a-._~%20%2B%2F%C3%A4%25");
        assert_eq!(encoded("/a b/", RESERVED_IN_PATH), "/a%20b/");
    }

    #[test]
    fn broken_escapes_stand_for_themselves() {
        assert_eq!(&*decode(b"a%2"), b"a%2");
        assert_eq!(&*decode(b"%zz%41%"), b"%zzA%");
        assert_eq!(&*decode_spaced(b"a+b%2B"), b"a b+");
        assert_eq!(&*decode(b"a+b"), b"a+b");
    }

    #[test]
    fn pairs_keep_order_and_empty_values() {
        let all: Vec<_> = pairs(b"b=1&&a&c=x=y").collect();
        let texts: Vec<_> = all.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(
            texts,
            [(&b"b"[..], &b"1"[..]), (&b"a"[..], &b""[..]), (&b"c"[..], &b"x=y"[..])]
        );
    }
}
