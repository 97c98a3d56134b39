//! What a query can see: tables, views, the time it is, and the limits it runs under.

use arrow::datatypes::SchemaRef;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A table made of Parquet files of one schema.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name, which a query writes bare or in double quotes; case does not matter.
    pub name: String,
    /// Its columns as the files have them, names in lower case.
    pub schema: SchemaRef,
    /// Its files.
    pub files: Vec<DataFile>,
    /// A predicate in the same dialect that a row must pass to be seen at all. It is a part of the
    /// scan: nothing that a query says is computed on a row before the row has passed.
    pub rows: Option<String>,
    /// Columns that are not stored: name and expression over the stored ones.
    pub computed: Vec<(String, String)>,
    /// Stored columns that `rows` and `computed` may use and a query cannot name.
    pub hidden: Vec<String>,
    /// The timestamp column that [`DataFile::times`] speaks of.
    pub time: Option<String>,
}

/// One file of a table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DataFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its length in bytes.
    pub bytes: u64,
    /// How many rows it holds.
    pub rows: u64,
    /// The smallest and greatest value of the table's time column in it, in µs since 1970, if
    /// known: a file outside of what a query asks for is then not opened.
    pub times: Option<(i64, i64)>,
}

/// A named query that is read like a table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct View {
    /// Its name.
    pub name: String,
    /// A SELECT over tables and over views that stand before this one.
    pub query: String,
}

/// All that a query can see.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// The tables.
    pub tables: Vec<Table>,
    /// The views, each after those it reads.
    pub views: Vec<View>,
    /// What `now()` and `current_timestamp` answer, in µs since 1970.
    pub now: i64,
}

/// What a query may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// The longest text, in bytes.
    pub text_bytes_max: usize,
    /// How deep parentheses, subqueries and chains of operators may nest.
    pub depth_max: usize,
    /// How many tables a FROM may name in all.
    pub tables_max: usize,
    /// Memory of sorts, joins and groups together, in bytes.
    pub memory_bytes_max: usize,
    /// How many threads compute.
    pub partitions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            text_bytes_max: 10_000,
            depth_max: 200,
            tables_max: 50,
            memory_bytes_max: 512 << 20,
            partitions: 2,
        }
    }
}
