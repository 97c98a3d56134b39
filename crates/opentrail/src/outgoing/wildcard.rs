//! Names with `*` for anything, letter by letter.

/// Returns whether the whole of `text` fits `pattern`; case matters.
///
/// Takes the earliest place for each piece, which is as good as any other: linear but for the
/// search of a piece.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    let Some(text) = text.strip_prefix(first) else { return false };
    let Some(mut text) = text.strip_suffix(last) else { return false };
    for piece in middle.split('*') {
        let Some((_, behind)) = text.split_once(piece) else { return false };
        text = behind;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn stars_stand_for_anything_and_the_rest_for_itself() {
        for (pattern, text, expected) in [
            ("logs", "logs", true),
            ("logs", "logs-1", false),
            ("logs-*", "logs-", true),
            ("logs-*", "logs-a", true),
            ("logs-*", "Logs-a", false),
            ("*", "", true),
            ("*", "x", true),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "ac", false),
            ("a**c", "abc", true),
            ("*b*", "abc", true),
            ("a*bc*c", "abc", false),
            ("arn:aws:sns:*:111122223333:*", "arn:aws:sns:eu-west-1:111122223333:t", true),
            ("arn:aws:sns:*:111122223333:*", "arn:aws:sns:eu-west-1:444455556666:t", false),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }
}
