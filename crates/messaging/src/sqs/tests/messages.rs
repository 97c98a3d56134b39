//! Messages: sent, received, hidden, deleted, given up.

use serde_json::{Value, json};

use crate::trial::Trial;
use crate::wait_seconds;

fn counts(trial: &mut Trial, url: &str) -> [String; 3] {
    let all =
        trial.ok("sqs:GetQueueAttributes", json!({"QueueUrl": url, "AttributeNames": ["All"]}));
    ["", "NotVisible", "Delayed"].map(|kind| {
        let name = format!("ApproximateNumberOfMessages{kind}");
        all["Attributes"][name].as_str().unwrap().to_owned()
    })
}

fn send(trial: &mut Trial, url: &str, body: &str) {
    trial.ok("sqs:SendMessage", json!({"QueueUrl": url, "MessageBody": body}));
}

#[test]
fn a_message_goes_in_and_comes_out_with_the_digests_that_clients_check() {
    let mut trial = Trial::new();
    let url = trial.queue("logs", json!({}));
    // the digests were computed apart from this crate
    let attributes = json!({
        "City": {"DataType": "String", "StringValue": "Any City"},
        "price": {"DataType": "Number", "StringValue": "1.5"},
        "raw": {"DataType": "Binary.png", "BinaryValue": "AP8Q"},
    });
    let trace = "Root=1-5759e988-bd862e3fe1be46a994272793";
    let sent = trial.ok(
        "sqs:SendMessage",
        json!({
            "QueueUrl": url, "MessageBody": "héllo", "MessageAttributes": attributes,
            "MessageSystemAttributes": {
                "AWSTraceHeader": {"DataType": "String", "StringValue": trace},
            },
        }),
    );
    let whole = "dc0fb48e30a129c152215298f4c54430";
    assert_eq!(sent["MD5OfMessageBody"], "be50e8478cf24ff3595bc7307fb91b50");
    assert_eq!(sent["MD5OfMessageAttributes"], whole);
    assert_eq!(sent["MD5OfMessageSystemAttributes"], "62a56dd927315f2b2e12832b84617ea5");
    trial.wait(1);
    let message = trial.receive(&url).remove(0);
    assert_eq!(message["MessageId"], sent["MessageId"]);
    assert_eq!(message["MD5OfBody"], sent["MD5OfMessageBody"]);
    assert_eq!(message["MD5OfMessageAttributes"], whole);
    assert_eq!(message["MessageAttributes"], attributes);
    assert_eq!(
        message["Attributes"],
        json!({
            "SenderId": "AIDAEXAMPLE", "SentTimestamp": "1795161600000",
            "ApproximateReceiveCount": "1", "ApproximateFirstReceiveTimestamp": "1795161601000",
            "AWSTraceHeader": trace,
        })
    );
    trial.wait(30);
    let again = json!({
        "QueueUrl": url, "MessageAttributeNames": ["Ci.*"], "AttributeNames": ["SentTimestamp"],
    });
    let message = trial.ok("sqs:ReceiveMessage", again)["Messages"][0].clone();
    assert_eq!(message["MD5OfMessageAttributes"], "0c32cb5c844c01fbd5b6b434b52cf670");
    assert_eq!(message["MessageAttributes"].as_object().unwrap().len(), 1);
    assert_eq!(message["Attributes"], json!({"SentTimestamp": "1795161600000"}));
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn a_received_message_is_hidden_until_its_time_is_over_or_it_is_deleted() {
    let mut trial = Trial::new();
    let url = trial.queue("logs", json!({}));
    send(&mut trial, &url, "a");
    assert_eq!(counts(&mut trial, &url), ["1", "0", "0"]);
    let first = trial.receive(&url).remove(0);
    assert_eq!(counts(&mut trial, &url), ["0", "1", "0"]);
    trial.wait(29);
    assert_eq!(trial.bodies(&url), [""; 0]);
    trial.wait(1);
    let second = trial.receive(&url).remove(0);
    assert_eq!(second["Attributes"]["ApproximateReceiveCount"], "2");
    let delete =
        |message: &Value| json!({"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]});
    trial.ok("sqs:DeleteMessage", delete(&first));
    assert_eq!(counts(&mut trial, &url), ["0", "1", "0"]);
    trial.ok("sqs:DeleteMessage", delete(&second));
    assert_eq!(counts(&mut trial, &url), ["0", "0", "0"]);
    trial.ok("sqs:DeleteMessage", delete(&second));
    let junk = json!({"QueueUrl": url, "ReceiptHandle": "junk"});
    let refused = trial.refused("sqs:DeleteMessage", junk);
    assert!(refused.starts_with("ReceiptHandleIsInvalid: "), "{refused}");
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn a_handle_deletes_nothing_in_another_queue() {
    let mut trial = Trial::new();
    let (one, two) = (trial.queue("one", json!({})), trial.queue("two", json!({})));
    send(&mut trial, &one, "a");
    send(&mut trial, &two, "b");
    let message = trial.receive(&one).remove(0);
    trial.receive(&two);
    let delete = json!({"QueueUrl": two, "ReceiptHandle": message["ReceiptHandle"]});
    trial.ok("sqs:DeleteMessage", delete);
    assert_eq!(counts(&mut trial, &two), ["0", "1", "0"]);
}

#[test]
fn visibility_is_changed_while_a_message_is_in_flight() {
    let mut trial = Trial::new();
    let url = trial.queue("logs", json!({"VisibilityTimeout": "10"}));
    send(&mut trial, &url, "a");
    let message = trial.receive(&url).remove(0);
    let change = |seconds: i64| {
        json!({
            "QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"],
            "VisibilityTimeout": seconds,
        })
    };
    trial.ok("sqs:ChangeMessageVisibility", change(100));
    trial.wait(99);
    assert_eq!(trial.bodies(&url), [""; 0]);
    let refused = trial.refused("sqs:ChangeMessageVisibility", change(43_200));
    assert!(refused.contains("beyond the limit [43200 seconds]"), "{refused}");
    trial.refused("sqs:ChangeMessageVisibility", change(43_201));
    trial.ok("sqs:ChangeMessageVisibility", change(0));
    let refused = trial.refused("sqs:ChangeMessageVisibility", change(5));
    assert!(refused.starts_with("MessageNotInflight: "), "{refused}");
    assert_eq!(trial.bodies(&url), ["a"]);
    let refused = trial.refused("sqs:ChangeMessageVisibility", change(5));
    assert!(refused.contains("Message does not exist or is not available"), "{refused}");
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn delays_are_of_the_message_or_of_the_queue() {
    let mut trial = Trial::new();
    let url = trial.queue("logs", json!({"DelaySeconds": "60"}));
    send(&mut trial, &url, "queue");
    let own = json!({"QueueUrl": url, "MessageBody": "own", "DelaySeconds": 5});
    trial.ok("sqs:SendMessage", own);
    assert_eq!(counts(&mut trial, &url), ["0", "0", "2"]);
    trial.wait(5);
    assert_eq!(counts(&mut trial, &url), ["1", "0", "1"]);
    assert_eq!(trial.bodies(&url), ["own"]);
    trial.wait(55);
    assert_eq!(trial.bodies(&url), ["own", "queue"]);
}

#[test]
fn messages_expire_and_are_taken_out_by_the_next_send_or_receive() {
    let mut trial = Trial::new();
    let url = trial.queue("logs", json!({"MessageRetentionPeriod": "60"}));
    send(&mut trial, &url, "old");
    trial.wait(59);
    send(&mut trial, &url, "new");
    assert_eq!(counts(&mut trial, &url), ["2", "0", "0"]);
    trial.wait(1);
    assert_eq!(counts(&mut trial, &url), ["1", "0", "0"]);
    let arn = "arn:aws:sqs:us-east-1:111122223333:logs";
    assert_eq!(trial.state.queue(arn).unwrap().backlog.len(), 2);
    assert_eq!(trial.bodies(&url), ["new"]);
    assert_eq!(trial.state.queue(arn).unwrap().backlog.len(), 1);
    trial.wait(60);
    assert!(!trial.state.has_visible(arn, trial.now));
    assert_eq!(trial.bodies(&url), [""; 0]);
    assert!(trial.state.queue(arn).unwrap().backlog.is_empty());
    trial.assert_folds_twice();
}

#[test]
fn a_message_that_expires_in_flight_is_gone_for_its_receiver_too() {
    let mut trial = Trial::new();
    let attributes = json!({"MessageRetentionPeriod": "60", "VisibilityTimeout": "600"});
    let url = trial.queue("logs", attributes);
    send(&mut trial, &url, "a");
    let handle = trial.receive(&url)[0]["ReceiptHandle"].clone();
    let hide = json!({"QueueUrl": url, "ReceiptHandle": handle, "VisibilityTimeout": 9});
    trial.wait(59);
    trial.ok("sqs:ChangeMessageVisibility", hide.clone());
    trial.wait(1);
    assert_eq!(counts(&mut trial, &url), ["0", "0", "0"]);
    let refused = trial.refused("sqs:ChangeMessageVisibility", hide);
    assert!(refused.contains("Message does not exist"), "{refused}");
    trial.ok("sqs:DeleteMessage", json!({"QueueUrl": url, "ReceiptHandle": handle}));
}

#[test]
fn batches_say_of_each_entry_how_it_went() {
    let mut trial = Trial::new();
    let url = trial.queue("logs", json!({}));
    let entries = json!([
        {"Id": "a", "MessageBody": "one"},
        {"Id": "b", "MessageBody": "\u{1}"},
        {"Id": "c", "MessageBody": "three", "DelaySeconds": 0},
    ]);
    let sent = trial.ok("sqs:SendMessageBatch", json!({"QueueUrl": url, "Entries": entries}));
    assert_eq!(sent["Successful"][1]["Id"], "c");
    assert_eq!(sent["Failed"][0]["Id"], "b");
    assert_eq!(sent["Failed"][0]["Code"], "InvalidMessageContents");
    let messages = trial.receive(&url);
    let entries = json!([
        {"Id": "x", "ReceiptHandle": messages[0]["ReceiptHandle"], "VisibilityTimeout": 0},
        {"Id": "y", "ReceiptHandle": "junk", "VisibilityTimeout": 0},
    ]);
    let input = json!({"QueueUrl": url, "Entries": entries});
    let changed = trial.ok("sqs:ChangeMessageVisibilityBatch", input);
    assert_eq!(changed["Successful"], json!([{"Id": "x"}]));
    assert_eq!(changed["Failed"][0]["Code"], "ReceiptHandleIsInvalid");
    let entries = json!([
        {"Id": "x", "ReceiptHandle": messages[0]["ReceiptHandle"]},
        {"Id": "y", "ReceiptHandle": "junk"},
    ]);
    let input = json!({"QueueUrl": url, "Entries": entries});
    let deleted = trial.ok("sqs:DeleteMessageBatch", input);
    assert_eq!(deleted["Successful"], json!([{"Id": "x"}]));
    assert_eq!(deleted["Failed"][0]["SenderFault"], true);
    assert_eq!(counts(&mut trial, &url), ["0", "1", "0"]);
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn a_batch_is_refused_as_a_whole_when_it_is_none() {
    let mut trial = Trial::new();
    let url = trial.queue("logs", json!({}));
    let entry = |id: &str| json!({"Id": id, "MessageBody": "x"});
    let eleven: Vec<_> = (0..11).map(|number| entry(&number.to_string())).collect();
    let large = |id: &str| json!({"Id": id, "MessageBody": "x".repeat(600_000)});
    for (entries, code) in [
        (json!([]), "EmptyBatchRequest"),
        (json!(eleven), "TooManyEntriesInBatchRequest"),
        (json!([entry("a"), entry("a")]), "BatchEntryIdsNotDistinct"),
        (json!([entry("a b")]), "InvalidBatchEntryId"),
        (json!([large("a"), large("b")]), "BatchRequestTooLong"),
    ] {
        let input = json!({"QueueUrl": url, "Entries": entries});
        let refused = trial.refused("sqs:SendMessageBatch", input);
        assert!(refused.starts_with(&format!("{code}: ")), "{refused}");
    }
    trial.assert_fits_models();
}

#[test]
fn what_is_no_message_is_refused() {
    let mut trial = Trial::new();
    let url = trial.queue("logs", json!({"MaximumMessageSize": "1024"}));
    let text = |name: &str, kind: &str, value: &str| {
        json!({"MessageBody": "x", "MessageAttributes": {
            name: {"DataType": kind, "StringValue": value},
        }})
    };
    let eleven: serde_json::Map<_, _> = (0..11)
        .map(|at| (format!("a{at}"), json!({"DataType": "String", "StringValue": "x"})))
        .collect();
    for (mut input, code) in [
        (json!({"MessageBody": ""}), "MissingParameter"),
        (json!({"MessageBody": "\u{fffe}"}), "InvalidMessageContents"),
        (json!({"MessageBody": "x".repeat(1025)}), "InvalidParameterValue"),
        (json!({"MessageBody": "x", "DelaySeconds": 901}), "InvalidParameterValue"),
        (json!({"MessageBody": "x", "MessageGroupId": "g"}), "InvalidParameterValue"),
        (json!({"MessageBody": "x", "MessageDeduplicationId": "d"}), "InvalidParameterValue"),
        (text("AWS.x", "String", "v"), "InvalidParameterValue"),
        (text("a..b", "String", "v"), "InvalidParameterValue"),
        (text("a b", "String", "v"), "InvalidParameterValue"),
        (text("a", "String", ""), "InvalidParameterValue"),
        (text("a", "Number", "one"), "InvalidParameterValue"),
        (text("a", "Number", "NaN"), "InvalidParameterValue"),
        (text("a", "Truth", "v"), "InvalidParameterValue"),
        (text("a", "Binary", "v"), "InvalidParameterValue"),
        (json!({"MessageBody": "x", "MessageAttributes": eleven}), "InvalidParameterValue"),
    ] {
        input["QueueUrl"] = json!(url);
        let refused = trial.refused("sqs:SendMessage", input.clone());
        assert!(refused.starts_with(&format!("{code}: ")), "{input}: {refused}");
    }
    let edge = json!({"QueueUrl": url, "MessageBody": "x".repeat(1024)});
    trial.ok("sqs:SendMessage", edge);
    trial.assert_fits_models();
}

#[test]
fn what_is_no_receive_is_refused() {
    let mut trial = Trial::new();
    let url = trial.queue("logs", json!({}));
    for (name, value) in [
        ("MaxNumberOfMessages", 0),
        ("MaxNumberOfMessages", 11),
        ("VisibilityTimeout", -1),
        ("VisibilityTimeout", 43_201),
        ("WaitTimeSeconds", 21),
    ] {
        let refused = trial.refused("sqs:ReceiveMessage", json!({"QueueUrl": url, name: value}));
        let text = format!("InvalidParameterValue: Value {value} for parameter {name} is invalid.");
        assert!(refused.starts_with(&text), "{refused}");
    }
}

#[test]
fn a_message_received_too_often_goes_to_the_dead_letter_queue() {
    let mut trial = Trial::new();
    let dead = trial.queue("dead", json!({}));
    let dead_arn = "arn:aws:sqs:us-east-1:111122223333:dead";
    let redrive = json!({"deadLetterTargetArn": dead_arn, "maxReceiveCount": "2"}).to_string();
    let url = trial.queue("logs", json!({"RedrivePolicy": redrive, "VisibilityTimeout": "1"}));
    send(&mut trial, &url, "poison");
    for _ in 0..2 {
        assert_eq!(trial.bodies(&url), ["poison"]);
        trial.wait(1);
    }
    assert_eq!(trial.bodies(&url), [""; 0]);
    let message = trial.receive(&dead).remove(0);
    assert_eq!(message["Attributes"]["ApproximateReceiveCount"], "3");
    let first = &message["Attributes"]["ApproximateFirstReceiveTimestamp"];
    assert_eq!(*first, trial.state.queues().next().unwrap().1.created.as_millisecond().to_string());
    let source = "arn:aws:sqs:us-east-1:111122223333:logs";
    assert_eq!(message["Attributes"]["DeadLetterQueueSourceArn"], source);
    let listed = trial.ok("sqs:ListDeadLetterSourceQueues", json!({"QueueUrl": dead}));
    assert_eq!(listed, json!({"queueUrls": [url]}));
    trial.assert_folds_twice();
    trial.assert_fits_models();
}

#[test]
fn a_dead_letter_queue_that_is_gone_or_full_leaves_messages_where_they_are() {
    let mut trial = Trial::new();
    let dead = trial.queue("dead", json!({}));
    let dead_arn = "arn:aws:sqs:us-east-1:111122223333:dead";
    let redrive = json!({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 1}).to_string();
    let url = trial.queue("logs", json!({"RedrivePolicy": redrive, "VisibilityTimeout": "0"}));
    send(&mut trial, &dead, "full");
    send(&mut trial, &url, "poison");
    trial.settings.queue_messages_max = 1;
    assert_eq!([trial.bodies(&url), trial.bodies(&url)], [["poison"], ["poison"]]);
    trial.ok("sqs:DeleteQueue", json!({"QueueUrl": dead}));
    assert_eq!(trial.bodies(&url), ["poison"]);
    trial.assert_folds_twice();
}

#[test]
fn a_redrive_policy_must_name_a_willing_queue_nearby() {
    let mut trial = Trial::new();
    let url = trial.queue("logs", json!({}));
    let set = |target: &str, count: i64| {
        let policy = json!({
            "deadLetterTargetArn": format!("arn:aws:sqs:{target}"), "maxReceiveCount": count,
        });
        json!({"QueueUrl": url, "Attributes": {"RedrivePolicy": policy.to_string()}})
    };
    let deny = json!({"redrivePermission": "denyAll"}).to_string();
    trial.queue("closed", json!({"RedriveAllowPolicy": deny}));
    let sources = ["arn:aws:sqs:us-east-1:111122223333:logs"];
    let open = json!({"redrivePermission": "byQueue", "sourceQueueArns": sources}).to_string();
    trial.queue("open", json!({"RedriveAllowPolicy": open}));
    for (target, count) in [
        ("us-east-1:111122223333:none", 1),
        ("us-east-1:111122223333:logs", 1),
        ("eu-west-1:111122223333:open", 1),
        ("us-east-1:444455556666:open", 1),
        ("us-east-1:111122223333:closed", 1),
        ("us-east-1:111122223333:open", 0),
        ("us-east-1:111122223333:open", 1001),
    ] {
        let refused = trial.refused("sqs:SetQueueAttributes", set(target, count));
        assert!(refused.starts_with("InvalidAttributeValue: "), "{target}: {refused}");
    }
    trial.ok("sqs:SetQueueAttributes", set("us-east-1:111122223333:open", 1000));
    trial.assert_folds_twice();
}

#[test]
fn a_purge_empties_and_waits_a_minute() {
    let mut trial = Trial::new();
    let url = trial.queue("logs", json!({}));
    send(&mut trial, &url, "a");
    trial.ok("sqs:PurgeQueue", json!({"QueueUrl": url}));
    assert_eq!(counts(&mut trial, &url), ["0", "0", "0"]);
    trial.wait(59);
    assert_eq!(
        trial.refused("sqs:PurgeQueue", json!({"QueueUrl": url})),
        "PurgeQueueInProgress: Only one PurgeQueue operation on logs is allowed every 60 seconds."
    );
    trial.wait(1);
    trial.ok("sqs:PurgeQueue", json!({"QueueUrl": url}));
    trial.assert_folds_twice();
}

#[test]
fn the_limits_of_a_queue_hold() {
    let mut trial = Trial::new();
    trial.settings.queue_messages_max = 3;
    trial.settings.in_flight_max = 2;
    let url = trial.queue("logs", json!({}));
    let entries: Vec<_> =
        (0..4).map(|at| json!({"Id": at.to_string(), "MessageBody": "x"})).collect();
    let sent = trial.ok("sqs:SendMessageBatch", json!({"QueueUrl": url, "Entries": entries}));
    assert_eq!(sent["Failed"][0]["Id"], "3");
    let one = json!({"QueueUrl": url, "MessageBody": "x"});
    assert!(trial.refused("sqs:SendMessage", one.clone()).starts_with("OverLimit: "));
    assert_eq!(trial.receive(&url).len(), 2);
    let refused = trial.refused("sqs:ReceiveMessage", json!({"QueueUrl": url}));
    assert!(refused.starts_with("OverLimit: "), "{refused}");
    trial.wait(345_600);
    let sent = trial.ok("sqs:SendMessageBatch", json!({"QueueUrl": url, "Entries": entries}));
    assert_eq!(sent["Failed"].as_array().unwrap().len(), 1, "what has expired makes room");
    trial.wait(345_600);
    trial.ok("sqs:SendMessage", one);
    assert_eq!(counts(&mut trial, &url), ["1", "0", "0"]);
    trial.settings.queue_bytes_max = 1;
    let refused = trial.refused("sqs:SendMessage", json!({"QueueUrl": url, "MessageBody": "x"}));
    assert!(refused.starts_with("OverLimit: "), "{refused}");
}

#[test]
fn a_receive_waits_as_long_as_it_or_its_queue_says() {
    let mut trial = Trial::new();
    let url = trial.queue("logs", json!({"ReceiveMessageWaitTimeSeconds": "7"}));
    let mut random = || 0;
    let (account, region) = (trial.account, trial.region);
    let call = wire::Call { account, region, now: trial.now, random: &mut random };
    let waits = |url: &str, seconds: Option<i64>| {
        let input = wire::Members::new().with("QueueUrl", wire::Value::from(url));
        let input = input.with("WaitTimeSeconds", seconds.map(wire::Value::from));
        wait_seconds(&trial.state, &input, &call).map(|wait| wait.seconds)
    };
    assert_eq!(waits(&url, None), Some(7));
    assert_eq!(waits(&url, Some(3)), Some(3));
    assert_eq!(waits(&url, Some(0)), None);
    assert_eq!(waits(&url, Some(21)), None);
    assert_eq!(waits("https://x/111122223333/none", Some(3)), None);
}
