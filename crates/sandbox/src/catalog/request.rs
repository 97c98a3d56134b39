//! The changes of a request: read, checked one by one, then against each other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use wire::{Fault, Members};

use super::entity_type::{self, ChangeType, EntityType, SERVED};
use super::reference;
use super::validation::{Problem, Reason, refuse};

/// The longest `Details` text in characters.
const DETAILS_CHARACTERS_MAX: usize = 16_384;
const CHANGE_NAME_CHARACTERS_MAX: usize = 72;

/// One change that is right by itself.
pub(super) struct Request<'a> {
    pub(super) entity_type: &'static EntityType,
    pub(super) change_type: &'static ChangeType,
    pub(super) name: Option<&'a str>,
    pub(super) identifier: Option<&'a str>,
    /// The details as JSON text, and parsed.
    pub(super) details: String,
    pub(super) document: Value,
    pub(super) entity_tags: BTreeMap<String, String>,
}

/// Which entity a change is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target<'a> {
    /// The one that the change at this place in the set creates.
    Created(usize),
    /// One that is there, as of this revision when the caller insists on it.
    Existing { id: &'a str, revision: Option<u64> },
}

/// Reads the changes of a `StartChangeSet` input with the entities that they are about.
pub(super) fn read(input: &Members) -> Result<Vec<(Request<'_>, Target<'_>)>, Fault> {
    let mut problems = Vec::new();
    let mut requests = Vec::new();
    for (at, change) in input.maps("ChangeSet").enumerate() {
        match Form::new(at, change).read() {
            Ok(request) => requests.push(request),
            Err(found) => problems.extend(found),
        }
    }
    refuse(&problems)?;
    problems.extend(repeated_names(&requests));
    let mut targets = Vec::new();
    for (at, request) in requests.iter().enumerate() {
        problems.extend(unknown_names(at, &requests));
        match target(at, request, &requests) {
            Ok(target) => targets.push(target),
            Err(problem) => problems.push(*problem),
        }
    }
    refuse(&problems)?;
    refuse(&repeated_changes(&requests, &targets))?;
    Ok(requests.into_iter().zip(targets).collect())
}

/// One change as it came, with what its problems have in common.
struct Form<'a> {
    at: usize,
    change: &'a Members,
    type_name: &'a str,
    entity_type: &'a str,
    identifier: Option<&'a str>,
}

impl<'a> Form<'a> {
    fn new(at: usize, change: &'a Members) -> Self {
        let entity = change.map("Entity");
        Self {
            at,
            change,
            type_name: change.string("ChangeType").unwrap_or_default(),
            entity_type: entity.and_then(|entity| entity.string("Type")).unwrap_or_default(),
            identifier: entity.and_then(|entity| entity.string("Identifier")),
        }
    }

    fn read(&self) -> Result<Request<'a>, Vec<Problem>> {
        let (entity_type, change_type) = self.kind().map_err(|problem| vec![*problem])?;
        let (member, details) = self.details().map_err(|problem| vec![*problem])?;
        let document = serde_json::from_str(&details).map_err(|error| {
            let message = format!("{member} is not JSON: {error}.");
            vec![self.problem(Reason::CannotParse, member, message)]
        })?;
        let mut problems = self.mismatches(change_type, member, &document);
        problems.extend(self.name_problem());
        problems.extend(self.identifier_problem(change_type));
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Request {
            entity_type,
            change_type,
            name: self.change.string("ChangeName"),
            identifier: self.identifier,
            details,
            document,
            entity_tags: tags(self.change, "EntityTags"),
        })
    }

    fn kind(&self) -> Result<(&'static EntityType, &'static ChangeType), Box<Problem>> {
        let unknown =
            |field, message| Box::new(self.problem(Reason::UnknownOperation, field, message));
        let Some(entity_type) = entity_type::versioned(self.entity_type) else {
            let served: Vec<_> = SERVED.iter().map(|served| served.versioned).collect();
            let message = format!(
                "Entity type {} is not served here; served are: {}.",
                self.entity_type,
                served.join(", ")
            );
            return Err(unknown("Entity.Type", message));
        };
        let Some(change_type) = entity_type.change_type(self.type_name) else {
            let served: Vec<_> = entity_type.change_types.iter().map(|it| it.name).collect();
            let message = format!(
                "Change type {} is not served for {}; served are: {}.",
                self.type_name,
                entity_type.versioned,
                served.join(", ")
            );
            return Err(unknown("ChangeType", message));
        };
        Ok((entity_type, change_type))
    }

    /// Returns the name of the member that holds the details, and the details as JSON text.
    fn details(&self) -> Result<(&'static str, String), Box<Problem>> {
        let document = match self.change.get("DetailsDocument") {
            Some(wire::Value::Document(document)) => Some(document),
            _ => None,
        };
        let failed = |message: String| {
            Box::new(self.problem(Reason::FieldValidationFailed, "Details", message))
        };
        match (self.change.string("Details"), document) {
            (Some(text), None) if text.chars().count() > DETAILS_CHARACTERS_MAX => {
                Err(failed(format!("Details has more than {DETAILS_CHARACTERS_MAX} characters.")))
            }
            (Some(text), None) => Ok(("Details", text.to_owned())),
            (None, Some(document)) => Ok(("DetailsDocument", document.to_string())),
            _ => Err(failed("A change has either Details or DetailsDocument.".to_owned())),
        }
    }

    fn mismatches(&self, change_type: &ChangeType, member: &str, document: &Value) -> Vec<Problem> {
        let mut found = Vec::new();
        change_type.schema.check(document, member, &mut found);
        let failed = Reason::FieldValidationFailed;
        let problem = |(path, complaint): (String, String)| {
            let message = format!("{path} {complaint}.");
            self.problem(failed, &path, message)
        };
        found.into_iter().map(problem).collect()
    }

    fn name_problem(&self) -> Option<Problem> {
        let name = self.change.string("ChangeName")?;
        let odd = |letter: char| !letter.is_alphanumeric() && !"_-".contains(letter);
        let fine = !name.is_empty()
            && name.chars().count() <= CHANGE_NAME_CHARACTERS_MAX
            && !name.contains(odd);
        let message = "ChangeName has 1 to 72 letters, digits, _ and -.".to_owned();
        (!fine).then(|| self.problem(Reason::FieldValidationFailed, "ChangeName", message))
    }

    fn identifier_problem(&self, change_type: &ChangeType) -> Option<Problem> {
        let message = match (change_type.creates(), self.identifier) {
            (true, Some(_)) => format!("{} takes no Identifier.", change_type.name),
            (false, None) => format!("{} needs the Identifier of an entity.", change_type.name),
            _ => return None,
        };
        Some(self.problem(Reason::FieldValidationFailed, "Entity.Identifier", message))
    }

    fn problem(&self, reason: Reason, field: &str, message: String) -> Problem {
        Problem {
            reason,
            entity_type: Some(self.entity_type.to_owned()),
            entity_id: self.identifier.map(str::to_owned),
            change_type: Some(self.type_name.to_owned()),
            field: format!("ChangeSet.{}.{field}", self.at),
            message,
        }
    }
}

impl Request<'_> {
    fn problem(&self, at: usize, field: &str, message: String) -> Problem {
        Problem {
            reason: Reason::Other,
            entity_type: Some(self.entity_type.versioned.to_owned()),
            entity_id: self.identifier.map(str::to_owned),
            change_type: Some(self.change_type.name.to_owned()),
            field: format!("ChangeSet.{at}.{field}"),
            message,
        }
    }
}

/// Returns the tags of a member; the last of equal keys counts.
pub(super) fn tags(members: &Members, name: &str) -> BTreeMap<String, String> {
    let tag =
        |tag: &Members| Some((tag.string("Key")?.to_owned(), tag.string("Value")?.to_owned()));
    members.maps(name).filter_map(tag).collect()
}

fn repeated_names(requests: &[Request<'_>]) -> Vec<Problem> {
    let mut names = BTreeSet::new();
    let mut problems = Vec::new();
    for (at, request) in requests.iter().enumerate() {
        if let Some(name) = request.name.filter(|name| !names.insert(*name)) {
            let message = format!("ChangeName {name} is given more than once.");
            problems.push(request.problem(at, "ChangeName", message));
        }
    }
    problems
}

/// Finds the earlier change of this name that creates an entity.
fn creator(at: usize, name: &str, requests: &[Request<'_>]) -> Option<usize> {
    let earlier = requests.iter().take(at);
    let mut creators = earlier.enumerate().filter(|(_, request)| request.change_type.creates());
    creators.find(|(_, request)| request.name == Some(name)).map(|(at, _)| at)
}

fn unknown_names(at: usize, requests: &[Request<'_>]) -> Vec<Problem> {
    let Some(request) = requests.get(at) else { return Vec::new() };
    let mut problems = Vec::new();
    reference::visit(&request.document, &mut |name| {
        if creator(at, name, requests).is_none() {
            problems.push(request.problem(at, "Details", no_creator(name)));
        }
    });
    problems
}

fn no_creator(name: &str) -> String {
    format!("No earlier change of this set named {name} creates an entity.")
}

fn target<'a>(
    at: usize,
    request: &Request<'a>,
    requests: &[Request<'_>],
) -> Result<Target<'a>, Box<Problem>> {
    let Some(identifier) = request.identifier else { return Ok(Target::Created(at)) };
    let wrong = |message| Box::new(request.problem(at, "Entity.Identifier", message));
    if let Some(name) = reference::parse(identifier) {
        let creator = creator(at, name, requests).ok_or_else(|| wrong(no_creator(name)))?;
        let created = requests.get(creator).map(|creator| creator.entity_type.name);
        if created != Some(request.entity_type.name) {
            let wanted = request.entity_type.versioned;
            return Err(wrong(format!("{name} does not create an entity of type {wanted}.")));
        }
        return Ok(Target::Created(creator));
    }
    let Some((id, revision)) = identifier.split_once('@') else {
        return Ok(Target::Existing { id: identifier, revision: None });
    };
    match revision.parse() {
        Ok(revision) => Ok(Target::Existing { id, revision: Some(revision) }),
        Err(_) => Err(wrong(format!("{identifier} is not an entity id with a revision number."))),
    }
}

fn repeated_changes(requests: &[Request<'_>], targets: &[Target<'_>]) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for (at, (request, target)) in requests.iter().zip(targets).enumerate() {
        let entity = match target {
            Target::Created(creator) => creator.to_string(),
            Target::Existing { id, .. } => (*id).to_owned(),
        };
        if !seen.insert((entity, request.change_type.name)) {
            let name = request.change_type.name;
            let message = format!("Change type {name} is given more than once for one entity.");
            problems.push(request.problem(at, "ChangeType", message));
        }
    }
    problems
}
