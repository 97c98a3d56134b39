//! What the settings of a trail may look like, before anything outside is asked.

use wire::{Fault, Members};

use super::arn::{Arn, is_uuid};

const BUCKET_BYTES_MIN: usize = 3;
const BUCKET_BYTES_MAX: usize = 63;
const PREFIX_CHARACTERS_MAX: usize = 200;
const TOPIC_CHARACTERS_MAX: usize = 256;

/// Refuses a trail of all Regions without the events of global services.
///
/// # Errors
/// `InvalidParameterCombinationException`
pub(super) fn check_scope(is_multi_region: bool, includes_global: bool) -> Result<(), Fault> {
    if is_multi_region && !includes_global {
        let message = "Multi-Region trail must include global service events.";
        return Err(Fault::new("InvalidParameterCombinationException", message));
    }
    Ok(())
}

/// Holds the given destinations against their forms; `region` is the trail's home. An empty text
/// takes a destination away, and is of no form.
///
/// # Errors
/// The exception of the first that is wrong; keys and log groups are refused whatever they are, as
/// there are none.
pub(super) fn check(input: &Members, region: &str) -> Result<(), Fault> {
    if let Some(name) = input.string("S3BucketName") {
        check_bucket(name)?;
    }
    if let Some(prefix) = input.string("S3KeyPrefix") {
        check_prefix(prefix)?;
    }
    if let Some(topic) = given(input, "SnsTopicName") {
        check_topic(topic)?;
    }
    if let Some(key) = given(input, "KmsKeyId") {
        return Err(key_refusal(key, region));
    }
    check_log_group(input, region)
}

/// Returns the text of a member that is there and not empty.
pub(super) fn given<'a>(input: &'a Members, name: &str) -> Option<&'a str> {
    input.string(name).filter(|text| !text.is_empty())
}

/// Returns a topic's ARN; a bare name means the trail's home Region and account.
pub(super) fn topic_arn(topic: &str, region: &str, account: &str) -> String {
    if topic.starts_with("arn:") {
        return topic.to_owned();
    }
    format!("arn:aws:sns:{region}:{account}:{topic}")
}

fn check_bucket(name: &str) -> Result<(), Fault> {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_label = |label: &str| {
        let (first, last) = (label.bytes().next(), label.bytes().next_back());
        first.is_some_and(is_inner)
            && last.is_some_and(is_inner)
            && label.bytes().all(|byte| byte == b'-' || is_inner(byte))
    };
    let is_bucket = (BUCKET_BYTES_MIN..=BUCKET_BYTES_MAX).contains(&name.len())
        && name.split('.').all(is_label)
        && name.parse::<std::net::Ipv4Addr>().is_err();
    if is_bucket {
        return Ok(());
    }
    let message = format!(
        "S3 bucket name {name} is not valid: it has 3 to 63 lowercase letters, numbers, periods \
         and hyphens, a letter or number at both ends of each part between periods, and is no IP \
         address."
    );
    Err(Fault::new("InvalidS3BucketNameException", message))
}

/// The characters are those that S3 calls safe or has no word against.
fn check_prefix(prefix: &str) -> Result<(), Fault> {
    let is_fine = |character: char| {
        character.is_ascii_alphanumeric() || "!_.*'()/-&$@=;:+ ,?".contains(character)
    };
    let length = prefix.chars().count();
    let trouble = if length > PREFIX_CHARACTERS_MAX {
        format!("it has {length} characters, and at most {PREFIX_CHARACTERS_MAX} are allowed")
    } else if let Some(odd) = prefix.chars().find(|character| !is_fine(*character)) {
        format!("the character {odd:?} is not allowed")
    } else {
        return Ok(());
    };
    let message = format!("The S3 key prefix is not valid: {trouble}.");
    Err(Fault::new("InvalidS3PrefixException", message))
}

fn check_topic(topic: &str) -> Result<(), Fault> {
    let name = if topic.starts_with("arn:") {
        let arn = Arn::parse(topic).filter(|arn| arn.service == "sns" && !arn.region.is_empty());
        arn.map(|arn| arn.rest)
    } else {
        Some(topic)
    };
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let is_name = |name: &str| name.len() <= TOPIC_CHARACTERS_MAX && name.bytes().all(is_inner);
    if name.is_some_and(is_name) {
        return Ok(());
    }
    let message = format!(
        "SNS topic {topic} is not valid: give the name or the ARN of a standard topic; a name has \
         1 to {TOPIC_CHARACTERS_MAX} letters, numbers, hyphens and underscores."
    );
    Err(Fault::new("InvalidSnsTopicNameException", message))
}

/// There is no key service here: no key can be used. The codes are those that AWS was seen to
/// answer for a key that is not there, and for one that can be none of the trail's Region.
fn key_refusal(key: &str, region: &str) -> Fault {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b":/_-".contains(&byte);
    let is_elsewhere = || Arn::parse(key).is_some_and(|arn| arn.region != region);
    let (code, trouble) = if !key.bytes().all(is_inner) {
        (
            "InvalidKmsKeyIdException",
            "is not valid: give a key id, an alias that begins with alias/, or the ARN of either.",
        )
    } else if !is_key(key) || is_elsewhere() {
        ("KmsKeyNotFoundException", "is no key of the trail's home Region.")
    } else {
        (
            "InsufficientEncryptionPolicyException",
            "cannot be used: there is no key service here, and log files are not encrypted with \
             keys of one.",
        )
    };
    Fault::new(code, format!("KMS key {key} {trouble}"))
}

fn is_key(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"/_-".contains(&byte);
    let is_alias = |text: &str| {
        let name = text.strip_prefix("alias/");
        name.is_some_and(|name| !name.is_empty() && name.bytes().all(is_inner))
    };
    let is_id = |id: &str| {
        let multi_region = id.strip_prefix("mrk-");
        is_uuid(id)
            || multi_region.is_some_and(|hex| {
                hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
    };
    if !text.starts_with("arn:") {
        return is_alias(text) || is_id(text);
    }
    Arn::parse(text).is_some_and(|arn| {
        let is_resource = is_alias(arn.rest) || arn.rest.strip_prefix("key/").is_some_and(is_id);
        arn.service == "kms" && !arn.region.is_empty() && is_resource
    })
}

/// Log groups are taken by form only as far as to say what is wrong with it: there is no log
/// service here.
fn check_log_group(input: &Members, region: &str) -> Result<(), Fault> {
    let group = given(input, "CloudWatchLogsLogGroupArn");
    let role = given(input, "CloudWatchLogsRoleArn");
    let both = "You must specify a log group and a role ARN.";
    let (code, message) = match (group, role) {
        (None, None) => return Ok(()),
        (Some(_), None) => (LOG_ROLE, both),
        (None, Some(_)) => (LOG_GROUP, both),
        (Some(group), _) if !is_log_group(group, region) => {
            (LOG_GROUP, "CloudTrail cannot validate the specified log group ARN.")
        }
        (_, Some(role)) if !is_role(role) => {
            (LOG_ROLE, "CloudTrail cannot validate the specified role ARN.")
        }
        _ => (
            "CloudWatchLogsDeliveryUnavailableException",
            "There is no CloudWatch Logs here: trails deliver to S3 buckets only.",
        ),
    };
    Err(Fault::new(code, message))
}

const LOG_GROUP: &str = "InvalidCloudWatchLogsLogGroupArnException";
const LOG_ROLE: &str = "InvalidCloudWatchLogsRoleArnException";

fn is_log_group(text: &str, region: &str) -> bool {
    let arn = Arn::parse(text).filter(|arn| arn.service == "logs" && arn.region == region);
    let name = arn.and_then(|arn| arn.rest.strip_prefix("log-group:")?.strip_suffix(":*"));
    name.is_some_and(|name| !name.is_empty() && !name.contains([':', '*']))
}

fn is_role(text: &str) -> bool {
    Arn::parse(text).is_some_and(|arn| {
        let name = arn.rest.strip_prefix("role/");
        arn.service == "iam" && arn.region.is_empty() && name.is_some_and(|name| !name.is_empty())
    })
}
