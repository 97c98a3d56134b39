use super::{File, check, code_lines, dead_files, declared_tests, statics, test_binaries};

fn words(path: &str, text: &str) -> Vec<String> {
    check(&File::of(path, text)).into_iter().map(|finding| finding.words).collect()
}

#[test]
fn marks_and_long_lines_are_found() {
    let mark = format!("// {}: later", concat!("TO", "DO"));
    assert_eq!(words("crates/a/src/lib.rs", &mark).len(), 1);
    assert_eq!(words("crates/a/src/lib.rs", &format!("// {}", "x".repeat(118))).len(), 1);
    let asked = check(&File::of("crates/a/src/lib.rs", &format!("// {}", "x".repeat(98))));
    assert!(asked.len() == 1 && asked[0].warning);
    assert!(words("crates/a/src/lib.rs", &format!("let x = \"{}\";", "x".repeat(300))).is_empty());
    assert!(words("crates/a/src/lib.rs", "#[expect(x, reason = \"y\")]").is_empty());
}

#[test]
fn long_files_are_asked_about_and_very_long_ones_refused() {
    let warned = check(&File::of("crates/a/src/lib.rs", &"//\n".repeat(501)));
    assert!(warned.len() == 1 && warned[0].warning);
    let refused = check(&File::of("crates/a/src/lib.rs", &"//\n".repeat(701)));
    assert!(refused.len() == 1 && !refused[0].warning);
}

#[test]
fn long_functions_are_found_and_short_ones_are_not() {
    let function = |lines: usize| {
        format!(
            "impl A {{\n    pub(crate) async fn f() {{\n{}    }}\n}}\n",
            "        x();\n".repeat(lines)
        )
    };
    assert_eq!(words("crates/a/src/lib.rs", &function(99)).len(), 1);
    assert!(words("crates/a/src/lib.rs", &function(98)).is_empty());
    let declared = format!("trait A {{\n    fn f();\n{}}}\n", "    // words\n".repeat(150));
    assert!(words("crates/a/src/lib.rs", &declared).is_empty());
}

#[test]
fn globs_are_for_tests() {
    let text = "use a::*;\n#[cfg(test)]\nmod tests {\n    use super::*;\n}\n";
    assert_eq!(words("crates/a/src/lib.rs", text), ["name what you import"]);
    assert!(words("crates/a/src/tests.rs", text).is_empty());
}

#[test]
fn code_ends_where_tests_begin() {
    let text = File::of("crates/a/src/lib.rs", "a\n// b\n#[cfg(test)]\nmod tests;\nc\n");
    assert_eq!(
        code_lines(&text).map(|(_, code)| code).collect::<Vec<_>>(),
        ["a", "#[cfg(test)]", "mod tests;", "c"]
    );
}

#[test]
fn files_declared_for_tests_are_tests() {
    let parent = File::of("crates/a/src/b.rs", "mod c;\n#[cfg(test)]\nmod trial;\n");
    let names = declared_tests(&[parent]);
    assert!(names.contains("crates/a/src/b/trial.rs") && !names.contains("crates/a/src/b/c.rs"));
}

#[test]
fn statics_are_counted_over_all_rooms() {
    let few = File::of("crates/a/src/lib.rs", "static A: u8 = 0;\n");
    assert!(statics(&[few]).is_empty());
    let many = File::of("crates/a/src/lib.rs", &"pub(crate) static A: u8 = 0;\n".repeat(6));
    assert_eq!(statics(&[many]).len(), 1);
}

#[test]
fn files_are_reached_by_a_mod_line() {
    let tree = |parent: &str| {
        dead_files(&[
            File::of("crates/a/src/lib.rs", "mod b;\n"),
            File::of("crates/a/src/b.rs", parent),
            File::of("crates/a/src/b/c.rs", ""),
        ])
    };
    assert!(tree("pub(crate) mod c;\n").is_empty());
    assert_eq!(tree("mod d;\n")[0].place, "crates/a/src/b/c.rs");
}

#[test]
fn a_crate_has_one_test_binary() {
    let one = [File::of("crates/a/tests/it/main.rs", ""), File::of("crates/a/tests/it/x.rs", "")];
    assert!(test_binaries(&one).is_empty());
    let two = [File::of("crates/a/tests/x.rs", ""), File::of("crates/a/tests/y.rs", "")];
    assert_eq!(test_binaries(&two).len(), 1);
}
