//! Which fields, operators and values each category of events allows: AWS's table, as data.

use super::{For, ResourceTypes};

/// The types of resource that have data events, one a line; AWS's list of 2026.
const RESOURCE_TYPES: &str = include_str!("resource_types.txt");
/// The sources of network activity events, one a line; AWS's list of 2026.
const NETWORK_SOURCES: &str = include_str!("network_sources.txt");

/// One field that a category allows.
pub(super) struct Rule {
    pub(super) field: &'static str,
    pub(super) operators: Operators,
    pub(super) values: Values,
    /// Whether a selector of the category must have it.
    pub(super) required: bool,
    /// Whether it takes one value only.
    pub(super) single: bool,
}

/// The operators that a field takes.
#[derive(Clone, Copy)]
pub(super) enum Operators {
    Equals,
    NotEquals,
    EqualsOrNot,
    Any,
}

/// The values that a field takes.
#[derive(Clone, Copy)]
pub(super) enum Values {
    Text,
    OneOf(&'static [&'static str]),
    ResourceType,
    NetworkSource,
}

use Operators::{Any, Equals, EqualsOrNot, NotEquals};
use Values::{NetworkSource, OneOf, ResourceType, Text};

pub(super) const CATEGORY: Rule = required("eventCategory", Text);
const READ_ONLY: Rule = optional("readOnly", Equals, OneOf(&["true", "false"]));
/// The documents name the value `true` alone; the member of an event is never `false`.
const FROM_CONSOLE: Rule = optional("sessionCredentialFromConsole", EqualsOrNot, OneOf(&["true"]));
const NAME: Rule = optional("eventName", Any, Text);
const SOURCE: Rule = optional("eventSource", Any, Text);
const TYPE: Rule = optional("eventType", Any, Text);
const CALLER: Rule = optional("userIdentity.arn", Any, Text);
const ENDPOINT: Rule = optional("vpcEndpointId", Any, Text);
const DENIED: Rule = optional("errorCode", Equals, OneOf(&["VpceAccessDenied"]));

/// The only sources whose management events a trail can leave out, here and in basic selectors.
pub(super) const EXCLUDABLE: &[&str] = &["kms.amazonaws.com", "rdsdata.amazonaws.com"];

const MANAGEMENT_TRAIL: &[Rule] =
    &[CATEGORY, READ_ONLY, optional("eventSource", NotEquals, OneOf(EXCLUDABLE))];
const MANAGEMENT_STORE: &[Rule] = &[CATEGORY, READ_ONLY, SOURCE, NAME, TYPE, FROM_CONSOLE, CALLER];
const DATA: &[Rule] = &[
    CATEGORY,
    required("resources.type", ResourceType),
    READ_ONLY,
    NAME,
    optional("resources.ARN", Any, Text),
    SOURCE,
    TYPE,
    CALLER,
    FROM_CONSOLE,
];
const NETWORK_STORE: &[Rule] =
    &[CATEGORY, required("eventSource", NetworkSource), NAME, ENDPOINT, DENIED];
const NETWORK_TRAIL: &[Rule] =
    &[CATEGORY, required("eventSource", NetworkSource), NAME, ENDPOINT, DENIED, CALLER];
const CATEGORY_ONLY: &[Rule] = &[CATEGORY];

const fn required(field: &'static str, values: Values) -> Rule {
    Rule { field, operators: Equals, values, required: true, single: true }
}

const fn optional(field: &'static str, operators: Operators, values: Values) -> Rule {
    Rule { field, operators, values, required: false, single: false }
}

/// Returns what a selector of this category may hold, or nothing when there is no such category.
pub(super) fn rules(category: &str, kind: For) -> Option<&'static [Rule]> {
    match (category, kind) {
        ("Management", For::Trail) => Some(MANAGEMENT_TRAIL),
        ("Management", For::EventDataStore) => Some(MANAGEMENT_STORE),
        ("Data", _) => Some(DATA),
        ("NetworkActivity", For::Trail) => Some(NETWORK_TRAIL),
        ("NetworkActivity", For::EventDataStore) => Some(NETWORK_STORE),
        (
            "Insight" | "ConfigurationItem" | "Evidence" | "ActivityAuditLog",
            For::EventDataStore,
        ) => Some(CATEGORY_ONLY),
        _ => None,
    }
}

impl Operators {
    /// Returns whether the operator of this name is among them.
    pub(super) fn allow(self, operator: &str) -> bool {
        match self {
            Equals => operator == "Equals",
            NotEquals => operator == "NotEquals",
            EqualsOrNot => operator == "Equals" || operator == "NotEquals",
            Any => true,
        }
    }
}

impl Values {
    /// Returns whether the value is among them.
    pub(super) fn allow(self, value: &str, types: ResourceTypes) -> bool {
        match self {
            Text => true,
            OneOf(values) => values.contains(&value),
            NetworkSource => NETWORK_SOURCES.lines().any(|line| line == value),
            ResourceType if types == ResourceTypes::Any => is_resource_type(value),
            ResourceType => RESOURCE_TYPES.lines().any(|line| line == value),
        }
    }
}

/// Returns whether the text has the form `AWS::X::Y`.
fn is_resource_type(text: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric());
    text.strip_prefix("AWS::")
        .and_then(|rest| rest.split_once("::"))
        .is_some_and(|(service, resource)| word(service) && word(resource))
}
