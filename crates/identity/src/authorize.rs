//! May this caller do this?
//!
//! ```text
//!   root                  everything
//!   user                  own policies ∩ boundary
//!   session of a user     the same, but no IAM and hardly any STS without a second factor
//!   role session          the role's policies ∩ boundary ∩ session policies
//!   federated user        the issuing user's policies ∩ session policies (none given: nothing)
//!   service               everything: it is a part of this server
//! ```

mod resource;

use wire::Fault;

pub use resource::authorize_resource;

use crate::caller::{Caller, Principal, Session};
use crate::policy::{Context, Decision, Policy, Question, decide};
use crate::state::{Account, Permissions, State};

/// The longest ARN of AWS; matching longer text against patterns would only cost time.
const RESOURCE_BYTES_MAX: usize = 2048;

/// Refuses what the caller's policies do not allow, in AWS's words.
///
/// `action` is in the policy language's form, such as `cloudtrail:LookupEvents`; `resource` is an
/// ARN, or `*` for actions without one.
pub fn authorize(
    state: &State,
    caller: &Caller,
    action: &str,
    resource: &str,
    context: &Context,
) -> Result<(), Fault> {
    limit_sessions(caller, action, resource)?;
    limit_length(resource)?;
    let context = describe(state, caller, context.clone());
    let question = Question { action, resource, context: &context };
    match judge(state, caller, &question).objection() {
        None => Ok(()),
        Some(objection) => Err(denied(caller, action, resource, &objection.because(action))),
    }
}

/// What each layer of policies says; a layer that does not apply is absent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judgement {
    pub(crate) identity: Decision,
    pub(crate) boundary: Option<Decision>,
    pub(crate) session: Option<Decision>,
}

/// The first layer that stands in the way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Objection {
    layer: &'static str,
    explicit: bool,
}

const IDENTITY: &str = "identity-based policy";
const BOUNDARY: &str = "permissions boundary";
const SESSION: &str = "session policy";

impl Judgement {
    const ALLOWED: Self = Self { identity: Decision::Allowed, boundary: None, session: None };
    const NOTHING: Self = Self { identity: Decision::NotAllowed, boundary: None, session: None };

    /// Returns what stands in the way: explicit denials first.
    pub(crate) fn objection(self) -> Option<Objection> {
        self.explicit().or_else(|| self.find(Decision::NotAllowed, false))
    }

    /// Returns the layer that denies explicitly.
    pub(crate) fn explicit(self) -> Option<Objection> {
        self.find(Decision::Denied, true)
    }

    fn find(self, decision: Decision, explicit: bool) -> Option<Objection> {
        let layers =
            [(IDENTITY, Some(self.identity)), (BOUNDARY, self.boundary), (SESSION, self.session)];
        let (layer, _) = layers.into_iter().find(|(_, said)| *said == Some(decision))?;
        Some(Objection { layer, explicit })
    }
}

impl Objection {
    /// Returns the end of AWS's sentence.
    pub(crate) fn because(self, action: &str) -> String {
        let Self { layer, explicit } = self;
        if explicit {
            let article = if layer == IDENTITY { "an" } else { "a" };
            return format!(" with an explicit deny in {article} {layer}");
        }
        format!(" because no {layer} allows the {action} action")
    }
}

/// Returns AWS's refusal, in the code of the action's service.
pub(crate) fn denied(caller: &Caller, action: &str, resource: &str, because: &str) -> Fault {
    let arn = caller.arn();
    let who = match &caller.principal {
        Principal::Service { host } => host,
        Principal::Unknown => "anonymous",
        _ => arn.as_str(),
    };
    let message = format!(
        "User: {who} is not authorized to perform: {action} on resource: {resource}{because}"
    );
    match action.split_once(':').map(|(service, _)| service) {
        Some("iam" | "sts" | "s3" | "sqs") => access_denied(message),
        Some("sns") => Fault::new("AuthorizationError", message).with_status(403),
        _ => Fault::new("AccessDeniedException", message),
    }
}

/// Refuses what is longer than any ARN.
fn limit_length(resource: &str) -> Result<(), Fault> {
    if resource.len() > RESOURCE_BYTES_MAX {
        return Err(access_denied("What the call is about is longer than any ARN."));
    }
    Ok(())
}

/// Returns a refusal of IAM or STS in other words than the usual.
pub(crate) fn access_denied(message: impl Into<String>) -> Fault {
    Fault::new("AccessDenied", message).with_status(403)
}

/// Adds what policies may ask about the caller.
pub(crate) fn describe(state: &State, caller: &Caller, context: Context) -> Context {
    let account = caller.account().and_then(|account| state.account(account));
    let tags = account.and_then(|account| match &caller.principal {
        Principal::User { user, .. } => account.users.get(&user.id).map(|user| &user.tags),
        Principal::AssumedRole { role, .. } => account.roles.get(&role.id).map(|role| &role.tags),
        _ => None,
    });
    let context = match tags {
        Some(tags) => context.with_tags("aws:PrincipalTag", tags),
        None => context,
    };
    let organization = caller.account().and_then(|account| state.organization_of(account));
    let context = match organization {
        Some(organization) => context
            .with("aws:PrincipalOrgID", organization.id.as_str())
            .with("aws:PrincipalOrgMasterAccountId", organization.management_account.as_str())
            .with("aws:PrincipalOrgPaths", organization.path()),
        None => context,
    };
    caller.describe(context)
}

/// Asks every layer of policies that applies to the caller.
pub(crate) fn judge(state: &State, caller: &Caller, question: &Question<'_>) -> Judgement {
    if matches!(caller.principal, Principal::Service { .. }) {
        return Judgement::ALLOWED;
    }
    let Some(account) = caller.account().and_then(|account| state.account(account)) else {
        return Judgement::NOTHING;
    };
    let session = caller.session.as_ref();
    match &caller.principal {
        Principal::Root { .. } => Judgement::ALLOWED,
        Principal::User { user, .. } => {
            let permissions = account.users.get(&user.id).map(|user| &user.permissions);
            layers(state, account, permissions, question)
        }
        Principal::AssumedRole { role, .. } => {
            let permissions = account.roles.get(&role.id).map(|role| &role.permissions);
            let session = session.filter(|session| session.is_narrowed());
            Judgement {
                session: session.map(|session| narrowing(state, account, session, question)),
                ..layers(state, account, permissions, question)
            }
        }
        Principal::FederatedUser { .. } => federated(state, account, session, question),
        _ => Judgement::NOTHING,
    }
}

fn federated(
    state: &State,
    account: &Account,
    session: Option<&Session>,
    question: &Question<'_>,
) -> Judgement {
    let Some((session, issuer)) = session.and_then(|s| Some((s, s.issuer.as_ref()?))) else {
        return Judgement::NOTHING;
    };
    let judgement = if issuer.kind == "Root" {
        Judgement::ALLOWED
    } else {
        let user = account.users.get(&issuer.principal_id);
        layers(state, account, user.map(|user| &user.permissions), question)
    };
    Judgement { session: Some(narrowing(state, account, session, question)), ..judgement }
}

fn layers(
    state: &State,
    account: &Account,
    permissions: Option<&Permissions>,
    question: &Question<'_>,
) -> Judgement {
    let Some(permissions) = permissions else {
        return Judgement::NOTHING;
    };
    let attached = managed(state, account, &permissions.attached);
    let boundary = permissions
        .boundary
        .as_ref()
        .map(|arn| decide(managed(state, account, std::slice::from_ref(arn)), question));
    Judgement {
        identity: decide(permissions.inline.values().chain(attached), question),
        boundary,
        session: None,
    }
}

/// Returns what the session's own policies say; a policy that is gone says nothing.
fn narrowing(
    state: &State,
    account: &Account,
    session: &Session,
    question: &Question<'_>,
) -> Decision {
    let managed = managed(state, account, &session.policy_arns);
    decide(session.policy.iter().chain(managed), question)
}

fn managed<'a>(
    state: &'a State,
    account: &'a Account,
    arns: &'a [String],
) -> impl Iterator<Item = &'a Policy> {
    arns.iter().filter_map(|arn| state.managed_policy(account, arn)?.document())
}

/// Keeps sessions of users and federated users out of IAM and most of STS, as AWS does.
fn limit_sessions(caller: &Caller, action: &str, resource: &str) -> Result<(), Fault> {
    let Some(session) = &caller.session else {
        return Ok(());
    };
    let federated = match &caller.principal {
        Principal::FederatedUser { .. } => true,
        Principal::Root { .. } | Principal::User { .. } => false,
        _ => return Ok(()),
    };
    if action.starts_with("iam:") && (federated || !session.mfa_authenticated) {
        return Err(crate::identify::Unidentified::Invalid.fault(wire::model::Protocol::AwsQuery));
    }
    match action {
        "sts:GetCallerIdentity" => Ok(()),
        "sts:AssumeRole" if !federated => Ok(()),
        "sts:GetFederationToken" => Err(no_session_credentials("GetFederationToken")),
        action if action.starts_with("sts:") => Err(denied(caller, action, resource, "")),
        _ => Ok(()),
    }
}

/// Returns the refusal of those operations that only long-term credentials may call.
pub(crate) fn no_session_credentials(operation: &str) -> Fault {
    access_denied(format!("Cannot call {operation} with session credentials"))
}

#[cfg(test)]
mod tests {
    use wire::{Members, Value};

    use super::*;
    use crate::testing::{
        ACCOUNT, Keys, World, allow, policy, refused, root_of, session_keys, text, trust,
    };

    const TRAIL: &str = "arn:aws:cloudtrail:us-east-1:111122223333:trail/main";

    fn ask(world: &World, caller: &Caller, action: &str) -> Result<(), String> {
        authorize(&world.state, caller, action, TRAIL, &world.context)
            .map_err(|fault| fault.to_string())
    }

    fn session(world: &mut World, keys: &Keys, operation: &str, input: Members) -> Caller {
        let caller = world.caller(keys);
        let done = world.run(&caller, operation, input).unwrap_or_else(|fault| panic!("{fault}"));
        world.caller(&session_keys(&done.output))
    }

    #[test]
    fn root_may_everything_and_nobody_nothing() {
        let world = World::new();
        assert_eq!(ask(&world, &root_of(ACCOUNT), "cloudtrail:StopLogging"), Ok(()));
        assert!(ask(&world, &Caller::unknown(), "cloudtrail:StopLogging").is_err());
        let stranger = root_of("999999999999");
        assert!(ask(&world, &stranger, "cloudtrail:StopLogging").is_err(), "no such account");
    }

    #[test]
    fn a_refusal_has_the_words_of_aws() {
        let mut world = World::new();
        let keys = world.user("anna", "");
        let anna = world.caller(&keys);
        assert_eq!(
            ask(&world, &anna, "cloudtrail:StopLogging").unwrap_err(),
            "AccessDeniedException: User: arn:aws:iam::111122223333:user/anna is not authorized \
             to perform: cloudtrail:StopLogging on resource: arn:aws:cloudtrail:us-east-1:\
             111122223333:trail/main because no identity-based policy allows the \
             cloudtrail:StopLogging action"
        );
        let deny = policy(r#"{"Effect":"Deny","Action":"cloudtrail:Stop*","Resource":"*"}"#);
        let input = [("UserName", "anna"), ("PolicyName", "no"), ("PolicyDocument", &*deny)];
        world.make("PutUserPolicy", text(&input));
        let message = ask(&world, &anna, "cloudtrail:StopLogging").unwrap_err();
        assert!(
            message.ends_with(" with an explicit deny in an identity-based policy"),
            "{message}"
        );
        let message = refused(world.run(&anna, "CreateUser", text(&[("UserName", "bob")])));
        assert_eq!(
            message,
            "AccessDenied: User: arn:aws:iam::111122223333:user/anna is not authorized to \
             perform: iam:CreateUser on resource: arn:aws:iam::111122223333:user/bob because no \
             identity-based policy allows the iam:CreateUser action"
        );
    }

    #[test]
    fn inline_and_attached_policies_count_together() {
        let mut world = World::new();
        let keys = world.user("anna", &allow(r#""cloudtrail:LookupEvents""#));
        let anna = world.caller(&keys);
        let attach = |arn| text(&[("UserName", "anna"), ("PolicyArn", arn)]);
        let read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        assert!(ask(&world, &anna, "cloudtrail:GetTrail").is_err());
        world.make("AttachUserPolicy", attach(read_only));
        assert_eq!(ask(&world, &anna, "cloudtrail:GetTrail"), Ok(()));
        assert_eq!(ask(&world, &anna, "cloudtrail:LookupEvents"), Ok(()));
        assert!(ask(&world, &anna, "cloudtrail:StopLogging").is_err());
        world.make("DetachUserPolicy", attach(read_only));
        assert!(ask(&world, &anna, "cloudtrail:GetTrail").is_err());
    }

    #[test]
    fn a_boundary_takes_away_and_never_gives() {
        let mut world = World::new();
        let keys = world.user("anna", &allow(r#""cloudtrail:*""#));
        let anna = world.caller(&keys);
        let bound = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        let input = text(&[("UserName", "anna"), ("PermissionsBoundary", bound)]);
        world.make("PutUserPermissionsBoundary", input);
        assert_eq!(ask(&world, &anna, "cloudtrail:GetTrail"), Ok(()));
        let message = ask(&world, &anna, "cloudtrail:StopLogging").unwrap_err();
        assert!(
            message.ends_with(
                "because no permissions boundary allows the cloudtrail:StopLogging action"
            ),
            "{message}"
        );
        assert!(ask(&world, &anna, "license-manager:GetLicense").is_err());
        world.make("DeleteUserPermissionsBoundary", text(&[("UserName", "anna")]));
        assert_eq!(ask(&world, &anna, "cloudtrail:StopLogging"), Ok(()));
    }

    #[test]
    fn a_role_session_has_the_role_s_permissions_and_a_session_policy_narrows_them() {
        let mut world = World::new();
        let keys = world.user("anna", &allow(r#""sts:*""#));
        world.role("Builder", &trust(r#"{"AWS":"111122223333"}"#), &allow(r#""cloudtrail:*""#));
        let role_arn = "arn:aws:iam::111122223333:role/Builder";
        let input = || text(&[("RoleArn", role_arn), ("RoleSessionName", "b1")]);
        let whole = session(&mut world, &keys, "AssumeRole", input());
        assert_eq!(ask(&world, &whole, "cloudtrail:StopLogging"), Ok(()));
        assert!(ask(&world, &whole, "sts:AssumeRole").is_err(), "anna's policies stay with anna");
        let narrow = input().with("Policy", Value::from(allow(r#"["cloudtrail:Get*","sts:*"]"#)));
        let narrow = session(&mut world, &keys, "AssumeRole", narrow);
        assert_eq!(ask(&world, &narrow, "cloudtrail:GetTrail"), Ok(()));
        let message = ask(&world, &narrow, "cloudtrail:StopLogging").unwrap_err();
        assert!(message.contains("because no session policy allows"), "{message}");
        assert!(ask(&world, &narrow, "sts:AssumeRole").is_err(), "a session policy never gives");
    }

    #[test]
    fn a_federated_user_has_what_both_the_user_and_the_session_policy_allow() {
        let mut world = World::new();
        let keys = world.user("anna", &allow(r#"["cloudtrail:*","sts:*","iam:*"]"#));
        let bare = session(&mut world, &keys, "GetFederationToken", text(&[("Name", "bob")]));
        assert_eq!(bare.arn(), "arn:aws:sts::111122223333:federated-user/bob");
        assert!(ask(&world, &bare, "cloudtrail:GetTrail").is_err(), "no policy given");
        let given = allow(r#"["cloudtrail:Get*","license-manager:*","iam:*","sts:*"]"#);
        let input = text(&[("Name", "bob"), ("Policy", &given)]);
        let bob = session(&mut world, &keys, "GetFederationToken", input);
        assert_eq!(ask(&world, &bob, "cloudtrail:GetTrail"), Ok(()));
        assert!(ask(&world, &bob, "cloudtrail:StopLogging").is_err());
        assert!(ask(&world, &bob, "license-manager:GetLicense").is_err());
        assert!(world.run(&bob, "GetCallerIdentity", Members::new()).is_ok());
        let message = refused(world.run(&bob, "ListUsers", Members::new()));
        assert!(message.starts_with("InvalidClientTokenId"), "{message}");
        let message = refused(world.run(&bob, "GetFederationToken", text(&[("Name", "eve")])));
        assert!(message.starts_with("AccessDenied"), "{message}");
    }

    #[test]
    fn a_session_of_a_user_has_its_permissions_but_no_iam_and_little_sts() {
        let mut world = World::new();
        let keys = world.user("anna", &allow(r#""*""#));
        let anna = session(&mut world, &keys, "GetSessionToken", Members::new());
        assert_eq!(anna.arn(), "arn:aws:iam::111122223333:user/anna");
        assert_eq!(ask(&world, &anna, "cloudtrail:StopLogging"), Ok(()));
        let message = refused(world.run(&anna, "ListUsers", Members::new()));
        assert!(message.starts_with("InvalidClientTokenId"), "{message}");
        let message = refused(world.run(&anna, "GetSessionToken", Members::new()));
        assert_eq!(message, "AccessDenied: Cannot call GetSessionToken with session credentials");
        assert!(world.run(&anna, "GetCallerIdentity", Members::new()).is_ok());
    }

    #[test]
    fn tags_of_the_principal_and_of_the_request_can_be_asked_for() {
        let mut world = World::new();
        let condition = r#"{"StringEquals":{"aws:PrincipalTag/team":"red","aws:username":"anna"}}"#;
        let statement = format!(
            r#"{{"Effect":"Allow","Action":"cloudtrail:*","Resource":"*","Condition":{condition}}}"#
        );
        let keys = world.user("anna", &policy(&statement));
        let anna = world.caller(&keys);
        assert!(ask(&world, &anna, "cloudtrail:GetTrail").is_err());
        let tags = Value::from(vec![crate::tags::one("team", "red")]);
        world.make("TagUser", text(&[("UserName", "anna")]).with("Tags", tags));
        assert_eq!(ask(&world, &anna, "cloudtrail:GetTrail"), Ok(()));
    }

    #[test]
    fn a_part_of_the_server_may_everything() {
        let world = World::new();
        let service = Caller::service("license-manager.amazonaws.com");
        assert_eq!(ask(&world, &service, "cloudtrail:StopLogging"), Ok(()));
    }

    #[test]
    fn a_role_session_has_no_user_name_that_could_be_left_out() {
        let mut world = World::new();
        let keys = world.user("anna", &allow(r#""sts:*""#));
        let but = |effect: &str| {
            let own = "arn:aws:cloudtrail:*:*:trail/${aws:username}";
            format!(r#"{{"Effect":"{effect}","Action":"cloudtrail:*","NotResource":"{own}"}}"#)
        };
        world.role("Builder", &trust(r#"{"AWS":"111122223333"}"#), &policy(&but("Allow")));
        let role_arn = "arn:aws:iam::111122223333:role/Builder";
        let input = text(&[("RoleArn", role_arn), ("RoleSessionName", "b1")]);
        let builder = session(&mut world, &keys, "AssumeRole", input);
        let message = ask(&world, &builder, "cloudtrail:GetTrail").unwrap_err();
        assert!(message.contains("because no identity-based policy allows"), "{message}");

        let all = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
        let denying = policy(&format!("{all},{}", but("Deny")));
        let put = [("RoleName", "Builder"), ("PolicyName", "own"), ("PolicyDocument", &*denying)];
        world.make("PutRolePolicy", text(&put));
        let message = ask(&world, &builder, "cloudtrail:GetTrail").unwrap_err();
        assert!(message.contains("with an explicit deny"), "{message}");
    }

    #[test]
    fn what_is_longer_than_any_arn_is_refused_unjudged() {
        let mut world = World::new();
        let keys = world.user("anna", &allow(r#""*""#));
        // root may everything, so what refuses it stands before the policies
        for caller in [world.caller(&keys), root_of(ACCOUNT)] {
            let about = |bytes: usize| {
                let resource = format!("{TRAIL}{}", "x".repeat(bytes - TRAIL.len()));
                authorize(&world.state, &caller, "iam:GetUser", &resource, &world.context)
            };
            assert!(about(RESOURCE_BYTES_MAX).is_ok());
            for bytes in [RESOURCE_BYTES_MAX + 1, 1 << 20] {
                let fault = about(bytes).unwrap_err();
                assert!(fault.to_string().contains("longer than any ARN"), "{fault}");
            }
        }
    }
}
