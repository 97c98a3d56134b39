//! Where in an input a value stands.

use std::fmt;

/// A chain of steps on the stack: nothing is written down until there is something to tell.
pub(super) struct Path<'p> {
    above: Option<&'p Path<'p>>,
    step: Option<Step<'p>>,
}

/// One step down.
#[derive(Clone, Copy)]
pub(super) enum Step<'p> {
    /// To a structure's member.
    Member(&'p str),
    /// To a list's item, counted from 0.
    Item(usize),
    /// To the value of a map's entry.
    Entry(&'p str),
}

impl<'p> Path<'p> {
    pub(super) const fn root() -> Self {
        Self { above: None, step: None }
    }

    pub(super) const fn below<'q>(&'q self, step: Step<'q>) -> Path<'q>
    where
        'p: 'q,
    {
        Path { above: Some(self), step: Some(step) }
    }

    /// Returns the path in the model's names, such as `ChangeSet.0.Entity.Type`.
    pub(super) fn field(&self) -> String {
        let steps = self.steps().into_iter().map(|step| match step {
            Step::Member(name) => name.to_owned(),
            Step::Entry(name) => cut(name),
            Step::Item(at) => at.to_string(),
        });
        steps.collect::<Vec<_>>().join(".")
    }

    fn steps(&self) -> Vec<Step<'_>> {
        let mut steps = self.above.map(Path::steps).unwrap_or_default();
        steps.extend(self.step);
        steps
    }
}

impl fmt::Display for Path<'_> {
    /// Writes the path in AWS's way, such as `changeSet.1.member.entity.type`: names begin
    /// lower-case, items count from 1.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps().into_iter().enumerate() {
            if at > 0 {
                f.write_str(".")?;
            }
            match step {
                Step::Member(name) => f.write_str(&lower_first(name))?,
                Step::Item(at) => write!(f, "{}.member", at + 1)?,
                Step::Entry(name) => write!(f, "{}.member", cut(name))?,
            }
        }
        Ok(())
    }
}

/// Returns the beginning of a caller's name: it may be as long as the body.
fn cut(name: &str) -> String {
    name.chars().take(64).collect()
}

/// Returns a member's name with its first letter in lower case and all others as they are.
pub(super) fn lower_first(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}
