//! What a notification says is new: the other way to keep up with a live bucket.
//!
//! Whoever has a queue behind a trail's topic or behind the bucket's own notifications need not
//! list anything. The messages come in four forms, as CloudTrail, S3 or EventBridge wrote them,
//! and each of them may stand as text in an envelope of SNS.

use serde::Deserialize;

/// An object that a notification names. Whether it is there, and how large, the bucket says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// The bucket, which is not always the one that is followed.
    pub bucket: String,
    /// The object's key.
    pub key: String,
}

/// Why a message cannot be understood.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// It is no JSON, or not as such messages are.
    #[error("not a notification of CloudTrail, S3 or EventBridge")]
    Shape(#[from] serde_json::Error),
    /// A key is not spelt as S3 spells keys.
    #[error("a key is not URL-encoded UTF-8: {0:?}")]
    Key(String),
}

/// All members that one of the forms has.
#[derive(Deserialize)]
struct Message {
    /// SNS's envelope
    #[serde(rename = "Message")]
    inner: Option<String>,
    /// CloudTrail's bucket
    #[serde(rename = "s3Bucket")]
    bucket: Option<String>,
    /// CloudTrail's keys, not encoded
    #[serde(rename = "s3ObjectKey", default)]
    keys: Vec<String>,
    /// S3's events
    #[serde(rename = "Records", default)]
    records: Vec<Happening>,
    /// EventBridge's event
    #[serde(rename = "detail-type")]
    detail_type: Option<String>,
    detail: Option<Place>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Happening {
    #[serde(default)]
    event_name: String,
    s3: Option<Place>,
}

#[derive(Deserialize)]
struct Place {
    bucket: Bucket,
    object: Object,
}

#[derive(Deserialize)]
struct Bucket {
    name: String,
}

#[derive(Deserialize)]
struct Object {
    key: String,
}

/// Returns the new objects that a message names.
///
/// None are named by the messages with which CloudTrail and S3 try whether a topic or queue takes
/// them, nor by those about objects that were removed.
pub fn notices(body: &str) -> Result<Vec<Notice>, NoticeError> {
    const VALIDATION: &str = "CloudTrail validation message.";
    if body.trim() == VALIDATION {
        return Ok(Vec::new());
    }
    let message: Message = serde_json::from_str(body)?;
    match message.inner.as_deref() {
        Some(VALIDATION) => Ok(Vec::new()),
        Some(inner) => named(serde_json::from_str(inner)?),
        None => named(message),
    }
}

fn named(message: Message) -> Result<Vec<Notice>, NoticeError> {
    let mut notices = Vec::new();
    if let Some(bucket) = message.bucket {
        let of_trail = |key| Notice { bucket: bucket.clone(), key };
        notices.extend(message.keys.into_iter().map(of_trail));
    }
    for happening in message.records {
        let is_new = happening.event_name.starts_with("ObjectCreated:");
        if let Some(place) = happening.s3.filter(|_| is_new) {
            let key = decoded(&place.object.key).ok_or(NoticeError::Key(place.object.key))?;
            notices.push(Notice { bucket: place.bucket.name, key });
        }
    }
    if let Some(place) = message.detail
        && message.detail_type.as_deref() == Some("Object Created")
    {
        notices.push(Notice { bucket: place.bucket.name, key: place.object.key });
    }
    Ok(notices)
}

/// Returns the key that S3 spelt as in a form: `+` for a space, `%2B` for a plus.
fn decoded(key: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(key.len());
    let mut rest = key.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(body: &str) -> Vec<(String, String)> {
        let notices = notices(body).unwrap();
        notices.into_iter().map(|notice| (notice.bucket, notice.key)).collect()
    }

    fn one(key: &str) -> Vec<(String, String)> {
        vec![("logs".to_owned(), key.to_owned())]
    }

    #[test]
    fn every_form_names_its_objects() {
        let trail = r#"{"s3Bucket":"logs","s3ObjectKey":["a+b.json.gz"]}"#;
        let bucket = r#"{"Records":[{"eventVersion":"2.1","eventName":"ObjectCreated:Put","s3":
            {"bucket":{"name":"logs","arn":"arn:aws:s3:::logs"},
             "object":{"key":"a%2Bb.json.gz","size":7,"eTag":"x"}}}]}"#;
        let bridge = r#"{"version":"0","detail-type":"Object Created","source":"aws.s3","detail":
            {"bucket":{"name":"logs"},"object":{"key":"a+b.json.gz","size":7}}}"#;
        for form in [trail, bucket, bridge] {
            assert_eq!(keys(form), one("a+b.json.gz"), "{form}");
            let envelope = serde_json::json!({ "Type": "Notification", "Message": form });
            assert_eq!(keys(&envelope.to_string()), one("a+b.json.gz"), "{form}");
        }
        assert_eq!(keys(&bucket.replace("a%2Bb", "a+%c3%a9")), one("a \u{e9}.json.gz"));
        let two = trail.replace("[\"", "[\"first\",\"");
        assert_eq!(keys(&two).len(), 2);
    }

    #[test]
    fn trials_and_removals_name_nothing() {
        for body in [
            "CloudTrail validation message.",
            r#"{"Type":"Notification","Message":"CloudTrail validation message."}"#,
            r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"logs"}"#,
            r#"{"Records":[{"eventName":"ObjectRemoved:Delete","s3":{"bucket":{"name":"logs"},
                "object":{"key":"%zz"}}}]}"#,
            r#"{"detail-type":"Object Deleted","detail":{"bucket":{"name":"l"},"object":{"key":"k"}}}"#,
            "{}",
        ] {
            assert_eq!(keys(body), [], "{body}");
        }
    }

    #[test]
    fn other_messages_are_refused() {
        for body in ["", "hello", "[1]", "{\"Message\":\"hello\"}", "{\"s3ObjectKey\":7}"] {
            assert!(matches!(notices(body), Err(NoticeError::Shape(_))), "{body}");
        }
        for key in ["%", "%4", "%4g", "%ff", "%\u{e9}1"] {
            let body = serde_json::json!({ "Records": [{ "eventName": "ObjectCreated:Copy",
                "s3": { "bucket": { "name": "logs" }, "object": { "key": key } } }] });
            let error = notices(&body.to_string());
            assert!(matches!(error, Err(NoticeError::Key(_))), "{key}: {error:?}");
        }
        let deep = format!("{{\"Message\":{}", "[".repeat(1_000_000));
        assert!(notices(&deep).is_err());
    }
}
