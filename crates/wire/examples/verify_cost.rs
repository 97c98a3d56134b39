//! Prints what proving a signature costs: `cargo run --release -p wire --example verify_cost`.

use std::time::Instant;

use http::Request;
use http::request::Parts;
use jiff::Timestamp;
use wire::sigv4::{Claim, Credentials, Keys, PathStyle, Rules, Signer, verify};

const ROUNDS: u32 = 100_000;
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

#[expect(clippy::print_stdout, reason = "printing is what it is for")]
fn main() {
    for body_bytes in [2, 1024, 16 * 1024] {
        let body = vec![b'x'; body_bytes];
        let parts = signed(&body);
        let kept = Keys::new(64);
        let warm = nanoseconds(|| prove(&parts, &body, &kept));
        let cold = nanoseconds(|| prove(&parts, &body, &Keys::new(1)));
        println!(
            "body {body_bytes:>6} B: {warm:>6} ns a call, {cold:>6} ns with a key not yet known"
        );
    }
}

/// Does what a server does for each call: read the claim, then prove it.
fn prove(parts: &Parts, body: &[u8], keys: &Keys) {
    let claim = Claim::read(parts).expect("it was signed above");
    verify(&claim, parts, body, SECRET, keys, Timestamp::UNIX_EPOCH, &Rules::API)
        .expect("it was signed with this secret");
}

fn signed(body: &[u8]) -> Parts {
    let credentials = Credentials {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: SECRET.to_owned(),
        session_token: None,
    };
    let signer = Signer {
        credentials: &credentials,
        region: "us-east-1",
        service: "aws-marketplace",
        path_style: PathStyle::Normalized,
    };
    let request = Request::post("/")
        .header("host", "127.0.0.1:4580")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", "AWSMPMeteringService.BatchMeterUsage")
        .header("user-agent", "aws-cli/2.0 md/Botocore lang/python")
        .header("amz-sdk-invocation-id", "e35629a1-14e8-4602-9b7b-7d42ca359b78")
        .header("amz-sdk-request", "attempt=1");
    let mut parts = request.body(()).expect("these are headers").into_parts().0;
    let added = signer.sign(&parts, body, Timestamp::UNIX_EPOCH).expect("these are headers");
    parts.headers.extend(added);
    parts
}

#[expect(clippy::disallowed_methods, reason = "measuring is reading the clock")]
fn nanoseconds(mut act: impl FnMut()) -> u128 {
    let start = Instant::now();
    (0..ROUNDS).for_each(|_| act());
    start.elapsed().as_nanos() / u128::from(ROUNDS)
}
