//! The user's own SNS endpoint: notifications of new log files.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};
use jiff::Timestamp;
use percent_encoding::utf8_percent_encode;
use reqwest::{Client, Url};
use wire::sigv4::{Credentials, PathStyle, Signer};

use super::OutgoingError;
use super::exchange;
use super::refusal::Refusal;
use super::signed;
use super::wildcard;
use crate::config::{OutgoingConfig, TopicConfig};

/// The topics of the configuration, in its order.
pub(crate) struct OwnTopics(Vec<OwnTopic>);

/// Topics at one endpoint.
pub(crate) struct OwnTopic {
    arns: Vec<String>,
    endpoint: Url,
    region: Option<String>,
    credentials: Credentials,
    client: Client,
}

/// Why a message was not published, in SNS's own terms.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {words}")]
pub(crate) struct TopicError {
    /// SNS's code, such as `AuthorizationError` or `NotFound`; `RequestTimeout` or
    /// `ServiceUnavailable` when there is no answer.
    pub code: String,
    /// The endpoint's message or ours, one line without secrets.
    pub words: String,
    /// Whether the same request may pass soon without anybody doing anything.
    pub retry: bool,
}

/// What CloudTrail publishes to a topic before it takes a trail.
const VALIDATION: &str = "CloudTrail validation message.";
/// The version of SNS's API.
const VERSION: &str = "2010-03-31";
/// Larger answers are not read, in bytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

impl OwnTopics {
    /// Returns the topics of the configuration.
    ///
    /// # Errors
    /// A secret's file has gone since the configuration was read, or there is no TLS.
    pub(crate) fn new(
        topics: &[TopicConfig],
        outgoing: &OutgoingConfig,
    ) -> Result<Self, OutgoingError> {
        topics
            .iter()
            .map(|topic| OwnTopic::new(topic, outgoing))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Returns the way to this topic; `None` is the built-in one.
    pub(crate) fn of(&self, topic_arn: &str) -> Option<&OwnTopic> {
        let fits =
            |topic: &&OwnTopic| topic.arns.iter().any(|pattern| wildcard::fits(pattern, topic_arn));
        self.0.iter().find(fits)
    }
}

impl OwnTopic {
    /// Returns the topics of one section of the configuration.
    ///
    /// # Errors
    /// As with [`OwnTopics::new`].
    pub(crate) fn new(
        config: &TopicConfig,
        outgoing: &OutgoingConfig,
    ) -> Result<Self, OutgoingError> {
        Ok(Self {
            arns: config.arns.clone(),
            endpoint: config.endpoint.url().clone(),
            region: config.region.clone(),
            credentials: config.credentials().map_err(OutgoingError::Config)?,
            client: exchange::client(outgoing.connect(), outgoing.request(), |client| client)?,
        })
    }

    /// Publishes a message without a subject. `wall` is the time to sign with.
    ///
    /// After an error with `retry` the message may have been published all the same.
    ///
    /// # Errors
    /// The endpoint's own, and those named at [`TopicError`].
    pub(crate) async fn publish(
        &self,
        topic_arn: &str,
        message: &str,
        wall: Timestamp,
    ) -> Result<(), TopicError> {
        self.call("Publish", topic_arn, &[("Message", message)], wall).await
    }

    /// Does what AWS does before it takes a trail: asks for the topic, then publishes the
    /// validation message.
    ///
    /// # Errors
    /// The endpoint's own, and those named at [`TopicError`].
    pub(crate) async fn check(&self, topic_arn: &str, wall: Timestamp) -> Result<(), TopicError> {
        self.call("GetTopicAttributes", topic_arn, &[], wall).await?;
        self.publish(topic_arn, VALIDATION, wall).await
    }

    async fn call(
        &self,
        action: &str,
        topic_arn: &str,
        parameters: &[(&str, &str)],
        wall: Timestamp,
    ) -> Result<(), TopicError> {
        let own = [("Action", action), ("Version", VERSION), ("TopicArn", topic_arn)];
        let body = form(own.iter().chain(parameters));
        let region = self.region.as_deref().or_else(|| region_of(topic_arn));
        let signer = Signer {
            credentials: &self.credentials,
            region: region.unwrap_or("us-east-1"),
            service: "sns",
            path_style: PathStyle::Normalized,
        };
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8");
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, kind)]);
        let (url, method) = (self.endpoint.clone(), Method::POST);
        let request = signed::request(&self.client, &signer, method, url, headers, body, wall)
            .map_err(|cause| TopicError::unwritable(&cause.to_string()))?;
        let answer = exchange::exchange(&self.client, request, ANSWER_BYTES_MAX).await;
        match answer.map_err(Refusal::from)? {
            answer if answer.is_success() => Ok(()),
            answer => Err(Refusal::of(&answer).into()),
        }
    }
}

/// Returns the form of an awsQuery call.
fn form<'a>(pairs: impl Iterator<Item = &'a (&'a str, &'a str)>) -> Bytes {
    let pair = |(name, value): &(&str, &str)| {
        format!("{name}={}", utf8_percent_encode(value, signed::RESERVED))
    };
    pairs.map(pair).collect::<Vec<_>>().join("&").into()
}

/// Returns the Region in an ARN.
fn region_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(3).filter(|region| !region.is_empty())
}

impl TopicError {
    fn unwritable(words: &str) -> Self {
        Self { code: "InvalidParameter".to_owned(), words: words.to_owned(), retry: false }
    }
}

impl From<Refusal> for TopicError {
    fn from(refusal: Refusal) -> Self {
        Self { code: refusal.code, words: refusal.words, retry: refusal.retry }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outgoing::listener::{Listener, told};

    const TOPIC: &str = "arn:aws:sns:eu-west-1:111122223333:new-files";

    fn topics(endpoint: &str) -> OwnTopics {
        let mut config = toml::toml! {
            arns = ["arn:aws:sns:*:111122223333:new-*"]
            access_key_id = "AKIDEXAMPLE"
            secret_access_key = "swordfish"
        };
        config.insert("endpoint".to_owned(), endpoint.into());
        OwnTopics::new(&[config.try_into().unwrap()], &OutgoingConfig::default()).unwrap()
    }

    fn wall() -> Timestamp {
        "2026-01-02T03:04:05Z".parse().unwrap()
    }

    #[tokio::test]
    async fn a_check_asks_for_the_topic_and_publishes_the_validation_message() {
        let listener = Listener::start(|_| told(200, "<PublishResponse/>")).await;
        let topics = topics(&listener.endpoint());
        assert!(topics.of("arn:aws:sns:eu-west-1:444455556666:new-files").is_none());
        assert_eq!(topics.of(TOPIC).unwrap().check(TOPIC, wall()).await, Ok(()));
        let seen = listener.seen();
        let arn = "arn%3Aaws%3Asns%3Aeu-west-1%3A111122223333%3Anew-files";
        let asked = format!("Action=GetTopicAttributes&Version=2010-03-31&TopicArn={arn}");
        assert_eq!(seen[0].body(), asked.as_bytes());
        let message = "CloudTrail%20validation%20message.";
        let published =
            format!("Action=Publish&Version=2010-03-31&TopicArn={arn}&Message={message}");
        assert_eq!(seen[1].body(), published.as_bytes());
        let said = seen[1].headers()["authorization"].to_str().unwrap();
        assert!(said.contains("AKIDEXAMPLE/20260102/eu-west-1/sns/aws4_request"), "{said}");
    }

    #[tokio::test]
    async fn refusals_keep_the_endpoints_code() {
        let body = "<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code>\
                    <Message>not yours</Message></Error></ErrorResponse>";
        let listener = Listener::start(move |_| told(403, body)).await;
        let topics = topics(&listener.endpoint());
        let refused = topics.of(TOPIC).unwrap().publish(TOPIC, "x", wall()).await.unwrap_err();
        assert_eq!(refused.to_string(), "AuthorizationError: not yours");
        assert_eq!(listener.seen().len(), 1);
    }
}
