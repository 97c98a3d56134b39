//! Paging tokens that only this server can make, bound to one caller and one question.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Seals and opens tokens.
pub(crate) struct Tokens {
    key: RandomizedNonceKey,
}

impl Tokens {
    /// Returns the sealer of this key.
    ///
    /// # Panics
    /// Never: 32 bytes are what the cipher takes.
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let key = RandomizedNonceKey::new(&AES_256_GCM, key).expect("32 bytes are a key");
        Self { key }
    }

    /// Returns `content` as an opaque token that opens only under the same `bound` text.
    ///
    /// # Panics
    /// Never: the content is plain data and far below the cipher's limit.
    pub(crate) fn seal(&self, content: &impl Serialize, bound: &str) -> String {
        let mut bytes = serde_json::to_vec(content).expect("token contents are plain data");
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from(bound.as_bytes()), &mut bytes)
            .expect("a token is far below the cipher's limit");
        bytes.splice(0..0, *nonce.as_ref());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Returns the content of a token, or `None` when it was altered, made elsewhere, or is bound
    /// to something else.
    pub(crate) fn open<T: DeserializeOwned>(&self, token: &str, bound: &str) -> Option<T> {
        let mut bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let content = self.key.open_in_place(nonce, Aad::from(bound.as_bytes()), sealed).ok()?;
        serde_json::from_slice(content).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_flipped_bit_and_any_other_binding_is_refused() {
        let tokens = Tokens::new(&[7; 32]);
        let token = tokens.seal(&(1_u64, "x"), "111122223333/LookupEvents/q");
        let opened: (u64, String) = tokens.open(&token, "111122223333/LookupEvents/q").unwrap();
        assert_eq!(opened, (1, "x".to_owned()));
        assert!(tokens.open::<(u64, String)>(&token, "444455556666/LookupEvents/q").is_none());
        assert!(Tokens::new(&[8; 32]).open::<(u64, String)>(&token, "x").is_none());
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut altered = bytes.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            let altered = URL_SAFE_NO_PAD.encode(altered);
            assert!(
                tokens.open::<(u64, String)>(&altered, "111122223333/LookupEvents/q").is_none(),
                "bit {bit}"
            );
        }
    }
}
