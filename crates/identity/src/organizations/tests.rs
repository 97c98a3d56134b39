//! Tests: organizations as their accounts see them.

mod agreements;
mod services;

use wire::{Members, Value};

use super::Organization;
use crate::testing::{ACCOUNT, OTHER, World, allow, refused, root_of, string, text};
use crate::{Caller, State};

const SERVICE: &str = "cloudtrail.amazonaws.com";

/// Returns a world in which the first account manages an organization.
fn managed() -> World {
    let mut world = World::new();
    world.make("CreateOrganization", Members::new());
    world
}

/// Makes an account, and returns its id.
fn made(world: &mut World, name: &str) -> String {
    let email = format!("{name}@accounts.example");
    let input = text(&[("AccountName", name), ("Email", &email)]);
    let output = world.make("CreateAccount", input);
    string(output.map("CreateAccountStatus").unwrap(), "AccountId")
}

/// Returns how an operation of an account's root was refused.
fn refusal(world: &mut World, account: &str, operation: &str, input: Members) -> String {
    refused(world.run(&root_of(account), operation, input))
}

fn organization(state: &State) -> &Organization {
    state.organization_of(ACCOUNT).unwrap()
}

fn ids(output: &Members, list: &str) -> Vec<String> {
    output.maps(list).map(|item| string(item, "Id")).collect()
}

fn of(account: &str) -> Members {
    text(&[("AccountId", account)])
}

fn delegate(account: &str) -> Members {
    text(&[("AccountId", account), ("ServicePrincipal", SERVICE)])
}

#[test]
fn an_organization_begins_with_the_account_that_makes_it() {
    let mut world = World::new();
    let none = refusal(&mut world, ACCOUNT, "DescribeOrganization", Members::new());
    assert_eq!(
        none,
        "AWSOrganizationsNotInUseException: Your account is not a member of an organization."
    );
    let output = world.make("CreateOrganization", Members::new());
    assert_eq!(world.make("DescribeOrganization", Members::new()), output);
    let shown = output.map("Organization").unwrap();
    let id = string(shown, "Id");
    assert_eq!((id.len(), id.starts_with("o-")), (12, true), "{id}");
    assert_eq!(
        string(shown, "Arn"),
        format!("arn:aws:organizations::111122223333:organization/{id}")
    );
    assert_eq!(
        string(shown, "MasterAccountArn"),
        format!("arn:aws:organizations::111122223333:account/{id}/111122223333")
    );
    assert_eq!(string(shown, "MasterAccountId"), ACCOUNT);
    assert_eq!(string(shown, "MasterAccountEmail"), "root@111122223333.invalid");
    assert_eq!(string(shown, "FeatureSet"), "ALL");
    let again = refusal(&mut world, ACCOUNT, "CreateOrganization", Members::new());
    assert!(again.starts_with("AlreadyInOrganizationException"), "{again}");
}

#[test]
fn a_new_account_is_there_at_once_and_lets_the_management_account_in() {
    let mut world = managed();
    let account = made(&mut world, "audit");
    let shown = world.make("DescribeAccount", of(&account));
    let shown = shown.map("Account").unwrap();
    assert_eq!(string(shown, "Name"), "audit");
    assert_eq!(string(shown, "Email"), "audit@accounts.example");
    assert_eq!(string(shown, "JoinedMethod"), "CREATED");
    assert!(organization(&world.state).is_member(&account));

    let keys = world.user("anna", &allow(r#""sts:*""#));
    let role = format!("arn:aws:iam::{account}:role/OrganizationAccountAccessRole");
    let input = text(&[("RoleArn", &role), ("RoleSessionName", "a1")]);
    let anna = world.caller(&keys);
    let done = world.run(&anna, "AssumeRole", input).unwrap();
    let inside = world.caller(&crate::testing::session_keys(&done.output));
    assert!(world.run(&inside, "CreateUser", text(&[("UserName", "bob")])).is_ok());
    assert!(world.state.account(&account).unwrap().user_named("bob").is_some());
}

#[test]
fn what_came_of_asking_for_an_account_can_be_asked_for() {
    let mut world = managed();
    let account = made(&mut world, "audit");
    let input = text(&[("AccountName", "twin"), ("Email", "AUDIT@accounts.example")]);
    let failed = world.make("CreateAccount", input);
    let failed = failed.map("CreateAccountStatus").unwrap();
    assert_eq!(string(failed, "State"), "FAILED");
    assert_eq!(string(failed, "FailureReason"), "EMAIL_ALREADY_EXISTS");
    assert_eq!(failed.get("AccountId"), None);
    let id = string(failed, "Id");
    let input = text(&[("CreateAccountRequestId", &id)]);
    let output = world.make("DescribeCreateAccountStatus", input);
    assert_eq!(output.map("CreateAccountStatus"), Some(failed));
    let input = Members::new().with("States", Value::from(vec!["SUCCEEDED"]));
    let output = world.make("ListCreateAccountStatus", input);
    let accounts: Vec<_> = output.maps("CreateAccountStatuses").collect();
    assert_eq!(accounts.len(), 1);
    assert_eq!(accounts[0].string("AccountId"), Some(account.as_str()));
    let named = [("AccountName", "x"), ("Email", "x@x.example"), ("RoleName", "AWSServiceRoleX")];
    let reserved = refusal(&mut world, ACCOUNT, "CreateAccount", text(&named));
    assert!(reserved.starts_with("InvalidInputException"), "{reserved}");
    let input = text(&[("CreateAccountRequestId", "car-00000000")]);
    let none = refusal(&mut world, ACCOUNT, "DescribeCreateAccountStatus", input);
    assert!(none.starts_with("CreateAccountStatusNotFoundException"), "{none}");
}

#[test]
fn members_may_look_at_little_and_change_nothing() {
    let mut world = managed();
    let account = made(&mut world, "audit");
    let root = root_of(&account);
    assert!(world.run(&root, "DescribeOrganization", Members::new()).is_ok());
    let told = "AccessDeniedException: You don't have permissions to access this resource.";
    for (operation, input) in [
        ("ListAccounts", Members::new()),
        ("ListRoots", Members::new()),
        ("DeleteOrganization", Members::new()),
        ("DescribeAccount", of(&account)),
        ("RemoveAccountFromOrganization", of(&account)),
        ("EnableAWSServiceAccess", text(&[("ServicePrincipal", SERVICE)])),
        ("RegisterDelegatedAdministrator", delegate(&account)),
        ("CreateAccount", text(&[("AccountName", "x"), ("Email", "x@accounts.example")])),
    ] {
        assert_eq!(refusal(&mut world, &account, operation, input), told, "{operation}");
    }
    let outside = refusal(&mut world, OTHER, "ListAccounts", Members::new());
    assert!(outside.starts_with("AWSOrganizationsNotInUseException"), "{outside}");
}

#[test]
fn policies_name_members_and_handshakes() {
    let mut world = managed();
    let account = made(&mut world, "audit");
    let arn = organization(&world.state).account_arn(&account);
    let policy = crate::testing::policy(&format!(
        r#"{{"Effect":"Allow","Action":"organizations:DescribeAccount","Resource":"{arn}"}}"#
    ));
    let keys = world.user("anna", &policy);
    let anna = world.caller(&keys);
    assert!(world.run(&anna, "DescribeAccount", of(&account)).is_ok());
    let other = refused(world.run(&anna, "DescribeAccount", of(ACCOUNT)));
    assert!(other.starts_with("AccessDeniedException: User: arn:aws:iam::111122223333:user/anna"));
    assert!(refused(world.run(&anna, "ListAccounts", Members::new())).contains("not authorized"));
}

#[test]
fn accounts_are_listed_in_pages() {
    let mut world = managed();
    let mut all = vec![ACCOUNT.to_owned()];
    all.extend((0..6).map(|at| made(&mut world, &format!("a{at}"))));
    all.sort();
    let mut seen = Vec::new();
    let mut input = Members::new().with("MaxResults", Value::from(3));
    loop {
        let page = world.make("ListAccounts", input);
        seen.extend(ids(&page, "Accounts"));
        let Some(token) = page.string("NextToken") else { break };
        input = text(&[("NextToken", token)]).with("MaxResults", Value::from(3));
    }
    assert_eq!(seen, all);
    let input = text(&[("NextToken", "###")]);
    let bad = refusal(&mut world, ACCOUNT, "ListAccounts", input);
    assert!(bad.starts_with("InvalidInputException"), "{bad}");
}

#[test]
fn the_tree_is_one_root_with_all_accounts() {
    let mut world = managed();
    let account = made(&mut world, "audit");
    let root = ids(&world.make("ListRoots", Members::new()), "Roots").remove(0);
    let parents = world.make("ListParents", text(&[("ChildId", &account)]));
    assert_eq!(ids(&parents, "Parents"), [root.as_str()]);
    let children = |kind| text(&[("ParentId", &root), ("ChildType", kind)]);
    let found = ids(&world.make("ListChildren", children("ACCOUNT")), "Children");
    assert_eq!((found.len(), found.contains(&account)), (2, true));
    let units = world.make("ListChildren", children("ORGANIZATIONAL_UNIT"));
    assert_eq!(units.list("Children"), []);
    let under = || text(&[("ParentId", &root)]);
    assert_eq!(ids(&world.make("ListAccountsForParent", under()), "Accounts"), found);
    let units = world.make("ListOrganizationalUnitsForParent", under());
    assert_eq!(units.list("OrganizationalUnits"), []);
    let input = text(&[("ChildId", "999999999999")]);
    let none = refusal(&mut world, ACCOUNT, "ListParents", input);
    assert!(none.starts_with("ChildNotFoundException"), "{none}");
    let input = text(&[("ParentId", "r-none"), ("ChildType", "ACCOUNT")]);
    let none = refusal(&mut world, ACCOUNT, "ListChildren", input);
    assert!(none.starts_with("ParentNotFoundException"), "{none}");
}

#[test]
fn accounts_leave_and_the_last_one_may_close_the_organization() {
    let mut world = managed();
    let (first, second) = (made(&mut world, "first"), made(&mut world, "second"));
    let full = refusal(&mut world, ACCOUNT, "DeleteOrganization", Members::new());
    assert!(full.starts_with("OrganizationNotEmptyException"), "{full}");
    for (operation, input) in
        [("LeaveOrganization", Members::new()), ("RemoveAccountFromOrganization", of(ACCOUNT))]
    {
        let stays = refusal(&mut world, ACCOUNT, operation, input);
        assert!(stays.starts_with("MasterCannotLeaveOrganizationException"), "{stays}");
    }
    world.run(&root_of(&first), "LeaveOrganization", Members::new()).unwrap();
    world.make("RemoveAccountFromOrganization", of(&second));
    let gone = refusal(&mut world, ACCOUNT, "RemoveAccountFromOrganization", of(&second));
    assert!(gone.starts_with("AccountNotFoundException"), "{gone}");
    assert_eq!(organization(&world.state).members().collect::<Vec<_>>(), [ACCOUNT]);
    world.make("DeleteOrganization", Members::new());
    assert_eq!(world.state.organization_of(ACCOUNT), None);
    assert!(world.state.account(&first).is_some(), "the account stays");
}

#[test]
fn members_have_tags() {
    let mut world = managed();
    let tag = |key, value| Value::from(vec![crate::tags::one(key, value)]);
    let input = text(&[("AccountName", "audit"), ("Email", "audit@accounts.example")]);
    let output = world.make("CreateAccount", input.with("Tags", tag("team", "red")));
    let account = string(output.map("CreateAccountStatus").unwrap(), "AccountId");
    let about = || text(&[("ResourceId", &account)]);
    world.make("TagResource", about().with("Tags", tag("stage", "test")));
    let listed = |world: &mut World| {
        let tags = world.make("ListTagsForResource", about());
        tags.maps("Tags").map(|tag| string(tag, "Key")).collect::<Vec<_>>()
    };
    assert_eq!(listed(&mut world), ["stage", "team"]);
    world.make("UntagResource", about().with("TagKeys", Value::from(vec!["team"])));
    assert_eq!(listed(&mut world), ["stage"]);
    let nobody = text(&[("ResourceId", OTHER)]);
    let none = refusal(&mut world, ACCOUNT, "ListTagsForResource", nobody);
    assert!(none.starts_with("TargetNotFoundException"), "{none}");
}

#[test]
fn the_organization_of_a_caller_is_a_condition_key() {
    let mut world = managed();
    let id = organization(&world.state).id.clone();
    let policy = crate::testing::policy(&format!(
        r#"{{"Effect":"Allow","Action":"cloudtrail:*","Resource":"*","Condition":
            {{"StringEquals":{{"aws:PrincipalOrgID":"{id}"}},
              "ForAnyValue:StringLike":{{"aws:PrincipalOrgPaths":"{id}/r-*"}}}}}}"#
    ));
    let keys = world.user("anna", &policy);
    let anna = world.caller(&keys);
    let ask = |world: &World, caller: &Caller| {
        crate::authorize(&world.state, caller, "cloudtrail:GetTrail", "*", &world.context).is_ok()
    };
    assert!(ask(&world, &anna));
    world.make("DeleteOrganization", Members::new());
    assert!(!ask(&world, &anna));
}
