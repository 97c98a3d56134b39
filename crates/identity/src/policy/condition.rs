//! Conditions: an operator, a key, and the values it is held against.

use std::cmp::Ordering;
use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;

use super::context::Context;
use super::glob::Case;
use super::template::{ArnTemplate, Template};

/// One condition of a statement.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    key: String,
    quantifier: Quantifier,
    if_exists: bool,
    negated: bool,
    test: Test,
}

/// How the several values that a key may have count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quantifier {
    None,
    ForAnyValue,
    ForAllValues,
}

/// What a value of the request is held against; any one of the policy's values is enough.
#[derive(Debug, Clone, PartialEq)]
enum Test {
    String(Case, Vec<Template>),
    Arn(Vec<ArnTemplate>),
    Numeric(Compare, Vec<f64>),
    Date(Compare, Vec<Timestamp>),
    Bool(Vec<bool>),
    Address(Vec<IpNet>),
    /// Whether the key must be absent.
    Null(Vec<bool>),
}

/// The comparisons of numbers and dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compare {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Condition {
    /// Reads one condition; `None` when the operator is not known or a value is not of its kind.
    pub(crate) fn new(
        operator: &str,
        key: &str,
        values: &[String],
        variables: bool,
    ) -> Option<Self> {
        let (quantifier, operator) = Quantifier::split(operator);
        let (if_exists, operator) = match operator.strip_suffix("IfExists") {
            Some(operator) if operator != "Null" => (true, operator),
            Some(_) => return None,
            None => (false, operator),
        };
        let (negated, test) = test(operator, values, variables)?;
        Some(Self { key: key.to_owned(), quantifier, if_exists, negated, test })
    }

    /// Returns whether the request meets this condition.
    pub(crate) fn holds(&self, context: &Context) -> bool {
        let values = context.get(&self.key);
        if let Test::Null(absent) = &self.test {
            return absent.contains(&values.is_none());
        }
        let Some(values) = values else {
            return self.holds_without_key();
        };
        let meets = |value: &String| self.test.any_matches(value, context) != self.negated;
        match self.quantifier {
            Quantifier::ForAllValues => values.iter().all(meets),
            // A negated operator on several values means that none of them may match.
            Quantifier::None if self.negated => values.iter().all(meets),
            Quantifier::ForAnyValue | Quantifier::None => values.iter().any(meets),
        }
    }

    fn holds_without_key(&self) -> bool {
        match self.quantifier {
            Quantifier::ForAllValues => true,
            Quantifier::ForAnyValue => self.if_exists,
            Quantifier::None => self.if_exists || self.negated,
        }
    }
}

impl Quantifier {
    fn split(operator: &str) -> (Self, &str) {
        match operator.split_once(':') {
            Some(("ForAllValues", operator)) => (Self::ForAllValues, operator),
            Some(("ForAnyValue", operator)) => (Self::ForAnyValue, operator),
            _ => (Self::None, operator),
        }
    }
}

impl Test {
    fn any_matches(&self, value: &str, context: &Context) -> bool {
        match self {
            Self::String(case, values) => {
                values.iter().any(|template| template.matches(value, *case, context))
            }
            Self::Arn(values) => values.iter().any(|arn| arn.matches(value, context)),
            Self::Numeric(compare, values) => value.parse().is_ok_and(|number: f64| {
                values.iter().any(|wanted| compare.allows(number.partial_cmp(wanted)))
            }),
            Self::Date(compare, values) => date(value).is_some_and(|date| {
                values.iter().any(|wanted| compare.allows(Some(date.cmp(wanted))))
            }),
            Self::Bool(values) => boolean(value).is_some_and(|value| values.contains(&value)),
            Self::Address(blocks) => value.parse().is_ok_and(|address: IpAddr| {
                blocks.iter().any(|block| block.contains(&address.to_canonical()))
            }),
            Self::Null(_) => false,
        }
    }
}

impl Compare {
    fn allows(self, ordering: Option<Ordering>) -> bool {
        ordering.is_some_and(|ordering| match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        })
    }
}

/// Returns whether the operator is a negated one, and the test it makes.
fn test(operator: &str, values: &[String], variables: bool) -> Option<(bool, Test)> {
    let exactly = |case| {
        all(values, |value| Template::exact(value, variables)).map(|read| Test::String(case, read))
    };
    let like = || {
        let read = all(values, |value| Template::new(value, variables))?;
        Some(Test::String(Case::Matters, read))
    };
    let arns = || all(values, |value| ArnTemplate::new(value, variables)).map(Test::Arn);
    Some(match operator {
        "StringEquals" | "BinaryEquals" => (false, exactly(Case::Matters)?),
        "StringNotEquals" => (true, exactly(Case::Matters)?),
        "StringEqualsIgnoreCase" => (false, exactly(Case::Ignored)?),
        "StringNotEqualsIgnoreCase" => (true, exactly(Case::Ignored)?),
        "StringLike" => (false, like()?),
        "StringNotLike" => (true, like()?),
        "ArnEquals" | "ArnLike" => (false, arns()?),
        "ArnNotEquals" | "ArnNotLike" => (true, arns()?),
        "Bool" => (false, Test::Bool(all(values, boolean)?)),
        "Null" => (false, Test::Null(all(values, boolean)?)),
        "IpAddress" => (false, Test::Address(all(values, address_block)?)),
        "NotIpAddress" => (true, Test::Address(all(values, address_block)?)),
        _ => comparison(operator, values)?,
    })
}

fn comparison(operator: &str, values: &[String]) -> Option<(bool, Test)> {
    let (numeric, comparison) = match operator.strip_prefix("Numeric") {
        Some(comparison) => (true, comparison),
        None => (false, operator.strip_prefix("Date")?),
    };
    let (negated, compare) = match comparison {
        "Equals" => (false, Compare::Equal),
        "NotEquals" => (true, Compare::Equal),
        "LessThan" => (false, Compare::Less),
        "LessThanEquals" => (false, Compare::LessOrEqual),
        "GreaterThan" => (false, Compare::Greater),
        "GreaterThanEquals" => (false, Compare::GreaterOrEqual),
        _ => return None,
    };
    let test = if numeric {
        Test::Numeric(compare, all(values, |value| value.parse().ok())?)
    } else {
        Test::Date(compare, all(values, date)?)
    };
    Some((negated, test))
}

fn all<T>(values: &[String], read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    values.iter().map(|value| read(value)).collect()
}

fn boolean(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Reads an ISO 8601 date, with or without a time, or seconds since 1970.
fn date(value: &str) -> Option<Timestamp> {
    let seconds = || Timestamp::from_second(value.parse().ok()?).ok();
    let day = || format!("{value}T00:00:00Z").parse().ok();
    value.parse().ok().or_else(seconds).or_else(day)
}

fn address_block(value: &str) -> Option<IpNet> {
    let single = || value.parse::<IpAddr>().ok().map(IpNet::from);
    value.parse().ok().or_else(single)
}
