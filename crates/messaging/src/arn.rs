//! The names of topics, queues and subscriptions, as AWS spells them.

/// An ARN of SNS or SQS, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    /// `sns` or `sqs`.
    pub(crate) service: &'a str,
    /// The Region.
    pub(crate) region: &'a str,
    /// The account, twelve digits.
    pub(crate) account: &'a str,
    /// What is behind the account.
    pub(crate) name: &'a str,
}

impl<'a> Arn<'a> {
    /// Reads an ARN with Region and account.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix("arn:aws:")?;
        let mut parts = rest.splitn(4, ':');
        let (service, region) = (parts.next()?, parts.next()?);
        let (account, name) = (parts.next()?, parts.next()?);
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        (is_account && !region.is_empty() && !name.is_empty()).then_some(Self {
            service,
            region,
            account,
            name,
        })
    }

    /// Reads the ARN of a topic.
    pub(crate) fn topic(text: &'a str) -> Option<Self> {
        Self::parse(text).filter(|arn| arn.service == "sns" && !arn.name.contains(':'))
    }

    /// Reads the ARN of a queue.
    pub(crate) fn queue(text: &'a str) -> Option<Self> {
        Self::parse(text).filter(|arn| arn.service == "sqs" && !arn.name.contains([':', '/']))
    }
}

/// Returns the ARN of a topic.
pub(crate) fn topic_arn(region: &str, account: &str, name: &str) -> String {
    format!("arn:aws:sns:{region}:{account}:{name}")
}

/// Returns the ARN of a queue.
pub(crate) fn queue_arn(region: &str, account: &str, name: &str) -> String {
    format!("arn:aws:sqs:{region}:{account}:{name}")
}

/// Returns the topic of a subscription's ARN.
pub(crate) fn topic_of(subscription_arn: &str) -> Option<&str> {
    let (topic, _) = subscription_arn.rsplit_once(':')?;
    Arn::topic(topic).map(|_| topic)
}

#[cfg(test)]
mod tests {
    use super::{Arn, topic_of};

    #[test]
    fn only_whole_names_are_read() {
        let topic = "arn:aws:sns:us-east-1:111122223333:news";
        assert_eq!(Arn::topic(topic).unwrap().name, "news");
        assert_eq!(topic_of(&format!("{topic}:5d0a")), Some(topic));
        for bad in [
            "",
            "arn:aws:sns:us-east-1:1111:news",
            "arn:aws:sns:us-east-1:111122223333:",
            "arn:aws:sns::111122223333:news",
            "arn:aws:sqs:us-east-1:111122223333:news",
            "arn:aws:sns:us-east-1:111122223333:news:5d0a",
        ] {
            assert_eq!(Arn::topic(bad), None, "{bad}");
        }
        assert_eq!(topic_of(topic), None);
    }
}
