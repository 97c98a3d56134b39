//! S3: its namespace, and the outermost elements of its answers.

use wire::model::table::ServiceTable;

use crate::Failure;

/// The namespace of every S3 document; the model says it of inputs only, member by member.
const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// The outermost elements of answers without a payload member, from the API reference.
///
/// Botocore never looks at them; typed parsers of other languages do.
const ROOTS: &[(&str, &str)] = &[
    ("CompleteMultipartUpload", "CompleteMultipartUploadResult"),
    ("CreateMultipartUpload", "InitiateMultipartUploadResult"),
    ("CreateSession", "CreateSessionResult"),
    ("DeleteObjects", "DeleteResult"),
    ("GetBucketAccelerateConfiguration", "AccelerateConfiguration"),
    ("GetBucketAcl", "AccessControlPolicy"),
    ("GetBucketCors", "CORSConfiguration"),
    ("GetBucketLifecycleConfiguration", "LifecycleConfiguration"),
    ("GetBucketLocation", "LocationConstraint"),
    ("GetBucketLogging", "BucketLoggingStatus"),
    ("GetBucketRequestPayment", "RequestPaymentConfiguration"),
    ("GetBucketTagging", "Tagging"),
    ("GetBucketVersioning", "VersioningConfiguration"),
    ("GetBucketWebsite", "WebsiteConfiguration"),
    ("GetObjectAcl", "AccessControlPolicy"),
    ("GetObjectAttributes", "GetObjectAttributesResponse"),
    ("GetObjectTagging", "Tagging"),
    ("ListBucketAnalyticsConfigurations", "ListBucketAnalyticsConfigurationResult"),
    ("ListBucketInventoryConfigurations", "ListInventoryConfigurationsResult"),
    ("ListBucketMetricsConfigurations", "ListMetricsConfigurationsResult"),
    ("ListBuckets", "ListAllMyBucketsResult"),
    ("ListDirectoryBuckets", "ListAllMyDirectoryBucketsResult"),
    ("ListMultipartUploads", "ListMultipartUploadsResult"),
    ("ListObjectVersions", "ListVersionsResult"),
    ("ListObjects", "ListBucketResult"),
    ("ListObjectsV2", "ListBucketResult"),
    ("ListParts", "ListPartsResult"),
];

pub(super) fn amend(table: &mut ServiceTable<'_>) -> Result<(), Failure> {
    table.xml_namespace = Some(NAMESPACE);
    for (name, root) in ROOTS {
        let operation = table.operations.get_mut(name);
        operation.ok_or_else(|| format!("s3 has no {name}"))?.root = Some(root);
    }
    if let Some(operation) = table.operations.get_mut("GetBucketLocation") {
        operation.unwrapped = true;
    }
    // The model says nothing; S3 has always answered without a body.
    if let Some(operation) = table.operations.get_mut("PutBucketPolicy") {
        operation.status = Some(204);
    }
    Ok(())
}
