//! Events for tests: few values, many combinations.

use crate::row::{Extra, Row};

/// A small generator of numbers; the same seed gives the same ones.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    pub(super) fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

pub(super) const NAMES: &[&str] = &["RunInstances", "GetObject", "AssumeRole", "BatchMeterUsage"];
pub(super) const SOURCES: &[&str] = &["ec2.amazonaws.com", "s3.amazonaws.com", "sts.amazonaws.com"];
pub(super) const USERS: &[&str] = &["anna", "build", "root-of-it", "é\\u00e9\\\"q"];
pub(super) const ACCOUNTS: &[&str] = &["111122223333", "444455556666"];
pub(super) const REGIONS: &[&str] = &["us-east-1", "eu-west-1", "ap-south-1"];

/// Returns the records of `count` events within some hours.
pub(super) fn records(dice: &mut Dice, count: usize) -> Vec<String> {
    (0..count).map(|_| record(dice)).collect()
}

fn record(dice: &mut Dice) -> String {
    let (hour, minute, second) = (dice.below(4), dice.below(60), dice.below(60));
    let error = if dice.below(4) == 0 { r#""errorCode":"AccessDenied","# } else { "" };
    let category = dice.of(&[r#""eventCategory":"Data","#, r#""eventCategory":"Management","#, ""]);
    let resources = dice.of(&[
        "",
        r#""resources":[{"accountId":"1","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::logs"}],"#,
        r#""resources":[{"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::logs/"},{"ARN":"arn:x"}],"#,
        r#""resources":"odd","#,
    ]);
    let mut id = || format!("{:08x}", dice.below(u64::from(u32::MAX)));
    let id = format!("{}-0000-4000-8000-{}0000", id(), id());
    format!(
        r#"{{"eventVersion":"1.11","userIdentity":{{"type":"IAMUser","userName":"{}","accessKeyId":"AKIA{}","sessionContext":{{"attributes":{{"creationDate":"2026-11-20T08:00:00Z","mfaAuthenticated":"false"}}}}}},"eventTime":"2026-11-20T{hour:02}:{minute:02}:{second:02}Z","eventSource":"{}","eventName":"{}","awsRegion":"{}",{error}{category}{resources}"readOnly":{},"requestParameters":{{"n":{}}},"eventID":"{id}","recipientAccountId":"{}","unknown":{{"kept":[1.0,1e3]}}}}"#,
        dice.of(USERS),
        dice.below(5),
        dice.of(SOURCES),
        dice.of(NAMES),
        dice.of(REGIONS),
        dice.of(&["true", "false", "\"true\"", "null"]),
        dice.below(1000),
        dice.of(ACCOUNTS),
    )
}

/// Returns records as rows, each as the event of a frame of its own.
pub(super) fn rows(records: &[String], first_sequence: u64) -> Vec<Row<'_>> {
    let numbered = (first_sequence..).zip(records);
    numbered.map(|(sequence, record)| row(record, sequence)).collect()
}

pub(super) fn row(record: &str, sequence: u64) -> Row<'_> {
    let mut extra = Extra::default();
    if sequence.is_multiple_of(7) {
        extra.resources = vec![("AWS::IAM::User".into(), format!("user-{}", sequence % 3).into())];
    }
    extra.imported = sequence.is_multiple_of(5);
    Row::read(record, sequence, 0, extra).unwrap()
}
