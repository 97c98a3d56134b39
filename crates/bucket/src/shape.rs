//! How values look in answers.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use wire::{Members, Value};

/// Returns a time in whole seconds, which is what S3 keeps.
pub(crate) fn second(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).expect("the second of a timestamp is in its range")
}

/// Returns a size or count.
pub(crate) fn number(number: impl TryInto<i64>) -> Value {
    Value::Integer(number.try_into().unwrap_or(i64::MAX))
}

/// Returns an entity tag in its quotes.
pub(crate) fn etag(etag: &str) -> Value {
    Value::from(format!("\"{etag}\""))
}

/// Returns a time as HTTP headers spell it.
pub(crate) fn http_date(time: Timestamp) -> String {
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Returns tags as a list of pairs.
pub(crate) fn tag_set(tags: &BTreeMap<String, String>) -> Value {
    let tag = |(key, value): (&String, &String)| {
        Members::new().with("Key", Value::from(&**key)).with("Value", Value::from(&**value))
    };
    tags.iter().map(tag).collect::<Vec<_>>().into()
}

/// Returns the canonical user id of an account: S3's own name for it, 64 hexadecimal digits.
///
/// On AWS it is drawn when the account is made; here it follows from the account's number.
pub(crate) fn canonical_id(account: &str) -> String {
    let sum = digest(&SHA256, format!("canonical user {account}").as_bytes());
    hex(sum.as_ref())
}

/// Returns an account as an owner.
pub(crate) fn owner(account: &str) -> Value {
    Members::new().with("ID", Value::from(canonical_id(account))).into()
}

/// Returns what `GetBucketAcl` and `GetObjectAcl` answer: each of `accounts` has full control.
pub(crate) fn acl(owned_by: &str, accounts: &[&str]) -> Members {
    let grant = |account: &&str| {
        let grantee = Members::new()
            .with("ID", Value::from(canonical_id(account)))
            .with("Type", Value::from("CanonicalUser"));
        Members::new()
            .with("Grantee", Value::from(grantee))
            .with("Permission", Value::from("FULL_CONTROL"))
    };
    let grants: Vec<Members> = accounts.iter().map(grant).collect();
    Members::new().with("Owner", owner(owned_by)).with("Grants", Value::from(grants))
}

/// Returns bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |at: u8| DIGITS.get(usize::from(at)).copied().map(char::from);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).flatten().collect()
}

/// Returns the bytes that hexadecimal digits stand for.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|letter| letter.to_digit(16).and_then(|it| it.try_into().ok())).collect();
    let pairs = |pair: &[u8]| match pair {
        [high, low] => Some(high << 4 | low),
        _ => None,
    };
    digits?.chunks(2).map(pairs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_digits_are_read_as_written() {
        assert_eq!(hex(&[0, 0x1f, 0xff]), "001fff");
        assert_eq!(unhex("001fff"), Some(vec![0, 0x1f, 0xff]));
        assert_eq!(unhex("001"), None);
        assert_eq!(unhex("0g"), None);
    }

    #[test]
    fn dates_are_those_of_http() {
        let time = "2026-11-20T08:00:00Z".parse().unwrap();
        assert_eq!(http_date(time), "Fri, 20 Nov 2026 08:00:00 GMT");
    }

    #[test]
    fn canonical_ids_differ_by_account() {
        assert_eq!(canonical_id("111122223333").len(), 64);
        assert_ne!(canonical_id("111122223333"), canonical_id("444455556666"));
    }
}
