//! SQS: the forms of old clients beside the JSON of new ones.

use std::fmt::Write as _;

use expect_test::expect;

use super::{decoded, encode, encode_fault, on, shown};
use crate::fault::Fault;
use crate::model::{Models, Protocol};
use crate::value::{Members, Value};

#[test]
fn old_forms_are_understood() {
    let mut out = String::new();
    for (operation, form) in [
        (
            "CreateQueue",
            "QueueName=q&Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=30\
             &Attribute.2.Name=DelaySeconds&Attribute.2.Value=1&Tag.1.Key=a&Tag.1.Value=b",
        ),
        ("GetQueueAttributes", "QueueUrl=u&AttributeName.1=All&AttributeName.2=Policy"),
        (
            "ReceiveMessage",
            "QueueUrl=u&AttributeName.1=All&MessageAttributeName.1=a&MaxNumberOfMessages=10",
        ),
        (
            "SendMessage",
            "QueueUrl=u&MessageBody=x&MessageAttribute.1.Name=n\
             &MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=v",
        ),
        (
            "DeleteMessageBatch",
            "QueueUrl=u&DeleteMessageBatchRequestEntry.1.Id=a\
             &DeleteMessageBatchRequestEntry.1.ReceiptHandle=r",
        ),
        ("SetQueueAttributes", "QueueUrl=u&Attribute.Name=Policy&Attribute.Value=x"),
    ] {
        let shown = decoded(&format!("sqs {operation}"), Protocol::AwsQuery, "/", form.as_bytes());
        write!(out, "{operation}\n{shown}").unwrap();
    }
    expect![[r#"
        CreateQueue
        QueueName: String("q")
        Attributes: Map(Members([("VisibilityTimeout", String("30")), ("DelaySeconds", String("1"))]))
        tags: Map(Members([("a", String("b"))]))
        GetQueueAttributes
        QueueUrl: String("u")
        AttributeNames: List([String("All"), String("Policy")])
        ReceiveMessage
        QueueUrl: String("u")
        AttributeNames: List([String("All")])
        MessageAttributeNames: List([String("a")])
        MaxNumberOfMessages: Integer(10)
        SendMessage
        QueueUrl: String("u")
        MessageBody: String("x")
        MessageAttributes: Map(Members([("n", Map(Members([("StringValue", String("v")), ("DataType", String("String"))])))]))
        DeleteMessageBatch
        QueueUrl: String("u")
        Entries: List([Map(Members([("Id", String("a")), ("ReceiptHandle", String("r"))]))])
        SetQueueAttributes
        QueueUrl: String("u")
        Attributes: Map(Members([("Policy", String("x"))]))
    "#]].assert_eq(&out);
}

#[test]
fn old_clients_are_answered_in_xml() {
    let answered = |call: &str, output: &Members| {
        on(call, |service, operation| {
            shown(&encode(service, operation, Protocol::AwsQuery, output, "ID"))
        })
    };
    let mut attributes = Members::new();
    attributes.push("SenderId".to_owned(), Value::from("x"));
    let message = Members::new()
        .with("MessageId", Value::from("m"))
        .with("Body", Value::from("<b>"))
        .with("Attributes", Value::from(attributes));
    let messages = Members::new().with("Messages", Value::from(vec![message.clone(), message]));
    expect![[r#"
        200
        content-type: text/xml
        x-amzn-requestid: ID

        <ReceiveMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><ReceiveMessageResult><Message><MessageId>m</MessageId><Body>&lt;b&gt;</Body><Attribute><Name>SenderId</Name><Value>x</Value></Attribute></Message><Message><MessageId>m</MessageId><Body>&lt;b&gt;</Body><Attribute><Name>SenderId</Name><Value>x</Value></Attribute></Message></ReceiveMessageResult><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></ReceiveMessageResponse>"#]].assert_eq(&answered("sqs ReceiveMessage", &messages));
    let urls = Members::new().with("QueueUrls", Value::from(vec!["a", "b"]));
    expect![[r#"
        200
        content-type: text/xml
        x-amzn-requestid: ID

        <ListQueuesResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><ListQueuesResult><QueueUrl>a</QueueUrl><QueueUrl>b</QueueUrl></ListQueuesResult><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></ListQueuesResponse>"#]].assert_eq(&answered("sqs ListQueues", &urls));
    expect![[r#"
        200
        content-type: text/xml
        x-amzn-requestid: ID

        <DeleteMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></DeleteMessageResponse>"#]].assert_eq(&answered("sqs DeleteMessage", &Members::new()));
}

#[test]
fn both_are_told_the_same_code() {
    let models = Models::built_in();
    let mut out = String::new();
    for (code, status) in
        [("QueueDoesNotExist", 599), ("AccessDeniedException", 403), ("InternalError", 500)]
    {
        let fault = Fault::new(code, "x").with_status(status);
        for protocol in [Protocol::AwsQuery, Protocol::AwsJson1_0] {
            let reply = encode_fault(models.service("sqs"), protocol, &fault, "ID");
            writeln!(out, "{}", shown(&reply)).unwrap();
        }
    }
    expect![[r#"
        400
        content-type: text/xml
        x-amzn-requestid: ID

        <ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>x</Message></Error><RequestId>ID</RequestId></ErrorResponse>
        400
        content-type: application/x-amz-json-1.0
        x-amzn-requestid: ID
        x-amzn-query-error: AWS.SimpleQueueService.NonExistentQueue;Sender

        {"__type":"QueueDoesNotExist","message":"x","Message":"x"}
        403
        content-type: text/xml
        x-amzn-requestid: ID

        <ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type><Code>AccessDeniedException</Code><Message>x</Message></Error><RequestId>ID</RequestId></ErrorResponse>
        403
        content-type: application/x-amz-json-1.0
        x-amzn-requestid: ID
        x-amzn-query-error: AccessDeniedException;Sender

        {"__type":"AccessDeniedException","message":"x","Message":"x"}
        500
        content-type: text/xml
        x-amzn-requestid: ID

        <ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Receiver</Type><Code>InternalError</Code><Message>x</Message></Error><RequestId>ID</RequestId></ErrorResponse>
        500
        content-type: application/x-amz-json-1.0
        x-amzn-requestid: ID
        x-amzn-query-error: InternalError;Receiver

        {"__type":"InternalError","message":"x","Message":"x"}
    "#]].assert_eq(&out);
}
