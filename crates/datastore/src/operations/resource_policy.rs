//! `PutResourcePolicy`, `GetResourcePolicy` and `DeleteResourcePolicy`: of event data stores,
//! channels and dashboards. Trails have none.

use serde_json::{Map, Value as Json};
use wire::{Done, Fault, Members, Value};

use super::arn::{self, Arn};
use super::{CHANNEL, DASHBOARD, STORE};
use crate::change::Change;
use crate::request::Request;
use crate::statement::is_uuid;

const POLICY_BYTES_MAX: usize = 8192;
const STATEMENTS_MAX: usize = 20;
const PRINCIPALS_MAX: usize = 50;

/// Puts a resource's policy in the place of the one it has.
///
/// # Errors
/// Those of [`Owned::find`], `ResourcePolicyNotValidException`.
pub(super) fn put(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let owned = Owned::find(request)?;
    let text = request.input.string("ResourcePolicy").unwrap_or_default();
    let checked = owned.check(text).and_then(|()| request.around.policy(text));
    checked.map_err(|trouble| {
        let message = format!("The resource policy is not valid: {trouble}.");
        Fault::new("ResourcePolicyNotValidException", message)
    })?;
    let change = Change::ResourcePolicy { arn: owned.arn.clone(), policy: Some(text.to_owned()) };
    Ok(Done::changed(owned.show(text), vec![change]).about(owned.kind, owned.arn))
}

/// Returns a resource's policy, as it was put.
///
/// # Errors
/// Those of [`Owned::find`], `ResourcePolicyNotFoundException`.
pub(super) fn get(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let owned = Owned::find(request)?;
    let policy = owned.policy(request)?;
    Ok(Done::read(owned.show(policy)).about(owned.kind, owned.arn))
}

/// Takes a resource's policy away.
///
/// # Errors
/// Those of [`Owned::find`], `ResourcePolicyNotFoundException`.
pub(super) fn delete(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let owned = Owned::find(request)?;
    owned.policy(request)?;
    let change = Change::ResourcePolicy { arn: owned.arn.clone(), policy: None };
    Ok(Done::changed(Members::new(), vec![change]).about(owned.kind, owned.arn))
}

/// A resource whose policy is asked for: by its owner only.
struct Owned {
    arn: String,
    kind: &'static str,
    /// What every action in its policy begins with.
    actions: &'static [&'static str],
}

impl Owned {
    /// Finds what an ARN names.
    ///
    /// # Errors
    /// `ResourceARNNotValidException`, `ResourceTypeNotSupportedException`,
    /// `ResourceNotFoundException`
    fn find(request: &Request<'_, '_>) -> Result<Self, Fault> {
        let text = request.input.string("ResourceArn").unwrap_or_default();
        let (kind, actions) = kind_of(text)?;
        let owner = request.state.ownership(text).map(|ownership| ownership.account);
        if owner != Some(request.call.account) {
            let message = format!("Resource {text} does not exist.");
            return Err(Fault::new("ResourceNotFoundException", message));
        }
        Ok(Self { arn: text.to_owned(), kind, actions })
    }

    fn policy<'a>(&self, request: &Request<'a, '_>) -> Result<&'a str, Fault> {
        let policy = request.state.resource_policies.get(&self.arn).map(String::as_str);
        policy.ok_or_else(|| {
            let message = format!("Resource {} has no resource policy.", self.arn);
            Fault::new("ResourcePolicyNotFoundException", message)
        })
    }

    fn show(&self, policy: &str) -> Members {
        Members::new()
            .with("ResourceArn", Value::from(self.arn.as_str()))
            .with("ResourcePolicy", Value::from(policy))
    }

    /// Checks the form of a policy; what it means is read by others.
    fn check(&self, text: &str) -> Result<(), String> {
        if text.len() > POLICY_BYTES_MAX {
            return Err(format!("it has more than {POLICY_BYTES_MAX} bytes"));
        }
        let document: Map<String, Json> =
            serde_json::from_str(text).map_err(|error| format!("it is no JSON object: {error}"))?;
        let statements = match document.get("Statement") {
            Some(Json::Array(statements)) => statements.iter().collect(),
            Some(one @ Json::Object(_)) => vec![one],
            _ => Vec::new(),
        };
        if statements.is_empty() || statements.len() > STATEMENTS_MAX {
            return Err(format!("it must have 1 to {STATEMENTS_MAX} statements"));
        }
        statements.into_iter().try_for_each(|statement| self.check_statement(statement))
    }

    fn check_statement(&self, statement: &Json) -> Result<(), String> {
        let principals = statement.get("Principal").map_or(0, count_texts);
        if principals == 0 || principals > PRINCIPALS_MAX {
            return Err(format!("a statement must have 1 to {PRINCIPALS_MAX} principals"));
        }
        let actions = statement.get("Action").map(texts).unwrap_or_default();
        let is_ours = |action: &&str| {
            let begins = |prefix: &&str| {
                action.get(..prefix.len()).is_some_and(|it| it.eq_ignore_ascii_case(prefix))
            };
            self.actions.iter().any(begins)
        };
        if actions.is_empty() || !actions.iter().all(is_ours) {
            let allowed = self.actions.join(", ");
            return Err(format!("the actions of a statement must be of {allowed}"));
        }
        let resources = statement.get("Resource").map(texts).unwrap_or_default();
        if resources.is_empty() || resources.iter().any(|resource| *resource != self.arn) {
            return Err(format!("the resource of a statement must be {}", self.arn));
        }
        Ok(())
    }
}

/// Returns the type of what an ARN names, and what the actions in its policies begin with.
fn kind_of(text: &str) -> Result<(&'static str, &'static [&'static str]), Fault> {
    let malformed = || {
        let message =
            format!("{text} is not the ARN of an event data store, a channel or a dashboard.");
        Fault::new("ResourceARNNotValidException", message)
    };
    let arn = Arn::parse(text).ok_or_else(malformed)?;
    match arn.kind {
        arn::STORE | arn::CHANNEL if !is_uuid(arn.id) => Err(malformed()),
        arn::STORE => Ok((STORE, &["cloudtrail:"])),
        arn::CHANNEL => Ok((CHANNEL, &["cloudtrail-data:PutAuditEvents"])),
        arn::DASHBOARD => Ok((DASHBOARD, &["cloudtrail:"])),
        kind => {
            let message = format!("Resources of the type {kind} have no resource policies.");
            Err(Fault::new("ResourceTypeNotSupportedException", message))
        }
    }
}

/// Returns a text, or the texts of a list.
fn texts(value: &Json) -> Vec<&str> {
    match value {
        Json::String(text) => vec![text],
        Json::Array(items) => items.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Counts principals: `*`, or the texts of every kind of them.
fn count_texts(value: &Json) -> usize {
    match value {
        Json::Object(kinds) => kinds.values().map(count_texts).sum(),
        value => texts(value).len(),
    }
}
