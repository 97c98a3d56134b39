//! The two ways of addressing, and who may use them for what.

use serde_json::{Value as Json, json};

use super::world::{
    BUYER, LEAVER, LEAVER_LICENSE, LICENSE, OTHER_LICENSE, OTHER_SELLER, World, time, usage,
};
use crate::{Change, market};

const NOON: &str = "2026-11-20T12:00:00Z";
const ELEVEN: &str = "2026-11-20T11:00:00Z";

fn licensed(account: &str, license: &str) -> Json {
    json!({
        "Timestamp": ELEVEN, "CustomerAWSAccountId": account, "LicenseArn": license,
        "Dimension": "gb", "Quantity": 1,
    })
}

fn by_license(records: &Json) -> Json {
    json!({ "UsageRecords": records })
}

/// Puts the demo agreement in after `edit`.
fn amend(world: &mut World, edit: impl Fn(&mut market::Agreement)) {
    let mut agreement = world.state.market.agreement("agmt-cust").expect("seeded").clone();
    edit(&mut agreement);
    world.state.apply(&Change::Market(market::Change::PutAgreement(agreement)));
}

#[test]
fn a_license_must_be_the_sellers_and_the_buyers() {
    for (records, expected) in [
        (json!([licensed(BUYER, LICENSE)]), Ok("Success")),
        (json!([licensed(BUYER, "arn:aws:license-manager::1:license:l-x")]), Err("InvalidLicense")),
        (json!([licensed(LEAVER, LICENSE)]), Err("InvalidLicense")),
        (json!([licensed(BUYER, OTHER_LICENSE)]), Err("InvalidLicense")),
        (json!([usage(ELEVEN, &json!(1))]), Err("InvalidProductCode")),
        (json!([licensed(BUYER, LICENSE), usage(ELEVEN, &json!(1))]), Err("InvalidProductCode")),
    ] {
        let expected = expected
            .map(|status| vec![status.to_owned()])
            .map_err(|code| format!("{code}Exception"));
        assert_eq!(World::at(NOON).send(&by_license(&records)), expected, "{records}");
    }
}

#[test]
fn usage_outside_the_licenses_time_is_refused() {
    let mut world = World::at("2026-11-20T18:00:00Z");
    let mut record = licensed(LEAVER, LEAVER_LICENSE);
    for (time, expected) in [
        ("2026-11-20T12:59:59Z", Ok(vec!["CustomerNotSubscribed".to_owned()])),
        ("2026-11-20T13:00:00Z", Err("InvalidLicenseException".to_owned())),
        ("2025-12-31T23:59:59Z", Err("InvalidLicenseException".to_owned())),
    ] {
        record["Timestamp"] = json!(time);
        assert_eq!(world.send(&by_license(&json!([record]))), expected, "{time}");
    }
}

#[test]
fn a_request_is_about_one_product() {
    let mut world = World::at(NOON);
    amend(&mut world, |agreement| {
        agreement.agreement_id = "agmt-second".to_owned();
        agreement.license_arn = format!("{LICENSE}2");
        agreement.product_code = "second".to_owned();
    });
    let mut product = world.state.market.product("prod-demo").expect("seeded").clone();
    product.entity_id = "prod-second".to_owned();
    product.product_code = "second".to_owned();
    world.state.apply(&Change::Market(market::Change::PutProduct(product)));

    let second = licensed(BUYER, &format!("{LICENSE}2"));
    assert!(world.send(&by_license(&json!([second]))).is_ok());
    let mixed = by_license(&json!([licensed(BUYER, LICENSE), second]));
    assert_eq!(world.send(&mixed), Err("InvalidLicenseException".to_owned()));
    let other_code = json!({ "ProductCode": "demo", "UsageRecords": [second] });
    assert_eq!(world.send(&other_code), Err("InvalidLicenseException".to_owned()));
}

#[test]
fn a_product_code_must_be_the_callers_own() {
    for code in ["other", "nothing", ""] {
        let input = json!({ "ProductCode": code, "UsageRecords": [usage(ELEVEN, &json!(1))] });
        let refused = Err("InvalidProductCodeException".to_owned());
        assert_eq!(World::at(NOON).send(&input), refused, "{code:?}");
    }
    let mut world = World::at(NOON);
    world.account = OTHER_SELLER;
    let refused = Err("InvalidProductCodeException".to_owned());
    assert_eq!(world.by_code(&json!([usage(ELEVEN, &json!(1))])), refused);
}

#[test]
fn a_buyer_must_be_named_once_and_be_known() {
    let record = |customer: Json| {
        let mut record = json!({ "Timestamp": ELEVEN, "Dimension": "gb", "Quantity": 1 });
        for (member, value) in customer.as_object().expect("members") {
            record[member] = value.clone();
        }
        json!([record])
    };
    for (customer, expected) in [
        (json!({}), Err("Validation")),
        (json!({ "CustomerIdentifier": "cust", "CustomerAWSAccountId": BUYER }), Err("Validation")),
        (json!({ "CustomerIdentifier": "nobody" }), Err("InvalidCustomerIdentifier")),
        // Issued, but to another seller: for this one it is as if it were not.
        (json!({ "CustomerIdentifier": "theirs" }), Err("InvalidCustomerIdentifier")),
        (json!({ "CustomerAWSAccountId": "1234" }), Err("InvalidCustomerIdentifier")),
        (json!({ "CustomerAWSAccountId": "123456789012" }), Ok("CustomerNotSubscribed")),
        (json!({ "CustomerAWSAccountId": BUYER }), Ok("Success")),
        (json!({ "CustomerIdentifier": "cust" }), Ok("Success")),
    ] {
        let expected = expected
            .map(|status| vec![status.to_owned()])
            .map_err(|code| format!("{code}Exception"));
        assert_eq!(World::at(NOON).by_code(&record(customer.clone())), expected, "{customer}");
    }
}

#[test]
fn a_buyer_of_another_product_is_not_subscribed_to_this_one() {
    let mut world = World::at(NOON);
    amend(&mut world, |agreement| agreement.product_code = "second".to_owned());
    let refused = Ok(vec!["CustomerNotSubscribed".to_owned()]);
    assert_eq!(world.by_code(&json!([usage(ELEVEN, &json!(1))])), refused);
}

#[test]
fn a_suspended_buyer_is_not_subscribed() {
    let mut world = World::at(NOON);
    amend(&mut world, |agreement| agreement.suspended = true);
    let refused = Ok(vec!["CustomerNotSubscribed".to_owned()]);
    assert_eq!(world.by_code(&json!([usage(ELEVEN, &json!(1))])), refused);
    assert_eq!(world.send(&by_license(&json!([licensed(BUYER, LICENSE)]))), refused);
    assert_eq!(world.ledger(), [""; 0]);
}

#[test]
fn usage_before_the_agreement_is_out_of_bounds() {
    let mut world = World::at(NOON);
    amend(&mut world, |agreement| agreement.started = time("2026-11-20T11:30:00Z"));
    let refused = Err("TimestampOutOfBoundsException".to_owned());
    assert_eq!(world.by_code(&json!([usage("2026-11-20T11:29:59Z", &json!(1))])), refused);
    let taken = Ok(vec!["Success".to_owned()]);
    assert_eq!(world.by_code(&json!([usage("2026-11-20T11:30:00Z", &json!(1))])), taken);
    amend(&mut world, |agreement| agreement.started = time("2026-11-20T12:30:00Z"));
    let early = Ok(vec!["CustomerNotSubscribed".to_owned()]);
    assert_eq!(world.by_code(&json!([usage(NOON, &json!(1))])), early);
}

#[test]
fn a_buyer_who_came_back_is_metered_under_either_agreement() {
    let mut world = World::at(NOON);
    amend(&mut world, |agreement| agreement.ended = Some(time("2026-11-20T11:20:00Z")));
    amend(&mut world, |agreement| {
        agreement.agreement_id = "agmt-again".to_owned();
        agreement.license_arn = format!("{LICENSE}2");
        agreement.started = time("2026-11-20T11:40:00Z");
        agreement.ended = None;
    });
    for time in ["2026-11-20T10:10:00Z", "2026-11-20T11:50:00Z"] {
        let taken = Ok(vec!["Success".to_owned()]);
        assert_eq!(world.by_code(&json!([usage(time, &json!(1))])), taken, "{time}");
    }
}

#[test]
fn a_dimension_outside_the_offer_is_taken_and_not_billed() {
    let mut world = World::at(NOON);
    amend(&mut world, |agreement| agreement.dimensions = vec!["requests".to_owned()]);
    let mut record = usage(ELEVEN, &json!(1));
    record["Dimension"] = json!("requests");
    assert!(world.by_code(&json!([usage(ELEVEN, &json!(1)), record])).is_ok());
    let billed: Vec<_> =
        world.state.metering.ledger().map(|(key, row)| (key.dimension, row.billed)).collect();
    assert_eq!(billed, [("gb", false), ("requests", true)]);
}
