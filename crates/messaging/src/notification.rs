//! Notifications as SNS writes them: the text that is signed, and the JSON that is delivered.
//!
//! Receivers hold the signature against names and values in a fixed order, so neither the order
//! nor a letter is free. Source: the SNS developer guide, "Parsing Amazon SNS message formats" and
//! "Verifying the signatures of Amazon SNS messages".

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::attribute::{Attribute, Attributes};
use crate::operations::{Sign, Signed};

/// The version of SNS's API. Links say it as every call does; those of AWS leave it out.
const VERSION: &str = "Version=2010-03-31";

/// Which signatures a topic's messages bear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SignatureVersion {
    /// RSA over SHA-1.
    #[serde(rename = "1")]
    One,
    /// RSA over SHA-256.
    #[serde(rename = "2")]
    Two,
}

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Something was published.
    Notification,
    /// Somebody wants an endpoint to be subscribed.
    SubscriptionConfirmation,
}

/// A signed message of a topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notification {
    /// What it is.
    pub kind: Kind,
    /// Its id, a UUID.
    pub message_id: String,
    /// What confirms a subscription; none in notifications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The topic.
    pub topic_arn: String,
    /// The subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The message.
    pub message: String,
    /// When it was published.
    pub timestamp: Timestamp,
    /// The attributes.
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
    /// The base URL of the links.
    pub endpoint: String,
    /// The kind of the signature.
    pub signature_version: SignatureVersion,
    /// The signature, in base64.
    pub signature: String,
    /// Where the certificate of the signer is.
    pub signing_cert_url: String,
}

impl SignatureVersion {
    /// Returns the version as it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::One => "1",
            Self::Two => "2",
        }
    }

    /// Reads a version.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::One, Self::Two].into_iter().find(|version| version.as_str() == text)
    }
}

impl Kind {
    /// Returns the kind as it is written in `Type` and in the header `x-amz-sns-message-type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Notification => "Notification",
            Self::SubscriptionConfirmation => "SubscriptionConfirmation",
        }
    }
}

impl Notification {
    /// Returns this message with its signature.
    pub(crate) fn signed(mut self, sign: Sign<'_>) -> Self {
        let Signed { signature, cert_url } = sign(self.signature_version, &self.canonical());
        self.signature = signature;
        self.signing_cert_url = cert_url;
        self
    }

    /// Returns the text that is signed: names and values in byte order, a line each.
    pub fn canonical(&self) -> String {
        let (subscribe_url, time) = (self.subscribe_url(), self.time());
        let lines = [
            ("Message", Some(self.message.as_str())),
            ("MessageId", Some(self.message_id.as_str())),
            ("Subject", self.subject.as_deref()),
            ("SubscribeURL", subscribe_url.as_deref()),
            ("Timestamp", Some(time.as_str())),
            ("Token", self.token.as_deref()),
            ("TopicArn", Some(self.topic_arn.as_str())),
            ("Type", Some(self.kind.as_str())),
        ]
        .into_iter();
        lines.filter_map(|(name, value)| value.map(|value| format!("{name}\n{value}\n"))).collect()
    }

    /// Returns the JSON for a subscription, in SNS's order of members and with its white space.
    pub fn json(&self, subscription_arn: &str) -> String {
        let (subscribe_url, time) = (self.subscribe_url(), self.time());
        let unsubscribe_url = self.unsubscribe_url(subscription_arn);
        let members = [
            ("Type", Some(self.kind.as_str())),
            ("MessageId", Some(self.message_id.as_str())),
            ("Token", self.token.as_deref()),
            ("TopicArn", Some(self.topic_arn.as_str())),
            ("Subject", self.subject.as_deref()),
            ("Message", Some(self.message.as_str())),
            ("SubscribeURL", subscribe_url.as_deref()),
            ("Timestamp", Some(time.as_str())),
            ("SignatureVersion", Some(self.signature_version.as_str())),
            ("Signature", Some(self.signature.as_str())),
            ("SigningCertURL", Some(self.signing_cert_url.as_str())),
            ("UnsubscribeURL", unsubscribe_url.as_deref()),
        ]
        .into_iter();
        let mut lines: Vec<String> = members
            .filter_map(|(name, value)| {
                value.map(|value| format!("  {} : {}", quoted(name), quoted(value)))
            })
            .collect();
        if !self.attributes.is_empty() {
            lines.push(attributes(&self.attributes));
        }
        format!("{{\n{}\n}}", lines.join(",\n"))
    }

    /// Returns the link that confirms the subscription.
    fn subscribe_url(&self) -> Option<String> {
        let (endpoint, topic) = (&self.endpoint, &self.topic_arn);
        self.token.as_ref().map(|token| {
            format!(
                "{endpoint}/?Action=ConfirmSubscription&{VERSION}&TopicArn={topic}&Token={token}"
            )
        })
    }

    /// Returns the link that ends the subscription; none before there is one.
    fn unsubscribe_url(&self, subscription_arn: &str) -> Option<String> {
        let endpoint = &self.endpoint;
        (self.kind == Kind::Notification).then(|| {
            format!("{endpoint}/?Action=Unsubscribe&{VERSION}&SubscriptionArn={subscription_arn}")
        })
    }

    fn time(&self) -> String {
        format!("{:.3}", self.timestamp)
    }
}

fn attributes(all: &Attributes) -> String {
    let line = |(name, attribute): (&String, &Attribute)| {
        let (name, kind) = (quoted(name), quoted(&attribute.data_type));
        format!("    {name} : {{\"Type\":{kind},\"Value\":{}}}", quoted(&attribute.shown()))
    };
    let lines: Vec<String> = all.iter().map(line).collect();
    let mut text = String::new();
    write!(text, "  \"MessageAttributes\" : {{\n{}\n  }}", lines.join(",\n"))
        .expect("writing to a string cannot fail");
    text
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Kind, Notification, SignatureVersion};
    use crate::attribute::{Attribute, Attributes, Content};
    use crate::operations::Signed;

    fn attributes() -> Attributes {
        let text = |data_type: &str, text: &str| Attribute {
            data_type: data_type.to_owned(),
            content: Content::Text(text.to_owned()),
        };
        let bytes = Attribute {
            data_type: "Binary".to_owned(),
            content: Content::Binary(vec![0, 255, 16]),
        };
        [("store", text("String", "a \"b\"")), ("price", text("Number", "9.5")), ("raw", bytes)]
            .map(|(name, attribute)| (name.to_owned(), attribute))
            .into()
    }

    fn notification() -> Notification {
        Notification {
            kind: Kind::Notification,
            message_id: "6e1b-id".to_owned(),
            token: None,
            topic_arn: "arn:aws:sns:us-east-1:111122223333:news".to_owned(),
            subject: Some("It is here".to_owned()),
            message: "{\"s3Bucket\":\"logs\"}\nünd".to_owned(),
            timestamp: "2026-11-20T08:00:00Z".parse().unwrap(),
            attributes: Attributes::new(),
            endpoint: "https://trail.example:4570".to_owned(),
            signature_version: SignatureVersion::Two,
            signature: String::new(),
            signing_cert_url: String::new(),
        }
        .signed(&|version, text| Signed {
            signature: format!("v{}-{}", version.as_str(), text.len()),
            cert_url: "https://trail.example:4570/cert.pem".to_owned(),
        })
    }

    fn confirmation() -> Notification {
        Notification {
            kind: Kind::SubscriptionConfirmation,
            token: Some("2336".to_owned()),
            subject: None,
            message: "Please confirm.".to_owned(),
            ..notification()
        }
    }

    #[test]
    fn a_notification_is_signed_over_its_names_in_byte_order() {
        expect![[r#"
            Message
            {"s3Bucket":"logs"}
            ünd
            MessageId
            6e1b-id
            Subject
            It is here
            Timestamp
            2026-11-20T08:00:00.000Z
            TopicArn
            arn:aws:sns:us-east-1:111122223333:news
            Type
            Notification
        "#]]
        .assert_eq(&notification().canonical());
    }

    #[test]
    fn a_confirmation_is_signed_with_its_link_and_token() {
        expect![[r"
            Message
            Please confirm.
            MessageId
            6e1b-id
            SubscribeURL
            https://trail.example:4570/?Action=ConfirmSubscription&Version=2010-03-31&TopicArn=arn:aws:sns:us-east-1:111122223333:news&Token=2336
            Timestamp
            2026-11-20T08:00:00.000Z
            Token
            2336
            TopicArn
            arn:aws:sns:us-east-1:111122223333:news
            Type
            SubscriptionConfirmation
        "]]
        .assert_eq(&confirmation().canonical());
    }

    #[test]
    fn a_notification_is_written_in_the_order_of_sns() {
        expect![[r#"
            {
              "Type" : "Notification",
              "MessageId" : "6e1b-id",
              "TopicArn" : "arn:aws:sns:us-east-1:111122223333:news",
              "Subject" : "It is here",
              "Message" : "{\"s3Bucket\":\"logs\"}\nünd",
              "Timestamp" : "2026-11-20T08:00:00.000Z",
              "SignatureVersion" : "2",
              "Signature" : "v2-172",
              "SigningCertURL" : "https://trail.example:4570/cert.pem",
              "UnsubscribeURL" : "https://trail.example:4570/?Action=Unsubscribe&Version=2010-03-31&SubscriptionArn=arn:aws:sns:us-east-1:111122223333:news:5d0a",
              "MessageAttributes" : {
                "price" : {"Type":"Number","Value":"9.5"},
                "raw" : {"Type":"Binary","Value":"AP8Q"},
                "store" : {"Type":"String","Value":"a \"b\""}
              }
            }"#]]
        .assert_eq(
            &Notification { attributes: attributes(), ..notification() }
                .json("arn:aws:sns:us-east-1:111122223333:news:5d0a"),
        );
    }

    #[test]
    fn a_confirmation_is_written_with_its_link_and_token() {
        expect![[r#"
            {
              "Type" : "SubscriptionConfirmation",
              "MessageId" : "6e1b-id",
              "Token" : "2336",
              "TopicArn" : "arn:aws:sns:us-east-1:111122223333:news",
              "Message" : "Please confirm.",
              "SubscribeURL" : "https://trail.example:4570/?Action=ConfirmSubscription&Version=2010-03-31&TopicArn=arn:aws:sns:us-east-1:111122223333:news&Token=2336",
              "Timestamp" : "2026-11-20T08:00:00.000Z",
              "SignatureVersion" : "2",
              "Signature" : "v2-172",
              "SigningCertURL" : "https://trail.example:4570/cert.pem"
            }"#]]
        .assert_eq(&confirmation().json("arn:aws:sns:us-east-1:111122223333:news:5d0a"));
    }

    #[test]
    fn times_have_three_decimals_that_are_cut() {
        let timestamp = "2026-11-20T08:00:00.9999Z".parse().unwrap();
        let text = Notification { timestamp, ..notification() }.canonical();
        assert!(text.contains("Timestamp\n2026-11-20T08:00:00.999Z\n"), "{text}");
    }

    #[test]
    fn what_is_delivered_is_json_that_says_the_same() {
        let written = Notification { attributes: attributes(), ..notification() }.json("x:y");
        let read: serde_json::Value = serde_json::from_str(&written).unwrap();
        assert_eq!(read["Message"], notification().message);
        assert_eq!(read["MessageAttributes"]["store"]["Value"], "a \"b\"");
    }
}
