//! Where a bucket stands in a request: in the path, or as the first labels of the host.

use std::borrow::Cow;

use http::header::HOST;
use http::request::Parts;

/// Returns the path with the bucket as its first segment, wherever the request names it.
pub(crate) fn path(parts: &Parts) -> Cow<'_, str> {
    let path = parts.uri.path();
    match bucket_in_host(host(parts)) {
        Some(bucket) => Cow::Owned(format!("/{bucket}{path}")),
        None => Cow::Borrowed(path),
    }
}

/// Returns whether the host is one of S3's own names, with a bucket before it or without.
pub(crate) fn is_s3_host(parts: &Parts) -> bool {
    let host = without_port(host(parts));
    is_endpoint(host)
        || bucket_in_host(host).is_some_and(|bucket| {
            host.strip_prefix(bucket)
                .and_then(|rest| rest.strip_prefix('.'))
                .is_some_and(is_endpoint)
        })
}

/// Returns the host as the request names it, port included; empty where it names none.
pub(crate) fn host(parts: &Parts) -> &str {
    let header = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = parts.uri.authority().map(http::uri::Authority::as_str);
    header.or(authority).unwrap_or_default()
}

/// Returns the bucket before S3's own name, or before `localhost`.
///
/// ```text
///   bucket.s3.eu-west-1.amazonaws.com   my.bucket.s3.localhost:4700   bucket.localhost
/// ```
fn bucket_in_host(host: &str) -> Option<&str> {
    let host = without_port(host);
    let dots = host.match_indices('.').map(|(at, _)| at);
    let splits = dots.filter_map(|at| Some((host.get(..at)?, host.get(at + 1..)?)));
    let before_endpoint = splits.rev().find(|(_, rest)| is_endpoint(rest));
    let bucket = match before_endpoint {
        Some((bucket, _)) => bucket,
        None => host.strip_suffix(".localhost").filter(|bucket| !is_endpoint_label(bucket))?,
    };
    Some(bucket).filter(|bucket| !bucket.is_empty())
}

/// Returns whether a host is S3's: `s3.localhost`, `s3.<region>.amazonaws.com`, `s3-<region>.…`.
fn is_endpoint(host: &str) -> bool {
    let Some((label, rest)) = host.split_once('.') else { return false };
    let is_ours = rest == "localhost" || rest == "amazonaws.com";
    is_endpoint_label(label) && (is_ours || rest.ends_with(".amazonaws.com"))
}

fn is_endpoint_label(label: &str) -> bool {
    label == "s3" || label.starts_with("s3-")
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(host: &str) -> Parts {
        http::Request::get("/a%20b//c").header(HOST, host).body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_bucket_is_found_in_every_host() {
        for (host, expected) in [
            ("localhost:4700", None),
            ("127.0.0.1:4700", None),
            ("[::1]:4700", None),
            ("s3.localhost:4700", None),
            ("s3.amazonaws.com", None),
            ("s3.eu-west-1.amazonaws.com", None),
            ("s3-eu-west-1.amazonaws.com", None),
            ("s3.dualstack.eu-west-1.amazonaws.com", None),
            ("opentrail.example", None),
            ("logs.localhost", Some("logs")),
            ("logs.localhost:4700", Some("logs")),
            ("logs.s3.localhost:4700", Some("logs")),
            ("my.logs.s3.localhost", Some("my.logs")),
            ("logs.s3.amazonaws.com", Some("logs")),
            ("my.s3.logs.s3.eu-west-1.amazonaws.com:443", Some("my.s3.logs")),
            ("logs.s3-eu-west-1.amazonaws.com", Some("logs")),
            ("logs.s3.dualstack.eu-west-1.amazonaws.com", Some("logs")),
            ("sts.us-east-1.amazonaws.com", None),
        ] {
            let path = path(&head(host)).into_owned();
            let with = expected.map_or("/a%20b//c".to_owned(), |it| format!("/{it}/a%20b//c"));
            assert_eq!(path, with, "{host}");
        }
    }

    #[test]
    fn only_names_with_s3_in_them_are_its_own() {
        for host in ["s3.localhost:1", "b.s3.localhost", "b.s3.eu-west-1.amazonaws.com"] {
            assert!(is_s3_host(&head(host)), "{host}");
        }
        for host in ["localhost", "b.localhost", "sts.amazonaws.com", "127.0.0.1", "s3.example"] {
            assert!(!is_s3_host(&head(host)), "{host}");
        }
    }
}
