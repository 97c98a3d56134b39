//! The same signed call, again.

use jiff::{SignedDuration, Timestamp};

use super::{now, signed};
use crate::sigv4::{Claim, Replays, Rules, Sight};

fn claim(signature: &str) -> Claim {
    Claim { signature: signature.to_owned(), ..Claim::read(&signed(&[], b"")).unwrap() }
}

fn after(secs: i64) -> Timestamp {
    now().checked_add(SignedDuration::from_secs(secs)).unwrap()
}

#[test]
fn a_call_is_first_once() {
    let mut replays = Replays::new(10);
    assert_eq!(replays.see(&claim("a"), &Rules::API, now(), 1), Sight::First);
    for secs in 0..100 {
        assert_eq!(replays.see(&claim("a"), &Rules::API, after(secs), 2), Sight::Again(&1));
    }
    let other = Claim { access_key_id: "AKIAOTHER".to_owned(), ..claim("a") };
    assert_eq!(replays.see(&other, &Rules::API, now(), 3), Sight::First);
}

#[test]
fn a_call_is_remembered_while_its_signature_is_good() {
    let mut replays = Replays::new(10);
    assert_eq!(replays.see(&claim("a"), &Rules::API, now(), 1), Sight::First);
    assert_eq!(replays.see(&claim("a"), &Rules::API, after(300), 2), Sight::Again(&1));
    assert_eq!(replays.len(), 1);
    assert_eq!(replays.see(&claim("b"), &Rules::API, after(302), 2), Sight::First);
    assert_eq!(replays.len(), 1);
}

#[test]
fn a_full_guard_forgets_nothing_that_could_come_again() {
    let mut replays = Replays::new(2);
    for signature in ["a", "b"] {
        assert_eq!(replays.see(&claim(signature), &Rules::API, now(), signature), Sight::First);
    }
    assert_eq!(replays.see(&claim("c"), &Rules::API, now(), "c"), Sight::Full);
    assert_eq!(replays.see(&claim("a"), &Rules::API, now(), "d"), Sight::Again(&"a"));
    assert_eq!(replays.see(&claim("c"), &Rules::API, after(302), "c"), Sight::First);
    assert_eq!(replays.len(), 1);
}

#[test]
fn a_guard_is_the_same_after_it_was_written_down() {
    let mut replays = Replays::new(2);
    replays.see(&claim("a"), &Rules::API, now(), 7_u64);
    let text = serde_json::to_string(&replays).unwrap();
    let mut read: Replays<u64> = serde_json::from_str(&text).unwrap();
    assert_eq!(read, replays);
    assert_eq!(read.see(&claim("a"), &Rules::API, now(), 8), Sight::Again(&7));
}
