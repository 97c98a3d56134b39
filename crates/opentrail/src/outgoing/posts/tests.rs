//! Tests: every spelling of an address that must not be reached, and posts that are made.

use http::Response;

use super::*;
use crate::outgoing::listener::{Listener, told};

fn posts(allowed: &[&str]) -> Posts {
    let networks = allowed.iter().map(|network| network.parse().unwrap()).collect();
    let config = OutgoingConfig { allowed_networks: Some(networks), ..OutgoingConfig::default() };
    Posts::new(&config, ([0, 0, 0, 0], 80).into()).unwrap()
}

/// Spellings of addresses and schemes that are refused where nothing private is allowed.
const REFUSED: &[&str] = &[
    // this machine
    "http://127.0.0.1/",
    "http://127.0.0.1:8080/x?y",
    "https://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.255.255.254/",
    "http://127.0.0.1./",
    "http://0x7f.1/",
    "http://0x7f000001/",
    "http://0X7F.0.0.1/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://2130706433/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0177.0.0.01/",
    "http://000177.0.0.1/",
    "http://127.000.000.001/",
    "http://%31%32%37.0.0.1/",
    "http://127%2e0%2e0%2e1/",
    "http://１２７.0.0.1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://0.1.2.3/",
    "http://[::]/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[0000::0001]:80/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:FFFF:7F00:0001]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::127.0.0.1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    // a user, and things that look like one
    "http://user@127.0.0.1/",
    "http://user:password@127.0.0.1/",
    "http://example.com@127.0.0.1/",
    "http://example.com%00@127.0.0.1/",
    "http://example.com:80@127.0.0.1:80/",
    // spellings that only lenient readers take
    "http:127.0.0.1/",
    "http:/127.0.0.1/",
    "http:///127.0.0.1/",
    "http:\\\\127.0.0.1\\",
    "HTTP://127.0.0.1/",
    " http://127.0.0.1/ ",
    "ht\ntp://127.0.\t0.1/",
    "http://127.0.0.1\\@example.com/",
    "http://127.0.0.1#@example.com/",
    "http://127.0.0.1?@example.com/",
    // machines' metadata
    "http://169.254.169.254/latest/meta-data/",
    "http://169.254.169.254./",
    "http://169.254.170.2/",
    "http://0xa9fea9fe/",
    "http://0xa9.0xfe.0xa9.0xfe/",
    "http://2852039166/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    "http://169.16689662/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::169.254.169.254]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://[fd00:ec2::254]/",
    "http://[FE80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://100.100.100.200/",
    "http://192.0.0.192/",
    // private networks, and what is nobody's
    "http://10.0.0.1/",
    "http://10.1/",
    "http://012.0.0.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://3232235777/",
    "http://[::ffff:192.168.1.1]/",
    "http://100.64.0.1/",
    "http://198.18.0.1/",
    "http://192.0.2.1/",
    "http://[fc00::1]/",
    "http://[fd12:3456::1]/",
    "http://[2001:db8::1]/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[ff02::1]/",
    // no post at all
    "gopher://127.0.0.1:25/x",
    "file:///etc/passwd",
    "ftp://93.184.215.14/",
    "unix:///run/a.sock",
    "data:text/plain,x",
    "javascript:alert(1)",
    "//93.184.215.14/",
    "93.184.215.14",
    "http://",
    "http://256.1.1.1/",
    "http://1.2.3.4.5/",
    "http://0x100000000/",
    "http://[::1/",
    "",
];

#[test]
fn g1_no_spelling_reaches_what_is_not_public() {
    let posts = posts(&[]);
    for url in REFUSED {
        let judged = posts.check(url);
        assert!(
            matches!(judged, Err(PostError::Url | PostError::Forbidden(_))),
            "{url} {judged:?}"
        );
    }
    assert!(REFUSED.len() >= 80);
}

#[test]
fn g1_public_addresses_and_names_pass() {
    let posts = posts(&[]);
    for url in [
        "http://93.184.215.14/",
        "https://93.184.215.14:8443/hook?a=b",
        "http://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
        "http://[::ffff:93.184.215.14]/",
        "http://[64:ff9b::5db8:d70e]/",
        "http://172.32.0.1/",
        "http://100.128.0.1/",
        "http://11.0.0.1/",
        "https://user:password@example.com/hook",
        "https://example.com./hook",
    ] {
        assert_eq!(posts.check(url), Ok(()), "{url}");
    }
    assert_eq!(
        posts.check(&format!("http://example.com/{}", "x".repeat(3000))),
        Err(PostError::Url)
    );
}

#[test]
fn g1_only_what_is_named_opens_and_some_never() {
    let posts = posts(&["0.0.0.0/0", "::/0"]);
    for url in ["http://127.0.0.1/", "http://[::1]/", "http://10.0.0.1/", "http://[fd12::1]/"] {
        assert_eq!(posts.check(url), Ok(()), "{url}");
    }
    for url in [
        "http://169.254.169.254/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[fe80::1]/",
        "http://[fd00:ec2::254]/",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://[::127.0.0.1]/",
        "http://[2002:7f00:1::]/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
    ] {
        assert!(matches!(posts.check(url), Err(PostError::Forbidden(_))), "{url}");
    }
}

#[test]
fn g1_one_forbidden_address_refuses_the_name() {
    let networks = Networks::new(Vec::new());
    let found = |addresses: &[&str]| {
        let sockets = addresses.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 0));
        judged(&networks, sockets.collect()).map(|passed| passed.len()).map_err(|found| found.0)
    };
    assert_eq!(found(&["93.184.215.14", "2606:2800::1"]), Ok(2));
    assert_eq!(found(&["93.184.215.14", "10.0.0.1"]), Err("10.0.0.1".parse().unwrap()));
    assert_eq!(found(&["::ffff:127.0.0.1", "1.1.1.1"]), Err("::ffff:127.0.0.1".parse().unwrap()));
}

#[tokio::test]
async fn g1_a_name_that_leads_here_is_not_connected_to() {
    let listener = Listener::start(|_| told(200, "")).await;
    let url = format!("http://localhost:{}/", listener.address.port());
    let refused = posts(&[]).post(&url, HeaderMap::new(), Bytes::new()).await;
    assert!(matches!(refused, Err(PostError::Forbidden(address)) if address.is_loopback()));
    assert!(listener.seen().is_empty());
    let posts = posts(&["127.0.0.0/8", "::1/128"]);
    assert_eq!(posts.post(&url, HeaderMap::new(), Bytes::new()).await, Ok(200));
    assert_eq!(listener.seen().len(), 1);
}

#[tokio::test]
async fn g1_redirects_are_answers_and_not_followed() {
    let inner = Listener::start(|_| told(200, "")).await;
    let target = inner.endpoint();
    let outer = Listener::start(move |_| {
        Response::builder().status(307).header("location", &target).body(Bytes::new()).unwrap()
    });
    let outer = outer.await;
    let posts = posts(&["127.0.0.0/8"]);
    assert_eq!(posts.post(&outer.endpoint(), HeaderMap::new(), Bytes::new()).await, Ok(307));
    assert!(inner.seen().is_empty());
}

#[tokio::test]
async fn a_post_carries_headers_body_and_the_urls_password() {
    let listener = Listener::start(|_| told(204, "")).await;
    let url = format!("http://user:pass@{}/hook?a=b", listener.address);
    let mut headers = HeaderMap::new();
    headers.insert("x-amz-sns-message-type", "Notification".parse().unwrap());
    let body = Bytes::from_static(b"{}");
    assert_eq!(posts(&["127.0.0.0/8"]).post(&url, headers, body).await, Ok(204));
    let seen = &listener.seen()[0];
    assert_eq!((seen.method().as_str(), seen.uri().to_string().as_str()), ("POST", "/hook?a=b"));
    assert_eq!(seen.headers()["x-amz-sns-message-type"], "Notification");
    assert_eq!(seen.headers()["authorization"], "Basic dXNlcjpwYXNz");
    assert_eq!(&seen.body()[..], b"{}");
}

#[tokio::test]
async fn a_long_answer_is_left_and_a_late_one_is_late() {
    let listener = Listener::start(|_| told(200, vec![b'x'; 100 * ANSWER_BYTES_MAX])).await;
    let mut posts = posts(&["127.0.0.0/8"]);
    assert_eq!(posts.post(&listener.endpoint(), HeaderMap::new(), Bytes::new()).await, Ok(200));
    let moment = std::time::Duration::from_millis(50);
    posts.client = exchange::client(moment, moment, |client| client).unwrap();
    let hung = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://user:swordfish@{}/", hung.local_addr().unwrap());
    let late = posts.post(&url, HeaderMap::new(), Bytes::new()).await;
    assert_eq!(late, Err(PostError::Late));
    drop(hung);
    let gone = posts.post(&url, HeaderMap::new(), Bytes::new()).await;
    assert!(matches!(&gone, Err(PostError::Unreachable(words)) if !words.contains("swordfish")));
}
