//! Policy documents of topics and queues as texts: checked in form, edited, never evaluated.

use serde_json::{Map, Value, json};

/// The largest policy document, in bytes.
const POLICY_BYTES_MAX: usize = 30 * 1024;
/// The statements that a document may have.
const STATEMENTS_MAX: usize = 100;

/// The longest label of a statement.
const LABEL_LETTERS_MAX: usize = 80;

/// Why a policy document is refused or cannot be edited; the text is for the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadPolicy {
    /// It is not a policy for this kind of resource.
    #[error("{0}")]
    Malformed(String),
    /// There is a statement of this label already.
    #[error("Already exists.")]
    LabelExists,
    /// A label is not one.
    #[error("It must have 1 to 80 letters, digits, hyphens or underscores.")]
    BadLabel,
    /// An account is not one.
    #[error("{0} is no account id of twelve digits.")]
    BadAccount(String),
    /// There is no statement of this label.
    #[error("can't find label on existing policy.")]
    NoLabel,
}

impl BadPolicy {
    /// Returns whether accounts and not a label are wrong.
    pub(crate) const fn is_about_accounts(&self) -> bool {
        matches!(self, Self::BadAccount(_))
    }
}

/// Whom a new statement allows what.
pub(crate) struct Grant<'a> {
    /// The statement's name.
    pub(crate) label: &'a str,
    /// The accounts.
    pub(crate) accounts: Vec<&'a str>,
    /// The actions, as `SNS:Publish`.
    pub(crate) actions: Vec<String>,
    /// The resource's ARN.
    pub(crate) resource: &'a str,
}

/// Checks the form of a document for a resource of `service`, then lets the evaluator read it.
pub(crate) fn check(
    text: &str,
    service: &str,
    readable: &dyn Fn(&str) -> Result<(), String>,
) -> Result<(), BadPolicy> {
    if text.len() > POLICY_BYTES_MAX {
        return malformed(format!("the policy is longer than {POLICY_BYTES_MAX} bytes"));
    }
    let document = parse(text)?;
    let statements = statements(&document);
    if statements.is_empty() || statements.len() > STATEMENTS_MAX {
        return malformed(format!("the policy must have 1 to {STATEMENTS_MAX} statements"));
    }
    for statement in statements {
        check_statement(statement, service)?;
    }
    readable(text).map_err(BadPolicy::Malformed)
}

/// Returns the policy that a new topic has: everything for its owner's account.
pub(crate) fn of_new_topic(arn: &str, account: &str) -> String {
    let actions = [
        "SNS:GetTopicAttributes",
        "SNS:SetTopicAttributes",
        "SNS:AddPermission",
        "SNS:RemovePermission",
        "SNS:DeleteTopic",
        "SNS:Subscribe",
        "SNS:ListSubscriptionsByTopic",
        "SNS:Publish",
    ];
    json!({
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": actions,
            "Resource": arn,
            "Condition": {"StringEquals": {"AWS:SourceOwner": account}}
        }]
    })
    .to_string()
}

/// Returns the document with one more statement; an absent one begins with it.
pub(crate) fn with_grant(text: Option<&str>, grant: &Grant<'_>) -> Result<String, BadPolicy> {
    grant.check()?;
    let mut document = match text {
        Some(text) => parse(text)?,
        None => new_document(grant.resource),
    };
    let mut all: Vec<Value> = statements(&document).into_iter().cloned().collect();
    if all.iter().any(|statement| has_label(statement, grant.label)) {
        return Err(BadPolicy::LabelExists);
    }
    all.push(grant.statement());
    document.insert("Statement".to_owned(), Value::Array(all));
    Ok(Value::Object(document).to_string())
}

/// Returns the document without the statement of this label; none when no statement is left.
pub(crate) fn without_grant(text: Option<&str>, label: &str) -> Result<Option<String>, BadPolicy> {
    let mut document = text.map(parse).transpose()?.ok_or(BadPolicy::NoLabel)?;
    let all = statements(&document);
    let count = all.len();
    let kept: Vec<Value> =
        all.into_iter().filter(|statement| !has_label(statement, label)).cloned().collect();
    if kept.len() == count {
        return Err(BadPolicy::NoLabel);
    }
    if kept.is_empty() {
        return Ok(None);
    }
    document.insert("Statement".to_owned(), Value::Array(kept));
    Ok(Some(Value::Object(document).to_string()))
}

impl Grant<'_> {
    fn check(&self) -> Result<(), BadPolicy> {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let fits = (1..=LABEL_LETTERS_MAX).contains(&self.label.len());
        if !fits || !self.label.bytes().all(letter) {
            return Err(BadPolicy::BadLabel);
        }
        let digits = |id: &str| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
        match self.accounts.iter().find(|account| !digits(account)) {
            Some(bad) => Err(BadPolicy::BadAccount((*bad).to_owned())),
            None if self.accounts.is_empty() => Err(BadPolicy::BadAccount("Nobody".to_owned())),
            None => Ok(()),
        }
    }

    fn statement(&self) -> Value {
        let principals: Vec<String> =
            self.accounts.iter().map(|account| format!("arn:aws:iam::{account}:root")).collect();
        json!({
            "Sid": self.label,
            "Effect": "Allow",
            "Principal": {"AWS": one_or_all(principals)},
            "Action": one_or_all(self.actions.clone()),
            "Resource": self.resource
        })
    }
}

fn one_or_all(mut texts: Vec<String>) -> Value {
    match texts.len() {
        1 => texts.pop().map_or(Value::Null, Value::String),
        _ => json!(texts),
    }
}

fn new_document(resource: &str) -> Map<String, Value> {
    let id = format!("{resource}/SQSDefaultPolicy");
    let pairs = [("Version", "2008-10-17".to_owned()), ("Id", id)];
    pairs.into_iter().map(|(name, text)| (name.to_owned(), Value::String(text))).collect()
}

fn parse(text: &str) -> Result<Map<String, Value>, BadPolicy> {
    match serde_json::from_str(text) {
        Ok(Value::Object(document)) => Ok(document),
        _ => malformed("the policy is not a JSON object"),
    }
}

fn statements(document: &Map<String, Value>) -> Vec<&Value> {
    match document.get("Statement") {
        Some(Value::Array(items)) => items.iter().collect(),
        Some(one @ Value::Object(_)) => vec![one],
        _ => Vec::new(),
    }
}

fn has_label(statement: &Value, label: &str) -> bool {
    statement.get("Sid").and_then(Value::as_str) == Some(label)
}

fn check_statement(statement: &Value, service: &str) -> Result<(), BadPolicy> {
    let effect = statement.get("Effect").and_then(Value::as_str);
    if !matches!(effect, Some("Allow" | "Deny")) {
        return malformed("a statement has no Effect of Allow or Deny");
    }
    let either = |name: &str, not: &str| statement.get(name).or_else(|| statement.get(not));
    if either("Principal", "NotPrincipal").is_none() {
        return malformed("a statement has no Principal");
    }
    let Some(actions) = either("Action", "NotAction") else {
        return malformed("a statement has no Action");
    };
    let within = |action: &str| {
        let prefix = action.split_once(':').map(|(prefix, _)| prefix);
        action == "*" || prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(service))
    };
    let all_within = match actions {
        Value::String(action) => within(action),
        Value::Array(items) => items.iter().all(|item| item.as_str().is_some_and(within)),
        _ => false,
    };
    if all_within { Ok(()) } else { malformed("Policy statement action out of service scope!") }
}

fn malformed<T>(text: impl Into<String>) -> Result<T, BadPolicy> {
    Err(BadPolicy::Malformed(text.into()))
}
