//! Takes the white space out of JSON and nothing else.

/// Returns valid JSON text without the white space between its tokens.
///
/// Numbers, escapes, member order and duplicate names stay to the byte, which a parse and a
/// rewrite would not promise (`1.0`, `1e3` and numbers beyond 64 bits would change).
pub fn compact(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(quote) = rest.find('"') {
        let (outside, inside) = rest.split_at(quote);
        push_tokens(&mut text, outside);
        let length = string_length(inside);
        let (string, behind) = inside.split_at(length);
        text.push_str(string);
        rest = behind;
    }
    push_tokens(&mut text, rest);
    text
}

fn push_tokens(text: &mut String, outside: &str) {
    text.extend(outside.chars().filter(|c| !c.is_ascii_whitespace()));
}

/// Returns the length of the string literal that `text` begins with, its quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_white_space_between_tokens_goes() {
        let json =
            "{ \"a b\" : [ 1.0 , 1e3,\t12345678901234567890123 ],\r\n \"c\\\" \": \"\\\\\" }";
        assert_eq!(
            compact(json),
            "{\"a b\":[1.0,1e3,12345678901234567890123],\"c\\\" \":\"\\\\\"}"
        );
    }

    proptest! {
        #[test]
        fn pretty_then_compact_is_compact(words in prop::collection::vec(".*", 0..8)) {
            let value = serde_json::json!({ "words": words, "nested": [{ "x": null }] });
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            prop_assert_eq!(compact(&pretty), serde_json::to_string(&value).unwrap());
        }

        #[test]
        fn any_text_is_survived(text in ".*") {
            prop_assert!(compact(&text).len() <= text.len());
        }
    }
}
