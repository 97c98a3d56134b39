//! Tokens that prove something, and tokens that do not.

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

/// Lets the role trust the provider, but not those whom the other statement denies.
fn deny(world: &mut World, denial: &str) {
    let trust = policy(&format!(
        r#"{{"Effect":"Allow","Principal":{{"Federated":"{PROVIDER}"}},
            "Action":"sts:AssumeRoleWithWebIdentity"}},{denial}"#
    ));
    let set = [("RoleName", "Deploy"), ("PolicyDocument", trust.as_str())];
    world.make("UpdateAssumeRolePolicy", text(&set));
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
    for signer in [Signer::es256(), Signer::Rs256(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())]
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
    assert_eq!(web_identity_caller(&world.state, &input(&forged), world.now), Caller::unknown());
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
    world.make("CreateOpenIDConnectProvider", text(&[("Url", url)]).with("ClientIDList", clients));
    let token = signer.token(&header(&signer), &body(&world));
    assert!(try_token(&mut world, &token).contains("Couldn't retrieve verification key"));
}

#[test]
fn an_authorized_party_counts_instead_of_the_audiences() {
    let signer = Signer::es256();
    let mut world = world(&signer);
    let mut other = body(&world);
    other["azp"] = json!("someone-else");
    for audience in [json!("sts.amazonaws.com"), json!(["sts.amazonaws.com", "someone-else"])] {
        other["aud"] = audience;
        let message = try_token(&mut world, &signer.token(&header(&signer), &other));
        assert!(message.contains("Incorrect token audience"), "{message}");
    }
    let mut accepted = body(&world);
    accepted["azp"] = json!("sts.amazonaws.com");
    accepted["aud"] = json!("someone-else");
    let token = signer.token(&header(&signer), &accepted);
    let done = world.run(&Caller::unknown(), "AssumeRoleWithWebIdentity", input(&token)).unwrap();
    assert_eq!(string(&done.output, "Audience"), "sts.amazonaws.com");
}

#[test]
fn a_denial_of_everybody_is_one_of_web_identities_too() {
    let signer = Signer::es256();
    let mut world = world(&signer);
    let token = signer.token(&header(&signer), &body(&world));
    for everybody in [r#""*""#, r#"{"AWS":"*"}"#] {
        let denial = |subject: &str| {
            format!(
                r#"{{"Effect":"Deny","Principal":{everybody},"Action":"sts:*","Condition":{{
                    "StringEquals":{{"idp.example/tenant:sub":"{subject}"}}}}}}"#
            )
        };
        deny(&mut world, &denial("repo:acme/app"));
        let message = try_token(&mut world, &token);
        assert!(message.contains("Not authorized to perform"), "{everybody}: {message}");
        deny(&mut world, &denial("repo:acme/other"));
        let unknown = Caller::unknown();
        let result = world.run(&unknown, "AssumeRoleWithWebIdentity", input(&token));
        assert!(result.is_ok(), "{everybody}: the condition does not hold");
    }
}
