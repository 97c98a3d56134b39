//! Trusted access, delegated administrators, and the roles of services.

use wire::{Members, Value};

use super::{SERVICE, delegate, made, managed, of, organization, refusal};
use crate::testing::{ACCOUNT, OTHER, World, noon, root_of, string, text};
use crate::{NotDelegated, register_delegated_admin};

const LINKED: &str = "AWSServiceRoleForCloudTrail";

fn service() -> Members {
    text(&[("ServicePrincipal", SERVICE)])
}

fn linked(world: &World, account: &str) -> bool {
    world.state.account(account).is_some_and(|account| account.role_named(LINKED).is_some())
}

#[test]
fn a_trusted_service_has_a_role_in_every_member_and_in_those_to_come() {
    let mut world = managed();
    let early = made(&mut world, "early");
    assert!(!organization(&world.state).trusts(SERVICE));
    world.make("EnableAWSServiceAccess", service());
    world.make("EnableAWSServiceAccess", service());
    let late = made(&mut world, "late");
    assert!(organization(&world.state).trusts(SERVICE));
    for account in [ACCOUNT, &early, &late] {
        assert!(linked(&world, account), "{account}");
        assert_eq!(
            world.state.account(account).unwrap().roles.len(),
            1 + usize::from(account != ACCOUNT)
        );
    }
    assert!(!linked(&world, OTHER));
    let output = world.make("ListAWSServiceAccessForOrganization", Members::new());
    let services: Vec<_> = output.maps("EnabledServicePrincipals").collect();
    assert_eq!(services.len(), 1);
    assert_eq!(services[0].string("ServicePrincipal"), Some(SERVICE));
    assert_eq!(services[0].timestamp("DateEnabled"), Some(noon()));
    world.make("DisableAWSServiceAccess", service());
    assert!(!organization(&world.state).trusts(SERVICE));
    assert!(linked(&world, ACCOUNT), "the role stays");
    let input = text(&[("ServicePrincipal", "nobody.example")]);
    let unknown = refusal(&mut world, ACCOUNT, "EnableAWSServiceAccess", input);
    assert!(unknown.starts_with("InvalidInputException"), "{unknown}");
}

#[test]
fn the_role_of_a_service_is_the_service_s_alone() {
    let mut world = managed();
    world.make("EnableAWSServiceAccess", service());
    let role = ("RoleName", LINKED);
    let arn = ("PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess");
    for (operation, input) in [
        ("DeleteRole", text(&[role])),
        ("UpdateRole", text(&[role])),
        ("AttachRolePolicy", text(&[role, arn])),
        ("DetachRolePolicy", text(&[role, arn])),
        ("DeleteRolePolicy", text(&[role, ("PolicyName", "own")])),
        ("DeleteRolePermissionsBoundary", text(&[role])),
    ] {
        let refused = refusal(&mut world, ACCOUNT, operation, input);
        assert!(refused.starts_with("UnmodifiableEntityException"), "{operation}: {refused}");
    }
    let output = world.make("GetRole", text(&[role]));
    let arn = string(output.map("Role").unwrap(), "Arn");
    assert_eq!(
        arn,
        "arn:aws:iam::111122223333:role/aws-service-role/cloudtrail.amazonaws.com/\
         AWSServiceRoleForCloudTrail"
    );
    let trust = crate::testing::trust(r#"{"AWS":"111122223333"}"#);
    let path = ("Path", "/aws-service-role/cloudtrail.amazonaws.com/");
    let input = text(&[("RoleName", "Mine"), path, ("AssumeRolePolicyDocument", &trust)]);
    let refused = refusal(&mut world, ACCOUNT, "CreateRole", input);
    assert!(refused.starts_with("InvalidInputException"), "{refused}");
}

#[test]
fn a_delegated_administrator_sees_the_organization_and_cannot_leave_it() {
    let mut world = managed();
    let account = made(&mut world, "audit");
    let early = refusal(&mut world, ACCOUNT, "RegisterDelegatedAdministrator", delegate(&account));
    assert!(early.contains("before you enabled service access"), "{early}");
    world.make("EnableAWSServiceAccess", service());
    world.make("RegisterDelegatedAdministrator", delegate(&account));
    assert!(organization(&world.state).is_delegated_admin(&account, SERVICE));
    assert!(!organization(&world.state).is_delegated_admin(ACCOUNT, SERVICE));
    assert!(world.run(&root_of(&account), "ListAccounts", Members::new()).is_ok());
    let told = refusal(&mut world, &account, "DeleteOrganization", Members::new());
    assert!(told.starts_with("AccessDeniedException"), "{told}");

    let output = world.make("ListDelegatedAdministrators", service());
    let admins: Vec<_> = output.maps("DelegatedAdministrators").collect();
    assert_eq!(admins.len(), 1);
    assert_eq!(admins[0].string("Id"), Some(account.as_str()));
    assert_eq!(admins[0].timestamp("DelegationEnabledDate"), Some(noon()));
    let output = world.make("ListDelegatedServicesForAccount", of(&account));
    let services: Vec<_> = output.maps("DelegatedServices").collect();
    assert_eq!(services[0].string("ServicePrincipal"), Some(SERVICE));
    let other = text(&[("ServicePrincipal", "config.amazonaws.com")]);
    let output = world.make("ListDelegatedAdministrators", other);
    assert_eq!(output.list("DelegatedAdministrators"), []);

    let stays = refusal(&mut world, &account, "LeaveOrganization", Members::new());
    assert!(stays.starts_with("ConstraintViolationException"), "{stays}");
    world.make("DeregisterDelegatedAdministrator", delegate(&account));
    assert!(!organization(&world.state).is_delegated_admin(&account, SERVICE));
    assert!(world.run(&root_of(&account), "LeaveOrganization", Members::new()).is_ok());
}

#[test]
fn who_may_not_administer() {
    let mut world = managed();
    world.make("EnableAWSServiceAccess", service());
    let accounts: Vec<_> = (0..4).map(|at| made(&mut world, &format!("a{at}"))).collect();
    for account in &accounts[..3] {
        world.make("RegisterDelegatedAdministrator", delegate(account));
    }
    for (account, expected) in [
        (accounts[0].as_str(), "AccountAlreadyRegisteredException"),
        (accounts[3].as_str(), "ConstraintViolationException: You attempted to register more"),
        (ACCOUNT, "ConstraintViolationException: You cannot register master account"),
        (OTHER, "AccountNotFoundException"),
    ] {
        let input = delegate(account);
        let refused = refusal(&mut world, ACCOUNT, "RegisterDelegatedAdministrator", input);
        assert!(refused.starts_with(expected), "{account}: {refused}");
    }
    let input = delegate(&accounts[3]);
    let none = refusal(&mut world, ACCOUNT, "DeregisterDelegatedAdministrator", input);
    assert!(none.starts_with("AccountNotRegisteredException"), "{none}");
    let input = of(&accounts[3]);
    let none = refusal(&mut world, ACCOUNT, "ListDelegatedServicesForAccount", input);
    assert!(none.starts_with("AccountNotRegisteredException"), "{none}");
}

#[test]
fn paying_together_is_no_ground_for_trust() {
    let mut world = World::new();
    let pays = text(&[("FeatureSet", "CONSOLIDATED_BILLING")]);
    world.make("CreateOrganization", pays);
    let account = made(&mut world, "audit");
    let refused = refusal(&mut world, ACCOUNT, "EnableAWSServiceAccess", service());
    assert!(refused.starts_with("ConstraintViolationException"), "{refused}");
    let organization = organization(&world.state);
    assert!(!organization.has_all_features());
    assert_eq!(
        register_delegated_admin(organization, &account, SERVICE, noon()),
        Err(NotDelegated::NotAllFeatures)
    );
}

#[test]
fn a_service_s_role_is_assumed_by_nobody_else() {
    let mut world = managed();
    world.make("EnableAWSServiceAccess", service());
    let keys = world.user("anna", &crate::testing::allow(r#""*""#));
    let anna = world.caller(&keys);
    let arn = format!("arn:aws:iam::{ACCOUNT}:role/aws-service-role/{SERVICE}/{LINKED}");
    let input =
        Members::new().with("RoleArn", Value::from(arn)).with("RoleSessionName", Value::from("a1"));
    assert!(world.run(&anna, "AssumeRole", input).is_err());
}

#[test]
fn trust_ends_by_name_and_with_the_organization() {
    let mut world = managed();
    world.make("EnableAWSServiceAccess", service());
    let organization = organization(&world.state).clone();
    let gone = crate::disable_service_access(&organization, SERVICE);
    let ends = |host| gone.iter().find_map(|change| change.ends_trust(host));
    assert_eq!((ends(SERVICE), ends("config.amazonaws.com")), (Some(&*organization.id), None));
    let closed = organization.change(crate::OrganizationChange::Deleted);
    assert_eq!(closed.ends_trust("config.amazonaws.com"), Some(&*organization.id));
    let account = organization.id.clone();
    let left = organization.change(crate::OrganizationChange::MemberLeft { account });
    assert_eq!(left.ends_trust(SERVICE), None);
}
