//! What refuses a whole request, in which order, and what the answer repeats.

use serde_json::{Value as Json, json};

use super::world::{World, time, usage};
use crate::Settings;

const NOON: &str = "2026-11-20T12:00:00Z";
const ELEVEN: &str = "2026-11-20T11:00:00Z";

/// Returns a usual record with some members set.
fn with(edits: &Json) -> Json {
    let mut record = usage(ELEVEN, &json!(1));
    for (member, value) in edits.as_object().expect("members") {
        record[member] = value.clone();
    }
    record
}

#[test]
fn of_several_faults_the_first_in_aws_order_is_told() {
    // Each row mends the fault that the row before it was refused for.
    let broken = json!({
        "QuantityAsDecimal": "1", "CustomerIdentifier": "nobody", "Dimension": "nothing",
        "UsageAllocations": [{ "AllocatedUsageQuantity": 9 }], "Timestamp": "2026-11-01T00:00:00Z",
    });
    let mut record = with(&broken);
    let mut world = World::at(NOON);
    let mut code = "nothing";
    let mut expect = |code: &str, record: &Json, fault: &str| {
        // The faulty record is not the first: a stage looks at all before the next begins.
        let records = json!([with(&json!({ "Timestamp": "2026-11-02T00:00:00Z" })), record]);
        let input = json!({ "ProductCode": code, "UsageRecords": records });
        assert_eq!(world.send(&input), Err(format!("{fault}Exception")));
    };
    expect(code, &record, "Validation");
    record.as_object_mut().expect("a record").remove("QuantityAsDecimal");
    expect(code, &record, "InvalidProductCode");
    code = "demo";
    expect(code, &record, "InvalidCustomerIdentifier");
    record["CustomerIdentifier"] = json!("left");
    expect(code, &record, "InvalidUsageDimension");
    record["Dimension"] = json!("gb");
    expect(code, &record, "InvalidUsageAllocations");
    record.as_object_mut().expect("a record").remove("UsageAllocations");
    expect(code, &record, "TimestampOutOfBounds");
}

#[test]
fn quantities_that_are_none_are_refused() {
    for edits in [
        json!({ "Quantity": -1 }),
        json!({ "Quantity": 2_147_483_648_i64 }),
        json!({ "Quantity": 1, "QuantityAsDecimal": "1" }),
    ] {
        let refused = Err("ValidationException".to_owned());
        assert_eq!(World::at(NOON).by_code(&json!([with(&edits)])), refused, "{edits}");
    }
    for text in ["01", "1.0000000", "-1", "1e3", ""] {
        let refused = Err("ValidationException".to_owned());
        let records = json!([usage(ELEVEN, &json!(text))]);
        assert_eq!(World::at(NOON).by_code(&records), refused, "{text}");
    }
}

#[test]
fn tags_keep_to_their_pattern() {
    let tags = |count: usize| -> Json {
        (0..count).map(|n| json!({ "Key": format!("k{n}"), "Value": "v" })).collect()
    };
    let one = |key: &str, value: &str| json!([{ "Key": key, "Value": value }]);
    let long = |count: usize| "x".repeat(count);
    for (tags, legal) in [
        (tags(0), false),
        (tags(5), true),
        (tags(6), false),
        (one("aZ09 !\"#$%&'()*+,-./:;<=@_", "v"), true),
        (one("a>b", "v"), false),
        (one("a", "ü"), false),
        (one("", "v"), false),
        (one("a", ""), false),
        (one(&long(100), &long(256)), true),
        (one(&long(101), "v"), false),
        (one("a", &long(257)), false),
        (json!([{ "Key": "a" }]), false),
    ] {
        let allocation = json!([{ "AllocatedUsageQuantity": 1, "Tags": tags }]);
        let answer =
            World::at(NOON).by_code(&json!([with(&json!({"UsageAllocations": allocation}))]));
        let refused = Err("InvalidTagException".to_owned());
        assert_eq!(answer, if legal { Ok(vec!["Success".to_owned()]) } else { refused }, "{tags}");
    }
}

#[test]
fn a_set_of_tags_is_the_same_in_any_order() {
    let tag = |key: &str| json!({ "Key": key, "Value": "v" });
    let split = |one: Json, other: Json| {
        json!([
            { "AllocatedUsageQuantity": 1, "Tags": one },
            { "AllocatedUsageQuantity": 2, "Tags": other },
        ])
    };
    let refused = Err("InvalidUsageAllocationsException".to_owned());
    for (split, expected) in [
        (split(json!([tag("a"), tag("b")]), json!([tag("b"), tag("a")])), refused),
        (split(json!([tag("a"), tag("b")]), json!([tag("a")])), Ok(vec!["Success".to_owned()])),
    ] {
        let record = with(&json!({ "Quantity": 3, "UsageAllocations": split }));
        assert_eq!(World::at(NOON).by_code(&json!([record])), expected, "{split}");
    }
}

#[test]
fn another_split_of_the_same_quantity_is_a_duplicate() {
    let tagged = |units: u32, team: &str| json!({ "AllocatedUsageQuantity": units, "Tags": [{ "Key": "t", "Value": team }] });
    let record = |split: Json| json!([with(&json!({ "Quantity": 3, "UsageAllocations": split }))]);
    let mut world = World::at(NOON);
    for (records, expected) in [
        (record(json!([tagged(1, "a"), tagged(2, "b")])), "Success"),
        (record(json!([tagged(2, "b"), tagged(1, "a")])), "Success"),
        (record(json!([tagged(2, "a"), tagged(1, "b")])), "DuplicateRecord"),
        (json!([with(&json!({ "Quantity": 3 }))]), "DuplicateRecord"),
    ] {
        assert_eq!(world.by_code(&records), Ok(vec![expected.to_owned()]), "{records}");
    }
}

#[test]
fn results_repeat_the_records_as_sent() {
    let sent = json!([with(&json!({
        "Quantity": 3, "UsageAllocations": [{ "AllocatedUsageQuantity": 3 }],
    }))]);
    let input = json!({ "ProductCode": "demo", "UsageRecords": sent });
    let output = World::at(NOON).ok("BatchMeterUsage", input);
    assert_eq!(output["Results"][0]["UsageRecord"], sent[0]);
    assert_eq!(output["UnprocessedRecords"], json!([]));
}

#[test]
fn records_without_an_outcome_carry_no_id() {
    let mut world = World::at("2026-11-20T18:00:00Z");
    let records = json!([
        with(&json!({})),
        with(&json!({ "Quantity": 2 })),
        with(&json!({ "CustomerIdentifier": "left" })),
    ]);
    let input = json!({ "ProductCode": "demo", "UsageRecords": records });
    let output = world.ok("BatchMeterUsage", input);
    let has_id = |at: usize| output["Results"][at].get("MeteringRecordId").is_some();
    assert_eq!([0, 1, 2].map(has_id), [true, false, false]);
}

#[test]
fn every_nth_record_can_be_left_unprocessed() {
    let mut world = World::at(NOON);
    world.settings =
        Settings { unprocessed_every: std::num::NonZeroU32::new(2), ..Settings::default() };
    let records: Json =
        (1..=3).map(|n| usage(&format!("2026-11-20T0{n}:00:00Z"), &json!(n))).collect();
    let input = json!({ "ProductCode": "demo", "UsageRecords": records });
    let output = world.ok("BatchMeterUsage", input);
    assert_eq!(output["Results"].as_array().map(Vec::len), Some(2));
    assert_eq!(output["UnprocessedRecords"], json!([records[1]]));
    assert_eq!(world.ledger().len(), 2);
    assert_eq!(world.by_code(&json!([records[1]])), Ok(vec!["Success".to_owned()]));
    assert_eq!(world.ledger().len(), 3);
}

#[test]
fn a_dimension_in_another_case_is_refused_or_forgotten() {
    let records = json!([with(&json!({ "Dimension": "GB" }))]);
    let refused = Err("InvalidUsageDimensionException".to_owned());
    let mut world = World::at(NOON);
    assert_eq!(world.by_code(&records), refused);
    world.settings.silent_dimension_mismatch = true;
    assert_eq!(world.by_code(&records), Ok(vec!["Success".to_owned()]));
    assert_eq!(world.ledger(), [""; 0]);
    assert_eq!(world.by_code(&json!([with(&json!({ "Dimension": "tb" }))])), refused);
}

#[test]
fn a_dimension_that_the_seller_does_not_meter_is_refused() {
    let mut world = World::at(NOON);
    let mut product = world.state.market.product("prod-demo").expect("seeded").clone();
    product.details["Dimensions"][0]["Types"] = json!(["Entitled"]);
    world.state.apply(&crate::Change::Market(crate::market::Change::PutProduct(product)));
    let refused = Err("InvalidUsageDimensionException".to_owned());
    assert_eq!(world.by_code(&json!([with(&json!({}))])), refused);
}

#[test]
fn the_future_begins_in_five_minutes() {
    let mut world = World::at(NOON);
    let refused = Err("TimestampOutOfBoundsException".to_owned());
    assert_eq!(world.by_code(&json!([usage("2026-11-20T12:05:01Z", &json!(1))])), refused);
    world.now = time("2026-11-20T12:00:01Z");
    assert!(world.by_code(&json!([usage("2026-11-20T12:05:01Z", &json!(1))])).is_ok());
}

#[test]
fn the_call_names_its_product() {
    let mut world = World::at(NOON);
    assert!(world.by_code(&json!([with(&json!({}))])).is_ok());
    let done = world.last.as_ref().expect("a success");
    let named: Vec<_> = done.resources.iter().map(|it| (it.kind, it.name.as_str())).collect();
    assert_eq!(named, [("AWS::Marketplace::Product", "demo")]);
}
