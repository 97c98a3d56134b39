//! Every event, for years: an open table with an index for lookups.
