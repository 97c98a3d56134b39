//! Keys that sign digests: RSA of 2048 bits, PKCS#1 v1.5 with SHA-256, as AWS does.
//!
//! ```text
//!   keys    |──────── 30 days ────────|                 each signs 20 days, and stays valid
//!                             |──────── 30 days ────────|    for 10 more
//!           ^ signs            ^ signs            ^ signs
//! ```
//!
//! A Region's keys lie on a grid of twenty days, so whichever digest is signed first, however late,
//! every chain of the Region finds the same periods.

use std::fmt;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};
use jiff::{SignedDuration, Timestamp};
use md5::{Digest, Md5};
use zeroize::Zeroizing;

use crate::hex::{hex, unhex};
use crate::state::KeyPair;

/// How long a key is valid.
pub const LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long a key signs before the next one does.
pub const ROTATION: SignedDuration = SignedDuration::from_hours(20 * 24);
/// The algorithm, as digests and their metadata name it.
pub const ALGORITHM: &str = "SHA256withRSA";

/// How long before its first digest a Region's first key is valid.
const LEAD: SignedDuration = SignedDuration::from_hours(24);
const HOUR_SECS: i64 = 3600;

/// What every `RSAPublicKey` of 2048 bits with the exponent 65537 begins and ends with.
const DER_START: [u8; 9] = [0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00];
const DER_END: [u8; 5] = [0x02, 0x03, 0x01, 0x00, 0x01];
const MODULUS_BYTES: usize = 256;

/// A key that was just made.
pub struct NewKey {
    /// The private key as PKCS#8, wiped when dropped.
    pub pkcs8: Zeroizing<Vec<u8>>,
    /// The public key as PKCS#1 `RSAPublicKey` in DER.
    pub public_der: Vec<u8>,
    /// The MD5 of that DER in lower-case hexadecimal.
    pub fingerprint: String,
}

/// A private key that signs; never printed.
pub struct SigningKey(RsaKeyPair);

/// A public key that passed every check of its form.
pub struct VerifyingKey(ParsedPublicKey);

/// What can go wrong with keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The cryptography library failed.
    #[error("the cryptography library failed")]
    Library,
    /// A private key is damaged, or no RSA key of 2048 bits.
    #[error("not the PKCS#8 of an RSA key of 2048 bits")]
    PrivateKey,
    /// A public key is not in the one form that digests are verified with.
    #[error("not the DER of an RSAPublicKey of 2048 bits with the exponent 65537")]
    PublicKey,
}

/// Makes a key, with the randomness of the operating system.
///
/// # Errors
/// [`Error::Library`]
pub fn generate() -> Result<NewKey, Error> {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| Error::Library)?;
    let pkcs8 = pair.as_der().map_err(|_| Error::Library)?;
    let public_der = pair.public_key().as_ref().to_vec();
    Ok(NewKey {
        pkcs8: Zeroizing::new(pkcs8.as_ref().to_vec()),
        fingerprint: fingerprint(&public_der),
        public_der,
    })
}

/// Returns the name of a public key: the MD5 of its DER in lower-case hexadecimal. It only tells
/// keys apart; whether a key is trusted is never decided by it.
pub fn fingerprint(public_der: &[u8]) -> String {
    hex(Md5::digest(public_der).as_slice())
}

/// Returns whether a signature is exactly that of this text by this key.
pub fn verify(public_der: &[u8], text: &str, signature: &str) -> bool {
    VerifyingKey::from_der(public_der).is_ok_and(|key| key.verify(text, signature))
}

impl SigningKey {
    /// Reads a private key.
    ///
    /// # Errors
    /// [`Error::PrivateKey`]
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, Error> {
        let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| Error::PrivateKey)?;
        check_form(pair.public_key().as_ref()).map_err(|_| Error::PrivateKey)?;
        Ok(Self(pair))
    }

    /// Returns the signature of a text in lower-case hexadecimal: for one text always the same.
    ///
    /// # Errors
    /// [`Error::Library`]
    pub fn sign(&self, text: &str) -> Result<String, Error> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .map_err(|_| Error::Library)?;
        Ok(hex(&signature))
    }

    /// Returns the name of its public key.
    pub fn fingerprint(&self) -> String {
        fingerprint(self.0.public_key().as_ref())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.fingerprint())
    }
}

impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewKey({})", self.fingerprint)
    }
}

impl VerifyingKey {
    /// Reads a public key.
    ///
    /// # Errors
    /// [`Error::PublicKey`]
    pub fn from_der(public_der: &[u8]) -> Result<Self, Error> {
        check_form(public_der)?;
        ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public_der)
            .map(Self)
            .map_err(|_| Error::PublicKey)
    }

    /// Returns whether a signature is exactly that of this text, in lower-case hexadecimal.
    pub fn verify(&self, text: &str, signature: &str) -> bool {
        let Some(signature) = unhex(signature) else { return false };
        signature.len() == MODULUS_BYTES && self.0.verify_sig(text.as_bytes(), &signature).is_ok()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifyingKey")
    }
}

/// There is exactly one way to write such a key, and everything else is refused before any parser
/// that may be more generous sees it.
fn check_form(der: &[u8]) -> Result<(), Error> {
    let modulus = der.strip_prefix(&DER_START).and_then(|rest| rest.strip_suffix(&DER_END));
    let modulus = modulus.ok_or(Error::PublicKey)?;
    let is_full = modulus.len() == MODULUS_BYTES;
    let is_high = modulus.first().is_some_and(|byte| *byte >= 0x80);
    let is_odd = modulus.last().is_some_and(|byte| byte % 2 == 1);
    if is_full && is_high && is_odd { Ok(()) } else { Err(Error::PublicKey) }
}

/// Returns the newest key that is valid at a time: the one that signs a digest which ends then.
pub fn key_at(keys: &[KeyPair], at: Timestamp) -> Option<&KeyPair> {
    keys.iter()
        .filter(|key| key.valid_from <= at && at < key.valid_to)
        .max_by_key(|key| key.valid_from)
}

/// Returns the validity of the key that must be made before a digest which ends at `at` is signed;
/// nothing when the key for that time is there.
///
/// The first key of a Region is valid from a day before, at a full hour. Later ones begin a
/// multiple of [`ROTATION`] after it, so what signs at a time does not depend on the order of the
/// digests.
pub fn next_key_period(keys: &[KeyPair], at: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let Some(first) = keys.iter().map(|key| key.valid_from).min() else {
        let second = at.as_second() - LEAD.as_secs();
        return period(second - second.rem_euclid(HOUR_SECS));
    };
    let since = at.as_second() - first.as_second();
    let step = since - since.rem_euclid(ROTATION.as_secs());
    let (from, to) = period(first.as_second() + step)?;
    let is_there = keys.iter().any(|key| key.valid_from == from);
    (!is_there).then_some((from, to))
}

/// The validity of a key from a second on; nothing at the end of time.
fn period(from: i64) -> Option<(Timestamp, Timestamp)> {
    let from = Timestamp::from_second(from).ok()?;
    Some((from, from.checked_add(LIFE).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(days: i64) -> SignedDuration {
        SignedDuration::from_hours(24 * days)
    }

    #[test]
    fn a_key_signs_and_its_public_key_verifies() {
        let new = generate().unwrap();
        let key = SigningKey::from_pkcs8(&new.pkcs8).unwrap();
        let signature = key.sign("text").unwrap();
        assert_eq!(signature.len(), 512);
        assert_eq!(signature, key.sign("text").unwrap());
        assert_eq!(key.fingerprint(), new.fingerprint);
        assert!(verify(&new.public_der, "text", &signature));
        assert!(!verify(&new.public_der, "texT", &signature));
        assert!(!verify(&new.public_der, "text", &signature.to_uppercase()));
        assert!(!verify(&new.public_der, "text", &signature[2..]));
        assert!(!verify(&new.public_der, "text", &format!("00{signature}")));
        let other = generate().unwrap();
        assert!(!verify(&other.public_der, "text", &signature));
        assert!(!format!("{new:?} {key:?}").contains(&hex(&new.pkcs8[40..60])));
    }

    #[test]
    fn every_bit_of_a_public_key_and_of_a_signature_counts() {
        let new = generate().unwrap();
        let signature = SigningKey::from_pkcs8(&new.pkcs8).unwrap().sign("text").unwrap();
        for bit in 0..new.public_der.len() * 8 {
            let mut der = new.public_der.clone();
            der[bit / 8] ^= 1 << (bit % 8);
            assert!(!verify(&der, "text", &signature), "bit {bit} of the key");
        }
        let key = VerifyingKey::from_der(&new.public_der).unwrap();
        for bit in 0..signature.len() * 8 {
            let mut bytes = signature.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let text = String::from_utf8_lossy(&bytes);
            assert!(!key.verify("text", &text), "bit {bit} of the signature");
        }
        for length in 0..new.public_der.len() {
            assert!(VerifyingKey::from_der(&new.public_der[..length]).is_err());
        }
    }

    #[test]
    fn small_exponents_and_small_keys_are_refused() {
        let new = generate().unwrap();
        let mut three = new.public_der.clone();
        three.truncate(three.len() - 5);
        three.extend_from_slice(&[2, 1, 3]);
        three[3] -= 2;
        assert_eq!(VerifyingKey::from_der(&three).unwrap_err(), Error::PublicKey);
        let large = RsaKeyPair::generate(KeySize::Rsa3072).unwrap();
        assert!(VerifyingKey::from_der(large.public_key().as_ref()).is_err());
        assert!(SigningKey::from_pkcs8(large.as_der().unwrap().as_ref()).is_err());
    }

    #[test]
    fn a_fingerprint_is_the_md5_of_the_key() {
        assert_eq!(fingerprint(b"abc"), "900150983cd24fb0d6963f7d28e17f72");
    }

    fn made(keys: &mut Vec<KeyPair>, at: Timestamp) {
        if let Some((valid_from, valid_to)) = next_key_period(keys, at) {
            assert_eq!(valid_to.duration_since(valid_from), LIFE);
            keys.push(KeyPair {
                public_key: String::new(),
                fingerprint: valid_from.to_string(),
                valid_from,
                valid_to,
                sealed: String::new(),
            });
        }
    }

    #[test]
    fn every_digest_finds_a_key_that_is_valid_and_keys_overlap() {
        let start: Timestamp = "2026-11-20T10:20:07Z".parse().unwrap();
        let mut keys = Vec::new();
        for hour in 0..24 * 100 {
            let at = start + SignedDuration::from_hours(hour);
            made(&mut keys, at);
            let key = key_at(&keys, at).unwrap();
            assert!(at.duration_since(key.valid_from) < ROTATION);
        }
        let froms: Vec<_> = keys.iter().map(|key| key.valid_from).collect();
        assert_eq!(froms[0].to_string(), "2026-11-19T10:00:00Z");
        assert_eq!(froms.len(), 6);
        assert!(froms.windows(2).all(|pair| pair[1].duration_since(pair[0]) == ROTATION));
    }

    #[test]
    fn keys_are_on_one_grid_whatever_the_order_of_the_digests() {
        let start: Timestamp = "2026-11-20T10:20:07Z".parse().unwrap();
        let mut keys = Vec::new();
        for day in [0, 205, 32, 19, 21, -15, 204, 1000] {
            let at = start + days(day);
            made(&mut keys, at);
            assert!(key_at(&keys, at).is_some(), "day {day}");
            assert_eq!(next_key_period(&keys, at), None, "day {day}");
        }
        let first = keys[0].valid_from;
        let off =
            |key: &KeyPair| key.valid_from.duration_since(first).as_secs() % ROTATION.as_secs();
        assert!(keys.iter().all(|key| off(key) == 0));
    }
}
