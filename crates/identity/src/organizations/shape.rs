//! How organizations, accounts and handshakes look in outputs.

use jiff::Timestamp;
use wire::{Members, Value};

use super::organization::{AccountRequest, Handshake, HandshakeAction, Member, Organization};
use crate::state::{Account, State};

/// Returns an organization.
pub(crate) fn organization(state: &State, organization: &Organization) -> Members {
    let manager = &organization.management_account;
    let email = state.account(manager).map(Account::email);
    Members::new()
        .with("Id", text(&organization.id))
        .with("Arn", Value::from(organization.arn()))
        .with("FeatureSet", text(organization.feature_set.name()))
        .with("MasterAccountArn", Value::from(organization.account_arn(manager)))
        .with("MasterAccountId", text(manager))
        .with("MasterAccountEmail", email.map(Value::from))
        // there are no policies of organizations here
        .with("AvailablePolicyTypes", Value::List(Vec::new()))
}

/// Returns a member.
pub(crate) fn account(state: &State, organization: &Organization, member: &Member) -> Members {
    let account = state.account(&member.account);
    Members::new()
        .with("Id", text(&member.account))
        .with("Arn", Value::from(organization.account_arn(&member.account)))
        .with("Email", account.map(Account::email).map(Value::from))
        .with("Name", account.map(|account| text(account.name())))
        .with("Status", text("ACTIVE"))
        .with("State", text("ACTIVE"))
        .with("JoinedMethod", text(if member.created { "CREATED" } else { "INVITED" }))
        .with("JoinedTimestamp", Value::from(member.joined))
}

/// Returns what came of asking for an account.
pub(crate) fn account_request(request: &AccountRequest) -> Members {
    let (state, account, failure) = match &request.outcome {
        Ok(account) => ("SUCCEEDED", Some(account), None),
        Err(reason) => ("FAILED", None, Some(reason)),
    };
    Members::new()
        .with("Id", text(&request.id))
        .with("AccountName", text(&request.name))
        .with("State", text(state))
        .with("RequestedTimestamp", Value::from(request.at))
        .with("CompletedTimestamp", Value::from(request.at))
        .with("AccountId", account.map(|account| text(account)))
        .with("FailureReason", failure.map(|reason| text(reason)))
}

/// Returns a handshake as it is at a point in time.
pub(crate) fn handshake(
    state: &State,
    organization: &Organization,
    handshake: &Handshake,
    now: Timestamp,
) -> Members {
    Members::new()
        .with("Id", text(&handshake.id))
        .with("Arn", Value::from(organization.handshake_arn(handshake)))
        .with("Parties", Value::List(parties(organization, handshake)))
        .with("State", text(handshake.state_at(now).name()))
        .with("RequestedTimestamp", Value::from(handshake.requested))
        .with("ExpirationTimestamp", Value::from(handshake.expires))
        .with("Action", text(handshake.action.name()))
        .with("Resources", Value::List(resources(state, organization, handshake)))
}

fn parties(organization: &Organization, handshake: &Handshake) -> Vec<Value> {
    let party = |id: &str, kind: &str| {
        Value::from(Members::new().with("Id", text(id)).with("Type", text(kind)))
    };
    let mut parties = vec![party(&organization.id, "ORGANIZATION")];
    if handshake.action != HandshakeAction::EnableAllFeatures {
        parties.push(match &handshake.email {
            Some(email) => party(email, "EMAIL"),
            None => party(&handshake.target, "ACCOUNT"),
        });
    }
    parties
}

fn resources(state: &State, organization: &Organization, handshake: &Handshake) -> Vec<Value> {
    let resource = |kind: &str, value: &str| {
        Members::new().with("Value", text(value)).with("Type", text(kind))
    };
    let manager = state.account(&organization.management_account);
    let mut about: Vec<Value> = Vec::new();
    if let Some(manager) = manager {
        about.push(resource("MASTER_EMAIL", &manager.email()).into());
        about.push(resource("MASTER_NAME", manager.name()).into());
    }
    about.push(resource("ORGANIZATION_FEATURE_SET", organization.feature_set.name()).into());
    let whole = resource("ORGANIZATION", &organization.id).with("Resources", Value::List(about));
    let mut resources = vec![whole.into()];
    match (&handshake.email, handshake.action) {
        (_, HandshakeAction::EnableAllFeatures) => {}
        (Some(email), _) => resources.push(resource("EMAIL", email).into()),
        (None, _) => resources.push(resource("ACCOUNT", &handshake.target).into()),
    }
    resources.extend(handshake.notes.iter().map(|notes| resource("NOTES", notes).into()));
    let parent = handshake.parent.iter();
    resources.extend(parent.map(|parent| resource("PARENT_HANDSHAKE", parent).into()));
    resources
}

fn text(text: &str) -> Value {
    Value::from(text)
}
