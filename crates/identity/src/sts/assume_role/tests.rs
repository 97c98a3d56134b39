//! Who gets a session of a role, and who does not.

use super::*;
use crate::caller::Caller;
use crate::testing::{
    ACCOUNT, Keys, OTHER, World, allow, policy, refused, root_of, session_keys, text, trust,
};

const BUILDER: &str = "arn:aws:iam::111122223333:role/ci/Builder";

fn world(trusted: &str, permissions: &str) -> (World, Keys) {
    let mut world = World::new();
    let anna = world.user("anna", permissions);
    let input = [("RoleName", "Builder"), ("Path", "/ci/"), ("AssumeRolePolicyDocument", trusted)];
    world.make("CreateRole", text(&input));
    (world, anna)
}

fn input(role_arn: &str) -> Members {
    text(&[("RoleArn", role_arn), ("RoleSessionName", "b1")])
}

fn assume(world: &mut World, keys: &Keys, input: Members) -> Result<Done<Change>, Fault> {
    let caller = world.caller(keys);
    world.run(&caller, "AssumeRole", input)
}

fn assumed(world: &mut World, keys: &Keys, input: Members) -> (Keys, Caller) {
    let done = assume(world, keys, input).unwrap_or_else(|fault| panic!("{fault}"));
    let keys = session_keys(&done.output);
    let caller = world.caller(&keys);
    (keys, caller)
}

/// A user that does the same in another account.
fn stranger(world: &mut World, permissions: &str) -> Keys {
    let root = root_of(OTHER);
    let name = ("UserName", "bob");
    world.run(&root, "CreateUser", text(&[name])).unwrap();
    let put = [name, ("PolicyName", "own"), ("PolicyDocument", permissions)];
    world.run(&root, "PutUserPolicy", text(&put)).unwrap();
    let done = world.run(&root, "CreateAccessKey", text(&[name])).unwrap();
    let key = done.output.map("AccessKey").unwrap();
    let member = |name| key.string(name).unwrap().to_owned();
    Keys(member("AccessKeyId"), member("SecretAccessKey"), None)
}

#[test]
fn the_answer_and_the_resources_are_those_of_cloudtrail() {
    let (mut world, anna) = world(&trust(r#"{"AWS":"111122223333"}"#), &allow(r#""*""#));
    let done = assume(&mut world, &anna, input(BUILDER)).unwrap();
    let user = done.output.map("AssumedRoleUser").unwrap();
    assert_eq!(user.string("Arn"), Some("arn:aws:sts::111122223333:assumed-role/Builder/b1"));
    let id = user.string("AssumedRoleId").unwrap();
    assert!(id.starts_with("AROA") && id.ends_with(":b1"), "{id}");
    let kinds: Vec<_> = done.resources.iter().map(|resource| resource.kind).collect();
    assert_eq!(
        kinds,
        ["AWS::IAM::AccessKey", "AWS::STS::AssumedRole", "AWS::STS::AssumedRole", "AWS::IAM::Role"]
    );
    let role = done.resources.last().unwrap();
    assert_eq!((role.name.as_str(), role.in_record), (BUILDER, true));
    assert_eq!(done.owner_account, None);
    assert_eq!(done.changes, [], "a session is stored nowhere");
}

#[test]
fn at_home_the_account_is_named_and_the_user_s_policies_decide() {
    let trusted = trust(r#"{"AWS":"arn:aws:iam::111122223333:root"}"#);
    let (mut world, anna) = world(&trusted, "");
    let message = refused(assume(&mut world, &anna, input(BUILDER)));
    assert_eq!(
        message,
        format!(
            "AccessDenied: User: arn:aws:iam::111122223333:user/anna is not authorized to \
             perform: sts:AssumeRole on resource: {BUILDER} because no identity-based policy \
             allows the sts:AssumeRole action"
        )
    );
    let may = allow(r#""sts:AssumeRole""#);
    let put = [("UserName", "anna"), ("PolicyName", "own"), ("PolicyDocument", may.as_str())];
    world.make("PutUserPolicy", text(&put));
    assert!(assume(&mut world, &anna, input(BUILDER)).is_ok());
}

#[test]
fn at_home_a_user_that_is_named_needs_no_policy() {
    let mut world = World::new();
    let anna = world.user("anna", "");
    let bob = world.user("bob", "");
    world.role("Builder", &trust(r#"{"AWS":"arn:aws:iam::111122223333:user/anna"}"#), "");
    let role = "arn:aws:iam::111122223333:role/Builder";
    assert!(assume(&mut world, &anna, input(role)).is_ok());
    let message = refused(assume(&mut world, &bob, input(role)));
    assert!(message.ends_with(&format!("on resource: {role}")), "{message}");
    let deny = policy(r#"{"Effect":"Deny","Action":"sts:*","Resource":"*"}"#);
    let put = [("UserName", "anna"), ("PolicyName", "no"), ("PolicyDocument", deny.as_str())];
    world.make("PutUserPolicy", text(&put));
    let message = refused(assume(&mut world, &anna, input(role)));
    assert!(message.ends_with("with an explicit deny in an identity-based policy"), "{message}");
}

#[test]
fn from_another_account_both_sides_must_agree() {
    let (mut world, anna) = world(&trust(r#"{"AWS":"111122223333"}"#), &allow(r#""*""#));
    let bob = stranger(&mut world, &allow(r#""sts:AssumeRole""#));
    assert!(assume(&mut world, &anna, input(BUILDER)).is_ok());
    let message = refused(assume(&mut world, &bob, input(BUILDER)));
    assert!(message.starts_with("AccessDenied: User: arn:aws:iam::444455556666:user/bob"));
    let trusted = trust(r#"{"AWS":"arn:aws:iam::444455556666:user/bob"}"#);
    let set = [("RoleName", "Builder"), ("PolicyDocument", trusted.as_str())];
    world.make("UpdateAssumeRolePolicy", text(&set));
    let done = assume(&mut world, &bob, input(BUILDER)).unwrap();
    assert_eq!(done.owner_account.as_deref(), Some(ACCOUNT));
    world
        .run(
            &root_of(OTHER),
            "DeleteUserPolicy",
            text(&[("UserName", "bob"), ("PolicyName", "own")]),
        )
        .unwrap();
    assert!(assume(&mut world, &bob, input(BUILDER)).is_err(), "named, but not allowed at home");
}

#[test]
fn a_narrowed_session_gains_nothing_from_a_role_that_trusts_everyone() {
    let (mut world, anna) = world(&trust(r#""*""#), "");
    let narrow = input(BUILDER).with("Policy", Value::from(allow(r#""s3:*""#)));
    let (narrow, _) = assumed(&mut world, &anna, narrow);
    let message = refused(assume(&mut world, &narrow, input(BUILDER)));
    assert!(message.contains("because no session policy allows"), "{message}");
    let (whole, _) = assumed(&mut world, &anna, input(BUILDER));
    assert!(assume(&mut world, &whole, input(BUILDER)).is_ok());
}

#[test]
fn an_external_id_can_be_asked_for() {
    let condition = r#"{"StringEquals":{"sts:ExternalId":"s3cret"}}"#;
    let trusted = policy(&format!(
        r#"{{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Condition":{condition}}}"#
    ));
    let (mut world, anna) = world(&trusted, "");
    assert!(assume(&mut world, &anna, input(BUILDER)).is_err());
    let wrong = input(BUILDER).with("ExternalId", Value::from("guess"));
    assert!(assume(&mut world, &anna, wrong).is_err());
    let right = input(BUILDER).with("ExternalId", Value::from("s3cret"));
    assert!(assume(&mut world, &anna, right).is_ok());
}

#[test]
fn a_denial_in_the_trust_policy_wins() {
    let trusted = policy(
        r#"{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"},
           {"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}"#,
    );
    let (mut world, anna) = world(&trusted, &allow(r#""*""#));
    let message = refused(assume(&mut world, &anna, input(BUILDER)));
    assert!(message.ends_with("with an explicit deny in a role trust policy"), "{message}");
}

#[test]
fn everyone_but_those_that_are_named() {
    let trusted = policy(
        r#"{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"},
           {"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/anna"},
            "Action":"sts:AssumeRole"}"#,
    );
    let (mut world, anna) = world(&trusted, "");
    let bob = world.user("bob", "");
    assert!(assume(&mut world, &anna, input(BUILDER)).is_ok());
    assert!(assume(&mut world, &bob, input(BUILDER)).is_err());
}

#[test]
fn tags_and_source_identity_stay_with_a_chain_and_need_their_own_permission() {
    let only = policy(r#"{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}"#);
    let (mut world, anna) = world(&only, "");
    let tagged = || {
        let tags = vec![tags::one("team", "red"), tags::one("job", "7")];
        input(BUILDER)
            .with("SourceIdentity", Value::from("anna"))
            .with("Tags", Value::from(tags))
            .with("TransitiveTagKeys", Value::from(vec!["team"]))
    };
    let message = refused(assume(&mut world, &anna, tagged()));
    assert!(message.contains("sts:SetSourceIdentity"), "{message}");
    let open = trust(r#""*""#);
    let set = [("RoleName", "Builder"), ("PolicyDocument", open.as_str())];
    world.make("UpdateAssumeRolePolicy", text(&set));
    let (keys, first) = assumed(&mut world, &anna, tagged());
    assert_eq!(first.session.unwrap().tags.len(), 2);

    world.role("Next", &open, "");
    let next = "arn:aws:iam::111122223333:role/Next";
    let (_, second) = assumed(&mut world, &keys, input(next));
    let session = second.session.unwrap();
    assert_eq!(session.source_identity.as_deref(), Some("anna"));
    assert_eq!(session.tags.get("team").map(String::as_str), Some("red"));
    assert_eq!(session.tags.len(), 1);
    let other = input(next).with("SourceIdentity", Value::from("eve"));
    assert!(assume(&mut world, &keys, other).is_err());
}

#[test]
fn durations_have_their_limits() {
    let (mut world, anna) = world(&trust(r#""*""#), "");
    let long = |seconds: i64| input(BUILDER).with("DurationSeconds", Value::from(seconds));
    let message = refused(assume(&mut world, &anna, long(3_601)));
    assert!(message.contains("exceeds the MaxSessionDuration set for this role"), "{message}");
    let update = text(&[("RoleName", "Builder")]).with("MaxSessionDuration", Value::from(7_200));
    world.make("UpdateRole", update);
    let (keys, caller) = assumed(&mut world, &anna, long(7_200));
    let session = caller.session.unwrap();
    assert_eq!(session.expires.duration_since(session.created).as_secs(), 7_200);
    let message = refused(assume(&mut world, &keys, long(3_601)));
    assert!(message.contains("role chaining"), "{message}");
}

#[test]
fn those_that_may_never_assume_a_role_and_roles_that_are_not_there() {
    let (mut world, anna) = world(&trust(r#""*""#), &allow(r#""*""#));
    let message = refused(world.run(&root_of(ACCOUNT), "AssumeRole", input(BUILDER)));
    assert_eq!(message, "AccessDenied: Roles may not be assumed by root accounts.");
    for missing in ["arn:aws:iam::111122223333:role/Builder", "arn:aws:iam::999999999999:role/x"] {
        let message = refused(assume(&mut world, &anna, input(missing)));
        assert!(message.ends_with(&format!("on resource: {missing}")), "{message}");
    }
    let message = refused(assume(&mut world, &anna, input("arn:aws:s3:::bucket-of-mine")));
    assert_eq!(message, "ValidationError: arn:aws:s3:::bucket-of-mine is invalid");
    let mfa = input(BUILDER).with("TokenCode", Value::from("123456"));
    let message = refused(assume(&mut world, &anna, mfa));
    assert!(message.contains("MultiFactorAuthentication failed"), "{message}");
}

#[test]
fn session_policies_are_checked() {
    let (mut world, anna) = world(&trust(r#""*""#), "");
    let with = |text: &str| input(BUILDER).with("Policy", Value::from(text));
    let message = refused(assume(&mut world, &anna, with("{")));
    assert_eq!(message, "MalformedPolicyDocumentException: Syntax errors in policy.");
    let large = policy(&format!(
        r#"{{"Effect":"Allow","Action":"a:b","Resource":"arn:aws:s3:::{}"}}"#,
        "x".repeat(2_048)
    ));
    let message = refused(assume(&mut world, &anna, with(&large)));
    assert!(message.starts_with("PackedPolicyTooLargeException"), "{message}");
    let arn = Members::new().with("arn", Value::from("arn:aws:iam::aws:policy/NoSuchPolicy"));
    let unknown = input(BUILDER).with("PolicyArns", Value::from(vec![arn]));
    let message = refused(assume(&mut world, &anna, unknown));
    assert!(message.contains("does not exist or is not attachable"), "{message}");
}

/// Keys of a Builder session that hands on `Dept`, and of one that has a source identity.
fn carrying(world: &mut World, anna: &Keys) -> (Keys, Keys) {
    let tagged = input(BUILDER)
        .with("Tags", Value::from(vec![tags::one("Dept", "red")]))
        .with("TransitiveTagKeys", Value::from(vec!["Dept"]));
    let (tagged, _) = assumed(world, anna, tagged);
    let (named, _) =
        assumed(world, anna, input(BUILDER).with("SourceIdentity", Value::from("anna")));
    (tagged, named)
}

#[test]
fn an_inherited_tag_is_not_passed_over_by_another_case() {
    let open = trust(r#""*""#);
    let (mut world, anna) = world(&open, "");
    let (tagged, _) = carrying(&mut world, &anna);
    world.role("Next", &open, "");
    let passed = vec![tags::one("dept", "blue"), tags::one("job", "7")];
    let next = input("arn:aws:iam::111122223333:role/Next")
        .with("Tags", Value::from(passed))
        .with("TransitiveTagKeys", Value::from(vec!["dept"]));
    let (keys, second) = assumed(&mut world, &tagged, next);
    let expected = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    };
    assert_eq!(second.session.unwrap().tags, expected(&[("Dept", "red"), ("job", "7")]));
    let (_, third) = assumed(&mut world, &keys, input(BUILDER));
    assert_eq!(third.session.unwrap().tags, expected(&[("Dept", "red")]));
}

#[test]
fn what_a_chain_carries_must_be_let_in_by_the_next_role() {
    let (mut world, anna) = world(&trust(r#""*""#), "");
    let (tagged, named) = carrying(&mut world, &anna);
    let (plain, _) = assumed(&mut world, &anna, input(BUILDER));
    let trusting = |actions: &str| {
        policy(&format!(
            r#"{{"Effect":"Allow","Principal":"*","Action":["sts:AssumeRole"{actions}]}}"#
        ))
    };
    world.role("Next", &trusting(""), "");
    let next = || input("arn:aws:iam::111122223333:role/Next");
    assert!(assume(&mut world, &plain, next()).is_ok());
    for (keys, action) in [(&tagged, "sts:TagSession"), (&named, "sts:SetSourceIdentity")] {
        let set = |trusted: &str| text(&[("RoleName", "Next"), ("PolicyDocument", trusted)]);
        world.make("UpdateAssumeRolePolicy", set(&trusting("")));
        let message = refused(assume(&mut world, keys, next()));
        assert!(message.contains(&format!("to perform: {action}")), "{message}");
        world.make("UpdateAssumeRolePolicy", set(&trusting(&format!(r#","{action}""#))));
        assert!(assume(&mut world, keys, next()).is_ok(), "{action}");
    }
}

#[test]
fn tag_keys_that_differ_by_case_only_are_refused() {
    let (mut world, anna) = world(&trust(r#""*""#), "");
    let twice = vec![tags::one("Dept", "red"), tags::one("dept", "blue")];
    let message =
        refused(assume(&mut world, &anna, input(BUILDER).with("Tags", Value::from(twice))));
    assert!(message.contains("Duplicate tag keys found"), "{message}");
}
