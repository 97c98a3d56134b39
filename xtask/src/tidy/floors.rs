//! The floors of the house: who may import whom, and which words a room must not know.

use super::{File, Finding};

/// A room, its floor's imports, and what it must not know.
struct Room {
    name: &'static str,
    imports: &'static [&'static str],
    /// Texts that may not stand in its code outside tests.
    forbidden: &'static [&'static str],
}

const ROOMS: &[Room] = &[
    room("event", &[], &["std::fs", "TcpStream", "tokio", "hyper", "http::", "::now()"]),
    room("wire", &[], &["std::fs", "TcpStream", "tokio", "hyper", "::now()"]),
    room("journal", &[], &["serde_json", "CloudTrail", "hyper"]),
    room("identity", &["wire"], &["std::fs", "TcpStream", "tokio", "hyper", "::now()"]),
    room("sandbox", &["wire"], &["std::fs", "TcpStream", "tokio", "hyper", "http::", "::now()"]),
    room("bucket", &["wire"], &["std::fs", "TcpStream", "tokio", "hyper", "::now()"]),
    room("messaging", &["wire"], &["std::fs", "TcpStream", "tokio", "hyper", "::now()"]),
    room("trail", &["event", "wire"], &["datafusion", "tokio", "hyper", "::now()"]),
    room("dialect", &[], &["hyper", "CloudTrail", "::now()"]),
    room("lake", &["event"], &["hyper", "::now()"]),
    room("datastore", &["event", "wire"], &["std::fs", "TcpStream", "tokio", "hyper", "::now()"]),
    room(
        "opentrail",
        &[
            "bucket",
            "datastore",
            "dialect",
            "event",
            "identity",
            "journal",
            "lake",
            "messaging",
            "sandbox",
            "trail",
            "wire",
        ],
        &[],
    ),
];

/// Texts that only some rooms may hold.
const OWNED: &[(&[&str], &str)] =
    &[(&["dialect"], "datafusion"), (&["lake"], "deltalake"), (&["dialect", "lake"], "arrow")];

const fn room(
    name: &'static str,
    imports: &'static [&'static str],
    forbidden: &'static [&'static str],
) -> Room {
    Room { name, imports, forbidden }
}

/// Finds dependencies that go sideways or up.
pub(super) fn imports(manifest: &File) -> Vec<Finding> {
    let Some(name) = room_of(&manifest.path) else { return Vec::new() };
    let Some(room) = ROOMS.iter().find(|room| room.name == name) else {
        let words = format!("the room {name} is on no floor: name it in xtask/src/tidy/floors.rs");
        return vec![Finding::new(&manifest.path, words)];
    };
    dependencies(&manifest.text)
        .filter(|(_, dependency)| ROOMS.iter().any(|room| room.name == *dependency))
        .filter(|(_, dependency)| !room.imports.contains(dependency))
        .map(|(line, dependency)| {
            Finding::at(&manifest.path, line, format!("{name} must not import {dependency}"))
        })
        .chain(owned_dependencies(name, manifest))
        .collect()
}

fn owned_dependencies<'a>(
    name: &'a str,
    manifest: &'a File,
) -> impl Iterator<Item = Finding> + use<'a> {
    dependencies(&manifest.text).filter_map(move |(line, dependency)| {
        let (owners, _) = OWNED
            .iter()
            .find(|(owners, word)| dependency.starts_with(word) && !owners.contains(&name))?;
        let owners = owners.join(" and ");
        Some(Finding::at(&manifest.path, line, format!("only {owners} may link {dependency}")))
    })
}

/// Finds words that a room must not know.
pub(super) fn words(source: &File) -> Vec<Finding> {
    let Some(name) = room_of(&source.path) else { return Vec::new() };
    let Some(room) = ROOMS.iter().find(|room| room.name == name) else { return Vec::new() };
    let foreign = OWNED.iter().filter(|(owners, _)| !owners.contains(&name)).map(|(_, word)| *word);
    let forbidden: Vec<&str> = room.forbidden.iter().copied().chain(foreign).collect();
    super::source::code_lines(source)
        .filter_map(|(line, code)| {
            let word = forbidden.iter().find(|word| has_word(code, word))?;
            Some(Finding::at(&source.path, line, format!("{name} must not know `{word}`")))
        })
        .collect()
}

/// Tells a word from the tail of another: `arrow` is not in `narrow`.
fn has_word(code: &str, word: &str) -> bool {
    let joins = |letter: char| letter.is_alphanumeric() || letter == '_';
    code.match_indices(word).any(|(at, _)| !word.starts_with(joins) || !code[..at].ends_with(joins))
}

/// Returns the crate that a path lies in.
fn room_of(path: &str) -> Option<&str> {
    path.strip_prefix("crates/")?.split('/').next()
}

/// Returns the names of all dependency tables with their lines.
fn dependencies(manifest: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut inside = false;
    manifest.lines().enumerate().filter_map(move |(at, line)| {
        let line = line.trim();
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
            return None;
        }
        let name = line.split(['=', '.', ' ']).next().unwrap_or("");
        (inside && !name.is_empty() && !name.starts_with('#')).then_some((at + 1, name))
    })
}

#[cfg(test)]
mod tests {
    use super::{File, imports, words};

    fn manifest(room: &str, dependency: &str) -> usize {
        let text = format!(
            "[package]\nname = \"{room}\"\n[dependencies]\n{dependency}.workspace = true\n"
        );
        imports(&File::of(&format!("crates/{room}/Cargo.toml"), &text)).len()
    }

    #[test]
    fn rooms_import_downwards_only() {
        assert_eq!(manifest("event", "wire"), 1);
        assert_eq!(manifest("sandbox", "journal"), 1);
        assert_eq!(manifest("journal", "opentrail"), 1);
        assert_eq!(manifest("sandbox", "wire"), 0);
        assert_eq!(manifest("opentrail", "sandbox"), 0);
        assert_eq!(manifest("event", "serde"), 0);
        assert_eq!(manifest("attic", "serde"), 1);
        assert_eq!(manifest("opentrail", "datafusion-sql"), 1);
        assert_eq!(manifest("lake", "datafusion"), 1);
        assert_eq!(manifest("dialect", "datafusion"), 0);
        assert_eq!(manifest("lake", "arrow"), 0);
    }

    #[test]
    fn rooms_keep_to_their_words() {
        let code =
            "use std::fs;\n// tokio is elsewhere\n#[cfg(test)]\nmod tests {\n    use tokio;\n}\n";
        assert_eq!(words(&File::of("crates/event/src/lib.rs", code)).len(), 1);
        assert_eq!(words(&File::of("crates/journal/src/lib.rs", code)).len(), 0);
        let code = "let narrow = 1;\nlet t = Timestamp::now();\nuse arrow::array;\n";
        assert_eq!(words(&File::of("crates/wire/src/lib.rs", code)).len(), 2);
        assert_eq!(words(&File::of("xtask/src/main.rs", code)).len(), 0);
    }
}
