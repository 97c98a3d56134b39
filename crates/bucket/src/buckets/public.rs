//! Whether a policy lets everyone in, in S3's own meaning of "public".
//!
//! A statement is public when it allows something to anyone, and no condition narrows that down to
//! fixed values of a key that tells who or from where.

use serde_json::Value;

/// Keys whose fixed values keep a statement from being public, in lower case.
const NARROWING: [&str; 14] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
];

/// Returns whether a policy has a public statement.
pub(crate) fn is(policy: &Value) -> bool {
    each(policy.get("Statement")).any(|statement| {
        statement.get("Effect").and_then(Value::as_str) == Some("Allow")
            && is_anyone(statement)
            && !is_narrowed(statement)
    })
}

/// Returns the items of a list, or the one thing that stands in its place.
fn each(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.into_iter().flat_map(|value| match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    })
}

fn is_anyone(statement: &Value) -> bool {
    // whoever is not one of a few is nearly anyone
    if statement.get("NotPrincipal").is_some() {
        return true;
    }
    let Some(principal) = statement.get("Principal") else { return false };
    let names = each(Some(principal)).chain(each(principal.get("AWS")));
    names.filter_map(Value::as_str).any(|name| name.contains('*'))
}

fn is_narrowed(statement: &Value) -> bool {
    let conditions = statement.get("Condition").and_then(Value::as_object);
    conditions.into_iter().flatten().any(|(operator, keys)| {
        let operator = operator.to_lowercase();
        // what is not said, or said only of those who have the key, leaves everyone else
        let open = operator.contains("not") || operator.ends_with("ifexists") || operator == "null";
        let narrows = |(key, values): (&String, &Value)| {
            NARROWING.contains(&&*key.to_lowercase())
                && each(Some(values)).all(|value| value.as_str().is_some_and(is_fixed))
        };
        !open && keys.as_object().into_iter().flatten().any(narrows)
    })
}

/// Returns whether a value stands for something certain. An ARN may have a `*` behind its account.
fn is_fixed(value: &str) -> bool {
    if matches!(value, "0.0.0.0/0" | "::/0") {
        return false;
    }
    if value.starts_with("arn:") {
        return value.splitn(6, ':').take(5).all(|part| !part.contains(['*', '?']));
    }
    !value.contains(['*', '?'])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::is;

    #[test]
    fn a_policy_is_public_when_anyone_may_and_nothing_narrows_that_down() {
        let anyone = json!("*");
        for (principal, condition, public) in [
            (json!("*"), json!({}), true),
            (json!({"AWS": "*"}), json!({}), true),
            (json!({"AWS": ["arn:aws:iam::111122223333:root", "*"]}), json!({}), true),
            (json!({"AWS": "arn:aws:iam::111122223333:root"}), json!({}), false),
            (json!({"Service": "cloudtrail.amazonaws.com"}), json!({}), false),
            (anyone.clone(), json!({"StringEquals": {"aws:SourceAccount": "111122223333"}}), false),
            (
                anyone.clone(),
                json!({"StringEquals": {"aws:SourceVpce": ["vpce-1", "vpce-*"]}}),
                true,
            ),
            (anyone.clone(), json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}), false),
            (anyone.clone(), json!({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}), true),
            (
                anyone.clone(),
                json!({"StringNotEquals": {"aws:SourceAccount": "111122223333"}}),
                true,
            ),
            (anyone.clone(), json!({"StringLike": {"aws:PrincipalOrgID": "o-*"}}), true),
            (anyone.clone(), json!({"StringLike": {"s3:prefix": "a"}}), true),
            (
                anyone.clone(),
                json!({"ArnLike": {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:*"}}),
                false,
            ),
            (
                anyone.clone(),
                json!({"ArnLike": {"aws:SourceArn": "arn:aws:sns:us-east-1:*:topic"}}),
                true,
            ),
            (anyone.clone(), json!({"StringEqualsIfExists": {"aws:SourceAccount": "1"}}), true),
        ] {
            let allow = json!({"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject",
                "Resource": "*", "Condition": condition});
            assert_eq!(is(&json!({"Statement": [allow]})), public, "{allow}");
            let mut deny = allow.clone();
            deny["Effect"] = json!("Deny");
            assert!(!is(&json!({"Statement": deny})), "a deny lets nobody in");
        }
    }
}
