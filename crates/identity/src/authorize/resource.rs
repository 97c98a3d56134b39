//! May this caller do this to something that has a policy of its own?
//!
//! ```text
//!   the policy of the resource names …     same account                 another account
//!   nobody, or the account                 caller's policies            both must allow
//!   the caller's role, its user, *         boundary and session allow   both must allow
//!   the caller itself                      enough                       both must allow
//! ```
//! An explicit denial anywhere refuses. Services and those who proved nothing have the resource's
//! policy alone. Simpler than AWS: a user reached by `*` is held by its boundary as a role is;
//! organizations set no limits (service and resource control policies).

use wire::Fault;

use super::{denied, describe, judge, limit_length, limit_sessions};
use crate::caller::{Caller, Principal};
use crate::policy::{Asker, Context, Decision, Policy, Question, Reach};
use crate::state::State;

/// What the root of a bucket's account may do whatever the bucket's policy says, so that no policy
/// locks everyone out.
const NEVER_LOCKED_OUT: &[&str] =
    &["s3:DeleteBucketPolicy", "s3:GetBucketPolicy", "s3:PutBucketPolicy"];

/// Refuses what the caller's policies and the resource's own do not allow together.
///
/// `owner` is the account of the resource, `policy` its policy if it has one. `context` is as for
/// [`crate::authorize`], with what the service knows of the call: `s3:prefix`, `s3:x-amz-acl`, and
/// `aws:SourceArn` where a service acts for somebody.
///
/// # Errors
/// The refusal in AWS's words, as `AccessDenied` (403) for S3 and SQS, `AuthorizationError` (403)
/// for SNS, `AccessDeniedException` elsewhere.
pub fn authorize_resource(
    state: &State,
    caller: &Caller,
    action: &str,
    resource: &str,
    context: &Context,
    owner: &str,
    policy: Option<&Policy>,
) -> Result<(), Fault> {
    limit_sessions(caller, action, resource)?;
    limit_length(resource)?;
    let asker = Asker::Caller(caller).plain();
    let context = match asker {
        Asker::Caller(_) => describe(state, caller, context.clone()),
        _ => asker.describe(context.clone()),
    };
    let question = Question { action, resource, context: &context };
    let policy = policy.filter(|_| !is_never_locked_out(caller, action, owner));
    let nothing = (Decision::NotAllowed, None);
    let said = policy.map_or(nothing, |policy| policy.says(&question, asker));
    let refusal = match asker {
        Asker::Caller(_) => object(state, caller, &question, owner, said),
        _ => object_to_stranger(action, said.0),
    };
    refusal.map_or(Ok(()), |because| Err(denied(caller, action, resource, &because)))
}

/// Returns why someone with policies of their own is refused.
fn object(
    state: &State,
    caller: &Caller,
    question: &Question<'_>,
    owner: &str,
    (decision, reach): (Decision, Option<Reach>),
) -> Option<String> {
    let mut judgement = judge(state, caller, question);
    if let Some(objection) = judgement.explicit() {
        return Some(objection.because(question.action));
    }
    if decision == Decision::Denied {
        return Some(explicit());
    }
    if caller.account() == Some(owner) {
        match reach {
            Some(Reach::Itself) => return None,
            Some(Reach::Widely) => judgement.identity = Decision::Allowed,
            Some(Reach::Account) | None => {}
        }
    } else if decision == Decision::NotAllowed && judgement.objection().is_none() {
        return Some(implicit(question.action));
    }
    judgement.objection().map(|objection| objection.because(question.action))
}

/// Returns why someone without policies of their own is refused.
fn object_to_stranger(action: &str, decision: Decision) -> Option<String> {
    match decision {
        Decision::Allowed => None,
        Decision::NotAllowed => Some(implicit(action)),
        Decision::Denied => Some(explicit()),
    }
}

fn is_never_locked_out(caller: &Caller, action: &str, owner: &str) -> bool {
    let root = matches!(&caller.principal, Principal::Root { account, .. } if account == owner);
    root && NEVER_LOCKED_OUT.contains(&action)
}

fn explicit() -> String {
    " with an explicit deny in a resource-based policy".to_owned()
}

fn implicit(action: &str) -> String {
    format!(" because no resource-based policy allows the {action} action")
}

#[cfg(test)]
mod tests {
    use wire::Value;

    use super::*;
    use crate::policy::Purpose;
    use crate::testing::{
        ACCOUNT, Keys, OTHER, World, allow, policy, root_of, session_keys, text, trust,
    };

    const KEY: &str = "arn:aws:s3:::logs/a.txt";

    fn bucket_policy(statements: &str) -> Policy {
        let parsed = Policy::parse(&policy(statements), Purpose::Resource);
        parsed.unwrap_or_else(|error| panic!("{statements}: {error}"))
    }

    fn statement(effect: &str, principal: &str) -> String {
        format!(r#"{{"Effect":"{effect}","Principal":{principal},"Action":"s3:*","Resource":"*"}}"#)
    }

    fn to(principal: &str) -> Policy {
        bucket_policy(&statement("Allow", principal))
    }

    fn ask(
        world: &World,
        caller: &Caller,
        action: &str,
        owner: &str,
        policy: Option<&Policy>,
    ) -> Result<(), String> {
        let context = &world.context;
        authorize_resource(&world.state, caller, action, KEY, context, owner, policy)
            .map_err(|fault| fault.to_string())
    }

    /// Returns whether `caller` may read an object of `owner`'s bucket.
    fn may(world: &World, caller: &Caller, owner: &str, policy: Option<&Policy>) -> bool {
        ask(world, caller, "s3:GetObject", owner, policy).is_ok()
    }

    fn session(world: &mut World, keys: &Keys, policy: Option<String>) -> Caller {
        let role = "arn:aws:iam::111122223333:role/Builder";
        let input = text(&[("RoleArn", role), ("RoleSessionName", "b1")])
            .with("Policy", policy.map(Value::from));
        let caller = world.caller(keys);
        let done = world.run(&caller, "AssumeRole", input).unwrap();
        world.caller(&session_keys(&done.output))
    }

    #[test]
    fn at_home_either_policy_is_enough() {
        let mut world = World::new();
        let (anna, bob) = (world.user("anna", &allow(r#""s3:*""#)), world.user("bob", ""));
        let (anna, bob) = (world.caller(&anna), world.caller(&bob));
        let to_bob = to(r#"{"AWS":"arn:aws:iam::111122223333:user/bob"}"#);
        let to_account = to(r#"{"AWS":"111122223333"}"#);
        assert!(may(&world, &anna, ACCOUNT, None));
        assert!(may(&world, &anna, ACCOUNT, Some(&to_bob)));
        assert!(!may(&world, &bob, ACCOUNT, None));
        assert!(may(&world, &bob, ACCOUNT, Some(&to_bob)));
        assert!(may(&world, &bob, ACCOUNT, Some(&to(r#""*""#))));
        assert!(!may(&world, &bob, ACCOUNT, Some(&to_account)), "the account decides further");
        assert!(may(&world, &root_of(ACCOUNT), ACCOUNT, None));
    }

    #[test]
    fn between_accounts_both_must_allow() {
        let mut world = World::new();
        let (anna, bob) = (world.user("anna", &allow(r#""s3:*""#)), world.user("bob", ""));
        let (anna, bob) = (world.caller(&anna), world.caller(&bob));
        let to_account = to(r#"{"AWS":"111122223333"}"#);
        let to_both = to(r#"{"AWS":["arn:aws:iam::111122223333:user/bob",
            "arn:aws:iam::111122223333:user/anna"]}"#);
        assert!(!may(&world, &anna, OTHER, None));
        assert!(may(&world, &anna, OTHER, Some(&to_account)));
        assert!(may(&world, &anna, OTHER, Some(&to_both)));
        assert!(!may(&world, &bob, OTHER, Some(&to_account)));
        assert!(!may(&world, &bob, OTHER, Some(&to_both)));
        let stranger = root_of(ACCOUNT);
        assert!(!may(&world, &stranger, OTHER, None), "root is root at home only");
        assert!(may(&world, &stranger, OTHER, Some(&to_account)));
        assert_eq!(
            ask(&world, &anna, "s3:GetObject", OTHER, None).unwrap_err(),
            "AccessDenied: User: arn:aws:iam::111122223333:user/anna is not authorized to \
             perform: s3:GetObject on resource: arn:aws:s3:::logs/a.txt because no \
             resource-based policy allows the s3:GetObject action"
        );
    }

    #[test]
    fn a_denial_on_either_side_wins() {
        let mut world = World::new();
        let deny = policy(
            r#"{"Effect":"Allow","Action":"*","Resource":"*"},
               {"Effect":"Deny","Action":"s3:GetObject","Resource":"*"}"#,
        );
        let (anna, eve) = (world.user("anna", &allow(r#""s3:*""#)), world.user("eve", &deny));
        let (anna, eve) = (world.caller(&anna), world.caller(&eve));
        let denying = bucket_policy(&format!(
            "{},{}",
            statement("Allow", r#""*""#),
            statement("Deny", r#"{"AWS":"111122223333"}"#)
        ));
        let message = ask(&world, &anna, "s3:GetObject", ACCOUNT, Some(&denying)).unwrap_err();
        assert!(
            message.ends_with(" with an explicit deny in a resource-based policy"),
            "{message}"
        );
        let to_eve = to(r#"{"AWS":"arn:aws:iam::111122223333:user/eve"}"#);
        let message = ask(&world, &eve, "s3:GetObject", ACCOUNT, Some(&to_eve)).unwrap_err();
        assert!(
            message.ends_with(" with an explicit deny in an identity-based policy"),
            "{message}"
        );
    }

    #[test]
    fn root_is_never_locked_out_of_its_bucket_s_policy() {
        let world = World::new();
        let nobody = bucket_policy(&statement("Deny", r#""*""#));
        let (owner, stranger) = (root_of(ACCOUNT), root_of(OTHER));
        let may = |caller, action| ask(&world, caller, action, ACCOUNT, Some(&nobody)).is_ok();
        for action in ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"] {
            assert!(may(&owner, action), "{action}");
            assert!(!may(&stranger, action), "{action}");
        }
        assert!(!may(&owner, "s3:GetObject"));
        assert!(!may(&owner, "s3:DeleteBucket"));
    }

    #[test]
    fn what_bounds_a_user_or_a_session_bounds_it_unless_it_is_named_itself() {
        let mut world = World::new();
        let keys = world.user("anna", &allow(r#""sts:*""#));
        let bound = ("PermissionsBoundary", "arn:aws:iam::aws:policy/IAMFullAccess");
        world.make("PutUserPermissionsBoundary", text(&[("UserName", "anna"), bound]));
        let anna = world.caller(&keys);
        let everybody = to(r#""*""#);
        assert!(!may(&world, &anna, ACCOUNT, Some(&everybody)));
        let to_anna = to(r#"{"AWS":"arn:aws:iam::111122223333:user/anna"}"#);
        assert!(may(&world, &anna, ACCOUNT, Some(&to_anna)));
        world.make("DeleteUserPermissionsBoundary", text(&[("UserName", "anna")]));

        world.role("Builder", &trust(r#"{"AWS":"111122223333"}"#), "");
        let whole = session(&mut world, &keys, None);
        let narrow = session(&mut world, &keys, Some(allow(r#""s3:PutObject""#)));
        let to_role = to(r#"{"AWS":"arn:aws:iam::111122223333:role/Builder"}"#);
        let to_session = to(r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/Builder/b1"}"#);
        assert!(may(&world, &whole, ACCOUNT, Some(&to_role)));
        assert!(!may(&world, &narrow, ACCOUNT, Some(&to_role)));
        assert!(may(&world, &narrow, ACCOUNT, Some(&to_session)));
        assert!(!may(&world, &whole, ACCOUNT, None));
    }

    #[test]
    fn services_and_strangers_have_the_resource_s_policy_alone() {
        let world = World::new();
        let service = Caller::service("cloudtrail.amazonaws.com");
        let to_service = to(r#"{"Service":"cloudtrail.amazonaws.com"}"#);
        assert!(may(&world, &service, ACCOUNT, Some(&to_service)));
        assert!(!may(&world, &service, ACCOUNT, Some(&to(r#"{"AWS":"111122223333"}"#))));
        let message = ask(&world, &service, "sns:Publish", ACCOUNT, None).unwrap_err();
        assert!(
            message.starts_with("AuthorizationError: User: cloudtrail.amazonaws.com is not"),
            "{message}"
        );
        assert!(may(&world, &Caller::unknown(), ACCOUNT, Some(&to(r#""*""#))));
        let message = ask(&world, &Caller::unknown(), "s3:GetObject", ACCOUNT, None).unwrap_err();
        assert!(message.starts_with("AccessDenied: User: anonymous is not"), "{message}");
    }

    #[test]
    fn what_the_state_knows_of_the_caller_can_be_asked_for() {
        let mut world = World::new();
        let keys = world.user("anna", "");
        let tagged = bucket_policy(
            r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*",
                "Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"}}}"#,
        );
        let anna = world.caller(&keys);
        assert!(!may(&world, &anna, ACCOUNT, Some(&tagged)));
        let tags = Value::from(vec![crate::tags::one("team", "red")]);
        world.make("TagUser", text(&[("UserName", "anna")]).with("Tags", tags));
        assert!(may(&world, &anna, ACCOUNT, Some(&tagged)));
    }
}
