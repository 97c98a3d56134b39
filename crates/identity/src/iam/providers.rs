//! OIDC providers: whose tokens `AssumeRoleWithWebIdentity` takes.

use wire::{Done, Fault, Members, Value};

use super::{find, quota, resource};
use crate::change::{Change, What};
use crate::operation::Request;
use crate::state::Provider;
use crate::tags;
use crate::web_identity::without_scheme;

const PROVIDER: &str = "AWS::IAM::OIDCProvider";

/// `CreateOpenIDConnectProvider`: makes a provider; its keys come by `PutWebIdentityKeys`.
pub(crate) fn create(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let url = request.text("Url");
    let arn = resource::new_provider(request);
    if !url.starts_with("https://") || without_scheme(url).is_empty() {
        return Err(Fault::new("InvalidInputException", "Invalid Open ID Connect Provider URL"));
    }
    if account.providers.contains_key(&arn) {
        return Err(Fault::new(
            "EntityAlreadyExistsException",
            format!("Provider with url {url} already exists."),
        ));
    }
    quota::room_for_one(
        "OpenIdConnectProvidersPerAccount",
        account.providers.len(),
        quota::PROVIDERS,
    )?;
    let provider = Provider {
        url: without_scheme(url).to_owned(),
        client_ids: request.input.strings("ClientIDList").map(str::to_owned).collect(),
        thumbprints: request.input.strings("ThumbprintList").map(str::to_owned).collect(),
        created: request.now(),
        tags: tags::checked(request.input)?,
        jwks: None,
    };
    let output = Members::new()
        .with("OpenIDConnectProviderArn", Value::from(arn.as_str()))
        .with("Tags", tags::write(&provider.tags));
    let what = What::ProviderCreated { provider_arn: arn.clone(), provider: Box::new(provider) };
    Ok(Done::changed(output, vec![request.change(what)]).about(PROVIDER, arn))
}

/// `GetOpenIDConnectProvider`: answers a provider.
pub(crate) fn get(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let provider = find::provider(request.account()?, &resource::provider(request))?;
    let strings = |items: &[String]| Value::from(items.to_vec());
    Ok(Done::read(
        Members::new()
            .with("Url", Value::from(provider.url.as_str()))
            .with("ClientIDList", strings(&provider.client_ids))
            .with("ThumbprintList", strings(&provider.thumbprints))
            .with("CreateDate", Value::from(provider.created))
            .with("Tags", tags::write(&provider.tags)),
    ))
}

/// `ListOpenIDConnectProviders`: answers the ARNs of all providers.
pub(crate) fn list(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let arns = request.account()?.providers.keys();
    let entries =
        arns.map(|arn| Value::from(Members::new().with("Arn", Value::from(arn.as_str()))));
    let list = Value::List(entries.collect());
    Ok(Done::read(Members::new().with("OpenIDConnectProviderList", list)))
}

/// `DeleteOpenIDConnectProvider`: removes a provider.
pub(crate) fn delete(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let provider_arn = resource::provider(request);
    find::provider(request.account()?, &provider_arn)?;
    done(request, provider_arn.clone(), What::ProviderDeleted { provider_arn })
}

/// `AddClientIDToOpenIDConnectProvider`: accepts one more audience.
pub(crate) fn add_client_id(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let provider_arn = resource::provider(request);
    let provider = find::provider(request.account()?, &provider_arn)?;
    let client_id = request.text("ClientID");
    let mut client_ids = provider.client_ids.clone();
    if !client_ids.iter().any(|known| known == client_id) {
        quota::room_for_one(
            "ClientIdsPerOpenIdConnectProvider",
            client_ids.len(),
            quota::CLIENT_IDS,
        )?;
        client_ids.push(client_id.to_owned());
    }
    done(request, provider_arn.clone(), What::ClientIdsSet { provider_arn, client_ids })
}

/// `RemoveClientIDFromOpenIDConnectProvider`: accepts an audience no longer.
pub(crate) fn remove_client_id(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let provider_arn = resource::provider(request);
    let provider = find::provider(request.account()?, &provider_arn)?;
    let client_id = request.text("ClientID");
    let others = provider.client_ids.iter().filter(|known| *known != client_id);
    let client_ids = others.cloned().collect();
    done(request, provider_arn.clone(), What::ClientIdsSet { provider_arn, client_ids })
}

/// `UpdateOpenIDConnectProviderThumbprint`: replaces the thumbprints.
pub(crate) fn update_thumbprints(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let provider_arn = resource::provider(request);
    find::provider(request.account()?, &provider_arn)?;
    let thumbprints = request.input.strings("ThumbprintList").map(str::to_owned).collect();
    done(request, provider_arn.clone(), What::ThumbprintsSet { provider_arn, thumbprints })
}

fn done(
    request: &Request<'_, '_>,
    provider_arn: String,
    what: What,
) -> Result<Done<Change>, Fault> {
    let done = Done::changed(Members::new(), vec![request.change(what)]);
    Ok(done.about(PROVIDER, provider_arn))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ACCOUNT, World, refused, root_of, string, text};

    const ARN: &str = "arn:aws:iam::111122223333:oidc-provider/idp.example/t";

    #[test]
    fn a_provider_is_made_changed_and_removed() {
        let mut world = World::new();
        let input = text(&[("Url", "https://idp.example/t")])
            .with("ClientIDList", Value::from(vec!["one"]))
            .with("ThumbprintList", Value::from(vec!["a".repeat(40)]));
        let made = world.make("CreateOpenIDConnectProvider", input);
        assert_eq!(string(&made, "OpenIDConnectProviderArn"), ARN);
        let arn = ("OpenIDConnectProviderArn", ARN);
        world.make("AddClientIDToOpenIDConnectProvider", text(&[arn, ("ClientID", "two")]));
        world.make("AddClientIDToOpenIDConnectProvider", text(&[arn, ("ClientID", "two")]));
        world.make("RemoveClientIDFromOpenIDConnectProvider", text(&[arn, ("ClientID", "one")]));
        let thumbprints = Value::from(vec!["b".repeat(40)]);
        let update = text(&[arn]).with("ThumbprintList", thumbprints.clone());
        world.make("UpdateOpenIDConnectProviderThumbprint", update);
        let shown = world.make("GetOpenIDConnectProvider", text(&[arn]));
        assert_eq!(string(&shown, "Url"), "idp.example/t");
        assert_eq!(shown.strings("ClientIDList").collect::<Vec<_>>(), ["two"]);
        assert_eq!(shown.get("ThumbprintList"), Some(&thumbprints));
        let listed = world.make("ListOpenIDConnectProviders", Members::new());
        assert_eq!(listed.list("OpenIDConnectProviderList").len(), 1);
        world.make("DeleteOpenIDConnectProvider", text(&[arn]));
        let gone = refused(world.run(&root_of(ACCOUNT), "GetOpenIDConnectProvider", text(&[arn])));
        assert!(gone.contains("OpenIDConnect Provider not found"), "{gone}");
    }

    #[test]
    fn urls_are_checked_and_taken_once() {
        let mut world = World::new();
        let root = root_of(ACCOUNT);
        let mut create =
            |url| world.run(&root, "CreateOpenIDConnectProvider", text(&[("Url", url)]));
        assert!(refused(create("http://idp.example")).starts_with("InvalidInputException"));
        assert!(refused(create("https://")).starts_with("InvalidInputException"));
        assert!(create("https://idp.example").is_ok());
        assert!(refused(create("https://idp.example/")).contains("already exists"));
    }
}
