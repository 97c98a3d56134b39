//! Percent-encoding as AWS signs and routes it: bytes in, bytes out.

use std::borrow::Cow;

/// What a `+` means where it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plus {
    /// Itself, as in a path.
    Literal,
    /// A space, as in forms and query strings.
    Space,
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Adds `bytes` to `out`, everything but RFC 3986's unreserved characters (and `kept`) encoded.
pub(crate) fn encode_into(out: &mut Vec<u8>, bytes: &[u8], kept: Option<u8>) {
    for byte in bytes {
        if is_unreserved(*byte) || kept == Some(*byte) {
            out.push(*byte);
        } else {
            out.extend([b'%', digit(byte >> 4), digit(byte & 0xf)]);
        }
    }
}

/// Returns `text` with its `%XX` resolved; a `%` before anything else stands for itself.
pub(crate) fn decode(text: &[u8], plus: Plus) -> Cow<'_, [u8]> {
    let spaces = plus == Plus::Space;
    if !text.iter().any(|byte| *byte == b'%' || (spaces && *byte == b'+')) {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        let plain = if spaces && *first == b'+' { b' ' } else { *first };
        let (byte, after) = escaped(*first, tail).unwrap_or((plain, tail));
        out.push(byte);
        rest = after;
    }
    Cow::Owned(out)
}

/// A decoded name and its decoded value.
pub(crate) type Pair<'a> = (Cow<'a, [u8]>, Cow<'a, [u8]>);

/// Returns the decoded pairs of a query string or form; a name without `=` has an empty value.
pub(crate) fn pairs(text: &[u8]) -> impl Iterator<Item = Pair<'_>> {
    text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = halves.next().unwrap_or_default();
        let value = halves.next().unwrap_or_default();
        (decode(name, Plus::Space), decode(value, Plus::Space))
    })
}

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn digit(nibble: u8) -> u8 {
    HEX.get(usize::from(nibble)).copied().expect("a nibble is below sixteen")
}

/// Reads one `%XX` and returns its byte and what follows.
fn escaped(first: u8, tail: &[u8]) -> Option<(u8, &[u8])> {
    let (b'%', [high, low, after @ ..]) = (first, tail) else { return None };
    let value = char::from(*high).to_digit(16)? * 16 + char::from(*low).to_digit(16)?;
    Some((u8::try_from(value).ok()?, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str, kept: Option<u8>) -> String {
        let mut out = Vec::new();
        encode_into(&mut out, text.as_bytes(), kept);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(encoded("a-._~ +/ä%", None), "a-._~%20%2B%2F%C3%A4%25");
        assert_eq!(encoded("/a b/", Some(b'/')), "/a%20b/");
    }

    #[test]
    fn broken_escapes_stand_for_themselves() {
        assert_eq!(&*decode(b"a%2", Plus::Literal), b"a%2");
        assert_eq!(&*decode(b"%zz%41%", Plus::Literal), b"%zzA%");
        assert_eq!(&*decode(b"a+b%2B", Plus::Space), b"a b+");
        assert_eq!(&*decode(b"a+b", Plus::Literal), b"a+b");
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
