//! Tests: parameters of S3 by example.
