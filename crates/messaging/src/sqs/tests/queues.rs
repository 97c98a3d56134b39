//! Queues: made, found, set, listed, deleted.

use serde_json::json;

use crate::trial::{ACCOUNT, OTHER, Trial};

const URL: &str = "https://trail.example:4570/111122223333/logs";

#[test]
fn a_queue_is_found_by_its_name_and_by_the_end_of_its_url() {
    let mut trial = Trial::new();
    assert_eq!(trial.queue("logs", json!({})), URL);
    let found = trial.ok("sqs:GetQueueUrl", json!({"QueueName": "logs"}));
    assert_eq!(found, json!({"QueueUrl": URL}));
    let url = format!("https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/logs");
    trial.ok("sqs:SendMessage", json!({"QueueUrl": url, "MessageBody": "x"}));
    for url in ["logs", "https://trail.example/logs", "", "https://trail.example/1111/logs"] {
        let refused = trial.refused("sqs:DeleteQueue", json!({"QueueUrl": url}));
        assert!(refused.starts_with("InvalidAddress: "), "{refused}");
    }
    trial.region = "eu-west-1";
    let refused = trial.refused("sqs:GetQueueUrl", json!({"QueueName": "logs"}));
    assert_eq!(refused, "QueueDoesNotExist: The specified queue does not exist.");
    trial.assert_fits_models();
}

#[test]
fn creating_again_is_the_same_unless_an_attribute_differs() {
    let mut trial = Trial::new();
    trial.queue("logs", json!({"VisibilityTimeout": "60"}));
    let before = trial.state.clone();
    trial.queue("logs", json!({}));
    trial.queue("logs", json!({"VisibilityTimeout": "60"}));
    assert_eq!(before, trial.state);
    let input = json!({"QueueName": "logs", "Attributes": {"VisibilityTimeout": "61"}});
    assert_eq!(
        trial.refused("sqs:CreateQueue", input),
        "QueueNameExists: A queue already exists with the same name and a different value for \
         attribute VisibilityTimeout"
    );
    trial.assert_folds_twice();
}

#[test]
fn what_is_no_queue_is_refused() {
    let mut trial = Trial::new();
    let long = "q".repeat(81);
    for (name, attributes, code) in [
        ("a b", json!({}), "InvalidParameterValue"),
        ("", json!({}), "InvalidParameterValue"),
        (long.as_str(), json!({}), "InvalidParameterValue"),
        ("logs.fifo", json!({}), "UnsupportedOperation"),
        ("logs", json!({"FifoQueue": "true"}), "UnsupportedOperation"),
        ("logs", json!({"KmsMasterKeyId": "alias/x"}), "UnsupportedOperation"),
        ("logs", json!({"SqsManagedSseEnabled": "true"}), "UnsupportedOperation"),
        ("logs", json!({"VisibilityTimeout": "43201"}), "InvalidAttributeValue"),
        ("logs", json!({"VisibilityTimeout": "-1"}), "InvalidAttributeValue"),
        ("logs", json!({"MaximumMessageSize": "1023"}), "InvalidAttributeValue"),
        ("logs", json!({"MessageRetentionPeriod": "59"}), "InvalidAttributeValue"),
        ("logs", json!({"DelaySeconds": "901"}), "InvalidAttributeValue"),
        ("logs", json!({"ReceiveMessageWaitTimeSeconds": "21"}), "InvalidAttributeValue"),
        ("logs", json!({"Policy": "{"}), "InvalidAttributeValue"),
        ("logs", json!({"RedrivePolicy": "{}"}), "InvalidAttributeValue"),
        ("logs", json!({"RedriveAllowPolicy": "{}"}), "InvalidAttributeValue"),
        ("logs", json!({"QueueArn": "x"}), "InvalidAttributeName"),
    ] {
        let input = json!({"QueueName": name, "Attributes": attributes});
        let refused = trial.refused("sqs:CreateQueue", input.clone());
        assert!(refused.starts_with(&format!("{code}: ")), "{input}: {refused}");
    }
    trial.assert_fits_models();
}

#[test]
fn attributes_are_shown_and_set() {
    let mut trial = Trial::new();
    let url = trial.queue("logs", json!({"DelaySeconds": "5"}));
    trial.wait(10);
    let set = json!({"QueueUrl": url, "Attributes": {"MessageRetentionPeriod": "60"}});
    trial.ok("sqs:SetQueueAttributes", set);
    let all =
        trial.ok("sqs:GetQueueAttributes", json!({"QueueUrl": url, "AttributeNames": ["All"]}));
    assert_eq!(
        all["Attributes"],
        json!({
            "VisibilityTimeout": "30", "MaximumMessageSize": "1048576",
            "MessageRetentionPeriod": "60", "DelaySeconds": "5",
            "ReceiveMessageWaitTimeSeconds": "0",
            "QueueArn": "arn:aws:sqs:us-east-1:111122223333:logs",
            "ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0",
            "ApproximateNumberOfMessagesDelayed": "0", "CreatedTimestamp": "1795161600",
            "LastModifiedTimestamp": "1795161610", "SqsManagedSseEnabled": "false",
        })
    );
    let one = json!({"QueueUrl": url, "AttributeNames": ["Policy", "QueueArn"]});
    let one = trial.ok("sqs:GetQueueAttributes", one);
    assert_eq!(one["Attributes"], json!({"QueueArn": "arn:aws:sqs:us-east-1:111122223333:logs"}));
    assert_eq!(trial.ok("sqs:GetQueueAttributes", json!({"QueueUrl": url})), json!({}));
    let fifo = json!({"QueueUrl": url, "AttributeNames": ["FifoQueue"]});
    assert_eq!(trial.ok("sqs:GetQueueAttributes", fifo), json!({}));
    trial.assert_folds_twice();
    trial.assert_fits_models();
    let unknown = json!({"QueueUrl": url, "AttributeNames": ["Fifo"]});
    let refused = trial.refused("sqs:GetQueueAttributes", unknown);
    assert_eq!(refused, "InvalidAttributeName: Unknown Attribute Fifo.");
}

#[test]
fn queues_are_listed_by_prefix_and_in_pages() {
    let mut trial = Trial::new();
    for name in ["b", "a2", "a1"] {
        trial.queue(name, json!({}));
    }
    trial.account = OTHER;
    trial.queue("a3", json!({}));
    trial.account = ACCOUNT;
    let url = |name: &str| format!("https://trail.example:4570/{ACCOUNT}/{name}");
    let all = trial.ok("sqs:ListQueues", json!({}));
    assert_eq!(all, json!({"QueueUrls": [url("a1"), url("a2"), url("b")]}));
    let some = trial.ok("sqs:ListQueues", json!({"QueueNamePrefix": "a", "MaxResults": 1}));
    assert_eq!(some["QueueUrls"], json!([url("a1")]));
    let next = json!({"QueueNamePrefix": "a", "MaxResults": 1, "NextToken": some["NextToken"]});
    assert_eq!(trial.ok("sqs:ListQueues", next), json!({"QueueUrls": [url("a2")]}));
    assert_eq!(trial.ok("sqs:ListQueues", json!({"QueueNamePrefix": "z"})), json!({}));
    for bad in [json!({"NextToken": "?"}), json!({"MaxResults": 0}), json!({"MaxResults": 1001})] {
        trial.refused("sqs:ListQueues", bad);
    }
    trial.assert_fits_models();
}

#[test]
fn a_deleted_queue_is_gone_and_its_name_free() {
    let mut trial = Trial::new();
    let url = trial.queue("logs", json!({}));
    trial.ok("sqs:SendMessage", json!({"QueueUrl": url, "MessageBody": "x"}));
    assert_eq!(trial.ok("sqs:DeleteQueue", json!({"QueueUrl": url})), json!({}));
    let refused = trial.refused("sqs:ReceiveMessage", json!({"QueueUrl": url}));
    assert_eq!(refused, "QueueDoesNotExist: The specified queue does not exist.");
    trial.queue("logs", json!({}));
    assert_eq!(trial.bodies(&url), [""; 0]);
    trial.assert_folds_twice();
}

#[test]
fn permissions_are_statements_of_the_policy() {
    let mut trial = Trial::new();
    let url = trial.queue("logs", json!({}));
    let give = |actions: serde_json::Value| json!({"QueueUrl": url, "Label": "let", "AWSAccountIds": [OTHER], "Actions": actions});
    trial.ok("sqs:AddPermission", give(json!(["SendMessage"])));
    let arn = "arn:aws:sqs:us-east-1:111122223333:logs";
    let policy: serde_json::Value =
        serde_json::from_str(trial.state.queue_policy(arn).unwrap()).unwrap();
    assert_eq!(
        policy["Statement"],
        json!([{
            "Sid": "let", "Effect": "Allow", "Action": "SQS:SendMessage", "Resource": arn,
            "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
        }])
    );
    let refused = trial.refused("sqs:AddPermission", give(json!(["SendMessage"])));
    assert!(refused.ends_with("Reason: Already exists."), "{refused}");
    let refused = trial.refused("sqs:AddPermission", give(json!(["DeleteQueue"])));
    assert!(refused.contains("Only the queue owner"), "{refused}");
    for (name, value) in [("Label", json!("a b")), ("AWSAccountIds", json!(["1111"]))] {
        let mut input = give(json!(["SendMessage"]));
        input[name] = value;
        let refused = trial.refused("sqs:AddPermission", input);
        assert!(refused.contains(&format!("for parameter {name} is invalid")), "{refused}");
    }
    let remove = json!({"QueueUrl": url, "Label": "let"});
    trial.ok("sqs:RemovePermission", remove.clone());
    assert_eq!(trial.state.queue_policy(arn), None);
    let refused = trial.refused("sqs:RemovePermission", remove);
    assert!(refused.ends_with("can't find label on existing policy."), "{refused}");
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn a_policy_must_be_one_for_queues_that_can_be_read() {
    let mut trial = Trial::new();
    let url = trial.queue("logs", json!({}));
    let with = |statement: serde_json::Value| {
        let policy = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
        json!({"QueueUrl": url, "Attributes": {"Policy": policy}})
    };
    let good = json!({"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"});
    trial.ok("sqs:SetQueueAttributes", with(good.clone()));
    for (member, bad) in [
        ("Effect", json!("Maybe")),
        ("Principal", json!(null)),
        ("Action", json!("sns:Publish")),
        ("Action", json!(["sqs:SendMessage", "s3:GetObject"])),
        ("Sid", json!("Unreadable")),
    ] {
        let mut statement = good.clone();
        match bad {
            serde_json::Value::Null => drop(statement.as_object_mut().unwrap().remove(member)),
            bad => statement[member] = bad,
        }
        let refused = trial.refused("sqs:SetQueueAttributes", with(json!([statement])));
        assert!(refused.starts_with("InvalidAttributeValue: "), "{member}: {refused}");
    }
    trial.ok("sqs:SetQueueAttributes", json!({"QueueUrl": url, "Attributes": {"Policy": ""}}));
    assert_eq!(trial.state.queue_policy("arn:aws:sqs:us-east-1:111122223333:logs"), None);
}

#[test]
fn tags_are_kept() {
    let mut trial = Trial::new();
    let input = json!({"QueueName": "logs", "tags": {"team": "audit"}});
    let url = trial.ok("sqs:CreateQueue", input)["QueueUrl"].clone();
    trial.ok("sqs:TagQueue", json!({"QueueUrl": url, "Tags": {"stage": "live", "team": "ops"}}));
    let listed = trial.ok("sqs:ListQueueTags", json!({"QueueUrl": url}));
    assert_eq!(listed, json!({"Tags": {"stage": "live", "team": "ops"}}));
    trial.ok("sqs:UntagQueue", json!({"QueueUrl": url, "TagKeys": ["team", "none"]}));
    let listed = trial.ok("sqs:ListQueueTags", json!({"QueueUrl": url}));
    assert_eq!(listed, json!({"Tags": {"stage": "live"}}));
    let many: serde_json::Map<_, _> =
        (0..50).map(|number| (format!("k{number}"), json!("v"))).collect();
    trial.refused("sqs:TagQueue", json!({"QueueUrl": url, "Tags": many}));
    trial.refused("sqs:TagQueue", json!({"QueueUrl": url, "Tags": {"aws:x": "v"}}));
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn what_a_call_needs_names_queue_owner_and_policy() {
    let mut trial = Trial::new();
    let url = trial.queue("logs", json!({}));
    trial.account = OTHER;
    let needs = trial.needs("sqs:SendMessageBatch", &json!({"QueueUrl": url}));
    assert_eq!(needs.len(), 1);
    assert_eq!(needs[0].action, "sqs:SendMessage");
    assert_eq!(needs[0].resource, "arn:aws:sqs:us-east-1:111122223333:logs");
    assert_eq!((needs[0].policy.as_deref(), needs[0].owner.as_deref()), (None, Some(ACCOUNT)));
    let needs = trial.needs("sqs:CreateQueue", &json!({"QueueName": "x", "tags": {"a": "b"}}));
    let actions: Vec<_> = needs.iter().map(|need| need.action.as_str()).collect();
    assert_eq!(actions, ["sqs:CreateQueue", "sqs:TagQueue"]);
}

#[test]
fn the_limit_of_queues_holds() {
    let mut trial = Trial::new();
    trial.settings.queues_max = 1;
    trial.queue("a", json!({}));
    let refused = trial.refused("sqs:CreateQueue", json!({"QueueName": "b"}));
    assert!(refused.starts_with("OverLimit: "), "{refused}");
    trial.region = "eu-west-1";
    trial.queue("b", json!({}));
}
