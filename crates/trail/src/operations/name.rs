//! The names of trails.

use wire::Fault;

const CHARACTERS_MIN: usize = 3;
const CHARACTERS_MAX: usize = 128;

/// Holds a trail's name against AWS's rules: 3 to 128 letters, digits and `._-`, a letter or digit
/// at both ends, no two of `._-` in a row, no IP address.
///
/// # Errors
/// `InvalidTrailNameException` with the first rule that is broken. Lengths count Unicode scalar
/// values.
pub(super) fn check(name: &str) -> Result<(), Fault> {
    match trouble(name) {
        Some(message) => Err(Fault::new("InvalidTrailNameException", message)),
        None => Ok(()),
    }
}

fn trouble(name: &str) -> Option<String> {
    let length = name.chars().count();
    let (bound, limit) = match length {
        0..CHARACTERS_MIN => ("short. Minimum", CHARACTERS_MIN),
        CHARACTERS_MIN..=CHARACTERS_MAX => return odd(name).map(str::to_owned),
        _ => ("long. Maximum", CHARACTERS_MAX),
    };
    Some(format!(
        "Trail name too {bound} allowed length: {limit} characters. \
         Specified name length: {length} characters."
    ))
}

/// The first three texts are AWS's own, spelling included.
fn odd(name: &str) -> Option<&'static str> {
    let is_outer = |character: char| character.is_ascii_alphanumeric();
    let is_inner = |character: char| is_outer(character) || is_mark(character);
    let characters = || name.chars();
    let adjacent = characters().zip(characters().skip(1));
    if !name.starts_with(is_outer) {
        Some("Trail name must starts with a letter or number.")
    } else if !name.ends_with(is_outer) {
        Some("Trail name must ends with a letter or number.")
    } else if !characters().all(is_inner) {
        Some(
            "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, \
             periods (.), hyphens (-), and underscores (_).",
        )
    } else if adjacent.into_iter().any(|(one, next)| is_mark(one) && is_mark(next)) {
        Some("Trail name must not have two periods, hyphens or underscores in a row.")
    } else if name.parse::<std::net::Ipv4Addr>().is_ok() {
        Some("Trail name must not be an IP address.")
    } else {
        None
    }
}

const fn is_mark(character: char) -> bool {
    matches!(character, '.' | '_' | '-')
}
