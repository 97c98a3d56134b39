//! How a buyer's usage is split for the buyer's own accounting.

use serde::{Deserialize, Serialize};
use wire::{Fault, Members};

use super::amount::Amount;
use super::quantity::Quantity;

const TAGS_MAX: usize = 5;
const KEY_CHARACTERS_MAX: usize = 100;
const VALUE_CHARACTERS_MAX: usize = 256;

/// One part of a record's quantity.
///
/// Ordered by tags first, so that a sorted split can be compared whatever order it was sent in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allocation {
    /// The tags in order; none for the untagged rest.
    pub tags: Vec<Tag>,
    /// The part.
    pub quantity: Quantity,
}

/// A tag of an allocation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
}

/// Returns the split that a record carries, sorted; empty when it carries none.
///
/// The parts must add up to the whole exactly, be of its numeric kind, and differ in their tags.
pub(super) fn split(record: &Members, whole: Amount) -> Result<Vec<Allocation>, Fault> {
    if record.get("UsageAllocations").is_none() {
        return Ok(Vec::new());
    }
    let mut split = record
        .maps("UsageAllocations")
        .map(|sent| allocation(sent, whole))
        .collect::<Result<Vec<_>, _>>()?;
    split.sort_unstable();
    if split.windows(2).any(|pair| matches!(pair, [one, next] if one.tags == next.tags)) {
        return Err(invalid("each set of tags, and the untagged rest, may appear only once"));
    }
    let sum: u128 = split.iter().map(|part| u128::from(part.quantity.millionths())).sum();
    if sum != u128::from(whole.quantity.millionths()) {
        return Err(invalid("the allocated quantities must add up to the record's quantity"));
    }
    Ok(split)
}

fn allocation(sent: &Members, whole: Amount) -> Result<Allocation, Fault> {
    let part = Amount::read(sent, "AllocatedUsageQuantity", "AllocatedUsageQuantityAsDecimal")?
        .ok_or_else(|| invalid("every allocation needs a quantity"))?;
    if part.kind != whole.kind {
        return Err(invalid(
            "allocations of Quantity use AllocatedUsageQuantity, those of QuantityAsDecimal use \
             AllocatedUsageQuantityAsDecimal",
        ));
    }
    Ok(Allocation { tags: tags(sent)?, quantity: part.quantity })
}

fn tags(sent: &Members) -> Result<Vec<Tag>, Fault> {
    if sent.get("Tags").is_some() && !(1..=TAGS_MAX).contains(&sent.list("Tags").len()) {
        return Err(Fault::new(
            "InvalidTagException",
            "an allocation carries 1 to 5 tags, or no Tags member at all",
        ));
    }
    let mut tags = sent.maps("Tags").map(tag).collect::<Result<Vec<_>, _>>()?;
    tags.sort_unstable();
    tags.dedup();
    Ok(tags)
}

fn tag(sent: &Members) -> Result<Tag, Fault> {
    let key = sent.string("Key").filter(|key| is_legal(key, KEY_CHARACTERS_MAX));
    let value = sent.string("Value").filter(|value| is_legal(value, VALUE_CHARACTERS_MAX));
    match (key, value) {
        (Some(key), Some(value)) => Ok(Tag { key: key.to_owned(), value: value.to_owned() }),
        _ => Err(Fault::new(
            "InvalidTagException",
            "a tag needs a key of 1 to 100 and a value of 1 to 256 letters, digits, spaces or \
             characters up to =, or . _ : / @",
        )),
    }
}

/// AWS's pattern `[a-zA-Z0-9+ -=._:\/@]`, whose ` -=` is a range.
fn is_legal(text: &str, characters_max: usize) -> bool {
    (1..=characters_max).contains(&text.len())
        && text.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || (b' '..=b'=').contains(&byte) || b"_@".contains(&byte)
        })
}

fn invalid(message: &str) -> Fault {
    Fault::new("InvalidUsageAllocationsException", message)
}
