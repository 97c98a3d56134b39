//! `ListPublicKeys`.

use expect_test::expect;

use super::check_in;
use super::world::World;
use crate::change::Change;
use crate::state::KeyPair;

fn key(region: &str, byte: char, from: &str, to: &str) -> Change {
    let key = KeyPair {
        // the base64 of three bytes
        public_key: std::iter::repeat_n(byte, 4).collect(),
        fingerprint: format!("fingerprint-{byte}"),
        valid_from: from.parse().unwrap(),
        valid_to: to.parse().unwrap(),
        sealed: "secret".to_owned(),
    };
    Change::Key { region: region.to_owned(), key }
}

/// It is 2026-11-20T08:00:00.125Z, which is 1795161600.125.
#[test]
fn keys_are_those_of_the_range_and_region() {
    let mut world = World::new();
    world.apply(&[
        key("us-east-1", 'a', "2026-09-20T00:00:00Z", "2026-10-20T00:00:00Z"),
        key("us-east-1", 'b', "2026-10-10T00:00:00Z", "2026-11-09T00:00:00Z"),
        key("us-east-1", 'c', "2026-10-30T00:00:00Z", "2026-11-29T00:00:00Z"),
        key("us-east-1", 'd', "2026-11-19T00:00:00Z", "2026-12-19T00:00:00Z"),
        key("eu-west-1", 'e', "2026-11-19T00:00:00Z", "2026-12-19T00:00:00Z"),
    ]);
    check_in(
        &mut world,
        &expect![[r#"
            > ListPublicKeys {}
            {"PublicKeyList":[{"Value":"cccc","ValidityStartTime":1793318400,"ValidityEndTime":1795910400,"Fingerprint":"fingerprint-c"},{"Value":"dddd","ValidityStartTime":1795046400,"ValidityEndTime":1797638400,"Fingerprint":"fingerprint-d"}]}
            > ListPublicKeys {"NextToken": "junk"}
            {"PublicKeyList":[{"Value":"cccc","ValidityStartTime":1793318400,"ValidityEndTime":1795910400,"Fingerprint":"fingerprint-c"},{"Value":"dddd","ValidityStartTime":1795046400,"ValidityEndTime":1797638400,"Fingerprint":"fingerprint-d"}]}
            > ListPublicKeys {"StartTime": 1792454400}
            {"PublicKeyList":[{"Value":"aaaa","ValidityStartTime":1789862400,"ValidityEndTime":1792454400,"Fingerprint":"fingerprint-a"},{"Value":"bbbb","ValidityStartTime":1791590400,"ValidityEndTime":1794182400,"Fingerprint":"fingerprint-b"},{"Value":"cccc","ValidityStartTime":1793318400,"ValidityEndTime":1795910400,"Fingerprint":"fingerprint-c"},{"Value":"dddd","ValidityStartTime":1795046400,"ValidityEndTime":1797638400,"Fingerprint":"fingerprint-d"}]}
            > ListPublicKeys {"StartTime": 1792454401, "EndTime": 1793318399}
            {"PublicKeyList":[{"Value":"bbbb","ValidityStartTime":1791590400,"ValidityEndTime":1794182400,"Fingerprint":"fingerprint-b"}]}
            > ListPublicKeys {"EndTime": 1795161600}
            InvalidTimeRangeException: StartTime must not be after EndTime.
            > ListPublicKeys {"StartTime": 1795161601, "EndTime": 1795161600}
            InvalidTimeRangeException: StartTime must not be after EndTime.
            > ListPublicKeys {"StartTime": 1500000000, "EndTime": 1500000001}
            {"PublicKeyList":[]}
            > in eu-west-1
            > ListPublicKeys {}
            {"PublicKeyList":[{"Value":"eeee","ValidityStartTime":1795046400,"ValidityEndTime":1797638400,"Fingerprint":"fingerprint-e"}]}
            > in ap-south-1
            > ListPublicKeys {}
            {"PublicKeyList":[]}
        "#]],
    );
}
