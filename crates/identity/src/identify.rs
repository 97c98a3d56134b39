//! From an access key and a session token to a caller and the secret that must have signed.

use jiff::Timestamp;
use wire::Fault;
use wire::model::Protocol;

use crate::caller::{Caller, Principal, Session};
use crate::state::{Account, State};
use crate::token;
use crate::vault::{Secret, Vault};

/// Who claims to call, and the secret that proves it.
///
/// The caller is not proven before the signature is checked with the secret.
pub struct Credential {
    /// The secret access key.
    pub secret: Secret,
    /// The caller.
    pub caller: Caller,
}

/// Why credentials are not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unidentified {
    /// The key or token is not known, switched off, or its holder is gone.
    #[error("the security token included in the request is invalid")]
    Invalid,
    /// The session is over.
    #[error("the security token included in the request is expired")]
    Expired,
}

/// Purpose under which the secrets of long-term keys are sealed.
pub(crate) const ACCESS_KEY_PURPOSE: &str = "access-key-1";

/// Returns the caller behind an access key, and its secret.
pub fn identify(
    state: &State,
    vault: &Vault,
    access_key_id: &str,
    session_token: Option<&str>,
    now: Timestamp,
) -> Result<Credential, Unidentified> {
    match session_token {
        Some(token) => temporary(state, vault, access_key_id, token, now),
        None => long_term(state, vault, access_key_id),
    }
}

impl Unidentified {
    /// Returns the answer in the words of the protocol that asked.
    pub fn fault(self, protocol: Protocol) -> Fault {
        let (query, s3) = (protocol == Protocol::AwsQuery, protocol == Protocol::RestXml);
        match self {
            Self::Invalid if s3 => Fault::new(
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
            ),
            Self::Expired if s3 => {
                return Fault::new("ExpiredToken", "The provided token has expired.");
            }
            Self::Invalid => Fault::new(
                if query { "InvalidClientTokenId" } else { "UnrecognizedClientException" },
                "The security token included in the request is invalid.",
            ),
            Self::Expired => Fault::new(
                if query { "ExpiredToken" } else { "ExpiredTokenException" },
                "The security token included in the request is expired",
            ),
        }
        .with_status(403)
    }
}

fn long_term(
    state: &State,
    vault: &Vault,
    access_key_id: &str,
) -> Result<Credential, Unidentified> {
    let owner = state.key_owner(access_key_id).ok_or(Unidentified::Invalid)?;
    let account = state.account(&owner.account).ok_or(Unidentified::Invalid)?;
    let key = account
        .access_key(owner.user_id.as_deref(), access_key_id)
        .filter(|key| key.active)
        .ok_or(Unidentified::Invalid)?;
    let secret =
        vault.open(ACCESS_KEY_PURPOSE, &key.sealed_secret).map_err(|_| Unidentified::Invalid)?;
    let principal = match &owner.user_id {
        None => root(account),
        Some(user_id) => user(account, user_id).ok_or(Unidentified::Invalid)?,
    };
    let caller = Caller { principal, access_key_id: Some(access_key_id.to_owned()), session: None };
    Ok(Credential { secret, caller })
}

fn temporary(
    state: &State,
    vault: &Vault,
    access_key_id: &str,
    session_token: &str,
    now: Timestamp,
) -> Result<Credential, Unidentified> {
    let claim = token::open(vault, session_token).map_err(|_| Unidentified::Invalid)?;
    if claim.access_key_id != access_key_id {
        return Err(Unidentified::Invalid);
    }
    if claim.session.expires <= now {
        return Err(Unidentified::Expired);
    }
    let principal =
        refresh(state, &claim.principal, &claim.session).ok_or(Unidentified::Invalid)?;
    let caller = Caller {
        principal,
        access_key_id: Some(access_key_id.to_owned()),
        session: Some(claim.session),
    };
    Ok(Credential { secret: claim.secret, caller })
}

/// Returns the principal as it is today; a user or role that is gone takes its sessions with it.
fn refresh(state: &State, claimed: &Principal, session: &Session) -> Option<Principal> {
    match claimed {
        Principal::Root { account, .. } => Some(root(state.account(account)?)),
        Principal::User { account, user: claimed } => user(state.account(account)?, &claimed.id),
        Principal::AssumedRole { account, role: claimed, session_name } => {
            let role = state.account(account)?.roles.get(&claimed.id)?;
            Some(Principal::AssumedRole {
                account: account.clone(),
                role: role.entity.clone(),
                session_name: session_name.clone(),
            })
        }
        Principal::FederatedUser { account, .. } => {
            let issuer = session.issuer.as_ref()?;
            let known = state.account(account)?;
            let stands = issuer.kind == "Root" || known.users.contains_key(&issuer.principal_id);
            stands.then(|| claimed.clone())
        }
        Principal::WebIdentityUser { .. } | Principal::Service { .. } | Principal::Unknown => None,
    }
}

fn root(account: &Account) -> Principal {
    Principal::Root { account: account.id.clone(), alias: account.alias.clone() }
}

fn user(account: &Account, user_id: &str) -> Option<Principal> {
    let user = account.users.get(user_id)?;
    Some(Principal::User { account: account.id.clone(), user: user.entity.clone() })
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use wire::{Members, Value};

    use super::*;
    use crate::testing::{ACCOUNT, Keys, World, allow, session_keys, string, text, trust};

    fn error(result: Result<Credential, Unidentified>) -> Option<Unidentified> {
        result.err()
    }

    #[test]
    fn a_user_is_found_by_its_key_and_its_secret_is_the_one_given_out() {
        let mut world = World::new();
        let anna = world.user("anna", "");
        let credential = world.credential(&anna).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(credential.secret.expose(), anna.1);
        let caller = credential.caller;
        assert_eq!(caller.arn(), "arn:aws:iam::111122223333:user/anna");
        assert_eq!(caller.kind(), "IAMUser");
        assert_eq!(caller.user_name(), Some("anna"));
        assert!(caller.principal_id().starts_with("AIDA"));
        assert_eq!(caller.session, None);
    }

    #[test]
    fn keys_that_are_unknown_inactive_or_gone_are_invalid() {
        let mut world = World::new();
        let anna = world.user("anna", "");
        let unknown = Keys("AKIAAAAAAAAAAAAAAAAA".into(), String::new(), None);
        assert_eq!(error(world.credential(&unknown)), Some(Unidentified::Invalid));
        let key = [("UserName", "anna"), ("AccessKeyId", &anna.0)];
        world.make("UpdateAccessKey", text(&[key[0], key[1], ("Status", "Inactive")]));
        assert_eq!(error(world.credential(&anna)), Some(Unidentified::Invalid));
        world.make("UpdateAccessKey", text(&[key[0], key[1], ("Status", "Active")]));
        assert_eq!(error(world.credential(&anna)), None);
        world.make("DeleteAccessKey", text(&key));
        assert_eq!(error(world.credential(&anna)), Some(Unidentified::Invalid));
    }

    #[test]
    fn a_renamed_user_keeps_its_keys_and_its_sessions() {
        let mut world = World::new();
        let anna = world.user("anna", "");
        let caller = world.caller(&anna);
        let session = world.run(&caller, "GetSessionToken", Members::new()).unwrap();
        let session = session_keys(&session.output);
        world.make(
            "UpdateUser",
            text(&[("UserName", "anna"), ("NewUserName", "ann"), ("NewPath", "/x/")]),
        );
        for keys in [anna, session] {
            assert_eq!(world.caller(&keys).arn(), "arn:aws:iam::111122223333:user/x/ann");
        }
    }

    #[test]
    fn root_has_keys_too() {
        let mut world = World::new();
        let output = world.make("CreateAccessKey", Members::new());
        world.make("CreateAccountAlias", text(&[("AccountAlias", "acme")]));
        let key = output.map("AccessKey").unwrap();
        let keys = Keys(string(key, "AccessKeyId"), string(key, "SecretAccessKey"), None);
        let root = world.caller(&keys);
        assert_eq!((root.kind(), root.principal_id().as_str()), ("Root", ACCOUNT));
        assert_eq!(root.user_name(), Some("acme"));
    }

    fn role_session(world: &mut World) -> Keys {
        let anna = world.user("anna", &allow(r#""*""#));
        world.role("Builder", &trust(r#"{"AWS":"111122223333"}"#), "");
        let caller = world.caller(&anna);
        let role_arn = "arn:aws:iam::111122223333:role/Builder";
        let input = text(&[("RoleArn", role_arn), ("RoleSessionName", "build-7")]);
        session_keys(&world.run(&caller, "AssumeRole", input).unwrap().output)
    }

    #[test]
    fn a_session_is_read_back_from_its_token() {
        let mut world = World::new();
        let keys = role_session(&mut world);
        let credential = world.credential(&keys).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(credential.secret.expose(), keys.1);
        let caller = credential.caller;
        assert_eq!(caller.arn(), "arn:aws:sts::111122223333:assumed-role/Builder/build-7");
        assert_eq!(caller.access_key_id.as_deref(), Some(keys.0.as_str()));
        assert_eq!(caller.user_name(), None);
        let session = caller.session.unwrap();
        assert_eq!(session.created, world.now);
        let issuer = session.issuer.unwrap();
        assert_eq!((issuer.kind.as_str(), issuer.user_name.as_deref()), ("Role", Some("Builder")));
        assert_eq!(issuer.arn, "arn:aws:iam::111122223333:role/Builder");
    }

    #[test]
    fn a_token_that_was_altered_swapped_or_sealed_elsewhere_is_invalid() {
        let mut world = World::new();
        let keys = role_session(&mut world);
        let token = keys.2.clone().unwrap();
        for at in [0, 9, 40, token.len() / 2, token.len() - 5] {
            let mut altered = token.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).unwrap();
            let keys = Keys(keys.0.clone(), String::new(), Some(altered));
            assert_eq!(error(world.credential(&keys)), Some(Unidentified::Invalid), "at {at}");
        }
        let swapped = Keys("ASIAQAAAAAAAAAAAAAAA".into(), String::new(), Some(token.clone()));
        assert_eq!(error(world.credential(&swapped)), Some(Unidentified::Invalid));
        let without = Keys(keys.0.clone(), String::new(), None);
        assert_eq!(error(world.credential(&without)), Some(Unidentified::Invalid));
        world.vault = Vault::new(&[8; 32]);
        assert_eq!(error(world.credential(&keys)), Some(Unidentified::Invalid));
    }

    #[test]
    fn a_session_ends_with_its_time_and_with_its_role() {
        let mut world = World::new();
        let keys = role_session(&mut world);
        world.now += SignedDuration::from_secs(3_599);
        assert_eq!(error(world.credential(&keys)), None);
        world.now += SignedDuration::from_secs(1);
        assert_eq!(error(world.credential(&keys)), Some(Unidentified::Expired));
        world.now -= SignedDuration::from_secs(1);
        world.make("DeleteRole", text(&[("RoleName", "Builder")]));
        world.role("Builder", &trust(r#"{"AWS":"111122223333"}"#), "");
        assert_eq!(error(world.credential(&keys)), Some(Unidentified::Invalid));
    }

    #[test]
    fn a_session_survives_a_restart() {
        let mut world = World::new();
        let keys = role_session(&mut world);
        let stored = serde_json::to_string(&world.state).unwrap();
        world.state = serde_json::from_str(&stored).unwrap();
        world.vault = Vault::new(&[7; 32]);
        assert_eq!(world.caller(&keys).kind(), "AssumedRole");
    }

    #[test]
    fn the_answer_speaks_the_protocol() {
        let code = |error: Unidentified, protocol| error.fault(protocol).code.into_owned();
        assert_eq!(code(Unidentified::Invalid, Protocol::AwsQuery), "InvalidClientTokenId");
        assert_eq!(code(Unidentified::Invalid, Protocol::RestJson), "UnrecognizedClientException");
        assert_eq!(code(Unidentified::Expired, Protocol::AwsQuery), "ExpiredToken");
        assert_eq!(code(Unidentified::Expired, Protocol::AwsJson1_1), "ExpiredTokenException");
    }

    #[test]
    fn the_longest_session_is_asked_for_in_seconds() {
        let mut world = World::new();
        let anna = world.user("anna", "");
        let caller = world.caller(&anna);
        let input = Members::new().with("DurationSeconds", Value::from(900));
        let done = world.run(&caller, "GetSessionToken", input).unwrap();
        let expires = done.output.map("Credentials").unwrap().timestamp("Expiration").unwrap();
        assert_eq!(expires, world.now + SignedDuration::from_secs(900));
    }
}
