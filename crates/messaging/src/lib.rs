//! SNS topics and SQS queues, enough for whoever waits for log files to hear of them.
//!
//! This crate is the two services' own behaviour as pure functions: an operation gets the state as
//! it is, its decoded input and the surroundings of the call, and answers an output and the changes
//! that would make it true. It is *not* a server and *not* a sender: it opens no socket, holds no
//! key and evaluates no policy. Whoever calls it asks the policies that an [`Entry`] names, signs
//! what [`Sign`] is given, posts what stands in the outbox and reports how that went.
//!
//! ```text
//!   Publish ──▶ Published ──fold──▶ queue of an sqs subscription ──▶ ReceiveMessage, DeleteMessage
//!   publish()       │
//!                   └───────fold──▶ outbox ──▶ (the server posts) ──▶ sent() | failed()
//!                                     ▲                                        │
//!                                     └──────── later, with back-off ──────────┘
//! ```
//!
//! Invariants
//! - [`State::apply`] is a pure fold: no clock, no randomness, no settings. Folding the same
//!   changes twice gives the same bytes.
//! - An operation that answers a [`wire::Fault`] has changed nothing.
//! - A message reaches a queue only when [`Request::may_send`] said so, and a delivery that was
//!   refused, that found its queue full or that was given up is counted at its subscription.
//! - Topics, queues and what is in them stay in the Region that their ARN names.
//! - What is not built is refused in words: FIFO, encryption by keys, filters on bodies, protocols
//!   other than http, https and sqs. Nothing is taken and then not done.
//!
//! Where it differs from AWS, on purpose
//! - Signatures are of version 2 (SHA-256) unless a topic says otherwise, and version 1 (SHA-1)
//!   is refused where [`Settings::signs_sha1`] is off. AWS begins with version 1; the validators
//!   of the current SDKs take both, and SHA-1 proves little by now.
//! - A delivery over HTTP is tried up to 50 times within six hours where the topic sets no delivery
//!   policy; AWS tries four times within a minute.
//! - A queue's name is free again at once after `DeleteQueue`.
//! - Who ends a subscription by its link is not sent another link to restore it.
//! - A topic sends to queues of its own Region only.
//! - Messages are received in the order in which they became visible.

pub mod sns;
pub mod sqs;

mod arn;
mod attribute;
mod batch;
mod delivery;
mod filter;
mod need;
mod notification;
mod operations;
mod outbox;
mod page;
mod policy;
mod post;
mod retry;
mod settings;
mod state;
mod tags;
#[cfg(test)]
mod trial;

pub use attribute::{Attribute, Attributes, Content};
pub use delivery::{Destination, Published, Target};
pub use need::Need;
pub use notification::{Kind, Notification, SignatureVersion};
pub use operations::{
    CheckPolicy, Entry, MaySend, QueueSend, Request, Run, Sign, Signed, operations,
};
pub use outbox::{DeliveryId, Failure, Outbox, Outgoing, failed, sent};
pub use post::{Publisher, publish};
pub use retry::{Backoff, Retry};
pub use settings::Settings;
pub use sqs::{Wait, wait_seconds};
pub use state::{Change, State};
