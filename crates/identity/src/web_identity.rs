//! Tokens of OIDC providers, proven with the keys that were registered for them.
//!
//! Nothing is fetched: a provider's JSON Web Key Set is put in by `PutWebIdentityKeys`.

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

    /// Returns the audience when it is an accepted one; the authorized party counts first.
    fn audience(&self, accepted: &[String]) -> Option<String> {
        let audiences = match &self.body.aud {
            OneOrMany::One(audience) => std::slice::from_ref(audience),
            OneOrMany::Many(audiences) => audiences,
        };
        let found = self.body.azp.iter().chain(audiences).find(|name| accepted.contains(name));
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

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
    };
    use serde_json::{Value as Json, json};
    use wire::Value;

    use super::*;
    use crate::testing::{World, policy, refused, root_of, session_keys, string, text};

    const ROLE: &str = "arn:aws:iam::111122223333:role/Deploy";
    const PROVIDER: &str = "arn:aws:iam::111122223333:oidc-provider/idp.example/tenant";

    /// A provider of tokens.
    enum Signer {
        Rs256(RsaKeyPair),
        Es256(EcdsaKeyPair),
    }

    fn encode(bytes: impl AsRef<[u8]>) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    impl Signer {
        fn es256() -> Self {
            Self::Es256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
        }

        fn jwks(&self) -> String {
            let key = match self {
                // PKCS#1: a sequence of two integers, the modulus 256 bytes behind a zero.
                Self::Rs256(pair) => {
                    let der = pair.public_key().as_ref();
                    json!({"kty": "RSA", "kid": "k1", "n": encode(&der[9..265]), "e": "AQAB"})
                }
                Self::Es256(pair) => {
                    let point = pair.public_key().as_ref();
                    json!({
                        "kty": "EC", "kid": "k1", "crv": "P-256",
                        "x": encode(&point[1..33]), "y": encode(&point[33..65]),
                    })
                }
            };
            json!({ "keys": [{"kty": "oct", "k": "AAAA"}, key] }).to_string()
        }

        fn algorithm(&self) -> &'static str {
            match self {
                Self::Rs256(_) => "RS256",
                Self::Es256(_) => "ES256",
            }
        }

        fn sign(&self, message: &[u8]) -> Vec<u8> {
            let random = SystemRandom::new();
            match self {
                Self::Rs256(pair) => {
                    let mut signature = vec![0; pair.public_modulus_len()];
                    pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                    signature
                }
                Self::Es256(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            }
        }

        fn token(&self, header: &Json, body: &Json) -> String {
            let signed = format!("{}.{}", encode(header.to_string()), encode(body.to_string()));
            format!("{signed}.{}", encode(self.sign(signed.as_bytes())))
        }
    }

    fn body(world: &World) -> Json {
        json!({
            "iss": "https://idp.example/tenant", "sub": "repo:acme/app", "aud": "sts.amazonaws.com",
            "exp": world.now.as_second() + 300,
        })
    }

    fn world(signer: &Signer) -> World {
        let mut world = World::new();
        let clients = Value::from(vec!["sts.amazonaws.com"]);
        let create = text(&[("Url", "https://idp.example/tenant")]).with("ClientIDList", clients);
        world.make("CreateOpenIDConnectProvider", create);
        let keys = [("ProviderUrl", "https://idp.example/tenant"), ("Jwks", &*signer.jwks())];
        world.make("PutWebIdentityKeys", text(&keys));
        let trust = policy(&format!(
            r#"{{"Effect":"Allow","Principal":{{"Federated":"{PROVIDER}"}},
                "Action":"sts:AssumeRoleWithWebIdentity","Condition":{{
                "StringEquals":{{"idp.example/tenant:aud":"sts.amazonaws.com"}},
                "StringLike":{{"idp.example/tenant:sub":"repo:acme/*"}}}}}}"#
        ));
        world.role("Deploy", &trust, "");
        world
    }

    fn input(token: &str) -> Members {
        text(&[("RoleArn", ROLE), ("RoleSessionName", "run-1"), ("WebIdentityToken", token)])
    }

    fn try_token(world: &mut World, token: &str) -> String {
        refused(world.run(&Caller::unknown(), "AssumeRoleWithWebIdentity", input(token)))
    }

    fn header(signer: &Signer) -> Json {
        json!({ "alg": signer.algorithm(), "kid": "k1", "typ": "JWT" })
    }

    #[test]
    fn a_good_token_gives_a_session_and_names_the_caller() {
        for signer in
            [Signer::es256(), Signer::Rs256(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())]
        {
            let mut world = world(&signer);
            let token = signer.token(&header(&signer), &body(&world));
            let caller = web_identity_caller(&world.state, &input(&token), world.now);
            assert_eq!(caller.kind(), "WebIdentityUser");
            assert_eq!(caller.principal_id(), "idp.example/tenant:sts.amazonaws.com:repo:acme/app");
            let done = world.run(&caller, "AssumeRoleWithWebIdentity", input(&token)).unwrap();
            assert_eq!(string(&done.output, "SubjectFromWebIdentityToken"), "repo:acme/app");
            assert_eq!(string(&done.output, "Provider"), PROVIDER);
            let session = world.caller(&session_keys(&done.output));
            assert_eq!(session.arn(), "arn:aws:sts::111122223333:assumed-role/Deploy/run-1");
            let identity = session.session.unwrap().web_identity.unwrap();
            assert_eq!(identity.provider, PROVIDER);
        }
    }

    #[test]
    fn tokens_that_prove_nothing_are_refused() {
        let signer = Signer::es256();
        let mut world = world(&signer);
        let good = signer.token(&header(&signer), &body(&world));
        let forged = Signer::es256().token(&header(&signer), &body(&world));
        assert!(try_token(&mut world, &forged).contains("signature"), "another key");
        let none = format!("{}.{}.", encode(r#"{"alg":"none"}"#), encode(body(&world).to_string()));
        assert!(try_token(&mut world, &none).contains("signature"), "no algorithm");
        let confused = json!({ "alg": "HS256", "kid": "k1" });
        let confused = signer.token(&confused, &body(&world));
        assert!(try_token(&mut world, &confused).contains("signature"), "another algorithm");
        let (unsigned, signature) = good.rsplit_once('.').unwrap();
        let (head, _) = unsigned.split_once('.').unwrap();
        let mut other = body(&world);
        other["sub"] = json!("repo:acme/other");
        let spliced = format!("{head}.{}.{signature}", encode(other.to_string()));
        assert!(try_token(&mut world, &spliced).contains("signature"), "another body");
        for text in ["abcd", "a.b.c", "..", &good[..40]] {
            assert!(try_token(&mut world, text).contains("is not a valid JWT"), "{text}");
        }
        assert_eq!(
            web_identity_caller(&world.state, &input(&forged), world.now),
            Caller::unknown()
        );
    }

    #[test]
    fn issuer_audience_and_times_are_checked() {
        let signer = Signer::es256();
        let mut world = world(&signer);
        let now = world.now.as_second();
        for (claim, value, expected) in [
            ("iss", json!("https://evil.example"), "No OpenIDConnect provider found"),
            ("aud", json!("someone-else"), "Incorrect token audience"),
            ("aud", json!([]), "Incorrect token audience"),
            ("exp", json!(now), "ExpiredTokenException: Token expired: current date/time"),
            ("nbf", json!(now + 1), "not valid yet"),
            ("sub", json!("repo:evil/app"), "AccessDenied: Not authorized to perform"),
        ] {
            let mut body = body(&world);
            body[claim] = value;
            let message = try_token(&mut world, &signer.token(&header(&signer), &body));
            assert!(message.contains(expected), "{claim}: {message}");
        }
        let mut several = body(&world);
        several["aud"] = json!(["x", "sts.amazonaws.com"]);
        let token = signer.token(&header(&signer), &several);
        let unknown = Caller::unknown();
        assert!(world.run(&unknown, "AssumeRoleWithWebIdentity", input(&token)).is_ok());
    }

    #[test]
    fn keys_must_be_registered_and_usable() {
        let signer = Signer::es256();
        let mut world = world(&signer);
        let root = root_of(crate::testing::ACCOUNT);
        let mut put = |url, jwks| {
            refused(world.run(
                &root,
                "PutWebIdentityKeys",
                text(&[("ProviderUrl", url), ("Jwks", jwks)]),
            ))
        };
        let jwks = signer.jwks();
        assert!(put("https://other.example", &jwks).contains("CreateOpenIDConnectProvider first"));
        let url = "https://idp.example/tenant";
        assert!(put(url, "{").starts_with("InvalidKeysException: Jwks is not a JSON Web Key Set"));
        assert!(put(url, r#"{"keys":[]}"#).contains("holds no RSA key"));
        assert!(put(url, r#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#).contains("holds no"));
        world.make("DeleteOpenIDConnectProvider", text(&[("OpenIDConnectProviderArn", PROVIDER)]));
        let clients = Value::from(vec!["sts.amazonaws.com"]);
        world.make(
            "CreateOpenIDConnectProvider",
            text(&[("Url", url)]).with("ClientIDList", clients),
        );
        let token = signer.token(&header(&signer), &body(&world));
        assert!(try_token(&mut world, &token).contains("Couldn't retrieve verification key"));
    }
}
