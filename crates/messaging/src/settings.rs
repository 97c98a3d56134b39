//! What an operator may set, and every limit of this crate.

/// The settings of both services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The base URL of this server without a slash at its end; queue URLs and the links in
    /// notifications begin with it.
    pub endpoint: String,
    /// Whether the signer can make signatures of version 1 (SHA-1); without it a topic that asks
    /// for them is refused.
    pub signs_sha1: bool,
    /// The topics of one account in one Region.
    pub topics_max: usize,
    /// The subscriptions of one topic.
    pub subscriptions_max: usize,
    /// The queues of one account in one Region.
    pub queues_max: usize,
    /// The messages that one queue holds, visible or not.
    pub queue_messages_max: usize,
    /// The bytes of bodies and attributes at which one queue takes no more messages.
    pub queue_bytes_max: usize,
    /// The messages of one queue that are received and neither deleted nor visible again.
    pub in_flight_max: usize,
    /// The deliveries over HTTP that wait, of all topics together.
    pub outbox_max: usize,
    /// The bytes of waiting deliveries at which no more are taken.
    pub outbox_bytes_max: usize,
}

impl Settings {
    /// Returns the default limits for a server that is reached at `endpoint`.
    pub fn new(endpoint: impl Into<String>) -> Self {
        Self {
            endpoint: endpoint.into(),
            signs_sha1: false,
            topics_max: 10_000,
            subscriptions_max: 1_000,
            queues_max: 10_000,
            queue_messages_max: 1_000_000,
            queue_bytes_max: 256 * 1024 * 1024,
            in_flight_max: 120_000,
            outbox_max: 10_000,
            outbox_bytes_max: 256 * 1024 * 1024,
        }
    }
}
