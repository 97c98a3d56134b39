//! Patterns with `*` and `?`.

/// A pattern in pieces; a `*` that came from a variable's value stands for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Glob(Vec<Token>);

/// Whether upper and lower case are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Matters,
    Ignored,
}

/// One step of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Exactly(char),
    AnyOne,
    AnyRun,
}

impl Glob {
    /// Reads a pattern in which `*` and `?` are wild.
    pub(crate) fn new(pattern: &str) -> Self {
        let mut glob = Self::default();
        glob.push_pattern(pattern);
        glob
    }

    /// Appends text in which `*` and `?` are wild.
    pub(crate) fn push_pattern(&mut self, pattern: &str) {
        self.0.extend(pattern.chars().map(|character| match character {
            '*' => Token::AnyRun,
            '?' => Token::AnyOne,
            character => Token::Exactly(character),
        }));
    }

    /// Appends text in which nothing is wild.
    pub(crate) fn push_literal(&mut self, text: &str) {
        self.0.extend(text.chars().map(Token::Exactly));
    }

    /// Returns whether the whole of `text` fits; takes at most `pattern × text` steps.
    pub(crate) fn matches(&self, text: &str, case: Case) -> bool {
        let (mut at, mut rest) = (0, text);
        let mut resume: Option<(usize, &str)> = None;
        loop {
            match (self.0.get(at), first(rest)) {
                (Some(Token::AnyRun), _) => {
                    at += 1;
                    resume = Some((at, rest));
                }
                (Some(token), Some((character, behind))) if token.accepts(character, case) => {
                    (at, rest) = (at + 1, behind);
                }
                (None, None) => return true,
                // Let the last run take one more character and try again behind it.
                _ => match resume.and_then(|(at, from)| Some((at, first(from)?.1))) {
                    Some(longer) => {
                        resume = Some(longer);
                        (at, rest) = longer;
                    }
                    None => return false,
                },
            }
        }
    }
}

impl Token {
    fn accepts(self, character: char, case: Case) -> bool {
        match self {
            Self::Exactly(wanted) if wanted == character => true,
            Self::Exactly(wanted) => {
                case == Case::Ignored && wanted.to_lowercase().eq(character.to_lowercase())
            }
            Self::AnyOne => true,
            Self::AnyRun => false,
        }
    }
}

fn first(text: &str) -> Option<(char, &str)> {
    let mut characters = text.chars();
    characters.next().map(|character| (character, characters.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_where_they_should() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "anything", true),
            ("?", "", false),
            ("?", "é", true),
            ("a*c", "abbbc", true),
            ("a*c", "abbbd", false),
            ("a*b*c", "a1b2b3c", true),
            ("*ab", "aab", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a**", "a", true),
            ("*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaa", false),
        ] {
            assert_eq!(
                Glob::new(pattern).matches(text, Case::Matters),
                expected,
                "{pattern} on {text}"
            );
        }
    }

    #[test]
    fn case_is_ignored_only_when_asked() {
        let glob = Glob::new("iam:Create*");
        assert!(glob.matches("IAM:createUSER", Case::Ignored));
        assert!(!glob.matches("IAM:createUSER", Case::Matters));
    }

    #[test]
    fn literal_stars_are_not_wild() {
        let mut glob = Glob::new("home/");
        glob.push_literal("*");
        assert!(glob.matches("home/*", Case::Matters));
        assert!(!glob.matches("home/anna", Case::Matters));
    }
}
