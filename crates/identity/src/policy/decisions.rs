//! What the policy language means, one row a case.
//!
//! The rows were written from AWS's documentation of the policy language before the evaluator was;
//! `docs/adr/0003` counts how a library did on them.

use super::{Context, Decision, Policy, Purpose, Question, decide};
use Decision::{Allowed, Denied, NotAllowed};

/// Statements, the question, the condition keys (`key=value|value;key=…`), the decision.
type Row = (&'static str, &'static str, &'static str, &'static str, Decision);

const BUCKET: &str = "arn:aws:s3:::reports/2026/q1.csv";
const USER: &str = "arn:aws:iam::111122223333:user/dev/anna";

fn context(text: &str) -> Context {
    text.split(';').filter(|pair| !pair.is_empty()).fold(Context::default(), |context, pair| {
        let (key, values) = pair.split_once('=').unwrap();
        context.with_all(key, values.split('|'))
    })
}

fn check(version: &str, rows: &[Row]) {
    for (statements, action, resource, keys, expected) in rows {
        let text = format!(r#"{{"Version":"{version}","Statement":[{statements}]}}"#);
        let policy = Policy::parse(&text, Purpose::Identity)
            .unwrap_or_else(|error| panic!("{statements}: {error}"));
        let context = context(keys);
        let question = Question { action, resource, context: &context };
        assert_eq!(decide([&policy], &question), *expected, "{statements}\n{action} {keys}");
    }
}

const ANY: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;

#[test]
fn actions() {
    let one = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#;
    let many = r#"{"Effect":"Allow","Action":["iam:Get*","s3:*Object"],"Resource":"*"}"#;
    let not = r#"{"Effect":"Allow","NotAction":["iam:*","sts:AssumeRole"],"Resource":"*"}"#;
    let middle = r#"{"Effect":"Allow","Action":"s3:Get*Acl","Resource":"*"}"#;
    let question = r#"{"Effect":"Allow","Action":"s3:GetObjec?","Resource":"*"}"#;
    check(
        "2012-10-17",
        &[
            (ANY, "s3:GetObject", BUCKET, "", Allowed),
            (one, "s3:GetObject", BUCKET, "", Allowed),
            (one, "S3:getobject", BUCKET, "", Allowed),
            (one, "s3:GetObjectAcl", BUCKET, "", NotAllowed),
            (one, "s3:PutObject", BUCKET, "", NotAllowed),
            (many, "iam:GetUser", USER, "", Allowed),
            (many, "s3:PutObject", BUCKET, "", Allowed),
            (many, "iam:ListUsers", USER, "", NotAllowed),
            (not, "s3:GetObject", BUCKET, "", Allowed),
            (not, "IAM:getuser", USER, "", NotAllowed),
            (not, "sts:AssumeRole", "*", "", NotAllowed),
            (not, "sts:GetCallerIdentity", "*", "", Allowed),
            (middle, "s3:GetBucketAcl", BUCKET, "", Allowed),
            (middle, "s3:GetBucketAclX", BUCKET, "", NotAllowed),
            (question, "s3:GetObject", BUCKET, "", Allowed),
            (question, "s3:GetObjec", BUCKET, "", NotAllowed),
        ],
    );
}

#[test]
fn resources() {
    let one = r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::reports/*"}"#;
    let many = r#"{"Effect":"Allow","Action":"*","Resource":["arn:aws:s3:::a","arn:aws:s3:::reports/*/q?.csv"]}"#;
    let not = r#"{"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::reports/*"}"#;
    let users =
        r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::111122223333:user/dev/*"}"#;
    let accounts = r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::*:user/dev/anna"}"#;
    let service = r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s*:::reports/*"}"#;
    let short = r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::*"}"#;
    let greedy = r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::1*3:*"}"#;
    check(
        "2012-10-17",
        &[
            (one, "s3:GetObject", BUCKET, "", Allowed),
            (one, "s3:GetObject", "arn:aws:s3:::reports", "", NotAllowed),
            (one, "s3:GetObject", "arn:aws:s3:::Reports/a", "", NotAllowed),
            (one, "s3:ListAllMyBuckets", "*", "", NotAllowed),
            (ANY, "s3:ListAllMyBuckets", "*", "", Allowed),
            (many, "s3:GetObject", BUCKET, "", Allowed),
            (many, "s3:GetObject", "arn:aws:s3:::a", "", Allowed),
            (many, "s3:GetObject", "arn:aws:s3:::reports/2026/q10.csv", "", NotAllowed),
            (not, "s3:GetObject", BUCKET, "", NotAllowed),
            (not, "s3:GetObject", "arn:aws:s3:::a", "", Allowed),
            (not, "s3:ListAllMyBuckets", "*", "", Allowed),
            (users, "iam:GetUser", USER, "", Allowed),
            (users, "iam:GetUser", "arn:aws:iam::111122223333:user/anna", "", NotAllowed),
            (accounts, "iam:GetUser", USER, "", Allowed),
            (accounts, "iam:GetUser", "arn:aws:iam::1:role/x:user/dev/anna", "", NotAllowed),
            (service, "s3:GetObject", BUCKET, "", Allowed),
            (short, "iam:GetUser", USER, "", Allowed),
            (short, "s3:GetObject", BUCKET, "", NotAllowed),
            (greedy, "iam:GetUser", USER, "", Allowed),
            (greedy, "iam:GetUser", "arn:aws:iam::1:user/3:x", "", NotAllowed),
        ],
    );
}

#[test]
fn deny_wins() {
    let deny = r#"{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"s3:Put*","Resource":"arn:aws:s3:::reports/*"}"#;
    let first = r#"{"Effect":"Deny","Action":"s3:PutObject","Resource":"*"},{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    let but = r#"{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","NotAction":"s3:*","Resource":"*"}"#;
    let only = r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#;
    let mfa = r#"{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}"#;
    check(
        "2012-10-17",
        &[
            (deny, "s3:PutObject", BUCKET, "", Denied),
            (deny, "s3:PutObject", "arn:aws:s3:::a", "", Allowed),
            (deny, "s3:GetObject", BUCKET, "", Allowed),
            (first, "s3:PutObject", BUCKET, "", Denied),
            (first, "s3:GetObject", BUCKET, "", Allowed),
            (but, "s3:GetObject", BUCKET, "", Allowed),
            (but, "iam:GetUser", USER, "", Denied),
            (only, "s3:GetObject", BUCKET, "", Denied),
            (only, "iam:GetUser", USER, "", NotAllowed),
            (mfa, "s3:GetObject", BUCKET, "", Denied),
            (mfa, "s3:GetObject", BUCKET, "aws:MultiFactorAuthPresent=false", Denied),
            (mfa, "s3:GetObject", BUCKET, "aws:MultiFactorAuthPresent=true", Allowed),
        ],
    );
}

#[test]
fn variables() {
    let home =
        r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::home/${aws:username}/*"}"#;
    let arn =
        r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::*:user/*/${aws:username}"}"#;
    let default = r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:PrincipalTag/team, 'shared'}"}"#;
    let star = r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::home/${*}"}"#;
    let condition = r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/owner":"${aws:username}"}}}"#;
    let like = r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"s3:prefix":["home/${aws:username}/*"]}}}"#;
    check(
        "2012-10-17",
        &[
            (home, "s3:GetObject", "arn:aws:s3:::home/anna/x", "aws:username=anna", Allowed),
            (home, "s3:GetObject", "arn:aws:s3:::home/bob/x", "aws:username=anna", NotAllowed),
            (home, "s3:GetObject", "arn:aws:s3:::home//x", "", NotAllowed),
            (home, "s3:GetObject", "arn:aws:s3:::home/anna/x", "aws:username=*", NotAllowed),
            (home, "s3:GetObject", "arn:aws:s3:::home/anna/x", "AWS:UserName=anna", Allowed),
            (arn, "iam:GetUser", USER, "aws:username=anna", Allowed),
            (arn, "iam:GetUser", USER, "aws:username=bob", NotAllowed),
            (default, "s3:GetObject", "arn:aws:s3:::shared", "", Allowed),
            (default, "s3:GetObject", "arn:aws:s3:::red", "aws:PrincipalTag/team=red", Allowed),
            (
                default,
                "s3:GetObject",
                "arn:aws:s3:::shared",
                "aws:PrincipalTag/team=red",
                NotAllowed,
            ),
            (star, "s3:GetObject", "arn:aws:s3:::home/*", "", Allowed),
            (star, "s3:GetObject", "arn:aws:s3:::home/anna", "", NotAllowed),
            (
                condition,
                "s3:GetObject",
                BUCKET,
                "aws:username=anna;aws:ResourceTag/owner=anna",
                Allowed,
            ),
            (
                condition,
                "s3:GetObject",
                BUCKET,
                "aws:username=anna;aws:ResourceTag/owner=bob",
                NotAllowed,
            ),
            (like, "s3:ListBucket", BUCKET, "aws:username=anna;s3:prefix=home/anna/2026", Allowed),
            (
                like,
                "s3:ListBucket",
                BUCKET,
                "aws:username=anna;s3:prefix=home/bob/2026",
                NotAllowed,
            ),
        ],
    );
    // Before 2012 there were no variables: `${…}` is what it is.
    check(
        "2008-10-17",
        &[
            (home, "s3:GetObject", "arn:aws:s3:::home/anna/x", "aws:username=anna", NotAllowed),
            (
                home,
                "s3:GetObject",
                "arn:aws:s3:::home/${aws:username}/x",
                "aws:username=anna",
                Allowed,
            ),
        ],
    );
}

#[test]
fn what_a_variable_leaves_out() {
    let others = r#"{"Effect":"Allow","Action":"*","NotResource":"arn:aws:iam::*:user/dev/${aws:username}"}"#;
    let mixed = r#"{"Effect":"Allow","Action":"*","NotResource":["arn:aws:s3:::a","arn:aws:iam::*:user/dev/${aws:username}"]}"#;
    let default = r#"{"Effect":"Allow","Action":"*","NotResource":"arn:aws:iam::*:user/dev/${aws:username, 'bob'}"}"#;
    let kept = r#"{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","NotResource":"arn:aws:iam::*:user/dev/${aws:username}"}"#;
    check(
        "2012-10-17",
        &[
            (others, "iam:GetUser", USER, "aws:username=bob", Allowed),
            (others, "iam:GetUser", USER, "aws:username=anna", NotAllowed),
            (others, "iam:GetUser", USER, "", NotAllowed),
            (mixed, "s3:GetObject", BUCKET, "aws:username=anna", Allowed),
            (mixed, "s3:GetObject", BUCKET, "", NotAllowed),
            (default, "iam:GetUser", USER, "", Allowed),
            (kept, "iam:GetUser", USER, "aws:username=anna", Allowed),
            (kept, "iam:GetUser", USER, "aws:username=bob", Denied),
            (kept, "iam:GetUser", USER, "", Denied),
        ],
    );
}

/// Returns a statement that allows everything under one condition.
macro_rules! when {
    ($condition:literal) => {
        concat!(r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":"#, $condition, "}")
    };
}

#[test]
fn strings() {
    let equal = when!(r#"{"StringEquals":{"k":"Red"}}"#);
    let several = when!(r#"{"StringEquals":{"k":["red","blue"]}}"#);
    let unequal = when!(r#"{"StringNotEquals":{"k":["red","blue"]}}"#);
    let fold = when!(r#"{"StringEqualsIgnoreCase":{"k":"ReD"}}"#);
    let not_fold = when!(r#"{"StringNotEqualsIgnoreCase":{"k":"ReD"}}"#);
    let like = when!(r#"{"StringLike":{"k":["r?d*","x"]}}"#);
    let unlike = when!(r#"{"StringNotLike":{"k":["r*","b*"]}}"#);
    let literal = when!(r#"{"StringEquals":{"k":"r*"}}"#);
    let if_exists = when!(r#"{"StringEqualsIfExists":{"k":"red"}}"#);
    let both = when!(r#"{"StringEquals":{"k":"red","l":"1"},"StringLike":{"m":"*"}}"#);
    let empty = when!("{}");
    let none = when!(r#"{"StringEquals":{"k":[]}}"#);
    check(
        "2012-10-17",
        &[
            (equal, "a:b", "*", "k=Red", Allowed),
            (equal, "a:b", "*", "K=Red", Allowed),
            (equal, "a:b", "*", "k=red", NotAllowed),
            (equal, "a:b", "*", "", NotAllowed),
            (several, "a:b", "*", "k=blue", Allowed),
            (several, "a:b", "*", "k=green", NotAllowed),
            (unequal, "a:b", "*", "k=green", Allowed),
            (unequal, "a:b", "*", "k=blue", NotAllowed),
            (unequal, "a:b", "*", "", Allowed),
            (fold, "a:b", "*", "k=rEd", Allowed),
            (fold, "a:b", "*", "k=reds", NotAllowed),
            (not_fold, "a:b", "*", "k=rEd", NotAllowed),
            (like, "a:b", "*", "k=rad-2", Allowed),
            (like, "a:b", "*", "k=rd", NotAllowed),
            (unlike, "a:b", "*", "k=green", Allowed),
            (unlike, "a:b", "*", "k=blue", NotAllowed),
            (literal, "a:b", "*", "k=red", NotAllowed),
            (literal, "a:b", "*", "k=r*", Allowed),
            (if_exists, "a:b", "*", "", Allowed),
            (if_exists, "a:b", "*", "k=blue", NotAllowed),
            (both, "a:b", "*", "k=red;l=1;m=x", Allowed),
            (both, "a:b", "*", "k=red;l=2;m=x", NotAllowed),
            (both, "a:b", "*", "k=red;l=1", NotAllowed),
            (empty, "a:b", "*", "", Allowed),
            (none, "a:b", "*", "k=red", NotAllowed),
        ],
    );
}

#[test]
fn sets() {
    let all = when!(r#"{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}"#);
    let any = when!(r#"{"ForAnyValue:StringEquals":{"aws:TagKeys":["a","b"]}}"#);
    let any_like = when!(r#"{"ForAnyValue:StringLike":{"k":"x*"}}"#);
    let all_not = when!(r#"{"ForAllValues:StringNotEquals":{"k":["a","b"]}}"#);
    let any_not = when!(r#"{"ForAnyValue:StringNotEquals":{"k":["a","b"]}}"#);
    let any_if = when!(r#"{"ForAnyValue:StringEqualsIfExists":{"k":"a"}}"#);
    let numbers = when!(r#"{"ForAllValues:NumericLessThan":{"k":"10"}}"#);
    let plain = when!(r#"{"StringEquals":{"k":"a"}}"#);
    let plain_not = when!(r#"{"StringNotEquals":{"k":"a"}}"#);
    check(
        "2012-10-17",
        &[
            (all, "a:b", "*", "aws:TagKeys=a|b", Allowed),
            (all, "a:b", "*", "aws:TagKeys=a|c", NotAllowed),
            (all, "a:b", "*", "", Allowed),
            (any, "a:b", "*", "aws:TagKeys=c|b", Allowed),
            (any, "a:b", "*", "aws:TagKeys=c|d", NotAllowed),
            (any, "a:b", "*", "", NotAllowed),
            (any_like, "a:b", "*", "k=ax|xa", Allowed),
            (all_not, "a:b", "*", "k=c|d", Allowed),
            (all_not, "a:b", "*", "k=a|d", NotAllowed),
            (any_not, "a:b", "*", "k=a|d", Allowed),
            (any_not, "a:b", "*", "k=a|b", NotAllowed),
            (any_not, "a:b", "*", "", NotAllowed),
            (any_if, "a:b", "*", "", Allowed),
            (numbers, "a:b", "*", "k=3|9", Allowed),
            (numbers, "a:b", "*", "k=3|10", NotAllowed),
            (plain, "a:b", "*", "k=a|b", Allowed),
            (plain_not, "a:b", "*", "k=a|b", NotAllowed),
        ],
    );
}

#[test]
fn numbers_dates_and_booleans() {
    let less = when!(r#"{"NumericLessThanEquals":{"k":10}}"#);
    let equal = when!(r#"{"NumericEquals":{"k":["1","2.5"]}}"#);
    let unequal = when!(r#"{"NumericNotEquals":{"k":"1"}}"#);
    let greater = when!(r#"{"NumericGreaterThan":{"k":"9"}}"#);
    let after = when!(r#"{"DateGreaterThan":{"aws:CurrentTime":"2026-11-20T00:00:00Z"}}"#);
    let before = when!(r#"{"DateLessThan":{"aws:CurrentTime":"2026-11-21"}}"#);
    let epoch = when!(r#"{"DateLessThan":{"aws:EpochTime":1795000000}}"#);
    let on = when!(r#"{"Bool":{"aws:SecureTransport":true}}"#);
    let off = when!(r#"{"Bool":{"aws:SecureTransport":["false"]}}"#);
    let absent = when!(r#"{"Null":{"k":"true"}}"#);
    let present = when!(r#"{"Null":{"k":false}}"#);
    check(
        "2012-10-17",
        &[
            (less, "a:b", "*", "k=10", Allowed),
            (less, "a:b", "*", "k=10.5", NotAllowed),
            (less, "a:b", "*", "k=ten", NotAllowed),
            (equal, "a:b", "*", "k=2.50", Allowed),
            (unequal, "a:b", "*", "k=1.0", NotAllowed),
            (unequal, "a:b", "*", "", Allowed),
            (greater, "a:b", "*", "k=10", Allowed),
            (greater, "a:b", "*", "k=9", NotAllowed),
            (after, "a:b", "*", "aws:CurrentTime=2026-11-20T12:00:00Z", Allowed),
            (after, "a:b", "*", "aws:CurrentTime=2026-11-19T12:00:00Z", NotAllowed),
            (before, "a:b", "*", "aws:CurrentTime=2026-11-20T12:00:00Z", Allowed),
            (epoch, "a:b", "*", "aws:EpochTime=1794999999", Allowed),
            (epoch, "a:b", "*", "aws:EpochTime=1795000000", NotAllowed),
            (on, "a:b", "*", "aws:SecureTransport=true", Allowed),
            (on, "a:b", "*", "aws:SecureTransport=false", NotAllowed),
            (on, "a:b", "*", "", NotAllowed),
            (off, "a:b", "*", "aws:SecureTransport=False", Allowed),
            (absent, "a:b", "*", "", Allowed),
            (absent, "a:b", "*", "k=1", NotAllowed),
            (present, "a:b", "*", "k=1", Allowed),
            (present, "a:b", "*", "", NotAllowed),
        ],
    );
}

#[test]
fn addresses_and_arns() {
    let block = when!(r#"{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","203.0.113.7"]}}"#);
    let outside = when!(r#"{"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","2001:db8::/32"]}}"#);
    let arn = when!(r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/ci/*"}}"#);
    let exact = when!(r#"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}"#);
    let not = when!(r#"{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:*"}}"#);
    check(
        "2012-10-17",
        &[
            (block, "a:b", "*", "aws:SourceIp=10.200.3.4", Allowed),
            (block, "a:b", "*", "aws:SourceIp=203.0.113.7", Allowed),
            (block, "a:b", "*", "aws:SourceIp=203.0.113.8", NotAllowed),
            (block, "a:b", "*", "aws:SourceIp=::ffff:10.1.1.1", Allowed),
            (block, "a:b", "*", "aws:SourceIp=license-manager.amazonaws.com", NotAllowed),
            (block, "a:b", "*", "", NotAllowed),
            (outside, "a:b", "*", "aws:SourceIp=2001:db9::1", Allowed),
            (outside, "a:b", "*", "aws:SourceIp=2001:db8::1", NotAllowed),
            (outside, "a:b", "*", "aws:SourceIp=10.0.0.1", NotAllowed),
            (outside, "a:b", "*", "", Allowed),
            (arn, "a:b", "*", "aws:PrincipalArn=arn:aws:iam::444455556666:role/ci/b", Allowed),
            (arn, "a:b", "*", "aws:PrincipalArn=arn:aws:iam::444455556666:user/ci/b", NotAllowed),
            (exact, "a:b", "*", "aws:PrincipalArn=arn:aws:iam::111122223333:role/b", Allowed),
            (exact, "a:b", "*", "aws:PrincipalArn=arn:aws:iam::444455556666:role/b", NotAllowed),
            (not, "a:b", "*", "aws:PrincipalArn=arn:aws:iam::444455556666:role/b", Allowed),
            (not, "a:b", "*", "aws:PrincipalArn=arn:aws:iam::111122223333:role/b", NotAllowed),
        ],
    );
}
