//! Schemas of change details, as data: what every change type wants stands beside its function.

use serde_json::{Map, Value};

/// What a value of the details must look like.
#[derive(Debug)]
pub(super) enum Schema {
    /// Text of so many characters.
    Text { min: usize, max: usize },
    /// Text of so many characters, all of which are allowed ones.
    Characters { max: usize, allowed: fn(char) -> bool },
    /// An `https` address of so many characters.
    Https { min: usize, max: usize },
    /// One of these words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// A list of so many items of one kind.
    List { min: usize, max: usize, item: &'static Schema },
    /// An object with these members and no others.
    Object(&'static [Field]),
    /// An object with exactly one of these members.
    OneOf(&'static [Field]),
    /// Anything: what is inside is AWS's business.
    Any,
}

/// A member of an object.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) schema: Schema,
}

/// Where a value is not as its schema wants it: a path such as `Details.0.Key`, and a text.
pub(super) type Mismatch = (String, String);

/// Returns a member that must be there.
pub(super) const fn required(name: &'static str, schema: Schema) -> Field {
    Field { name, required: true, schema }
}

/// Returns a member that may be left out.
pub(super) const fn optional(name: &'static str, schema: Schema) -> Field {
    Field { name, required: false, schema }
}

/// Returns text of 1 to `max` characters.
pub(super) const fn text(max: usize) -> Schema {
    Schema::Text { min: 1, max }
}

impl Schema {
    /// Adds to `found` everything at and below `path` that is not as it should be.
    pub(super) fn check(&self, value: &Value, path: &str, found: &mut Vec<Mismatch>) {
        let complaint = match (self, value) {
            (Self::Any, _) | (Self::Flag, Value::Bool(_)) => None,
            (Self::Object(fields), Value::Object(entries)) => {
                return check_members(fields, entries, path, found);
            }
            (Self::OneOf(fields), Value::Object(entries)) => {
                check_members(fields, entries, path, found);
                (entries.len() != 1).then(|| format!("must have exactly one of {}", names(fields)))
            }
            (Self::List { item, .. }, Value::Array(items)) => {
                for (at, value) in items.iter().enumerate() {
                    item.check(value, &format!("{path}.{at}"), found);
                }
                self.complaint_about_list(items.len())
            }
            (_, Value::String(text)) => self.complaint_about_text(text),
            _ => Some(format!("must be {}", self.article())),
        };
        found.extend(complaint.map(|complaint| (path.to_owned(), complaint)));
    }

    fn complaint_about_list(&self, count: usize) -> Option<String> {
        let Self::List { min, max, .. } = self else { return None };
        let fine = (*min..=*max).contains(&count);
        (!fine).then(|| format!("must have {min} to {max} items, not {count}"))
    }

    fn complaint_about_text(&self, text: &str) -> Option<String> {
        let count = text.chars().count();
        match self {
            Self::Text { min, max } => length_complaint(*min, *max, count),
            Self::Characters { max, allowed } => length_complaint(1, *max, count).or_else(|| {
                let odd = text.chars().find(|letter| !allowed(*letter))?;
                Some(format!("must not contain {odd:?}"))
            }),
            Self::Https { min, max } => length_complaint(*min, *max, count).or_else(|| {
                (!text.starts_with("https://")).then(|| "must begin with https://".to_owned())
            }),
            Self::Word(words) => {
                (!words.contains(&text)).then(|| format!("must be one of {}", words.join(", ")))
            }
            _ => Some(format!("must be {}", self.article())),
        }
    }

    const fn article(&self) -> &'static str {
        match self {
            Self::Flag => "true or false",
            Self::List { .. } => "a list",
            Self::Object(_) | Self::OneOf(_) => "an object",
            _ => "a string",
        }
    }
}

fn check_members(
    fields: &[Field],
    entries: &Map<String, Value>,
    path: &str,
    found: &mut Vec<Mismatch>,
) {
    for field in fields {
        let path = format!("{path}.{}", field.name);
        match entries.get(field.name) {
            Some(value) => field.schema.check(value, &path, found),
            None if field.required => found.push((path, "is required".to_owned())),
            None => {}
        }
    }
    let unknown = entries.keys().filter(|key| !fields.iter().any(|field| field.name == *key));
    found.extend(unknown.map(|key| {
        (path.to_owned(), format!("has the key {key:?}, which is none of {}", names(fields)))
    }));
}

fn names(fields: &[Field]) -> String {
    let names: Vec<_> = fields.iter().map(|field| field.name).collect();
    if names.is_empty() { "no keys at all".to_owned() } else { names.join(", ") }
}

fn length_complaint(min: usize, max: usize, count: usize) -> Option<String> {
    let fine = (min..=max).contains(&count);
    (!fine).then(|| format!("must have {min} to {max} characters, not {count}"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Schema, optional, required, text};

    const SCHEMA: Schema = Schema::Object(&[
        required("Name", text(3)),
        optional("Url", Schema::Https { min: 8, max: 20 }),
        optional("Word", Schema::Word(&["A", "B"])),
        optional("Flag", Schema::Flag),
        optional("Key", Schema::Characters { max: 2, allowed: |letter| letter.is_ascii_digit() }),
        optional("List", Schema::List { min: 1, max: 2, item: &Schema::Flag }),
        optional("One", Schema::OneOf(&[optional("X", Schema::Any), optional("Y", Schema::Flag)])),
    ]);

    fn found(more: Value) -> String {
        let mut value = json!({"Name": "abc"});
        let Value::Object(more) = more else { panic!("more members") };
        value.as_object_mut().unwrap().extend(more);
        let mut found = Vec::new();
        SCHEMA.check(&value, "Details", &mut found);
        found
            .into_iter()
            .map(|(path, text)| format!("{path} {text}"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    #[test]
    fn mismatches_name_their_place() {
        let rows = [
            (json!({}), ""),
            (json!({"Name": "abcd"}), "Details.Name must have 1 to 3 characters, not 4"),
            (json!({"Name": ""}), "Details.Name must have 1 to 3 characters, not 0"),
            (json!({"Name": 1}), "Details.Name must be a string"),
            (json!({"Url": "https://a"}), ""),
            (json!({"Url": "http://ab"}), "Details.Url must begin with https://"),
            (json!({"Word": "C"}), "Details.Word must be one of A, B"),
            (json!({"Flag": "true"}), "Details.Flag must be true or false"),
            (json!({"Key": "12"}), ""),
            (json!({"Key": "1a"}), "Details.Key must not contain 'a'"),
            (json!({"List": []}), "Details.List must have 1 to 2 items, not 0"),
            (json!({"List": [true, 1]}), "Details.List.1 must be true or false"),
            (json!({"List": {}}), "Details.List must be a list"),
            (json!({"One": {"X": 1}}), ""),
            (json!({"One": {"X": 1, "Y": true}}), "Details.One must have exactly one of X, Y"),
            (json!({"One": "x"}), "Details.One must be an object"),
        ];
        for (more, expected) in rows {
            assert_eq!(found(more.clone()), expected, "{more}");
        }
        assert!(found(json!({"Odd": 1})).contains("\"Odd\""));
        let mut missing = Vec::new();
        SCHEMA.check(&json!({}), "ChangeSet.0.Details", &mut missing);
        assert_eq!(missing, [("ChangeSet.0.Details.Name".to_owned(), "is required".to_owned())]);
    }
}
