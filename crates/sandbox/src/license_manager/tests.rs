use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    Association, Change, ChangeKind, Configuration, InventoryResource, OPERATIONS, ResourceType,
};
use crate::trial::Trial;

const INVALID: &str = "InvalidParameterValueException";

fn create(trial: &mut Trial, more: Value) -> String {
    let Value::Object(more) = more else { panic!("more members") };
    let mut input = json!({"Name": "Oracle", "LicenseCountingType": "vCPU"});
    input.as_object_mut().unwrap().extend(more);
    let output = trial.ok("CreateLicenseConfiguration", input);
    output["LicenseConfigurationArn"].as_str().unwrap().to_owned()
}

fn get(trial: &mut Trial, arn: &str) -> Value {
    trial.ok("GetLicenseConfiguration", json!({"LicenseConfigurationArn": arn}))
}

/// Associates an instance that takes `consumed` licenses.
fn associate(trial: &mut Trial, arn: &str, consumed: u32) {
    let held = &trial.state.license_manager;
    let mut row: Configuration = held
        .configurations(trial.account, trial.region)
        .find(|row| row.arn == arn)
        .cloned()
        .unwrap();
    let resource_arn = format!("arn:aws:ec2:us-east-1:111122223333:instance/i-{consumed}");
    let association = Association {
        resource_arn: resource_arn.clone(),
        resource_type: ResourceType::Ec2Instance,
        resource_owner_id: "111122223333".to_owned(),
        association_time: trial.now,
        consumed_licenses: consumed,
    };
    row.associations.insert(resource_arn, association);
    keep(trial, ChangeKind::PutConfiguration(Box::new(row)));
}

fn keep(trial: &mut Trial, kind: ChangeKind) {
    let (account, region) = (trial.account.to_owned(), trial.region.to_owned());
    trial.apply(&[crate::Change::LicenseManager(Change { account, region, kind })]);
}

#[test]
fn a_configuration_lives() {
    let mut trial = Trial::new();
    let arn = create(
        &mut trial,
        json!({
            "Description": "Databases", "LicenseCount": 10, "LicenseCountHardLimit": true,
            "LicenseRules": ["#allowedTenancy=EC2-Default"], "LicenseExpiry": 1_800_000_000,
            "Tags": [{"Key": "team", "Value": "red"}],
        }),
    );
    let id = arn.rsplit(':').next().unwrap().to_owned();
    assert_eq!(
        arn,
        format!("arn:aws:license-manager:us-east-1:111122223333:license-configuration:{id}")
    );
    let hex = id.strip_prefix("lic-").unwrap();
    assert!(hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    let resources = &trial.last.as_ref().unwrap().resources;
    assert_eq!(
        (resources[0].kind, resources[0].name.as_str()),
        (super::CONFIGURATION, arn.as_str())
    );

    let zero = |kind: &str, count: &str| json!({"ResourceType": kind, count: 0});
    let kinds = ["EC2_INSTANCE", "EC2_HOST", "EC2_AMI", "RDS", "SYSTEMS_MANAGER_MANAGED_INSTANCE"];
    let consuming = kinds.iter().filter(|kind| **kind != "EC2_AMI");
    let mut expected = json!({
        "LicenseConfigurationId": id, "LicenseConfigurationArn": arn, "Name": "Oracle",
        "Description": "Databases", "LicenseCountingType": "vCPU",
        "LicenseRules": ["#allowedTenancy=EC2-Default"], "LicenseCount": 10,
        "LicenseCountHardLimit": true, "ConsumedLicenses": 0, "Status": "AVAILABLE",
        "OwnerAccountId": "111122223333",
        "ConsumedLicenseSummaryList":
            consuming.map(|kind| zero(kind, "ConsumedLicenses")).collect::<Vec<_>>(),
        "ManagedResourceSummaryList":
            kinds.iter().map(|kind| zero(kind, "AssociationCount")).collect::<Vec<_>>(),
        "Tags": [{"Key": "team", "Value": "red"}], "ProductInformationList": [],
        "DisassociateWhenNotFound": false, "LicenseExpiry": 1_800_000_000,
    });
    assert_eq!(get(&mut trial, &arn), expected);

    let update = json!({
        "LicenseConfigurationArn": arn, "Name": "Oracle EE", "LicenseCount": 12,
        "LicenseConfigurationStatus": "DISABLED",
    });
    assert_eq!(trial.ok("UpdateLicenseConfiguration", update), json!({}));
    expected["Name"] = json!("Oracle EE");
    expected["LicenseCount"] = json!(12);
    expected["Status"] = json!("DISABLED");
    assert_eq!(get(&mut trial, &arn), expected);

    let listed = trial.ok("ListLicenseConfigurations", json!({}));
    expected.as_object_mut().unwrap().shift_remove("Tags");
    assert_eq!(listed, json!({"LicenseConfigurations": [expected]}));

    let named = json!({"LicenseConfigurationArn": arn});
    assert_eq!(trial.ok("DeleteLicenseConfiguration", named.clone()), json!({}));
    for operation in ["GetLicenseConfiguration", "DeleteLicenseConfiguration"] {
        assert_eq!(trial.refused(operation, named.clone()).code, INVALID);
    }
    assert_eq!(
        trial.ok("ListLicenseConfigurations", json!({})),
        json!({"LicenseConfigurations": []})
    );
    trial.assert_folds_twice();
    trial.assert_fits_model();
    trial.assert_inputs_fit_model();
}

#[test]
fn creation_is_checked() {
    let refused = [
        json!({"Name": " ", "LicenseCountingType": "vCPU"}),
        json!({"Name": "a", "LicenseCountingType": "Cpu"}),
        json!({"Name": "a", "LicenseCountingType": "vCPU", "LicenseCountHardLimit": true}),
        json!({"Name": "a", "LicenseCountingType": "vCPU", "LicenseCount": -1}),
        json!({"Name": "a", "LicenseCountingType": "vCPU", "LicenseExpiry": -1}),
        json!({"Name": "a", "LicenseCountingType": "vCPU", "LicenseRules": ["#minimumCores=1"]}),
        json!({"Name": "a", "LicenseCountingType": "vCPU", "Tags": [{"Key": "aws:a", "Value": ""}]}),
        json!({"Name": "a", "LicenseCountingType": "vCPU",
            "ProductInformationList": [{"ResourceType": "EC2", "ProductInformationFilterList": []}]}),
    ];
    let mut trial = Trial::new();
    for input in refused {
        assert_eq!(
            trial.refused("CreateLicenseConfiguration", input.clone()).code,
            INVALID,
            "{input}"
        );
    }
}

#[test]
fn a_region_holds_25_configurations() {
    let mut trial = Trial::new();
    for _ in 0..25 {
        create(&mut trial, json!({}));
    }
    let input = json!({"Name": "a", "LicenseCountingType": "Core"});
    let fault = trial.refused("CreateLicenseConfiguration", input);
    assert_eq!(fault.code, "ResourceLimitExceededException");
    trial.region = "eu-west-1";
    create(&mut trial, json!({}));
    trial.account = "444455556666";
    create(&mut trial, json!({}));
}

#[test]
fn accounts_and_regions_do_not_see_each_other() {
    let mut trial = Trial::new();
    let arn = create(&mut trial, json!({}));
    for (account, region) in [("444455556666", "us-east-1"), ("111122223333", "eu-west-1")] {
        (trial.account, trial.region) = (account, region);
        let listed = trial.ok("ListLicenseConfigurations", json!({}));
        assert_eq!(listed, json!({"LicenseConfigurations": []}));
        for entry in OPERATIONS {
            let input = match entry.operation {
                "ListTagsForResource" => json!({"ResourceArn": arn}),
                "TagResource" => json!({"ResourceArn": arn, "Tags": []}),
                "UntagResource" => json!({"ResourceArn": arn, "TagKeys": ["a"]}),
                "ListLicenseConfigurations" => json!({"LicenseConfigurationArns": [arn]}),
                "CreateLicenseConfiguration" | "ListResourceInventory" => continue,
                _ => json!({"LicenseConfigurationArn": arn}),
            };
            assert_eq!(trial.refused(entry.operation, input).code, INVALID, "{}", entry.operation);
        }
    }
}

/// C20: what something hangs on cannot be deleted.
#[test]
fn an_associated_configuration_stays() {
    let mut trial = Trial::new();
    let arn = create(&mut trial, json!({"LicenseCount": 4}));
    associate(&mut trial, &arn, 3);
    let shown = get(&mut trial, &arn);
    assert_eq!(shown["ConsumedLicenses"], 3);
    assert_eq!(shown["ConsumedLicenseSummaryList"][0]["ConsumedLicenses"], 3);
    assert_eq!(shown["ManagedResourceSummaryList"][0]["AssociationCount"], 1);
    let named = json!({"LicenseConfigurationArn": arn});
    let fault = trial.refused("DeleteLicenseConfiguration", named);
    assert_eq!(fault.code, INVALID);
    assert!(fault.message.contains("associated"), "{fault}");
    trial.assert_folds_twice();
    trial.assert_fits_model();
}

/// C21: an update may add host affinity and no other rule.
#[test]
fn an_update_adds_one_kind_of_rule() {
    let mut trial = Trial::new();
    let core = json!({"LicenseCountingType": "Core", "LicenseRules": ["#minimumCores=2"]});
    let arn = create(&mut trial, core);
    let mut update = |rule: &str| {
        let input = json!({"LicenseConfigurationArn": arn, "LicenseRules": [rule]});
        trial.call("UpdateLicenseConfiguration", input).map_err(|fault| fault.code.into_owned())
    };
    assert_eq!(update("#maximumCores=8"), Err(INVALID.to_owned()));
    assert_eq!(update("#licenseAffinityToHost=200"), Err(INVALID.to_owned()));
    assert_eq!(update("#licenseAffinityToHost=90"), Ok(json!({})));
    let rules = json!(["#minimumCores=2", "#licenseAffinityToHost=90"]);
    assert_eq!(get(&mut trial, &arn)["LicenseRules"], rules);

    let other = create(&mut trial, json!({}));
    let rules = ["#licenseAffinityToHost=90"];
    let update = json!({"LicenseConfigurationArn": other, "LicenseRules": rules});
    assert_eq!(trial.refused("UpdateLicenseConfiguration", update).code, INVALID);
}

#[test]
fn an_enforced_count_stays_above_what_is_taken() {
    let mut trial = Trial::new();
    let arn = create(&mut trial, json!({}));
    let hard = json!({"LicenseConfigurationArn": arn, "LicenseCountHardLimit": true});
    assert_eq!(trial.refused("UpdateLicenseConfiguration", hard).code, INVALID);
    associate(&mut trial, &arn, 3);
    let enforced = |count| json!({"LicenseConfigurationArn": arn, "LicenseCount": count, "LicenseCountHardLimit": true});
    let fault = trial.refused("UpdateLicenseConfiguration", enforced(2));
    assert_eq!(fault.code, "ResourceLimitExceededException");
    trial.ok("UpdateLicenseConfiguration", enforced(3));
}

#[test]
fn lists_are_filtered() {
    let mut trial = Trial::new();
    let core = create(&mut trial, json!({"LicenseCountingType": "Core"}));
    let hard = create(&mut trial, json!({"LicenseCount": 1, "LicenseCountHardLimit": true}));
    let over = create(&mut trial, json!({"LicenseCount": 1}));
    associate(&mut trial, &over, 2);
    let mut list = |filters: Value| -> Result<BTreeSet<String>, String> {
        let output = trial
            .call("ListLicenseConfigurations", json!({"Filters": filters}))
            .map_err(|fault| fault.code.into_owned())?;
        let rows = output["LicenseConfigurations"].as_array().unwrap().iter();
        let arn = |row: &Value| row["LicenseConfigurationArn"].as_str().unwrap().to_owned();
        Ok(rows.map(arn).collect())
    };
    let filter = |name: &str, values: &[&str]| json!({"Name": name, "Values": values});
    let set = |arns: &[&String]| Ok(arns.iter().map(|arn| (*arn).clone()).collect());
    assert_eq!(list(json!([filter("licenseCountingType", &["Core"])])), set(&[&core]));
    assert_eq!(list(json!([filter("enforceLicenseCount", &["true"])])), set(&[&hard]));
    assert_eq!(list(json!([filter("usagelimitExceeded", &["True"])])), set(&[&over]));
    let both =
        [filter("enforceLicenseCount", &["false"]), filter("usagelimitExceeded", &["false"])];
    assert_eq!(list(json!(both)), set(&[&core]));

    let limit = "FilterLimitExceededException";
    let twice = filter("enforceLicenseCount", &["true"]);
    let refused = [
        (json!([filter("licenseCountingType", &["Core", "vCPU"])]), limit),
        (json!([twice, twice]), limit),
        (json!([filter("licenseCountingType", &[])]), INVALID),
        (json!([filter("licenseCountingType", &["Cpu"])]), INVALID),
        (json!([filter("enforceLicenseCount", &["maybe"])]), INVALID),
        (json!([filter("name", &["a"])]), INVALID),
    ];
    for (filters, code) in refused {
        assert_eq!(list(filters.clone()), Err(code.to_owned()), "{filters}");
    }
}

fn resource(name: &str, platform: &str, tags: &[(&str, &str)]) -> InventoryResource {
    let tag = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    InventoryResource {
        resource_id: format!("i-{name}"),
        resource_type: ResourceType::Ec2Instance,
        resource_arn: format!("arn:aws:ec2:us-east-1:111122223333:instance/i-{name}"),
        platform: Some(platform.to_owned()),
        platform_version: None,
        resource_owning_account_id: "111122223333".to_owned(),
        marketplace_product_codes: Vec::new(),
        usage_operation: Some("RunInstances".to_owned()),
        ami_id: None,
        host_id: None,
        instance_type: Some("m5.large".to_owned()),
        application_names: vec![format!("Oracle {name}")],
        license_included: vec!["sql-server-web".to_owned()],
        tags: tags.iter().map(tag).collect::<BTreeMap<_, _>>(),
    }
}

#[test]
fn the_inventory_is_empty_until_it_is_filled() {
    let mut trial = Trial::new();
    let empty = json!({"ResourceInventoryList": []});
    assert_eq!(trial.ok("ListResourceInventory", json!({})), empty);
    for row in [resource("a", "Windows", &[("env", "prod")]), resource("b", "Linux", &[])] {
        keep(&mut trial, ChangeKind::PutInventory(Box::new(row)));
    }
    let mut ids = |name: &str, condition: &str, value: &str| -> Result<String, String> {
        let filter = json!({"Name": name, "Condition": condition, "Value": value});
        let output = trial
            .call("ListResourceInventory", json!({"Filters": [filter]}))
            .map_err(|fault| fault.code.into_owned())?;
        let rows = output["ResourceInventoryList"].as_array().unwrap().iter();
        Ok(rows.map(|row| row["ResourceId"].as_str().unwrap()).collect::<Vec<_>>().join(" "))
    };
    let rows = [
        ("account_id", "EQUALS", "111122223333", Ok("i-a i-b")),
        ("account_id", "NOT_EQUALS", "111122223333", Ok("")),
        ("resource_id", "EQUALS", "i-a", Ok("i-a")),
        ("resource_id", "NOT_EQUALS", "i-a", Ok("i-b")),
        ("platform", "BEGINS_WITH", "Win", Ok("i-a")),
        ("platform", "EQUALS", "Win", Ok("")),
        ("application_name", "BEGINS_WITH", "Oracle", Ok("i-a i-b")),
        ("license_included", "NOT_EQUALS", "sql-server-web", Ok("")),
        ("tag:env", "EQUALS", "prod", Ok("i-a")),
        ("tag:env", "NOT_EQUALS", "prod", Ok("i-b")),
        ("tag:", "EQUALS", "prod", Err(INVALID)),
        ("platform", "CONTAINS", "Win", Err(INVALID)),
        ("colour", "EQUALS", "red", Err(INVALID)),
    ];
    for (name, condition, value, expected) in rows {
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(ids(name, condition, value), expected, "{name} {condition} {value}");
    }
    keep(&mut trial, ChangeKind::DeleteInventory(resource("a", "", &[]).resource_arn));
    let left = trial.ok("ListResourceInventory", json!({}));
    let expected = json!([{
        "ResourceId": "i-b", "ResourceType": "EC2_INSTANCE",
        "ResourceArn": "arn:aws:ec2:us-east-1:111122223333:instance/i-b", "Platform": "Linux",
        "ResourceOwningAccountId": "111122223333", "MarketplaceProductCodes": [],
        "UsageOperation": "RunInstances", "Region": "us-east-1", "InstanceType": "m5.large",
    }]);
    assert_eq!(left["ResourceInventoryList"], expected);
    trial.assert_folds_twice();
    trial.assert_fits_model();
}

#[test]
fn pages_cover_the_list_once_and_junk_is_refused() {
    let mut trial = Trial::new();
    let made: BTreeSet<_> = (0..7).map(|_| create(&mut trial, json!({}))).collect();
    let (mut seen, mut input) = (Vec::new(), json!({"MaxResults": 3}));
    loop {
        let page = trial.ok("ListLicenseConfigurations", input.clone());
        let rows = page["LicenseConfigurations"].as_array().unwrap().iter();
        seen.extend(rows.map(|row| row["LicenseConfigurationArn"].as_str().unwrap().to_owned()));
        let Some(token) = page.get("NextToken") else { break };
        input["NextToken"] = token.clone();
    }
    assert_eq!(seen.len(), 7);
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), made);

    let token = input["NextToken"].clone();
    let filter = json!({"Name": "enforceLicenseCount", "Values": ["true"]});
    for odd in [
        json!({"NextToken": "junk"}),
        json!({"NextToken": token, "Filters": [filter]}),
        json!({"MaxResults": 0}),
    ] {
        assert_eq!(trial.refused("ListLicenseConfigurations", odd.clone()).code, INVALID, "{odd}");
    }
    assert_eq!(trial.refused("ListResourceInventory", json!({"NextToken": token})).code, INVALID);
    trial.account = "444455556666";
    let stolen = json!({"NextToken": token});
    assert_eq!(trial.refused("ListLicenseConfigurations", stolen).code, INVALID);
}

#[test]
fn tags_are_laid_over_and_limited() {
    let mut trial = Trial::new();
    let arn = create(&mut trial, json!({"Tags": [{"Key": "a", "Value": "1"}]}));
    let tag = |tags: Value| json!({"ResourceArn": arn, "Tags": tags});
    let change = json!([{"Key": "a", "Value": "2"}, {"Key": "b", "Value": ""}]);
    assert_eq!(trial.ok("TagResource", tag(change.clone())), json!({}));
    let list = json!({"ResourceArn": arn});
    assert_eq!(trial.ok("ListTagsForResource", list.clone()), json!({"Tags": change}));
    assert_eq!(get(&mut trial, &arn)["Tags"], change);

    let many = |count| -> Vec<_> {
        (0..count).map(|at| json!({"Key": format!("k{at}"), "Value": ""})).collect()
    };
    let refused = [
        json!([{"Key": "", "Value": ""}]),
        json!([{"Key": "k".repeat(129), "Value": ""}]),
        json!([{"Key": "k", "Value": "v".repeat(257)}]),
        json!([{"Key": "AWS:k", "Value": ""}]),
        json!([{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}]),
        json!(many(49)),
    ];
    for tags in refused {
        assert_eq!(trial.refused("TagResource", tag(tags)).code, INVALID);
    }
    trial.ok("TagResource", tag(json!(many(48))));
    let keys: Vec<_> = (0..48).map(|at| format!("k{at}")).chain(["a".to_owned()]).collect();
    let untag = json!({"ResourceArn": arn, "TagKeys": keys});
    assert_eq!(trial.ok("UntagResource", untag), json!({}));
    let left = trial.ok("ListTagsForResource", list);
    assert_eq!(left, json!({"Tags": [{"Key": "b", "Value": ""}]}));
    trial.assert_folds_twice();
    trial.assert_fits_model();
}
