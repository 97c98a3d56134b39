//! SNS and SQS: data events without the messages.

use expect_test::expect;
use wire::{Members, Value};

use super::{Asked, state};

#[test]
fn a_published_message_is_hidden() {
    let value = Members::new().with("DataType", Value::from("String"));
    let attributes: Members = [("color".into(), Value::from(value))].into_iter().collect();
    let input = Members::new()
        .with("TopicArn", Value::from("arn:aws:sns:eu-central-1:111122223333:news"))
        .with("Message", Value::from("the message"))
        .with("Subject", Value::from("the subject"))
        .with("MessageStructure", Value::from("json"))
        .with("MessageAttributes", Value::from(attributes));
    Asked::new("sns", "Publish", input).done(
        &state(),
        &Members::new().with("MessageId", Value::from("m-1")),
        &expect![[r#"
            {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"sns.amazonaws.com","eventName":"Publish","awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2","requestParameters":{"topicArn":"arn:aws:sns:eu-central-1:111122223333:news","message":"HIDDEN_DUE_TO_SECURITY_REASONS","subject":"HIDDEN_DUE_TO_SECURITY_REASONS","messageStructure":"json","messageAttributes":"HIDDEN_DUE_TO_SECURITY_REASONS"},"responseElements":{"messageId":"m-1"},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":false,"resources":[{"accountId":"111122223333","type":"AWS::SNS::Topic","ARN":"arn:aws:sns:eu-central-1:111122223333:news"}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","eventCategory":"Data","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
        "#]],
    );
}

#[test]
fn a_batch_is_hidden_entry_by_entry_and_its_failures_are_not() {
    let entry =
        Members::new().with("Id", Value::from("one")).with("Message", Value::from("the message"));
    let input = Members::new()
        .with("TopicArn", Value::from("arn:aws:sns:eu-central-1:111122223333:news"))
        .with("PublishBatchRequestEntries", Value::from(vec![entry]));
    let failed = Members::new()
        .with("Id", Value::from("one"))
        .with("Code", Value::from("InvalidParameter"))
        .with("Message", Value::from("Subject"))
        .with("SenderFault", Value::from(true));
    let output = Members::new().with("Failed", Value::from(vec![failed]));
    Asked::new("sns", "PublishBatch", input).done(&state(), &output, &expect![[r#"
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"sns.amazonaws.com","eventName":"PublishBatch","awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2","requestParameters":{"topicArn":"arn:aws:sns:eu-central-1:111122223333:news","publishBatchRequestEntries":[{"id":"one","message":"HIDDEN_DUE_TO_SECURITY_REASONS"}]},"responseElements":{"failed":[{"id":"one","code":"InvalidParameter","message":"Subject","senderFault":true}]},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":false,"resources":[{"accountId":"111122223333","type":"AWS::SNS::Topic","ARN":"arn:aws:sns:eu-central-1:111122223333:news"}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","eventCategory":"Data","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
    "#]]);
}

#[test]
fn a_sent_message_is_hidden_and_its_sum_is_not() {
    let input = Members::new()
        .with("QueueUrl", Value::from("http://opentrail.example/111122223333/work"))
        .with("MessageBody", Value::from("the message"))
        .with("DelaySeconds", Value::from(5));
    let output = Members::new()
        .with("MD5OfMessageBody", Value::from("0f"))
        .with("MessageId", Value::from("m-1"));
    Asked::new("sqs", "SendMessage", input).done(&state(), &output, &expect![[r#"
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"sqs.amazonaws.com","eventName":"SendMessage","awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2","requestParameters":{"queueUrl":"http://opentrail.example/111122223333/work","messageBody":"HIDDEN_DUE_TO_SECURITY_REASONS","delaySeconds":5},"responseElements":{"mD5OfMessageBody":"0f","messageId":"m-1"},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":false,"resources":[{"accountId":"111122223333","type":"AWS::SQS::Queue","ARN":"arn:aws:sqs:eu-central-1:111122223333:work"}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","eventCategory":"Data","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
    "#]]);
}

#[test]
fn a_refused_message_names_its_queue_too() {
    let input = Members::new()
        .with("QueueUrl", Value::from("http://opentrail.example/444455556666/work"))
        .with("MessageBody", Value::from("the message"));
    Asked::new("sqs", "SendMessage", input).refused(&state(), "AccessDenied", &expect![[r#"
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"sqs.amazonaws.com","eventName":"SendMessage","awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2","errorCode":"AccessDenied","errorMessage":"No.","requestParameters":{"queueUrl":"http://opentrail.example/444455556666/work","messageBody":"HIDDEN_DUE_TO_SECURITY_REASONS"},"responseElements":null,"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":false,"resources":[{"accountId":"444455556666","type":"AWS::SQS::Queue","ARN":"arn:aws:sqs:eu-central-1:444455556666:work"}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","eventCategory":"Data","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
    "#]]);
}

#[test]
fn a_list_of_queues_looks_at_every_one_of_the_account() {
    let input = Members::new().with("QueueNamePrefix", Value::from("w"));
    Asked::new("sqs", "ListQueues", input).done(&state(), &Members::new(), &expect![[r#"
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"sqs.amazonaws.com","eventName":"ListQueues","awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2","requestParameters":{"queueNamePrefix":"w"},"responseElements":null,"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":true,"resources":[{"accountId":"111122223333","type":"AWS::SQS::Queue","ARNPrefix":"arn:aws:sqs:eu-central-1:111122223333:"}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","eventCategory":"Data","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
    "#]]);
}
