//! What the tests of this crate share: a small world, and calls in it.

mod conform;

use jiff::Timestamp;
use wire::model::Models;
use wire::{Call, Done, Fault, Members, Value};

pub(crate) use crate::seed::root as root_of;
use crate::{
    Caller, Change, Context, Credential, Entry, Request, State, Vault, What, identify, operations,
};

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const OTHER: &str = "444455556666";

/// A source of randomness that repeats itself.
pub(crate) struct Dice(Box<dyn FnMut() -> u64>);

impl Dice {
    pub(crate) fn new() -> Self {
        let mut state = 42_u64;
        Self(Box::new(move || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed ^ (mixed >> 29)
        }))
    }

    pub(crate) fn call(&mut self) -> Call<'_> {
        Call { account: ACCOUNT, region: "us-east-1", now: noon(), random: &mut *self.0 }
    }
}

pub(crate) fn noon() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// A state, and everything that changed it.
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) vault: Vault,
    pub(crate) changes: Vec<Change>,
    pub(crate) context: Context,
    pub(crate) now: Timestamp,
    models: Models,
    dice: Dice,
}

/// Access key id, secret and session token.
#[derive(Clone)]
pub(crate) struct Keys(pub(crate) String, pub(crate) String, pub(crate) Option<String>);

impl World {
    /// Two accounts without users.
    pub(crate) fn new() -> Self {
        let mut world = Self {
            state: State::new(),
            vault: Vault::new(&[7; 32]),
            changes: Vec::new(),
            context: Context::at(noon()),
            now: noon(),
            models: Models::built_in(),
            dice: Dice::new(),
        };
        for account in [ACCOUNT, OTHER] {
            let what = What::AccountCreated { at: noon() };
            world.apply(vec![Change { account: account.to_owned(), what }]);
        }
        world
    }

    /// Runs an operation as the server would: permit, run, apply.
    #[expect(clippy::needless_pass_by_value, reason = "inputs are made in the call")]
    pub(crate) fn run(
        &mut self,
        caller: &Caller,
        operation: &str,
        input: Members,
    ) -> Result<Done<Change>, Fault> {
        let entry = entry(operation);
        let mut call = Call {
            account: caller.account().unwrap_or_default(),
            region: "us-east-1",
            now: self.now,
            random: &mut *self.dice.0,
        };
        let mut request = Request {
            state: &self.state,
            vault: &self.vault,
            caller,
            context: &self.context,
            input: &input,
            call: &mut call,
        };
        let done = entry.permit(&request).and_then(|()| (entry.run)(&mut request));
        let done = done.inspect_err(|fault| conform::fault(&self.models, &entry, fault))?;
        conform::output(&self.models, &entry, &done.output);
        assert!(!entry.read_only || done.changes.is_empty(), "{operation} reads only");
        self.apply(done.changes.clone());
        Ok(done)
    }

    /// Runs an operation of root's that must succeed.
    pub(crate) fn make(&mut self, operation: &str, input: Members) -> Members {
        let root = root_of(ACCOUNT);
        self.run(&root, operation, input)
            .unwrap_or_else(|fault| panic!("{operation}: {fault}"))
            .output
    }

    /// Makes a user with a policy, and returns its keys.
    pub(crate) fn user(&mut self, name: &str, policy: &str) -> Keys {
        self.make("CreateUser", text(&[("UserName", name)]));
        if !policy.is_empty() {
            let input = [("UserName", name), ("PolicyName", "own"), ("PolicyDocument", policy)];
            self.make("PutUserPolicy", text(&input));
        }
        let output = self.make("CreateAccessKey", text(&[("UserName", name)]));
        let key = output.map("AccessKey").unwrap();
        Keys(string(key, "AccessKeyId"), string(key, "SecretAccessKey"), None)
    }

    /// Makes a role with a trust policy and a policy of its own.
    pub(crate) fn role(&mut self, name: &str, trust: &str, policy: &str) {
        let input = [("RoleName", name), ("AssumeRolePolicyDocument", trust)];
        self.make("CreateRole", text(&input));
        if !policy.is_empty() {
            let input = [("RoleName", name), ("PolicyName", "own"), ("PolicyDocument", policy)];
            self.make("PutRolePolicy", text(&input));
        }
    }

    pub(crate) fn caller(&self, keys: &Keys) -> Caller {
        self.credential(keys).unwrap_or_else(|error| panic!("{error}")).caller
    }

    pub(crate) fn credential(&self, keys: &Keys) -> Result<Credential, crate::Unidentified> {
        identify(&self.state, &self.vault, &keys.0, keys.2.as_deref(), self.now)
    }

    fn apply(&mut self, changes: Vec<Change>) {
        for change in changes {
            self.state.apply(&change);
            self.changes.push(change);
        }
    }
}

pub(crate) fn entry(operation: &str) -> Entry {
    *operations().iter().find(|entry| entry.operation == operation).unwrap_or_else(|| {
        panic!("{operation} is not in the table");
    })
}

/// Returns an input of strings.
pub(crate) fn text(members: &[(&'static str, &str)]) -> Members {
    members
        .iter()
        .fold(Members::new(), |input, (name, value)| input.with(name, Value::from(*value)))
}

pub(crate) fn string(members: &Members, name: &str) -> String {
    members.string(name).unwrap_or_else(|| panic!("{name} in {members:?}")).to_owned()
}

/// Returns the temporary keys of an answer.
pub(crate) fn session_keys(output: &Members) -> Keys {
    let credentials = output.map("Credentials").unwrap();
    Keys(
        string(credentials, "AccessKeyId"),
        string(credentials, "SecretAccessKey"),
        Some(string(credentials, "SessionToken")),
    )
}

/// Returns a policy that allows actions on everything.
pub(crate) fn allow(actions: &str) -> String {
    policy(&format!(r#"{{"Effect":"Allow","Action":{actions},"Resource":"*"}}"#))
}

/// Returns a policy of these statements.
pub(crate) fn policy(statements: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
}

/// Returns a trust policy for a principal.
pub(crate) fn trust(principal: &str) -> String {
    let actions = r#"["sts:AssumeRole","sts:SetSourceIdentity","sts:TagSession"]"#;
    policy(&format!(r#"{{"Effect":"Allow","Principal":{principal},"Action":{actions}}}"#))
}

pub(crate) fn refused(result: Result<Done<Change>, Fault>) -> String {
    match result {
        Ok(done) => panic!("was allowed: {done:?}"),
        Err(fault) => fault.to_string(),
    }
}
