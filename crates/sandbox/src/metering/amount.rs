//! A quantity as a call writes it: whole or decimal.

use wire::{Fault, Members};

use super::quantity::Quantity;

/// A quantity and which of its two members carried it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) quantity: Quantity,
    pub(super) kind: Kind,
}

/// The two ways to write a quantity; one record keeps to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Whole,
    Decimal,
}

impl Amount {
    /// What a record without a quantity means.
    pub(super) const ZERO: Self = Self { quantity: Quantity::whole(0), kind: Kind::Whole };

    /// Returns the amount that one of two members carries; none when neither does.
    pub(super) fn read(
        sent: &Members,
        whole: &'static str,
        decimal: &'static str,
    ) -> Result<Option<Self>, Fault> {
        match (sent.integer(whole), sent.string(decimal)) {
            (Some(_), Some(_)) => Err(Fault::new(
                "ValidationException",
                format!("{whole} and {decimal} exclude each other; send one of them"),
            )),
            (Some(units), None) => whole_amount(units, whole).map(Some),
            (None, Some(text)) => decimal_amount(text, decimal).map(Some),
            (None, None) => Ok(None),
        }
    }
}

fn whole_amount(units: i64, member: &str) -> Result<Amount, Fault> {
    let units = i32::try_from(units).ok().and_then(|units| u32::try_from(units).ok());
    let units = units.ok_or_else(|| {
        Fault::new("ValidationException", format!("{member} must be from 0 to 2147483647"))
    })?;
    Ok(Amount { quantity: Quantity::whole(units), kind: Kind::Whole })
}

fn decimal_amount(text: &str, member: &str) -> Result<Amount, Fault> {
    let quantity = Quantity::parse(text).ok_or_else(|| {
        Fault::new(
            "ValidationException",
            format!("{member} must have up to 10 digits and up to 6 decimals, without a sign"),
        )
    })?;
    Ok(Amount { quantity, kind: Kind::Decimal })
}
