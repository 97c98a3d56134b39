//! Texts with holes, read from `kinds.txt` and `agents.txt`, and filled anew for every event.

use super::pools::Pool;
use super::scene::Scene;
use crate::Failure;

/// A text with holes.
#[derive(Debug, Clone, Default)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Hole(Hole),
    /// `<*least-most:…*>`: again and again, with commas between.
    Again {
        least: usize,
        most: usize,
        inner: Template,
    },
    /// `<?percent:…?>`: now and then.
    Maybe {
        percent: usize,
        inner: Template,
    },
}

/// What a hole is filled with.
#[derive(Debug, Clone)]
pub(super) enum Hole {
    /// A version 4 UUID.
    Uuid,
    /// So many hexadecimal digits.
    Hex(usize),
    /// So many capital letters and digits.
    Alnum(usize),
    /// So many letters of base64.
    Base64(usize),
    /// A whole number from … to ….
    Whole(usize, usize),
    /// `true` or `false`.
    Bool,
    /// One of these.
    One(Vec<String>),
    /// Something that the account has: the same one all over an event, another one in a list.
    Pool(Pool),
    /// The account's number.
    Account,
    /// The Region.
    Region,
    /// The ARN of the account's role that `Pool::Role` gives.
    RoleArn,
    /// The ARN of the account's key that `Pool::Key` gives.
    KeyArn,
    /// The ARN of a stack.
    StackArn,
    /// The key of an object, mostly a new one; the same all over an event.
    Object,
    /// The caller's session name.
    Session,
    /// A session token.
    Token,
    /// A public address.
    Address,
    /// A type of instance.
    InstanceType,
    /// What EC2 says instead of a secret.
    Hidden,
    /// `2026-11-20T07:31:02Z`.
    Iso,
    /// `Nov 20, 2026 7:31:02 AM`.
    Iam,
    /// `Nov 20, 2026, 8:31:02 AM`, an hour on.
    Sts,
    /// Milliseconds since 1970.
    Milliseconds,
}

impl Template {
    /// Reads a text with holes.
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        let (template, rest) = read_parts(text, "")?;
        debug_assert!(rest.is_empty(), "read to the end");
        Ok(template)
    }

    /// Writes the text, its holes filled.
    pub(super) fn fill(&self, scene: &mut Scene<'_>, into: &mut String) {
        for part in &self.parts {
            match part {
                Part::Text(text) => into.push_str(text),
                Part::Hole(hole) => scene.fill(hole, into),
                Part::Maybe { percent, inner } => {
                    if scene.chance.percent(*percent) {
                        inner.fill(scene, into);
                    }
                }
                Part::Again { least, most, inner } => {
                    let count = least + scene.chance.skewed(most - least + 1);
                    for turn in 0..count {
                        if turn > 0 {
                            into.push(',');
                        }
                        scene.forget();
                        inner.fill(scene, into);
                    }
                }
            }
        }
    }
}

/// Reads until `end`, and returns what is behind it.
fn read_parts<'t>(mut text: &'t str, end: &str) -> Result<(Template, &'t str), Failure> {
    let mut parts = Vec::new();
    loop {
        let open = text.find('<').unwrap_or(text.len());
        // the end of this part may come before its next hole
        let close = if end.is_empty() { None } else { text.find(end) };
        if let Some(close) = close.filter(|close| *close < open) {
            push_text(&mut parts, &text[..close]);
            return Ok((Template { parts }, &text[close + end.len()..]));
        }
        push_text(&mut parts, &text[..open]);
        let Some(inside) = text.get(open + 1..) else { break };
        text = if let Some(again) = inside.strip_prefix('*') {
            let (counts, rest) = again.split_once(':').ok_or("counts end with a colon")?;
            let (least, most) = counts.split_once('-').ok_or("from least to most")?;
            let (inner, rest) = read_parts(rest, "*>")?;
            parts.push(Part::Again { least: least.parse()?, most: most.parse()?, inner });
            rest
        } else if let Some(maybe) = inside.strip_prefix('?') {
            let (percent, rest) = maybe.split_once(':').ok_or("a percentage ends with a colon")?;
            let (inner, rest) = read_parts(rest, "?>")?;
            parts.push(Part::Maybe { percent: percent.parse()?, inner });
            rest
        } else {
            let (name, rest) = inside.split_once('>').ok_or("a hole ends")?;
            parts.push(Part::Hole(read_hole(name)?));
            rest
        };
    }
    if end.is_empty() {
        Ok((Template { parts }, ""))
    } else {
        Err(format!("{end} is missing").into())
    }
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    if !text.is_empty() {
        parts.push(Part::Text(text.to_owned()));
    }
}

fn read_hole(text: &str) -> Result<Hole, Failure> {
    let (name, argument) = text.split_once(':').unwrap_or((text, ""));
    Ok(match name {
        "uuid" => Hole::Uuid,
        "hex" => Hole::Hex(argument.parse()?),
        "alnum" => Hole::Alnum(argument.parse()?),
        "b64" => Hole::Base64(argument.parse()?),
        "int" => {
            let (least, most) = argument.split_once('-').ok_or("from least to most")?;
            Hole::Whole(least.parse()?, most.parse()?)
        }
        "bool" => Hole::Bool,
        "one" => Hole::One(argument.split('/').map(str::to_owned).collect()),
        "account" => Hole::Account,
        "region" => Hole::Region,
        "rolearn" => Hole::RoleArn,
        "keyarn" => Hole::KeyArn,
        "stackarn" => Hole::StackArn,
        "object" => Hole::Object,
        "session" => Hole::Session,
        "token" => Hole::Token,
        "ip" => Hole::Address,
        "itype" => Hole::InstanceType,
        "hidden" => Hole::Hidden,
        "iso" => Hole::Iso,
        "iam" => Hole::Iam,
        "sts" => Hole::Sts,
        "ms" => Hole::Milliseconds,
        _ => Hole::Pool(Pool::named(name).ok_or_else(|| format!("no hole <{text}>"))?),
    })
}
