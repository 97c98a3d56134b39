//! What a new data folder begins with: an account with a root key, or the whole demo world.
//!
//! The world is made by the very operations that a client would call, so that there is one way
//! only to make a user, a key or a role.

use std::collections::BTreeMap;

use identity::{Caller, Context, Principal, Request, Vault, What};
use jiff::{SignedDuration, Timestamp};
use sandbox::{Seed, SeedBuyer, SeedDimension, SeedProduct};
use wire::{Call, Fault, Members, Value};

use crate::state::{Change, State};

/// The account of a world without configuration.
pub(crate) const FIRST_ACCOUNT: &str = "000000000000";
/// The seller's account of the demo world, which is the operator's too.
pub(crate) const SELLER: &str = "111122223333";
/// The buyer's account of the demo world.
pub(crate) const BUYER: &str = "444455556666";
/// The account of a customer whose agreement has ended.
pub(crate) const FORMER_BUYER: &str = "777788889999";
/// The product code of `demo-saas`.
pub(crate) const PRODUCT_CODE: &str = "demosaas4k8v2m6x1c9q7w3e5";
/// The buyer's customer identifier.
pub(crate) const CUSTOMER_ID: &str = "DemoCustomer1";
/// The license of the buyer's agreement.
pub(crate) const LICENSE_ARN: &str =
    "arn:aws:license-manager::294406891311:license:l-0dec0de0000000000000000000000001";

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// A new world, as changes to put into the first frame.
pub(crate) struct World {
    /// The changes.
    pub changes: Vec<Change>,
    /// The root key of the operator's account, to be shown once: key id and secret.
    pub root_key: (String, String),
}

struct Founder<'a> {
    state: State,
    changes: Vec<Change>,
    vault: &'a Vault,
    now: Timestamp,
    random: &'a mut dyn FnMut() -> u64,
}

/// Makes the world: an empty account, or with `demo` the documented one.
///
/// # Errors
/// An operation refuses what it is asked to make; a test founds both worlds.
pub(crate) fn found(
    demo: bool,
    seed: &Seed,
    vault: &Vault,
    now: Timestamp,
    random: &mut dyn FnMut() -> u64,
) -> Result<World, Fault> {
    let mut founder = Founder { state: State::default(), changes: Vec::new(), vault, now, random };
    let operator = if demo { SELLER } else { FIRST_ACCOUNT };
    founder.apply(vec![Change::Begin { operator_account: operator.to_owned(), demo }]);
    let root_key = founder.account(operator)?;
    if demo {
        founder.demo()?;
    }
    founder.apply(sandbox::seed(seed, now).into_iter().map(Change::from).collect());
    Ok(World { changes: founder.changes, root_key })
}

impl Founder<'_> {
    fn apply(&mut self, changes: Vec<Change>) {
        for change in &changes {
            self.state.apply(change);
        }
        self.changes.extend(changes);
    }

    /// Makes an account with a root key.
    fn account(&mut self, account: &str) -> Result<(String, String), Fault> {
        let created = identity::Change {
            account: account.to_owned(),
            what: What::AccountCreated { at: self.now },
        };
        self.apply(vec![created.into()]);
        self.access_key(account, None)
    }

    fn access_key(&mut self, account: &str, user: Option<&str>) -> Result<(String, String), Fault> {
        let input = Members::new().with("UserName", user.map(Value::from));
        let output = self.run(account, "CreateAccessKey", &input)?;
        let key = output.map("AccessKey");
        let text = |name| key.and_then(|key| key.string(name)).unwrap_or_default().to_owned();
        Ok((text("AccessKeyId"), text("SecretAccessKey")))
    }

    fn user(&mut self, account: &str, name: &str) -> Result<(), Fault> {
        self.run(account, "CreateUser", &Members::new().with("UserName", Value::from(name)))?;
        self.access_key(account, Some(name))?;
        Ok(())
    }

    /// Runs an IAM operation as the account's root.
    fn run(&mut self, account: &str, operation: &str, input: &Members) -> Result<Members, Fault> {
        let entry = identity::operations()
            .iter()
            .find(|entry| entry.service == "iam" && entry.operation == operation)
            .expect("the operations of the demo world are in the table");
        let caller = root(account);
        let context = Context::at(self.now);
        let mut call =
            Call { account, region: "us-east-1", now: self.now, random: &mut *self.random };
        let done = (entry.run)(&mut Request {
            state: &self.state.identity,
            vault: self.vault,
            caller: &caller,
            context: &context,
            input,
            call: &mut call,
        })?;
        self.apply(done.changes.into_iter().map(Change::from).collect());
        Ok(done.output)
    }

    fn demo(&mut self) -> Result<(), Fault> {
        self.apply(vec![Change::ClockMovable(true)]);
        self.user(SELLER, "Alice")?;
        self.attach(SELLER, "Alice", ADMINISTRATOR)?;
        self.user(SELLER, "Auditor")?;
        self.put_policy(SELLER, "Auditor", "MayOnlyRead", READ_ONLY)?;
        self.seller_role()?;
        self.account(BUYER)?;
        self.user(BUYER, "Bob")?;
        self.attach(BUYER, "Bob", ADMINISTRATOR)?;
        let market = sandbox::seed(&demo_market(self.now), self.now);
        self.apply(market.into_iter().map(Change::from).collect());
        Ok(())
    }

    fn attach(&mut self, account: &str, user: &str, policy: &str) -> Result<(), Fault> {
        let input = Members::new()
            .with("UserName", Value::from(user))
            .with("PolicyArn", Value::from(policy));
        self.run(account, "AttachUserPolicy", &input).map(|_| ())
    }

    fn put_policy(
        &mut self,
        account: &str,
        user: &str,
        name: &str,
        document: &str,
    ) -> Result<(), Fault> {
        let input = Members::new()
            .with("UserName", Value::from(user))
            .with("PolicyName", Value::from(name))
            .with("PolicyDocument", Value::from(document));
        self.run(account, "PutUserPolicy", &input).map(|_| ())
    }

    fn seller_role(&mut self) -> Result<(), Fault> {
        let trust = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{SELLER}:user/Alice"}},"Action":"sts:AssumeRole"}}]}}"#
        );
        let role = Members::new()
            .with("RoleName", Value::from("DemoSeller"))
            .with("AssumeRolePolicyDocument", Value::from(trust));
        self.run(SELLER, "CreateRole", &role)?;
        let policy = Members::new()
            .with("RoleName", Value::from("DemoSeller"))
            .with("PolicyName", Value::from("MaySell"))
            .with("PolicyDocument", Value::from(SELL));
        self.run(SELLER, "PutRolePolicy", &policy).map(|_| ())
    }
}

/// What `Auditor` may do.
const READ_ONLY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*","Action":["cloudtrail:LookupEvents","cloudtrail:Describe*","cloudtrail:Get*","cloudtrail:List*","aws-marketplace:BatchDescribe*","aws-marketplace:Describe*","aws-marketplace:List*","aws-marketplace:Search*","license-manager:Get*","license-manager:List*","iam:Get*","iam:List*","opentrail:FindEvents","opentrail:GetClock","opentrail:GetEvent","opentrail:TailEvents"]}]}"#;

/// What the role `DemoSeller` may do.
const SELL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*","Action":["aws-marketplace:*","license-manager:*","cloudtrail:LookupEvents","opentrail:FindEvents","opentrail:GetEvent","opentrail:TailEvents"]}]}"#;

fn root(account: &str) -> Caller {
    Caller {
        principal: Principal::Root { account: account.to_owned(), alias: None },
        access_key_id: None,
        session: None,
    }
}

fn demo_market(now: Timestamp) -> Seed {
    let before = |days: i64| {
        now.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::UNIX_EPOCH)
    };
    let dimension = |key: &str, name: &str, unit: &str| SeedDimension {
        key: key.to_owned(),
        name: name.to_owned(),
        unit: unit.to_owned(),
    };
    let buyer = |account: &str, customer: &str, number: u8, ends: Option<Timestamp>| SeedBuyer {
        account: account.to_owned(),
        customer_identifier: customer.to_owned(),
        product_code: PRODUCT_CODE.to_owned(),
        license_arn: format!("{}{number}", LICENSE_ARN.trim_end_matches('1')),
        agreement_id: format!("agmt-demo00000000000000000000{number}"),
        starts: before(60),
        ends,
        dimensions: Vec::new(),
    };
    Seed {
        products: vec![SeedProduct {
            owner: SELLER.to_owned(),
            entity_id: "prod-demosaas00001".to_owned(),
            product_code: PRODUCT_CODE.to_owned(),
            title: "demo-saas".to_owned(),
            dimensions: vec![
                dimension("requests", "Requests", "Requests"),
                dimension("gb", "Gigabytes", "GB"),
            ],
        }],
        buyers: vec![
            buyer(BUYER, CUSTOMER_ID, 1, None),
            buyer(FORMER_BUYER, "DemoCustomer2", 2, Some(before(7))),
        ],
    }
}

/// Returns the shell variables beside the credentials that the demo world documents.
pub(crate) fn demo_variables() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([
        ("OPENTRAIL_DEMO_PRODUCT_CODE", PRODUCT_CODE),
        ("OPENTRAIL_DEMO_CUSTOMER_ID", CUSTOMER_ID),
        ("OPENTRAIL_DEMO_BUYER_ACCOUNT", BUYER),
        ("OPENTRAIL_DEMO_LICENSE_ARN", LICENSE_ARN),
    ])
}

/// Returns the account and user that `opentrail env NAME` stands for; no user is root.
pub(crate) fn person(name: &str) -> Option<(&'static str, Option<&'static str>)> {
    match name {
        "seller" => Some((SELLER, Some("Alice"))),
        "auditor" => Some((SELLER, Some("Auditor"))),
        "buyer" => Some((BUYER, Some("Bob"))),
        "root" => Some((SELLER, None)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn founded(demo: bool) -> (World, State, Vault) {
        let vault = Vault::new(&[3; 32]);
        let mut drawn = 0_u64;
        let mut random = || {
            drawn = drawn.wrapping_add(0x9e37_79b9_7f4a_7c15);
            drawn
        };
        let now = "2026-11-20T08:00:00Z".parse().unwrap();
        let world = found(demo, &Seed::default(), &vault, now, &mut random).unwrap();
        let mut state = State::default();
        for change in &world.changes {
            state.apply(change);
        }
        (world, state, vault)
    }

    #[test]
    fn the_demo_world_is_as_documented() {
        let (_, state, _) = founded(true);
        let seller = state.identity.account(SELLER).unwrap();
        assert!(seller.user_named("Alice").is_some() && seller.user_named("Auditor").is_some());
        assert!(seller.role_named("DemoSeller").is_some());
        let buyer = state.identity.account(BUYER).unwrap();
        assert!(buyer.user_named("Bob").is_some());
        assert_eq!(state.operator_account, SELLER);
        assert!(state.demo && state.clock_movable);
    }

    #[test]
    fn the_root_key_works_and_its_secret_is_not_in_the_changes() {
        for demo in [false, true] {
            let (world, state, vault) = founded(demo);
            let (id, secret) = &world.root_key;
            let now = "2026-11-20T08:00:00Z".parse().unwrap();
            let credential = identity::identify(&state.identity, &vault, id, None, now).unwrap();
            assert_eq!(credential.secret.expose(), secret);
            assert_eq!(credential.caller.kind(), "Root");
            let text = serde_json::to_string(&world.changes).unwrap();
            assert!(!text.contains(secret.as_str()));
        }
    }

    #[test]
    fn folding_twice_gives_the_same_bytes() {
        let (world, state, _) = founded(true);
        let mut again = State::default();
        for change in &world.changes {
            again.apply(change);
        }
        let bytes = |state: &State| serde_json::to_vec(state).unwrap();
        assert_eq!(bytes(&state), bytes(&again));
        let mut resumed: State = serde_json::from_slice(&bytes(&state)).unwrap();
        resumed.apply(&Change::Clock(7));
        again.apply(&Change::Clock(7));
        assert_eq!(bytes(&resumed), bytes(&again));
    }
}
