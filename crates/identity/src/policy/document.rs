//! Reads policy documents and refuses malformed ones in AWS's words.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::Purpose;
use super::condition::Condition;
use super::glob::Glob;
use super::principal::{Principals, is_aws_principal, is_service};
use super::statement::{Choice, Effect, Statement};
use super::template::ArnTemplate;

/// Why a document is refused; the text is for the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(String);

/// A document as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DocumentText {
    version: Option<String>,
    #[serde(rename = "Id")]
    _id: Option<String>,
    statement: OneOrMany<StatementText>,
}

/// A statement as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct StatementText {
    sid: Option<String>,
    effect: Option<String>,
    principal: Option<PrincipalText>,
    not_principal: Option<PrincipalText>,
    action: Option<OneOrMany<String>>,
    not_action: Option<OneOrMany<String>>,
    resource: Option<OneOrMany<String>>,
    not_resource: Option<OneOrMany<String>>,
    #[serde(default)]
    condition: BTreeMap<String, BTreeMap<String, OneOrMany<Scalar>>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum PrincipalText {
    Everyone(String),
    Named(BTreeMap<String, OneOrMany<String>>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Bool(bool),
    Number(serde_json::Number),
}

impl<T> OneOrMany<T> {
    fn into_vec(self) -> Vec<T> {
        match self {
            Self::One(item) => vec![item],
            Self::Many(items) => items,
        }
    }
}

impl Scalar {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Bool(value) => value.to_string(),
            Self::Number(number) => number.to_string(),
        }
    }
}

fn malformed<T>(text: impl Into<String>) -> Result<T, Malformed> {
    Err(Malformed(text.into()))
}

fn syntax<T>() -> Result<T, Malformed> {
    malformed("Syntax errors in policy.")
}

/// Reads a document; without a purpose it may be either kind (it was checked when it came in).
pub(crate) fn read(text: &str, purpose: Option<Purpose>) -> Result<Vec<Statement>, Malformed> {
    let Ok(document) = serde_json::from_str::<DocumentText>(text) else {
        return if purpose == Some(Purpose::Resource) { no_document(text) } else { syntax() };
    };
    // Documents of the older version, which is the default, know no variables.
    let variables = match document.version.as_deref() {
        Some("2012-10-17") => true,
        None | Some("2008-10-17") => false,
        Some(_) => return malformed("Policy document must be version 2012-10-17 or greater."),
    };
    let statements = document.statement.into_vec();
    if statements.is_empty() {
        return syntax();
    }
    check_ids(&statements, purpose)?;
    statements.into_iter().map(|statement| read_statement(statement, purpose, variables)).collect()
}

/// Says of a resource policy that cannot be read what S3 says.
fn no_document<T>(text: &str) -> Result<T, Malformed> {
    match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text) {
        Ok(_) => malformed("Invalid policy syntax."),
        Err(_) => malformed("Policies must be valid JSON and the first byte must be '{'"),
    }
}

fn check_ids(statements: &[StatementText], purpose: Option<Purpose>) -> Result<(), Malformed> {
    // those of resource policies may hold anything: `__default_statement_ID`, `Allow reads`
    let any = purpose == Some(Purpose::Resource);
    let mut seen = BTreeSet::new();
    for sid in statements.iter().filter_map(|statement| statement.sid.as_deref()) {
        if !any && !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return malformed(
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the \
                 regular expression [0-9A-Za-z]*",
            );
        }
        if !sid.is_empty() && !seen.insert(sid) {
            return malformed("Statement IDs (SID) in a single policy must be unique.");
        }
    }
    Ok(())
}

fn read_statement(
    text: StatementText,
    purpose: Option<Purpose>,
    variables: bool,
) -> Result<Statement, Malformed> {
    let effect = match text.effect.as_deref() {
        Some("Allow") => Effect::Allow,
        Some("Deny") => Effect::Deny,
        None => return malformed("Missing required field Effect cannot be empty!"),
        Some(effect) => return malformed(format!("Invalid effect: {effect}")),
    };
    let actions = read_actions(text.action, text.not_action)?;
    let resources = read_resources(text.resource, text.not_resource, variables)?;
    let principals = read_principals(text.principal, text.not_principal, purpose)?;
    if let Some(purpose) = purpose {
        check_purpose(purpose, &actions, resources.is_some(), principals.is_some())?;
    }
    let conditions = read_conditions(text.condition, variables)?;
    let actions = Choice {
        negated: actions.negated,
        items: actions.items.iter().map(|a| Glob::new(a)).collect(),
    };
    Ok(Statement { effect, principals, actions, resources, conditions })
}

fn check_purpose(
    purpose: Purpose,
    actions: &Choice<String>,
    resources: bool,
    principals: bool,
) -> Result<(), Malformed> {
    match purpose {
        Purpose::Identity if principals => {
            malformed("Policy document should not specify a principal.")
        }
        Purpose::Identity if !resources => malformed("Policy statement must contain resources."),
        Purpose::Trust if resources => malformed("Has prohibited field Resource"),
        Purpose::Trust | Purpose::Resource if !principals => {
            malformed("Missing required field Principal")
        }
        Purpose::Trust if !actions.items.iter().all(|action| is_trust_action(action)) => {
            malformed("AssumeRole policy may only specify STS AssumeRole actions.")
        }
        Purpose::Resource if !resources => malformed("Missing required field Resource"),
        _ => Ok(()),
    }
}

fn is_trust_action(action: &str) -> bool {
    action == "*" || action.get(..4).is_some_and(|vendor| vendor.eq_ignore_ascii_case("sts:"))
}

fn read_actions(
    action: Option<OneOrMany<String>>,
    not_action: Option<OneOrMany<String>>,
) -> Result<Choice<String>, Malformed> {
    let (negated, items) = match (action, not_action) {
        (Some(action), None) => (false, action.into_vec()),
        (None, Some(action)) => (true, action.into_vec()),
        (None, None) => return malformed("Policy statement must contain actions."),
        (Some(_), Some(_)) => return syntax(),
    };
    if items.is_empty() {
        return malformed("Policy statement must contain actions.");
    }
    for action in items.iter().filter(|action| *action != "*") {
        let (vendor, name) = action.split_once(':').unwrap_or_default();
        if vendor.is_empty() || name.is_empty() {
            return malformed(
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            );
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if !vendor.bytes().all(plain) {
            return malformed(format!("Vendor {vendor} is not valid"));
        }
    }
    Ok(Choice { negated, items })
}

fn read_resources(
    resource: Option<OneOrMany<String>>,
    not_resource: Option<OneOrMany<String>>,
    variables: bool,
) -> Result<Option<Choice<ArnTemplate>>, Malformed> {
    let (negated, texts) = match (resource, not_resource) {
        (None, None) => return Ok(None),
        (Some(resource), None) => (false, resource.into_vec()),
        (None, Some(resource)) => (true, resource.into_vec()),
        (Some(_), Some(_)) => return syntax(),
    };
    if texts.is_empty() {
        return malformed("Policy statement must contain resources.");
    }
    let mut items = Vec::with_capacity(texts.len());
    for text in texts {
        if text != "*" && !text.starts_with("arn:") {
            return malformed(format!("Resource {text} must be in ARN format or \"*\"."));
        }
        let Some(item) = ArnTemplate::new(&text, variables) else {
            return syntax();
        };
        items.push(item);
    }
    Ok(Some(Choice { negated, items }))
}

fn read_principals(
    principal: Option<PrincipalText>,
    not_principal: Option<PrincipalText>,
    purpose: Option<Purpose>,
) -> Result<Option<Principals>, Malformed> {
    let (negated, text) = match (principal, not_principal) {
        (None, None) => return Ok(None),
        (Some(principal), None) => (false, principal),
        (None, Some(principal)) => (true, principal),
        (Some(_), Some(_)) => return syntax(),
    };
    let named = match text {
        PrincipalText::Named(named) => named,
        PrincipalText::Everyone(everyone) if everyone == "*" => {
            BTreeMap::from([("AWS".to_owned(), OneOrMany::One(everyone))])
        }
        PrincipalText::Everyone(other) => {
            return malformed(format!("Invalid principal in policy: \"{other}\""));
        }
    };
    let mut principals = Principals { negated, ..Principals::default() };
    for (kind, names) in named {
        let listed = names.into_vec();
        match kind.as_str() {
            "AWS" => principals.aws = check_aws(listed)?,
            // nobody here goes by these kinds, and a denial of them must not be kept in vain
            "Federated" | "CanonicalUser" if purpose == Some(Purpose::Resource) => {
                return malformed(format!("Invalid principal in policy: \"{kind}\""));
            }
            "Service" if purpose == Some(Purpose::Resource) => {
                principals.services = check_services(listed)?;
            }
            "Service" => principals.services = listed,
            "Federated" => principals.federated = listed,
            "CanonicalUser" => {}
            _ => return malformed(format!("Invalid principal in policy: \"{kind}\"")),
        }
    }
    Ok(Some(principals))
}

fn check_aws(names: Vec<String>) -> Result<Vec<String>, Malformed> {
    match names.iter().find(|name| !is_aws_principal(name)) {
        Some(name) => malformed(format!("Invalid principal in policy: \"AWS\":\"{name}\"")),
        None => Ok(names),
    }
}

fn check_services(names: Vec<String>) -> Result<Vec<String>, Malformed> {
    match names.iter().find(|name| !is_service(name)) {
        Some(name) => malformed(format!("Invalid principal in policy: \"Service\":\"{name}\"")),
        None => Ok(names),
    }
}

fn read_conditions(
    text: BTreeMap<String, BTreeMap<String, OneOrMany<Scalar>>>,
    variables: bool,
) -> Result<Vec<Condition>, Malformed> {
    let mut conditions = Vec::new();
    for (operator, keys) in text {
        for (key, values) in keys {
            let values: Vec<_> = values.into_vec().into_iter().map(Scalar::into_text).collect();
            match Condition::new(&operator, &key, &values, variables) {
                Some(condition) => conditions.push(condition),
                None => return syntax(),
            }
        }
    }
    Ok(conditions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(text: &str, purpose: Purpose) -> String {
        read(text, Some(purpose)).map_or_else(|error| error.to_string(), |_| "fine".to_owned())
    }

    fn check(purpose: Purpose, rows: &[(&str, &str)]) {
        for (statement, expected) in rows {
            let text = format!(r#"{{"Version":"2012-10-17","Statement":{statement}}}"#);
            assert_eq!(complaint(&text, purpose), *expected, "{statement}");
        }
    }

    const SYNTAX: &str = "Syntax errors in policy.";

    #[test]
    fn documents_that_are_none() {
        let ok = r#"{"Effect":"Allow","Action":"a:b","Resource":"*"}"#;
        for text in [
            "",
            "{",
            "[]",
            "null",
            r#"{"Version":"2012-10-17"}"#,
            r#"{"Version":"2012-10-17","Statement":[]}"#,
            &format!(r#"{{"Version":"2012-10-17","Statement":{ok},"Extra":1}}"#),
            &format!(r#"{{"Statement":{ok},"Statement":{ok}}}"#),
        ] {
            assert_eq!(complaint(text, Purpose::Identity), SYNTAX, "{text}");
        }
        let old = format!(r#"{{"Version":"2011-01-01","Statement":{ok}}}"#);
        assert_eq!(
            complaint(&old, Purpose::Identity),
            "Policy document must be version 2012-10-17 or greater."
        );
        let bare = format!(r#"{{"Id":"x","Statement":{ok}}}"#);
        assert_eq!(complaint(&bare, Purpose::Identity), "fine");
    }

    #[test]
    fn statements_of_identity_policies() {
        check(
            Purpose::Identity,
            &[
                (r#"{"Sid":"A1","Effect":"Allow","Action":"a:b","Resource":"*"}"#, "fine"),
                (r#"{"Effect":"Allow","Resource":"*"}"#, "Policy statement must contain actions."),
                (
                    r#"{"Effect":"Allow","Action":[],"Resource":"*"}"#,
                    "Policy statement must contain actions.",
                ),
                (
                    r#"{"Effect":"Allow","Action":"a:b"}"#,
                    "Policy statement must contain resources.",
                ),
                (
                    r#"{"Effect":"Allow","Action":"GetUser","Resource":"*"}"#,
                    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
                ),
                (
                    r#"{"Effect":"Allow","Action":"i*m:GetUser","Resource":"*"}"#,
                    "Vendor i*m is not valid",
                ),
                (
                    r#"{"Effect":"Allow","Action":"a:b","Resource":"bucket"}"#,
                    "Resource bucket must be in ARN format or \"*\".",
                ),
                (
                    r#"{"Effect":"Allow","Principal":"*","Action":"a:b","Resource":"*"}"#,
                    "Policy document should not specify a principal.",
                ),
                (r#"{"Effect":"Maybe","Action":"a:b","Resource":"*"}"#, "Invalid effect: Maybe"),
                (
                    r#"{"Action":"a:b","Resource":"*"}"#,
                    "Missing required field Effect cannot be empty!",
                ),
                (
                    r#"{"Sid":"a-b","Effect":"Allow","Action":"a:b","Resource":"*"}"#,
                    "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies \
                     the regular expression [0-9A-Za-z]*",
                ),
                (
                    r#"[{"Sid":"A","Effect":"Allow","Action":"a:b","Resource":"*"},
                        {"Sid":"A","Effect":"Deny","Action":"a:c","Resource":"*"}]"#,
                    "Statement IDs (SID) in a single policy must be unique.",
                ),
            ],
        );
    }

    #[test]
    fn members_that_do_not_go_together_and_conditions_that_mean_nothing() {
        check(
            Purpose::Identity,
            &[
                (r#"{"Effect":"Allow","Action":"a:b","NotAction":"a:c","Resource":"*"}"#, SYNTAX),
                (r#"{"Effect":"Allow","Action":"a:b","Resource":"*","NotResource":"*"}"#, SYNTAX),
                (
                    r#"{"Effect":"Allow","Action":"a:b","Resource":"*",
                        "Condition":{"StringAlike":{"k":"v"}}}"#,
                    SYNTAX,
                ),
                (
                    r#"{"Effect":"Allow","Action":"a:b","Resource":"*",
                        "Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/99"}}}"#,
                    SYNTAX,
                ),
                (
                    r#"{"Effect":"Allow","Action":"a:b","Resource":"*",
                        "Condition":{"NullIfExists":{"k":"true"}}}"#,
                    SYNTAX,
                ),
                (
                    r#"{"Effect":"Allow","Action":"a:b","Resource":"arn:aws:s3:::${aws:username"}"#,
                    SYNTAX,
                ),
            ],
        );
    }

    #[test]
    fn statements_of_trust_policies() {
        let named = |principal: &str| {
            format!(r#"{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}"#)
        };
        for principal in [
            r#""*""#,
            r#"{"AWS":"111122223333"}"#,
            r#"{"AWS":["arn:aws:iam::111122223333:root","arn:aws:iam::111122223333:user/a/b"]}"#,
            r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/R/s"}"#,
            r#"{"Service":"lambda.amazonaws.com","Federated":"arn:aws:iam::1:oidc-provider/x"}"#,
        ] {
            check(Purpose::Trust, &[(&named(principal), "fine")]);
        }
        let wild = r#"{"AWS":"arn:aws:iam::111122223333:user/*"}"#;
        check(
            Purpose::Trust,
            &[
                (
                    &named(wild),
                    "Invalid principal in policy: \"AWS\":\"arn:aws:iam::111122223333:user/*\"",
                ),
                (&named(r#"{"Aws":"*"}"#), "Invalid principal in policy: \"Aws\""),
                (&named(r#""anna""#), "Invalid principal in policy: \"anna\""),
                (
                    r#"{"Effect":"Allow","Action":"sts:AssumeRole"}"#,
                    "Missing required field Principal",
                ),
                (
                    r#"{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}"#,
                    "Has prohibited field Resource",
                ),
                (
                    r#"{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"}"#,
                    "AssumeRole policy may only specify STS AssumeRole actions.",
                ),
            ],
        );
    }

    #[test]
    fn resource_policies() {
        let named = |principal: &str| {
            format!(
                r#"{{"Sid":"Allow reads, __all","Effect":"Allow","Principal":{principal},
                    "Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/*"}}"#
            )
        };
        for principal in [
            r#""*""#,
            r#"{"AWS":"*"}"#,
            r#"{"AWS":["111122223333","arn:aws:iam::111122223333:role/ci/Builder"]}"#,
            r#"{"Service":"cloudtrail.amazonaws.com"}"#,
            r#"{"Service":["sns.amazonaws.com","s3.amazonaws.com"],"AWS":"111122223333"}"#,
        ] {
            check(Purpose::Resource, &[(&named(principal), "fine")]);
        }
        check(
            Purpose::Resource,
            &[
                (
                    r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
                    "Missing required field Principal",
                ),
                (
                    r#"{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"}"#,
                    "Missing required field Resource",
                ),
                (
                    &named(r#"{"CanonicalUser":"0123456789abcdef"}"#),
                    "Invalid principal in policy: \"CanonicalUser\"",
                ),
                (
                    &named(r#"{"Federated":"accounts.example"}"#),
                    "Invalid principal in policy: \"Federated\"",
                ),
                (&named(r#"{"Service":"*"}"#), "Invalid principal in policy: \"Service\":\"*\""),
                (
                    &named(r#"{"AWS":"arn:aws:iam::111122223333:user/*"}"#),
                    "Invalid principal in policy: \"AWS\":\"arn:aws:iam::111122223333:user/*\"",
                ),
                (
                    r#"{"Effect":"Allow","Principal":"*","NotPrincipal":"*","Action":"a:b",
                        "Resource":"*"}"#,
                    SYNTAX,
                ),
                (r#"{"Effects":"Allow"}"#, "Invalid policy syntax."),
            ],
        );
        for text in ["", "{", "[]", "policy"] {
            assert_eq!(
                complaint(text, Purpose::Resource),
                "Policies must be valid JSON and the first byte must be '{'",
                "{text}"
            );
        }
    }
}
