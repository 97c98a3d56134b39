//! Who acts: users, sessions of roles, services, and those of other accounts.

use super::chance::Chance;
use super::kinds::Made;
use super::pools::{self, Pool, Use};
use super::scene::{Scene, iso};
use super::template::Template;
use crate::Failure;

/// AWS services that call, the frequent ones first.
const SERVICES: &[&str] = &[
    "ec2",
    "lambda",
    "ecs-tasks",
    "config",
    "autoscaling",
    "cloudtrail",
    "ssm",
    "rds",
    "events",
    "elasticloadbalancing",
    "states",
    "delivery.logs",
    "access-analyzer",
    "backup",
    "eks",
    "guardduty",
    "securityhub",
    "inspector2",
    "replication.dynamodb",
    "spot",
    "sqs",
    "glue",
];
const AGENTS: &str = include_str!("agents.txt");

/// Who acts for a while.
#[derive(Default)]
pub(super) struct Caller {
    /// `userIdentity`.
    pub(super) identity: String,
    /// Who it is in the words of a refusal.
    pub(super) arn: String,
    pub(super) address: String,
    pub(super) agent: String,
    /// Whether a service called, which leaves no trace of TLS.
    pub(super) is_service: bool,
    pub(super) is_from_console: bool,
    pub(super) vpc_endpoint: Option<String>,
    /// The account that called, when it is another.
    pub(super) account: Option<String>,
    /// How often of a hundred times it is refused.
    pub(super) refused: usize,
    /// What its habits are drawn from.
    pub(super) habits: usize,
}

/// Those who may act, and what they act with.
pub(super) struct Cast {
    seed: usize,
    people: Vec<Template>,
    programs: Vec<Template>,
}

impl Cast {
    /// Gathers them.
    pub(super) fn read(seed: usize) -> Result<Self, Failure> {
        let of = |whose: &str| -> Result<Vec<Template>, Failure> {
            let lines = AGENTS.lines().filter_map(|line| line.strip_prefix(whose));
            lines.map(Template::read).collect()
        };
        Ok(Self { seed, people: of("person ")?, programs: of("program ")? })
    }

    /// Brings somebody on; `place` tells one account from another.
    pub(super) fn caller(&self, made: Made, place: usize, scene: &mut Scene<'_>) -> Caller {
        match made {
            Made::ByPrincipal => self.principal(place, scene),
            Made::ByService => service(scene),
            Made::AtSignIn => self.at_sign_in(place, scene),
            Made::ByItself => Caller {
                identity: format!(
                    r#"{{"accountId":"{}","invokedBy":"AWS Internal"}}"#,
                    scene.account
                ),
                ..Caller::default()
            },
            Made::BySaml => self.saml(place, scene),
            Made::ByWebIdentity => self.web_identity(place, scene),
            Made::ByAnotherAccount => another(scene),
        }
    }

    fn principal(&self, place: usize, scene: &mut Scene<'_>) -> Caller {
        match scene.chance.below(1000) {
            0..=3 => self.root(place, scene),
            4..=9 => self.federated(place, scene),
            10..=17 => self.identity_center(place, scene),
            18..=299 => self.user(place, scene),
            _ => self.role(place, scene),
        }
    }

    /// Returns the chance that always gives one of the cast the same things.
    fn own(&self, place: usize, what: &[usize]) -> Chance {
        let mut numbers = vec![self.seed, place];
        numbers.extend_from_slice(what);
        Chance::of(&numbers)
    }

    /// Begins a caller: its own address, agent and manners.
    fn begin(&self, own: &mut Chance, scene: &mut Scene<'_>, is_person: bool) -> Caller {
        let addresses = Pool::Address.place();
        let address = scene.belongings.thing(addresses, own.skewed(400)).to_owned();
        let agents = if is_person { &self.people } else { &self.programs };
        let habits = own.below(1 << 32);
        let agent = agents[own.skewed(agents.len())].clone();
        let refused = if own.percent(10) { 20 } else { own.below(3) };
        let mut caller = Caller { address, refused, habits, ..Caller::default() };
        // the agent's own version, and not the event's
        let event = std::mem::replace(&mut scene.chance, Chance::of(&[own.below(1 << 32)]));
        agent.fill(scene, &mut caller.agent);
        scene.chance = event;
        caller
    }

    fn user(&self, place: usize, scene: &mut Scene<'_>) -> Caller {
        let account = scene.account;
        let number = scene.chance.skewed(scene.belongings.count(Pool::User.place()));
        let name = scene.belongings.thing(Pool::User.place(), number).to_owned();
        let mut own = self.own(place, &[1, number]);
        let principal = key(&mut own, "AIDA", 17, scene);
        let is_console = scene.chance.percent(15);
        // most have two keys, one of them rarely used
        let turn = scene.chance.skewed(2);
        let access_key = key(&mut self.own(place, &[2, number, turn]), "AKIA", 16, scene);
        let mut caller = self.begin(&mut own, scene, is_console || number.is_multiple_of(3));
        caller.arn = format!("arn:aws:iam::{account}:user/{name}");
        let (session, access_key) = if is_console {
            caller.is_from_console = true;
            (self.console_session(place, scene), key(&mut scene_key(scene), "ASIA", 16, scene))
        } else {
            (String::new(), access_key)
        };
        caller.identity = format!(
            r#"{{"type":"IAMUser","principalId":"{principal}","arn":"{}","accountId":"{account}","accessKeyId":"{access_key}","userName":"{name}"{session}}}"#,
            caller.arn
        );
        scene.session = name;
        caller
    }

    /// The session of one who signed in at the console this morning.
    fn console_session(&self, place: usize, scene: &mut Scene<'_>) -> String {
        let begun = scene.seconds - scene.seconds.rem_euclid(14_400);
        let minute = self.own(place, &[3, scene.chance.skewed(8)]).below(3000);
        let mut text = r#","sessionContext":{"attributes":{"creationDate":""#.to_owned();
        iso(begun + i64::try_from(minute).unwrap_or_default() - 3600, &mut text);
        text.push_str(r#"","mfaAuthenticated":"true"}}"#);
        text
    }

    fn role(&self, place: usize, scene: &mut Scene<'_>) -> Caller {
        let roles = Pool::Role.place();
        let number = scene.chance.skewed(scene.belongings.count(roles));
        let name = scene.belongings.thing(roles, number).to_owned();
        let used = pools::use_of_role(number);
        // a role has a few sessions at a time, which end after an hour or some
        let life = if matches!(used, Use::Instance | Use::Person) { 21_600 } else { 3600 };
        let turn = usize::try_from(scene.seconds / life).unwrap_or_default();
        let slot = scene.chance.skewed(if used == Use::Instance { 12 } else { 3 });
        let issuer = key(&mut self.own(place, &[4, number]), "AROA", 17, scene);
        let mut own = self.own(place, &[5, number, slot, turn]);
        // who it is outlives the session
        let mut lasting = self.own(place, &[6, number, slot]);
        let mut caller = self.begin(&mut lasting, scene, used == Use::Person);
        let begun = scene.seconds - scene.seconds.rem_euclid(life)
            + i64::try_from(own.below(600)).unwrap_or_default()
            - 600;
        scene.session = session_name(used, begun, &mut own, &mut lasting, scene);
        let access_key = key(&mut own, "ASIA", 16, scene);
        let role = Role { name, issuer, access_key, begun, used };
        role.describe(&mut caller, scene);
        if matches!(used, Use::Instance | Use::Program) && lasting.percent(25) {
            caller.vpc_endpoint = Some(format!("vpce-0{}", pools::hex(&mut lasting, 16)));
        }
        caller
    }

    fn root(&self, place: usize, scene: &mut Scene<'_>) -> Caller {
        let account = scene.account;
        let mut caller = self.begin(&mut self.own(place, &[7]), scene, true);
        let session = self.console_session(place, scene);
        let access_key = key(&mut scene_key(scene), "ASIA", 16, scene);
        caller.arn = format!("arn:aws:iam::{account}:root");
        caller.is_from_console = true;
        caller.refused = 0;
        caller.identity = format!(
            r#"{{"type":"Root","principalId":"{account}","arn":"{}","accountId":"{account}","accessKeyId":"{access_key}"{session}}}"#,
            caller.arn
        );
        "root".clone_into(&mut scene.session);
        caller
    }

    fn federated(&self, place: usize, scene: &mut Scene<'_>) -> Caller {
        let account = scene.account;
        let user = self.user(place, scene);
        let name = scene.session.clone();
        let issuer = user.identity.split('"').nth(7).unwrap_or_default().to_owned();
        let mut caller = Caller { is_from_console: false, ..user };
        let access_key = key(&mut scene_key(scene), "ASIA", 16, scene);
        let mut begun = String::new();
        iso(scene.seconds - scene.seconds.rem_euclid(3600), &mut begun);
        caller.identity = format!(
            r#"{{"type":"FederatedUser","principalId":"{account}:temp-{name}","arn":"arn:aws:sts::{account}:federated-user/temp-{name}","accountId":"{account}","accessKeyId":"{access_key}","sessionContext":{{"sessionIssuer":{{"type":"IAMUser","principalId":"{issuer}","arn":"{}","accountId":"{account}","userName":"{name}"}},"attributes":{{"creationDate":"{begun}","mfaAuthenticated":"false"}}}}}}"#,
            caller.arn
        );
        caller.arn = format!("arn:aws:sts::{account}:federated-user/temp-{name}");
        caller
    }

    fn identity_center(&self, place: usize, scene: &mut Scene<'_>) -> Caller {
        let account = scene.account;
        let number = scene.chance.skewed(200);
        let mut own = self.own(place, &[8, number]);
        let mut caller = self.begin(&mut own, scene, true);
        let (user, credential) = (pools::uuid(&mut own), pools::uuid(&mut own));
        caller.identity = format!(
            r#"{{"type":"IdentityCenterUser","accountId":"{account}","onBehalfOf":{{"userId":"{user}","identityStoreArn":"arn:aws:identitystore::{account}:identitystore/d-90670{place:05}"}},"credentialId":"{credential}"}}"#
        );
        caller.arn.clone_from(&user);
        scene.session = user;
        caller
    }

    fn at_sign_in(&self, place: usize, scene: &mut Scene<'_>) -> Caller {
        let account = scene.account;
        if scene.chance.percent(4) {
            let mut caller = self.begin(&mut self.own(place, &[7]), scene, true);
            caller.identity = format!(
                r#"{{"type":"Root","principalId":"{account}","arn":"arn:aws:iam::{account}:root","accountId":"{account}"}}"#
            );
            return caller;
        }
        let number = scene.chance.skewed(scene.belongings.count(Pool::User.place()));
        let name = scene.belongings.thing(Pool::User.place(), number);
        let mut own = self.own(place, &[1, number]);
        let principal = key(&mut own, "AIDA", 17, scene);
        let mut caller = self.begin(&mut own, scene, true);
        caller.identity = format!(
            r#"{{"type":"IAMUser","principalId":"{principal}","arn":"arn:aws:iam::{account}:user/{name}","accountId":"{account}","userName":"{name}"}}"#
        );
        caller
    }

    fn saml(&self, place: usize, scene: &mut Scene<'_>) -> Caller {
        let number = scene.chance.skewed(60);
        let mut own = self.own(place, &[9, number]);
        let mut caller = self.begin(&mut own, scene, true);
        let provider = pools::hex(&mut self.own(place, &[10]), 27);
        scene.session = person(&mut own, scene);
        let name = &scene.session;
        caller.identity = format!(
            r#"{{"type":"SAMLUser","principalId":"{provider}=:{name}","userName":"{name}","identityProvider":"{provider}="}}"#
        );
        caller.arn.clone_from(name);
        caller
    }

    fn web_identity(&self, place: usize, scene: &mut Scene<'_>) -> Caller {
        let number = scene.chance.skewed(80);
        let mut own = self.own(place, &[11, number]);
        let mut caller = self.begin(&mut own, scene, false);
        let word = scene.belongings.thing(Pool::Word.place(), own.below(110));
        let service = scene.belongings.thing(Pool::Name.place(), own.below(500)).to_owned();
        let provider = pools::hex(&mut self.own(place, &[12]), 32).to_ascii_uppercase();
        let (account, region) = (scene.account, scene.region);
        let provider = format!(
            "arn:aws:iam::{account}:oidc-provider/oidc.eks.{region}.amazonaws.com/id/{provider}"
        );
        let name = format!("system:serviceaccount:{word}:{service}");
        caller.identity = format!(
            r#"{{"type":"WebIdentityUser","principalId":"{provider}:sts.amazonaws.com:{name}","userName":"{name}","identityProvider":"{provider}"}}"#
        );
        scene.session = service;
        caller.arn = name;
        caller
    }
}

/// The session of a role.
struct Role {
    name: String,
    issuer: String,
    access_key: String,
    begun: i64,
    used: Use,
}

impl Role {
    fn describe(&self, caller: &mut Caller, scene: &Scene<'_>) {
        let Self { name, issuer, access_key, begun, used } = self;
        let (account, session) = (scene.account, &scene.session);
        let mut creation = String::new();
        iso(*begun, &mut creation);
        caller.arn = format!("arn:aws:sts::{account}:assumed-role/{name}/{session}");
        let path = match used {
            Use::Person => "aws-reserved/sso.amazonaws.com/",
            Use::Service => "aws-service-role/",
            _ => "",
        };
        let more = match used {
            Use::Instance => r#","ec2RoleDelivery":"2.0""#,
            _ => "",
        };
        let invoked = if *used == Use::Service {
            let service = SERVICES[name.len() % SERVICES.len()];
            caller.address = format!("{service}.amazonaws.com");
            caller.agent.clone_from(&caller.address);
            caller.is_service = true;
            format!(r#","invokedBy":"{}""#, caller.address)
        } else {
            String::new()
        };
        caller.is_from_console = *used == Use::Person && caller.agent.starts_with("Mozilla");
        let with_mfa = *used == Use::Person;
        caller.identity = format!(
            r#"{{"type":"AssumedRole","principalId":"{issuer}:{session}","arn":"{}","accountId":"{account}","accessKeyId":"{access_key}","sessionContext":{{"sessionIssuer":{{"type":"Role","principalId":"{issuer}","arn":"arn:aws:iam::{account}:role/{path}{name}","accountId":"{account}","userName":"{name}"}},"attributes":{{"creationDate":"{creation}","mfaAuthenticated":"{with_mfa}"}}{more}}}{invoked}}}"#,
            caller.arn
        );
    }
}

fn session_name(
    used: Use,
    begun: i64,
    own: &mut Chance,
    lasting: &mut Chance,
    scene: &Scene<'_>,
) -> String {
    let things = scene.belongings;
    match used {
        Use::Instance => things.thing(Pool::Instance.place(), lasting.skewed(600)).to_owned(),
        Use::Function => things.thing(Pool::Function.place(), lasting.skewed(150)).to_owned(),
        Use::Person => person(lasting, scene),
        Use::Build => format!("build-{}", own.below(100_000)),
        Use::Program if lasting.percent(40) => format!("botocore-session-{begun}"),
        Use::Program => pools::hex(own, 32),
        Use::Service => things.thing(Pool::Word.place(), lasting.below(110)).to_owned(),
    }
}

/// Draws a name by which people sign in; nobody is called so.
fn person(own: &mut Chance, scene: &Scene<'_>) -> String {
    let words = Pool::Word.place();
    let (one, other) = (own.skewed(110), own.below(110));
    let (one, other) = (scene.belongings.thing(words, one), scene.belongings.thing(words, other));
    format!("{one}.{other}@example.com")
}

fn service(scene: &mut Scene<'_>) -> Caller {
    let host = format!("{}.amazonaws.com", SERVICES[scene.chance.skewed(SERVICES.len())]);
    scene.session = pools::hex(&mut scene.chance, 32);
    Caller {
        identity: format!(r#"{{"type":"AWSService","invokedBy":"{host}"}}"#),
        arn: host.clone(),
        address: host.clone(),
        agent: host,
        is_service: true,
        habits: scene.chance.below(40),
        ..Caller::default()
    }
}

fn another(scene: &mut Scene<'_>) -> Caller {
    let mut own = Chance::of(&[scene.chance.skewed(12)]);
    let account = own.between(100_000_000_000, 999_999_999_999);
    let principal = key(&mut own, "AROA", 17, scene);
    scene.session = scene.belongings.thing(Pool::Word.place(), own.below(110)).to_owned();
    Caller {
        identity: format!(
            r#"{{"type":"AWSAccount","principalId":"{principal}:{}","accountId":"{account}"}}"#,
            scene.session
        ),
        account: Some(account.to_string()),
        address: pools::address(&mut own),
        agent: "Boto3/1.42.1 md/Botocore#1.42.1 ua/2.1 os/linux lang/python#3.12.3".to_owned(),
        ..Caller::default()
    }
}

/// Writes an id of AWS: its kind and letters.
fn key(own: &mut Chance, prefix: &str, count: usize, scene: &mut Scene<'_>) -> String {
    let mut text = prefix.to_owned();
    std::mem::swap(own, &mut scene.chance);
    scene.capitals(count, &mut text);
    std::mem::swap(own, &mut scene.chance);
    text
}

/// Returns the chance for a key that lives as long as this hour.
fn scene_key(scene: &mut Scene<'_>) -> Chance {
    let hour = usize::try_from(scene.seconds / 3600).unwrap_or_default();
    Chance::of(&[hour, scene.session.len(), scene.chance.skewed(4)])
}
