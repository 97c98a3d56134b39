//! `AddDeliveryOptions` and `UpdateDeliveryOptions`.

use serde_json::{Map, Value, json};
use wire::Call;

use super::super::change_set::ErrorDetail;
use super::super::entity::Entity;
use super::super::entity_type::Step;
use super::super::schema::{Schema, optional, required, text};

/// Details of `AddDeliveryOptions`.
pub(super) const ADD: Schema = Schema::Object(&[required(
    "DeliveryOptions",
    Schema::List { min: 1, max: 10, item: &Schema::Object(&[required("Details", DETAILS)]) },
)]);
/// Details of `UpdateDeliveryOptions`.
pub(super) const UPDATE: Schema = Schema::Object(&[required(
    "DeliveryOptions",
    Schema::List {
        min: 1,
        max: 10,
        item: &Schema::Object(&[required("Id", text(36)), required("Details", DETAILS)]),
    },
)]);

const DETAILS: Schema = Schema::OneOf(&[
    optional(
        URL_MEMBER,
        Schema::Object(&[
            required("FulfillmentUrl", ADDRESS),
            optional("LaunchUrl", ADDRESS),
            optional("DeploymentTemplates", ANY_LIST),
            optional("UsageInstructions", text(30_000)),
            optional("QuickLaunchEnabled", Schema::Flag),
        ]),
    ),
    optional(
        API_MEMBER,
        Schema::Object(&[
            required("ApiType", Schema::Word(API_TYPES)),
            required("QuickLaunchEnabled", Schema::Flag),
            required("FulfillmentUrl", ADDRESS),
            required("Endpoints", Schema::List { min: 1, max: 1, item: &Schema::Any }),
            optional("CompatibleServices", Schema::List { min: 0, max: 1, item: &COMPATIBLE }),
            optional("UsageInstructions", text(30_000)),
        ]),
    ),
]);
const ADDRESS: Schema = Schema::Https { min: 8, max: 2048 };
const ANY_LIST: Schema = Schema::List { min: 1, max: 20, item: &Schema::Any };
const COMPATIBLE: Schema = Schema::Word(&["Bedrock-AgentCore"]);
const API_TYPES: &[&str] = &["MCP_SERVER", "KNOWLEDGE_BASE", "AGENT", "GUARDRAIL", "OTHER"];
const URL_MEMBER: &str = "SaaSUrlDeliveryOptionDetails";
const API_MEMBER: &str = "ApiDeliveryOptionDetails";
const DETAILS_SUFFIX: &str = "DeliveryOptionDetails";

/// Draws the id of a version, should the product have none yet, and one for every option.
pub(super) fn draw(details: &Value, call: &mut Call<'_>) -> Vec<String> {
    let mut drawn = vec![call.uuid()];
    drawn.extend(options(details).map(|_| format!("do-{}", call.alphanumeric(13))));
    drawn
}

/// Adds ways for buyers to get at the product; a `SaaS` product has one version that holds them.
pub(super) fn add_delivery_options(entity: &mut Entity, step: &Step<'_>) -> Vec<ErrorDetail> {
    let mut drawn = step.drawn.iter();
    let version_id = drawn.next().expect("a version id is drawn");
    let added = options(step.details).zip(drawn).map(|(option, id)| document(id, option));
    let added: Vec<_> = added.collect();
    let versions = entity.list_mut("Versions");
    if versions.is_empty() {
        versions.push(json!({"Id": version_id, "DeliveryOptions": []}));
    }
    let held = versions.first_mut().and_then(|version| version.get_mut("DeliveryOptions"));
    match held.and_then(Value::as_array_mut) {
        Some(held) => held.extend(added),
        None => versions.push(json!({"Id": version_id, "DeliveryOptions": added})),
    }
    Vec::new()
}

/// Puts other details in the place of those of an option.
pub(super) fn update_delivery_options(entity: &mut Entity, step: &Step<'_>) -> Vec<ErrorDetail> {
    let mut errors = Vec::new();
    for option in options(step.details) {
        let id = option.get("Id").and_then(Value::as_str).unwrap_or_default();
        if let Some(held) = find_mut(entity, id) {
            *held = document(id, option);
        } else {
            let message = format!("Delivery option {id} does not exist.");
            errors.push(ErrorDetail::new("INVALID_INPUT", message));
        }
    }
    errors
}

/// Returns the types of all delivery options in alphabetical order.
pub(super) fn types(entity: &Entity) -> Vec<&str> {
    let versions = entity.list("/Versions").iter();
    let options = versions.filter_map(|version| version.get("DeliveryOptions")?.as_array());
    let mut types: Vec<_> =
        options.flatten().filter_map(|option| option.get("Type")?.as_str()).collect();
    types.sort_unstable();
    types
}

fn options(details: &Value) -> impl Iterator<Item = &Value> {
    details.get("DeliveryOptions").and_then(Value::as_array).into_iter().flatten()
}

/// Returns an option as the entity shows it: its id and type, then what the change said.
fn document(id: &str, option: &Value) -> Value {
    let details = option.get("Details").and_then(Value::as_object);
    let (member, details) = details
        .and_then(|details| details.iter().next())
        .expect("the schema wants exactly one member");
    let mut document = Map::new();
    document.insert("Id".to_owned(), json!(id));
    let kind = member.strip_suffix(DETAILS_SUFFIX).unwrap_or(member);
    document.insert("Type".to_owned(), json!(kind));
    document.extend(details.as_object().cloned().unwrap_or_default());
    document.insert("Visibility".to_owned(), json!("Public"));
    Value::Object(document)
}

fn find_mut<'a>(entity: &'a mut Entity, id: &str) -> Option<&'a mut Value> {
    let versions = entity.list_mut("Versions").iter_mut();
    let options = versions.filter_map(|version| version.get_mut("DeliveryOptions"));
    options
        .filter_map(Value::as_array_mut)
        .flatten()
        .find(|option| option.get("Id").and_then(Value::as_str) == Some(id))
}
