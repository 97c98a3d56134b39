//! The account's alias: one name for people, unique among all accounts.

use wire::{Done, Fault, Members, Value};

use super::find;
use crate::change::{Change, What};
use crate::operation::Request;
use crate::page::page;

/// `CreateAccountAlias`: sets the alias; one that was there is replaced.
pub(crate) fn create(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let alias = request.text("AccountAlias");
    let taken = request.state.accounts().any(|other| other.alias.as_deref() == Some(alias));
    if taken && account.alias.as_deref() != Some(alias) {
        return Err(Fault::new(
            "EntityAlreadyExistsException",
            format!("The account alias {alias} already exists."),
        ));
    }
    let what = What::AliasSet { alias: Some(alias.to_owned()) };
    Ok(Done::changed(Members::new(), vec![request.change(what)]))
}

/// `DeleteAccountAlias`: takes the alias away.
pub(crate) fn delete(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let alias = request.text("AccountAlias");
    if request.account()?.alias.as_deref() != Some(alias) {
        return Err(find::missing(format!("The account alias {alias} cannot be found.")));
    }
    let what = What::AliasSet { alias: None };
    Ok(Done::changed(Members::new(), vec![request.change(what)]))
}

/// `ListAccountAliases`: answers the alias, when there is one.
pub(crate) fn list(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let alias = request.account()?.alias.iter();
    let items = alias.map(|alias| (alias.clone(), Value::from(alias.as_str()))).collect();
    Ok(Done::read(page(request.input, "AccountAliases", items)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ACCOUNT, OTHER, World, refused, root_of, text};

    #[test]
    fn one_alias_an_account_and_one_account_an_alias() {
        let mut world = World::new();
        let alias = |name| text(&[("AccountAlias", name)]);
        world.make("CreateAccountAlias", alias("acme"));
        world.make("CreateAccountAlias", alias("acme-2"));
        let listed = world.make("ListAccountAliases", Members::new());
        assert_eq!(listed.strings("AccountAliases").collect::<Vec<_>>(), ["acme-2"]);
        let taken = refused(world.run(&root_of(OTHER), "CreateAccountAlias", alias("acme-2")));
        assert!(taken.starts_with("EntityAlreadyExistsException"), "{taken}");
        let wrong = refused(world.run(&root_of(ACCOUNT), "DeleteAccountAlias", alias("acme")));
        assert!(wrong.starts_with("NoSuchEntityException"), "{wrong}");
        world.make("DeleteAccountAlias", alias("acme-2"));
        assert_eq!(world.make("ListAccountAliases", Members::new()).list("AccountAliases"), []);
    }
}
