//! The table of operations, and what one is given.

use std::fmt;

use wire::{Call, Done, Fault, Members};

use crate::need::Need;
use crate::notification::SignatureVersion;
use crate::settings::Settings;
use crate::state::{Change, State};
use crate::{sns, sqs};

/// Everything an operation may look at.
pub struct Request<'a, 'c> {
    /// The state that it is judged on.
    pub state: &'a State,
    /// The input, checked against the model.
    pub input: &'a Members,
    /// Time, randomness, Region and the caller's account, which is empty when nobody signed.
    pub call: &'a mut Call<'c>,
    /// The id of the principal that calls, such as `AIDA…` or `AROA…:session`; receivers of a
    /// message see it as `SenderId`.
    pub caller_id: &'a str,
    /// Limits, and where the server is.
    pub settings: &'a Settings,
    /// Signs notifications.
    pub sign: Sign<'a>,
    /// Asks a queue's policy whether a topic may send to it.
    pub may_send: MaySend<'a>,
    /// Reads a policy document that somebody wants to set.
    pub check_policy: CheckPolicy<'a>,
}

/// Signs a text: with RSA (PKCS #1 v1.5) over SHA-1 or SHA-256, as the version says.
pub type Sign<'a> = &'a dyn Fn(SignatureVersion, &str) -> Signed;

/// Says whether the queue takes what the service `sns.amazonaws.com` brings it from the topic.
pub type MaySend<'a> = &'a dyn Fn(&QueueSend<'_>) -> bool;

/// Says what is wrong with a policy document that the server's evaluator cannot read.
pub type CheckPolicy<'a> = &'a dyn Fn(&str) -> Result<(), String>;

/// A signature and where its certificate is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The signature in base64.
    pub signature: String,
    /// The URL of the certificate; validators ask for `https` and `.pem`.
    pub cert_url: String,
}

/// A topic that has something for a queue: action `sqs:SendMessage`, `aws:SourceArn` the topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueSend<'a> {
    /// The queue.
    pub queue_arn: &'a str,
    /// The topic.
    pub topic_arn: &'a str,
    /// The queue's policy document; none when it has none, and then nothing is allowed.
    pub policy: Option<&'a str>,
}

/// One operation.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The service's name in the models: `sns` or `sqs`.
    pub service: &'static str,
    /// The operation's name in the model.
    pub operation: &'static str,
    /// Does it.
    pub run: Run,
    /// The event's `readOnly`.
    pub read_only: bool,
    /// Whether its event is a data event.
    pub data_event: bool,
    /// Whether it may come without a signature: the plain GET of a link in a notification.
    pub unsigned: bool,
    /// What the policies must allow, all of it.
    pub needs: fn(&State, &Members, &Call<'_>) -> Vec<Need>,
}

/// What an operation does with its request.
pub type Run = fn(&mut Request<'_, '_>) -> Result<Done<Change>, Fault>;

impl Entry {
    /// Returns an operation that changes something.
    pub(crate) const fn write(service: &'static str, operation: &'static str, run: Run) -> Self {
        let (read_only, data_event, unsigned) = (false, false, false);
        Self { service, operation, run, read_only, data_event, unsigned, needs: no_needs }
    }

    /// Returns an operation that changes nothing.
    pub(crate) const fn read(service: &'static str, operation: &'static str, run: Run) -> Self {
        Self { read_only: true, ..Self::write(service, operation, run) }
    }

    /// Returns this operation as one whose events are data events.
    pub(crate) const fn data(self) -> Self {
        Self { data_event: true, ..self }
    }

    /// Returns this operation as one that links lead to.
    pub(crate) const fn linked(self) -> Self {
        Self { unsigned: true, ..self }
    }

    /// Returns this operation with what it needs.
    pub(crate) const fn needing(self, needs: fn(&State, &Members, &Call<'_>) -> Vec<Need>) -> Self {
        Self { needs, ..self }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.operation)
    }
}

/// Returns every operation that is served.
pub fn operations() -> impl Iterator<Item = &'static Entry> {
    sns::OPERATIONS.iter().chain(sqs::OPERATIONS)
}

fn no_needs(_: &State, _: &Members, _: &Call<'_>) -> Vec<Need> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use wire::model::Models;

    use super::operations;

    /// What the models have and this crate does not serve: whoever asks is told so by name.
    const NOT_SERVED: &[(&str, &[&str])] = &[
        (
            "sns",
            &[
                "CheckIfPhoneNumberIsOptedOut",
                "CreatePlatformApplication",
                "CreatePlatformEndpoint",
                "CreateSMSSandboxPhoneNumber",
                "DeleteEndpoint",
                "DeletePlatformApplication",
                "DeleteSMSSandboxPhoneNumber",
                "GetDataProtectionPolicy",
                "GetEndpointAttributes",
                "GetPlatformApplicationAttributes",
                "GetSMSAttributes",
                "GetSMSSandboxAccountStatus",
                "ListEndpointsByPlatformApplication",
                "ListOriginationNumbers",
                "ListPhoneNumbersOptedOut",
                "ListPlatformApplications",
                "ListSMSSandboxPhoneNumbers",
                "OptInPhoneNumber",
                "PutDataProtectionPolicy",
                "SetEndpointAttributes",
                "SetPlatformApplicationAttributes",
                "SetSMSAttributes",
                "VerifySMSSandboxPhoneNumber",
            ],
        ),
        ("sqs", &["CancelMessageMoveTask", "ListMessageMoveTasks", "StartMessageMoveTask"]),
    ];

    #[test]
    fn every_modelled_operation_is_served_once_or_known_not_to_be() {
        let models = Models::built_in();
        let mut served: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for entry in operations() {
            let fresh = served.entry(entry.service).or_default().insert(entry.operation);
            assert!(fresh, "{entry:?} stands twice");
        }
        for (service, not_served) in NOT_SERVED {
            let mut known = served.remove(service).unwrap();
            known.extend(*not_served);
            let model = models.service(service).unwrap();
            let modelled: BTreeSet<_> = model.operations().map(|it| it.name).collect();
            assert_eq!(known, modelled);
        }
        assert!(served.is_empty());
    }

    #[test]
    fn reading_is_what_the_name_says() {
        for entry in operations() {
            let reads = ["Get", "List", "Receive"];
            let reads = reads.iter().any(|verb| entry.operation.starts_with(verb));
            assert_eq!(entry.read_only, reads, "{entry:?}");
        }
    }

    #[test]
    fn data_events_are_those_of_the_documents() {
        let data: BTreeSet<_> =
            operations().filter(|entry| entry.data_event).map(|entry| entry.operation).collect();
        let expected = [
            "ChangeMessageVisibility",
            "ChangeMessageVisibilityBatch",
            "DeleteMessage",
            "DeleteMessageBatch",
            "GetQueueAttributes",
            "GetQueueUrl",
            "ListDeadLetterSourceQueues",
            "ListQueueTags",
            "ListQueues",
            "Publish",
            "PublishBatch",
            "ReceiveMessage",
            "SendMessage",
            "SendMessageBatch",
        ];
        assert_eq!(data, expected.into());
    }

    #[test]
    fn every_operation_needs_something_and_links_lead_to_two() {
        let input = wire::Members::new();
        let now = jiff::Timestamp::UNIX_EPOCH;
        let (account, region) = ("111122223333", "us-east-1");
        let call = wire::Call { account, region, now, random: &mut || 0 };
        for entry in operations() {
            let needs = (entry.needs)(&crate::State::default(), &input, &call);
            assert!(!needs.is_empty(), "{entry:?}");
            let prefix = format!("{}:", entry.service);
            assert!(needs.iter().all(|need| need.action.starts_with(&prefix)), "{entry:?}");
            let verb = entry.operation.strip_suffix("Batch").unwrap_or(entry.operation);
            assert_eq!(needs[0].action, format!("{prefix}{verb}"));
        }
        let linked: Vec<_> =
            operations().filter(|entry| entry.unsigned).map(|entry| entry.operation).collect();
        assert_eq!(linked, ["ConfirmSubscription", "Unsubscribe"]);
    }
}
