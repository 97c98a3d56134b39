//! What accounts have: instances, buckets, roles and whatever else events name again and again.

use std::fmt::Write as _;

use super::chance::Chance;

/// A kind of thing that an account has many of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pool {
    Instance,
    Volume,
    Snapshot,
    Image,
    SecurityGroup,
    Vpc,
    Subnet,
    NetworkInterface,
    Role,
    User,
    Bucket,
    Function,
    Table,
    Key,
    Topic,
    Queue,
    Cluster,
    Database,
    LogGroup,
    Secret,
    Parameter,
    HostedZone,
    Repository,
    Product,
    Name,
    Word,
    Address,
}

/// How the things of a pool are called.
enum Form {
    /// A prefix and 17 hexadecimal digits.
    Id(&'static str),
    /// A text with marks: `{w}` is a word, `{W}` one with a capital, `{e}` prod or the like, `{h}`
    /// eight hexadecimal digits, `{H}` the same in capitals, `{u}` a UUID, `{a}` an address.
    Words(&'static str),
}

/// Every pool: its name in templates, how many things it has, and how they are called.
const POOLS: &[(Pool, &str, usize, Form)] = &[
    (Pool::Instance, "instance", 600, Form::Id("i-")),
    (Pool::Volume, "volume", 900, Form::Id("vol-")),
    (Pool::Snapshot, "snapshot", 900, Form::Id("snap-")),
    (Pool::Image, "image", 80, Form::Id("ami-")),
    (Pool::SecurityGroup, "group", 200, Form::Id("sg-")),
    (Pool::Vpc, "vpc", 12, Form::Id("vpc-")),
    (Pool::Subnet, "subnet", 60, Form::Id("subnet-")),
    (Pool::NetworkInterface, "eni", 900, Form::Id("eni-")),
    (Pool::Role, "role", 120, Form::Words("")),
    (Pool::User, "user", 40, Form::Words("{w}.{w}")),
    (Pool::Bucket, "bucket", 60, Form::Words("{w}-{w}-{h}")),
    (Pool::Function, "function", 150, Form::Words("{w}-{w}-{e}")),
    (Pool::Table, "table", 40, Form::Words("{w}_{w}")),
    (Pool::Key, "key", 30, Form::Words("{u}")),
    (Pool::Topic, "topic", 40, Form::Words("{w}-{w}-events")),
    (Pool::Queue, "queue", 60, Form::Words("{w}-{w}-{e}")),
    (Pool::Cluster, "cluster", 8, Form::Words("{w}-{e}")),
    (Pool::Database, "db", 20, Form::Words("{w}-{w}-db")),
    (Pool::LogGroup, "group-of-logs", 200, Form::Words("/aws/lambda/{w}-{w}-{e}")),
    (Pool::Secret, "secret", 80, Form::Words("{e}/{w}/{w}")),
    (Pool::Parameter, "parameter", 300, Form::Words("/{e}/{w}/{w}")),
    (Pool::HostedZone, "zone", 12, Form::Words("Z0{H}{H}")),
    (Pool::Repository, "repo", 40, Form::Words("{w}/{w}")),
    (Pool::Product, "product", 10, Form::Words("{h}{h}{h}1")),
    (Pool::Name, "name", 500, Form::Words("{w}-{w}-{e}")),
    (Pool::Word, "word", 110, Form::Words("{w}")),
    (Pool::Address, "address", 400, Form::Words("{a}")),
];

/// How many pools there are.
pub(super) const COUNT: usize = POOLS.len();

/// How the roles of a place are used, which also decides what they are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Instance,
    Function,
    Person,
    Build,
    Program,
    Service,
}

/// Uses in the turn of roles: the first is the busiest.
const USES: [Use; 9] = [
    Use::Instance,
    Use::Program,
    Use::Function,
    Use::Person,
    Use::Program,
    Use::Service,
    Use::Build,
    Use::Function,
    Use::Person,
];

const WORDS: &str = "amber anchor apple arrow aspen atlas badge basil beacon birch bison breeze \
    bridge bronze canal canyon cedar cherry chisel cinder clover cobalt comet copper coral cotton \
    crane crystal dawn delta drift dune eagle ember falcon fennel fern fjord flint forest fossil \
    garnet ginger glacier granite harbor hazel heron hickory indigo iris island ivory jasper \
    juniper kelp kestrel lagoon lantern larch laurel ledger lemon lilac linen lotus lumen magnet \
    maple marble meadow mint mosaic nectar nickel nutmeg oak ocean olive onyx opal orchid otter \
    pebble pepper pine plaza plum quartz quill raven reef ridge river robin saffron sage salmon \
    sierra silver slate spruce summit tulip velvet violet walnut willow winter zephyr zinc";

/// Everything that one account has.
pub(super) struct Belongings {
    things: Vec<Vec<String>>,
}

impl Pool {
    /// Finds a pool by its name in templates.
    pub(super) fn named(name: &str) -> Option<Self> {
        POOLS.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// Returns where it stands among the pools.
    pub(super) fn place(self) -> usize {
        POOLS.iter().position(|row| row.0 == self).expect("every pool has its row")
    }
}

/// Returns what the account's role of this place is used for.
pub(super) fn use_of_role(place: usize) -> Use {
    USES[place % USES.len()]
}

impl Belongings {
    /// Gathers what an account has.
    pub(super) fn of(seed: usize, account: usize) -> Self {
        let words: Vec<&str> = WORDS.split_whitespace().collect();
        let of_pool = |(number, (pool, _, count, form)): (usize, &(Pool, &str, usize, Form))| {
            (0..*count)
                .map(|place| {
                    let mut chance = Chance::of(&[seed, account, number, place]);
                    match form {
                        _ if *pool == Pool::Role => role(place, &words, &mut chance),
                        Form::Id(prefix) => format!("{prefix}0{}", hex(&mut chance, 16)),
                        Form::Words(pattern) => spell(pattern, &words, &mut chance),
                    }
                })
                .collect()
        };
        Self { things: POOLS.iter().enumerate().map(of_pool).collect() }
    }

    /// Returns the thing of a place; places begin again behind the last.
    pub(super) fn thing(&self, pool: usize, place: usize) -> &str {
        let things = &self.things[pool];
        &things[place % things.len()]
    }

    /// Returns how many of a kind there are.
    pub(super) fn count(&self, pool: usize) -> usize {
        self.things[pool].len()
    }
}

fn role(place: usize, words: &[&str], chance: &mut Chance) -> String {
    let pattern = match use_of_role(place) {
        Use::Instance => "{w}-{e}-node",
        Use::Function => "{w}-{w}-function",
        Use::Person => "AWSReservedSSO_{W}Access_{h}{h}",
        Use::Build => "{w}-deploy",
        Use::Program => "{w}-{w}-task",
        Use::Service => "AWSServiceRoleFor{W}{W}",
    };
    spell(pattern, words, chance)
}

/// Writes a pattern, its marks in braces replaced.
fn spell(pattern: &str, words: &[&str], chance: &mut Chance) -> String {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, mark)) = rest.split_once('{') {
        text.push_str(before);
        let (mark, behind) = mark.split_once('}').unwrap_or((mark, ""));
        text.push_str(&marked(mark, words, chance));
        rest = behind;
    }
    text.push_str(rest);
    text
}

fn marked(mark: &str, words: &[&str], chance: &mut Chance) -> String {
    match mark {
        "w" => (*chance.one(words)).to_owned(),
        "W" => {
            let word = chance.one(words);
            word[..1].to_ascii_uppercase() + &word[1..]
        }
        "e" => (*chance.one(&["prod", "prod", "staging", "dev", "test"])).to_owned(),
        "h" => hex(chance, 8),
        "H" => hex(chance, 8).to_ascii_uppercase(),
        "u" => uuid(chance),
        "a" => address(chance),
        _ => String::new(),
    }
}

/// Draws a public address: of the block that is reserved for benchmarks, or a documented IPv6 one.
pub(super) fn address(chance: &mut Chance) -> String {
    if chance.percent(4) {
        return format!("2001:db8:{}:{}::{}", hex(chance, 4), hex(chance, 4), hex(chance, 3));
    }
    format!("198.{}.{}.{}", chance.between(18, 19), chance.below(256), chance.between(1, 254))
}

/// Draws so many hexadecimal digits.
pub(super) fn hex(chance: &mut Chance, count: usize) -> String {
    let mut text = String::with_capacity(count + 16);
    while text.len() < count {
        write!(text, "{:016x}", chance.next()).expect("a text takes everything");
    }
    text.truncate(count);
    text
}

/// Draws a version 4 UUID.
pub(super) fn uuid(chance: &mut Chance) -> String {
    let (high, low) = (chance.next(), chance.next());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | (low >> 48) & 0x3fff,
        low & 0xffff_ffff_ffff
    )
}
