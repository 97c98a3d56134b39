//! Handshakes: invitations, and all features.

use jiff::SignedDuration;
use wire::{Members, Value};

use super::{SERVICE, ids, made, managed, organization, refusal};
use crate::testing::{ACCOUNT, OTHER, World, root_of, string, text};

fn target(kind: &'static str, id: &str) -> Members {
    Members::new().with("Target", Value::from(text(&[("Id", id), ("Type", kind)])))
}

/// Invites the other account, and returns an input that names the handshake.
fn invite(world: &mut World) -> Members {
    let input = target("ACCOUNT", OTHER).with("Notes", Value::from("come in"));
    let output = world.make("InviteAccountToOrganization", input);
    let id = string(output.map("Handshake").unwrap(), "Id");
    text(&[("HandshakeId", &id)])
}

fn state(output: &Members) -> String {
    string(output.map("Handshake").unwrap(), "State")
}

fn act(world: &mut World, account: &str, operation: &str, handshake: &Members) -> String {
    let done = world.run(&root_of(account), operation, handshake.clone());
    state(&done.unwrap_or_else(|fault| panic!("{operation}: {fault}")).output)
}

#[test]
fn an_invited_account_joins_by_accepting() {
    let mut world = managed();
    world.make("EnableAWSServiceAccess", text(&[("ServicePrincipal", SERVICE)]));
    let handshake = invite(&mut world);
    let shown = world.make("DescribeHandshake", handshake.clone());
    let shown = shown.map("Handshake").unwrap();
    let parties: Vec<_> = shown.maps("Parties").map(|party| string(party, "Type")).collect();
    assert_eq!(parties, ["ORGANIZATION", "ACCOUNT"]);
    let kinds: Vec<_> = shown.maps("Resources").map(|about| string(about, "Type")).collect();
    assert_eq!(kinds, ["ORGANIZATION", "ACCOUNT", "NOTES"]);
    assert!(string(shown, "Arn").contains("/invite/h-"), "{shown:?}");

    let listed = |world: &mut World, account: &str, operation: &str| {
        let done = world.run(&root_of(account), operation, Members::new()).unwrap();
        ids(&done.output, "Handshakes")
    };
    assert_eq!(listed(&mut world, OTHER, "ListHandshakesForAccount").len(), 1);
    assert_eq!(listed(&mut world, ACCOUNT, "ListHandshakesForAccount").len(), 0);
    assert_eq!(listed(&mut world, ACCOUNT, "ListHandshakesForOrganization").len(), 1);

    let own = refusal(&mut world, ACCOUNT, "AcceptHandshake", handshake.clone());
    assert!(own.starts_with("AccessDeniedException"), "{own}");
    assert_eq!(act(&mut world, OTHER, "AcceptHandshake", &handshake), "ACCEPTED");
    assert!(organization(&world.state).is_member(OTHER));
    let role = world.state.account(OTHER).unwrap().role_named("AWSServiceRoleForCloudTrail");
    assert!(role.is_some());
    let shown = world.make("DescribeAccount", text(&[("AccountId", OTHER)]));
    assert_eq!(string(shown.map("Account").unwrap(), "JoinedMethod"), "INVITED");
    let again = refusal(&mut world, OTHER, "AcceptHandshake", handshake.clone());
    assert!(again.starts_with("HandshakeAlreadyInStateException"), "{again}");
    let late = refusal(&mut world, ACCOUNT, "CancelHandshake", handshake);
    assert!(late.starts_with("InvalidHandshakeTransitionException"), "{late}");
}

#[test]
fn an_invitation_ends_by_either_side_and_by_time() {
    let mut world = managed();
    for (account, operation, ended) in
        [(OTHER, "DeclineHandshake", "DECLINED"), (ACCOUNT, "CancelHandshake", "CANCELED")]
    {
        let handshake = invite(&mut world);
        assert_eq!(act(&mut world, account, operation, &handshake), ended);
        let refused = refusal(&mut world, OTHER, "AcceptHandshake", handshake);
        assert!(refused.starts_with("InvalidHandshakeTransitionException"), "{refused}");
    }
    let handshake = invite(&mut world);
    let refused = refusal(&mut world, OTHER, "CancelHandshake", handshake.clone());
    assert!(refused.starts_with("AccessDeniedException"), "{refused}");
    world.now += SignedDuration::from_hours(15 * 24) - SignedDuration::from_secs(1);
    let output = world.make("DescribeHandshake", handshake.clone());
    assert_eq!(state(&output), "OPEN");
    world.now += SignedDuration::from_secs(1);
    let output = world.make("DescribeHandshake", handshake.clone());
    assert_eq!(state(&output), "EXPIRED");
    let refused = refusal(&mut world, OTHER, "AcceptHandshake", handshake);
    assert!(refused.starts_with("InvalidHandshakeTransitionException"), "{refused}");
    assert!(!organization(&world.state).is_member(OTHER));
    world.now += SignedDuration::from_hours(31 * 24);
    let output = world.make("ListHandshakesForOrganization", Members::new());
    assert_eq!(output.list("Handshakes"), []);
}

#[test]
fn who_cannot_be_invited() {
    let mut world = managed();
    let member = made(&mut world, "audit");
    invite(&mut world);
    for (input, expected) in [
        (target("ACCOUNT", OTHER), "DuplicateHandshakeException"),
        (target("ACCOUNT", &member), "HandshakeConstraintViolationException"),
        (target("EMAIL", "audit@accounts.example"), "HandshakeConstraintViolationException"),
        (target("ACCOUNT", "999999999999"), "InvalidInputException"),
        (target("ORGANIZATION", "o-exampleorg"), "InvalidInputException"),
    ] {
        let refused = refusal(&mut world, ACCOUNT, "InviteAccountToOrganization", input);
        assert!(refused.starts_with(expected), "{refused}");
    }
    let handshake = text(&[("HandshakeId", "h-00000000")]);
    let none = refusal(&mut world, ACCOUNT, "DescribeHandshake", handshake);
    assert!(none.starts_with("HandshakeNotFoundException"), "{none}");
}

#[test]
fn a_handshake_is_seen_by_its_parties_alone() {
    let mut world = managed();
    let stranger = made(&mut world, "stranger");
    let handshake = invite(&mut world);
    let refused = refusal(&mut world, &stranger, "DescribeHandshake", handshake);
    assert!(refused.starts_with("HandshakeNotFoundException"), "{refused}");
}

#[test]
fn an_account_that_has_joined_elsewhere_cannot_accept() {
    let mut world = managed();
    let handshake = invite(&mut world);
    world.run(&root_of(OTHER), "CreateOrganization", Members::new()).unwrap();
    let refused = refusal(&mut world, OTHER, "AcceptHandshake", handshake);
    assert!(refused.starts_with("HandshakeConstraintViolationException"), "{refused}");
}

#[test]
fn all_features_need_the_word_of_every_invited_member() {
    let mut world = World::new();
    world.make("CreateOrganization", text(&[("FeatureSet", "CONSOLIDATED_BILLING")]));
    made(&mut world, "made");
    let invitation = invite(&mut world);
    act(&mut world, OTHER, "AcceptHandshake", &invitation);

    let output = world.make("EnableAllFeatures", Members::new());
    assert_eq!(state(&output), "REQUESTED");
    let whole = string(output.map("Handshake").unwrap(), "Id");
    let whole = text(&[("HandshakeId", &whole)]);
    let again = refusal(&mut world, ACCOUNT, "EnableAllFeatures", Members::new());
    assert!(again.starts_with("HandshakeConstraintViolationException"), "{again}");
    let early = refusal(&mut world, ACCOUNT, "AcceptHandshake", whole.clone());
    assert!(early.starts_with("InvalidHandshakeTransitionException"), "{early}");

    let filter = Value::from(text(&[("ActionType", "APPROVE_ALL_FEATURES")]));
    let input = Members::new().with("Filter", filter);
    let done = world.run(&root_of(OTHER), "ListHandshakesForAccount", input).unwrap();
    let approval = ids(&done.output, "Handshakes").remove(0);
    let approval = text(&[("HandshakeId", &approval)]);
    act(&mut world, OTHER, "AcceptHandshake", &approval);
    assert!(!organization(&world.state).has_all_features());
    act(&mut world, ACCOUNT, "AcceptHandshake", &whole);
    assert!(organization(&world.state).has_all_features());
    let needless = refusal(&mut world, ACCOUNT, "EnableAllFeatures", Members::new());
    assert!(needless.starts_with("HandshakeConstraintViolationException"), "{needless}");
}

#[test]
fn one_member_s_refusal_ends_the_change_to_all_features() {
    let mut world = World::new();
    world.make("CreateOrganization", text(&[("FeatureSet", "CONSOLIDATED_BILLING")]));
    let invitation = invite(&mut world);
    act(&mut world, OTHER, "AcceptHandshake", &invitation);
    let output = world.make("EnableAllFeatures", Members::new());
    let whole = string(output.map("Handshake").unwrap(), "Id");
    let filter = Value::from(text(&[("ParentHandshakeId", &whole)]));
    let input = Members::new().with("Filter", filter);
    let done = world.run(&root_of(OTHER), "ListHandshakesForAccount", input).unwrap();
    let approval = ids(&done.output, "Handshakes").remove(0);
    act(&mut world, OTHER, "DeclineHandshake", &text(&[("HandshakeId", &approval)]));
    let output = world.make("DescribeHandshake", text(&[("HandshakeId", &whole)]));
    assert_eq!(state(&output), "DECLINED");
    assert_eq!(state(&world.make("EnableAllFeatures", Members::new())), "REQUESTED");
}
