//! What policies of buckets, topics and queues mean, one row a case.

use std::collections::BTreeMap;

use super::{Asker, Context, Decision, Policy, Purpose, Question, decide_resource};
use crate::caller::{Caller, Entity, Issuer, Principal, Session};
use Decision::{Allowed, Denied, NotAllowed};

/// Who asks, the action, the resource, the condition keys, the decision.
type Row<'a> = (Asker<'a>, &'a str, &'a str, &'a str, Decision);

const BUCKET: &str = "arn:aws:s3:::logs";
const KEY: &str = "arn:aws:s3:::logs/team/AWSLogs/111122223333/CloudTrail/x.json.gz";
const TRAIL: &str = "aws:SourceArn=arn:aws:cloudtrail:us-east-1:111122223333:trail/main";
const CLOUDTRAIL: Asker<'_> = Asker::Service("cloudtrail.amazonaws.com");
const SNS: Asker<'_> = Asker::Service("sns.amazonaws.com");

fn check(statements: &str, rows: &[Row<'_>]) {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    let policy = Policy::parse(&text, Purpose::Resource)
        .unwrap_or_else(|error| panic!("{statements}: {error}"));
    for (asker, action, resource, keys, expected) in rows {
        let pairs = keys.split(';').filter_map(|pair| pair.split_once('='));
        let context = pairs.fold(Context::default(), |context, (key, value)| {
            context.with_all(key, value.split('|'))
        });
        let question = Question { action, resource, context: &context };
        let decision = decide_resource(&policy, *asker, &question);
        assert_eq!(decision, *expected, "{statements}\n{asker:?} {action} {resource} {keys}");
    }
}

fn entity(name: &str) -> Entity {
    Entity { path: "/dev/".to_owned(), name: name.to_owned(), id: format!("ID{name}") }
}

fn caller(principal: Principal) -> Caller {
    Caller { principal, access_key_id: None, session: None }
}

fn user(account: &str, name: &str) -> Caller {
    caller(Principal::User { account: account.to_owned(), user: entity(name) })
}

fn root(account: &str) -> Caller {
    crate::seed::root(account)
}

fn role_session(account: &str, name: &str) -> Caller {
    caller(Principal::AssumedRole {
        account: account.to_owned(),
        role: entity(name),
        session_name: "run-1".to_owned(),
    })
}

fn federated(account: &str, issued_by: &str) -> Caller {
    let principal =
        Principal::FederatedUser { account: account.to_owned(), name: "temp".to_owned() };
    let issuer = Issuer {
        kind: "IAMUser".to_owned(),
        principal_id: format!("ID{issued_by}"),
        arn: format!("arn:aws:iam::{account}:user/dev/{issued_by}"),
        account: account.to_owned(),
        user_name: Some(issued_by.to_owned()),
    };
    let now = crate::testing::noon();
    let session = Session {
        created: now,
        expires: now,
        mfa_authenticated: false,
        issuer: Some(issuer),
        web_identity: None,
        source_identity: None,
        policy: None,
        policy_arns: Vec::new(),
        tags: BTreeMap::new(),
        transitive_tag_keys: Vec::new(),
    };
    Caller { session: Some(session), ..caller(principal) }
}

/// A bucket policy for a trail, as CloudTrail's documentation asks for one.
const TRAIL_BUCKET: &str = r#"
    {"Sid":"AWSCloudTrailAclCheck20150319","Effect":"Allow",
     "Principal":{"Service":"cloudtrail.amazonaws.com"},
     "Action":"s3:GetBucketAcl","Resource":"arn:aws:s3:::logs",
     "Condition":{"StringEquals":
        {"aws:SourceArn":"arn:aws:cloudtrail:us-east-1:111122223333:trail/main"}}},
    {"Sid":"AWSCloudTrailWrite20150319","Effect":"Allow",
     "Principal":{"Service":"cloudtrail.amazonaws.com"},
     "Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/team/AWSLogs/111122223333/*",
     "Condition":{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control",
        "aws:SourceArn":"arn:aws:cloudtrail:us-east-1:111122223333:trail/main"}}}"#;

#[test]
fn the_bucket_of_a_trail() {
    let acl = format!("{TRAIL};s3:x-amz-acl=bucket-owner-full-control");
    let other_trail = acl.replace("trail/main", "trail/other");
    let other_account = acl.replace("111122223333", "444455556666");
    let other_prefix = KEY.replace("team/", "");
    let other_path = KEY.replace("111122223333", "444455556666");
    let anna = user("111122223333", "anna");
    check(
        TRAIL_BUCKET,
        &[
            (CLOUDTRAIL, "s3:GetBucketAcl", BUCKET, TRAIL, Allowed),
            (CLOUDTRAIL, "s3:GetBucketAcl", BUCKET, &other_trail, NotAllowed),
            (CLOUDTRAIL, "s3:GetBucketAcl", BUCKET, &other_account, NotAllowed),
            (CLOUDTRAIL, "s3:GetBucketAcl", BUCKET, "", NotAllowed),
            (CLOUDTRAIL, "s3:GetBucketAcl", "arn:aws:s3:::logs2", TRAIL, NotAllowed),
            (CLOUDTRAIL, "s3:GetBucketPolicy", BUCKET, TRAIL, NotAllowed),
            (CLOUDTRAIL, "s3:PutObject", KEY, &acl, Allowed),
            (CLOUDTRAIL, "s3:PutObject", KEY, TRAIL, NotAllowed),
            (CLOUDTRAIL, "s3:PutObject", KEY, &other_trail, NotAllowed),
            (CLOUDTRAIL, "s3:PutObject", KEY, &other_account, NotAllowed),
            (CLOUDTRAIL, "s3:PutObject", &other_prefix, &acl, NotAllowed),
            (CLOUDTRAIL, "s3:PutObject", &other_path, &acl, NotAllowed),
            (CLOUDTRAIL, "s3:GetObject", KEY, &acl, NotAllowed),
            (SNS, "s3:PutObject", KEY, &acl, NotAllowed),
            (Asker::Caller(&anna), "s3:PutObject", KEY, &acl, NotAllowed),
            (Asker::Anonymous, "s3:PutObject", KEY, &acl, NotAllowed),
            (
                Asker::Caller(&Caller::service("cloudtrail.amazonaws.com")),
                "s3:PutObject",
                KEY,
                &acl,
                Allowed,
            ),
        ],
    );
}

#[test]
fn the_bucket_of_an_organization_trail() {
    let write = r#"{"Sid":"AWSCloudTrailOrganizationWrite20150319","Effect":"Allow",
        "Principal":{"Service":["cloudtrail.amazonaws.com"]},"Action":"s3:PutObject",
        "Resource":["arn:aws:s3:::logs/AWSLogs/111122223333/*",
                    "arn:aws:s3:::logs/AWSLogs/o-exampleorg/*"],
        "Condition":{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control"},
            "ArnLike":{"aws:SourceArn":"arn:aws:cloudtrail:*:111122223333:trail/*"},
            "StringEqualsIfExists":{"aws:SourceOrgID":"o-exampleorg"}}}"#;
    let acl = format!("{TRAIL};s3:x-amz-acl=bucket-owner-full-control");
    let with_org = format!("{acl};aws:SourceOrgID=o-exampleorg");
    let other_org = format!("{acl};aws:SourceOrgID=o-stranger00");
    let stranger = acl.replace("111122223333", "444455556666");
    let member = "arn:aws:s3:::logs/AWSLogs/o-exampleorg/444455556666/CloudTrail/x.json.gz";
    let own = "arn:aws:s3:::logs/AWSLogs/111122223333/CloudTrail/x.json.gz";
    let plain = "arn:aws:s3:::logs/AWSLogs/444455556666/CloudTrail/x.json.gz";
    check(
        write,
        &[
            (CLOUDTRAIL, "s3:PutObject", member, &acl, Allowed),
            (CLOUDTRAIL, "s3:PutObject", member, &with_org, Allowed),
            (CLOUDTRAIL, "s3:PutObject", member, &other_org, NotAllowed),
            (CLOUDTRAIL, "s3:PutObject", own, &acl, Allowed),
            (CLOUDTRAIL, "s3:PutObject", plain, &acl, NotAllowed),
            (CLOUDTRAIL, "s3:PutObject", member, &stranger, NotAllowed),
        ],
    );
}

#[test]
fn denials_of_buckets() {
    let insecure = format!(
        r#"{TRAIL_BUCKET},{{"Effect":"Deny","Principal":"*","Action":"s3:*",
            "Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"],
            "Condition":{{"Bool":{{"aws:SecureTransport":"false"}}}}}}"#
    );
    let acl = format!("{TRAIL};s3:x-amz-acl=bucket-owner-full-control");
    let plain = format!("{acl};aws:SecureTransport=false");
    let secure = format!("{acl};aws:SecureTransport=true");
    check(
        &insecure,
        &[
            (CLOUDTRAIL, "s3:PutObject", KEY, &plain, Denied),
            (CLOUDTRAIL, "s3:PutObject", KEY, &secure, Allowed),
            (Asker::Anonymous, "s3:GetObject", KEY, &plain, Denied),
            (Asker::Caller(&root("111122223333")), "s3:GetObject", KEY, &plain, Denied),
        ],
    );
    let but_services = format!(
        r#"{TRAIL_BUCKET},{{"Effect":"Deny","Principal":{{"AWS":"*"}},"Action":"s3:*",
            "Resource":"*","Condition":{{"StringNotEqualsIfExists":{{"aws:PrincipalOrgID":"o-a"}},
            "BoolIfExists":{{"aws:PrincipalIsAWSService":"false"}}}}}}"#
    );
    let from_org = format!("{acl};aws:PrincipalOrgID=o-a");
    let anna = user("111122223333", "anna");
    check(
        &but_services,
        &[
            (CLOUDTRAIL, "s3:PutObject", KEY, &acl, Allowed),
            (Asker::Caller(&anna), "s3:PutObject", KEY, &acl, Denied),
            (Asker::Caller(&anna), "s3:PutObject", KEY, &from_org, NotAllowed),
        ],
    );
}

#[test]
fn principals() {
    let to = |principal: &str| {
        format!(
            r#"{{"Effect":"Allow","Principal":{principal},"Action":"s3:GetObject","Resource":"*"}}"#
        )
    };
    let (anna, bob) = (user("111122223333", "anna"), user("444455556666", "bob"));
    let (here, builder) = (root("111122223333"), role_session("111122223333", "Builder"));
    let temp = federated("111122223333", "anna");
    let askers = [
        Asker::Caller(&anna),
        Asker::Caller(&bob),
        Asker::Caller(&here),
        Asker::Caller(&builder),
        Asker::Caller(&temp),
        CLOUDTRAIL,
        Asker::Anonymous,
    ];
    // anna, bob, root, builder, anna's federated user, a service, anonymous
    for (principal, expected) in [
        (r#""*""#, "yyyyyyy"),
        (r#"{"AWS":"*"}"#, "yyyyyyy"),
        (r#"{"AWS":"111122223333"}"#, "ynyyynn"),
        (r#"{"AWS":"arn:aws:iam::111122223333:root"}"#, "ynyyynn"),
        (r#"{"AWS":["444455556666","999999999999"]}"#, "nynnnnn"),
        (r#"{"AWS":"arn:aws:iam::111122223333:user/dev/anna"}"#, "ynnnynn"),
        (r#"{"AWS":"arn:aws:iam::111122223333:user/anna"}"#, "nnnnnnn"),
        (r#"{"AWS":"arn:aws:iam::111122223333:role/dev/Builder"}"#, "nnnynnn"),
        (r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/Builder/run-1"}"#, "nnnynnn"),
        (r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/Builder/run-2"}"#, "nnnnnnn"),
        (r#"{"AWS":"arn:aws:sts::111122223333:federated-user/temp"}"#, "nnnnynn"),
        (r#"{"Service":"cloudtrail.amazonaws.com"}"#, "nnnnnyn"),
        (r#"{"Service":"sns.amazonaws.com"}"#, "nnnnnnn"),
    ] {
        for (asker, expected) in askers.iter().zip(expected.chars()) {
            let expected = if expected == 'y' { Allowed } else { NotAllowed };
            check(&to(principal), &[(*asker, "s3:GetObject", KEY, "", expected)]);
        }
    }
}

#[test]
fn everyone_but_some() {
    let open = r#"{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}"#;
    let but = |principal: &str| {
        format!(
            r#"{open},{{"Effect":"Deny","NotPrincipal":{principal},"Action":"s3:*","Resource":"*"}}"#
        )
    };
    let (anna, bob) = (user("111122223333", "anna"), user("111122223333", "bob"));
    let (here, builder) = (root("111122223333"), role_session("111122223333", "Builder"));
    let askers = [
        Asker::Caller(&anna),
        Asker::Caller(&bob),
        Asker::Caller(&here),
        Asker::Caller(&builder),
        CLOUDTRAIL,
        Asker::Anonymous,
    ];
    // anna, bob, root, builder, a service, anonymous: who is spared
    for (principal, expected) in [
        (r#"{"AWS":["111122223333","arn:aws:iam::111122223333:user/dev/anna"]}"#, "ynynnn"),
        (r#"{"AWS":"111122223333"}"#, "nnynnn"),
        (r#"{"AWS":"arn:aws:iam::111122223333:root"}"#, "nnynnn"),
        (r#"{"AWS":"arn:aws:iam::111122223333:role/dev/Builder"}"#, "nnnynn"),
        (r#"{"Service":"cloudtrail.amazonaws.com"}"#, "nnnnyn"),
        (r#"{"AWS":"*"}"#, "yyyyyy"),
    ] {
        for (asker, expected) in askers.iter().zip(expected.chars()) {
            let expected = if expected == 'y' { Allowed } else { Denied };
            check(&but(principal), &[(*asker, "s3:GetObject", KEY, "", expected)]);
        }
    }
    let allow = r#"{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*",
        "Resource":"*"}"#;
    check(
        allow,
        &[
            (Asker::Caller(&anna), "s3:GetObject", KEY, "", NotAllowed),
            (Asker::Caller(&user("444455556666", "eve")), "s3:GetObject", KEY, "", Allowed),
        ],
    );
}

#[test]
fn topics() {
    let topic = "arn:aws:sns:us-east-1:111122223333:trail-files";
    let policy = format!(
        r#"{{"Sid":"AWSCloudTrailSNSPolicy20131101","Effect":"Allow",
            "Principal":{{"Service":"cloudtrail.amazonaws.com"}},"Action":"SNS:Publish",
            "Resource":"{topic}","Condition":{{"StringEquals":
            {{"aws:SourceArn":"arn:aws:cloudtrail:us-east-1:111122223333:trail/main"}}}}}}"#
    );
    let other = "arn:aws:sns:us-east-1:111122223333:other";
    check(
        &policy,
        &[
            (CLOUDTRAIL, "sns:Publish", topic, TRAIL, Allowed),
            (CLOUDTRAIL, "sns:Publish", topic, "", NotAllowed),
            (CLOUDTRAIL, "sns:Publish", topic, "aws:SourceArn=arn:aws:x:y:z:t", NotAllowed),
            (CLOUDTRAIL, "sns:Publish", other, TRAIL, NotAllowed),
            (CLOUDTRAIL, "sns:Subscribe", topic, TRAIL, NotAllowed),
            (SNS, "sns:Publish", topic, TRAIL, NotAllowed),
        ],
    );
    // what SNS gives a topic that was made without a policy
    let default = format!(
        r#"{{"Sid":"__default_statement_ID","Effect":"Allow","Principal":{{"AWS":"*"}},
            "Action":["SNS:Publish","SNS:Subscribe"],"Resource":"{topic}",
            "Condition":{{"StringEquals":{{"AWS:SourceOwner":"111122223333"}}}}}}"#
    );
    let anna = user("111122223333", "anna");
    let owned = "aws:SourceOwner=111122223333";
    check(
        &default,
        &[
            (Asker::Caller(&anna), "sns:Publish", topic, owned, Allowed),
            (Asker::Caller(&anna), "sns:Publish", topic, "", NotAllowed),
            (CLOUDTRAIL, "sns:Publish", topic, TRAIL, NotAllowed),
        ],
    );
}

#[test]
fn queues() {
    let queue = "arn:aws:sqs:us-east-1:111122223333:trail-files";
    let policy = format!(
        r#"{{"Effect":"Allow","Principal":{{"Service":"sns.amazonaws.com"}},
            "Action":"SQS:SendMessage","Resource":"{queue}","Condition":{{"ArnEquals":
            {{"aws:SourceArn":"arn:aws:sns:us-east-1:111122223333:trail-files"}},
            "StringEquals":{{"aws:SourceAccount":"111122223333"}}}}}}"#
    );
    let source = "aws:SourceArn=arn:aws:sns:us-east-1:111122223333:trail-files";
    let here = format!("{source};aws:SourceAccount=111122223333");
    let there = format!("{source};aws:SourceAccount=444455556666");
    let topic = here.replace("trail-files", "other");
    check(
        &policy,
        &[
            (SNS, "sqs:SendMessage", queue, &here, Allowed),
            (SNS, "sqs:SendMessage", queue, &there, NotAllowed),
            (SNS, "sqs:SendMessage", queue, &topic, NotAllowed),
            (SNS, "sqs:SendMessage", queue, source, NotAllowed),
            (SNS, "sqs:ReceiveMessage", queue, &here, NotAllowed),
            (CLOUDTRAIL, "sqs:SendMessage", queue, &here, NotAllowed),
        ],
    );
}

#[test]
fn what_is_known_of_who_asks() {
    let when = |condition: &str| {
        format!(
            r#"{{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*",
                "Condition":{condition}}}"#
        )
    };
    let anna = user("111122223333", "anna");
    let anna = Asker::Caller(&anna);
    let ask =
        |asker, expected| (asker, "s3:GetObject", KEY, "aws:PrincipalIsAWSService=false", expected);
    check(
        &when(r#"{"Bool":{"aws:PrincipalIsAWSService":"true"}}"#),
        &[ask(CLOUDTRAIL, Allowed), ask(anna, NotAllowed), ask(Asker::Anonymous, NotAllowed)],
    );
    check(
        &when(r#"{"StringEquals":{"aws:PrincipalServiceName":"cloudtrail.amazonaws.com"}}"#),
        &[ask(CLOUDTRAIL, Allowed), ask(SNS, NotAllowed), ask(anna, NotAllowed)],
    );
    check(
        &when(r#"{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}"#),
        &[ask(anna, Allowed), ask(CLOUDTRAIL, NotAllowed), ask(Asker::Anonymous, NotAllowed)],
    );
    check(
        &when(r#"{"Null":{"aws:PrincipalArn":"true"}}"#),
        &[ask(anna, NotAllowed), ask(CLOUDTRAIL, Allowed), ask(Asker::Anonymous, Allowed)],
    );
}
