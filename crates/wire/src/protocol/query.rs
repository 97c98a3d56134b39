//! awsQuery input: a form whose keys spell the path to each value.
//!
//! ```text
//!   Tags.member.1.Key=team     a list of structures
//!   Tags.1.Key=team            the same, flattened
//!   Map.entry.1.key=a  Map.entry.1.value=b
//! ```

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode;

use super::budget::Budget;
use super::{Limits, scalar};
use crate::fault::Fault;
use crate::model::{Kind, Member, Operation, Service};
use crate::value::{Members, Value};

/// Returns the input in the query string and the body of a request.
pub(super) fn decode(
    service: &Service,
    operation: &Operation,
    query: Option<&str>,
    body: &[u8],
    limits: &Limits,
) -> Result<Members, Fault> {
    let mut form = Branch::default();
    let budget = Budget::new(*limits);
    for pair in pairs(query.unwrap_or_default().as_bytes()).chain(pairs(body)) {
        let (name, text) = pair?;
        form.insert(&name, text, &budget)?;
    }
    match operation.input.map(|input| &service.shape(input).kind) {
        Some(Kind::Structure { members, .. }) => structure(service, members, &form),
        _ => Ok(Members::new()),
    }
}

/// Returns the decoded pairs of a form or query string, one by one.
pub(super) fn pairs(form: &[u8]) -> impl Iterator<Item = Result<(String, String), Fault>> {
    form.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let mut half = || decoded(halves.next().unwrap_or_default());
        Ok((half()?, half()?))
    })
}

fn decoded(text: &[u8]) -> Result<String, Fault> {
    let spaced: Vec<u8> =
        text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let decoded = percent_decode(&spaced).decode_utf8();
    decoded.map(Cow::into_owned).map_err(|_| malformed("The request is not UTF-8"))
}

fn malformed(text: impl Into<String>) -> Fault {
    Fault::new("MalformedInput", text)
}

/// What stands under one beginning of the keys.
#[derive(Default)]
struct Branch {
    text: Option<String>,
    below: BTreeMap<String, Branch>,
}

impl Branch {
    fn insert(&mut self, name: &str, text: String, budget: &Budget) -> Result<(), Fault> {
        let mut branch = self;
        for (depth, part) in name.split('.').enumerate() {
            budget.take(depth).map_err(malformed)?;
            branch = branch.below.entry(part.to_owned()).or_default();
        }
        if branch.text.replace(text).is_some() {
            let name: String = name.chars().take(64).collect();
            return Err(malformed(format!("Duplicate parameter '{name}' in the request")));
        }
        Ok(())
    }

    /// Returns the numbered branches in the order of their numbers, however large those are.
    fn numbered(&self) -> Result<Vec<&Branch>, Fault> {
        let mut numbered = BTreeMap::new();
        for (name, branch) in &self.below {
            let Ok(number) = name.parse::<u32>() else { continue };
            if numbered.insert(number, branch).is_some() {
                return Err(malformed(format!("List index {number} is given twice")));
            }
        }
        Ok(numbered.into_values().collect())
    }

    fn level(&self, flattened: bool, name: &str) -> Result<Vec<&Branch>, Fault> {
        match (flattened, self.below.get(name)) {
            (true, _) => self.numbered(),
            (false, Some(branch)) => branch.numbered(),
            (false, None) => Ok(Vec::new()),
        }
    }
}

/// Returns a member's name in forms and their answers: a flattened list goes by the name of its
/// items.
pub(super) fn name_of(service: &Service, member: &Member) -> &'static str {
    match &service.shape(member.shape).kind {
        Kind::List { member: item, flattened, .. }
            if (*flattened || member.flattened) && item.query_name != item.name =>
        {
            item.query_name
        }
        _ => member.query_name,
    }
}

fn structure(service: &Service, members: &[Member], form: &Branch) -> Result<Members, Fault> {
    let mut values = Members::new();
    for member in members {
        if let Some(branch) = form.below.get(name_of(service, member)) {
            values.push(member.name, value(service, member, branch)?);
        }
    }
    Ok(values)
}

fn value(service: &Service, member: &Member, branch: &Branch) -> Result<Value, Fault> {
    match &service.shape(member.shape).kind {
        Kind::Structure { members, .. } => structure(service, members, branch).map(Value::Map),
        Kind::List { member: item, flattened, .. } => branch
            .level(*flattened || member.flattened, item.query_name)?
            .into_iter()
            .map(|branch| value(service, item, branch))
            .collect::<Result<_, _>>()
            .map(Value::List),
        Kind::Map { key, value, flattened } => {
            let mut entries = branch.level(*flattened, "entry")?;
            // The oldest clients of SQS do not number an only entry: `Attribute.Name=…`.
            if entries.is_empty() && *flattened && branch.below.contains_key(key.query_name) {
                entries.push(branch);
            }
            map(service, (key, value), &entries)
        }
        kind => match &branch.text {
            Some(text) => scalar::plain(kind, text).map_err(malformed),
            None => Err(malformed(scalar::UNEXPECTED_MAP)),
        },
    }
}

fn map(
    service: &Service,
    (key, item): (&Member, &Member),
    entries: &[&Branch],
) -> Result<Value, Fault> {
    let mut names = BTreeSet::new();
    let mut values = Members::new();
    for entry in entries {
        let Some(name) = entry.below.get(key.query_name).and_then(|branch| branch.text.clone())
        else {
            return Err(malformed("A map entry has no key"));
        };
        if !names.insert(name.clone()) {
            return Err(malformed("A map key is given twice"));
        }
        if let Some(branch) = entry.below.get(item.query_name) {
            values.push(name, value(service, item, branch)?);
        }
    }
    Ok(Value::Map(values))
}
