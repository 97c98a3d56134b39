//! `cargo xtask tidy`: the rules of the house that no compiler checks.
//!
//! Each rule is a function from a text to what it finds wrong; this page only walks the tree.

mod documents;
mod floors;
mod source;

use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;

/// What is wrong at one place.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    /// The file, and the line where that helps.
    place: String,
    /// What is wrong and what to do.
    words: String,
    /// Whether it only is a question to the author.
    warning: bool,
}

/// A file that was read.
struct File {
    path: String,
    text: String,
    /// Whether it is compiled for tests only.
    test: bool,
}

impl Finding {
    fn new(place: impl Into<String>, words: impl Into<String>) -> Self {
        Self { place: place.into(), words: words.into(), warning: false }
    }

    fn at(path: &str, line: usize, words: impl Into<String>) -> Self {
        Self::new(format!("{path}:{line}"), words)
    }

    fn warning(place: impl Into<String>, words: impl Into<String>) -> Self {
        Self { warning: true, ..Self::new(place, words) }
    }
}

/// Checks the whole tree; warnings are printed, errors fail.
pub(crate) fn run() -> Result<(), Failure> {
    let findings = findings(Path::new("."))?;
    let errors = findings.iter().filter(|finding| !finding.warning).count();
    for Finding { place, words, warning } in &findings {
        println!("{}: {place}: {words}", if *warning { "warning" } else { "error" });
    }
    if errors == 0 {
        println!("tidy: {} warnings", findings.len());
        return Ok(());
    }
    Err(format!("tidy: {errors} errors").into())
}

fn findings(root: &Path) -> Result<Vec<Finding>, Failure> {
    let mut sources = read(root, &["crates", "xtask"], "rs")?;
    let tests = source::declared_tests(&sources);
    for source in &mut sources {
        source.test |= tests.contains(&source.path);
    }
    let manifests = read(root, &["crates"], "toml")?;
    let pages = read(root, &["docs", "changes"], "md")?
        .into_iter()
        .chain(top_pages(root)?)
        .collect::<Vec<_>>();
    let scripts = read(root, &["tests"], "py")?;
    let mut findings = Vec::new();
    findings.extend(manifests.iter().flat_map(floors::imports));
    findings.extend(sources.iter().flat_map(floors::words));
    findings.extend(sources.iter().flat_map(source::check));
    findings.extend(source::statics(&sources));
    findings.extend(source::dead_files(&sources));
    findings.extend(source::test_binaries(&sources));
    findings.extend(pages.iter().flat_map(|page| documents::links(root, page)));
    findings.extend(documents::fragments(&pages));
    for text in sources.iter().chain(&manifests).chain(&pages).chain(&scripts) {
        findings.extend(documents::foreign_words(text));
    }
    Ok(findings)
}

/// Reads all files with an extension below some folders, in the order of their paths.
fn read(root: &Path, folders: &[&str], extension: &str) -> Result<Vec<File>, Failure> {
    let mut paths = Vec::new();
    for folder in folders {
        walk(&root.join(folder), extension, &mut paths)?;
    }
    paths.sort();
    paths.into_iter().map(|path| text(root, &path)).collect()
}

fn walk(folder: &Path, extension: &str, paths: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() && !path.ends_with("__pycache__") && !path.ends_with("target") {
            walk(&path, extension, paths)?;
        } else if path.extension().is_some_and(|found| found == extension) {
            paths.push(path);
        }
    }
    Ok(())
}

fn top_pages(root: &Path) -> Result<Vec<File>, Failure> {
    let mut pages = Vec::new();
    for name in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
        let path = root.join(name);
        if path.exists() {
            pages.push(text(root, &path)?);
        }
    }
    Ok(pages)
}

fn text(root: &Path, path: &Path) -> Result<File, Failure> {
    let text = fs::read_to_string(path).map_err(|cause| format!("{}: {cause}", path.display()))?;
    let path = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
    Ok(File { test: source::is_test_path(&path), path, text })
}

#[cfg(test)]
impl File {
    fn of(path: &str, text: &str) -> Self {
        Self { test: source::is_test_path(path), path: path.to_owned(), text: text.to_owned() }
    }
}
