//! Topics: made, set, listed, deleted.

use serde_json::json;

use crate::trial::{ACCOUNT, OTHER, Trial};

const ARN: &str = "arn:aws:sns:us-east-1:111122223333:news";

#[test]
fn creating_again_is_the_same_unless_something_differs() {
    let mut trial = Trial::new();
    let input = |attributes: serde_json::Value, tags: serde_json::Value| json!({"Name": "news", "Attributes": attributes, "Tags": tags});
    let tags = json!([{"Key": "team", "Value": "audit"}]);
    let made = trial.ok("sns:CreateTopic", input(json!({"DisplayName": "News"}), tags.clone()));
    assert_eq!(made, json!({"TopicArn": ARN}));
    let before = trial.state.clone();
    assert_eq!(trial.topic("news"), ARN);
    trial.ok("sns:CreateTopic", input(json!({"DisplayName": "News"}), tags));
    assert_eq!(before, trial.state);
    assert_eq!(
        trial.refused("sns:CreateTopic", input(json!({"DisplayName": "Other"}), json!([]))),
        "InvalidParameterException: Invalid parameter: Attributes Reason: Topic already exists \
         with different attributes"
    );
    let other = json!([{"Key": "team", "Value": "ops"}]);
    let refused = trial.refused("sns:CreateTopic", input(json!({}), other));
    assert!(refused.ends_with("Topic already exists with different tags"), "{refused}");
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn what_is_no_topic_is_refused() {
    let mut trial = Trial::new();
    let long = "t".repeat(257);
    for (name, attributes) in [
        ("a b", json!({})),
        ("", json!({})),
        (long.as_str(), json!({})),
        ("news.fifo", json!({})),
        ("news", json!({"FifoTopic": "true"})),
        ("news", json!({"KmsMasterKeyId": "alias/aws/sns"})),
        ("news", json!({"TracingConfig": "Active"})),
        ("news", json!({"SignatureVersion": "1"})),
        ("news", json!({"SignatureVersion": "3"})),
        ("news", json!({"DisplayName": "x".repeat(101)})),
        ("news", json!({"Policy": "{}"})),
        ("news", json!({"DeliveryPolicy": "{}"})),
        ("news", json!({"HTTPSuccessFeedbackRoleArn": "arn:aws:iam::111122223333:role/x"})),
    ] {
        let input = json!({"Name": name, "Attributes": attributes});
        let refused = trial.refused("sns:CreateTopic", input.clone());
        assert!(refused.starts_with("InvalidParameterException: "), "{input}: {refused}");
    }
    trial.settings.signs_sha1 = true;
    trial.ok("sns:CreateTopic", json!({"Name": "a", "Attributes": {"SignatureVersion": "1"}}));
    trial.settings.topics_max = 1;
    let refused = trial.refused("sns:CreateTopic", json!({"Name": "b"}));
    assert!(refused.starts_with("TopicLimitExceededException: "), "{refused}");
    trial.assert_fits_models();
}

#[test]
fn attributes_are_shown_as_they_are_in_force() {
    let mut trial = Trial::new();
    trial.topic("news");
    let shown = trial.ok("sns:GetTopicAttributes", json!({"TopicArn": ARN}));
    let policy = json!({
        "Version": "2008-10-17", "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID", "Effect": "Allow", "Principal": {"AWS": "*"},
            "Action": [
                "SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission",
                "SNS:RemovePermission", "SNS:DeleteTopic", "SNS:Subscribe",
                "SNS:ListSubscriptionsByTopic", "SNS:Publish",
            ],
            "Resource": ARN, "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
        }],
    });
    let retry = json!({"http": {
        "defaultHealthyRetryPolicy": {
            "minDelayTarget": 1, "maxDelayTarget": 560, "numRetries": 49,
            "numMaxDelayRetries": 36, "numNoDelayRetries": 3, "numMinDelayRetries": 0,
            "backoffFunction": "exponential",
        },
        "disableSubscriptionOverrides": false,
        "defaultRequestPolicy": {"headerContentType": "text/plain; charset=UTF-8"},
    }});
    assert_eq!(
        shown["Attributes"],
        json!({
            "TopicArn": ARN, "Owner": ACCOUNT, "Policy": policy.to_string(), "DisplayName": "",
            "SubscriptionsConfirmed": "0", "SubscriptionsPending": "0",
            "SubscriptionsDeleted": "0", "EffectiveDeliveryPolicy": retry.to_string(),
            "SignatureVersion": "2",
        })
    );
    let delivery = r#"{"http":{"defaultHealthyRetryPolicy":{"numRetries":1}}}"#;
    let policy = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"SNS:Publish"}}"#;
    for (name, value) in [("DisplayName", "News"), ("DeliveryPolicy", delivery), ("Policy", policy)]
    {
        let set = json!({"TopicArn": ARN, "AttributeName": name, "AttributeValue": value});
        trial.ok("sns:SetTopicAttributes", set);
        let shown = trial.ok("sns:GetTopicAttributes", json!({"TopicArn": ARN}));
        assert_eq!(shown["Attributes"][name], value);
    }
    assert_eq!(trial.state.topic_policy(ARN), Some(policy));
    assert_eq!(trial.state.topic_owner(ARN), Some(ACCOUNT));
    let none = json!({"TopicArn": ARN, "AttributeName": "Owner", "AttributeValue": OTHER});
    trial.refused("sns:SetTopicAttributes", none);
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn topics_are_listed_in_pages_and_by_region() {
    let mut trial = Trial::new();
    for number in 0..101 {
        trial.topic(&format!("t{number:03}"));
    }
    trial.region = "eu-west-1";
    trial.topic("abroad");
    trial.region = "us-east-1";
    let first = trial.ok("sns:ListTopics", json!({}));
    assert_eq!(first["Topics"].as_array().unwrap().len(), 100);
    let second = trial.ok("sns:ListTopics", json!({"NextToken": first["NextToken"]}));
    let last = "arn:aws:sns:us-east-1:111122223333:t100";
    assert_eq!(second, json!({"Topics": [{"TopicArn": last}]}));
    trial.refused("sns:ListTopics", json!({"NextToken": "?"}));
    let abroad = json!({"TopicArn": "arn:aws:sns:eu-west-1:111122223333:abroad"});
    let refused = trial.refused("sns:GetTopicAttributes", abroad);
    assert!(refused.starts_with("InvalidParameterException: "), "{refused}");
    trial.assert_fits_models();
}

#[test]
fn a_deleted_topic_is_gone_and_deleting_again_succeeds() {
    let mut trial = Trial::new();
    trial.topic("news");
    trial.ok("sns:DeleteTopic", json!({"TopicArn": ARN}));
    trial.ok("sns:DeleteTopic", json!({"TopicArn": ARN}));
    assert_eq!(
        trial.refused("sns:GetTopicAttributes", json!({"TopicArn": ARN})),
        "NotFoundException: Topic does not exist"
    );
    trial.refused("sns:DeleteTopic", json!({"TopicArn": "news"}));
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn permissions_are_statements_of_the_policy() {
    let mut trial = Trial::new();
    trial.topic("news");
    let give = |actions: serde_json::Value| {
        json!({"TopicArn": ARN, "Label": "let", "AWSAccountId": [OTHER, ACCOUNT],
            "ActionName": actions})
    };
    trial.ok("sns:AddPermission", give(json!(["Publish", "Subscribe"])));
    let policy: serde_json::Value =
        serde_json::from_str(trial.state.topic_policy(ARN).unwrap()).unwrap();
    assert_eq!(
        policy["Statement"][1],
        json!({
            "Sid": "let", "Effect": "Allow", "Resource": ARN,
            "Principal": {"AWS": ["arn:aws:iam::444455556666:root", "arn:aws:iam::111122223333:root"]},
            "Action": ["SNS:Publish", "SNS:Subscribe"],
        })
    );
    trial.refused("sns:AddPermission", give(json!(["Publish"])));
    trial.refused("sns:AddPermission", give(json!(["ListTopics"])));
    for (name, value) in [("Label", json!("a b")), ("AWSAccountId", json!(["1111"]))] {
        let mut input = give(json!(["Publish"]));
        input[name] = value;
        let refused = trial.refused("sns:AddPermission", input);
        assert!(refused.contains(&format!("parameter: {name} Reason: ")), "{refused}");
    }
    for label in ["let", "__default_statement_ID"] {
        trial.ok("sns:RemovePermission", json!({"TopicArn": ARN, "Label": label}));
    }
    trial.refused("sns:RemovePermission", json!({"TopicArn": ARN, "Label": "let"}));
    assert!(trial.state.topic_policy(ARN).unwrap().contains("__default_statement_ID"));
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn tags_are_kept() {
    let mut trial = Trial::new();
    trial.topic("news");
    let tag = |key: &str| json!({"ResourceArn": ARN, "Tags": [{"Key": key, "Value": "v"}]});
    trial.ok("sns:TagResource", tag("b"));
    trial.ok("sns:TagResource", tag("a"));
    let listed = trial.ok("sns:ListTagsForResource", json!({"ResourceArn": ARN}));
    assert_eq!(listed, json!({"Tags": [{"Key": "a", "Value": "v"}, {"Key": "b", "Value": "v"}]}));
    trial.ok("sns:UntagResource", json!({"ResourceArn": ARN, "TagKeys": ["a"]}));
    let listed = trial.ok("sns:ListTagsForResource", json!({"ResourceArn": ARN}));
    assert_eq!(listed, json!({"Tags": [{"Key": "b", "Value": "v"}]}));
    trial.refused("sns:TagResource", tag("aws:x"));
    for number in 1..50 {
        trial.ok("sns:TagResource", tag(&format!("k{number}")));
    }
    let refused = trial.refused("sns:TagResource", tag("one-more"));
    assert!(refused.starts_with("TagLimitExceededException: "), "{refused}");
    let none = json!({"ResourceArn": "arn:aws:sns:us-east-1:111122223333:none"});
    let refused = trial.refused("sns:ListTagsForResource", none);
    assert_eq!(refused, "ResourceNotFoundException: Resource does not exist");
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn what_a_call_needs_names_topic_owner_policy_and_conditions() {
    let mut trial = Trial::new();
    trial.topic("news");
    trial.account = OTHER;
    let subscribe = json!({"TopicArn": ARN, "Protocol": "https", "Endpoint": "https://x.example"});
    let needs = trial.needs("sns:Subscribe", &subscribe);
    assert_eq!(needs[0].action, "sns:Subscribe");
    assert_eq!((needs[0].resource.as_str(), needs[0].owner.as_deref()), (ARN, Some(ACCOUNT)));
    assert_eq!(needs[0].policy.as_deref(), trial.state.topic_policy(ARN));
    let endpoint = "https://x.example".to_owned();
    assert_eq!(
        needs[0].conditions,
        [
            ("aws:SourceOwner", OTHER.to_owned()),
            ("sns:Protocol", "https".to_owned()),
            ("sns:Endpoint", endpoint),
        ]
    );
    for (operation, action) in [("Publish", "sns:Publish"), ("PublishBatch", "sns:Publish")] {
        let needs = trial.needs(&format!("sns:{operation}"), &json!({"TopicArn": ARN}));
        assert_eq!(needs[0].action, action);
    }
    let needs = trial.needs("sns:Unsubscribe", &json!({"SubscriptionArn": format!("{ARN}:1")}));
    assert_eq!(needs[0].resource, ARN);
    assert_eq!(trial.needs("sns:ListTopics", &json!({}))[0].resource, "*");
}
