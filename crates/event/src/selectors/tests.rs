//! Tests: what is selected and what is refused, one row of AWS's rules after the other.

mod evaluation;
mod rules;
