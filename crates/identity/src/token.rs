//! Session tokens: temporary credentials that carry their own proof, so that none is stored.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wire::Call;
use zeroize::Zeroizing;

use crate::caller::{Principal, Session};
use crate::ids;
use crate::vault::{NotSealedHere, Secret, Vault};

const PURPOSE: &str = "session-token-1";

/// Fresh temporary credentials.
pub(crate) struct Credentials {
    pub(crate) access_key_id: String,
    pub(crate) secret: Secret,
    pub(crate) session_token: String,
    pub(crate) expires: Timestamp,
}

/// What a session token says, once opened.
pub(crate) struct Claim {
    pub(crate) access_key_id: String,
    pub(crate) secret: Secret,
    pub(crate) principal: Principal,
    pub(crate) session: Session,
}

/// The sealed text; exists only between the vault and a [`Claim`].
#[derive(Serialize)]
struct Written<'a> {
    access_key_id: &'a str,
    secret: &'a str,
    principal: &'a Principal,
    session: &'a Session,
}

#[derive(Deserialize)]
struct Read {
    access_key_id: String,
    secret: String,
    principal: Principal,
    session: Session,
}

/// Gives out credentials for `principal`, whose key id names `account`.
pub(crate) fn issue(
    vault: &Vault,
    account: &str,
    principal: &Principal,
    session: &Session,
    call: &mut Call<'_>,
) -> Credentials {
    let access_key_id = ids::temporary_key(account, call);
    let secret = ids::secret(call);
    let written =
        Written { access_key_id: &access_key_id, secret: secret.expose(), principal, session };
    let text = serde_json::to_string(&written).expect("a claim holds strings and times only");
    let session_token = vault.seal(PURPOSE, &Zeroizing::new(text), call);
    Credentials { access_key_id, secret, session_token, expires: session.expires }
}

/// Opens a session token of this installation.
pub(crate) fn open(vault: &Vault, session_token: &str) -> Result<Claim, NotSealedHere> {
    let text = vault.open(PURPOSE, session_token)?;
    let Read { access_key_id, secret, principal, session } =
        serde_json::from_str(text.expose()).map_err(|_| NotSealedHere)?;
    Ok(Claim { access_key_id, secret: Secret::new(secret), principal, session })
}
