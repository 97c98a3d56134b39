use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{VALIDATION, change, create, draft, released, start};
use crate::trial::Trial;

fn catalog(more: Value) -> Value {
    let Value::Object(more) = more else { panic!("more members") };
    let mut input = json!({"Catalog": "AWSMarketplace"});
    input.as_object_mut().unwrap().extend(more);
    input
}

fn saas(more: Value) -> Value {
    let mut input = catalog(more);
    input["EntityType"] = json!("SaaSProduct");
    input
}

/// Returns the names of the rows of a list of entities.
fn names(trial: &mut Trial, more: Value) -> String {
    let output = trial.ok("ListEntities", saas(more));
    let rows = output["EntitySummaryList"].as_array().unwrap().iter();
    rows.map(|row| row["Name"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

/// Three products, the last one released: one at second 4, 8 and 12 after eight o'clock.
fn three(trial: &mut Trial) -> Vec<String> {
    vec![draft(trial, "beta"), draft(trial, "alpha"), released(trial)]
}

#[test]
fn rows_say_what_they_are() {
    let mut trial = Trial::new();
    let id = released(&mut trial);
    let expected = json!({
        "Name": "Demo", "EntityType": "SaaSProduct", "EntityId": id,
        "EntityArn":
            format!("arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/SaaSProduct/{id}"),
        "LastModifiedDate": "2026-11-20T08:00:04Z", "Visibility": "Limited",
        "SaaSProductSummary": {"ProductTitle": "Demo", "Visibility": "Limited"},
    });
    assert_eq!(trial.ok("ListEntities", saas(json!({}))), json!({"EntitySummaryList": [expected]}));
    trial.assert_fits_model();
}

#[test]
fn entities_are_filtered_and_sorted() {
    let mut trial = Trial::new();
    let ids = three(&mut trial);
    let generic =
        |values: &[&str]| json!({"FilterList": [{"Name": "EntityId", "ValueList": values}]});
    let filter = |filters: Value| json!({"EntityTypeFilters": {"SaaSProductFilters": filters}});
    let dates = |range: Value| filter(json!({"LastModifiedDate": {"DateRange": range}}));
    let sort = |by: &str, order: &str| json!({"Sort": {"SortBy": by, "SortOrder": order}});
    let typed = |by: &str| json!({"EntityTypeSort": {"SaaSProductSort": {"SortBy": by}}});
    let rows = [
        (json!({}), "Demo alpha beta"),
        (json!({"OwnershipType": "SELF"}), "Demo alpha beta"),
        (json!({"OwnershipType": "SHARED"}), ""),
        (generic(&[&ids[0], &ids[2]]), "Demo beta"),
        (generic(&["prod-none"]), ""),
        (filter(json!({})), "Demo alpha beta"),
        (filter(json!({"EntityId": {"ValueList": [ids[1]]}})), "alpha"),
        (filter(json!({"ProductTitle": {"ValueList": ["alpha", "beta"]}})), "alpha beta"),
        (filter(json!({"ProductTitle": {"WildCardValue": "a"}})), "alpha beta"),
        (filter(json!({"Visibility": {"ValueList": ["Limited"]}})), "Demo"),
        (
            filter(json!({
                "ProductTitle": {"WildCardValue": "a"}, "Visibility": {"ValueList": ["Limited"]},
            })),
            "",
        ),
        (dates(json!({"AfterValue": "2026-11-20T08:00:04Z"})), "Demo alpha"),
        (dates(json!({"BeforeValue": "2026-11-20T08:00:08Z"})), "beta"),
        (sort("LastModifiedDate", "ASCENDING"), "beta alpha Demo"),
        (sort("ProductTitle", "ASCENDING"), "Demo alpha beta"),
        (typed("ProductTitle"), "beta alpha Demo"),
        (typed("DeliveryOptionTypes"), "Demo alpha beta"),
    ];
    for (more, expected) in rows {
        let mut found = names(&mut trial, more.clone());
        if more == typed("DeliveryOptionTypes") {
            // The two without options are equal and sorted by their ids.
            found = found.replace("beta alpha", "alpha beta");
        }
        assert_eq!(found, expected, "{more}");
    }
}

#[test]
fn odd_questions_are_refused() {
    let mut trial = Trial::new();
    let typed = |name: &str, filters: Value| json!({"EntityTypeFilters": {name: filters}});
    let saas_filters = json!({"SaaSProductFilters": {}});
    let rows = [
        catalog(json!({"EntityType": "SaaSProduct@1.0"})),
        catalog(json!({"EntityType": "EntityProduct"})),
        saas(json!({"FilterList": [{"Name": "Title", "ValueList": ["a"]}]})),
        saas(json!({"Sort": {"SortBy": "Colour"}})),
        saas(json!({"Sort": {"SortBy": "EntityId", "SortOrder": "UP"}})),
        saas(typed("OfferFilters", json!({}))),
        saas(typed("SaaSProductFilters", json!({"Colour": {}}))),
        saas(typed("SaaSProductFilters", json!({"DeliveryOptionTypes": {"ValueList": ["a"]}}))),
        saas(typed(
            "SaaSProductFilters",
            json!({"LastModifiedDate": {"DateRange": {"AfterValue": "yesterday"}}}),
        )),
        saas(json!({"EntityTypeFilters": saas_filters,
            "FilterList": [{"Name": "EntityId", "ValueList": ["a"]}]})),
        saas(json!({"Sort": {}, "EntityTypeSort": {"SaaSProductSort": {}}})),
        saas(json!({"MaxResults": 51})),
        saas(json!({"NextToken": "junk"})),
    ];
    for input in rows {
        let fault = trial.refused("ListEntities", input.clone());
        assert_eq!((fault.code.as_ref(), fault.status), (VALIDATION, 422), "{input}");
    }
    let offers = catalog(json!({"EntityType": "Offer"}));
    assert_eq!(trial.ok("ListEntities", offers), json!({"EntitySummaryList": []}));
    trial.assert_fits_model();
}

/// Follows a list to its end and returns the ids, asserting that pages are full but the last.
fn follow(
    trial: &mut Trial,
    operation: &str,
    mut input: Value,
    rows: &str,
    id: &str,
) -> Vec<String> {
    let mut seen = Vec::new();
    loop {
        let page = trial.ok(operation, input.clone());
        let found = page[rows].as_array().unwrap();
        seen.extend(found.iter().map(|row| row[id].as_str().unwrap().to_owned()));
        let Some(token) = page.get("NextToken") else { return seen };
        assert_eq!(found.len(), 2);
        input["NextToken"] = token.clone();
    }
}

#[test]
fn pages_cover_every_row_once() {
    let mut trial = Trial::new();
    // All of one set, so that all but the ids is equal.
    let changes: Vec<_> =
        (0..7).map(|at| create(&format!("P{at}"), json!({"ProductTitle": "same"}))).collect();
    start(&mut trial, &changes);
    for _ in 0..4 {
        start(&mut trial, &[create("P", json!({}))]);
    }
    trial.wait(4);
    let all: BTreeSet<_> =
        trial.state.market.products().map(|product| product.entity_id.clone()).collect();
    for sort in ["ProductTitle", "LastModifiedDate", "EntityId"] {
        for order in ["ASCENDING", "DESCENDING"] {
            let sort = json!({"SortBy": sort, "SortOrder": order});
            let input = saas(json!({"MaxResults": 2, "Sort": sort}));
            let seen = follow(&mut trial, "ListEntities", input, "EntitySummaryList", "EntityId");
            assert_eq!(seen.len(), 11);
            assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), all);
        }
    }
    let input = catalog(json!({"MaxResults": 2}));
    let seen = follow(&mut trial, "ListChangeSets", input, "ChangeSetSummaryList", "ChangeSetId");
    assert_eq!((seen.len(), seen.into_iter().collect::<BTreeSet<_>>().len()), (5, 5));
}

#[test]
fn a_token_is_its_callers_and_its_questions() {
    let mut trial = Trial::new();
    three(&mut trial);
    let token = trial.ok("ListEntities", saas(json!({"MaxResults": 1})))["NextToken"].clone();
    trial.ok("ListEntities", saas(json!({"NextToken": token})));
    let sorted = saas(json!({"NextToken": token, "Sort": {"SortBy": "EntityId"}}));
    assert_eq!(trial.refused("ListEntities", sorted).code, VALIDATION);
    let elsewhere = catalog(json!({"NextToken": token}));
    assert_eq!(trial.refused("ListChangeSets", elsewhere).code, VALIDATION);
    trial.account = "444455556666";
    let fault = trial.refused("ListEntities", saas(json!({"NextToken": token})));
    assert_eq!(fault.code, VALIDATION);
}

#[test]
fn change_sets_are_filtered_and_sorted() {
    let mut trial = Trial::new();
    let id = draft(&mut trial, "a");
    let mut named = json!({"Catalog": "AWSMarketplace", "ChangeSetName": "mine",
        "ChangeSet": [change("ReleaseProduct", &id, json!({}))]});
    trial.ok("StartChangeSet", named.clone());
    trial.wait(4);
    named["ChangeSetName"] = json!("open");
    trial.ok("StartChangeSet", named);
    let first = "Submitted by 111122223333";
    let filter =
        |name: &str, values: &[&str]| json!({"FilterList": [{"Name": name, "ValueList": values}]});
    let sort = |by: &str, order: &str| json!({"Sort": {"SortBy": by, "SortOrder": order}});
    let mut list = |more: Value| {
        let output = trial.call("ListChangeSets", catalog(more)).map_err(|fault| fault.code)?;
        let rows = output["ChangeSetSummaryList"].as_array().unwrap().clone();
        let name = |row: &Value| row["ChangeSetName"].as_str().unwrap().replace(first, "first");
        Ok::<_, std::borrow::Cow<'static, str>>(rows.iter().map(name).collect::<Vec<_>>().join(" "))
    };
    let rows = [
        (json!({}), "open mine first"),
        (sort("StartTime", "ASCENDING"), "first mine open"),
        (sort("EndTime", "DESCENDING"), "mine first open"),
        (filter("ChangeSetName", &["mine", "open"]), "open mine"),
        (filter("Status", &["FAILED"]), "mine"),
        (filter("Status", &["SUCCEEDED", "PREPARING"]), "open first"),
        (filter("EntityId", &[&id]), "open mine first"),
        (filter("EntityId", &["prod-none"]), ""),
        (filter("BeforeStartTime", &["2026-11-20T08:00:04Z"]), "first"),
        (filter("AfterStartTime", &["2026-11-20T08:00:00Z"]), "open mine"),
        (filter("BeforeEndTime", &["2026-11-20T08:00:08Z"]), "first"),
        (filter("AfterEndTime", &["2026-11-20T08:00:04Z"]), "mine"),
    ];
    for (more, expected) in rows {
        assert_eq!(list(more.clone()), Ok(expected.to_owned()), "{more}");
    }
    let refused = [
        filter("Colour", &["red"]),
        filter("Status", &[]),
        filter("AfterStartTime", &["now"]),
        filter("AfterStartTime", &["2026-11-20T08:00:00Z", "2026-11-20T08:00:01Z"]),
        json!({"Sort": {"SortBy": "Name"}}),
        json!({"MaxResults": 21}),
        json!({"NextToken": "junk"}),
    ];
    for more in refused {
        assert_eq!(list(more.clone()), Err(VALIDATION.into()), "{more}");
    }
    let failed = trial.ok("ListChangeSets", catalog(filter("Status", &["FAILED"])));
    let row = &failed["ChangeSetSummaryList"][0];
    let (set, arn) = (row["ChangeSetId"].as_str().unwrap(), row["ChangeSetArn"].as_str().unwrap());
    assert!(arn.ends_with(&format!("AWSMarketplace/ChangeSet/{set}")));
    let expected = json!({
        "ChangeSetId": set, "ChangeSetArn": arn, "ChangeSetName": "mine",
        "StartTime": "2026-11-20T08:00:04Z", "EndTime": "2026-11-20T08:00:08Z",
        "Status": "FAILED", "EntityIdList": [id], "FailureCode": "CLIENT_ERROR",
    });
    assert_eq!(row, &expected);
    trial.assert_fits_model();
    trial.assert_inputs_fit_model();
}
