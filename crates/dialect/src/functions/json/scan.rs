//! Finds values inside JSON text without building a tree: most of a record is never looked at.

/// A place in JSON text.
#[derive(Debug, Clone, Copy)]
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn spaces(&mut self) {
        while self.peek().is_some_and(|b| matches!(b, b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        self.spaces();
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    /// Steps over a string and gives it with its quotes.
    fn string(&mut self) -> Option<&'a str> {
        let start = self.at;
        self.eat(b'"')?;
        let mut escaped = false;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => return self.text.get(start..self.at),
                _ => {}
            }
        }
        None
    }

    /// Steps over a value and gives its text.
    fn value(&mut self) -> Option<&'a str> {
        self.spaces();
        let start = self.at;
        match self.peek()? {
            b'"' => return self.string(),
            b'{' | b'[' => self.nested()?,
            _ => {
                while self.peek().is_some_and(|b| !b" \n\r\t,]}".contains(&b)) {
                    self.at += 1;
                }
            }
        }
        let value = self.text.get(start..self.at)?;
        (!value.is_empty()).then_some(value)
    }

    fn nested(&mut self) -> Option<()> {
        let mut depth = 0usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }
}

/// The members of an object, or the elements of an array (with an empty key), in their order.
#[derive(Debug)]
pub(crate) struct Members<'a> {
    cursor: Cursor<'a>,
    object: bool,
    first: bool,
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        if !std::mem::take(&mut self.first) {
            self.cursor.eat(b',')?;
        }
        self.cursor.spaces();
        let mut key = "";
        if self.object {
            key = self.cursor.string()?;
            self.cursor.eat(b':')?;
        }
        Some((key, self.cursor.value()?))
    }
}

fn members(text: &str, open: u8) -> Option<Members<'_>> {
    let mut cursor = Cursor { text, at: 0 };
    cursor.eat(open)?;
    Some(Members { cursor, object: open == b'{', first: true })
}

/// Gives the members of a JSON object as key (with quotes) and value; nothing if it is none.
pub(crate) fn object(text: &str) -> Option<Members<'_>> {
    members(text, b'{')
}

/// Gives the elements of a JSON array; nothing if it is none.
pub(crate) fn array(text: &str) -> Option<impl Iterator<Item = &str>> {
    Some(members(text, b'[')?.map(|(_, value)| value))
}

/// Finds a member of an object by its key. Of keys that come twice the last one counts.
pub(crate) fn member<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    object(text)?.filter(|(found, _)| is_key(found, key)).last().map(|(_, value)| value)
}

fn is_key(quoted: &str, key: &str) -> bool {
    if quoted.contains('\\') {
        return unquote(quoted).is_some_and(|found| found == key);
    }
    quoted.len() == key.len() + 2 && quoted.get(1..=key.len()) == Some(key)
}

/// Gives what a JSON string says; nothing if it is none.
pub(crate) fn unquote(value: &str) -> Option<String> {
    let inner = value.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') { serde_json::from_str(value).ok() } else { Some(inner.into()) }
}

/// Gives a value as a map holds it: strings bare, null as nothing, all else as JSON text.
pub(crate) fn bare(value: &str) -> Option<String> {
    match value.as_bytes().first()? {
        b'"' => unquote(value),
        b'n' => None,
        _ => Some(value.into()),
    }
}

/// Gives a scalar's text; nothing for null, objects and arrays.
pub(crate) fn scalar(value: &str) -> Option<String> {
    match value.as_bytes().first()? {
        b'{' | b'[' => None,
        _ => bare(value),
    }
}

#[cfg(test)]
mod tests {
    use super::{array, bare, member, object};

    const TEXT: &str = r#" {"a": "x\"y", "b":{"c":[1,2,{"d":"]}"}]}, "n":null,"\u0065":5, "b":7} "#;

    #[test]
    fn members_are_found_and_the_last_of_two_counts() {
        assert_eq!(bare(member(TEXT, "a").unwrap()).unwrap(), "x\"y");
        assert_eq!(member(TEXT, "b"), Some("7"));
        assert_eq!(member(TEXT, "e"), Some("5"));
        assert_eq!(member(TEXT, "n").and_then(bare), None);
        assert_eq!(member(TEXT, "absent"), None);
        assert_eq!(object(TEXT).unwrap().count(), 5);
    }

    #[test]
    fn arrays_are_walked_and_nonsense_is_no_value() {
        assert_eq!(
            array("[1, \"a,b\" ,[2]]").unwrap().collect::<Vec<_>>(),
            ["1", "\"a,b\"", "[2]"]
        );
        assert_eq!(array("[]").unwrap().count(), 0);
        assert!(array("{}").is_none() && object("nothing").is_none() && object("").is_none());
        assert_eq!(object(r#"{"a":"#).unwrap().count(), 0);
    }
}
