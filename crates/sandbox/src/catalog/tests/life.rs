use serde_json::{Value, json};

use super::{
    VALIDATION, change, create, describe, dimension, draft, entity, listing, refused, released,
    request, run, start, succeed,
};
use crate::trial::Trial;

fn cancel(id: &str) -> Value {
    json!({"Catalog": "AWSMarketplace", "ChangeSetId": id})
}

/// C14, as far as products go: a whole listing in one set, with references.
#[test]
fn a_listing_is_made_in_one_set() {
    let mut trial = Trial::new();
    let output = trial.ok("StartChangeSet", request(&listing()));
    let id = output["ChangeSetId"].as_str().unwrap().to_owned();
    assert!(id.len() == 25 && id.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit()));
    let arn =
        format!("arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/ChangeSet/{id}");
    assert_eq!(output["ChangeSetArn"], arn);

    let preparing = describe(&mut trial, &id);
    assert_eq!(preparing["Status"], "PREPARING");
    assert_eq!(preparing["ChangeSetName"], "Submitted by 111122223333");
    assert_eq!(preparing["Intent"], "APPLY");
    assert_eq!(preparing["StartTime"], "2026-11-20T08:00:00Z");
    assert_eq!(preparing["ChangeSet"][0]["Entity"], json!({"Type": "SaaSProduct@1.0"}));
    let reference = &preparing["ChangeSet"][1]["Entity"]["Identifier"];
    assert_eq!(reference, "$P.Entity.Identifier");

    assert_eq!(trial.wait(1), []);
    let due = trial.wait(1);
    assert_eq!(due.len(), 1);
    let details =
        json!({"ChangeSetId": id, "Status": "APPLYING", "FailureCode": null, "EntityIds": []});
    assert_eq!(due[0].service_event_details, details);
    assert_eq!(describe(&mut trial, &id)["Status"], "APPLYING");
    let due = trial.wait(60);
    assert_eq!((due.len(), due[0].event_name), (1, "ChangeSetStatusChange"));
    assert_eq!(due[0].account, "111122223333");
    assert_eq!(due[0].service_event_details["Status"], "SUCCEEDED");
    let product_id = due[0].service_event_details["EntityIds"][0].as_str().unwrap().to_owned();
    let names: Vec<_> = due[0].resources.iter().map(|it| (it.kind, it.name.as_str())).collect();
    let expected = [(super::super::CHANGE_SET, id.as_str()), (super::super::ENTITY, &product_id)];
    assert_eq!(names, expected);
    assert_eq!(trial.wait(0), []);

    let done = describe(&mut trial, &id);
    assert_eq!(done["Status"], "SUCCEEDED");
    assert_eq!(done["EndTime"], "2026-11-20T08:00:04Z", "as of when it was due");
    for at in 0..6 {
        assert_eq!(done["ChangeSet"][at]["Entity"]["Identifier"], format!("{product_id}@1"));
        assert_eq!(done["ChangeSet"][at]["ErrorDetailList"], json!([]));
        let document = &done["ChangeSet"][at]["DetailsDocument"];
        assert_eq!(done["ChangeSet"][at]["Details"], document.to_string());
    }
    trial.assert_folds_twice();
    trial.assert_fits_model();
}

#[test]
fn the_listing_shows_in_the_entity_and_in_metering() {
    let mut trial = Trial::new();
    let id = released(&mut trial);
    assert!(id.starts_with("prod-") && id.len() == 18, "{id}");
    let shown = entity(&mut trial, &id);
    assert_eq!(shown["EntityType"], "SaaSProduct@1.0");
    assert_eq!(shown["EntityIdentifier"], format!("{id}@1"));
    let arn =
        format!("arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/SaaSProduct/{id}");
    assert_eq!(shown["EntityArn"], arn);
    assert_eq!(shown["LastModifiedDate"], "2026-11-20T08:00:04Z");
    let details = &shown["DetailsDocument"];
    let text: Value = serde_json::from_str(shown["Details"].as_str().unwrap()).unwrap();
    assert_eq!(&text, details);

    let code = details["Description"]["ProductCode"].as_str().unwrap();
    let option = &details["Versions"][0]["DeliveryOptions"][0];
    let option_id = option["Id"].as_str().unwrap();
    let version_id = details["Versions"][0]["Id"].as_str().unwrap();
    assert!(code.len() == 25 && option_id.starts_with("do-") && version_id.len() == 36);
    let expected = json!({
        "Description": {
            "ProductTitle": "Demo", "ProductCode": code, "ShortDescription": "short",
            "LongDescription": "long", "Sku": "demo-1", "Highlights": ["fast"],
            "AssociatedProducts": [], "SearchKeywords": ["demo"], "Categories": ["Monitoring"],
            "Visibility": "Limited", "ProductState": "Active", "ReplacementProductId": null,
        },
        "PromotionalResources": {
            "LogoUrl": "https://example.com/logo.png",
            "Videos": [{"Type": "Link", "Title": null, "Url": "https://example.com/video"}],
            "AdditionalResources": [{"Text": "Guide", "Url": "https://example.com/guide"}],
        },
        "SupportInformation": {"Description": "by mail"},
        "Dimensions": [dimension("requests"), dimension("gb")],
        "Versions": [{"Id": version_id, "DeliveryOptions": [{
            "Id": option_id, "Type": "SaaSUrl",
            "FulfillmentUrl": "https://example.com/register", "Visibility": "Public",
        }]}],
        "Targeting": {"PositiveTargeting": {"BuyerAccounts": ["444455556666"]}},
    });
    assert_eq!(details, &expected);

    let product = trial.state.market.product_by_code(code).unwrap();
    assert_eq!(product.owner_account, "111122223333");
    assert_eq!(product.metered_dimension_keys().collect::<Vec<_>>(), ["requests", "gb"]);
}

/// C13: one set at a time on an entity, and the next one after its end.
#[test]
fn an_entity_is_locked_until_its_set_ends() {
    let mut trial = Trial::new();
    let id = draft(&mut trial, "a");
    let other = draft(&mut trial, "b");
    let title =
        |id: &str, title: &str| change("UpdateInformation", id, json!({"ProductTitle": title}));
    let first = start(&mut trial, &[title(&id, "c")]);
    for waited in [0, 2] {
        trial.wait(waited);
        let fault = refused(&mut trial, &[change("AddDimensions", &id, json!([dimension("gb")]))]);
        assert_eq!((fault.code.as_ref(), fault.status), ("ResourceInUseException", 423));
        assert!(fault.message.contains(&first), "{fault}");
    }
    start(&mut trial, &[title(&other, "d")]);
    trial.wait(2);
    succeed(&mut trial, &[title(&id, "e")]);
    assert_eq!(entity(&mut trial, &id)["EntityIdentifier"], format!("{id}@3"));
}

/// C15: the optimistic lock names the latest revision.
#[test]
fn a_stale_revision_is_refused() {
    let mut trial = Trial::new();
    let id = draft(&mut trial, "a");
    let title = |identifier: String| change("UpdateInformation", &identifier, json!({"Sku": "s"}));
    succeed(&mut trial, &[title(format!("{id}@1"))]);
    for stale in ["1", "3"] {
        let fault = refused(&mut trial, &[title(format!("{id}@{stale}"))]);
        assert_eq!((fault.code.as_ref(), fault.status), (VALIDATION, 422));
        assert!(fault.message.contains(&format!("{id}@2")), "{fault}");
    }
    assert_eq!(refused(&mut trial, &[title(format!("{id}@latest"))]).code, VALIDATION);
    succeed(&mut trial, &[title(format!("{id}@2"))]);
}

/// C16: a duplicate dimension fails the whole set, and shows at that change only.
#[test]
fn one_bad_change_fails_the_set() {
    let mut trial = Trial::new();
    let id = draft(&mut trial, "before");
    succeed(&mut trial, &[change("AddDimensions", &id, json!([dimension("gb")]))]);
    let before = trial.state.market.clone();
    let set = start(
        &mut trial,
        &[
            change("UpdateInformation", &id, json!({"ProductTitle": "after"})),
            change("AddDimensions", &id, json!([dimension("tb"), dimension("gb")])),
            change("UpdateTargeting", &id, json!({"PositiveTargeting": {"BuyerAccounts": []}})),
        ],
    );
    let due = trial.wait(4);
    assert_eq!(due[1].service_event_details["FailureCode"], "CLIENT_ERROR");
    assert_eq!(due[1].service_event_details["EntityIds"], json!([id]));
    let shown = describe(&mut trial, &set);
    assert_eq!(shown["Status"], "FAILED");
    assert_eq!(shown["FailureCode"], "CLIENT_ERROR");
    assert!(shown["FailureDescription"].as_str().unwrap().contains("ErrorDetailList"));
    let errors: Vec<_> =
        (0..3).map(|at| shown["ChangeSet"][at]["ErrorDetailList"].clone()).collect();
    assert_eq!((&errors[0], &errors[2]), (&json!([]), &json!([])));
    assert_eq!(errors[1].as_array().unwrap().len(), 1);
    assert_eq!(errors[1][0]["ErrorCode"], "INVALID_DIMENSION");
    assert_eq!(trial.state.market, before, "nothing of the set was applied");
    assert_eq!(entity(&mut trial, &id)["EntityIdentifier"], format!("{id}@2"));
    trial.assert_folds_twice();
    trial.assert_fits_model();
    trial.assert_inputs_fit_model();
}

#[test]
fn a_failed_creation_does_not_blame_what_builds_on_it() {
    let mut trial = Trial::new();
    trial.settings.change_set_failure = Some("EXPLICIT_CONTENT".to_owned());
    let shown = run(&mut trial, &listing());
    assert_eq!(shown["Status"], "FAILED");
    assert_eq!(shown["ChangeSet"][0]["ErrorDetailList"][0]["ErrorCode"], "EXPLICIT_CONTENT");
    assert_eq!(shown["ChangeSet"][0]["Entity"], json!({"Type": "SaaSProduct@1.0"}));
    for at in 1..6 {
        assert_eq!(shown["ChangeSet"][at]["ErrorDetailList"], json!([]), "{at}");
    }
    assert_eq!(trial.state.market.products().count(), 0);
}

/// C17: only what is being prepared can be cancelled.
#[test]
fn a_set_can_be_cancelled_while_preparing() {
    let mut trial = Trial::new();
    let changes = [create("P", json!({}))];
    let id = start(&mut trial, &changes);
    trial.wait(1);
    let output = trial.ok("CancelChangeSet", cancel(&id));
    assert_eq!(output["ChangeSetId"], id);
    assert!(output["ChangeSetArn"].as_str().unwrap().ends_with(&id));
    let shown = describe(&mut trial, &id);
    assert_eq!(
        (&shown["Status"], &shown["EndTime"]),
        (&json!("CANCELLED"), &json!("2026-11-20T08:00:01Z"))
    );
    assert_eq!(trial.wait(60), [], "a cancelled set does not go on");

    let applying = start(&mut trial, &changes);
    trial.wait(2);
    let done = start(&mut trial, &changes);
    for (id, waited) in [(&applying, 0), (&id, 0), (&done, 4)] {
        trial.wait(waited);
        let fault = trial.refused("CancelChangeSet", cancel(id));
        assert_eq!((fault.code.as_ref(), fault.status), ("ResourceInUseException", 423));
    }
    assert_eq!(describe(&mut trial, &applying)["Status"], "SUCCEEDED");
    let fault = trial.refused("CancelChangeSet", cancel("nosuchset"));
    assert_eq!((fault.code.as_ref(), fault.status), ("ResourceNotFoundException", 404));
    trial.assert_folds_twice();
    trial.assert_fits_model();
}

#[test]
fn a_cancelled_set_unlocks_its_entities() {
    let mut trial = Trial::new();
    let id = draft(&mut trial, "a");
    let changes = [change("UpdateInformation", &id, json!({"Sku": "s"}))];
    let set = start(&mut trial, &changes);
    trial.ok("CancelChangeSet", cancel(&set));
    succeed(&mut trial, &changes);
}

#[test]
fn validation_changes_nothing() {
    let mut trial = Trial::new();
    let mut input = request(&listing());
    input["Intent"] = json!("VALIDATE");
    let output = trial.ok("StartChangeSet", input.clone());
    let due = trial.wait(4);
    assert_eq!(due[1].service_event_details["EntityIds"], json!([]));
    let shown = describe(&mut trial, output["ChangeSetId"].as_str().unwrap());
    assert_eq!((&shown["Status"], &shown["Intent"]), (&json!("SUCCEEDED"), &json!("VALIDATE")));
    assert_eq!(shown["ChangeSet"][0]["Entity"].get("Identifier"), None);
    assert_eq!(trial.state.market.products().count(), 0);

    input["ChangeSet"] = json!([
        create("P", json!({})),
        change("ReleaseProduct", "$P.Entity.Identifier", json!({}))
    ]);
    let output = trial.ok("StartChangeSet", input);
    trial.wait(4);
    let shown = describe(&mut trial, output["ChangeSetId"].as_str().unwrap());
    assert_eq!(shown["Status"], "FAILED");
    assert_eq!(shown["ChangeSet"][1]["ErrorDetailList"][0]["ErrorCode"], "MISSING_DATA");
}

#[test]
fn finished_sets_are_shown_for_ninety_days_and_then_cleared_away() {
    let mut trial = Trial::new();
    let id = start(&mut trial, &[create("P", json!({}))]);
    trial.wait(4);
    let days = |count: i64| count * 24 * 60 * 60;
    trial.wait(days(90) - 1);
    describe(&mut trial, &id);
    trial.wait(1);
    let named = cancel(&id);
    for operation in ["DescribeChangeSet", "CancelChangeSet"] {
        assert_eq!(trial.refused(operation, named.clone()).code, "ResourceNotFoundException");
    }
    assert_eq!(trial.state.catalog.change_sets("111122223333").count(), 1);
    start(&mut trial, &[create("Q", json!({}))]);
    assert_eq!(trial.state.catalog.change_sets("111122223333").count(), 1);
    trial.assert_folds_twice();
    trial.assert_fits_model();
}

#[test]
fn other_accounts_see_nothing() {
    let mut trial = Trial::new();
    let id = draft(&mut trial, "a");
    let set = start(&mut trial, &[change("UpdateInformation", &id, json!({"Sku": "s"}))]);
    trial.account = "444455556666";
    let named = cancel(&set);
    let entity = json!({"Catalog": "AWSMarketplace", "EntityId": id});
    let changes = request(&[change("UpdateInformation", &id, json!({"Sku": "s"}))]);
    let calls = [
        ("DescribeChangeSet", named.clone()),
        ("CancelChangeSet", named),
        ("DescribeEntity", entity),
        ("StartChangeSet", changes),
    ];
    for (operation, input) in calls {
        let fault = trial.refused(operation, input);
        assert_eq!(
            (fault.code.as_ref(), fault.status),
            ("ResourceNotFoundException", 404),
            "{operation}"
        );
    }
    let catalog = json!({"Catalog": "AWSMarketplace", "EntityType": "SaaSProduct"});
    assert_eq!(trial.ok("ListEntities", catalog.clone()), json!({"EntitySummaryList": []}));
    assert_eq!(trial.ok("ListChangeSets", catalog), json!({"ChangeSetSummaryList": []}));
}
