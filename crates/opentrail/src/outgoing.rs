//! What the server sends out by itself: objects, notifications, and posts to subscribers.
//!
//! ```text
//!   delivery ─▶ stores ─▶ the user's own S3-compatible store      who: the operator's key
//!            ─▶ topics ─▶ the user's own SNS endpoint              who: the operator's key
//!   messages ─▶ posts  ─▶ an address that a subscriber named       who: nobody, and not anywhere
//! ```
//!
//! Stores and topics are where the operator says. Posts go where *callers* say, so every address is
//! judged before it is connected to. It is *not* where retries happen: each function tries once,
//! within its time, and says what became of it. The built-in buckets and topics are not reached
//! from here.
//!
//! Invariants
//! - No redirect is followed, and no proxy of the environment is used.
//! - Every wait has an end, and every answer a size beyond which it is not read.
//! - An object that was there is never written over.

mod exchange;
mod networks;
pub(crate) mod posts;
mod refusal;
mod signed;
pub(crate) mod store;
pub(crate) mod topics;
mod wildcard;

#[cfg(test)]
mod listener;

use crate::config::Config;
use posts::Posts;
use store::OwnStores;
use topics::OwnTopics;

/// All ways out.
pub(crate) struct Outgoing {
    /// The user's own stores.
    pub stores: OwnStores,
    /// The user's own topics.
    pub topics: OwnTopics,
    /// Posts to subscribers.
    pub posts: Posts,
}

/// Why nothing can be sent out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutgoingError {
    /// The configuration's keys cannot be used any more, such as a file that has gone.
    #[error("configuration: {0}")]
    Config(String),
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be made")]
    Client(#[source] reqwest::Error),
}

impl Outgoing {
    /// Returns the ways out that the configuration names.
    ///
    /// # Errors
    /// A secret's file has gone since the configuration was read, or there is no TLS.
    pub(crate) fn new(config: &Config) -> Result<Self, OutgoingError> {
        Ok(Self {
            stores: OwnStores::new(&config.stores, &config.outgoing)?,
            topics: OwnTopics::new(&config.topics, &config.outgoing)?,
            posts: Posts::new(&config.outgoing, config.listen)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_section_that_names_a_bucket_or_a_topic_has_it() {
        let text = r#"
            [[stores]]
            buckets = ["logs-1"]
            endpoint = "http://127.0.0.1:1"
            access_key_id = "FIRST"
            secret_access_key = "swordfish"
            [[stores]]
            buckets = ["other", "logs-*"]
            endpoint = "http://127.0.0.1:2"
            access_key_id = "SECOND"
            secret_access_key = "swordfish"
            [[topics]]
            arns = ["arn:aws:sns:*:111122223333:*"]
            endpoint = "http://127.0.0.1:3"
            access_key_id = "THIRD"
            secret_access_key = "swordfish"
        "#;
        let config: Config = toml::from_str(text).unwrap();
        let outgoing = Outgoing::new(&config).unwrap();
        let port = |bucket| outgoing.stores.of(bucket).map(|store| store.endpoint.port());
        assert_eq!(port("logs-1"), Some(Some(1)));
        assert_eq!(port("logs-2"), Some(Some(2)));
        assert_eq!(port("built-in"), None);
        assert!(outgoing.topics.of("arn:aws:sns:eu-west-1:111122223333:t").is_some());
        assert!(outgoing.topics.of("arn:aws:sns:eu-west-1:444455556666:t").is_none());
        assert_eq!(outgoing.posts.check("http://127.0.0.1:4580/"), Ok(()));
    }
}
