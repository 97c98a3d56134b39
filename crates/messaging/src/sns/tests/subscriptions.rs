//! Subscriptions: asked for, confirmed, set, listed, ended.

use serde_json::json;

use crate::outbox::Outgoing;
use crate::trial::{ACCOUNT, OTHER, Trial, policy_for};

const HOOK: &str = "https://hook.example/in";

fn subscribe(topic: &str, protocol: &str, endpoint: &str) -> serde_json::Value {
    json!({
        "TopicArn": topic, "Protocol": protocol, "Endpoint": endpoint,
        "ReturnSubscriptionArn": true,
    })
}

fn body(outgoing: &Outgoing) -> serde_json::Value {
    serde_json::from_str(&outgoing.body).unwrap()
}

/// Returns the token that the last message in the outbox holds.
fn token(trial: &Trial) -> String {
    let last = trial.state.outbox().last().unwrap();
    body(last)["Token"].as_str().unwrap().to_owned()
}

fn attribute(trial: &mut Trial, arn: &serde_json::Value, name: &str) -> String {
    let shown = trial.ok("sns:GetSubscriptionAttributes", json!({"SubscriptionArn": arn}));
    shown["Attributes"][name].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_webhook_is_sent_a_token_and_confirms_with_it() {
    let mut trial = Trial::new();
    let topic = trial.topic("news");
    let input = json!({"TopicArn": topic, "Protocol": "https", "Endpoint": HOOK});
    let pending = trial.ok("sns:Subscribe", input);
    assert_eq!(pending, json!({"SubscriptionArn": "pending confirmation"}));
    let outgoing = trial.state.outbox().next().unwrap().clone();
    assert_eq!(outgoing.url, HOOK);
    let headers = outgoing.headers();
    assert!(headers.contains(&("x-amz-sns-message-type", "SubscriptionConfirmation".to_owned())));
    assert!(headers.contains(&("x-amz-sns-topic-arn", topic.clone())));
    assert!(!headers.iter().any(|(name, _)| *name == "x-amz-sns-subscription-arn"));
    let told = body(&outgoing);
    let token = told["Token"].as_str().unwrap();
    assert_eq!(
        told["SubscribeURL"],
        format!(
            "https://trail.example:4570/?Action=ConfirmSubscription&Version=2010-03-31&TopicArn={topic}&Token={token}"
        )
    );
    for wrong in ["", &token[..9], &format!("{token}0"), &"0".repeat(64)] {
        let refused = json!({"TopicArn": topic, "Token": wrong});
        trial.refused("sns:ConfirmSubscription", refused);
    }
    // the plain GET of the link: nobody signs, of no Region
    (trial.account, trial.region) = ("", "");
    let confirm = json!({"TopicArn": topic, "Token": token});
    let confirmed = trial.ok("sns:ConfirmSubscription", confirm.clone());
    let arn = confirmed["SubscriptionArn"].clone();
    assert!(arn.as_str().unwrap().starts_with(&format!("{topic}:")));
    let before = trial.state.clone();
    assert_eq!(trial.ok("sns:ConfirmSubscription", confirm), confirmed);
    assert_eq!(before, trial.state);
    (trial.account, trial.region) = (ACCOUNT, "us-east-1");
    assert_eq!(attribute(&mut trial, &arn, "ConfirmationWasAuthenticated"), "false");
    assert_eq!(attribute(&mut trial, &arn, "PendingConfirmation"), "false");
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn asking_again_sends_the_same_token_again_and_after_two_days_it_is_forgotten() {
    let mut trial = Trial::new();
    let topic = trial.topic("news");
    let first = trial.ok("sns:Subscribe", subscribe(&topic, "https", HOOK));
    let sent = token(&trial);
    trial.wait(47 * 3600);
    assert_eq!(trial.ok("sns:Subscribe", subscribe(&topic, "https", HOOK)), first);
    assert_eq!((token(&trial), trial.state.outbox().count()), (sent.clone(), 2));
    trial.wait(48 * 3600);
    trial.refused("sns:ConfirmSubscription", json!({"TopicArn": topic, "Token": sent}));
    trial.refused("sns:GetSubscriptionAttributes", first.clone());
    let shown = trial.ok("sns:GetTopicAttributes", json!({"TopicArn": topic}));
    assert_eq!(shown["Attributes"]["SubscriptionsPending"], "0");
    assert_ne!(trial.ok("sns:Subscribe", subscribe(&topic, "https", HOOK)), first);
    assert_eq!(trial.state.topic(&topic).unwrap().subscriptions.len(), 1);
    trial.assert_folds_twice();
}

#[test]
fn a_queue_of_the_caller_confirms_itself_and_subscribes_once() {
    let mut trial = Trial::new();
    let topic = trial.topic("news");
    let queue = "arn:aws:sqs:us-east-1:111122223333:logs";
    let input = json!({"TopicArn": topic, "Protocol": "sqs", "Endpoint": queue});
    let made = trial.ok("sns:Subscribe", input.clone());
    assert!(made["SubscriptionArn"].as_str().unwrap().starts_with(&format!("{topic}:")));
    let before = trial.state.clone();
    assert_eq!(trial.ok("sns:Subscribe", input.clone()), made);
    assert_eq!(before, trial.state);
    let mut other = input;
    other["Attributes"] = json!({"RawMessageDelivery": "true"});
    let refused = trial.refused("sns:Subscribe", other);
    assert!(refused.ends_with("already exists with different attributes"), "{refused}");
    assert_eq!(
        attribute(&mut trial, &made["SubscriptionArn"], "ConfirmationWasAuthenticated"),
        "true"
    );
    trial.assert_fits_models();
}

#[test]
fn a_queue_of_another_account_confirms_with_the_token_it_receives() {
    let mut trial = Trial::new();
    let topic = trial.topic("news");
    let queue = "arn:aws:sqs:us-east-1:444455556666:logs";
    trial.account = OTHER;
    let url = trial.queue("logs", json!({"Policy": policy_for(&topic, queue)}));
    trial.account = ACCOUNT;
    let pending = trial.ok("sns:Subscribe", subscribe(&topic, "sqs", queue));
    assert_eq!(attribute(&mut trial, &pending["SubscriptionArn"], "PendingConfirmation"), "true");
    trial.account = OTHER;
    let told: serde_json::Value = serde_json::from_str(&trial.bodies(&url)[0]).unwrap();
    assert_eq!(told["Type"], "SubscriptionConfirmation");
    let confirm = json!({
        "TopicArn": topic, "Token": told["Token"], "AuthenticateOnUnsubscribe": "true",
    });
    assert_eq!(trial.ok("sns:ConfirmSubscription", confirm), pending);
    assert_eq!(trial.last.as_ref().unwrap().owner_account.as_deref(), Some(ACCOUNT));
    (trial.account, trial.region) = ("", "");
    let refused = trial.refused("sns:Unsubscribe", pending);
    assert!(refused.starts_with("AuthorizationErrorException: "), "{refused}");
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn what_is_no_subscription_is_refused() {
    let mut trial = Trial::new();
    let topic = trial.topic("news");
    let long = format!("https://hook.example/{}", "x".repeat(2048));
    for (protocol, endpoint) in [
        ("email", "a@example.org"),
        ("lambda", "arn:aws:lambda:us-east-1:111122223333:function:x"),
        ("sms", "+15550100"),
        ("sqs", "https://sqs.example/111122223333/logs"),
        ("sqs", "arn:aws:sqs:us-east-1:111122223333:logs.fifo"),
        ("sqs", "arn:aws:sqs:eu-west-1:111122223333:logs"),
        ("http", "https://hook.example/"),
        ("https", "http://hook.example/"),
        ("https", "https://"),
        ("https", "https://:443/"),
        ("https", "https://user:word@hook.example/"),
        ("https", "https://hook.example/a b"),
        ("https", "https://hook.example\\@other.example/"),
        ("https", &long),
    ] {
        let refused = trial.refused("sns:Subscribe", subscribe(&topic, protocol, endpoint));
        assert!(refused.starts_with("InvalidParameterException: "), "{endpoint}: {refused}");
    }
    for (name, value) in [
        ("RawMessageDelivery", "yes"),
        ("FilterPolicy", "[]"),
        ("FilterPolicyScope", "MessageBody"),
        ("DeliveryPolicy", "{\"x\":1}"),
        ("RedrivePolicy", "{\"deadLetterTargetArn\":\"x\"}"),
        ("SubscriptionRoleArn", "x"),
    ] {
        let mut input = subscribe(&topic, "https", HOOK);
        input["Attributes"] = json!({name: value});
        trial.refused("sns:Subscribe", input);
    }
    trial.settings.subscriptions_max = 0;
    let refused = trial.refused("sns:Subscribe", subscribe(&topic, "https", HOOK));
    assert!(refused.starts_with("SubscriptionLimitExceededException: "), "{refused}");
    let none = "arn:aws:sns:us-east-1:111122223333:none";
    let refused = trial.refused("sns:Subscribe", subscribe(none, "https", HOOK));
    assert_eq!(refused, "NotFoundException: Topic does not exist");
    trial.assert_fits_models();
}

#[test]
fn attributes_are_set_and_shown() {
    let mut trial = Trial::new();
    let topic = trial.topic("news");
    let arn =
        trial.ok("sns:Subscribe", subscribe(&topic, "https", HOOK))["SubscriptionArn"].clone();
    let delivery = r#"{"healthyRetryPolicy":{"numRetries":2}}"#;
    for (name, value) in [
        ("RawMessageDelivery", "true"),
        ("FilterPolicy", r#"{"store":["books"]}"#),
        ("FilterPolicyScope", "MessageAttributes"),
        ("DeliveryPolicy", delivery),
    ] {
        let set = json!({"SubscriptionArn": arn, "AttributeName": name, "AttributeValue": value});
        trial.ok("sns:SetSubscriptionAttributes", set);
        assert_eq!(attribute(&mut trial, &arn, name), value);
    }
    assert!(attribute(&mut trial, &arn, "EffectiveDeliveryPolicy").contains("\"numRetries\":2"));
    let set = json!({"SubscriptionArn": arn, "AttributeName": "FilterPolicy"});
    trial.ok("sns:SetSubscriptionAttributes", set.clone());
    assert_eq!(attribute(&mut trial, &arn, "FilterPolicy"), "");
    trial.account = OTHER;
    let refused = trial.refused("sns:SetSubscriptionAttributes", set);
    assert!(refused.starts_with("AuthorizationErrorException: "), "{refused}");
    trial.refused("sns:GetSubscriptionAttributes", json!({"SubscriptionArn": arn}));
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn subscriptions_are_listed_by_owner_and_by_topic() {
    let mut trial = Trial::new();
    let (one, two) = (trial.topic("one"), trial.topic("two"));
    let queue = "arn:aws:sqs:us-east-1:111122223333:logs";
    let confirmed = trial.ok("sns:Subscribe", subscribe(&one, "sqs", queue));
    trial.ok("sns:Subscribe", subscribe(&two, "https", HOOK));
    trial.account = OTHER;
    trial.ok("sns:Subscribe", subscribe(&two, "http", "http://other.example"));
    trial.account = ACCOUNT;
    let line = |arn: &serde_json::Value, protocol: &str, endpoint: &str, topic: &str| {
        json!({
            "SubscriptionArn": arn, "Owner": ACCOUNT, "Protocol": protocol, "Endpoint": endpoint,
            "TopicArn": topic,
        })
    };
    let pending = json!("PendingConfirmation");
    let first = line(&confirmed["SubscriptionArn"], "sqs", queue, &one);
    let second = line(&pending, "https", HOOK, &two);
    let all = trial.ok("sns:ListSubscriptions", json!({}));
    assert_eq!(all, json!({"Subscriptions": [first, second]}));
    let by_topic = trial.ok("sns:ListSubscriptionsByTopic", json!({"TopicArn": two}));
    assert_eq!(by_topic["Subscriptions"].as_array().unwrap().len(), 2);
    trial.assert_fits_models();
}

#[test]
fn long_lists_come_in_pages_without_gaps() {
    let mut trial = Trial::new();
    // ARNs of topics and of their subscriptions sort differently: `-` is before `:`
    for name in ["a", "a-b", "a:b"].iter().take(2) {
        let topic = trial.topic(name);
        for number in 0..80 {
            let queue = format!("arn:aws:sqs:us-east-1:111122223333:q{number}");
            trial.ok("sns:Subscribe", subscribe(&topic, "sqs", &queue));
        }
    }
    let first = trial.ok("sns:ListSubscriptions", json!({}));
    let second = trial.ok("sns:ListSubscriptions", json!({"NextToken": first["NextToken"]}));
    let count = |page: &serde_json::Value| page["Subscriptions"].as_array().unwrap().len();
    assert_eq!((count(&first), count(&second)), (100, 60));
    assert_eq!(second.get("NextToken"), None);
}

#[test]
fn a_subscription_is_ended_by_its_owner_the_topics_owner_or_its_link() {
    let mut trial = Trial::new();
    let topic = trial.topic("news");
    for ender in [ACCOUNT, OTHER, ""] {
        (trial.account, trial.region) = (OTHER, "us-east-1");
        let pending = trial.ok("sns:Subscribe", subscribe(&topic, "https", HOOK));
        let refused = trial.refused("sns:Unsubscribe", pending.clone());
        assert!(refused.starts_with("InvalidParameterException: "), "{refused}");
        let confirm = json!({"TopicArn": topic, "Token": token(&trial)});
        trial.ok("sns:ConfirmSubscription", confirm);
        trial.account = "777788889999";
        trial.refused("sns:Unsubscribe", pending.clone());
        (trial.account, trial.region) = (ender, if ender.is_empty() { "" } else { "us-east-1" });
        trial.ok("sns:Unsubscribe", pending.clone());
        assert_eq!(
            trial.refused("sns:Unsubscribe", pending),
            "NotFoundException: Subscription does not exist"
        );
        assert_eq!(trial.state.outbox().count(), 0);
    }
    assert_eq!(trial.state.topic(&topic).unwrap().deleted, 3);
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn a_pending_subscription_cannot_be_ended_by_guessing_its_link() {
    let mut trial = Trial::new();
    let topic = trial.topic("news");
    let pending = trial.ok("sns:Subscribe", subscribe(&topic, "https", HOOK));
    (trial.account, trial.region) = ("", "");
    trial.refused("sns:Unsubscribe", pending);
    let confirm = json!({
        "TopicArn": topic, "Token": token(&trial), "AuthenticateOnUnsubscribe": "true",
    });
    let refused = trial.refused("sns:ConfirmSubscription", confirm);
    assert!(refused.starts_with("AuthorizationErrorException: "), "{refused}");
}
