//! Quantities of usage: decimals with six places, exact.

use std::fmt;
use std::ops::{AddAssign, Sub};

const PLACES: usize = 6;
const ONE: i128 = 1_000_000;
/// Digits before the point, far beyond what the service takes, and far from overflowing.
const WHOLE_DIGITS_MAX: usize = 24;

/// A quantity in millionths: metering knows no finer ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Quantity(i128);

impl Quantity {
    /// Reads `17`, `17.5`, `-3` or `17.500000000`; nothing with separators of thousands, and
    /// nothing finer than a millionth.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
        let places = places.trim_end_matches('0');
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_empty = whole.is_empty() && places.is_empty();
        if is_empty || !is_digits(whole) || !is_digits(places) {
            return None;
        }
        if places.len() > PLACES || whole.len() > WHOLE_DIGITS_MAX {
            return None;
        }
        let number = |part: &str| if part.is_empty() { Some(0) } else { part.parse().ok() };
        let millionths: i128 = number(&format!("{places:0<PLACES$}"))?;
        Some(Self(sign * (number(whole)? * ONE + millionths)))
    }
}

impl AddAssign for Quantity {
    fn add_assign(&mut self, other: Self) {
        self.0 = self.0.saturating_add(other.0);
    }
}

impl Sub for Quantity {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 1_000_000, self.0.unsigned_abs() % 1_000_000);
        if rest == 0 {
            return write!(f, "{sign}{whole}");
        }
        let places = format!("{rest:06}");
        write!(f, "{sign}{whole}.{}", places.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::Quantity;

    #[test]
    fn equal_by_value_however_written() {
        for (text, shown) in [
            ("17", "17"),
            ("17.0", "17"),
            ("+17.500000000", "17.5"),
            ("-0.000001", "-0.000001"),
            (".5", "0.5"),
            ("-0", "0"),
            ("0000012.30", "12.3"),
        ] {
            assert_eq!(Quantity::parse(text).unwrap().to_string(), shown, "{text}");
        }
        let difference = Quantity::parse("1.2").unwrap() - Quantity::parse("3").unwrap();
        assert_eq!(difference.to_string(), "-1.8");
    }

    #[test]
    fn what_may_mean_two_things_is_refused() {
        let long = "9".repeat(25);
        for text in ["", ".", "-", "1,5", "1.234.5", "1e3", "0.0000001", "NaN", " 1", "١", &long] {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
    }
}
