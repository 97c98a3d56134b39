//! Long-term access keys of users and of root.

use std::collections::BTreeMap;

use wire::{Done, Fault, Members, Value};

use super::{find, quota, shape};
use crate::caller::Principal;
use crate::change::{Change, What};
use crate::operation::Request;
use crate::page::page;
use crate::seed;
use crate::state::{AccessKey, Account, User};

/// Whose keys a request is about: the named user's, the caller's own, or root's (`None`).
struct Holder<'a> {
    user: Option<&'a User>,
    keys: &'a BTreeMap<String, AccessKey>,
}

/// `CreateAccessKey`: the only answer that ever shows the secret.
pub(crate) fn create(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let holder = holder(request, account)?;
    quota::room_for_one("AccessKeysPerUser", holder.keys.len(), quota::ACCESS_KEYS)?;
    let user_id = holder.user.map(|user| user.entity.id.as_str());
    let new = seed::access_key(request.vault, &account.id, user_id, request.call);
    let shown = Members::new()
        .with("UserName", Value::from(holder.user_name().unwrap_or("root")))
        .with("AccessKeyId", Value::from(new.key.id.as_str()))
        .with("Status", Value::from("Active"))
        .with("SecretAccessKey", Value::from(new.secret.expose()))
        .with("CreateDate", Value::from(new.key.created));
    let output = Members::new().with("AccessKey", Value::from(shown));
    Ok(holder.about(Done::changed(output, vec![new.change]), new.key.id))
}

/// `ListAccessKeys`: answers the keys without their secrets.
pub(crate) fn list(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let holder = holder(request, account)?;
    let shown = |key| Value::from(shape::access_key(holder.user_name(), key));
    let items = holder.keys.values().map(|key| (key.id.clone(), shown(key))).collect();
    Ok(Done::read(page(request.input, "AccessKeyMetadata", items)?))
}

/// `UpdateAccessKey`: switches a key on or off.
pub(crate) fn update(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let holder = holder(request, account)?;
    let key = holder.key(request.text("AccessKeyId"))?;
    let active = match request.text("Status") {
        "Active" => true,
        "Inactive" => false,
        other => {
            return Err(Fault::new(
                "ValidationError",
                format!("Status {other} can not be set; use Active or Inactive."),
            ));
        }
    };
    let what = What::AccessKeyStatusSet {
        user_id: holder.user_id(),
        access_key_id: key.id.clone(),
        active,
    };
    Ok(holder.about(Done::changed(Members::new(), vec![request.change(what)]), key.id.clone()))
}

/// `DeleteAccessKey`: removes a key for good.
pub(crate) fn delete(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let holder = holder(request, account)?;
    let key = holder.key(request.text("AccessKeyId"))?;
    let what = What::AccessKeyDeleted { user_id: holder.user_id(), access_key_id: key.id.clone() };
    Ok(holder.about(Done::changed(Members::new(), vec![request.change(what)]), key.id.clone()))
}

fn holder<'a>(request: &Request<'a, '_>, account: &'a Account) -> Result<Holder<'a>, Fault> {
    let named = request.input.string("UserName").or(request.calling_user());
    match (named, &request.caller.principal) {
        (Some(name), _) => {
            let user = find::user(account, name)?;
            Ok(Holder { user: Some(user), keys: &user.access_keys })
        }
        (None, Principal::Root { .. }) => {
            Ok(Holder { user: None, keys: &account.root_access_keys })
        }
        (None, _) => Err(Fault::new(
            "ValidationError",
            "Must specify userName when calling with non-User credentials",
        )),
    }
}

impl<'a> Holder<'a> {
    fn user_name(&self) -> Option<&'a str> {
        self.user.map(|user| user.entity.name.as_str())
    }

    fn user_id(&self) -> Option<String> {
        self.user.map(|user| user.entity.id.clone())
    }

    fn key(&self, access_key_id: &str) -> Result<&'a AccessKey, Fault> {
        self.keys.get(access_key_id).ok_or_else(|| {
            find::missing(format!("The Access Key with id {access_key_id} cannot be found."))
        })
    }

    fn about(&self, done: Done<Change>, access_key_id: String) -> Done<Change> {
        let done = done.about("AWS::IAM::AccessKey", access_key_id);
        match self.user_name() {
            Some(name) => done.about("AWS::IAM::User", name),
            None => done,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{ACCOUNT, World, refused, root_of, string, text};

    #[test]
    fn the_secret_is_shown_once_and_kept_sealed() {
        let mut world = World::new();
        let anna = world.user("anna", "");
        assert_eq!((anna.0.len(), anna.1.len()), (20, 40));
        let listed = world.make("ListAccessKeys", text(&[("UserName", "anna")]));
        let key = listed.maps("AccessKeyMetadata").next().unwrap();
        assert_eq!(
            (string(key, "AccessKeyId"), string(key, "Status")),
            (anna.0.clone(), "Active".into())
        );
        assert!(!format!("{listed:?}").contains(&anna.1));
        let stored = serde_json::to_string(&(&world.state, &world.changes)).unwrap();
        assert!(stored.contains(&anna.0));
        assert!(!stored.contains(&anna.1), "no secret in state or changes");
        let printed = format!("{:?}{:?}", world.state, world.changes);
        assert!(!printed.contains(&anna.1), "no secret in what is printed");
    }

    #[test]
    fn two_keys_and_no_more() {
        let mut world = World::new();
        world.user("anna", "");
        world.make("CreateAccessKey", text(&[("UserName", "anna")]));
        let third = world.run(&root_of(ACCOUNT), "CreateAccessKey", text(&[("UserName", "anna")]));
        assert_eq!(
            refused(third),
            "LimitExceededException: Cannot exceed quota for AccessKeysPerUser: 2"
        );
    }

    #[test]
    fn another_user_s_key_is_not_found() {
        let mut world = World::new();
        let anna = world.user("anna", "");
        world.user("bob", "");
        for operation in ["DeleteAccessKey", "UpdateAccessKey"] {
            let input = [("UserName", "bob"), ("AccessKeyId", &*anna.0), ("Status", "Inactive")];
            let message = refused(world.run(&root_of(ACCOUNT), operation, text(&input)));
            let expected = format!("The Access Key with id {} cannot be found.", anna.0);
            assert!(message.ends_with(&expected), "{message}");
        }
    }

    #[test]
    fn a_key_id_names_its_account() {
        let mut world = World::new();
        let anna = world.user("anna", "");
        let output = world.make("GetAccessKeyInfo", text(&[("AccessKeyId", &anna.0)]));
        assert_eq!(output.string("Account"), Some(ACCOUNT));
        let nonsense = text(&[("AccessKeyId", "AKIAIOSFODNN")]);
        assert!(world.run(&root_of(ACCOUNT), "GetAccessKeyInfo", nonsense).is_err());
    }
}
