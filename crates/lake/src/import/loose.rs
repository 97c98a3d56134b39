//! Finds the end of something that is not JSON, by its brackets alone.

/// Returns where the value that begins at `from` ends, if its brackets close.
///
/// Brackets in strings do not count. A value without brackets ends before the next comma or
/// closing bracket. Nothing is returned when the text ends first: then no byte behind `from` is
/// sure to be outside of the value.
pub(super) fn end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut is_escaped = false;
    for (at, byte) in bytes.iter().enumerate().skip(from) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b',' | b']' | b'}' if depth == 0 => return Some(at),
            b'{' | b'[' => depth += 1,
            b']' | b'}' if depth == 1 => return Some(at + 1),
            b']' | b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Returns where the line ends in which `from` stands, its newline not included.
pub(super) fn line_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_outside_of_strings_decide() {
        let at = |text: &str| end(text.as_bytes(), 1);
        let text = r#"[{"a":NaN,"b":"}\"]"},1]"#;
        assert_eq!(at(text), text.rfind(','));
        assert_eq!(at("[NaN,1]"), Some(4));
        assert_eq!(at("[NaN]"), Some(4));
        assert_eq!(at("[{\"a\":[1}"), None);
        assert_eq!(at("[{\"a"), None);
        assert_eq!(line_end(b"ab\ncd", 0), 2);
        assert_eq!(line_end(b"ab\ncd", 3), 5);
    }
}
