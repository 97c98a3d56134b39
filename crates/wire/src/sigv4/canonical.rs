//! The canonical request and the string to sign: what both sides must write alike.

use aws_lc_rs::hmac;
use http::header::HOST;
use http::{HeaderMap, Method, Uri};

use super::digest;
use super::rules::PathStyle;
use crate::percent;

/// The name of the algorithm, first line of what is signed.
pub(super) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The head that is signed.
#[derive(Clone, Copy)]
pub(super) struct Head<'a> {
    pub(super) method: &'a Method,
    pub(super) uri: &'a Uri,
    pub(super) headers: &'a HeaderMap,
}

impl Head<'_> {
    /// Returns the canonical request; `None` when a signed header is not there.
    pub(super) fn canonical(
        &self,
        signed_headers: &[String],
        without: &[&str],
        payload: &str,
        style: PathStyle,
    ) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(1024);
        out.extend(self.method.as_str().as_bytes());
        out.push(b'\n');
        write_path(&mut out, self.uri.path(), style);
        out.push(b'\n');
        write_query(&mut out, self.uri.query().unwrap_or_default(), without);
        out.push(b'\n');
        for name in signed_headers {
            self.write_header(&mut out, name)?;
        }
        out.push(b'\n');
        write_joined(&mut out, signed_headers);
        out.push(b'\n');
        out.extend(payload.as_bytes());
        Some(out)
    }

    fn write_header(&self, out: &mut Vec<u8>, name: &str) -> Option<()> {
        out.extend(name.as_bytes());
        out.push(b':');
        let mut values = self.headers.get_all(name).iter().peekable();
        if values.peek().is_none() {
            // HTTP/2 has no `host` header but `:authority`.
            let authority = (name == HOST.as_str()).then(|| self.uri.authority()).flatten()?;
            out.extend(authority.as_str().as_bytes());
        }
        for (at, value) in values.enumerate() {
            if at > 0 {
                out.push(b',');
            }
            write_folded(out, value.as_bytes());
        }
        out.push(b'\n');
        Some(())
    }
}

/// Returns the signature over a canonical request, in hexadecimal.
pub(super) fn signature(key: &hmac::Key, stamp: &str, scope: &str, request: &[u8]) -> String {
    digest::hmac(key, [ALGORITHM, stamp, scope, &digest::sha256(request)].join("\n").as_bytes())
}

fn write_path(out: &mut Vec<u8>, path: &str, style: PathStyle) {
    match style {
        PathStyle::Normalized => {
            percent::encode_into(out, path.as_bytes(), percent::RESERVED_IN_PATH);
        }
        PathStyle::Verbatim => {
            let key = percent::decode(path.as_bytes());
            percent::encode_into(out, &key, percent::RESERVED_IN_PATH);
        }
    }
}

/// Returns whether a path means no other: nothing in it is empty, `.` or `..`.
pub(super) fn is_normal(path: &str) -> bool {
    let inner = path.strip_prefix('/').unwrap_or(path);
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    path == "/" || inner.split('/').all(|segment| !matches!(segment, "" | "." | ".."))
}

/// Writes the parameters in the order of their encoded names and values, leaving `without` out.
fn write_query(out: &mut Vec<u8>, query: &str, without: &[&str]) {
    let encoded = |text: &[u8]| {
        let mut out = Vec::with_capacity(text.len() * 3);
        percent::encode_into(&mut out, text, percent::RESERVED);
        out
    };
    let mut pairs: Vec<_> = percent::pairs(query.as_bytes())
        .filter(|(name, _)| !without.iter().any(|left_out| left_out.as_bytes() == &**name))
        .map(|(name, value)| (encoded(&name), encoded(&value)))
        .collect();
    pairs.sort_unstable();
    for (at, (name, value)) in pairs.iter().enumerate() {
        if at > 0 {
            out.push(b'&');
        }
        out.extend(name);
        out.push(b'=');
        out.extend(value);
    }
}

fn write_joined(out: &mut Vec<u8>, names: &[String]) {
    for (at, name) in names.iter().enumerate() {
        if at > 0 {
            out.push(b';');
        }
        out.extend(name.as_bytes());
    }
}

/// Writes a header value without outer white space, each inner run as one space.
fn write_folded(out: &mut Vec<u8>, value: &[u8]) {
    let words = value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    for (at, word) in words.enumerate() {
        if at > 0 {
            out.push(b' ');
        }
        out.extend(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str, style: PathStyle) -> String {
        let mut out = Vec::new();
        write_path(&mut out, text, style);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn paths_are_encoded_again() {
        for (given, canonical) in [
            ("/", "/"),
            ("/a/b/", "/a/b/"),
            ("/a%20b", "/a%2520b"),
            ("/a:b@c", "/a%3Ab%40c"),
            ("/~x", "/~x"),
        ] {
            assert_eq!(path(given, PathStyle::Normalized), canonical, "{given}");
        }
    }

    #[test]
    fn a_normal_path_means_no_other() {
        for path in ["/", "/a", "/a/b/", "/...", "/%2e%2e/a", "/.a"] {
            assert!(is_normal(path), "{path}");
        }
        for path in ["//", "/a//b", "/.", "/../a", "/a/./b", "/a/..", "//a", "/a//"] {
            assert!(!is_normal(path), "{path}");
        }
    }

    #[test]
    fn keys_of_objects_stay_what_they_are() {
        for (given, canonical) in
            [("/a//b", "/a//b"), ("/../a", "/../a"), ("/a%20b(c)", "/a%20b%28c%29"), ("/+", "/%2B")]
        {
            assert_eq!(path(given, PathStyle::Verbatim), canonical, "{given}");
        }
    }

    #[test]
    fn queries_are_sorted_by_encoded_name_then_value() {
        let mut out = Vec::new();
        write_query(&mut out, "b=2&a=z&a=%C3%A4&a+b=1&a&X-Amz-Signature=0", &["X-Amz-Signature"]);
        assert_eq!(String::from_utf8(out).unwrap(), "a=&a=%C3%A4&a=z&a%20b=1&b=2");
    }

    #[test]
    fn header_values_are_trimmed_and_folded() {
        let mut out = Vec::new();
        write_folded(&mut out, b"  a   b\t c ");
        assert_eq!(out, b"a b c");
    }
}
