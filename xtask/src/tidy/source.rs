//! Rules for Rust files, read line by line: rustfmt has put everything where it is looked for.

use std::collections::{BTreeMap, BTreeSet};

use super::{File, Finding};

const FILE_LINES_ASKED: usize = 500;
const FILE_LINES_MAX: usize = 700;
const FUNCTION_LINES_MAX: usize = 100;
/// What rustfmt keeps to where it can; it cannot break comments and texts.
const LINE_LETTERS_ASKED: usize = 100;
const LINE_LETTERS_MAX: usize = 120;
const STATICS_MAX: usize = 5;

/// Marks that may not stay, spelled so that this file does not hold them.
const MARKS: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("#[ig", "nore"),
    concat!("db", "g!("),
    concat!("todo", "!("),
    concat!("unimple", "mented!("),
    concat!("#[al", "low("),
    concat!("#![al", "low("),
];

/// Applies all rules that look at one file alone.
pub(super) fn check(source: &File) -> Vec<Finding> {
    let mut findings = lines(source);
    findings.extend(length(source));
    findings.extend(long_functions(source));
    findings.extend(globs(source));
    findings
}

fn lines(source: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    // golden lines in tests are as long as what they show
    let tests_begin = tests_line(source);
    for (at, line) in source.text.lines().enumerate() {
        if at < tests_begin {
            findings.extend(line_length(source, at + 1, line));
        }
        if let Some(mark) = MARKS.iter().find(|mark| line.contains(**mark)) {
            findings.push(Finding::at(&source.path, at + 1, format!("`{mark}` may not stay")));
        }
    }
    findings
}

/// Asks about lines that are too long, and refuses those that are no text in quotes.
fn line_length(source: &File, number: usize, line: &str) -> Option<Finding> {
    let letters = line.chars().count();
    let place = format!("{}:{number}", source.path);
    let words = format!("{letters} letters in a line");
    if letters > LINE_LETTERS_MAX && !line.contains('"') {
        return Some(Finding::new(place, words));
    }
    (letters > LINE_LETTERS_ASKED && !line.contains('"')).then(|| Finding::warning(place, words))
}

fn length(source: &File) -> Option<Finding> {
    let count = source.text.lines().count();
    if count > FILE_LINES_MAX {
        return Some(Finding::new(&source.path, format!("{count} lines: split by its nouns")));
    }
    (count > FILE_LINES_ASKED)
        .then(|| Finding::warning(&source.path, format!("{count} lines: one room or two?")))
}

/// Finds functions whose closing brace is too far from their first line.
fn long_functions(source: &File) -> Vec<Finding> {
    let lines: Vec<&str> = source.text.lines().collect();
    let mut findings = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| starts_function(line)) {
        let indent = &line[..line.len() - line.trim_start().len()];
        let end = lines.iter().skip(at).position(|line| {
            line.strip_prefix(indent).is_some_and(|rest| rest == "}" || rest.ends_with(';'))
                && !line[indent.len()..].starts_with(' ')
        });
        let count = end.map_or(0, |end| end + 1);
        if count > FUNCTION_LINES_MAX {
            let words = format!("a function of {count} lines: split by its steps");
            findings.push(Finding::at(&source.path, at + 1, words));
        }
    }
    findings
}

fn starts_function(line: &str) -> bool {
    let mut words = line.split_whitespace().skip_while(|word| {
        matches!(*word, "pub" | "const" | "async" | "unsafe") || word.starts_with("pub(")
    });
    words.next() == Some("fn")
}

/// Finds imports of everything outside tests.
fn globs(source: &File) -> Vec<Finding> {
    code_lines(source)
        .filter(|(_, code)| code.trim_start().starts_with("use ") || code.contains("::{"))
        .filter(|(_, code)| code.contains("::*"))
        .map(|(line, _)| Finding::at(&source.path, line, "name what you import"))
        .collect()
}

/// Returns the numbered lines of code that is not a test and not a comment.
pub(super) fn code_lines(source: &File) -> impl Iterator<Item = (usize, &str)> {
    source
        .text
        .lines()
        .enumerate()
        .take(tests_line(source))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(at, line)| (at + 1, line))
}

/// Tells files that are compiled for tests and measurements only, by where they are.
pub(super) fn is_test_path(path: &str) -> bool {
    ["/tests/", "/benches/", "/examples/"].iter().any(|folder| path.contains(folder))
        || path.ends_with("/tests.rs")
}

/// Returns how many lines stand before the tests.
fn tests_line(source: &File) -> usize {
    if source.test { 0 } else { tests_begin(&source.text).unwrap_or(usize::MAX) }
}

/// Returns the line at which `#[cfg(test)] mod tests {` begins: tests stand last.
fn tests_begin(text: &str) -> Option<usize> {
    let lines: Vec<&str> = text.lines().collect();
    lines.windows(2).position(|pair| {
        matches!(pair, [mark, module] if mark.starts_with("#[cfg(test)]")
            && module.starts_with("mod ") && module.ends_with('{'))
    })
}

/// Returns the files that are compiled for tests only because of how they are declared.
pub(super) fn declared_tests(sources: &[File]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for source in sources {
        let lines: Vec<&str> = source.text.lines().map(str::trim).collect();
        for pair in lines.windows(2) {
            let [mark, module] = pair else { continue };
            let name = module.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';'));
            if let (true, Some(name)) = (mark.starts_with("#[cfg(test)]"), name) {
                names.extend(children(&source.path, name));
            }
        }
    }
    names
}

/// Returns where the module `name` that a file declares may be.
fn children(path: &str, name: &str) -> [String; 2] {
    let folder = match path.rsplit_once('/') {
        Some((folder, "lib.rs" | "main.rs" | "mod.rs")) => folder,
        _ => path.trim_end_matches(".rs"),
    };
    [format!("{folder}/{name}.rs"), format!("{folder}/{name}/mod.rs")]
}

/// Counts statics over all rooms: state that nobody passes is state that nobody sees.
pub(super) fn statics(sources: &[File]) -> Vec<Finding> {
    let places: Vec<String> = sources
        .iter()
        .filter(|source| source.path.starts_with("crates/"))
        .flat_map(|source| code_lines(source).map(move |(line, code)| (source, line, code)))
        .filter(|(_, _, code)| {
            let code =
                code.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
            code.starts_with("static ")
        })
        .map(|(source, line, _)| format!("{}:{line}", source.path))
        .collect();
    if places.len() <= STATICS_MAX {
        return Vec::new();
    }
    vec![Finding::new(
        places.join(", "),
        format!("{} statics, at most {STATICS_MAX}", places.len()),
    )]
}

/// Finds files that no `mod` line reaches.
pub(super) fn dead_files(sources: &[File]) -> Vec<Finding> {
    let modules: BTreeMap<&str, BTreeSet<String>> =
        sources.iter().map(|source| (source.path.as_str(), module_names(&source.text))).collect();
    sources
        .iter()
        .filter(|source| {
            parents(&source.path).is_some_and(|(parents, name)| {
                !parents.iter().any(|parent| {
                    modules.get(parent.as_str()).is_some_and(|set| set.contains(&name))
                })
            })
        })
        .map(|source| Finding::new(&source.path, "no `mod` line reaches this file"))
        .collect()
}

fn module_names(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|line| {
            let line = line.trim();
            let line = line
                .strip_prefix("pub(crate) ")
                .or(line.strip_prefix("pub(super) "))
                .or(line.strip_prefix("pub "))
                .unwrap_or(line);
            line.strip_prefix("mod ")?.strip_suffix(';').map(str::to_owned)
        })
        .collect()
}

/// Returns the files that may declare this one, and its name there; `None` for roots.
fn parents(path: &str) -> Option<(Vec<String>, String)> {
    let (root, inner) = path.split_once("/src/")?;
    if matches!(inner, "lib.rs" | "main.rs") || inner.starts_with("bin/") {
        return None;
    }
    let stem = inner.strip_suffix(".rs")?;
    let stem = stem.strip_suffix("/mod").unwrap_or(stem);
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    let parents = if folder.is_empty() {
        vec![format!("{root}/src/lib.rs"), format!("{root}/src/main.rs")]
    } else {
        vec![format!("{root}/src/{folder}.rs"), format!("{root}/src/{folder}/mod.rs")]
    };
    Some((parents, name.to_owned()))
}

/// Finds crates with more than one binary of integration tests: each links everything again.
pub(super) fn test_binaries(sources: &[File]) -> Vec<Finding> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for source in sources {
        if let Some((root, inner)) = source.path.split_once("/tests/")
            && root.matches('/').count() == 1
            && (!inner.contains('/') || inner.ends_with("/main.rs"))
        {
            *count.entry(root).or_default() += 1;
        }
    }
    count
        .into_iter()
        .filter(|(_, count)| *count > 1)
        .map(|(root, count)| {
            let words = format!("{count} test binaries: make them modules of tests/it");
            Finding::new(format!("{root}/tests"), words)
        })
        .collect()
}

#[cfg(test)]
mod tests;
