//! Tests: puts against stores that behave, that do not, and that nobody answers for.

use std::collections::BTreeMap;
use std::sync::Mutex;

use http::{HeaderMap, Response};
use jiff::Timestamp;
use wire::sigv4::{Claim, Keys, Rules, verify};

use super::check::Unfit;
use super::*;
use crate::outgoing::listener::{Listener, Seen as Request, Told, told};

/// What a store in these tests makes of `If-None-Match`.
#[derive(Clone, Copy, PartialEq)]
enum Habit {
    Honours,
    Ignores,
    NotImplemented,
    /// Refuses as many conditional puts with a conflict.
    Conflicts(usize),
    /// Honours, and loses metadata.
    Forgets,
}

/// A store in memory: what an S3 does with the requests of `put_new`.
struct Memory {
    habit: Habit,
    objects: Mutex<BTreeMap<String, (Bytes, HeaderMap)>>,
    conflicts: Mutex<usize>,
}

impl Memory {
    fn with(habit: Habit, objects: &[(&str, &'static str)]) -> Self {
        let object = |(key, text): &(&str, &'static str)| {
            ((*key).to_owned(), (Bytes::from_static(text.as_bytes()), HeaderMap::new()))
        };
        let objects = Mutex::new(objects.iter().map(object).collect());
        Self { habit, objects, conflicts: Mutex::new(0) }
    }

    fn answer(&self, request: &Request) -> Told {
        let key = request.uri().path().to_owned();
        let conditional = request.headers().contains_key("if-none-match");
        let mut objects = self.objects.lock().unwrap();
        match (request.method().as_str(), objects.get(&key)) {
            ("PUT", found) if conditional => match self.habit {
                Habit::NotImplemented => return error(501, "NotImplemented"),
                Habit::Conflicts(most) if *self.conflicts.lock().unwrap() < most => {
                    *self.conflicts.lock().unwrap() += 1;
                    return error(409, "ConditionalRequestConflict");
                }
                Habit::Ignores => {}
                _ if found.is_some() => return error(412, "PreconditionFailed"),
                _ => {}
            },
            ("PUT", _) => {}
            ("GET", Some((bytes, headers))) => return with(headers, told(200, bytes.clone())),
            ("HEAD", Some((_, headers))) => return with(headers, told(200, "")),
            _ => return error(404, "NoSuchKey"),
        }
        let mut headers = request.headers().clone();
        if self.habit == Habit::Forgets {
            headers.clear();
        }
        objects.insert(key, (request.body().clone(), headers));
        told(200, "")
    }
}

fn with(headers: &HeaderMap, mut told: Told) -> Told {
    let said = headers.iter().filter(|(name, _)| name.as_str().starts_with("x-amz-meta-"));
    told.headers_mut().extend(said.map(|(name, value)| (name.clone(), value.clone())));
    told
}

fn error(status: u16, code: &str) -> Told {
    told(status, format!("<Error><Code>{code}</Code><Message>words</Message></Error>"))
}

fn store(endpoint: &str) -> OwnStore {
    let config = toml::toml! {
        buckets = ["logs-*"]
        region = "eu-west-1"
        access_key_id = "AKIDEXAMPLE"
        secret_access_key = "swordfish"
    };
    let mut config = config;
    config.insert("endpoint".to_owned(), endpoint.into());
    OwnStore::new(&config.try_into().unwrap(), &OutgoingConfig::default()).unwrap()
}

async fn serve(habit: Habit, objects: &[(&str, &'static str)]) -> (Listener, OwnStore) {
    let memory = Memory::with(habit, objects);
    let listener = Listener::start(move |request| memory.answer(request)).await;
    let store = store(&listener.endpoint());
    (listener, store)
}

fn attributes() -> Attributes {
    Attributes {
        content_type: Some("application/json".to_owned()),
        content_encoding: Some("gzip".to_owned()),
        metadata: BTreeMap::from([("signature".to_owned(), "0a1b".to_owned())]),
        acl: true,
    }
}

async fn put(store: &OwnStore, text: &'static str) -> Result<Placed, StoreError> {
    let bytes = Bytes::from_static(text.as_bytes());
    store.put_new("logs-1", "a/ä b.json.gz", &bytes, &attributes(), wall()).await
}

fn wall() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

fn requests(listener: &Listener) -> Vec<String> {
    let line = |request: &Request| {
        let condition = request.headers().contains_key("if-none-match");
        format!("{}{}", request.method(), if condition { " if new" } else { "" })
    };
    listener.seen().iter().map(line).collect()
}

#[tokio::test]
async fn a_new_object_is_signed_and_read_back() {
    let (listener, store) = serve(Habit::Honours, &[]).await;
    assert_eq!(put(&store, "one").await, Ok(Placed::New));
    assert_eq!(requests(&listener), ["HEAD", "PUT if new", "GET", "PUT if new"]);
    let seen = listener.seen();
    let header = |name: &str| seen[1].headers()[name].to_str().unwrap().to_owned();
    assert_eq!(seen[1].uri().path(), "/logs-1/a/%C3%A4%20b.json.gz");
    assert_eq!(header("content-type"), "application/json");
    assert_eq!(header("content-encoding"), "gzip");
    assert_eq!(header("x-amz-meta-signature"), "0a1b");
    assert_eq!(header("content-md5"), "+XxdKZQb+xsv2rCHSQargg==");
    assert_eq!(header("x-amz-acl"), "bucket-owner-full-control");
    let names = header("authorization");
    for name in ["host", "x-amz-acl", "x-amz-meta-signature", "x-amz-content-sha256"] {
        assert!(names.contains(name), "{name} is not in {names}");
    }
    assert!(names.contains("AKIDEXAMPLE/20260102/eu-west-1/s3/aws4_request"));
    // what was learnt spares the second object the look before and the probe behind
    let bytes = Bytes::from_static(b"two");
    let placed = store.put_new("logs-1", "b", &bytes, &attributes(), wall()).await;
    assert_eq!(placed, Ok(Placed::New));
    assert_eq!(requests(&listener)[4..], ["PUT if new", "GET"]);
}

#[tokio::test]
async fn what_arrives_is_what_was_signed() {
    let (listener, store) = serve(Habit::Honours, &[]).await;
    assert_eq!(put(&store, "one").await, Ok(Placed::New));
    assert!(store.check("logs-1", &["m/".to_owned()], wall()).await.is_err());
    assert_eq!(store.get("logs-1", "it's (a) key?*!", wall()).await, Ok(None));
    let methods: Vec<_> = listener.seen().iter().map(|seen| seen.method().to_string()).collect();
    assert_eq!(methods, ["HEAD", "PUT", "GET", "PUT", "GET", "GET"]);
    for request in listener.seen() {
        let (parts, body) = request.into_parts();
        let claim = Claim::read(&parts).unwrap();
        let proven = verify(&claim, &parts, &body, "swordfish", &Keys::new(1), wall(), &Rules::S3);
        assert!(proven.is_ok(), "{} {}: {:?}", parts.method, parts.uri, proven.err());
    }
}

#[tokio::test]
async fn w8_the_same_bytes_twice_are_one_object_and_others_are_refused() {
    for habit in [Habit::Honours, Habit::Ignores, Habit::NotImplemented, Habit::Conflicts(2)] {
        let (_listener, store) = serve(habit, &[]).await;
        assert_eq!(put(&store, "one").await, Ok(Placed::New));
        assert_eq!(put(&store, "one").await, Ok(Placed::SameThere));
        let refused = put(&store, "two").await.unwrap_err();
        assert_eq!((refused.code.as_str(), refused.retry), ("PreconditionFailed", false));
        let there = store.get("logs-1", "a/ä b.json.gz", wall()).await.unwrap().unwrap();
        assert_eq!((&there.bytes[..], &there.metadata["signature"][..]), (&b"one"[..], "0a1b"));
    }
}

#[tokio::test]
async fn a_fresh_process_overwrites_nothing_in_a_store_without_conditions() {
    for habit in [Habit::Ignores, Habit::NotImplemented] {
        let objects = [("/logs-1/a/%C3%A4%20b.json.gz", "somebody's")];
        let (listener, store) = serve(habit, &objects).await;
        assert_eq!(put(&store, "one").await.unwrap_err().code, "PreconditionFailed");
        assert!(!requests(&listener).iter().any(|line| line.starts_with("PUT")));
    }
}

#[tokio::test]
async fn a_conflict_is_tried_again_and_not_for_ever() {
    let (listener, store) = serve(Habit::Conflicts(usize::MAX), &[]).await;
    let refused = put(&store, "one").await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.retry), ("ConditionalRequestConflict", true));
    assert_eq!(requests(&listener).iter().filter(|line| line.starts_with("PUT")).count(), ATTEMPTS);
}

#[tokio::test]
async fn w8_metadata_that_is_lost_is_noticed() {
    let (_listener, store) = serve(Habit::Forgets, &[]).await;
    assert_eq!(put(&store, "one").await.unwrap_err().code, "BadDigest");
}

#[tokio::test]
async fn who_may_not_list_still_delivers() {
    let memory = Memory::with(Habit::Honours, &[]);
    let listener = Listener::start(move |request| match request.method().as_str() {
        "HEAD" => told(403, ""),
        _ => memory.answer(request),
    });
    let store = store(&listener.await.endpoint());
    assert_eq!(put(&store, "one").await, Ok(Placed::New));
    assert_eq!(put(&store, "one").await, Ok(Placed::SameThere));
}

#[tokio::test]
async fn refusals_keep_the_stores_code() {
    for (status, code, retry) in [
        (403, "AccessDenied", false),
        (403, "SignatureDoesNotMatch", false),
        (404, "NoSuchBucket", false),
        (400, "KMS.DisabledException", false),
        (503, "SlowDown", true),
        (500, "InternalError", true),
    ] {
        let listener = Listener::start(move |request| match request.method().as_str() {
            "HEAD" => told(404, ""),
            _ => error(status, code),
        });
        let refused = put(&store(&listener.await.endpoint()), "one").await.unwrap_err();
        assert_eq!((refused.code.as_str(), refused.retry), (code, retry));
        assert_eq!(refused.words, "words");
    }
}

#[tokio::test]
async fn w11_a_store_that_is_away_or_hangs_is_said_to_be() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = put(&store(&format!("http://{gone}")), "one").await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.retry), ("ServiceUnavailable", true));
    // a socket that takes connections into its queue and never answers
    let hung = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut store = store(&format!("http://{}", hung.local_addr().unwrap()));
    let moment = std::time::Duration::from_millis(50);
    store.client = exchange::client(moment, moment, |client| client).unwrap();
    let refused = put(&store, "one").await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.retry), ("RequestTimeout", true));
    assert!(!format!("{refused:?}").contains("swordfish"));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let listener = Listener::start(|_| {
        let told = Response::builder().status(307).header("location", "http://127.0.0.1:1/");
        told.body(Bytes::from_static(b"<Error><Code>TemporaryRedirect</Code></Error>")).unwrap()
    });
    let listener = listener.await;
    let refused = store(&listener.endpoint()).get("logs-1", "k", wall()).await.unwrap_err();
    assert_eq!(refused.code, "TemporaryRedirect");
    assert_eq!(listener.seen().len(), 1);
}

#[tokio::test]
async fn keys_that_a_url_would_change_are_refused() {
    let (listener, store) = serve(Habit::Honours, &[]).await;
    for key in ["a/../b", "./a", "a/.", ".."] {
        assert_eq!(store.get("logs-1", key, wall()).await.unwrap_err().code, "InvalidURI", "{key}");
    }
    for key in ["a//b", "a%2e%2e/b", "a?b#c", "a b+c", "AWSLogs/1/CloudTrail/", "…"] {
        assert_eq!(store.get("logs-1", key, wall()).await, Ok(None), "{key}");
    }
    assert_eq!(listener.seen()[2].uri(), "/logs-1/a%3Fb%23c");
}

#[tokio::test]
async fn a_check_asks_for_the_acl_and_leaves_markers() {
    let listener = Listener::start(|_| told(200, "")).await;
    let markers = ["p/AWSLogs/111122223333/CloudTrail/".to_owned()];
    assert_eq!(store(&listener.endpoint()).check("logs-1", &markers, wall()).await, Ok(()));
    let seen = listener.seen();
    assert_eq!(seen[0].uri(), "/logs-1/?acl");
    assert_eq!(seen[1].uri(), "/logs-1/p/AWSLogs/111122223333/CloudTrail/");
    assert_eq!(seen[1].headers()["x-amz-acl"], "bucket-owner-full-control");
    assert_eq!(seen[1].headers()["content-length"], "0");
}

#[tokio::test]
async fn a_check_says_what_stands_in_the_way() {
    async fn check(answer: impl Fn(&Request) -> Told + Send + Sync + 'static) -> Result<(), Unfit> {
        let listener = Listener::start(answer).await;
        store(&listener.endpoint()).check("logs-1", &["m/".to_owned()], wall()).await
    }
    let no_acl = |head: u16| {
        move |request: &Request| match request.method().as_str() {
            "GET" => error(501, "NotImplemented"),
            "HEAD" => told(head, ""),
            _ => told(200, ""),
        }
    };
    assert_eq!(check(|_| error(404, "NoSuchBucket")).await, Err(Unfit::NoSuchBucket));
    assert_eq!(check(no_acl(404)).await, Err(Unfit::NoSuchBucket));
    assert_eq!(check(no_acl(200)).await, Ok(()));
    let code = |unfit| match unfit {
        Err(Unfit::Denied(error)) => format!("denied: {}", error.code),
        Err(Unfit::Unreachable(error)) => format!("unreachable: {}", error.code),
        other => format!("{other:?}"),
    };
    assert_eq!(code(check(|_| error(403, "AccessDenied")).await), "denied: AccessDenied");
    assert_eq!(code(check(no_acl(403)).await), "denied: AccessDenied");
    assert_eq!(code(check(|_| error(503, "SlowDown")).await), "unreachable: SlowDown");
    let put_denied = |request: &Request| match request.method().as_str() {
        "PUT" => error(403, "AccessDenied"),
        _ => told(200, ""),
    };
    assert_eq!(code(check(put_denied).await), "denied: AccessDenied");
}

#[test]
fn a_bucket_is_found_by_its_pattern_and_in_the_host_name_when_asked() {
    let mut store = store("https://s3.example.org:9000");
    assert!(store.has("logs-1") && !store.has("other"));
    store.path_style = false;
    let url = |bucket| store.url(&Ask::get(bucket, "a/b"));
    assert_eq!(url("logs-1").unwrap().as_str(), "https://logs-1.s3.example.org:9000/a/b");
    assert_eq!(url("a/b").unwrap_err().code, "InvalidBucketName");
    assert_eq!(url("Logs").unwrap_err().code, "InvalidBucketName");
}
