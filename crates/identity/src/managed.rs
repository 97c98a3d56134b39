//! AWS's own managed policies: the names that people attach, with documents in own words.
//!
//! The documents allow what the names promise over the services that are served here; they are
//! not AWS's texts, which name hundreds of services.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::caller::Entity;
use crate::policy::{Policy, Purpose};
use crate::state::{ManagedPolicy, PolicyVersion};

/// The account that AWS's policies are named under.
pub(crate) const ACCOUNT: &str = "aws";

/// Name (behind a path, where there is one), id and the actions that are allowed on everything.
type Row = (&'static str, &'static str, &'static [&'static str]);

const READ_TRAIL: &[&str] = &[
    "cloudtrail:Describe*",
    "cloudtrail:Get*",
    "cloudtrail:List*",
    "cloudtrail:LookupEvents",
    "cloudtrail:SearchSampleQueries",
];

const READ_IAM: &[&str] = &[
    "iam:GenerateCredentialReport",
    "iam:GenerateServiceLastAccessedDetails",
    "iam:Get*",
    "iam:List*",
    "iam:SimulateCustomPolicy",
    "iam:SimulatePrincipalPolicy",
];

const READ_ALL: &[&str] = &[
    "aws-marketplace:Describe*",
    "aws-marketplace:Get*",
    "aws-marketplace:List*",
    "aws-marketplace:Search*",
    "cloudtrail:Describe*",
    "cloudtrail:Get*",
    "cloudtrail:List*",
    "cloudtrail:LookupEvents",
    "iam:Get*",
    "iam:List*",
    "license-manager:Get*",
    "license-manager:List*",
    "opentrail:FindEvents",
    "opentrail:GetClock",
    "opentrail:GetEvent",
    "opentrail:TailEvents",
    "organizations:Describe*",
    "organizations:List*",
    "s3:Get*",
    "s3:List*",
    "sns:Get*",
    "sns:List*",
    "sqs:Get*",
    "sqs:List*",
    "sts:GetAccessKeyInfo",
    "sts:GetCallerIdentity",
];

const SELL: &[&str] = &[
    "aws-marketplace:AcceptAgreementApprovalRequest",
    "aws-marketplace:BatchMeterUsage",
    "aws-marketplace:CancelAgreement",
    "aws-marketplace:CancelAgreementRequest",
    "aws-marketplace:CancelChangeSet",
    "aws-marketplace:CreateTask",
    "aws-marketplace:DescribeAgreement",
    "aws-marketplace:DescribeChangeSet",
    "aws-marketplace:DescribeEntity",
    "aws-marketplace:DescribeTask",
    "aws-marketplace:Get*",
    "aws-marketplace:List*",
    "aws-marketplace:MeterUsage",
    "aws-marketplace:PutResourcePolicy",
    "aws-marketplace:DeleteResourcePolicy",
    "aws-marketplace:RegisterUsage",
    "aws-marketplace:ResolveCustomer",
    "aws-marketplace:SearchAgreements",
    "aws-marketplace:SendAgreementCancellationRequest",
    "aws-marketplace:SendAgreementPaymentRequest",
    "aws-marketplace:StartChangeSet",
    "aws-marketplace:TagResource",
    "aws-marketplace:UntagResource",
    "aws-marketplace:UpdateTask",
];

const METER: &[&str] = &[
    "aws-marketplace:BatchMeterUsage",
    "aws-marketplace:MeterUsage",
    "aws-marketplace:RegisterUsage",
    "aws-marketplace:ResolveCustomer",
];

const POLICIES: &[Row] = &[
    ("AdministratorAccess", "ANPAIWMBCKSKIEE64ZLYK", &["*"]),
    ("ReadOnlyAccess", "ANPAILL3HVNFSB6DCOWYQ", READ_ALL),
    ("IAMFullAccess", "ANPAOPENTRAILIAMFULLA", &["iam:*"]),
    ("IAMReadOnlyAccess", "ANPAOPENTRAILIAMREADA", READ_IAM),
    ("AWSCloudTrail_FullAccess", "ANPAOPENTRAILCTFULLAA", &["cloudtrail:*"]),
    ("AWSCloudTrail_ReadOnlyAccess", "ANPAOPENTRAILCTREADAA", READ_TRAIL),
    (
        "aws-service-role/CloudTrailServiceRolePolicy",
        "ANPAOPENTRAILCTLINKED",
        &["cloudtrail:*", "organizations:Describe*", "organizations:List*"],
    ),
    ("AWSOrganizationsFullAccess", "ANPAOPENTRAILORGFULLA", &["organizations:*"]),
    (
        "AWSOrganizationsReadOnlyAccess",
        "ANPAOPENTRAILORGREADA",
        &["organizations:Describe*", "organizations:List*"],
    ),
    ("AmazonS3FullAccess", "ANPAOPENTRAILS3FULLAA", &["s3:*"]),
    ("AmazonS3ReadOnlyAccess", "ANPAOPENTRAILS3READAA", &["s3:Get*", "s3:List*"]),
    ("AmazonSNSFullAccess", "ANPAOPENTRAILSNSFULLA", &["sns:*"]),
    ("AmazonSNSReadOnlyAccess", "ANPAOPENTRAILSNSREADA", &["sns:Get*", "sns:List*"]),
    ("AmazonSQSFullAccess", "ANPAOPENTRAILSQSFULLA", &["sqs:*"]),
    ("AmazonSQSReadOnlyAccess", "ANPAOPENTRAILSQSREADA", &["sqs:Get*", "sqs:List*"]),
    ("AWSMarketplaceFullAccess", "ANPAOPENTRAILMPFULLAA", &["aws-marketplace:*"]),
    ("AWSMarketplaceSellerFullAccess", "ANPAOPENTRAILMPSELLAA", SELL),
    ("AWSMarketplaceMeteringFullAccess", "ANPAOPENTRAILMPMETERA", METER),
    (
        "AWSMarketplaceMeteringRegisterUsage",
        "ANPAOPENTRAILMPREGISA",
        &["aws-marketplace:RegisterUsage"],
    ),
];

/// Returns AWS's policies by ARN.
pub(crate) fn built_in() -> BTreeMap<String, ManagedPolicy> {
    POLICIES
        .iter()
        .map(|row| {
            let policy = read(*row);
            (policy.arn(ACCOUNT), policy)
        })
        .collect()
}

fn read((name, id, actions): Row) -> ManagedPolicy {
    let text = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": "*" }],
    })
    .to_string();
    let document = Policy::parse(&text, Purpose::Identity).expect("a test reads all of them");
    // The day on which the first of them came out at AWS; any fixed day would do.
    let created = Timestamp::from_second(1_423_245_606).expect("a second of 2015");
    let (path, name) = match name.rsplit_once('/') {
        Some((path, name)) => (format!("/{path}/"), name),
        None => ("/".to_owned(), name),
    };
    ManagedPolicy {
        entity: Entity { path, name: name.to_owned(), id: id.to_owned() },
        description: None,
        created,
        updated: created,
        tags: BTreeMap::new(),
        versions: vec![PolicyVersion { number: 1, document, created }],
        default_version: 1,
        next_version: 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_read_and_named_under_aws() {
        let policies = built_in();
        assert_eq!(policies.len(), POLICIES.len());
        assert!(policies.contains_key("arn:aws:iam::aws:policy/AdministratorAccess"));
        let linked = "arn:aws:iam::aws:policy/aws-service-role/CloudTrailServiceRolePolicy";
        assert!(policies.contains_key(linked));
        assert!(policies.values().all(|policy| policy.entity.id.len() == 21));
    }
}
