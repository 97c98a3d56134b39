//! Text that cannot become markup.

/// Returns text for the content of an element or of a quoted attribute.
///
/// Signs of markup become entities. Control characters, which a page must not hold, and those that
/// turn the direction of what stands around them become the sign for a broken character.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '\'' => safe += "&#39;",
            c if c.is_control() || turns(c) => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

/// Tells the characters that turn the direction of text.
fn turns(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}')
        || ('\u{202a}'..='\u{202e}').contains(&c)
        || ('\u{2066}'..='\u{2069}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_of_a_text_is_markup() {
        let text = escaped("<script>alert('x')</script> & \"q\"\u{0}\u{1b}[1m\u{202e}é");
        let wanted = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;q&quot;\u{fffd}\
                      \u{fffd}[1m\u{fffd}é";
        assert_eq!(text, wanted);
    }
}
