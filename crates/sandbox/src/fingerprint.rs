//! A short name for an input: equal for equal inputs, whatever order its members came in.

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};
use wire::{Members, Value};

/// Returns the SHA-256 of `scope` and `input` as 64 hexadecimal digits, members `except` left out.
///
/// Stored beside idempotency tokens: its way of writing values may not change.
pub(crate) fn fingerprint(scope: &[&str], input: &Members, except: &[&str]) -> String {
    let mut text = format!("{scope:?}");
    write_members(input, except, &mut text);
    let mut hex = String::with_capacity(64);
    for byte in digest(&SHA256, text.as_bytes()).as_ref() {
        push(&mut hex, format_args!("{byte:02x}"));
    }
    hex
}

fn write_members(members: &Members, except: &[&str], text: &mut String) {
    let mut entries: Vec<_> = members.iter().filter(|(name, _)| !except.contains(name)).collect();
    entries.sort_by_key(|(name, _)| *name);
    text.push('{');
    for (name, value) in entries {
        push(text, format_args!("{name:?}:"));
        write_value(value, text);
        text.push(',');
    }
    text.push('}');
}

fn write_value(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(value) => push(text, format_args!("{value}")),
        Value::Integer(number) => push(text, format_args!("{number}")),
        Value::Float(number) => push(text, format_args!("{number:?}")),
        Value::String(string) => push(text, format_args!("{string:?}")),
        Value::Blob(bytes) => push(text, format_args!("blob{bytes:?}")),
        Value::Timestamp(time) => push(text, format_args!("{time}")),
        Value::Document(json) => push(text, format_args!("json{json}")),
        Value::Map(members) => write_members(members, &[], text),
        Value::List(items) => {
            text.push('[');
            for item in items {
                write_value(item, text);
                text.push(',');
            }
            text.push(']');
        }
    }
}

fn push(text: &mut String, part: std::fmt::Arguments<'_>) {
    text.write_fmt(part).expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use wire::{Members, Value};

    use super::fingerprint;

    #[test]
    fn the_order_of_members_does_not_count_and_all_else_does() {
        let one = Members::new().with("A", Value::from(1)).with("B", Value::from("x"));
        let turned = Members::new().with("B", Value::from("x")).with("A", Value::from(1));
        let same = fingerprint(&["s"], &one, &[]);
        assert_eq!(same, fingerprint(&["s"], &turned, &[]));
        assert_eq!(same, fingerprint(&["s"], &one.clone().with("T", Value::from(9)), &["T"]));
        assert_ne!(same, fingerprint(&["t"], &one, &[]));
        assert_ne!(same, fingerprint(&["s"], &one.with("T", Value::from(9)), &[]));
        let moved = Members::new().with("A", Value::from("1")).with("B", Value::from("x"));
        assert_ne!(same, fingerprint(&["s"], &moved, &[]));
    }
}
