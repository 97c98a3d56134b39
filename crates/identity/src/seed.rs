//! Where a world begins: accounts and keys that nobody could have asked for yet.
//!
//! Everything else of a first start or a demo is made by running operations as [`root`].

use jiff::Timestamp;
use wire::Call;

use crate::caller::{Caller, Principal};
use crate::change::{Change, What};
use crate::identify::ACCESS_KEY_PURPOSE;
use crate::ids;
use crate::state::AccessKey;
use crate::vault::{Secret, Vault};

/// A fresh long-term access key; this is the only time that its secret is to be had.
pub struct NewKey {
    /// The key, with its secret sealed.
    pub key: AccessKey,
    /// The secret in the clear.
    pub secret: Secret,
    /// Puts the key into the state.
    pub change: Change,
}

/// Returns the change that makes an account of this id (twelve digits).
pub fn account(id: &str, now: Timestamp) -> Change {
    Change { account: id.to_owned(), what: What::AccountCreated { at: now } }
}

/// Returns a key for a user, by id, or for root.
pub fn access_key(
    vault: &Vault,
    account: &str,
    user_id: Option<&str>,
    call: &mut Call<'_>,
) -> NewKey {
    let secret = ids::secret(call);
    let created = Timestamp::from_second(call.now.as_second());
    let key = AccessKey {
        id: ids::long_term_key(account, call),
        sealed_secret: vault.seal(ACCESS_KEY_PURPOSE, secret.expose(), call),
        active: true,
        created: created.expect("the second of a timestamp is in its range"),
    };
    let what = What::AccessKeyCreated { user_id: user_id.map(str::to_owned), key: key.clone() };
    NewKey { key, secret, change: Change { account: account.to_owned(), what } }
}

/// Returns an account's root, to act in its name while there is no key yet.
pub fn root(account: &str) -> Caller {
    let principal = Principal::Root { account: account.to_owned(), alias: None };
    Caller { principal, access_key_id: None, session: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::identify;
    use crate::state::State;
    use crate::testing::Dice;

    #[test]
    fn a_world_begins_with_an_account_and_its_root_key() {
        let vault = Vault::new(&[1; 32]);
        let mut dice = Dice::new();
        let mut call = dice.call();
        let now = call.now;
        let new_key = access_key(&vault, "111122223333", None, &mut call);
        let mut state = State::new();
        state.apply(&account("111122223333", now));
        state.apply(&new_key.change);
        let credential = identify(&state, &vault, &new_key.key.id, None, now);
        let credential = credential.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(credential.caller.principal, root("111122223333").principal);
        assert_eq!(credential.secret.expose(), new_key.secret.expose());
        assert_eq!(state.account("111122223333").map(|account| account.created), Some(now));
    }
}
