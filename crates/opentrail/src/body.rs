//! Renders inputs and outputs the way records show them.
//!
//! The rules are those that hold almost everywhere in real events: member names with the first
//! letter lowered and nothing else, caller's map keys untouched, numbers as numbers, secrets and
//! bytes left out, dates in the style of the service.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::model::{Kind, Member, Service, ShapeId};
use wire::{Members, Value};

/// What stands for a value that is too secret to show.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// Members that are secrets although their models do not say so.
const TOKENS: &[&str] = &["RegistrationToken", "Token", "SignedToken", "AccessToken"];

/// How a service writes dates in its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dates {
    /// `Apr 19, 2018 4:32:50 PM`: the older Java services, IAM and metering among them.
    Java,
    /// `Jul 30, 2024, 9:46:15 PM`: STS.
    JavaWithComma,
    /// `2026-11-20T08:00:00Z`: CloudTrail itself and everything newer.
    Iso,
}

/// Returns the style of a service's dates.
pub(crate) fn dates(service: &Service) -> Dates {
    match service.name {
        "iam"
        | "meteringmarketplace"
        | "license-manager"
        | "marketplace-agreement"
        | "marketplace-entitlement" => Dates::Java,
        "sts" => Dates::JavaWithComma,
        _ => Dates::Iso,
    }
}

/// Renders `members` as the JSON text of `requestParameters` or `responseElements`; `None` when
/// there is nothing to show, which events write as null.
pub(crate) fn render(
    service: &Service,
    shape: Option<ShapeId>,
    members: &Members,
) -> Option<String> {
    let shape = shape?;
    if members.is_empty() {
        return None;
    }
    let mut renderer =
        Renderer { service, dates: dates(service), text: String::with_capacity(512) };
    renderer.structure(shape, members);
    Some(renderer.text)
}

struct Renderer<'m> {
    service: &'m Service,
    dates: Dates,
    text: String,
}

impl Renderer<'_> {
    fn structure(&mut self, shape: ShapeId, members: &Members) {
        let service = self.service;
        let modelled = service.shape(shape).members();
        self.text.push('{');
        let mut first = true;
        for (name, value) in members.iter() {
            let Some(member) = modelled.iter().find(|member| member.name == name) else { continue };
            if self.left_out(member) || matches!(value, Value::Null) {
                continue;
            }
            self.comma(&mut first);
            self.name(name);
            if TOKENS.contains(&name) && matches!(value, Value::String(_)) {
                self.string(HIDDEN);
            } else {
                self.value(member.shape, value);
            }
        }
        self.text.push('}');
    }

    /// Secrets and bytes have no place in a record; session tokens have, as on AWS.
    fn left_out(&self, member: &Member) -> bool {
        let shape = self.service.shape(member.shape);
        shape.sensitive || matches!(shape.kind, Kind::Blob) || member.name == "SecretAccessKey"
    }

    fn value(&mut self, shape: ShapeId, value: &Value) {
        match value {
            Value::Null | Value::Blob(_) => self.null(),
            Value::Bool(value) => self.text.push_str(if *value { "true" } else { "false" }),
            Value::Integer(value) => self.display(value),
            Value::Float(value) if value.is_finite() => self.display(value),
            Value::Float(value) => self.string(&value.to_string()),
            Value::String(value) => self.string(value),
            Value::Timestamp(value) => self.string(&date(self.dates, *value)),
            Value::List(items) => self.list(shape, items),
            Value::Map(members) => self.map(shape, members),
            Value::Document(document) => self.display(document),
        }
    }

    fn list(&mut self, shape: ShapeId, items: &[Value]) {
        let service = self.service;
        let Kind::List { member, .. } = &service.shape(shape).kind else { return self.null() };
        self.text.push('[');
        let mut first = true;
        for item in items {
            self.comma(&mut first);
            self.value(member.shape, item);
        }
        self.text.push(']');
    }

    fn map(&mut self, shape: ShapeId, members: &Members) {
        let service = self.service;
        let Kind::Map { value, .. } = &service.shape(shape).kind else {
            return self.structure(shape, members);
        };
        self.text.push('{');
        let mut first = true;
        for (key, item) in members.iter() {
            self.comma(&mut first);
            self.string(key);
            self.text.push(':');
            self.value(value.shape, item);
        }
        self.text.push('}');
    }

    fn name(&mut self, name: &str) {
        let mut letters = name.chars();
        self.text.push('"');
        if let Some(first) = letters.next() {
            self.text.push(first.to_ascii_lowercase());
        }
        self.text.push_str(letters.as_str());
        self.text.push_str("\":");
    }

    fn string(&mut self, text: &str) {
        let quoted = serde_json::to_string(text).expect("text is always JSON");
        self.text.push_str(&quoted);
    }

    fn display(&mut self, value: &impl std::fmt::Display) {
        write!(self.text, "{value}").expect("writing to a string cannot fail");
    }

    fn null(&mut self) {
        self.text.push_str("null");
    }

    fn comma(&mut self, first: &mut bool) {
        if !std::mem::replace(first, false) {
            self.text.push(',');
        }
    }
}

/// Returns a date in a service's style.
pub(crate) fn date(style: Dates, time: Timestamp) -> String {
    let format = match style {
        Dates::Java => "%b %-d, %Y %-I:%M:%S %p",
        Dates::JavaWithComma => "%b %-d, %Y, %-I:%M:%S %p",
        Dates::Iso => return event::event_time(time),
    };
    time.to_zoned(TimeZone::UTC).strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use wire::model::Models;

    fn check(service: &str, operation: &str, members: &Members, expected: &Expect) {
        let models = Models::built_in();
        let service = models.service(service).unwrap();
        let input = service.operation(operation).unwrap().input;
        expected.assert_eq(&render(service, input, members).unwrap_or_else(|| "null".to_owned()));
    }

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    #[test]
    fn metering_looks_as_in_the_documents() {
        let record = Members::new()
            .with("Dimension", Value::from("Dimension1"))
            .with("Timestamp", Value::from(at("2018-04-19T16:32:50Z")))
            .with("CustomerIdentifier", Value::from("customer1"))
            .with("Quantity", Value::from(1));
        let input = Members::new()
            .with("UsageRecords", Value::from(vec![record]))
            .with("ProductCode", Value::from("code"));
        check(
            "meteringmarketplace",
            "BatchMeterUsage",
            &input,
            &expect![[
                r#"{"usageRecords":[{"dimension":"Dimension1","timestamp":"Apr 19, 2018 4:32:50 PM","customerIdentifier":"customer1","quantity":1}],"productCode":"code"}"#
            ]],
        );
    }

    #[test]
    fn secrets_are_hidden_and_absent_bodies_are_null() {
        let token = Members::new().with("RegistrationToken", Value::from("secret"));
        check(
            "meteringmarketplace",
            "ResolveCustomer",
            &token,
            &expect![[r#"{"registrationToken":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#]],
        );
        let login = Members::new()
            .with("UserName", Value::from("bob"))
            .with("Password", Value::from("secret"));
        check("iam", "CreateLoginProfile", &login, &expect![[r#"{"userName":"bob"}"#]]);
        check("sts", "GetCallerIdentity", &Members::new(), &expect!["null"]);
    }

    #[test]
    fn only_the_first_letter_is_lowered() {
        let key = Members::new().with("SSHPublicKeyBody", Value::from("ssh-rsa x"));
        check("iam", "UploadSSHPublicKey", &key, &expect![[r#"{"sSHPublicKeyBody":"ssh-rsa x"}"#]]);
        let times = Members::new()
            .with("StartTime", Value::from(at("2026-11-20T08:00:00.5Z")))
            .with("LookupAttributes", Value::List(vec![]));
        check(
            "cloudtrail",
            "LookupEvents",
            &times,
            &expect![[r#"{"startTime":"2026-11-20T08:00:00Z","lookupAttributes":[]}"#]],
        );
    }

    #[test]
    fn each_service_has_its_style_of_dates() {
        let time = at("2024-07-30T21:05:03Z");
        assert_eq!(date(Dates::Java, time), "Jul 30, 2024 9:05:03 PM");
        assert_eq!(date(Dates::JavaWithComma, time), "Jul 30, 2024, 9:05:03 PM");
        assert_eq!(date(Dates::Iso, at("2024-07-30T00:05:03Z")), "2024-07-30T00:05:03Z");
        assert_eq!(date(Dates::Java, at("2024-07-03T00:05:03Z")), "Jul 3, 2024 12:05:03 AM");
    }
}
