use serde_json::{Value, json};

use super::{change, dimension, draft, entity, released, run, succeed};
use crate::Change;
use crate::metering::{self, Key, Quantity, Row, Scope};
use crate::trial::Trial;

/// Runs one change and returns the codes of its errors.
fn codes(trial: &mut Trial, kind: &str, id: &str, details: Value) -> Vec<String> {
    let shown = run(trial, &[change(kind, id, details)]);
    let errors = shown["ChangeSet"][0]["ErrorDetailList"].as_array().unwrap().clone();
    assert_eq!(shown["Status"], if errors.is_empty() { "SUCCEEDED" } else { "FAILED" });
    errors.iter().map(|error| error["ErrorCode"].as_str().unwrap().to_owned()).collect()
}

fn details(trial: &mut Trial, id: &str) -> Value {
    entity(trial, id)["DetailsDocument"].clone()
}

fn with(mut value: Value, name: &str, other: Value) -> Value {
    value[name] = other;
    value
}

#[test]
fn dimensions_are_added_changed_and_restricted() {
    let mut trial = Trial::new();
    let id = draft(&mut trial, "a");
    let many =
        |count: usize| -> Value { (0..count).map(|at| dimension(&format!("d{at}"))).collect() };
    let rows = [
        ("AddDimensions", json!([dimension("a"), dimension("a")]), "INVALID_DIMENSION"),
        ("AddDimensions", json!([with(dimension("a"), "Unit", json!("Miles"))]), "INVALID_UNIT"),
        ("AddDimensions", json!([with(dimension("a"), "Types", json!(["Free"]))]), "INVALID_TYPE"),
        (
            "AddDimensions",
            json!([with(dimension("a"), "Types", json!(["Metered", "Entitled"]))]),
            "INVALID_TYPE",
        ),
        ("AddDimensions", many(201), "INVALID_DIMENSION"),
        ("AddDimensions", many(200), ""),
        ("AddDimensions", json!([dimension("d200")]), "INVALID_DIMENSION"),
        ("AddDimensions", json!([with(dimension("e"), "Types", json!(["Entitled"]))]), ""),
        ("UpdateDimensions", json!([{"Key": "x", "Types": ["Entitled"]}]), "INVALID_DIMENSION"),
        ("UpdateDimensions", json!([{"Key": "e", "Types": ["Metered"]}]), "INVALID_TYPE"),
        ("UpdateDimensions", json!([{"Key": "e", "Types": ["Entitled"], "Name": "E"}]), ""),
        ("RestrictDimensions", json!([{"Key": "x", "Types": ["Entitled"]}]), "INVALID_DIMENSION"),
        ("RestrictDimensions", json!([{"Key": "d0", "Types": ["ExternallyMetered"]}]), ""),
    ];
    for (kind, details, expected) in rows {
        assert_eq!(codes(&mut trial, kind, &id, details).join(" "), expected, "{kind}");
    }
    let shown = details(&mut trial, &id);
    let dimensions = shown["Dimensions"].as_array().unwrap();
    assert_eq!((dimensions.len(), &dimensions[0]["Key"]), (200, &json!("d1")));
    let last = with(with(dimension("e"), "Name", json!("E")), "Types", json!(["Entitled"]));
    assert_eq!(dimensions[199], last);

    let id = released(&mut trial);
    let restrict = json!([{"Key": "gb", "Types": ["ExternallyMetered"]}]);
    assert_eq!(codes(&mut trial, "RestrictDimensions", &id, restrict), ["INVALID_DIMENSION"]);
}

#[test]
fn information_changes_only_what_is_named() {
    let mut trial = Trial::new();
    let id = draft(&mut trial, "Title");
    let information = json!({"ShortDescription": "short", "Highlights": ["a", "b"]});
    assert_eq!(codes(&mut trial, "UpdateInformation", &id, information), [""; 0]);
    let shown = details(&mut trial, &id);
    assert_eq!(shown["Description"]["ProductTitle"], "Title");
    assert_eq!(shown["Description"]["ShortDescription"], "short");
    assert_eq!(shown["PromotionalResources"]["Videos"], json!([]));

    let keyword = "k".repeat(50);
    let rows = [
        (json!({"SearchKeywords": vec![keyword.as_str(); 6]}), "INVALID_INPUT"),
        (json!({"SearchKeywords": vec![keyword.as_str(); 5]}), ""),
        (json!({"Categories": ["a", "a"]}), "INVALID_CATEGORY_NAMES"),
        (json!({"LogoUrl": "ftp://example.com"}), "InvalidImageProperties"),
        (json!({"VideoUrls": ["example"]}), "INVALID_MEDIA"),
        (
            json!({"AdditionalResources": [{"Text": "a", "Url": "mailto:a"}]}),
            "INVALID_ADDITIONAL_RESOURCES",
        ),
    ];
    for (details, expected) in rows {
        let found = codes(&mut trial, "UpdateInformation", &id, details.clone());
        assert_eq!(found.join(" "), expected, "{details}");
    }
}

#[test]
fn delivery_options_are_added_and_changed() {
    let mut trial = Trial::new();
    let id = released(&mut trial);
    let api = json!({"ApiDeliveryOptionDetails": {
        "ApiType": "AGENT", "QuickLaunchEnabled": false,
        "FulfillmentUrl": "https://example.com/api", "Endpoints": [{"Url": "https://example.com"}],
    }});
    let add = json!({"DeliveryOptions": [{"Details": api}]});
    assert_eq!(codes(&mut trial, "AddDeliveryOptions", &id, add), [""; 0]);
    let shown = details(&mut trial, &id)["Versions"].clone();
    assert_eq!(shown.as_array().unwrap().len(), 1);
    let options = &shown[0]["DeliveryOptions"];
    assert_eq!((&options[0]["Type"], &options[1]["Type"]), (&json!("SaaSUrl"), &json!("Api")));

    let url =
        json!({"SaaSUrlDeliveryOptionDetails": {"FulfillmentUrl": "https://example.com/new"}});
    let update = |id: &Value| json!({"DeliveryOptions": [{"Id": id, "Details": url}]});
    let found = codes(&mut trial, "UpdateDeliveryOptions", &id, update(&json!("do-none")));
    assert_eq!(found, ["INVALID_INPUT"]);
    assert_eq!(codes(&mut trial, "UpdateDeliveryOptions", &id, update(&options[1]["Id"])), [""; 0]);
    let changed = details(&mut trial, &id)["Versions"][0]["DeliveryOptions"].clone();
    assert_eq!(changed[0], options[0]);
    let expected = json!({
        "Id": options[1]["Id"], "Type": "SaaSUrl",
        "FulfillmentUrl": "https://example.com/new", "Visibility": "Public",
    });
    assert_eq!(changed[1], expected);
}

#[test]
fn targeting_replaces_the_list_of_accounts() {
    let mut trial = Trial::new();
    let id = released(&mut trial);
    let targeting = |accounts: &[&str]| json!({"PositiveTargeting": {"BuyerAccounts": accounts}});
    let odd = targeting(&["12", "111122223333", "11112222333a"]);
    let found = codes(&mut trial, "UpdateTargeting", &id, odd);
    assert_eq!(found, ["INVALID_AWS_ACCOUNT_IDS"; 2]);
    assert_eq!(codes(&mut trial, "UpdateTargeting", &id, targeting(&["777788889999"])), [""; 0]);
    let shown = details(&mut trial, &id);
    assert_eq!(shown["Targeting"], targeting(&["777788889999"]));
    visibility(&mut trial, &id, json!({"TargetVisibility": "Restricted"}), "");
    let found = codes(&mut trial, "UpdateTargeting", &id, targeting(&[]));
    assert_eq!(found, ["INVALID_PRODUCT_VISIBILITY"]);
}

fn visibility(trial: &mut Trial, id: &str, details: Value, expected: &str) {
    let asked = details.to_string();
    let found = codes(trial, "UpdateVisibility", id, details);
    assert_eq!(found.join(" "), expected, "{asked}");
}

/// Keeps one metering record for a dimension of a product.
fn meter(trial: &mut Trial, product_code: &str, dimension: &str) {
    let key = Key {
        scope: Scope::ProductCode(product_code.to_owned()),
        buyer: "444455556666".to_owned(),
        dimension: dimension.to_owned(),
        hour: 1,
    };
    let row = Row {
        quantity: Quantity::parse("1").unwrap(),
        allocations: Vec::new(),
        metering_record_id: "id".to_owned(),
        recorded: trial.now,
        billed: true,
    };
    trial.apply(&[Change::Metering(metering::Change::Meter(key, row))]);
}

#[test]
fn visibility_goes_its_ways() {
    let mut trial = Trial::new();
    let draft = draft(&mut trial, "a");
    let target = |target: &str| json!({"TargetVisibility": target});
    visibility(&mut trial, &draft, target("Restricted"), "INVALID_PRODUCT_STATE");
    let missing = codes(&mut trial, "ReleaseProduct", &draft, json!({}));
    assert_eq!(missing, ["MISSING_DATA"; 3], "description, dimension, delivery option");

    let id = released(&mut trial);
    assert_eq!(codes(&mut trial, "ReleaseProduct", &id, json!({})), ["INVALID_PRODUCT_STATE"]);
    visibility(&mut trial, &id, target("Limited"), "INVALID_TARGET_VISIBILITY");
    let code = details(&mut trial, &id)["Description"]["ProductCode"].as_str().unwrap().to_owned();
    meter(&mut trial, &code, "requests");
    visibility(&mut trial, &id, target("Public"), "INVALID_DIMENSION");
    meter(&mut trial, &code, "gb");
    visibility(&mut trial, &id, target("Public"), "");
    assert_eq!(details(&mut trial, &id)["Description"]["Visibility"], "Public");
    visibility(&mut trial, &id, target("Limited"), "INVALID_TARGET_VISIBILITY");

    let retired = released(&mut trial);
    let replaced = |by: &str| json!({"TargetVisibility": "Restricted", "ReplacementProductId": by});
    for wrong in [retired.as_str(), draft.as_str(), "prod-none"] {
        visibility(&mut trial, &retired, replaced(wrong), "INVALID_REPLACEMENT_PRODUCT_ID");
    }
    visibility(&mut trial, &retired, replaced(&id), "");
    let description = details(&mut trial, &retired)["Description"].clone();
    assert_eq!(description["Visibility"], "Restricted");
    assert_eq!(description["ProductState"], "Inactive");
    assert_eq!(description["ReplacementProductId"], id);
    visibility(&mut trial, &retired, target("Limited"), "");
    let description = details(&mut trial, &retired)["Description"].clone();
    assert_eq!(description["ReplacementProductId"], Value::Null);
}

#[test]
fn seeded_products_can_be_changed() {
    let mut trial = Trial::new();
    let seed: crate::Seed = serde_json::from_value(json!({"products": [{
        "owner": "111122223333", "entity_id": "prod-seeded", "product_code": "seeded",
        "title": "Seeded", "dimensions": [{"key": "gb", "name": "GB", "unit": "GB"}],
    }]}))
    .unwrap();
    let changes = crate::seed(&seed, trial.now);
    trial.apply(&changes);
    succeed(&mut trial, &[change("AddDimensions", "prod-seeded@1", json!([dimension("tb")]))]);
    let product = trial.state.market.product_by_code("seeded").unwrap();
    assert_eq!(product.revision, 2);
    assert_eq!(product.dimension_keys().collect::<Vec<_>>(), ["gb", "tb"]);
    trial.assert_folds_twice();
    trial.assert_fits_model();
}
