//! Ids and secrets in AWS's forms, drawn from the call's randomness.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wire::Call;

use crate::vault::Secret;

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Returns a user's id.
pub(crate) fn user(call: &mut Call<'_>) -> String {
    format!("AIDA{}", call.base32(17))
}

/// Returns a role's id.
pub(crate) fn role(call: &mut Call<'_>) -> String {
    format!("AROA{}", call.base32(17))
}

/// Returns a managed policy's id.
pub(crate) fn policy(call: &mut Call<'_>) -> String {
    format!("ANPA{}", call.base32(17))
}

/// Returns the id of a long-term access key of `account`.
pub(crate) fn long_term_key(account: &str, call: &mut Call<'_>) -> String {
    access_key("AKIA", account, call)
}

/// Returns the id of a temporary access key of `account`.
pub(crate) fn temporary_key(account: &str, call: &mut Call<'_>) -> String {
    access_key("ASIA", account, call)
}

/// Returns a secret access key: forty characters, 240 bits.
pub(crate) fn secret(call: &mut Call<'_>) -> Secret {
    let draws: Vec<u8> = (0..4).flat_map(|_| (call.random)().to_be_bytes()).collect();
    Secret::new(STANDARD.encode(draws.get(..30).unwrap_or(&draws)))
}

/// Returns the account that an access key id names.
///
/// ```text
///   AKIA | 80 bits in base 32:  1 | account, 40 bits | 39 random bits
/// ```
/// So do AWS's own ids, which is how `GetAccessKeyInfo` knows keys that are stored nowhere.
pub(crate) fn account_of_key(access_key_id: &str) -> Option<String> {
    let body = access_key_id.get(4..20).filter(|_| access_key_id.len() == 20)?;
    let mut bits: u128 = 0;
    for byte in body.bytes() {
        let digit = BASE32.iter().position(|letter| *letter == byte)?;
        bits = (bits << 5) | u128::try_from(digit).ok()?;
    }
    let account = (bits >> 39) & ((1 << 40) - 1);
    (bits >> 79 == 1 && account < 1_000_000_000_000).then(|| format!("{account:012}"))
}

fn access_key(prefix: &str, account: &str, call: &mut Call<'_>) -> String {
    let account: u128 = account.parse().unwrap_or(0);
    let random = u128::from((call.random)()) & ((1 << 39) - 1);
    let bits = (1 << 79) | (account << 39) | random;
    let digits = (0..16).rev().filter_map(|place| {
        let digit = (bits >> (place * 5)) & 31;
        usize::try_from(digit)
            .ok()
            .and_then(|digit| BASE32.get(digit))
            .map(|byte| char::from(*byte))
    });
    prefix.chars().chain(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;

    #[test]
    fn ids_have_the_forms_of_aws() {
        let mut dice = Dice::new();
        let key = long_term_key("111122223333", &mut dice.call());
        assert_eq!((key.len(), key.starts_with("AKIA")), (20, true));
        assert_ne!(key, long_term_key("111122223333", &mut dice.call()));
        assert_eq!(account_of_key(&key).as_deref(), Some("111122223333"));
        assert_eq!(user(&mut dice.call()).len(), 21);
        let drawn = secret(&mut dice.call());
        assert_eq!(drawn.expose().len(), 40);
    }

    #[test]
    fn an_id_that_names_no_account_is_refused() {
        for id in [
            "",
            "AKIA",
            "AKIAAAAAAAAAAAAAAAAA",
            "AKIA7777777777777777",
            "AKIA0000000000000000",
            "AKIAÄÄÄÄÄÄÄÄ",
        ] {
            assert_eq!(account_of_key(id), None, "{id}");
        }
    }
}
