//! JSON paths as Trino's `json_extract` reads them: `$.a.b`, `$['a']`, `$.a[0]`.

use super::scan;

/// A step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Element(usize),
}

/// A parsed path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path(Vec<Step>);

impl Path {
    /// Reads a path; nothing when it is none that is served.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim();
        rest = rest.strip_prefix('$').unwrap_or(rest);
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, after) = match rest.strip_prefix('[') {
                Some(inside) => bracket(inside)?,
                None => dot(rest.strip_prefix('.').unwrap_or(rest))?,
            };
            steps.push(step);
            rest = after;
        }
        Some(Self(steps))
    }

    /// Gives the text of the value that the path leads to.
    pub(crate) fn find<'a>(&self, json: &'a str) -> Option<&'a str> {
        self.0.iter().try_fold(json.trim(), |value, step| match step {
            Step::Member(key) => scan::member(value, key),
            Step::Element(index) => scan::array(value)?.nth(*index),
        })
    }
}

fn bracket(inside: &str) -> Option<(Step, &str)> {
    for quote in ['"', '\''] {
        if let Some(text) = inside.strip_prefix(quote) {
            let end = text.find(&[quote, ']'].iter().collect::<String>())?;
            return Some((Step::Member(text.get(..end)?.into()), text.get(end + 2..)?));
        }
    }
    let (text, after) = inside.split_once(']')?;
    let step = text.parse().map_or_else(|_| Step::Member(text.into()), Step::Element);
    (text != "*").then_some((step, after))
}

fn dot(text: &str) -> Option<(Step, &str)> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let name = text.get(..end)?;
    let named = !name.is_empty() && name != "*";
    let name = name.trim_matches('"');
    named.then_some((Step::Member(name.into()), text.get(end..)?))
}

#[cfg(test)]
mod tests {
    use super::Path;

    #[test]
    fn paths_lead_to_values() {
        let json = r#"{"a":{"b c":[10,{"d":"x"}]},"k.l":1}"#;
        for (path, found) in [
            ("$", Some(json)),
            ("$.a.b c[0]", Some("10")),
            ("$.a['b c'][1].d", Some("\"x\"")),
            ("$[\"k.l\"]", Some("1")),
            ("$.a.absent", None),
            ("$.a[0]", None),
        ] {
            assert_eq!(Path::parse(path).unwrap().find(json), found, "{path}");
        }
        for path in ["$..a", "$.a[*]", "$.*", "$.a["] {
            assert_eq!(Path::parse(path), None, "{path}");
        }
    }
}
