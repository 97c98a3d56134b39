//! Tags of users, roles, managed policies and providers.

use std::collections::BTreeMap;

use wire::{Done, Fault, Members};

use super::{find, quota};
use crate::change::{Change, Tagged, What};
use crate::operation::Request;
use crate::page::page;
use crate::state::Account;
use crate::tags;

/// Something that carries tags, as found for a request.
struct Found<'a> {
    on: Tagged,
    tags: &'a BTreeMap<String, String>,
    resource_type: &'static str,
    name: &'a str,
}

type Find = for<'a> fn(&Request<'a, '_>, &'a Account) -> Result<Found<'a>, Fault>;

/// `TagUser`
pub(crate) fn tag_user(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    tag(request, user)
}

/// `UntagUser`
pub(crate) fn untag_user(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    untag(request, user)
}

/// `ListUserTags`
pub(crate) fn list_user(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    list(request, user)
}

/// `TagRole`
pub(crate) fn tag_role(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    tag(request, role)
}

/// `UntagRole`
pub(crate) fn untag_role(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    untag(request, role)
}

/// `ListRoleTags`
pub(crate) fn list_role(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    list(request, role)
}

/// `TagPolicy`
pub(crate) fn tag_policy(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    tag(request, policy)
}

/// `UntagPolicy`
pub(crate) fn untag_policy(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    untag(request, policy)
}

/// `ListPolicyTags`
pub(crate) fn list_policy(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    list(request, policy)
}

/// `TagOpenIDConnectProvider`
pub(crate) fn tag_provider(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    tag(request, provider)
}

/// `UntagOpenIDConnectProvider`
pub(crate) fn untag_provider(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    untag(request, provider)
}

/// `ListOpenIDConnectProviderTags`
pub(crate) fn list_provider(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    list(request, provider)
}

fn tag(request: &Request<'_, '_>, find: Find) -> Result<Done<Change>, Fault> {
    let found = find(request, request.account()?)?;
    let mut tags = found.tags.clone();
    for (key, value) in tags::checked(request.input)? {
        // Keys ignore case but keep that of their last writing.
        tags.retain(|held, _| !held.eq_ignore_ascii_case(&key));
        tags.insert(key, value);
    }
    if tags.len() > quota::TAGS {
        return Err(quota::exceeded("TagsPerResource", quota::TAGS));
    }
    Ok(found.set(request, tags))
}

fn untag(request: &Request<'_, '_>, find: Find) -> Result<Done<Change>, Fault> {
    let found = find(request, request.account()?)?;
    let keys = tags::read_keys(request.input);
    let kept = found
        .tags
        .iter()
        .filter(|(held, _)| !keys.iter().any(|key| key.eq_ignore_ascii_case(held)));
    let kept = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
    Ok(found.set(request, kept))
}

fn list(request: &Request<'_, '_>, find: Find) -> Result<Done<Change>, Fault> {
    let found = find(request, request.account()?)?;
    let items =
        found.tags.iter().map(|(key, value)| (key.clone(), tags::one(key, value))).collect();
    Ok(Done::read(page(request.input, "Tags", items)?))
}

impl Found<'_> {
    fn set(self, request: &Request<'_, '_>, tags: BTreeMap<String, String>) -> Done<Change> {
        let what = What::TagsSet { on: self.on, tags };
        Done::changed(Members::new(), vec![request.change(what)])
            .about(self.resource_type, self.name)
    }
}

fn user<'a>(request: &Request<'a, '_>, account: &'a Account) -> Result<Found<'a>, Fault> {
    let user = find::user(account, request.text("UserName"))?;
    Ok(Found {
        on: Tagged::User(user.entity.id.clone()),
        tags: &user.tags,
        resource_type: "AWS::IAM::User",
        name: &user.entity.name,
    })
}

fn role<'a>(request: &Request<'a, '_>, account: &'a Account) -> Result<Found<'a>, Fault> {
    let role = find::role(account, request.text("RoleName"))?;
    Ok(Found {
        on: Tagged::Role(role.entity.id.clone()),
        tags: &role.tags,
        resource_type: "AWS::IAM::Role",
        name: &role.entity.name,
    })
}

fn policy<'a>(request: &Request<'a, '_>, account: &'a Account) -> Result<Found<'a>, Fault> {
    let arn = request.text("PolicyArn");
    let policy = find::own_policy(account, arn)?;
    Ok(Found {
        on: Tagged::Policy(arn.to_owned()),
        tags: &policy.tags,
        resource_type: "AWS::IAM::Policy",
        name: arn,
    })
}

fn provider<'a>(request: &Request<'a, '_>, account: &'a Account) -> Result<Found<'a>, Fault> {
    let arn = request.text("OpenIDConnectProviderArn");
    let provider = find::provider(account, arn)?;
    Ok(Found {
        on: Tagged::Provider(arn.to_owned()),
        tags: &provider.tags,
        resource_type: "AWS::IAM::OIDCProvider",
        name: arn,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ACCOUNT, World, allow, refused, root_of, text, trust};
    use wire::Value;

    fn tags(pairs: &[(&str, &str)]) -> Value {
        Value::List(pairs.iter().map(|(key, value)| tags::one(key, value)).collect())
    }

    #[test]
    fn everything_that_carries_tags_does_so_alike() {
        let mut world = World::new();
        world.user("anna", "");
        world.role("Builder", &trust(r#""*""#), "");
        let document = allow(r#""*""#);
        world.make("CreatePolicy", text(&[("PolicyName", "P"), ("PolicyDocument", &document)]));
        world.make("CreateOpenIDConnectProvider", text(&[("Url", "https://idp.example")]));
        let provider = "arn:aws:iam::111122223333:oidc-provider/idp.example";
        for (kind, member, name) in [
            ("User", "UserName", "anna"),
            ("Role", "RoleName", "Builder"),
            ("Policy", "PolicyArn", "arn:aws:iam::111122223333:policy/P"),
            ("OpenIDConnectProvider", "OpenIDConnectProviderArn", provider),
        ] {
            let on = || text(&[(member, name)]);
            let given = tags(&[("team", "red"), ("cost", "7")]);
            world.make(&format!("Tag{kind}"), on().with("Tags", given));
            world.make(&format!("Tag{kind}"), on().with("Tags", tags(&[("Team", "blue")])));
            let keys = Value::from(vec!["COST"]);
            world.make(&format!("Untag{kind}"), on().with("TagKeys", keys));
            let listed = world.make(&format!("List{kind}Tags"), on());
            assert_eq!(listed.get("Tags"), Some(&tags(&[("Team", "blue")])), "{kind}");
        }
    }

    #[test]
    fn fifty_tags_and_no_key_twice() {
        let mut world = World::new();
        world.user("anna", "");
        let names: Vec<_> = (0..51).map(|at| format!("k{at}")).collect();
        let pairs: Vec<_> = names.iter().map(|name| (name.as_str(), "v")).collect();
        let mut tag = |pairs: &[(&str, &str)]| {
            let input = text(&[("UserName", "anna")]).with("Tags", tags(pairs));
            world.run(&root_of(ACCOUNT), "TagUser", input)
        };
        assert!(tag(&pairs[..50]).is_ok());
        assert!(refused(tag(&pairs[50..])).starts_with("LimitExceededException"));
        assert!(refused(tag(&[("a", "1"), ("A", "2")])).contains("Duplicate tag keys"));
    }
}
