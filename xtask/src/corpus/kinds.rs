//! The kinds of events, read from `kinds.txt`, and how often each is drawn.

use std::fmt::Write as _;

use super::chance::Chance;
use super::template::Template;
use crate::Failure;

const TEXT: &str = include_str!("kinds.txt");
/// The frequency of the kind of a rank is 1/(rank + this): Zipf's law, its head a little flattened.
const HEAD: usize = 3;

/// Who makes an event of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    /// A user, a role's session, or the root user.
    ByPrincipal,
    /// An AWS service that calls.
    ByService,
    /// Somebody at the console's door.
    AtSignIn,
    /// A service by itself: nobody called.
    ByItself,
    /// Somebody whom a SAML provider knows.
    BySaml,
    /// Somebody whom a web identity provider knows.
    ByWebIdentity,
    /// Somebody of another account.
    ByAnotherAccount,
}

/// One kind of event.
#[derive(Debug)]
pub(super) struct Kind {
    /// The label of the service: the event source without `.amazonaws.com`.
    pub(super) label: String,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) api_version: Option<String>,
    /// Whether request ids look like those of S3.
    pub(super) short_ids: bool,
    pub(super) made: Made,
    pub(super) reads: bool,
    pub(super) data: bool,
    /// Whether it is recorded in us-east-1 only.
    pub(super) global: bool,
    pub(super) request: Option<Template>,
    pub(super) response: Option<Template>,
    pub(super) resources: Option<Template>,
    pub(super) additional: Option<Template>,
    /// A code and message of its own when it fails; the code is `-` when there is none.
    pub(super) failure: Option<(String, Template)>,
    frequency: usize,
}

/// All kinds.
pub(super) struct Kinds {
    kinds: Vec<Kind>,
}

/// Kinds that one may draw from, the frequent ones more often.
pub(super) struct Drawer<'a> {
    kinds: Vec<&'a Kind>,
    /// The frequencies of all kinds up to each.
    sums: Vec<usize>,
}

impl Kinds {
    /// Reads the table.
    pub(super) fn read() -> Result<Self, Failure> {
        let mut ranked = Vec::new();
        let mut heading = "";
        for line in TEXT.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(inside) = line.strip_prefix('[') {
                heading = inside.strip_suffix(']').ok_or("a heading ends")?;
                continue;
            }
            let kind = kind(heading, line).map_err(|failure| format!("{failure}: {line}"))?;
            let shuffled = Chance::of(&line.bytes().map(usize::from).collect::<Vec<_>>()).next();
            ranked.push((line.chars().next(), shuffled, kind));
        }
        ranked.sort_by_key(|(letter, shuffled, _)| (*letter, *shuffled));
        let ranked = ranked.into_iter().enumerate();
        let kinds = ranked
            .map(|(rank, (_, _, kind))| Kind { frequency: 1_000_000_000 / (rank + HEAD), ..kind });
        Ok(Self { kinds: kinds.collect() })
    }

    /// Returns the kinds that are made so and recorded in a Region.
    pub(super) fn drawer(&self, made: Made, is_home: bool) -> Drawer<'_> {
        let may = |kind: &&Kind| kind.made == made && (is_home || !kind.global);
        let kinds: Vec<_> = self.kinds.iter().filter(may).collect();
        let sums = kinds.iter().scan(0, |sum, kind| {
            *sum += kind.frequency;
            Some(*sum)
        });
        Drawer { sums: sums.collect(), kinds }
    }

    /// Returns all of them, frequent ones first.
    #[cfg(test)]
    pub(super) fn all(&self) -> &[Kind] {
        &self.kinds
    }
}

impl<'a> Drawer<'a> {
    /// Draws a kind.
    pub(super) fn draw(&self, chance: &mut Chance) -> &'a Kind {
        let drawn = chance.below(self.sums.last().copied().unwrap_or_default());
        self.kinds[self.sums.partition_point(|sum| *sum <= drawn)]
    }

    /// Draws any kind, rare ones as likely as frequent ones.
    pub(super) fn any(&self, chance: &mut Chance) -> &'a Kind {
        chance.one::<&Kind>(&self.kinds)
    }
}

fn kind(heading: &str, line: &str) -> Result<Kind, Failure> {
    let mut segments = line.split(" | ");
    let head: Vec<&str> = segments.next().ok_or("a line begins")?.split(' ').collect();
    let [_, rights, made, name] = head[..] else {
        return Err("frequency, rights, caller, name".into());
    };
    let of_heading =
        |name: &str| heading.split(' ').find_map(|word| word.strip_prefix(name)).map(str::to_owned);
    let mut kind = Kind {
        label: heading.split(' ').next().ok_or("a heading names its service")?.to_owned(),
        name: name.to_owned(),
        version: of_heading("version=").ok_or("a heading has a version")?,
        api_version: of_heading("api="),
        short_ids: of_heading("ids=").is_some(),
        made: made_by(made)?,
        reads: rights.contains('r'),
        data: rights.contains('d'),
        global: rights.contains('g'),
        request: None,
        response: None,
        resources: None,
        additional: None,
        failure: None,
        frequency: 0,
    };
    let mut texts = 0;
    for segment in segments {
        match segment.split_at_checked(1).ok_or("an empty segment")? {
            ("@", text) => kind.resources = Some(Template::read(text)?),
            ("+", text) => kind.additional = Some(Template::read(text)?),
            ("!", text) => {
                let (code, message) = text.split_once(' ').unwrap_or((text, ""));
                kind.failure = Some((code.to_owned(), Template::read(message)?));
            }
            _ => {
                let text = (segment != "null").then(|| Template::read(segment)).transpose()?;
                let place = if texts == 0 { &mut kind.request } else { &mut kind.response };
                *place = text;
                texts += 1;
            }
        }
    }
    Ok(kind)
}

fn made_by(letter: &str) -> Result<Made, Failure> {
    Ok(match letter {
        "p" => Made::ByPrincipal,
        "s" => Made::ByService,
        "c" => Made::AtSignIn,
        "e" => Made::ByItself,
        "m" => Made::BySaml,
        "i" => Made::ByWebIdentity,
        "f" => Made::ByAnotherAccount,
        _ => return Err(format!("no caller {letter:?}").into()),
    })
}

impl Kind {
    /// Returns code and message of a refusal by policy, as this service words it.
    pub(super) fn refusal(&self, caller: &str) -> (&'static str, String) {
        let code = match self.label.as_str() {
            "ec2" => "Client.UnauthorizedOperation",
            "s3" | "iam" | "sts" | "rds" | "sqs" | "cloudformation" | "autoscaling" => {
                "AccessDenied"
            }
            _ => "AccessDeniedException",
        };
        // Lambda's names end with the date of their version
        let name = self.name.trim_end_matches(|last: char| last.is_ascii_digit() || last == 'v');
        let action = format!("{}:{name}", self.label);
        let mut message = format!("User: {caller} is not authorized to perform: {action}");
        write!(message, " because no identity-based policy allows the {action} action")
            .expect("a text takes everything");
        (code, message)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Kinds, Made};

    #[test]
    fn there_are_many_kinds_and_somebody_makes_each() {
        let kinds = Kinds::read().unwrap();
        let names: BTreeSet<_> =
            kinds.all().iter().map(|kind| (kind.label.as_str(), kind.name.as_str())).collect();
        assert!(names.len() >= 300, "{}", names.len());
        let made = [
            Made::ByPrincipal,
            Made::ByService,
            Made::AtSignIn,
            Made::ByItself,
            Made::BySaml,
            Made::ByWebIdentity,
            Made::ByAnotherAccount,
        ];
        let drawn: usize = made.iter().map(|made| kinds.drawer(*made, true).kinds.len()).sum();
        assert_eq!(drawn, kinds.all().len());
        assert!(made.iter().all(|made| !kinds.drawer(*made, false).kinds.is_empty()));
    }
}
