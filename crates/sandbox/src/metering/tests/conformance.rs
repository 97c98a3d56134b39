//! The cases that define the service, C1 to C10 of the conformance list.

use serde_json::{Value as Json, json};

use super::world::{BUYER, LEAVER, LEAVER_LICENSE, LICENSE, World, usage};
use crate::trial::Trial;

const NOON: &str = "2026-11-20T12:00:00Z";

fn err(code: &str) -> Result<Vec<String>, String> {
    Err(format!("{code}Exception"))
}

fn ok(statuses: &[&str]) -> Result<Vec<String>, String> {
    Ok(statuses.iter().map(|status| (*status).to_owned()).collect())
}

#[test]
fn c1_a_batch_holds_25_records() {
    let mut world = World::at("2026-11-20T23:59:00Z");
    let records = |count: usize| -> Json {
        let at = |n| format!("2026-11-20T{:02}:{:02}:00Z", n % 20, n);
        (0..count).map(|n| usage(&at(n), &json!(1))).collect()
    };
    assert_eq!(world.by_code(&records(25)).map(|results| results.len()), Ok(25));
    assert_eq!(world.ledger().len(), 20);
    // The 26th is refused where the input is held against the model, before any operation runs.
    let validated = |count: usize| {
        let input = json!({ "ProductCode": "demo", "UsageRecords": records(count) });
        Trial::validate("BatchMeterUsage", input).map_err(|fault| fault.code.into_owned())
    };
    assert_eq!(validated(25), Ok(()));
    assert_eq!(validated(26), Err("ValidationException".to_owned()));
    assert_eq!(world.by_code(&json!([])), ok(&[]));
}

#[test]
fn c2_the_same_usage_again_is_a_success_and_adds_nothing() {
    let mut world = World::at(NOON);
    let record = usage("2026-11-20T11:30:00Z", &json!(17));
    assert_eq!(world.by_code(&json!([record])), ok(&["Success"]));
    assert_eq!(world.by_code(&json!([record])), ok(&["Success"]));
    let decimal = usage("2026-11-20T11:59:59Z", &json!("17.00"));
    assert_eq!(world.by_code(&json!([decimal, record])), ok(&["Success", "Success"]));
    assert_eq!(world.ledger(), [r#"ProductCode("demo") 444455556666 gb 2026-11-20T11:00:00Z 17"#]);
}

#[test]
fn c2_a_repetition_gets_the_id_of_the_first() {
    let mut world = World::at(NOON);
    let record = usage("2026-11-20T11:30:00Z", &json!(17));
    let input = json!({ "ProductCode": "demo", "UsageRecords": [record, record] });
    let mut ids = || {
        let output = world.ok("BatchMeterUsage", input.clone());
        let id = |result: &Json| result["MeteringRecordId"].as_str().map(str::to_owned);
        output["Results"].as_array().expect("results").iter().map(id).collect::<Vec<_>>()
    };
    let first = ids();
    assert_eq!(first, ids());
    assert_eq!(first[0], first[1]);
    let id = first[0].as_deref().expect("an id");
    assert_eq!((id.len(), &id[14..15]), (36, "4"));
}

#[test]
fn c3_another_quantity_is_a_duplicate_and_dropped() {
    let mut world = World::at(NOON);
    let record = |quantity| usage("2026-11-20T11:30:00Z", &quantity);
    assert_eq!(world.by_code(&json!([record(json!(17))])), ok(&["Success"]));
    let before = world.state.clone();
    for other in [json!(18), json!("17.000001"), json!("16.999999"), json!(0)] {
        assert_eq!(world.by_code(&json!([record(other)])), ok(&["DuplicateRecord"]));
    }
    assert_eq!(world.state, before);
    let pair = json!([record(json!(1)), record(json!(2))]);
    world.now = super::world::time("2026-11-20T13:00:00Z");
    let later = pair.to_string().replace("T11:", "T12:");
    let later = serde_json::from_str(&later).expect("JSON");
    assert_eq!(world.by_code(&later), ok(&["Success", "DuplicateRecord"]));
}

#[test]
fn c4_one_stale_record_refuses_the_batch() {
    let mut world = World::at(NOON);
    let batch =
        json!([usage("2026-11-20T11:00:00Z", &json!(1)), usage("2026-11-19T11:00:00Z", &json!(1))]);
    assert_eq!(world.by_code(&batch), err("TimestampOutOfBounds"));
    assert_eq!(world.ledger(), [""; 0]);
}

#[test]
fn c5_a_month_ends_six_hours_after_its_end() {
    for (now, expected) in [
        ("2026-12-01T05:59:00Z", ok(&["Success"])),
        ("2026-12-01T06:01:00Z", err("TimestampOutOfBounds")),
    ] {
        let records = json!([usage("2026-11-30T23:30:00Z", &json!(1))]);
        assert_eq!(World::at(now).by_code(&records), expected, "{now}");
    }
}

#[test]
fn c6_usage_is_taken_for_less_than_a_day() {
    for (time, expected) in [
        ("2026-11-19T12:00:01Z", ok(&["Success"])),
        ("2026-11-19T12:00:00Z", err("TimestampOutOfBounds")),
    ] {
        let records = json!([usage(time, &json!(1))]);
        assert_eq!(World::at(NOON).by_code(&records), expected, "{time}");
    }
}

#[test]
fn c7_allocations_must_make_up_the_whole() {
    let decimal = |text: &str| json!({ "AllocatedUsageQuantityAsDecimal": text });
    let tagged = |text: &str, team: &str| {
        let mut allocation = decimal(text);
        allocation["Tags"] = json!([{ "Key": "t", "Value": team }]);
        allocation
    };
    let refused = err("InvalidUsageAllocations");
    for (quantity, allocations, expected) in [
        (json!("17.5"), json!([tagged("10.5", "a"), decimal("7")]), ok(&["Success"])),
        (json!("17.5"), json!([tagged("10.5", "a"), tagged("7.0", "b")]), ok(&["Success"])),
        (json!(2), json!([{ "AllocatedUsageQuantity": 2 }]), ok(&["Success"])),
        (json!("17.5"), json!([tagged("10.5", "a"), decimal("7.000001")]), refused.clone()),
        (json!("17.5"), json!([tagged("10.5", "a"), decimal("6.999999")]), refused.clone()),
        (json!(2), json!([decimal("2")]), refused.clone()),
        (json!("2"), json!([{ "AllocatedUsageQuantity": 2 }]), refused.clone()),
        (json!("2"), json!([decimal("1"), decimal("1")]), refused.clone()),
        (json!("2"), json!([tagged("1", "a"), tagged("1", "a")]), refused.clone()),
        (json!("2"), json!([{ "Tags": [{ "Key": "t", "Value": "a" }] }]), refused.clone()),
        (json!(2), json!([]), refused),
    ] {
        let mut world = World::at(NOON);
        let mut record = usage("2026-11-20T11:00:00Z", &quantity);
        record["UsageAllocations"] = allocations.clone();
        let good = usage("2026-11-20T10:00:00Z", &json!(1));
        let answer = world.by_code(&json!([good, record]));
        let expected = expected.map(|_| vec!["Success".to_owned(); 2]);
        assert_eq!(answer, expected, "{quantity} {allocations}");
        assert_eq!(world.ledger().len(), if answer.is_ok() { 2 } else { 0 });
    }
}

#[test]
fn c8_both_ways_of_addressing_make_two_rows() {
    let mut world = World::at(NOON);
    let time = "2026-11-20T11:00:00Z";
    assert_eq!(world.by_code(&json!([usage(time, &json!(3))])), ok(&["Success"]));
    let licensed = json!({ "UsageRecords": [{
        "Timestamp": time, "CustomerAWSAccountId": BUYER, "LicenseArn": LICENSE,
        "Dimension": "gb", "Quantity": 3,
    }]});
    assert_eq!(world.send(&licensed), ok(&["Success"]));
    assert_eq!(
        world.ledger(),
        [
            format!(r#"ProductCode("demo") {BUYER} gb {time} 3"#),
            format!(r#"License("{LICENSE}") {BUYER} gb {time} 3"#),
        ]
    );
}

#[test]
fn c8_both_names_of_a_buyer_are_one_buyer() {
    let mut world = World::at(NOON);
    let time = "2026-11-20T11:00:00Z";
    let by_account = json!({
        "Timestamp": time, "CustomerAWSAccountId": BUYER, "Dimension": "gb", "Quantity": 4,
    });
    let batch = json!([usage(time, &json!(3)), by_account]);
    assert_eq!(world.by_code(&batch), ok(&["Success", "DuplicateRecord"]));
}

#[test]
fn c9_final_records_are_taken_for_an_hour() {
    for (now, expected) in [
        ("2026-11-20T12:59:00Z", "Success"),
        ("2026-11-20T12:59:59Z", "Success"),
        ("2026-11-20T13:00:00Z", "CustomerNotSubscribed"),
        ("2026-11-20T13:01:00Z", "CustomerNotSubscribed"),
    ] {
        let mut record = usage("2026-11-20T11:30:00Z", &json!(1));
        record["CustomerIdentifier"] = json!("left");
        assert_eq!(World::at(now).by_code(&json!([record])), ok(&[expected]), "{now}");
        let licensed = json!({ "UsageRecords": [{
            "Timestamp": "2026-11-20T11:30:00Z", "CustomerAWSAccountId": LEAVER,
            "LicenseArn": LEAVER_LICENSE, "Dimension": "gb", "Quantity": 1,
        }]});
        assert_eq!(World::at(now).send(&licensed), ok(&[expected]), "{now}");
    }
}

#[test]
fn c10_zero_is_a_quantity() {
    for zero in [json!(0), json!("0"), json!("0.000000")] {
        let mut world = World::at(NOON);
        let time = "2026-11-20T11:00:00Z";
        assert_eq!(world.by_code(&json!([usage(time, &zero)])), ok(&["Success"]));
        assert_eq!(world.by_code(&json!([usage(time, &json!(5))])), ok(&["DuplicateRecord"]));
        let silent = json!({ "Timestamp": time, "CustomerIdentifier": "cust", "Dimension": "gb" });
        assert_eq!(world.by_code(&json!([silent])), ok(&["Success"]));
        assert_eq!(world.ledger(), [format!(r#"ProductCode("demo") {BUYER} gb {time} 0"#)]);
    }
}
