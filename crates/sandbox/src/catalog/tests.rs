use serde_json::{Value, json};
use wire::Fault;

use crate::trial::Trial;

mod changes;
mod life;
mod lists;
mod requests;

const VALIDATION: &str = "ValidationException";

/// Returns a change with a details document.
fn change(kind: &str, identifier: &str, details: Value) -> Value {
    let entity = json!({"Type": "SaaSProduct@1.0", "Identifier": identifier});
    let mut change = json!({"ChangeType": kind, "Entity": entity});
    change["DetailsDocument"] = details;
    change
}

fn create(name: &str, details: Value) -> Value {
    let entity = json!({"Type": "SaaSProduct@1.0"});
    let mut change = json!({"ChangeType": "CreateProduct", "ChangeName": name, "Entity": entity});
    change["DetailsDocument"] = details;
    change
}

fn dimension(key: &str) -> Value {
    json!({"Key": key, "Name": key, "Description": key, "Unit": "GB", "Types": ["ExternallyMetered"]})
}

fn request(changes: &[Value]) -> Value {
    json!({"Catalog": "AWSMarketplace", "ChangeSet": changes})
}

fn start(trial: &mut Trial, changes: &[Value]) -> String {
    let output = trial.ok("StartChangeSet", request(changes));
    output["ChangeSetId"].as_str().unwrap().to_owned()
}

fn refused(trial: &mut Trial, changes: &[Value]) -> Fault {
    trial.refused("StartChangeSet", request(changes))
}

fn describe(trial: &mut Trial, id: &str) -> Value {
    trial.ok("DescribeChangeSet", json!({"Catalog": "AWSMarketplace", "ChangeSetId": id}))
}

fn entity(trial: &mut Trial, id: &str) -> Value {
    trial.ok("DescribeEntity", json!({"Catalog": "AWSMarketplace", "EntityId": id}))
}

/// Starts a change set, waits for its end and returns its description.
fn run(trial: &mut Trial, changes: &[Value]) -> Value {
    let id = start(trial, changes);
    trial.wait(4);
    describe(trial, &id)
}

/// Runs a change set that must succeed.
fn succeed(trial: &mut Trial, changes: &[Value]) -> Value {
    let described = run(trial, changes);
    assert_eq!(described["Status"], "SUCCEEDED", "{described:#}");
    described
}

/// Makes a draft product and returns its id.
fn draft(trial: &mut Trial, title: &str) -> String {
    let described = succeed(trial, &[create("P", json!({"ProductTitle": title}))]);
    let identifier = described["ChangeSet"][0]["Entity"]["Identifier"].as_str().unwrap();
    identifier.strip_suffix("@1").unwrap().to_owned()
}

/// The changes that take a new product to its release.
fn listing() -> Vec<Value> {
    let product = "$P.Entity.Identifier";
    let url = json!({"FulfillmentUrl": "https://example.com/register"});
    let option = json!({"Details": {"SaaSUrlDeliveryOptionDetails": url}});
    let information = json!({
        "ProductTitle": "Demo", "ShortDescription": "short", "LongDescription": "long",
        "Highlights": ["fast"], "Categories": ["Monitoring"], "SearchKeywords": ["demo"],
        "LogoUrl": "https://example.com/logo.png", "VideoUrls": ["https://example.com/video"],
        "AdditionalResources": [{"Text": "Guide", "Url": "https://example.com/guide"}],
        "SupportDescription": "by mail", "Sku": "demo-1",
    });
    let targeting = json!({"PositiveTargeting": {"BuyerAccounts": ["444455556666"]}});
    vec![
        create("P", json!({})),
        change("UpdateInformation", product, information),
        change("UpdateTargeting", product, targeting),
        change("AddDeliveryOptions", product, json!({"DeliveryOptions": [option]})),
        change("AddDimensions", product, json!([dimension("requests"), dimension("gb")])),
        change("ReleaseProduct", product, json!({})),
    ]
}

/// Makes a released product and returns its id.
fn released(trial: &mut Trial) -> String {
    let described = succeed(trial, &listing());
    let identifier = described["ChangeSet"][0]["Entity"]["Identifier"].as_str().unwrap();
    identifier.strip_suffix("@1").unwrap().to_owned()
}
