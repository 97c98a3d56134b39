//! References to what an earlier change of the same set creates: `$Name.Entity.Identifier`.

use serde_json::Value;

const SUFFIX: &str = ".Entity.Identifier";

/// Returns the change name that a text refers to, when it is a reference.
pub(super) fn parse(text: &str) -> Option<&str> {
    text.strip_prefix('$')?.strip_suffix(SUFFIX).filter(|name| !name.is_empty())
}

/// Calls `visit` with the change name of every reference inside a document.
pub(super) fn visit<'a>(document: &'a Value, visit_name: &mut impl FnMut(&'a str)) {
    match document {
        Value::String(text) => {
            if let Some(name) = parse(text) {
                visit_name(name);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| visit(item, visit_name)),
        Value::Object(entries) => entries.values().for_each(|value| visit(value, visit_name)),
        _ => {}
    }
}

/// Puts entity ids in the place of all references that `id_of` knows.
pub(super) fn resolve<'a>(document: &mut Value, id_of: &impl Fn(&str) -> Option<&'a str>) {
    match document {
        Value::String(text) => {
            if let Some(id) = parse(text).and_then(id_of) {
                id.clone_into(text);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| resolve(item, id_of)),
        Value::Object(entries) => entries.values_mut().for_each(|value| resolve(value, id_of)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{parse, resolve, visit};

    #[test]
    fn references_are_found_and_replaced_at_any_depth() {
        assert_eq!(parse("$P.Entity.Identifier"), Some("P"));
        for other in ["P.Entity.Identifier", "$P.Entity", "$.Entity.Identifier", "$P"] {
            assert_eq!(parse(other), None, "{other}");
        }
        let mut document = json!({"a": ["$P.Entity.Identifier", {"b": "$Q.Entity.Identifier"}, 1]});
        let mut names = Vec::new();
        visit(&document, &mut |name| names.push(name.to_owned()));
        assert_eq!(names, ["P", "Q"]);
        resolve(&mut document, &|name| (name == "P").then_some("prod-1"));
        assert_eq!(document, json!({"a": ["prod-1", {"b": "$Q.Entity.Identifier"}, 1]}));
    }
}
