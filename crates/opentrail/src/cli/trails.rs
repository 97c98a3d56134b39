//! `opentrail trails`

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use serde_json::{Value as Json, json};
use wire::Members;

use super::out;
use super::source::Source;
use super::table::{Columns, shown};
use super::{Where, block_on};

/// Show trails and how their delivery goes
///
/// WAITING is what was recorded and is not in the bucket yet. Whatever does not arrive is told below
/// the table, with what helps; nothing of it is lost meanwhile.
///
///   opentrail trails
///   opentrail trails --check || alert
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Trails {
    /// One JSON object a trail
    #[arg(long)]
    json: bool,
    /// Exit with 1 when something does not arrive
    #[arg(long)]
    check: bool,
}

/// One trail's delivery, as the server tells it.
struct Delivery<'a>(&'a Members);

/// What does not arrive: channel and error code, with the Regions that it concerns.
type Errors<'a> = BTreeMap<(&'a str, &'a str), Vec<&'a str>>;

const EMPTY: &str = "\
no trails yet; this makes one for every Region, with digests that 'opentrail verify' proves:
  aws s3 mb s3://my-trail-logs
  aws s3api put-bucket-policy --bucket my-trail-logs --policy file://policy.json
  aws cloudtrail create-trail --name main --s3-bucket-name my-trail-logs \\
      --is-multi-region-trail --enable-log-file-validation
  aws cloudtrail start-logging --name main
The policy lets cloudtrail.amazonaws.com call s3:GetBucketAcl on the bucket and s3:PutObject on
AWSLogs/* in it.";

impl Trails {
    pub(super) fn run(self) -> Result<ExitCode> {
        let output = block_on(async {
            let source = Source::of(&Where { data: None })?;
            source.call("ListTrailDeliveries", &Members::new()).await
        })?;
        let deliveries: Vec<_> = output.maps("Deliveries").map(Delivery).collect();
        if self.json {
            for delivery in &deliveries {
                out::line(delivery.json());
            }
        } else {
            print(&deliveries);
        }
        let fails = deliveries.iter().any(|delivery| !delivery.errors().is_empty());
        Ok(if self.check && fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

fn print(deliveries: &[Delivery<'_>]) {
    if deliveries.is_empty() {
        eprintln!("{EMPTY}");
        return;
    }
    let mut table = Columns::new([
        "NAME",
        "REGION",
        "BUCKET",
        "LOGGING",
        "LAST FILE",
        "LAST DIGEST",
        "WAITING",
    ]);
    for delivery in deliveries {
        table.add(delivery.row());
    }
    table.print();
    for delivery in deliveries {
        for ((channel, code), regions) in delivery.errors() {
            out::line("");
            out::line(delivery.trouble(channel, code, &regions));
        }
    }
}

impl Delivery<'_> {
    fn text(&self, member: &str) -> &str {
        self.0.string(member).unwrap_or_default()
    }

    fn number(&self, member: &str) -> i64 {
        self.0.integer(member).unwrap_or_default()
    }

    fn time(&self, member: &str) -> Option<String> {
        self.0.timestamp(member).map(event::event_time)
    }

    /// The home Region and the name, out of the ARN.
    fn home_and_name(&self) -> (&str, &str) {
        let arn = self.text("TrailARN");
        let home = arn.split(':').nth(3).unwrap_or_default();
        (home, arn.rsplit_once('/').map_or(arn, |(_, name)| name))
    }

    fn logging(&self) -> &'static str {
        match (self.0.boolean("IsDeleted"), self.0.boolean("IsLogging")) {
            (Some(true), _) => "deleted",
            (_, Some(true)) => "yes",
            _ => "no",
        }
    }

    fn row(&self) -> [String; 7] {
        let (home, name) = self.home_and_name();
        let time = |member: &str| self.time(member).unwrap_or_else(|| "-".to_owned());
        [
            shown(name),
            shown(home),
            shown(self.text("S3BucketName")),
            self.logging().to_owned(),
            time("LatestDeliveryTime"),
            time("LatestDigestDeliveryTime"),
            self.waiting(),
        ]
    }

    fn waiting(&self) -> String {
        let parts = [
            ("WaitingEvents", "event"),
            ("WaitingCuts", "cut"),
            ("WaitingNotifications", "notification"),
        ];
        let parts: Vec<_> = parts
            .into_iter()
            .map(|(member, noun)| (self.number(member), noun))
            .filter(|(number, _)| *number > 0)
            .map(|(number, noun)| format!("{number} {noun}{}", if number == 1 { "" } else { "s" }))
            .collect();
        match (parts.is_empty(), self.time("WaitingSince")) {
            (true, _) => "nothing".to_owned(),
            (false, Some(since)) => format!("{} since {since}", parts.join(", ")),
            (false, None) => parts.join(", "),
        }
    }

    fn errors(&self) -> Errors<'_> {
        let mut errors = Errors::new();
        for error in self.0.maps("Errors") {
            let text = |member| error.string(member).unwrap_or_default();
            errors.entry((text("Channel"), text("ErrorCode"))).or_default().push(text("Region"));
        }
        errors
    }

    fn trouble(&self, channel: &str, code: &str, regions: &[&str]) -> String {
        let what = match channel {
            "delivery" => "log files do not arrive",
            "digest" => "digests do not arrive",
            _ => "notifications do not arrive",
        };
        let (name, regions) = (shown(self.home_and_name().1), shown(&regions.join(", ")));
        let help = help(channel, code, &shown(self.text("S3BucketName")));
        format!("{name}: {what} from {regions}: {}\n  {help}", shown(code))
    }

    fn json(&self) -> Json {
        let (home, name) = self.home_and_name();
        let errors: Vec<_> = self
            .errors()
            .into_iter()
            .map(|((channel, code), regions)| {
                json!({ "channel": channel, "errorCode": code, "regions": regions })
            })
            .collect();
        json!({
            "name": name,
            "arn": self.text("TrailARN"),
            "homeRegion": home,
            "s3BucketName": self.text("S3BucketName"),
            "isLogging": self.0.boolean("IsLogging"),
            "isDeleted": self.0.boolean("IsDeleted"),
            "latestDeliveryTime": self.time("LatestDeliveryTime"),
            "latestDigestDeliveryTime": self.time("LatestDigestDeliveryTime"),
            "waitingEvents": self.number("WaitingEvents"),
            "waitingBytes": self.number("WaitingBytes"),
            "waitingCuts": self.number("WaitingCuts"),
            "waitingNotifications": self.number("WaitingNotifications"),
            "waitingSince": self.time("WaitingSince"),
            "errors": errors,
        })
    }
}

/// Says what is wrong and what helps.
fn help(channel: &str, code: &str, bucket: &str) -> String {
    match (channel, code) {
        ("notification", "NotFound" | "NotFoundException" | "InvalidParameter") => {
            "the topic is not there: make it again, or name another with update-trail".to_owned()
        }
        ("notification", "AuthorizationError" | "AuthorizationErrorException") => {
            "the topic's policy must let cloudtrail.amazonaws.com call sns:Publish".to_owned()
        }
        (_, "NoSuchBucket") => {
            format!("there is no bucket {bucket}: make it again, or name another with update-trail")
        }
        (_, "AccessDenied" | "InsufficientS3BucketPolicyException") => format!(
            "the policy of {bucket} must let cloudtrail.amazonaws.com call s3:PutObject on AWSLogs/*, \
             and the store's credentials in the configuration must be allowed to"
        ),
        (_, "RequestTimeout" | "ServiceUnavailable" | "SlowDown") => {
            "the other side does not answer: it is tried again, up to 30 days long".to_owned()
        }
        (_, "PreconditionFailed") => format!(
            "another object is where the next file belongs; see which in the server's log, and move \
             it out of {bucket}"
        ),
        _ => "the server's log says more".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use jiff::Timestamp;
    use wire::Value;

    use super::*;

    fn delivery() -> Members {
        let since: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let error = |region: &str| {
            Value::from(
                Members::new()
                    .with("Region", Value::from(region))
                    .with("Channel", Value::from("delivery"))
                    .with("ErrorCode", Value::from("NoSuchBucket")),
            )
        };
        Members::new()
            .with("TrailARN", Value::from("arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"))
            .with("S3BucketName", Value::from("logs"))
            .with("IsLogging", Value::from(true))
            .with("WaitingEvents", Value::from(3_i64))
            .with("WaitingCuts", Value::from(1_i64))
            .with("WaitingSince", Value::from(since))
            .with("Errors", Value::List(vec![error("eu-west-1"), error("us-east-1")]))
    }

    #[test]
    fn a_trail_is_told_in_words() {
        let members = delivery();
        let delivery = Delivery(&members);
        let row = delivery.row().join(" | ");
        expect![
            "main | eu-west-1 | logs | yes | - | - | 3 events, 1 cut since 2026-11-20T10:00:00Z"
        ]
        .assert_eq(&row);
        let ((channel, code), regions) = delivery.errors().pop_first().unwrap();
        expect![[r"
            main: log files do not arrive from eu-west-1, us-east-1: NoSuchBucket
              there is no bucket logs: make it again, or name another with update-trail"]]
        .assert_eq(&delivery.trouble(channel, code, &regions));
        assert_eq!(delivery.json()["errors"][0]["regions"], json!(["eu-west-1", "us-east-1"]));
    }
}
