//! The scene of one event: where and when it plays, who plays, and what was named before.

use std::fmt::Write as _;

use super::chance::Chance;
use super::pools::{self, Belongings, Pool};
use super::template::Hole;

const CAPITALS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const INSTANCE_TYPES: &[&str] = &[
    "t3.micro",
    "m7i.large",
    "c7g.xlarge",
    "t3.medium",
    "r7i.2xlarge",
    "m6a.4xlarge",
    "c6i.large",
    "t4g.small",
    "m7g.xlarge",
    "p4d.24xlarge",
    "i4i.large",
    "r6g.large",
];
/// What session tokens of AWS begin with.
const TOKEN: &str = "IQoJb3JpZ2luX2VjE";

/// Where, when and by whom; and the chance that fills what is open.
pub(super) struct Scene<'a> {
    /// The account's number.
    pub(super) account: &'a str,
    /// The Region.
    pub(super) region: &'a str,
    /// What the account has.
    pub(super) belongings: &'a Belongings,
    /// Seconds since 1970.
    pub(super) seconds: i64,
    /// The caller's session name.
    pub(super) session: String,
    /// What decides.
    pub(super) chance: Chance,
    named: [Option<usize>; pools::COUNT],
    object: String,
}

impl<'a> Scene<'a> {
    /// Sets a scene.
    pub(super) fn new(
        (account, region): (&'a str, &'a str),
        belongings: &'a Belongings,
        chance: Chance,
    ) -> Self {
        let (session, object) = (String::new(), String::new());
        let named = [None; pools::COUNT];
        Self { account, region, belongings, seconds: 0, session, chance, named, object }
    }

    /// Forgets what was named: the next event, or the next item of a list, is about something else.
    pub(super) fn forget(&mut self) {
        self.named = [None; pools::COUNT];
        self.object.clear();
    }

    /// Returns something that the account has: the same until it is forgotten.
    pub(super) fn thing(&mut self, pool: Pool) -> &'a str {
        let number = pool.place();
        let (belongings, chance) = (self.belongings, &mut self.chance);
        let place =
            *self.named[number].get_or_insert_with(|| chance.skewed(belongings.count(number)));
        belongings.thing(number, place)
    }

    /// Fills a hole.
    pub(super) fn fill(&mut self, hole: &Hole, into: &mut String) {
        match hole {
            Hole::Uuid => into.push_str(&pools::uuid(&mut self.chance)),
            Hole::Hex(count) => into.push_str(&pools::hex(&mut self.chance, *count)),
            Hole::Alnum(count) => self.letters(CAPITALS, *count, into),
            Hole::Base64(count) => self.letters(BASE64, *count, into),
            Hole::Whole(least, most) => {
                let drawn = self.chance.between(*least, *most);
                number(drawn, into);
            }
            Hole::Bool => into.push_str(if self.chance.percent(50) { "true" } else { "false" }),
            Hole::One(several) => into.push_str(self.chance.one::<String>(several)),
            Hole::Pool(pool) => into.push_str(self.thing(*pool)),
            Hole::Account => into.push_str(self.account),
            Hole::Region => into.push_str(self.region),
            Hole::InstanceType => into.push_str(self.chance.one::<&str>(INSTANCE_TYPES)),
            Hole::Hidden => into.push_str("<sensitiveDataRemoved>"),
            Hole::Session => into.push_str(&self.session),
            Hole::Address => into.push_str(&pools::address(&mut self.chance)),
            Hole::Token => {
                into.push_str(TOKEN);
                let count = self.chance.between(180, 320);
                self.letters(BASE64, count, into);
            }
            Hole::RoleArn | Hole::KeyArn | Hole::StackArn => self.arn(hole, into),
            Hole::Object => self.object(into),
            Hole::Iso | Hole::Iam | Hole::Sts | Hole::Milliseconds => self.time(hole, into),
        }
    }

    /// Writes letters of an alphabet that has 32 or 64 of them.
    pub(super) fn letters(&mut self, alphabet: &[u8], count: usize, into: &mut String) {
        let bits = alphabet.len().ilog2();
        let (mut drawn, mut left) = (0, 0);
        for _ in 0..count {
            if left < bits {
                (drawn, left) = (self.chance.next(), 64);
            }
            let place = usize::try_from(drawn & ((1 << bits) - 1)).expect("at most 6 bits");
            into.push(char::from(alphabet[place]));
            (drawn, left) = (drawn >> bits, left - bits);
        }
    }

    /// Writes letters and digits as access keys have them.
    pub(super) fn capitals(&mut self, count: usize, into: &mut String) {
        self.letters(CAPITALS, count, into);
    }

    fn arn(&mut self, hole: &Hole, into: &mut String) {
        let (account, region) = (self.account, self.region);
        let arn = match hole {
            Hole::RoleArn => format!("arn:aws:iam::{account}:role/{}", self.thing(Pool::Role)),
            Hole::KeyArn => {
                format!("arn:aws:kms:{region}:{account}:key/{}", self.thing(Pool::Key))
            }
            _ => {
                let (name, id) = (self.thing(Pool::Name), self.thing(Pool::Key));
                format!("arn:aws:cloudformation:{region}:{account}:stack/{name}/{id}")
            }
        };
        into.push_str(&arn);
    }

    /// Most objects are written and read once or twice; some are read by everybody.
    fn object(&mut self, into: &mut String) {
        if self.object.is_empty() {
            let word = self.thing(Pool::Word);
            let kind = *self.chance.one(&["parquet", "json.gz", "csv", "log", "png", "zip"]);
            self.object = if self.chance.percent(30) {
                format!("{word}/current/{}.{kind}", self.thing(Pool::Name))
            } else {
                let day = civil(self.seconds).strftime("%Y/%m/%d").to_string();
                format!("{word}/{day}/{}.{kind}", pools::hex(&mut self.chance, 12))
            };
        }
        into.push_str(&self.object);
    }

    fn time(&mut self, hole: &Hole, into: &mut String) {
        match hole {
            Hole::Iso => iso(self.seconds, into),
            Hole::Iam => write_time("%b %-d, %Y %-I:%M:%S %p", self.seconds, into),
            Hole::Sts => write_time("%b %-d, %Y, %-I:%M:%S %p", self.seconds + 3600, into),
            _ => {
                let thousandths = self.chance.below(1000);
                write!(into, "{}{thousandths:03}", self.seconds).expect("a text takes everything");
            }
        }
    }
}

/// Writes a whole number.
pub(super) fn number(whole: usize, into: &mut String) {
    write!(into, "{whole}").expect("a text takes everything");
}

/// Writes a time as events have it.
pub(super) fn iso(seconds: i64, into: &mut String) {
    write_time("%Y-%m-%dT%H:%M:%SZ", seconds, into);
}

fn write_time(format: &str, seconds: i64, into: &mut String) {
    write!(into, "{}", civil(seconds).strftime(format)).expect("a text takes everything");
}

/// Returns date and time in UTC.
pub(super) fn civil(seconds: i64) -> jiff::civil::DateTime {
    let time = jiff::Timestamp::from_second(seconds).expect("a time of this century");
    jiff::tz::Offset::UTC.to_datetime(time)
}
