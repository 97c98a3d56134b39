//! Every signed part of a request, altered by one character or bit.

use super::case::Case;

/// The parts that are altered.
pub(crate) const PARTS: [&str; 15] = [
    "access key",
    "body",
    "date",
    "header duplicated",
    "header removed",
    "header value",
    "method",
    "path",
    "query",
    "region",
    "service",
    "signature",
    "signed headers",
    "terminator",
    "token",
];

type Altered = (&'static str, Case);

/// Returns the request with each part altered, some at several places.
pub(crate) fn all(case: &Case) -> Vec<Altered> {
    let mut all = Vec::new();
    methods(case, &mut all);
    paths_and_queries(case, &mut all);
    headers(case, &mut all);
    claims(case, &mut all);
    bodies(case, &mut all);
    all
}

fn methods(case: &Case, all: &mut Vec<Altered>) {
    let others = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];
    let lower = case.method.to_lowercase();
    for method in others.into_iter().chain([&*lower]).filter(|method| *method != case.method) {
        all.push(("method", Case { method: method.to_owned(), ..case.clone() }));
    }
}

fn paths_and_queries(case: &Case, all: &mut Vec<Altered>) {
    let (path, query) = case.uri.split_once('?').unwrap_or((&case.uri, ""));
    for path in altered_text(path).into_iter().filter(|path| path.starts_with('/')) {
        let uri = if query.is_empty() { path } else { format!("{path}?{query}") };
        all.push(("path", Case { uri, ..case.clone() }));
    }
    for query in altered_text(query) {
        all.push(("query", Case { uri: format!("{path}?{query}"), ..case.clone() }));
    }
    let more = if query.is_empty() { "x=".to_owned() } else { format!("{query}&x=") };
    all.push(("query", Case { uri: format!("{path}?{more}"), ..case.clone() }));
}

fn headers(case: &Case, all: &mut Vec<Altered>) {
    let signed = signed_headers(case);
    for (at, (name, value)) in case.headers.iter().enumerate() {
        if !signed.contains(&name.to_lowercase()) {
            continue;
        }
        let part = if name.eq_ignore_ascii_case("x-amz-security-token") {
            "token"
        } else {
            "header value"
        };
        for value in altered_text(value) {
            let mut altered = case.clone();
            altered.headers[at].1 = value;
            all.push((part, altered));
        }
        let mut removed = case.clone();
        removed.headers.remove(at);
        all.push(("header removed", removed));
        let mut duplicated = case.clone();
        duplicated.headers.push((name.clone(), value.clone()));
        all.push(("header duplicated", duplicated));
    }
    let unsigned = ("x-amz-acl".to_owned(), "public-read".to_owned());
    let mut added = case.clone();
    added.headers.push(unsigned);
    all.push(("signed headers", added));
}

/// Alters the claim itself, wherever it stands.
fn claims(case: &Case, all: &mut Vec<Altered>) {
    let Some(claim) = case.header("authorization").map(str::to_owned) else {
        return presigned_claims(case, all);
    };
    let with = |claim: String| {
        let mut altered = case.clone();
        for (name, value) in &mut altered.headers {
            if name.eq_ignore_ascii_case("authorization") {
                value.clone_from(&claim);
            }
        }
        altered
    };
    let credential = between(&claim, "Credential=", ",");
    for (part, element) in ["access key", "date", "region", "service", "terminator"]
        .into_iter()
        .zip(credential.split('/'))
    {
        for altered in altered_text(element) {
            let altered = credential.replacen(element, &altered, 1);
            all.push((part, with(claim.replacen(credential, &altered, 1))));
        }
    }
    for (part, value) in [
        ("signature", between(&claim, "Signature=", ",")),
        ("signed headers", between(&claim, "SignedHeaders=", ",")),
    ] {
        for altered in altered_text(value) {
            all.push((part, with(claim.replacen(value, &altered, 1))));
        }
        all.push((part, with(claim.replacen(value, &value.to_uppercase(), 1))));
        all.push((part, with(claim.replacen(value, "", 1))));
    }
}

fn presigned_claims(case: &Case, all: &mut Vec<Altered>) {
    let credential = between(&case.uri, "X-Amz-Credential=", "&");
    let elements = ["access key", "date", "region", "service", "terminator"];
    let elements = elements.into_iter().zip(credential.split("%2F"));
    let others =
        ["X-Amz-SignedHeaders=", "X-Amz-Signature=", "X-Amz-Date=", "X-Amz-Security-Token="]
            .map(|name| between(&case.uri, name, "&"));
    let others = ["signed headers", "signature", "date", "token"].into_iter().zip(others);
    for (part, value) in elements.chain(others) {
        for altered in altered_text(value) {
            let uri = case.uri.replacen(value, &altered, 1);
            all.push((part, Case { uri, ..case.clone() }));
        }
    }
}

fn bodies(case: &Case, all: &mut Vec<Altered>) {
    if !case.body_is_signed() {
        return;
    }
    let mut push = |bytes: Vec<u8>| all.push(("body", Case { bytes, ..case.clone() }));
    for at in places(case.bytes.len()) {
        let mut bytes = case.bytes.clone();
        bytes[at] ^= 1 << (at % 8);
        push(bytes);
    }
    push(case.bytes[1..].to_vec());
    push(case.bytes[..case.bytes.len() - 1].to_vec());
    push([&case.bytes[..], b"\0"].concat());
}

fn signed_headers(case: &Case) -> Vec<String> {
    let list = case.header("authorization").map_or_else(
        || between(&case.uri, "X-Amz-SignedHeaders=", "&").replace("%3B", ";"),
        |claim| between(claim, "SignedHeaders=", ",").to_owned(),
    );
    list.split(';').map(str::to_owned).collect()
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let after = text.split_once(start).map_or("", |(_, after)| after);
    after.split(end).next().unwrap_or_default()
}

/// Returns the text with one character changed, at up to five places, and with one more.
///
/// Letters and digits change by their lowest bit where that leaves them such; anything else
/// becomes a letter, so that no alteration says the same in another spelling.
fn altered_text(text: &str) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    let characters: Vec<char> = text.chars().collect();
    let mut all: Vec<String> = places(characters.len())
        .into_iter()
        .map(|at| {
            let mut characters = characters.clone();
            characters[at] = altered(characters[at]);
            characters.into_iter().collect()
        })
        .collect();
    all.push(format!("{text}x"));
    all
}

fn altered(character: char) -> char {
    let flipped = u8::try_from(character).ok().map(|byte| char::from(byte ^ 1));
    match flipped {
        Some(flipped) if character.is_ascii_alphanumeric() && flipped.is_ascii_alphanumeric() => {
            flipped
        }
        _ => 'x',
    }
}

/// Returns up to five places, the first and the last among them.
fn places(len: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..5).map(|step| step * (len - 1) / 4).collect();
    places.dedup();
    places
}
