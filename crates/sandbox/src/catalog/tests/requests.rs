use serde_json::{Value, json};
use wire::Members;

use super::{VALIDATION, change, create, dimension, draft, refused, request, run, start, succeed};
use crate::catalog::OPERATIONS;
use crate::trial::Trial;

/// Returns `Reason Field` of every problem of a refusal.
fn problems(fault: &wire::Fault) -> Vec<String> {
    assert_eq!((fault.code.as_ref(), fault.status), (VALIDATION, 422), "{fault}");
    let problem = |members: &Members| {
        let text = |name| members.string(name).unwrap();
        assert!(!text("Message").is_empty());
        format!("{} {}", text("Reason"), text("Field"))
    };
    fault.members.maps("ValidationExceptionFieldList").map(problem).collect()
}

#[test]
fn problems_are_named_field_by_field() {
    let mut trial = Trial::new();
    let with = |mut change: Value, name: &str, value: Value| {
        change[name] = value;
        change
    };
    let without = |mut change: Value, name: &str| {
        change.as_object_mut().unwrap().remove(name);
        change
    };
    let base = create("P", json!({}));
    let text =
        |details: &str| with(without(base.clone(), "DetailsDocument"), "Details", json!(details));
    let parse = "CannotParse ChangeSet.0.Details";
    let field = "FieldValidationFailed ChangeSet.0.Details";
    let rows = [
        (with(base.clone(), "Details", json!("{}")), field.to_owned()),
        (without(base.clone(), "DetailsDocument"), field.to_owned()),
        (text("{"), parse.to_owned()),
        (text(&"[".repeat(5000)), parse.to_owned()),
        (
            text(&format!("{{\"ProductTitle\":\"{}\"}}", "t".repeat(73))),
            format!("{field}.ProductTitle"),
        ),
        (text(&" ".repeat(16_385)), field.to_owned()),
        (create("P", json!({"ProductTitle": 1})), format!("{field}Document.ProductTitle")),
        (create("P", json!([])), format!("{field}Document")),
        (create("P Q", json!({})), "FieldValidationFailed ChangeSet.0.ChangeName".to_owned()),
        (
            change("CreateProduct", "prod-a", json!({})),
            "FieldValidationFailed ChangeSet.0.Entity.Identifier".to_owned(),
        ),
        (
            with(base.clone(), "ChangeType", json!("ReleaseProduct")),
            "FieldValidationFailed ChangeSet.0.Entity.Identifier".to_owned(),
        ),
        (
            with(base.clone(), "ChangeType", json!("PaintProduct")),
            "UnknownOperation ChangeSet.0.ChangeType".to_owned(),
        ),
        (
            with(base.clone(), "Entity", json!({"Type": "Offer@1.0"})),
            "UnknownOperation ChangeSet.0.Entity.Type".to_owned(),
        ),
    ];
    for (change, expected) in rows {
        let fault = refused(&mut trial, &[change]);
        assert_eq!(problems(&fault), [expected], "{fault}");
    }
    let served = refused(&mut trial, &[with(base, "Entity", json!({"Type": "Offer@1.0"}))]);
    assert!(served.message.contains("SaaSProduct@1.0"), "{served}");
}

#[test]
fn all_problems_are_told_at_once() {
    let mut trial = Trial::new();
    let mut odd = dimension("bad key");
    odd["Unit"] = json!("");
    odd["Colour"] = json!("red");
    let changes = [
        create("P", json!({"ProductTitle": ""})),
        change("AddDimensions", "$P.Entity.Identifier", json!([dimension("a"), odd])),
    ];
    let fault = refused(&mut trial, &changes);
    let field = "FieldValidationFailed ChangeSet";
    let expected = [
        format!("{field}.0.DetailsDocument.ProductTitle"),
        format!("{field}.1.DetailsDocument.1.Key"),
        format!("{field}.1.DetailsDocument.1.Unit"),
        format!("{field}.1.DetailsDocument.1"),
    ];
    assert_eq!(problems(&fault), expected);
    assert!(fault.message.contains("3 more"), "{fault}");
    let fields = fault.members.maps("ValidationExceptionFieldList").nth(1).unwrap();
    assert_eq!(fields.string("EntityType"), Some("SaaSProduct@1.0"));
    assert_eq!(fields.string("ChangeType"), Some("AddDimensions"));
    assert_eq!(fields.string("EntityId"), Some("$P.Entity.Identifier"));
    trial.assert_fits_model();
}

#[test]
fn references_lead_to_earlier_creations() {
    let mut trial = Trial::new();
    let id = draft(&mut trial, "a");
    let information =
        |identifier: &str| change("UpdateInformation", identifier, json!({"Sku": "s"}));
    let named = |mut change: Value, name: &str| {
        change["ChangeName"] = json!(name);
        change
    };
    let reference = "$P.Entity.Identifier";
    let inside = json!({"TargetVisibility": "Restricted", "ReplacementProductId": reference});
    let wrong: [&[Value]; 7] = [
        &[information(reference)],
        &[information(reference), create("P", json!({}))],
        &[create("Q", json!({})), information(reference)],
        &[
            named(information(&id), "P"),
            change("AddDimensions", reference, json!([dimension("a")])),
        ],
        &[create("P", json!({})), create("P", json!({}))],
        &[create("P", json!({"ProductTitle": reference}))],
        &[change("UpdateVisibility", &id, inside)],
    ];
    for changes in wrong {
        let fault = refused(&mut trial, changes);
        assert_eq!(problems(&fault).len(), 1, "{fault}");
        assert!(problems(&fault)[0].starts_with("Other "), "{fault}");
    }
    let described = succeed(
        &mut trial,
        &[create("P", json!({})), create("Q", json!({})), information(reference)],
    );
    let identifier = |at: usize| described["ChangeSet"][at]["Entity"]["Identifier"].clone();
    assert_eq!(identifier(0), identifier(2));
    assert_ne!(identifier(0), identifier(1));
}

#[test]
fn a_change_type_comes_once_for_each_entity() {
    let mut trial = Trial::new();
    let (a, b) = (draft(&mut trial, "a"), draft(&mut trial, "b"));
    let information =
        |identifier: &str| change("UpdateInformation", identifier, json!({"Sku": "s"}));
    let fault = refused(&mut trial, &[information(&a), information(&format!("{a}@1"))]);
    assert_eq!(problems(&fault), ["Other ChangeSet.1.ChangeType"]);
    let reference = information("$P.Entity.Identifier");
    let fault = refused(&mut trial, &[create("P", json!({})), reference.clone(), reference]);
    assert_eq!(problems(&fault), ["Other ChangeSet.2.ChangeType"]);
    succeed(&mut trial, &[information(&a), information(&b)]);
}

#[test]
fn a_repeated_token_gives_the_same_set() {
    let mut trial = Trial::new();
    let id = draft(&mut trial, "a");
    let mut input = request(&[change("UpdateInformation", &id, json!({"Sku": "s"}))]);
    input["ClientRequestToken"] = json!("token-1");
    let first = trial.ok("StartChangeSet", input.clone());
    assert_eq!(trial.ok("StartChangeSet", input.clone()), first, "though the entity is locked");
    assert!(trial.last.as_ref().unwrap().changes.is_empty());
    trial.wait(4);
    assert_eq!(trial.ok("StartChangeSet", input.clone()), first);

    let mut other = input.clone();
    other["ChangeSetName"] = json!("another");
    assert_eq!(trial.refused("StartChangeSet", other.clone()).code, VALIDATION);
    other["ClientRequestToken"] = json!("token-2");
    assert_ne!(trial.ok("StartChangeSet", other), first);
    trial.wait(4);

    trial.wait(90 * 24 * 60 * 60);
    let later = trial.ok("StartChangeSet", input.clone());
    assert_ne!(later, first, "a token is forgotten with its set");
    assert!(!serde_json::to_string(&trial.state).unwrap().contains("token-2"));
    assert_eq!(trial.ok("StartChangeSet", input), later);
    trial.assert_folds_twice();
    trial.assert_fits_model();
}

#[test]
fn sets_under_way_are_counted() {
    let mut trial = Trial::new();
    trial.settings.open_change_sets_max = 2;
    let changes = [create("P", json!({}))];
    start(&mut trial, &changes);
    start(&mut trial, &changes);
    let fault = refused(&mut trial, &changes);
    assert_eq!((fault.code.as_ref(), fault.status), ("ServiceQuotaExceededException", 402));
    trial.account = "444455556666";
    start(&mut trial, &changes);
    trial.account = "111122223333";
    trial.wait(4);
    start(&mut trial, &changes);
}

#[test]
fn the_catalog_is_the_one_there_is() {
    let mut trial = Trial::new();
    for entry in OPERATIONS {
        let fault = trial.refused(entry.operation, json!({"Catalog": "Elsewhere"}));
        assert_eq!(fault.code, VALIDATION, "{}", entry.operation);
    }
}

#[test]
fn names_and_tags_are_kept() {
    let mut trial = Trial::new();
    let tags = json!([{"Key": "team", "Value": "red"}]);
    let mut creation = create("P", json!({}));
    creation["EntityTags"] = tags.clone();
    let mut input = request(&[creation]);
    input["ChangeSetName"] = json!("My product");
    input["ChangeSetTags"] = tags;
    let output = trial.ok("StartChangeSet", input);
    trial.wait(4);
    let id = output["ChangeSetId"].as_str().unwrap();
    let change_set = trial.state.catalog.change_set("111122223333", id).unwrap();
    assert_eq!((change_set.name.as_str(), change_set.tags["team"].as_str()), ("My product", "red"));
    let entity_id = change_set.entity_ids()[0];
    let held = trial.state.catalog.entity_tags("111122223333", entity_id).unwrap();
    assert_eq!(held["team"], "red");
    trial.assert_folds_twice();
    trial.assert_fits_model();
}

#[test]
fn details_may_be_text() {
    let mut trial = Trial::new();
    let mut creation = create("P", json!({}));
    creation.as_object_mut().unwrap().remove("DetailsDocument");
    creation["Details"] = json!("{ \"ProductTitle\": \"Text\" }");
    let shown = run(&mut trial, &[creation]);
    assert_eq!(shown["ChangeSet"][0]["Details"], "{ \"ProductTitle\": \"Text\" }");
    assert_eq!(shown["ChangeSet"][0]["DetailsDocument"], json!({"ProductTitle": "Text"}));
    assert_eq!(trial.state.market.products().next().unwrap().title(), "Text");
}

#[test]
fn policies_are_asked_about_the_entity() {
    let mut random = || 0;
    let now = jiff::Timestamp::UNIX_EPOCH;
    let (account, region) = ("111122223333", "us-east-1");
    let call = wire::Call { account, region, now, random: &mut random };
    let resource = |operation: &str, input: &Members| {
        let entry = OPERATIONS.iter().find(|entry| entry.operation == operation).unwrap();
        (entry.resources)(&call, input)
    };
    let change = |identifier: Option<&str>| {
        let entity = Members::new()
            .with("Type", wire::Value::from("SaaSProduct@1.0"))
            .with("Identifier", identifier.map(wire::Value::from));
        Members::new().with("Entity", wire::Value::Map(entity))
    };
    let arn = |rest: &str| {
        format!("arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/{rest}")
    };
    let rows = [
        (vec![change(Some("prod-a@3")), change(Some("prod-a"))], vec![arn("SaaSProduct/prod-a")]),
        (vec![change(None), change(Some("$P.Entity.Identifier"))], vec!["*".to_owned()]),
        (
            vec![change(Some("prod-a")), change(Some("prod-b"))],
            vec![arn("SaaSProduct/prod-a"), arn("SaaSProduct/prod-b")],
        ),
    ];
    for (changes, expected) in rows {
        let input = Members::new().with("ChangeSet", wire::Value::from(changes));
        assert_eq!(resource("StartChangeSet", &input), expected);
    }
    let entity = Members::new().with("EntityId", wire::Value::from("prod-a"));
    assert_eq!(resource("DescribeEntity", &entity), [arn("SaaSProduct/prod-a")]);
    let change_set = Members::new().with("ChangeSetId", wire::Value::from("abc"));
    assert_eq!(resource("CancelChangeSet", &change_set), [arn("ChangeSet/abc")]);
    assert_eq!(resource("ListEntities", &Members::new()), ["*"]);
}
