//! Keys of a key service, of which there is none here: every one is refused.

use wire::{Fault, Members};

use crate::statement::is_uuid;

/// Refuses the key that an input names.
///
/// The codes are those that AWS was seen to answer for a key that is not there, and for one that
/// can be none.
///
/// # Errors
/// `InvalidKmsKeyIdException`, `KmsKeyNotFoundException`, `InsufficientEncryptionPolicyException`
pub(super) fn check(input: &Members, region: &str) -> Result<(), Fault> {
    let Some(key) = input.string("KmsKeyId") else { return Ok(()) };
    let (code, trouble) = match Key::parse(key) {
        None => (
            "InvalidKmsKeyIdException",
            "is not valid: give a key id, an alias that begins with alias/, or the ARN of either.",
        ),
        Some(Key { region: Some(other) }) if other != region => {
            ("KmsKeyNotFoundException", "is no key of the event data store's Region.")
        }
        Some(_) => (
            "InsufficientEncryptionPolicyException",
            "cannot be used: there is no key service here, and rows are not encrypted with keys of \
             one.",
        ),
    };
    Err(Fault::new(code, format!("KMS key {key} {trouble}")))
}

/// What has the form of a key.
struct Key<'a> {
    /// The Region, where it is an ARN.
    region: Option<&'a str>,
}

impl<'a> Key<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        if !text.starts_with("arn:") {
            return (is_alias(text) || is_id(text)).then_some(Self { region: None });
        }
        let mut parts = text.splitn(6, ':').skip(2);
        let (service, region) = (parts.next()?, parts.next()?);
        let (_account, rest) = (parts.next()?, parts.next()?);
        let is_key = is_alias(rest) || rest.strip_prefix("key/").is_some_and(is_id);
        (service == "kms" && is_key).then_some(Self { region: Some(region) })
    }
}

fn is_alias(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"/_-".contains(&byte);
    let name = text.strip_prefix("alias/");
    name.is_some_and(|name| !name.is_empty() && name.bytes().all(is_inner))
}

fn is_id(id: &str) -> bool {
    let multi_region = id.strip_prefix("mrk-");
    let is_hex = |hex: &str| hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_uuid(id) || multi_region.is_some_and(is_hex)
}
