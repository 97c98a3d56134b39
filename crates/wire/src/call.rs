//! What an operation knows of its call beside the input.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::value::Members;

/// The surroundings of one operation: everything that is not input and not state.
///
/// Operations are pure: time and randomness reach them here and nowhere else, so that the whole
/// can be run from a seed and a journal can be folded twice to the same bytes.
pub struct Call<'a> {
    /// The caller's account, twelve digits.
    pub account: &'a str,
    /// The Region that the request was signed for.
    pub region: &'a str,
    /// The time of the call on the server's (movable) clock.
    pub now: Timestamp,
    /// The source of randomness; each draw gives 64 fresh bits.
    pub random: &'a mut dyn FnMut() -> u64,
}

const LOWER_ALPHANUMERIC: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const UPPER_BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

impl Call<'_> {
    /// Returns a fresh version 4 UUID in its usual lower-case form.
    pub fn uuid(&mut self) -> String {
        let bits = (u128::from((self.random)()) << 64) | u128::from((self.random)());
        uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid().to_string()
    }

    /// Returns `count` lower-case letters and digits, as AWS uses for change set and product ids.
    pub fn alphanumeric(&mut self, count: usize) -> String {
        self.draw(count, LOWER_ALPHANUMERIC)
    }

    /// Returns `count` characters of upper-case base 32, as AWS uses for IAM ids and access keys.
    pub fn base32(&mut self, count: usize) -> String {
        self.draw(count, UPPER_BASE32)
    }

    /// Returns `count` lower-case hexadecimal digits.
    pub fn hex(&mut self, count: usize) -> String {
        let mut text = String::with_capacity(count + 16);
        while text.len() < count {
            write!(text, "{:016x}", (self.random)()).expect("writing to a string cannot fail");
        }
        text.truncate(count);
        text
    }

    fn draw(&mut self, count: usize, alphabet: &[u8]) -> String {
        (0..count)
            .filter_map(|_| {
                let at = (self.random)() % alphabet.len() as u64;
                alphabet.get(usize::try_from(at).unwrap_or(0)).map(|byte| char::from(*byte))
            })
            .collect()
    }
}

/// What an operation did: its answer, the changes it asks for and the resources it touched.
///
/// `C` is the change type of the crate that owns the state; nothing has happened until the
/// caller has folded the changes in.
#[derive(Debug, Clone, PartialEq)]
pub struct Done<C> {
    /// The output in the terms of the model.
    pub output: Members,
    /// The changes, to be applied in this order.
    pub changes: Vec<C>,
    /// What the call was about, for whoever searches by resource.
    pub resources: Vec<Resource>,
    /// The account that owns what was touched, when it is not the caller's.
    pub owner_account: Option<String>,
}

/// A resource that a call touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// The type in CloudFormation's spelling, such as `AWS::IAM::User`.
    pub kind: &'static str,
    /// The name, id or ARN.
    pub name: String,
    /// Whether the service names it in the record's own `resources` (then `name` is an ARN).
    pub in_record: bool,
}

impl<C> Done<C> {
    /// Returns the result of a call that changed nothing.
    pub const fn read(output: Members) -> Self {
        Self { output, changes: Vec::new(), resources: Vec::new(), owner_account: None }
    }

    /// Returns the result of a call that changed something.
    pub const fn changed(output: Members, changes: Vec<C>) -> Self {
        Self { output, changes, resources: Vec::new(), owner_account: None }
    }

    /// Returns this result with one more touched resource.
    #[must_use]
    pub fn about(mut self, kind: &'static str, name: impl Into<String>) -> Self {
        self.resources.push(Resource { kind, name: name.into(), in_record: false });
        self
    }
}
