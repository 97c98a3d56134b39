//! When a delivery over HTTP is tried again: SNS's delivery policies.
//!
//! ```text
//!   failures:  1 … no_delay │ … at_min │ … back-off, min to max │ … at_max │ given up
//!   wait:           0       │   min    │        a curve         │   max    │
//! ```

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// The retries that a policy may ask for, and the longest delay in seconds.
const RETRIES_MAX: u32 = 100;
const DELAY_SECS_MAX: u32 = 3600;
/// The content types that a policy may ask for.
const CONTENT_TYPES: &[&str] = &[
    "application/json",
    "application/x-www-form-urlencoded",
    "application/xml",
    "text/plain",
    "text/plain; charset=UTF-8",
    "text/xml",
];

/// How often and when a delivery is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// How often at most, beyond the first time.
    pub retries: u32,
    /// How often at once.
    pub no_delay: u32,
    /// How often after the shortest delay.
    pub at_min: u32,
    /// How often, at the end, after the longest delay.
    pub at_max: u32,
    /// The shortest delay.
    pub min_delay_secs: u32,
    /// The longest delay.
    pub max_delay_secs: u32,
    /// How the delay grows in between.
    pub backoff: Backoff,
    /// The content type of what is posted.
    pub content_type: String,
}

/// How a delay grows from the shortest to the longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Backoff {
    /// By equal steps.
    Linear,
    /// By steps that grow equally.
    Arithmetic,
    /// By an equal factor.
    Geometric,
    /// Twice as long each time.
    Exponential,
}

/// Why a delivery policy is refused; the text is for the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("DeliveryPolicy: {0}")]
pub(crate) struct BadRetry(String);

/// A topic's policy as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicText {
    http: TopicHttpText,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct TopicHttpText {
    default_healthy_retry_policy: Option<RetryText>,
    default_sickly_retry_policy: Option<NotServed>,
    default_throttle_policy: Option<ThrottleText>,
    default_request_policy: Option<RequestText>,
    #[serde(default)]
    disable_subscription_overrides: bool,
}

/// A subscription's policy as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SubscriptionText {
    healthy_retry_policy: Option<RetryText>,
    sickly_retry_policy: Option<NotServed>,
    throttle_policy: Option<ThrottleText>,
    request_policy: Option<RequestText>,
    #[serde(default)]
    guaranteed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RetryText {
    min_delay_target: Option<u32>,
    max_delay_target: Option<u32>,
    num_retries: Option<u32>,
    num_max_delay_retries: Option<u32>,
    num_no_delay_retries: Option<u32>,
    num_min_delay_retries: Option<u32>,
    backoff_function: Option<Backoff>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ThrottleText {
    max_receives_per_second: Option<NotServed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RequestText {
    header_content_type: Option<String>,
}

/// What may only be null.
#[derive(Deserialize)]
enum NotServed {}

impl Default for Retry {
    fn default() -> Self {
        Self {
            retries: 49,
            no_delay: 3,
            at_min: 0,
            at_max: 36,
            min_delay_secs: 1,
            max_delay_secs: 560,
            backoff: Backoff::Exponential,
            content_type: "text/plain; charset=UTF-8".to_owned(),
        }
    }
}

impl Retry {
    /// Reads the policies of a topic and of one of its subscriptions.
    pub(crate) fn read(topic: Option<&str>, subscription: Option<&str>) -> Result<Self, BadRetry> {
        let mut retry = Self::default();
        let mut overridable = true;
        if let Some(text) = topic {
            let http = parse::<TopicText>(text)?.http;
            refuse(
                http.default_sickly_retry_policy.is_some(),
                http.default_throttle_policy.as_ref(),
            )?;
            retry.take(http.default_healthy_retry_policy, http.default_request_policy)?;
            overridable = !http.disable_subscription_overrides;
        }
        if let Some(text) = subscription {
            let own = parse::<SubscriptionText>(text)?;
            let sickly = own.sickly_retry_policy.is_some() || own.guaranteed;
            refuse(sickly, own.throttle_policy.as_ref())?;
            if overridable {
                retry.take(own.healthy_retry_policy, own.request_policy)?;
            } else {
                Self::default().take(own.healthy_retry_policy, own.request_policy)?;
            }
        }
        Ok(retry)
    }

    /// Returns how long to wait after the `failures`-th failure; none when it is given up.
    pub fn delay(&self, failures: u32) -> Option<SignedDuration> {
        if failures > self.retries {
            return None;
        }
        let growing = self.retries.saturating_sub(self.no_delay + self.at_min + self.at_max);
        let secs = if failures <= self.no_delay {
            0
        } else if failures <= self.no_delay + self.at_min {
            self.min_delay_secs
        } else if failures <= self.no_delay + self.at_min + growing {
            self.grown(failures - self.no_delay - self.at_min, growing)
        } else {
            self.max_delay_secs
        };
        Some(SignedDuration::from_secs(secs.into()))
    }

    /// Returns the policy as `EffectiveDeliveryPolicy` shows it for a topic.
    pub(crate) fn shown_for_topic(&self) -> String {
        serde_json::json!({"http": {
            "defaultHealthyRetryPolicy": self.healthy(),
            "disableSubscriptionOverrides": false,
            "defaultRequestPolicy": {"headerContentType": self.content_type},
        }})
        .to_string()
    }

    /// Returns the policy as `EffectiveDeliveryPolicy` shows it for a subscription.
    pub(crate) fn shown_for_subscription(&self) -> String {
        serde_json::json!({
            "healthyRetryPolicy": self.healthy(),
            "sicklyRetryPolicy": null,
            "throttlePolicy": null,
            "requestPolicy": {"headerContentType": self.content_type},
            "guaranteed": false,
        })
        .to_string()
    }

    fn healthy(&self) -> serde_json::Value {
        serde_json::json!({
            "minDelayTarget": self.min_delay_secs,
            "maxDelayTarget": self.max_delay_secs,
            "numRetries": self.retries,
            "numMaxDelayRetries": self.at_max,
            "numNoDelayRetries": self.no_delay,
            "numMinDelayRetries": self.at_min,
            "backoffFunction": self.backoff,
        })
    }

    /// Returns the delay at a step of the growing part.
    fn grown(&self, step: u32, steps: u32) -> u32 {
        let (min, max) = (self.min_delay_secs, self.max_delay_secs);
        let (span, at, end) = (u64::from(max - min), u64::from(step), u64::from(steps));
        let secs = match self.backoff {
            Backoff::Linear => u64::from(min) + span * at / end,
            Backoff::Arithmetic => u64::from(min) + span * at * (at + 1) / (end * (end + 1)),
            Backoff::Geometric => {
                let factor = f64::from(max) / f64::from(min);
                let grown = f64::from(min) * factor.powf(f64::from(step) / f64::from(steps));
                (u64::from(min)..=u64::from(max))
                    .find(|secs| u32::try_from(*secs).is_ok_and(|secs| f64::from(secs) >= grown))
                    .unwrap_or(max.into())
            }
            Backoff::Exponential => u64::from(min) << (step - 1).min(12),
        };
        u32::try_from(secs).unwrap_or(max).min(max)
    }

    fn take(
        &mut self,
        healthy: Option<RetryText>,
        request: Option<RequestText>,
    ) -> Result<(), BadRetry> {
        if let Some(text) = healthy {
            let content_type = self.content_type.clone();
            *self = text.checked(content_type)?;
        }
        if let Some(kind) = request.and_then(|request| request.header_content_type) {
            if !CONTENT_TYPES.contains(&kind.as_str()) {
                return bad(format!("headerContentType must be one of {CONTENT_TYPES:?}"));
            }
            self.content_type = kind;
        }
        Ok(())
    }
}

impl RetryText {
    /// Returns the policy with AWS's defaults for what is left out.
    fn checked(&self, content_type: String) -> Result<Retry, BadRetry> {
        let retry = Retry {
            retries: self.num_retries.unwrap_or(3),
            no_delay: self.num_no_delay_retries.unwrap_or(0),
            at_min: self.num_min_delay_retries.unwrap_or(0),
            at_max: self.num_max_delay_retries.unwrap_or(0),
            min_delay_secs: self.min_delay_target.unwrap_or(20),
            max_delay_secs: self.max_delay_target.unwrap_or(20),
            backoff: self.backoff_function.unwrap_or(Backoff::Linear),
            content_type,
        };
        if retry.retries > RETRIES_MAX {
            return bad(format!("numRetries must be at most {RETRIES_MAX}"));
        }
        if [retry.no_delay, retry.at_min, retry.at_max].iter().any(|count| *count > RETRIES_MAX)
            || retry.no_delay + retry.at_min + retry.at_max > retry.retries
        {
            return bad("the retries of the phases must not be more than numRetries");
        }
        let (min, max) = (retry.min_delay_secs, retry.max_delay_secs);
        if min == 0 || min > max || max > DELAY_SECS_MAX {
            return bad(format!(
                "minDelayTarget and maxDelayTarget must be 1 to {DELAY_SECS_MAX}, the first not \
                 above the second"
            ));
        }
        Ok(retry)
    }
}

fn parse<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, BadRetry> {
    serde_json::from_str(text).map_err(|cause| BadRetry(cause.to_string()))
}

fn refuse(sickly: bool, throttle: Option<&ThrottleText>) -> Result<(), BadRetry> {
    let throttled = throttle.is_some_and(|throttle| throttle.max_receives_per_second.is_some());
    if sickly || throttled {
        return bad("sickly, throttle and guaranteed policies are not served");
    }
    Ok(())
}

fn bad<T>(text: impl Into<String>) -> Result<T, BadRetry> {
    Err(BadRetry(text.into()))
}

#[cfg(test)]
mod tests {
    use super::Retry;

    fn delays(retry: &Retry) -> Vec<i64> {
        (1..).map_while(|failures| retry.delay(failures)).map(|delay| delay.as_secs()).collect()
    }

    #[test]
    fn without_a_policy_it_is_fifty_times_within_six_hours() {
        let delays = delays(&Retry::default());
        assert_eq!(delays.len() + 1, 50);
        assert_eq!(delays[..15], [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 560, 560]);
        assert!((5 * 3600..6 * 3600).contains(&delays.iter().sum::<i64>()));
    }

    #[test]
    fn a_policy_is_followed() {
        let policy = |backoff: &str| {
            let text = format!(
                r#"{{"http":{{"defaultHealthyRetryPolicy":{{"minDelayTarget":2,"maxDelayTarget":10,
                "numRetries":9,"numNoDelayRetries":1,"numMinDelayRetries":2,
                "numMaxDelayRetries":2,"backoffFunction":"{backoff}"}}}}}}"#
            );
            delays(&Retry::read(Some(&text), None).unwrap())
        };
        assert_eq!(policy("linear"), [0, 2, 2, 4, 6, 8, 10, 10, 10]);
        assert_eq!(policy("arithmetic"), [0, 2, 2, 2, 4, 6, 10, 10, 10]);
        assert_eq!(policy("geometric"), [0, 2, 2, 3, 5, 7, 10, 10, 10]);
        assert_eq!(policy("exponential"), [0, 2, 2, 2, 4, 8, 10, 10, 10]);
    }

    #[test]
    fn what_the_topic_shows_can_be_set_again() {
        let shown = Retry::default().shown_for_topic();
        assert_eq!(Retry::read(Some(&shown), None), Ok(Retry::default()));
    }

    #[test]
    fn a_subscription_overrides_its_topic_unless_that_forbids_it() {
        let own =
            r#"{"healthyRetryPolicy":{"numRetries":1,"minDelayTarget":5,"maxDelayTarget":5}}"#;
        let topic =
            |disabled: bool| format!(r#"{{"http":{{"disableSubscriptionOverrides":{disabled}}}}}"#);
        assert_eq!(delays(&Retry::read(Some(&topic(false)), Some(own)).unwrap()), [5]);
        assert_eq!(Retry::read(Some(&topic(true)), Some(own)), Ok(Retry::default()));
    }

    #[test]
    fn what_is_not_served_or_not_sound_is_refused() {
        for bad in [
            r#"{"http":{"defaultThrottlePolicy":{"maxReceivesPerSecond":1}}}"#,
            r#"{"http":{"defaultSicklyRetryPolicy":{}}}"#,
            r#"{"http":{"defaultHealthyRetryPolicy":{"numRetries":101}}}"#,
            r#"{"http":{"defaultHealthyRetryPolicy":{"numRetries":2,"numNoDelayRetries":3}}}"#,
            r#"{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":30}}}"#,
            r#"{"http":{"defaultRequestPolicy":{"headerContentType":"image/png"}}}"#,
            r#"{"sqs":{}}"#,
            "[]",
        ] {
            assert!(Retry::read(Some(bad), None).is_err(), "{bad}");
        }
    }
}
