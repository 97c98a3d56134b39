//! Holds an input against its model's constraints, and answers in AWS's words.
//!
//! ```text
//!   2 validation errors detected: Value '' at 'usageRecords.1.member.dimension' failed to satisfy
//!   constraint: Member must have length greater than or equal to 1; Value null at 'productCode' …
//! ```
//!
//! Lengths of strings count Unicode scalar values, as Smithy's `length` trait says; blobs count
//! bytes. What a model says but the service does not mean is listed in `quirks`.

mod fault;
mod path;
mod quirks;
mod shown;

use std::fmt::Write as _;

use self::path::{Path, Step};
use self::quirks::Rule;
use crate::fault::Fault;
use crate::model::{Kind, Member, Operation, Service, Shape};
use crate::value::{Members, Value};

/// After this many violations the search ends: nobody reads more, and a body must not buy an
/// answer larger than itself.
const VIOLATIONS_MAX: usize = 16;

/// Checks an input against required members, lengths, ranges, patterns and enum values.
///
/// # Errors
/// One `ValidationException` (`ValidationError` on awsQuery) that tells of all violations, with the
/// field list where the service's own exception has one. S3 tells of the first in codes of its own
/// (`MalformedXML`, `MissingRequestBodyError`, `InvalidArgument`), as does SQS (`MissingParameter`,
/// `InvalidParameterValue`).
pub fn validate(service: &Service, operation: &Operation, input: &Members) -> Result<(), Fault> {
    let Some(shape) = operation.input else { return Ok(()) };
    let mut check = Check { service, violations: Vec::new() };
    check.structure(service.shape(shape), input, &Path::root());
    if check.violations.is_empty() {
        return Ok(());
    }
    Err(fault::of(service, service.shape(shape), &check.violations))
}

/// One broken constraint.
struct Violation {
    /// Where, for machines: the model's names, counted from 0.
    field: String,
    /// What and why, in AWS's words.
    text: String,
    /// Whether a required member is not there.
    missing: bool,
}

struct Check<'m> {
    service: &'m Service,
    violations: Vec<Violation>,
}

impl<'m> Check<'m> {
    fn structure(&mut self, shape: &'m Shape, input: &Members, path: &Path<'_>) {
        for member in shape.members() {
            if self.violations.len() >= VIOLATIONS_MAX {
                return;
            }
            let path = path.below(Step::Member(member.name));
            match input.get(member.name) {
                Some(value) => self.value(self.service.shape(member.shape), value, &path),
                None if member.required => self.missing(&path),
                None => {}
            }
        }
    }

    fn value(&mut self, shape: &'m Shape, value: &Value, path: &Path<'_>) {
        for constraint in broken(self.service, shape, value) {
            self.note(shape, value, path, &constraint);
        }
        match (&shape.kind, value) {
            (Kind::Structure { .. }, Value::Map(members)) => self.structure(shape, members, path),
            (Kind::List { member, sparse, .. }, Value::List(items)) => {
                self.list((shape, member, *sparse), value, items, path);
            }
            (Kind::Map { key, value: item, .. }, Value::Map(entries)) => {
                self.map((shape, key, item), value, entries, path);
            }
            _ => {}
        }
    }

    /// Items that have parts are told of one by one; others, as AWS does, by the whole list.
    fn list(
        &mut self,
        (shape, member, is_sparse): (&'m Shape, &'m Member, bool),
        whole: &Value,
        items: &[Value],
        path: &Path<'_>,
    ) {
        let item_shape = self.service.shape(member.shape);
        if item_shape.has_parts() {
            for (at, item) in items.iter().enumerate() {
                if self.violations.len() >= VIOLATIONS_MAX {
                    return;
                }
                let path = path.below(Step::Item(at));
                match item {
                    Value::Null if is_sparse => {}
                    Value::Null => self.missing(&path),
                    item => self.value(item_shape, item, &path),
                }
            }
            return;
        }
        if !is_sparse && items.contains(&Value::Null) {
            let constraint = "Member must satisfy constraint: [Member must not be null]";
            self.note(shape, whole, path, constraint);
        } else if items.iter().any(|item| is_broken(self.service, item_shape, item)) {
            let rules = rules_of(self.service, item_shape);
            let constraint = format!("Member must satisfy constraint: [{rules}]");
            self.note_masked(item_shape.sensitive, shape, whole, path, &constraint);
        }
    }

    fn map(
        &mut self,
        (shape, key, item): (&'m Shape, &'m Member, &'m Member),
        whole: &Value,
        entries: &Members,
        path: &Path<'_>,
    ) {
        let (key, item) = (self.service.shape(key.shape), self.service.shape(item.shape));
        let is_masked = key.sensitive || item.sensitive;
        if entries.iter().any(|(name, _)| is_broken(self.service, key, &Value::from(name))) {
            let rules = rules_of(self.service, key);
            let constraint = format!("Map keys must satisfy constraint: [{rules}]");
            self.note_masked(is_masked, shape, whole, path, &constraint);
        }
        if !item.has_parts() {
            if entries.iter().any(|(_, value)| is_broken(self.service, item, value)) {
                let rules = rules_of(self.service, item);
                let constraint = format!("Map value must satisfy constraint: [{rules}]");
                self.note_masked(is_masked, shape, whole, path, &constraint);
            }
            return;
        }
        for (name, value) in entries.iter() {
            if self.violations.len() >= VIOLATIONS_MAX {
                return;
            }
            self.value(item, value, &path.below(Step::Entry(name)));
        }
    }

    fn missing(&mut self, path: &Path<'_>) {
        let text =
            format!("Value null at '{path}' failed to satisfy constraint: Member must not be null");
        self.violations.push(Violation { field: path.field(), text, missing: true });
    }

    fn note(&mut self, shape: &'m Shape, value: &Value, path: &Path<'_>, constraint: &str) {
        self.note_masked(false, shape, value, path, constraint);
    }

    fn note_masked(
        &mut self,
        is_masked: bool,
        shape: &'m Shape,
        value: &Value,
        path: &Path<'_>,
        constraint: &str,
    ) {
        let mut text = "Value ".to_owned();
        if !is_masked && !shape.sensitive {
            let shown = shown::text(self.service, shape, value);
            write!(text, "'{shown}' ").expect("a string takes every byte");
        }
        write!(text, "at '{path}' failed to satisfy constraint: {constraint}")
            .expect("a string takes every byte");
        self.violations.push(Violation { field: path.field(), text, missing: false });
    }
}

impl Shape {
    /// Returns whether values of this shape hold values of further shapes.
    const fn has_parts(&self) -> bool {
        matches!(self.kind, Kind::Structure { .. } | Kind::List { .. } | Kind::Map { .. })
    }
}

fn is_broken(service: &Service, shape: &Shape, value: &Value) -> bool {
    !broken(service, shape, value).is_empty()
}

/// Returns the constraints that a value itself breaks, in words; its parts are not looked at.
fn broken(service: &Service, shape: &Shape, value: &Value) -> Vec<String> {
    let enforced = |rule| quirks::is_enforced(service.name, shape.name, rule);
    let limits = &shape.constraints;
    let mut broken = Vec::new();
    let size = size_of(value);
    let max = limits.max.filter(|max| size.is_some_and(|size| size > *max));
    let min = limits.min.filter(|min| size.is_some_and(|size| size < *min));
    if (max.is_some() || min.is_some()) && enforced(Rule::Range) {
        broken.extend(max.map(|max| at_most(shape, max)));
        broken.extend(min.map(|min| at_least(shape, min)));
    }
    if let (Kind::String { values }, Value::String(text)) = (&shape.kind, value) {
        if !limits.matches(text) && enforced(Rule::Pattern) {
            broken.extend(limits.pattern.map(pattern_rule));
        }
        if !values.is_empty() && !values.contains(&text.as_str()) && enforced(Rule::Enum) {
            broken.push(enum_rule(values));
        }
    }
    broken
}

/// Returns all constraints of a shape in words.
fn rules_of(service: &Service, shape: &Shape) -> String {
    let enforced = |rule| quirks::is_enforced(service.name, shape.name, rule);
    let limits = &shape.constraints;
    let mut rules = Vec::new();
    if enforced(Rule::Range) {
        rules.extend(limits.max.map(|max| at_most(shape, max)));
        rules.extend(limits.min.map(|min| at_least(shape, min)));
    }
    if enforced(Rule::Pattern) && limits.is_enforceable() {
        rules.extend(limits.pattern.map(pattern_rule));
    }
    match &shape.kind {
        Kind::String { values } if !values.is_empty() && enforced(Rule::Enum) => {
            rules.push(enum_rule(values));
        }
        _ => {}
    }
    rules.join(", ")
}

/// Returns what `min` and `max` are about: a number's value, else how much there is.
#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^53; limits are whole")]
fn size_of(value: &Value) -> Option<f64> {
    let size = match value {
        Value::Integer(number) => *number as f64,
        Value::Float(number) => *number,
        Value::String(text) => text.chars().count() as f64,
        Value::Blob(bytes) => bytes.len() as f64,
        Value::List(items) => items.len() as f64,
        Value::Map(entries) => entries.len() as f64,
        Value::Null | Value::Bool(_) | Value::Timestamp(_) | Value::Document(_) => return None,
    };
    Some(size)
}

fn at_most(shape: &Shape, max: f64) -> String {
    format!("Member must have {} less than or equal to {max}", shape.measure())
}

fn at_least(shape: &Shape, min: f64) -> String {
    format!("Member must have {} greater than or equal to {min}", shape.measure())
}

fn pattern_rule(pattern: &str) -> String {
    format!("Member must satisfy regular expression pattern: {pattern}")
}

fn enum_rule(values: &[&str]) -> String {
    format!("Member must satisfy enum value set: [{}]", values.join(", "))
}

impl Shape {
    const fn measure(&self) -> &'static str {
        match self.kind {
            Kind::Integer | Kind::Long | Kind::Float => "value",
            _ => "length",
        }
    }
}

#[cfg(test)]
mod tests;
