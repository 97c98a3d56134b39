//! SQS: the forms of clients from before its JSON, as the model of that time spelt them.

use wire::model::table::ServiceTable;

use crate::Failure;

/// The namespace of its XML answers.
const NAMESPACE: &str = "http://queue.amazonaws.com/doc/2012-11-05/";

/// Operations whose answer has no element for a result.
const WITHOUT_RESULT: &[&str] = &[
    "AddPermission",
    "ChangeMessageVisibility",
    "DeleteMessage",
    "DeleteQueue",
    "PurgeQueue",
    "RemovePermission",
    "SetQueueAttributes",
    "TagQueue",
    "UntagQueue",
];

/// Shape, place of the member in it (by name, or 0 for an item or key, 1 for a map's value) and
/// its name in forms.
const NAMES: &[(&str, &str, &str)] = &[
    ("AWSAccountIdList", "0", "AWSAccountId"),
    ("ActionNameList", "0", "ActionName"),
    ("AttributeNameList", "0", "AttributeName"),
    ("BatchResultErrorEntryList", "0", "BatchResultErrorEntry"),
    ("BinaryList", "0", "BinaryListValue"),
    (
        "ChangeMessageVisibilityBatchRequestEntryList",
        "0",
        "ChangeMessageVisibilityBatchRequestEntry",
    ),
    ("ChangeMessageVisibilityBatchResultEntryList", "0", "ChangeMessageVisibilityBatchResultEntry"),
    ("CreateQueueRequest", "Attributes", "Attribute"),
    ("CreateQueueRequest", "tags", "Tag"),
    ("DeleteMessageBatchRequestEntryList", "0", "DeleteMessageBatchRequestEntry"),
    ("DeleteMessageBatchResultEntryList", "0", "DeleteMessageBatchResultEntry"),
    ("GetQueueAttributesResult", "Attributes", "Attribute"),
    ("ListMessageMoveTasksResultEntryList", "0", "ListMessageMoveTasksResultEntry"),
    ("ListQueueTagsResult", "Tags", "Tag"),
    ("Message", "Attributes", "Attribute"),
    ("Message", "MessageAttributes", "MessageAttribute"),
    ("MessageAttributeNameList", "0", "MessageAttributeName"),
    ("MessageBodyAttributeMap", "0", "Name"),
    ("MessageBodyAttributeMap", "1", "Value"),
    ("MessageBodySystemAttributeMap", "0", "Name"),
    ("MessageBodySystemAttributeMap", "1", "Value"),
    ("MessageList", "0", "Message"),
    ("MessageSystemAttributeList", "0", "MessageSystemAttributeName"),
    ("MessageSystemAttributeMap", "0", "Name"),
    ("MessageSystemAttributeMap", "1", "Value"),
    ("QueueAttributeMap", "0", "Name"),
    ("QueueAttributeMap", "1", "Value"),
    ("QueueUrlList", "0", "QueueUrl"),
    ("SendMessageBatchRequestEntry", "MessageAttributes", "MessageAttribute"),
    ("SendMessageBatchRequestEntry", "MessageSystemAttributes", "MessageSystemAttribute"),
    ("SendMessageBatchRequestEntryList", "0", "SendMessageBatchRequestEntry"),
    ("SendMessageBatchResultEntryList", "0", "SendMessageBatchResultEntry"),
    ("SendMessageRequest", "MessageAttributes", "MessageAttribute"),
    ("SendMessageRequest", "MessageSystemAttributes", "MessageSystemAttribute"),
    ("SetQueueAttributesRequest", "Attributes", "Attribute"),
    ("StringList", "0", "StringListValue"),
    ("TagKeyList", "0", "TagKey"),
    ("TagMap", "0", "Key"),
    ("TagMap", "1", "Value"),
    ("TagQueueRequest", "Tags", "Tag"),
];

/// The codes of forms, which JSON answers name too, for exceptions whose shape is called otherwise.
const CODES: &[(&str, &str)] = &[
    ("BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"),
    ("BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong"),
    ("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest"),
    ("InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId"),
    ("KmsAccessDenied", "KMS.AccessDeniedException"),
    ("KmsDisabled", "KMS.DisabledException"),
    ("KmsInvalidKeyUsage", "KMS.InvalidKeyUsageException"),
    ("KmsInvalidState", "KMS.InvalidStateException"),
    ("KmsNotFound", "KMS.NotFoundException"),
    ("KmsOptInRequired", "KMS.OptInRequired"),
    ("KmsThrottled", "KMS.ThrottlingException"),
    ("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight"),
    ("PurgeQueueInProgress", "AWS.SimpleQueueService.PurgeQueueInProgress"),
    ("QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently"),
    ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"),
    ("QueueNameExists", "QueueAlreadyExists"),
    ("TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"),
    ("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation"),
];

pub(super) fn amend(table: &mut ServiceTable<'_>) -> Result<(), Failure> {
    table.protocols.push("query");
    table.xml_namespace = Some(NAMESPACE);
    for (name, operation) in &mut table.operations {
        if !WITHOUT_RESULT.contains(name) {
            // Tables live as long as the program: it ends when they are written.
            operation.wrapper = Some(format!("{name}Result").leak());
        }
    }
    for (shape, member, name) in NAMES {
        let shape = table.shapes.get_mut(shape).ok_or_else(|| format!("sqs has no {shape}"))?;
        let member = match member.parse() {
            Ok(place) => shape.m.get_mut::<usize>(place),
            Err(_) => shape.m.iter_mut().find(|it| it.n == *member),
        };
        member.ok_or_else(|| format!("sqs has no place for {name}"))?.q = Some(name);
    }
    for (shape, code) in CODES {
        let shape = table.shapes.get_mut(shape).ok_or_else(|| format!("sqs has no {shape}"))?;
        shape.code = Some(code);
    }
    Ok(())
}
