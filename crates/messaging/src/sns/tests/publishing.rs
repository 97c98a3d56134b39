//! Publishing: who hears what, and what becomes of deliveries.
#![expect(clippy::needless_pass_by_value, reason = "inputs are written where they are given")]

use serde_json::{Value, json};

use crate::trial::{Trial, policy_for};
use crate::{Failure, failed, sent};

const QUEUE: &str = "arn:aws:sqs:us-east-1:111122223333:logs";

/// A topic with a queue that lets it send, and the queue's URL.
fn heard(trial: &mut Trial, attributes: Value) -> (String, String, Value) {
    let topic = trial.topic("news");
    let url = trial.queue("logs", json!({"Policy": policy_for(&topic, QUEUE)}));
    let subscribe = json!({
        "TopicArn": topic, "Protocol": "sqs", "Endpoint": QUEUE, "Attributes": attributes,
    });
    let arn = trial.ok("sns:Subscribe", subscribe)["SubscriptionArn"].clone();
    (topic, url, arn)
}

/// Subscribes a webhook and confirms it.
fn hook(trial: &mut Trial, topic: &str, url: &str, attributes: Value) -> Value {
    let protocol = url.split(':').next().unwrap();
    let subscribe = json!({
        "TopicArn": topic, "Protocol": protocol, "Endpoint": url, "Attributes": attributes,
    });
    trial.ok("sns:Subscribe", subscribe);
    let outgoing = trial.state.outbox().last().unwrap().clone();
    let changes = sent(&trial.state, outgoing.id, trial.now);
    trial.apply(&changes);
    let told: Value = serde_json::from_str(&outgoing.body).unwrap();
    let confirm = json!({"TopicArn": topic, "Token": told["Token"]});
    trial.ok("sns:ConfirmSubscription", confirm)["SubscriptionArn"].clone()
}

fn first(trial: &Trial) -> Option<crate::Outgoing> {
    trial.state.outbox().next().cloned()
}

fn tally<'a>(trial: &'a Trial, topic: &str, arn: &Value) -> &'a crate::sns::Tally {
    let topic = trial.state.topic(topic).unwrap();
    &topic.subscriptions[arn.as_str().unwrap()].tally
}

#[test]
fn a_queue_gets_the_message_in_its_envelope() {
    let mut trial = Trial::new();
    let (topic, url, arn) = heard(&mut trial, json!({}));
    let answer = trial.ok(
        "sns:Publish",
        json!({
            "TopicArn": topic, "Message": "hello", "Subject": "Hi",
            "MessageAttributes": {"a": {"DataType": "String", "StringValue": "b"}},
        }),
    );
    let message = trial.receive(&url).remove(0);
    assert_eq!(message["Attributes"]["SenderId"], "sns.amazonaws.com");
    assert_eq!(message.get("MessageAttributes"), None);
    let told: Value = serde_json::from_str(message["Body"].as_str().unwrap()).unwrap();
    let unsubscribe = format!(
        "https://trail.example:4570/?Action=Unsubscribe&Version=2010-03-31&SubscriptionArn={}",
        arn.as_str().unwrap()
    );
    assert_eq!(
        told,
        json!({
            "Type": "Notification", "MessageId": answer["MessageId"], "TopicArn": topic,
            "Subject": "Hi", "Message": "hello", "Timestamp": "2026-11-20T08:00:00.000Z",
            "SignatureVersion": "2", "Signature": told["Signature"],
            "SigningCertURL": "https://trail.example:4570/cert.pem",
            "UnsubscribeURL": unsubscribe,
            "MessageAttributes": {"a": {"Type": "String", "Value": "b"}},
        })
    );
    assert!(told["Signature"].as_str().unwrap().starts_with("v2-"));
    assert_eq!(tally(&trial, &topic, &arn).delivered, 1);
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn a_bare_message_brings_its_attributes_along() {
    let mut trial = Trial::new();
    let (topic, url, arn) = heard(&mut trial, json!({"RawMessageDelivery": "true"}));
    let attributes = json!({
        "a": {"DataType": "String", "StringValue": "b"},
        "raw": {"DataType": "Binary", "BinaryValue": "AP8Q"},
    });
    let publish = |attributes: &Value| json!({"TopicArn": topic, "Message": "bare", "MessageAttributes": attributes});
    trial.ok("sns:Publish", publish(&attributes));
    let message = trial.receive(&url).remove(0);
    assert_eq!(message["Body"], "bare");
    assert_eq!(message["MessageAttributes"], attributes);
    let eleven: serde_json::Map<_, _> = (0..11)
        .map(|at| (format!("a{at}"), json!({"DataType": "String", "StringValue": "x"})))
        .collect();
    trial.ok("sns:Publish", publish(&Value::Object(eleven)));
    assert_eq!((tally(&trial, &topic, &arn).delivered, tally(&trial, &topic, &arn).failed), (1, 1));
    trial.assert_folds_twice();
}

#[test]
fn what_the_queue_does_not_allow_or_hold_is_counted_and_not_delivered() {
    let mut trial = Trial::new();
    let (topic, url, arn) = heard(&mut trial, json!({}));
    let publish = json!({"TopicArn": topic, "Message": "x".repeat(2000)});
    let set = |name: &str, value: &str| json!({"QueueUrl": url, "Attributes": {name: value}});
    let why = |trial: &Trial| tally(trial, &topic, &arn).last_failed.clone().unwrap().1;

    trial.ok("sqs:SetQueueAttributes", set("Policy", ""));
    trial.ok("sns:Publish", publish.clone());
    assert_eq!(why(&trial), "the queue's policy does not let the topic send");
    trial.ok("sqs:SetQueueAttributes", set("Policy", &policy_for(&topic, QUEUE)));

    trial.ok("sqs:SetQueueAttributes", set("MaximumMessageSize", "2000"));
    trial.ok("sns:Publish", publish.clone());
    assert_eq!(why(&trial), "the message is larger than the queue allows");
    trial.ok("sqs:SetQueueAttributes", set("MaximumMessageSize", "3000"));

    trial.settings.queue_messages_max = 1;
    let entries = json!([{"Id": "a", "Message": "a"}, {"Id": "b", "Message": "b"}]);
    let batch = json!({"TopicArn": topic, "PublishBatchRequestEntries": entries});
    trial.ok("sns:PublishBatch", batch);
    assert_eq!(why(&trial), "the queue is full");
    assert_eq!(trial.receive(&url).len(), 1);

    trial.ok("sqs:DeleteQueue", json!({"QueueUrl": url}));
    trial.ok("sns:Publish", publish);
    assert_eq!(why(&trial), "there is no such queue");
    assert_eq!((tally(&trial, &topic, &arn).delivered, tally(&trial, &topic, &arn).failed), (1, 4));
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn filters_choose_and_pending_subscriptions_hear_nothing() {
    let mut trial = Trial::new();
    let filter = r#"{"kind":["a"]}"#;
    let (topic, url, _) = heard(&mut trial, json!({"FilterPolicy": filter}));
    let input = json!({"TopicArn": topic, "Protocol": "http", "Endpoint": "http://hook.example"});
    trial.ok("sns:Subscribe", input);
    for kind in ["a", "b"] {
        let attributes = json!({"kind": {"DataType": "String", "StringValue": kind}});
        let publish = json!({"TopicArn": topic, "Message": kind, "MessageAttributes": attributes});
        trial.ok("sns:Publish", publish);
    }
    let bodies = trial.bodies(&url);
    assert_eq!(bodies.len(), 1);
    assert!(bodies[0].contains("\"Message\" : \"a\""));
    assert_eq!(trial.state.outbox().count(), 1, "only the confirmation");
}

#[test]
fn each_protocol_may_have_a_message_of_its_own() {
    let mut trial = Trial::new();
    let (topic, url, _) = heard(&mut trial, json!({}));
    hook(&mut trial, &topic, "https://hook.example", json!({}));
    let message = json!({"default": "all", "https": "web", "email": "mail"}).to_string();
    let publish = json!({"TopicArn": topic, "Message": message, "MessageStructure": "json"});
    trial.ok("sns:Publish", publish);
    assert!(trial.bodies(&url)[0].contains("\"Message\" : \"all\""));
    assert!(trial.state.outbox().next().unwrap().body.contains("\"Message\" : \"web\""));
    for (message, text) in [
        ("x", "JSON message body failed to parse"),
        ("{\"sqs\":\"x\"}", "No default entry in JSON message body"),
        ("{\"default\":1}", "No default entry in JSON message body"),
    ] {
        let publish = json!({"TopicArn": topic, "Message": message, "MessageStructure": "json"});
        let refused = trial.refused("sns:Publish", publish);
        let whole = "InvalidParameterException: Invalid parameter: Message Structure - ";
        assert_eq!(refused, format!("{whole}{text}"));
    }
    trial.assert_folds_twice();
}

#[test]
fn what_cannot_be_published_is_refused() {
    let mut trial = Trial::new();
    let topic = trial.topic("news");
    let edge = "x".repeat(262_144);
    trial.ok("sns:Publish", json!({"TopicArn": topic, "Message": edge}));
    trial.ok("sns:Publish", json!({"TargetArn": topic, "Message": "x"}));
    let with = |name: &str, value: Value| json!({"TopicArn": topic, "Message": "x", name: value});
    let attribute = |name: &str| json!({name: {"DataType": "String", "StringValue": ""}});
    let endpoint = "arn:aws:sns:us-east-1:111122223333:endpoint/GCM/app/x";
    for (input, code) in [
        (json!({"TopicArn": topic, "Message": ""}), "InvalidParameterException"),
        (json!({"TopicArn": topic, "Message": format!("{edge}x")}), "InvalidParameterException"),
        (json!({"Message": "x"}), "InvalidParameterException"),
        (json!({"PhoneNumber": "+15550100", "Message": "x"}), "InvalidParameterException"),
        (json!({"TargetArn": endpoint, "Message": "x"}), "InvalidParameterException"),
        (with("TargetArn", json!(topic)), "InvalidParameterException"),
        (with("Subject", json!("")), "InvalidParameterException"),
        (with("Subject", json!("a\nb")), "InvalidParameterException"),
        (with("Subject", json!("x".repeat(101))), "InvalidParameterException"),
        (with("MessageStructure", json!("xml")), "InvalidParameterException"),
        (with("MessageGroupId", json!("g")), "InvalidParameterException"),
        (with("MessageAttributes", attribute("a")), "InvalidParameterValueException"),
        (with("MessageAttributes", attribute("AWS.a")), "InvalidParameterValueException"),
    ] {
        let refused = trial.refused("sns:Publish", input.clone());
        assert!(refused.starts_with(&format!("{code}: ")), "{input}: {refused}");
    }
    let none = "arn:aws:sns:us-east-1:111122223333:none";
    let refused = trial.refused("sns:Publish", json!({"TopicArn": none, "Message": "x"}));
    assert_eq!(refused, "NotFoundException: Topic does not exist");
    trial.assert_fits_models();
}

#[test]
fn a_batch_says_of_each_entry_how_it_went() {
    let mut trial = Trial::new();
    let (topic, url, _) = heard(&mut trial, json!({"RawMessageDelivery": "true"}));
    let batch = |entries: Value| json!({"TopicArn": topic, "PublishBatchRequestEntries": entries});
    let entries = json!([
        {"Id": "a", "Message": "one"}, {"Id": "b", "Message": ""}, {"Id": "c", "Message": "two"},
    ]);
    let answer = trial.ok("sns:PublishBatch", batch(entries));
    assert_eq!(answer["Successful"].as_array().unwrap().len(), 2);
    assert_eq!(
        answer["Failed"],
        json!([{
            "Id": "b", "SenderFault": true, "Code": "InvalidParameter",
            "Message": "Invalid parameter: Empty message",
        }])
    );
    assert_eq!(trial.bodies(&url), ["one", "two"]);
    let large = "x".repeat(140_000);
    for (entries, code) in [
        (json!([]), "EmptyBatchRequestException"),
        (
            json!([{"Id": "a", "Message": "x"}, {"Id": "a", "Message": "x"}]),
            "BatchEntryIdsNotDistinctException",
        ),
        (
            json!([{"Id": "a", "Message": large}, {"Id": "b", "Message": large}]),
            "BatchRequestTooLongException",
        ),
    ] {
        let refused = trial.refused("sns:PublishBatch", batch(entries));
        assert!(refused.starts_with(&format!("{code}: ")), "{refused}");
    }
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn a_webhook_is_tried_again_until_it_has_the_message() {
    let mut trial = Trial::new();
    let topic = trial.topic("news");
    let arn = hook(&mut trial, &topic, "https://hook.example", json!({}));
    trial.ok("sns:Publish", json!({"TopicArn": topic, "Message": "x"}));
    let outgoing = trial.state.outbox_due(trial.now).next().unwrap().clone();
    let headers = outgoing.headers();
    assert!(headers.contains(&("x-amz-sns-message-type", "Notification".to_owned())));
    assert!(headers.contains(&("x-amz-sns-message-id", outgoing.message_id.clone())));
    let subscription = arn.as_str().unwrap().to_owned();
    assert!(headers.contains(&("x-amz-sns-subscription-arn", subscription)));
    for delay in [0, 0, 0, 1, 2, 4] {
        let changes = failed(&trial.state, outgoing.id, trial.now, Failure::Passing("refused"));
        trial.apply(&changes);
        assert_eq!(trial.state.outbox_due(trial.now).count(), usize::from(delay == 0));
        trial.wait(delay);
        assert_eq!(trial.state.outbox_due(trial.now).count(), 1);
    }
    let waiting = trial.state.outbox().next().unwrap();
    assert_eq!((waiting.attempts, waiting.last_error.as_deref()), (6, Some("refused")));
    let changes = sent(&trial.state, outgoing.id, trial.now);
    trial.apply(&changes);
    assert_eq!(tally(&trial, &topic, &arn).delivered, 2, "the confirmation and the message");
    assert_eq!((trial.state.outbox().count(), trial.state.outbox_totals()), (0, (2, 0)));
    assert_eq!(sent(&trial.state, outgoing.id, trial.now), []);
    assert_eq!(failed(&trial.state, outgoing.id, trial.now, Failure::Passing("late")), []);
    trial.assert_folds_twice();
}

#[test]
fn a_webhook_that_never_answers_is_given_up_and_counted() {
    let mut trial = Trial::new();
    let topic = trial.topic("news");
    let arn = hook(&mut trial, &topic, "http://hook.example", json!({}));
    trial.ok("sns:Publish", json!({"TopicArn": topic, "Message": "x"}));
    let began = trial.now;
    let mut attempts = 0;
    while let Some(outgoing) = first(&trial) {
        trial.now = trial.now.max(outgoing.not_before);
        let changes = failed(&trial.state, outgoing.id, trial.now, Failure::Passing("no route"));
        trial.apply(&changes);
        attempts += 1;
    }
    assert_eq!(attempts, 50);
    assert!(trial.now.duration_since(began).as_hours() < 6);
    let tally = tally(&trial, &topic, &arn);
    assert_eq!((tally.failed, &tally.last_failed.as_ref().unwrap().1), (1, &"no route".to_owned()));
    assert_eq!(trial.state.outbox_totals(), (1, 1));
    trial.assert_folds_twice();
}

#[test]
fn a_no_is_taken_for_one_and_so_is_an_age_of_six_hours() {
    let mut trial = Trial::new();
    let topic = trial.topic("news");
    hook(&mut trial, &topic, "http://hook.example", json!({}));
    let publish = json!({"TopicArn": topic, "Message": "x"});
    trial.ok("sns:Publish", publish.clone());
    let id = trial.state.outbox().next().unwrap().id;
    let changes = failed(&trial.state, id, trial.now, Failure::Lasting("404"));
    trial.apply(&changes);
    assert_eq!(trial.state.outbox().count(), 0);
    trial.ok("sns:Publish", publish);
    trial.wait(6 * 3600 + 1);
    let id = trial.state.outbox().next().unwrap().id;
    let changes = failed(&trial.state, id, trial.now, Failure::Passing("503"));
    trial.apply(&changes);
    assert_eq!((trial.state.outbox().count(), trial.state.outbox_totals()), (0, (1, 2)));
}

#[test]
fn a_bare_webhook_says_so_and_follows_its_delivery_policy() {
    let mut trial = Trial::new();
    let topic = trial.topic("news");
    let policy = r#"{"healthyRetryPolicy":{"numRetries":1,"minDelayTarget":9,"maxDelayTarget":9},
        "requestPolicy":{"headerContentType":"application/json"}}"#;
    let attributes = json!({"RawMessageDelivery": "true", "DeliveryPolicy": policy});
    hook(&mut trial, &topic, "https://hook.example", attributes);
    trial.ok("sns:Publish", json!({"TopicArn": topic, "Message": "{}"}));
    let outgoing = trial.state.outbox().next().unwrap().clone();
    assert_eq!(outgoing.body, "{}");
    assert!(outgoing.headers().contains(&("x-amz-sns-rawdelivery", "true".to_owned())));
    assert!(outgoing.headers().contains(&("content-type", "application/json".to_owned())));
    let changes = failed(&trial.state, outgoing.id, trial.now, Failure::Passing("x"));
    trial.apply(&changes);
    trial.wait(8);
    assert_eq!(trial.state.outbox_due(trial.now).count(), 0);
    trial.wait(1);
    assert_eq!(trial.state.outbox_due(trial.now).count(), 1);
    let changes = failed(&trial.state, outgoing.id, trial.now, Failure::Passing("x"));
    trial.apply(&changes);
    assert_eq!(trial.state.outbox().count(), 0);
}

#[test]
fn a_full_outbox_takes_no_more_and_counts() {
    let mut trial = Trial::new();
    let topic = trial.topic("news");
    let arn = hook(&mut trial, &topic, "https://hook.example", json!({}));
    trial.settings.outbox_max = 1;
    let entries = json!([{"Id": "a", "Message": "a"}, {"Id": "b", "Message": "b"}]);
    let batch = json!({"TopicArn": topic, "PublishBatchRequestEntries": entries});
    trial.ok("sns:PublishBatch", batch);
    assert_eq!(trial.state.outbox().count(), 1);
    trial.settings.outbox_max = 9;
    trial.settings.outbox_bytes_max = 1;
    trial.ok("sns:Publish", json!({"TopicArn": topic, "Message": "c"}));
    assert_eq!(trial.state.outbox().count(), 1);
    assert_eq!(tally(&trial, &topic, &arn).failed, 2);
    trial.ok("sns:DeleteTopic", json!({"TopicArn": topic}));
    assert_eq!(trial.state.outbox().count(), 0);
    trial.assert_folds_twice();
}

#[test]
fn the_server_publishes_in_its_own_name() {
    let mut trial = Trial::new();
    let (topic, url, _) = heard(&mut trial, json!({}));
    let message = r#"{"s3Bucket":"logs","s3ObjectKey":["AWSLogs/a.json.gz"]}"#;
    trial.announce(&topic, message).unwrap();
    let told: Value = serde_json::from_str(&trial.bodies(&url)[0]).unwrap();
    assert_eq!((told["Message"].as_str(), told.get("Subject")), (Some(message), None));
    let none = "arn:aws:sns:us-east-1:111122223333:none";
    assert_eq!(trial.announce(none, "x").unwrap_err().code, "NotFoundException");
    trial.assert_folds_twice();
}

#[test]
fn signatures_are_of_the_topics_version() {
    let mut trial = Trial::new();
    let (topic, url, _) = heard(&mut trial, json!({}));
    trial.settings.signs_sha1 = true;
    let set = json!({
        "TopicArn": topic, "AttributeName": "SignatureVersion", "AttributeValue": "1",
    });
    trial.ok("sns:SetTopicAttributes", set);
    trial.ok("sns:Publish", json!({"TopicArn": topic, "Message": "x"}));
    let told: Value = serde_json::from_str(&trial.bodies(&url)[0]).unwrap();
    assert_eq!(told["SignatureVersion"], "1");
    assert!(told["Signature"].as_str().unwrap().starts_with("v1-"));
}
