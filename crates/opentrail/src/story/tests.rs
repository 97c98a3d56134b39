//! Tests: whole records, by example.
