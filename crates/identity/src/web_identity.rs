//! Tokens of OIDC providers, proven with the keys that were registered for them.
//!
//! Nothing is fetched: a provider's JSON Web Key Set is put in by `PutWebIdentityKeys`.

#[cfg(test)]
mod tests;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;
use wire::{Fault, Members};

use crate::caller::{Caller, Principal};
use crate::state::{Account, Provider, State};
use crate::sts::assume_role;

/// What a proven token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claims {
    pub(crate) subject: String,
    /// The accepted audience.
    pub(crate) audience: String,
    /// How the person proved who they are, where the provider tells.
    pub(crate) methods: Vec<String>,
}

/// A set of keys, as RFC 7517 writes it.
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    kty: String,
    kid: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
}

#[derive(Deserialize)]
struct Body {
    iss: String,
    sub: String,
    aud: OneOrMany,
    azp: Option<String>,
    exp: i64,
    nbf: Option<i64>,
    #[serde(default)]
    amr: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// A token in its parts; nothing in it is proven yet.
struct Token<'a> {
    header: Header,
    body: Body,
    signed: &'a str,
    signature: Vec<u8>,
}

/// A public key that one of the two accepted algorithms can use.
enum PublicKey {
    Rs256(RsaPublicKeyComponents<Vec<u8>>),
    /// An uncompressed point.
    Es256(Vec<u8>),
}

/// Returns who a call of `AssumeRoleWithWebIdentity` is from: its token's subject when the token
/// holds, unknown otherwise. For the event; the operation makes its own checks.
pub fn web_identity_caller(state: &State, input: &Members, now: Timestamp) -> Caller {
    let role_arn = input.string("RoleArn").unwrap_or_default();
    let token = input.string("WebIdentityToken").unwrap_or_default();
    let proven = assume_role::find(state, role_arn)
        .and_then(|(account, _)| prove(account, token, now).ok().map(|proven| (account, proven)));
    match proven {
        Some((account, (provider, claims))) => caller(account, provider, &claims),
        None => Caller::unknown(),
    }
}

/// Returns the caller that proven claims speak of.
pub(crate) fn caller(account: &Account, provider: &Provider, claims: &Claims) -> Caller {
    let principal = Principal::WebIdentityUser {
        provider_arn: provider.arn(&account.id),
        provider: provider.url.clone(),
        audience: claims.audience.clone(),
        subject: claims.subject.clone(),
    };
    Caller { principal, access_key_id: None, session: None }
}

/// Proves a token against the providers of an account.
pub(crate) fn prove<'a>(
    account: &'a Account,
    token: &str,
    now: Timestamp,
) -> Result<(&'a Provider, Claims), Fault> {
    let token = Token::parse(token).ok_or_else(|| {
        invalid(
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an \
             Access Token)",
        )
    })?;
    let url = without_scheme(&token.body.iss);
    let provider = account.providers.values().find(|provider| provider.url == url);
    let provider = provider.ok_or_else(|| {
        invalid(format!("No OpenIDConnect provider found in your account for {}", token.body.iss))
    })?;
    token.prove_signature(provider)?;
    token.check_times(now)?;
    let audience =
        token.audience(&provider.client_ids).ok_or_else(|| invalid("Incorrect token audience"))?;
    Ok((provider, Claims { subject: token.body.sub, audience, methods: token.body.amr }))
}

/// Returns why a text is not a key set that could prove anything.
pub(crate) fn check_key_set(text: &str) -> Result<(), String> {
    let set: KeySet = serde_json::from_str(text)
        .map_err(|error| format!("Jwks is not a JSON Web Key Set: {error}"))?;
    if set.keys.iter().any(|key| key.public_key().is_some()) {
        return Ok(());
    }
    Err("Jwks holds no RSA key of 2048 bits or more and no P-256 key.".to_owned())
}

/// Returns a provider's URL as ARNs and condition keys have it.
pub(crate) fn without_scheme(url: &str) -> &str {
    url.strip_prefix("https://").unwrap_or(url).trim_end_matches('/')
}

fn invalid(message: impl Into<String>) -> Fault {
    Fault::new("InvalidIdentityTokenException", message)
}

impl<'a> Token<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, body) = signed.split_once('.')?;
        Some(Self {
            header: serde_json::from_slice(&decode(header)?).ok()?,
            body: serde_json::from_slice(&decode(body)?).ok()?,
            signed,
            signature: decode(signature)?,
        })
    }

    fn prove_signature(&self, provider: &Provider) -> Result<(), Fault> {
        let set: Option<KeySet> =
            provider.jwks.as_deref().and_then(|jwks| serde_json::from_str(jwks).ok());
        let set = set.ok_or_else(|| {
            invalid(
                "Couldn't retrieve verification key from your identity provider, please reference \
                 AssumeRoleWithWebIdentity documentation for requirements",
            )
        })?;
        let named = |key: &&Key| self.header.kid.is_none() || key.kid == self.header.kid;
        let proven = set.keys.iter().filter(named).filter_map(Key::public_key).any(|key| {
            key.algorithm() == self.header.alg
                && key.proves(self.signed.as_bytes(), &self.signature)
        });
        proven.then_some(()).ok_or_else(|| invalid("The signature of the token is not valid."))
    }

    fn check_times(&self, now: Timestamp) -> Result<(), Fault> {
        let now = now.as_second();
        if self.body.exp <= now {
            return Err(Fault::new(
                "ExpiredTokenException",
                format!(
                    "Token expired: current date/time {now} must be before the expiration \
                     date/time {}",
                    self.body.exp
                ),
            ));
        }
        if self.body.nbf.is_some_and(|not_before| not_before > now) {
            return Err(invalid("The token is not valid yet."));
        }
        Ok(())
    }

    /// Returns the audience when it is an accepted one; where the token names an authorized party,
    /// that counts instead.
    fn audience(&self, accepted: &[String]) -> Option<String> {
        let audiences = match &self.body.aud {
            OneOrMany::One(audience) => std::slice::from_ref(audience),
            OneOrMany::Many(audiences) => audiences,
        };
        let found = match &self.body.azp {
            Some(party) => Some(party).filter(|party| accepted.contains(party)),
            None => audiences.iter().find(|name| accepted.contains(name)),
        };
        found.cloned()
    }
}

impl Key {
    fn public_key(&self) -> Option<PublicKey> {
        match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => {
                let (n, e) = (decode(self.n.as_deref()?)?, decode(self.e.as_deref()?)?);
                (n.len() >= 256).then_some(PublicKey::Rs256(RsaPublicKeyComponents { n, e }))
            }
            ("EC", Some("P-256")) => {
                let (x, y) = (decode(self.x.as_deref()?)?, decode(self.y.as_deref()?)?);
                let point = [&[4], x.as_slice(), y.as_slice()].concat();
                (point.len() == 65).then_some(PublicKey::Es256(point))
            }
            _ => None,
        }
    }
}

impl PublicKey {
    fn algorithm(&self) -> &'static str {
        match self {
            Self::Rs256(_) => "RS256",
            Self::Es256(_) => "ES256",
        }
    }

    fn proves(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Rs256(key) => key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok(),
            Self::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                .verify(message, signature)
                .is_ok(),
        }
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}
