//! restJson: the operation is in the method and the path.

use std::collections::HashMap;

use http::request::Parts;

use super::signs::Signs;
use super::{Place, Route, Router, Unrouted, only, unknown};
use crate::model::{Models, Operation, Protocol, Service};
use crate::percent;

/// Path templates, by the first word of the path where that is fixed.
#[derive(Debug, Default)]
pub(super) struct Paths {
    by_first_word: HashMap<&'static str, Vec<Template>>,
    others: Vec<Template>,
}

/// One operation's method and path, such as `GET /tags/{ResourceArn}?all`.
#[derive(Debug)]
struct Template {
    method: &'static str,
    segments: Vec<Segment>,
    query: Vec<(&'static str, Option<&'static str>)>,
    place: Place,
    operation: &'static str,
}

#[derive(Debug)]
enum Segment {
    /// A fixed word.
    Word(&'static str),
    /// `{Label}`: one segment.
    Label,
    /// `{Label+}`: one or more segments.
    Greedy,
}

impl Paths {
    pub(super) fn new(models: &Models) -> Self {
        let mut paths = Self::default();
        let rest = |service: &Service| service.protocols.contains(&Protocol::RestJson);
        for (at, service) in models.services().enumerate().filter(|(_, service)| rest(service)) {
            for operation in service.operations() {
                paths.add(Template::new(Place(at), operation));
            }
        }
        paths
    }

    fn add(&mut self, template: Template) {
        match template.segments.first() {
            Some(Segment::Word(word)) => self.by_first_word.entry(word).or_default().push(template),
            _ => self.others.push(template),
        }
    }

    /// Returns the templates that fit, whatever their method.
    fn fitting(&self, segments: &[String], query: &str) -> Vec<&Template> {
        let known = segments.first().and_then(|word| self.by_first_word.get(&**word));
        known
            .into_iter()
            .flatten()
            .chain(&self.others)
            .filter(|template| template.fits(segments, query))
            .collect()
    }
}

impl Template {
    fn new(place: Place, operation: &Operation) -> Self {
        let (path, query) = operation.path.split_once('?').unwrap_or((operation.path, ""));
        let segments = path.strip_prefix('/').unwrap_or(path).split('/').map(Segment::new);
        let pair = |pair: &'static str| match pair.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (pair, None),
        };
        Self {
            method: operation.method,
            segments: segments.collect(),
            query: query.split('&').filter(|text| !text.is_empty()).map(pair).collect(),
            place,
            operation: operation.name,
        }
    }

    fn fits(&self, segments: &[String], query: &str) -> bool {
        let fixed = |(name, value): &(&str, Option<&str>)| {
            percent::pairs(query.as_bytes()).any(|(given, with)| {
                *given == *name.as_bytes() && value.is_none_or(|value| *with == *value.as_bytes())
            })
        };
        fit(&self.segments, segments) && self.query.iter().all(fixed)
    }

    /// Orders templates that fit the same path: fixed words first, greedy labels last.
    fn exactness(&self) -> (usize, usize, usize) {
        let words = self.segments.iter().filter(|it| matches!(it, Segment::Word(_))).count();
        let greedy = self.segments.iter().filter(|it| matches!(it, Segment::Greedy)).count();
        (words, self.query.len(), usize::MAX - greedy)
    }
}

impl Segment {
    fn new(text: &'static str) -> Self {
        match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            None => Self::Word(text),
            Some(label) if label.ends_with('+') => Self::Greedy,
            Some(_) => Self::Label,
        }
    }
}

fn fit(template: &[Segment], segments: &[String]) -> bool {
    match (template.split_first(), segments.split_first()) {
        (None, None) => true,
        (Some((Segment::Word(word), template)), Some((segment, rest))) => {
            word == segment && fit(template, rest)
        }
        (Some((Segment::Label, template)), Some((segment, rest))) => {
            !segment.is_empty() && fit(template, rest)
        }
        // Greedy takes all but what the words behind it need; a template has one such label.
        (Some((Segment::Greedy, template)), Some((segment, _))) => segments
            .len()
            .checked_sub(template.len())
            .and_then(|taken| segments.split_at_checked(taken))
            .is_some_and(|(taken, rest)| {
                !taken.is_empty() && !segment.is_empty() && fit(template, rest)
            }),
        _ => false,
    }
}

impl Router {
    pub(super) fn by_path(
        &self,
        parts: &Parts,
        signs: &Signs<'_>,
    ) -> Option<Result<Route<'_>, Unrouted<'_>>> {
        let segments = segments(parts.uri.path());
        let fitting = self.rest.fitting(&segments, parts.uri.query().unwrap_or_default());
        if fitting.is_empty() {
            return None;
        }
        let of_method: Vec<&Template> =
            fitting.iter().copied().filter(|it| it.method == parts.method.as_str()).collect();
        let best = of_method.iter().map(|template| template.exactness()).max();
        let exactest: Vec<&Template> =
            of_method.into_iter().filter(|it| Some(it.exactness()) == best).collect();
        Some(self.choose(&exactest, signs).ok_or_else(|| self.other_method(&fitting, signs)))
    }

    /// Answers a path that is right with a method that is not.
    fn other_method(&self, fitting: &[&Template], signs: &Signs<'_>) -> Unrouted<'_> {
        let services: Vec<&Service> =
            fitting.iter().map(|template| self.service(template.place)).collect();
        let service = only(&services).or_else(|| signs.choose(&services));
        let operation = match fitting {
            [template] => Some(template.operation),
            _ => None,
        };
        unknown(Protocol::RestJson, service, operation)
    }

    fn choose(&self, templates: &[&Template], signs: &Signs<'_>) -> Option<Route<'_>> {
        let services: Vec<&Service> =
            templates.iter().map(|template| self.service(template.place)).collect();
        let service = only(&services)
            .or_else(|| signs.choose(&services))
            .or_else(|| services.first().copied())?;
        let template = templates.iter().find(|it| self.service(it.place).name == service.name)?;
        let operation = service.operation(template.operation)?;
        Some(Route { service, operation, protocol: Protocol::RestJson })
    }
}

/// Splits a path and decodes each segment, so that an encoded slash stays within its label.
fn segments(path: &str) -> Vec<String> {
    path.strip_prefix('/')
        .unwrap_or(path)
        .split('/')
        .map(|segment| percent::decode(segment.as_bytes()))
        .map(|segment| String::from_utf8_lossy(&segment).into_owned())
        .collect()
}
