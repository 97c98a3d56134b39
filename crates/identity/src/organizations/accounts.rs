//! Accounts that an organization makes: ask for one, and see what came of it.

use wire::{Done, Fault, Members, Value};

use super::change::OrganizationChange;
use super::organization::{AccountRequest, Member, Organization};
use super::page::page;
use super::{admitted, refusal, shape, trust};
use crate::caller::Entity;
use crate::change::{Change, What};
use crate::operation::Request;
use crate::state::Account;
use crate::{arn, ids, tags};

/// CloudFormation's type of an account.
pub(crate) const ACCOUNT: &str = "AWS::Organizations::Account";

/// How many accounts an organization may have.
const ACCOUNTS_MAX: usize = 1_000;

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// `CreateAccount`: makes an account, with a role that lets the management account in.
///
/// It is there at once: the answer says `SUCCEEDED`, or `FAILED` with the reason.
pub(crate) fn create(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::management(request)?;
    room_for_one(organization)?;
    let tags = tags::checked(request.input).map_err(|_| {
        refusal::invalid("DUPLICATE_TAG_KEY", "Tag keys must be unique among the tags given.")
    })?;
    if request.input.string("RoleName").is_some_and(|name| name.starts_with("AWSServiceRole")) {
        return Err(refusal::invalid(
            "INVALID_ROLE_NAME",
            "You provided a role name that isn't valid. A role name can't begin with the reserved \
             prefix AWSServiceRole.",
        ));
    }
    let (name, email) = (request.text("AccountName"), request.text("Email"));
    let taken = request.state.accounts().any(|account| account.email().eq_ignore_ascii_case(email));
    let (outcome, mut changes) = if taken {
        (Err("EMAIL_ALREADY_EXISTS".to_owned()), Vec::new())
    } else {
        let account = unused_id(request);
        let member =
            Member { account: account.clone(), created: true, joined: request.now(), tags };
        let mut changes = new_account(request, organization, &account);
        changes.extend(trust::join(request.state, organization, member, request.call));
        (Ok(account), changes)
    };
    let id = format!("car-{}", request.call.hex(32));
    let asked = AccountRequest { id, name: name.to_owned(), at: request.now(), outcome };
    let output = status(&asked);
    let account = asked.outcome.clone().ok();
    changes.push(organization.change(OrganizationChange::AccountRequested { request: asked }));
    let done = Done::changed(output, changes);
    Ok(account.into_iter().fold(done, |done, account| done.about(ACCOUNT, account)))
}

/// `DescribeCreateAccountStatus`
pub(crate) fn describe_status(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::overseer(request)?;
    let asked = organization.requests.get(request.text("CreateAccountRequestId"));
    asked.map(|asked| Done::read(status(asked))).ok_or_else(|| {
        Fault::new(
            "CreateAccountStatusNotFoundException",
            "We can't find a create account request with the CreateAccountRequestId that you \
             specified.",
        )
    })
}

/// `ListCreateAccountStatus`
pub(crate) fn list_status(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let organization = admitted::overseer(request)?;
    let states: Vec<_> = request.input.strings("States").collect();
    let wanted = |shown: &Members| {
        states.is_empty() || shown.string("State").is_some_and(|state| states.contains(&state))
    };
    let shown = organization
        .requests
        .values()
        .map(|asked| (asked.id.clone(), shape::account_request(asked)));
    let items = shown.filter(|(_, shown)| wanted(shown));
    Ok(Done::read(page(request.input, "CreateAccountStatuses", items)?))
}

/// Refuses an account beyond those that an organization may have.
pub(crate) fn room_for_one(organization: &Organization) -> Result<(), Fault> {
    if organization.members().count() < ACCOUNTS_MAX {
        return Ok(());
    }
    Err(refusal::constraint(
        "ACCOUNT_NUMBER_LIMIT_EXCEEDED",
        "You have exceeded the allowed number of AWS accounts.",
    ))
}

fn status(asked: &AccountRequest) -> Members {
    Members::new().with("CreateAccountStatus", Value::from(shape::account_request(asked)))
}

fn new_account(
    request: &mut Request<'_, '_>,
    organization: &Organization,
    account: &str,
) -> Vec<Change> {
    let own = |what| Change { account: account.to_owned(), what };
    let name = request.input.string("RoleName").unwrap_or("OrganizationAccountAccessRole");
    let entity =
        Entity { path: "/".to_owned(), name: name.to_owned(), id: ids::role(request.call) };
    let manager = serde_json::json!({ "AWS": arn::root(&organization.management_account) });
    let named = What::AccountNamed {
        name: request.text("AccountName").to_owned(),
        email: request.text("Email").to_owned(),
    };
    let mut changes = vec![own(What::AccountCreated { at: request.call.now }), own(named)];
    changes.extend(trust::new_role(account, entity, &manager, ADMINISTRATOR, request.call.now));
    changes
}

/// Returns twelve digits that no account has.
fn unused_id(request: &mut Request<'_, '_>) -> String {
    const IDS: u64 = 1_000_000_000_000;
    let first = (request.call.random)() % IDS;
    let ids = (0..IDS).map(|step| format!("{:012}", (first + step) % IDS));
    let mut unused = ids.filter(|id| request.state.account(id).is_none());
    unused.next().expect("accounts are fewer than twelve digits can name")
}

impl Account {
    /// Returns the account's name: the one it was made with, its alias, or its id.
    pub fn name(&self) -> &str {
        self.name.as_deref().or(self.alias.as_deref()).unwrap_or(&self.id)
    }

    /// Returns the account's mail address, which nobody reads; accounts that were made without one
    /// have one at a domain that cannot exist.
    pub fn email(&self) -> String {
        self.email.clone().unwrap_or_else(|| format!("root@{}.invalid", self.id))
    }
}
