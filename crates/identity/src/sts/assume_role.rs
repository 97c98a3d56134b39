//! `AssumeRole`: a session of a role, for whom the role's trust policy and the caller's own
//! policies let have it.
//!
//! ```text
//!   trust names …          same account                       another account
//!   the account            caller's policies must allow       caller's policies must allow
//!   the caller's role, *   boundary and session must allow    caller's policies must allow
//!   the caller itself      enough                             caller's policies must allow
//! ```
//! An explicit denial anywhere refuses. A role that does not exist is refused like one that does
//! not trust the caller.

#[cfg(test)]
mod tests;

use wire::{Done, Fault, Members, Resource, Value};

use super::grant;
use crate::arn::{self, IamArn};
use crate::authorize::{access_denied, denied, describe, judge};
use crate::caller::{Issuer, Principal, Session};
use crate::change::Change;
use crate::operation::Request;
use crate::policy::{Context, Decision, Question, Reach};
use crate::state::{Account, Role, State};
use crate::token::Credentials;
use crate::{tags, token};

const SECS: i64 = 3_600;
/// A role session may assume the next role for an hour at most.
const CHAINED_SECS_MAX: i64 = 3_600;

/// Gives out a role session.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    if matches!(request.caller.principal, Principal::Root { .. }) {
        return Err(access_denied("Roles may not be assumed by root accounts."));
    }
    grant::refuse_mfa(request)?;
    let (account, role) = admitted(request)?;
    let mut session = grant::session(request, seconds(request, role)?)?;
    grant::narrow(request, account, &mut session)?;
    inherit(request, &mut session)?;
    let packed_size = grant::packed_size(&session)?;
    let source_identity = session.source_identity.clone();
    let given = give(request, account, role, session);
    let output = given.output(packed_size).with("SourceIdentity", source_identity.map(Value::from));
    Ok(given.done(request, output))
}

/// A session that was given out, and what an answer and an event say of it.
pub(crate) struct Given {
    credentials: Credentials,
    id: String,
    arn: String,
    role_arn: String,
    account: String,
}

impl Given {
    /// Returns the part of the output that both ways to a role share.
    pub(crate) fn output(&self, packed_size: Option<i64>) -> Members {
        let user = Members::new()
            .with("AssumedRoleId", Value::from(self.id.as_str()))
            .with("Arn", Value::from(self.arn.as_str()));
        Members::new()
            .with("Credentials", grant::output(&self.credentials))
            .with("AssumedRoleUser", Value::from(user))
            .with("PackedPolicySize", packed_size.map(Value::from))
    }

    /// Returns the result with the resources that CloudTrail names.
    pub(crate) fn done(self, request: &Request<'_, '_>, output: Members) -> Done<Change> {
        let mut done = Done::read(output)
            .about("AWS::IAM::AccessKey", self.credentials.access_key_id.clone())
            .about("AWS::STS::AssumedRole", self.id)
            .about("AWS::STS::AssumedRole", self.arn);
        done.resources.push(Resource {
            kind: "AWS::IAM::Role",
            name: self.role_arn,
            in_record: true,
        });
        let foreign = request.caller.account() != Some(self.account.as_str());
        done.owner_account = foreign.then_some(self.account);
        done
    }
}

/// Returns the role that the ARN names.
pub(crate) fn find<'a>(state: &'a State, role_arn: &str) -> Option<(&'a Account, &'a Role)> {
    let parsed =
        IamArn::parse(role_arn).filter(|arn| arn.service == "iam" && arn.kind == "role")?;
    let account = state.account(parsed.account)?;
    let role = account.role_named(parsed.name)?;
    (role.entity.path == parsed.path).then_some((account, role))
}

/// Returns the length of the session, as asked for and allowed.
pub(crate) fn seconds(request: &Request<'_, '_>, role: &Role) -> Result<i64, Fault> {
    let seconds = request.input.integer("DurationSeconds").unwrap_or(SECS);
    let chained = matches!(request.caller.principal, Principal::AssumedRole { .. });
    if chained && seconds > CHAINED_SECS_MAX {
        return Err(Fault::new(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by \
             role chaining.",
        ));
    }
    if seconds > role.session_secs_max {
        return Err(Fault::new(
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(seconds)
}

/// Gives out the credentials of a session of `role`.
pub(crate) fn give(
    request: &mut Request<'_, '_>,
    account: &Account,
    role: &Role,
    mut session: Session,
) -> Given {
    let session_name = request.text("RoleSessionName");
    let role_arn = role.arn(&account.id);
    session.issuer = Some(Issuer {
        kind: "Role".to_owned(),
        principal_id: role.entity.id.clone(),
        arn: role_arn.clone(),
        account: account.id.clone(),
        user_name: Some(role.entity.name.clone()),
    });
    let principal = Principal::AssumedRole {
        account: account.id.clone(),
        role: role.entity.clone(),
        session_name: session_name.to_owned(),
    };
    Given {
        credentials: token::issue(request.vault, &account.id, &principal, &session, request.call),
        id: format!("{}:{session_name}", role.entity.id),
        arn: arn::assumed_role(&account.id, &role.entity.name, session_name),
        role_arn,
        account: account.id.clone(),
    }
}

fn admitted<'a>(request: &Request<'a, '_>) -> Result<(&'a Account, &'a Role), Fault> {
    let role_arn = request.text("RoleArn");
    if IamArn::parse(role_arn).is_none_or(|arn| arn.service != "iam") {
        return Err(Fault::new("ValidationError", format!("{role_arn} is invalid")));
    }
    let found = find(request.state, role_arn);
    let context = described(request);
    let mut actions = vec!["sts:AssumeRole"];
    let before = request.caller.session.as_ref();
    let carried = |carries: fn(&Session) -> bool| before.is_some_and(carries);
    if request.input.get("SourceIdentity").is_some()
        || carried(|session| session.source_identity.is_some())
    {
        actions.push("sts:SetSourceIdentity");
    }
    if !request.input.list("Tags").is_empty()
        || carried(|session| !session.transitive_tag_keys.is_empty())
    {
        actions.push("sts:TagSession");
    }
    for action in actions {
        let question = Question { action, resource: role_arn, context: &context };
        admit(request, found, &question)?;
    }
    found.ok_or_else(|| denied(request.caller, "sts:AssumeRole", role_arn, ""))
}

fn admit(
    request: &Request<'_, '_>,
    found: Option<(&Account, &Role)>,
    question: &Question<'_>,
) -> Result<(), Fault> {
    let caller = request.caller;
    let refused = |because: &str| denied(caller, question.action, question.resource, because);
    if matches!(caller.principal, Principal::FederatedUser { .. }) {
        return Err(refused(""));
    }
    let mut judgement = judge(request.state, caller, question);
    if let Some(objection) = judgement.explicit() {
        return Err(refused(&objection.because(question.action)));
    }
    let (account, role) = found.ok_or_else(|| refused(""))?;
    let (decision, reach) = role.trust.trust(question, caller);
    if decision == Decision::Denied {
        return Err(refused(" with an explicit deny in a role trust policy"));
    }
    let reach = reach.ok_or_else(|| refused(""))?;
    let at_home = caller.account() == Some(account.id.as_str());
    if at_home && reach == Reach::Itself {
        return Ok(());
    }
    if at_home && reach == Reach::Widely {
        judgement.identity = Decision::Allowed;
    }
    match judgement.objection() {
        Some(objection) => Err(refused(&objection.because(question.action))),
        None => Ok(()),
    }
}

fn described(request: &Request<'_, '_>) -> Context {
    let tags = tags::read(request.input);
    let given = request.input.string("SourceIdentity");
    let carried =
        request.caller.session.as_ref().and_then(|session| session.source_identity.as_deref());
    let context = request
        .context
        .clone()
        .with("sts:RoleSessionName", request.text("RoleSessionName"))
        .with_some("sts:ExternalId", request.input.string("ExternalId"))
        .with_some("sts:SourceIdentity", given.or(carried))
        .with_all("sts:TransitiveTagKeys", request.input.strings("TransitiveTagKeys"))
        .with_all("aws:TagKeys", tags.keys().cloned())
        .with_tags("aws:RequestTag", &tags);
    describe(request.state, request.caller, context)
}

/// Sets what the session takes from the request and from the session that asks.
fn inherit(request: &Request<'_, '_>, session: &mut Session) -> Result<(), Fault> {
    session.tags = tags::checked_for_session(request.input)?;
    session.transitive_tag_keys =
        request.input.strings("TransitiveTagKeys").map(str::to_owned).collect();
    session.source_identity = request.input.string("SourceIdentity").map(str::to_owned);
    let Some(before) = &request.caller.session else {
        return Ok(());
    };
    for key in &before.transitive_tag_keys {
        if let Some(value) = before.tags.get(key) {
            // keys that differ by case only are one key to the policies
            session.tags.retain(|passed, _| !passed.eq_ignore_ascii_case(key));
            session.tags.insert(key.clone(), value.clone());
            session.transitive_tag_keys.push(key.clone());
        }
    }
    match (&before.source_identity, &session.source_identity) {
        (Some(first), Some(other)) if first != other => Err(denied(
            request.caller,
            "sts:SetSourceIdentity",
            request.text("RoleArn"),
            " because the source identity of a session cannot be changed",
        )),
        (Some(first), _) => {
            session.source_identity = Some(first.clone());
            Ok(())
        }
        (None, _) => Ok(()),
    }
}
