use jiff::Timestamp;
use proptest::prelude::{Strategy, any, prop_assert_eq, proptest};

use super::{Agreement, Change, Customer, Product, State};

fn agreement(id: u8, license: u8, identifier: u8, account: u8) -> Change {
    Change::PutAgreement(Agreement {
        agreement_id: format!("agmt-{id}"),
        license_arn: format!("license-{license}"),
        product_code: "demo".to_owned(),
        seller: "111122223333".to_owned(),
        buyer_account: format!("{account:012}"),
        customer_identifier: format!("cust-{identifier}"),
        started: Timestamp::UNIX_EPOCH,
        ended: None,
        suspended: false,
        dimensions: Vec::new(),
    })
}

fn product(id: u8, code: u8) -> Change {
    Change::PutProduct(Product {
        entity_id: format!("prod-{id}"),
        product_code: format!("code-{code}"),
        owner_account: "111122223333".to_owned(),
        entity_type: "SaaSProduct@1.0".to_owned(),
        revision: 1,
        last_modified: Timestamp::UNIX_EPOCH,
        details: serde_json::json!({ "Description": {}, "Dimensions": [] }),
    })
}

fn change() -> impl Strategy<Value = Change> {
    (any::<bool>(), 0_u8..4, 0_u8..4, 0_u8..4, 0_u8..4).prop_map(
        |(is_product, id, license, identifier, account)| {
            if is_product {
                product(id, license)
            } else {
                agreement(id, license, identifier, account)
            }
        },
    )
}

proptest! {
    /// Whatever was replaced by whatever: a state read from its rows is the state that was folded,
    /// indexes included, and every index finds what a scan finds.
    #[test]
    fn indexes_are_a_function_of_the_rows(changes in proptest::collection::vec(change(), 0..30)) {
        let mut state = State::default();
        for change in &changes {
            state.apply(change);
        }
        let text = serde_json::to_string(&state).expect("the state is JSON");
        prop_assert_eq!(&serde_json::from_str::<State>(&text).expect("readable"), &state);
        for at in 0..4 {
            let code = format!("code-{at}");
            let scanned = state.products().find(|product| product.product_code == code);
            prop_assert_eq!(state.product_by_code(&code), scanned);
            let license = format!("license-{at}");
            let scanned = state.agreements().find(|agreement| agreement.license_arn == license);
            prop_assert_eq!(state.agreement_by_license(&license), scanned);
            let (account, identifier) = (format!("{at:012}"), format!("cust-{at}"));
            for customer in [Customer::Account(&account), Customer::Identifier(&identifier)] {
                let scanned: Vec<_> =
                    state.agreements().filter(|agreement| agreement.is_with(customer)).collect();
                prop_assert_eq!(state.agreements_of(customer).collect::<Vec<_>>(), scanned);
            }
        }
    }
}

#[test]
fn a_product_answers_from_its_document() {
    let Change::PutProduct(mut product) = product(0, 0) else { unreachable!("a product") };
    assert_eq!((product.title(), product.visibility()), ("", "Draft"));
    product.details = serde_json::json!({
        "Description": { "ProductTitle": "Demo", "Visibility": "Limited" },
        "Dimensions": [
            { "Key": "gb", "Types": ["ExternallyMetered"] },
            { "Key": "seats", "Types": ["Entitled"] },
            { "Key": "over", "Types": ["ExternallyMetered", "Entitled"] },
        ],
    });
    assert_eq!((product.title(), product.visibility()), ("Demo", "Limited"));
    assert_eq!(product.dimension_keys().collect::<Vec<_>>(), ["gb", "seats", "over"]);
    assert_eq!(product.metered_dimension_keys().collect::<Vec<_>>(), ["gb", "over"]);
    assert_eq!(
        ["gb", "seats", "over", "x"].map(|key| product.meters(key)),
        [true, false, true, false]
    );
}
