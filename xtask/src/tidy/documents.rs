//! Rules for pages and for words that belong in no file.

use std::path::Path;

use super::{File, Finding};

/// Finds links to files that are not there.
pub(super) fn links(root: &Path, page: &File) -> Vec<Finding> {
    let folder = Path::new(&page.path).parent().unwrap_or(Path::new(""));
    targets(&page.text)
        .filter(|(_, target)| !target.contains("://") && !target.starts_with(['#', '<']))
        .filter(|(_, target)| !target.starts_with("mailto:"))
        .filter_map(|(line, target)| {
            let file = target.split('#').next().unwrap_or(target);
            let there = root.join(folder).join(file).exists();
            (!there).then(|| Finding::at(&page.path, line, format!("no such file: {target}")))
        })
        .collect()
}

/// Returns the targets of `[text](target)` outside code blocks.
fn targets(page: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    page.lines().enumerate().flat_map(move |(at, line)| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        let parts = if fenced { "" } else { line };
        parts
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split([')', ' ']).next())
            .map(move |target| (at + 1, target))
    })
}

/// Every change that a user notices leaves a fragment; a tree without any forgot one.
pub(super) fn fragments(pages: &[File]) -> Vec<Finding> {
    let there = pages
        .iter()
        .any(|page| page.path.starts_with("changes/") && !page.path.ends_with("README.md"));
    if there {
        return Vec::new();
    }
    vec![Finding::new("changes", "no fragment: say in changes/<slug>.md what a user gains")]
}

/// Paths of one machine, and marks of the tool that wrote a text; split so that this file passes.
const FOREIGN: &[&str] = &[
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/tm", "p/"),
    concat!("/Use", "rs/"),
    concat!("co-authored", "-by"),
    concat!("language ", "model"),
    concat!("generated ", "with "),
];

/// Finds words of one machine or one author's tools.
pub(super) fn foreign_words(text: &File) -> Vec<Finding> {
    text.text
        .lines()
        .enumerate()
        .filter_map(|(at, line)| {
            let lower = line.to_ascii_lowercase();
            let word = FOREIGN.iter().find(|word| lower.contains(&word.to_ascii_lowercase()))?;
            Some(Finding::at(&text.path, at + 1, format!("`{word}` belongs in no file")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{File, foreign_words, fragments, links};

    #[test]
    fn links_lead_somewhere() {
        let page =
            "[a](src/main.rs) [b](gone.md#x) [c](https://x.example) [d](#here)\n```\n[e](no)\n```";
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let found = links(root, &File::of("README.md", page));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].place, "README.md:1");
    }

    #[test]
    fn a_tree_has_fragments() {
        assert_eq!(fragments(&[File::of("changes/README.md", "")]).len(), 1);
        assert_eq!(fragments(&[File::of("changes/a.md", "")]).len(), 0);
    }

    #[test]
    fn paths_of_a_machine_are_found() {
        let path = format!("let data = \"/{}/x\";", "home");
        assert_eq!(foreign_words(&File::of("a.rs", &path)).len(), 1);
        assert_eq!(foreign_words(&File::of("a.rs", "let data = \"data/x\";")).len(), 0);
    }
}
