//! Keeps secrets sealed: what is stored or handed out never shows one in the clear.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wire::Call;
use zeroize::Zeroizing;

/// A secret access key in the clear; wiped from memory when dropped, never printed.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

/// Seals and opens secrets with AES-256-GCM under one key of the installation.
///
/// ```text
///   base64( version 1 | nonce 12 | ciphertext | tag 16 )      purpose = associated data
/// ```
///
/// Sealing draws its nonce from [`Call`], so the same call run from the same seed seals to the
/// same bytes. The purpose is bound in: a sealed access key cannot pass for a session token.
pub struct Vault {
    key: LessSafeKey,
}

/// Why a sealed text was not opened; says no more on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sealed text was not made by this vault for this purpose")]
pub struct NotSealedHere;

const VERSION: u8 = 1;

impl Vault {
    /// Returns a vault with this key.
    pub fn new(key: &[u8; 32]) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, key).expect("the key has the cipher's length");
        Self { key: LessSafeKey::new(key) }
    }

    /// Seals `plain` for `purpose`.
    pub fn seal(&self, purpose: &str, plain: &str, call: &mut Call<'_>) -> String {
        let nonce = draw_nonce(call);
        let mut body = plain.as_bytes().to_vec();
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(purpose.as_bytes()),
                &mut body,
            )
            .expect("plain texts here are far below the cipher's limit of 64 GiB");
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + body.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.append(&mut body);
        STANDARD.encode(sealed)
    }

    /// Opens what [`Self::seal`] sealed for the same purpose.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<Secret, NotSealedHere> {
        let bytes = Zeroizing::new(STANDARD.decode(sealed).map_err(|_| NotSealedHere)?);
        let (&VERSION, rest) = bytes.split_first().ok_or(NotSealedHere)? else {
            return Err(NotSealedHere);
        };
        let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>().ok_or(NotSealedHere)?;
        let mut body = Zeroizing::new(body.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plain = self
            .key
            .open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut body)
            .map_err(|_| NotSealedHere)?;
        let text = str::from_utf8(plain).map_err(|_| NotSealedHere)?;
        Ok(Secret::new(text.to_owned()))
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

impl Secret {
    /// Takes hold of a secret.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Returns the secret, for a signature or for the one answer that shows it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

fn draw_nonce(call: &mut Call<'_>) -> [u8; NONCE_LEN] {
    let mut nonce = [0; NONCE_LEN];
    let drawn = [(call.random)().to_be_bytes(), (call.random)().to_be_bytes()].concat();
    for (slot, byte) in nonce.iter_mut().zip(drawn) {
        *slot = byte;
    }
    nonce
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;

    #[test]
    fn seals_and_opens_for_one_purpose_only() {
        let vault = Vault::new(&[7; 32]);
        let sealed = vault.seal("access-key", "swordfish", &mut Dice::new().call());
        assert_eq!(
            vault.open("access-key", &sealed).map(|s| s.expose().to_owned()).ok().as_deref(),
            Some("swordfish")
        );
        assert_eq!(vault.open("session-token", &sealed).err(), Some(NotSealedHere));
        assert_eq!(Vault::new(&[8; 32]).open("access-key", &sealed).err(), Some(NotSealedHere));
        assert!(!format!("{vault:?}{sealed}").contains("swordfish"));
    }

    #[test]
    fn every_altered_byte_is_noticed() {
        let vault = Vault::new(&[7; 32]);
        let sealed = vault.seal("access-key", "swordfish", &mut Dice::new().call());
        let bytes = STANDARD.decode(&sealed).unwrap();
        for at in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            assert!(vault.open("access-key", &STANDARD.encode(altered)).is_err(), "byte {at}");
        }
        for length in 0..bytes.len() {
            assert!(vault.open("access-key", &STANDARD.encode(&bytes[..length])).is_err());
        }
    }

    #[test]
    fn the_same_draw_seals_to_the_same_text_and_another_draw_does_not() {
        let vault = Vault::new(&[7; 32]);
        let mut dice = Dice::new();
        let first = vault.seal("p", "swordfish", &mut dice.call());
        let second = vault.seal("p", "swordfish", &mut dice.call());
        assert_eq!(first, vault.seal("p", "swordfish", &mut Dice::new().call()));
        assert_ne!(first, second);
    }
}
