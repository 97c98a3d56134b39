//! `GetFederationToken`: temporary credentials under a name that the caller chooses.

use wire::{Done, Fault, Members, Value};

use super::grant;
use crate::arn;
use crate::authorize::authorize;
use crate::authorize::no_session_credentials;
use crate::caller::{Issuer, Principal};
use crate::change::Change;
use crate::operation::Request;
use crate::{tags, token};

const USER_SECS: i64 = 43_200;
const ROOT_SECS_MAX: i64 = 3_600;

/// Returns what the policies are asked about: the federated user to be.
pub(crate) fn resource(request: &Request<'_, '_>) -> String {
    arn::federated_user(request.caller.account().unwrap_or_default(), request.text("Name"))
}

/// Gives out credentials to a user or root with long-term credentials.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let refused = || no_session_credentials("GetFederationToken");
    let (issuer, seconds_max) = issuer(&request.caller.principal).ok_or_else(refused)?;
    if request.caller.session.is_some() {
        return Err(refused());
    }
    let account = request.account()?;
    let seconds = request.input.integer("DurationSeconds").unwrap_or(USER_SECS).min(seconds_max);
    let mut session = grant::session(request, seconds)?;
    grant::narrow(request, account, &mut session)?;
    session.issuer = Some(issuer);
    session.tags = tags::checked_for_session(request.input)?;
    if !session.tags.is_empty() {
        // tags are what policies judge by: to give them is a permission of its own
        let (state, caller) = (request.state, request.caller);
        authorize(state, caller, "sts:TagSession", &resource(request), &request.described())?;
    }
    let packed_size = grant::packed_size(&session)?;

    let name = request.text("Name");
    let principal = Principal::FederatedUser { account: account.id.clone(), name: name.to_owned() };
    let credentials = token::issue(request.vault, &account.id, &principal, &session, request.call);
    let federated_id = format!("{}:{name}", account.id);
    let federated_arn = arn::federated_user(&account.id, name);
    let federated_user = Members::new()
        .with("FederatedUserId", Value::from(federated_id.as_str()))
        .with("Arn", Value::from(federated_arn.as_str()));
    let output = Members::new()
        .with("Credentials", grant::output(&credentials))
        .with("FederatedUser", Value::from(federated_user))
        .with("PackedPolicySize", packed_size.map(Value::from));
    Ok(Done::read(output)
        .about("AWS::IAM::AccessKey", credentials.access_key_id.clone())
        .about("AWS::STS::FederatedUser", federated_id)
        .about("AWS::STS::FederatedUser", federated_arn))
}

/// Returns who will be named as the session's issuer, and the longest session it may give.
fn issuer(principal: &Principal) -> Option<(Issuer, i64)> {
    match principal {
        Principal::Root { account, alias } => {
            let issuer = Issuer {
                kind: "Root".to_owned(),
                principal_id: account.clone(),
                arn: arn::root(account),
                account: account.clone(),
                user_name: alias.clone(),
            };
            Some((issuer, ROOT_SECS_MAX))
        }
        Principal::User { account, user } => {
            let issuer = Issuer {
                kind: "IAMUser".to_owned(),
                principal_id: user.id.clone(),
                arn: arn::user(account, &user.path, &user.name),
                account: account.clone(),
                user_name: Some(user.name.clone()),
            };
            Some((issuer, i64::MAX))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{World, allow, refused, session_keys, text};

    fn tagged(keys: &[(&str, &str)]) -> Members {
        let tags: Vec<_> = keys.iter().map(|(key, value)| tags::one(key, value)).collect();
        text(&[("Name", "bob")]).with("Tags", Value::from(tags))
    }

    #[test]
    fn tags_need_their_own_permission() {
        let mut world = World::new();
        let keys = world.user("anna", &allow(r#""sts:GetFederationToken""#));
        let anna = world.caller(&keys);
        assert!(world.run(&anna, "GetFederationToken", text(&[("Name", "bob")])).is_ok());
        let message = refused(world.run(&anna, "GetFederationToken", tagged(&[("Dept", "red")])));
        let about = "sts:TagSession on resource: arn:aws:sts::111122223333:federated-user/bob";
        assert!(message.contains(about), "{message}");

        let both = allow(r#"["sts:GetFederationToken","sts:TagSession"]"#);
        let put = [("UserName", "anna"), ("PolicyName", "own"), ("PolicyDocument", &*both)];
        world.make("PutUserPolicy", text(&put));
        let done = world.run(&anna, "GetFederationToken", tagged(&[("Dept", "red")])).unwrap();
        let session = world.caller(&session_keys(&done.output)).session.unwrap();
        assert_eq!(session.tags, [("Dept".to_owned(), "red".to_owned())].into());
    }

    #[test]
    fn tag_keys_that_differ_by_case_only_are_refused() {
        let mut world = World::new();
        let keys = world.user("anna", &allow(r#""sts:*""#));
        let anna = world.caller(&keys);
        let twice = tagged(&[("Dept", "red"), ("dept", "blue")]);
        let message = refused(world.run(&anna, "GetFederationToken", twice));
        assert!(message.contains("Duplicate tag keys found"), "{message}");
    }
}
