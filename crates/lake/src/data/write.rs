//! Writes a data file and its index, whole and on the disk before anybody is told.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use arrow::datatypes::SchemaRef;
use aws_lc_rs::digest::{Context, SHA256};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::schema::types::ColumnPath;

use super::{DataError, DataFile, index_path};
use crate::arrays;
use crate::columns::{EXTRA, NTH, RECORD, SEQUENCE};
use crate::index;
use crate::row::Row;

/// How many rows become arrays at once.
const ROWS_AT_ONCE: usize = 4096;
/// A page of records, uncompressed, in bytes: one is unpacked for each scattered row.
const RECORD_PAGE_BYTES: usize = 64 * 1024;

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its name, below the table's folder.
    pub name: String,
    /// How large it is, in bytes.
    pub bytes: u64,
    /// How many rows it has.
    pub rows: u64,
    /// The first and the last `eventTime`, in microseconds since 1970.
    pub times: (i64, i64),
    /// The first and the last frame or batch.
    pub sequences: (u64, u64),
    /// The SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// How large its index is, in bytes.
    pub index_bytes: u64,
}

/// Writes rows as a data file; sorts them.
///
/// The file is written, synced, opened again and counted, and so is its index. A file of the same
/// name, left by a crash, is overwritten.
///
/// # Panics
/// There is no row, or 16 million.
pub(crate) fn write(
    folder: &Path,
    name: &str,
    rows: &[Row<'_>],
    effort: Effort,
) -> Result<Written, DataError> {
    let mut sorted: Vec<&Row<'_>> = rows.iter().collect();
    sorted.sort_unstable_by(|one, other| one.by_likeness(other));
    let (bytes, sha256) = write_parquet(&folder.join(name), &sorted, effort)?;
    let index_bytes = write_index(folder, name, &sorted)?;
    let times = sorted.iter().map(|row| row.time().as_microsecond());
    let sequences = sorted.iter().map(|row| row.sequence);
    let written = Written {
        name: name.to_owned(),
        bytes,
        rows: sorted.len() as u64,
        times: ends(times).expect("a file has rows"),
        sequences: ends(sequences).expect("a file has rows"),
        sha256,
        index_bytes,
    };
    // counted again from the disk before it is told of (spec/reliability W7)
    DataFile::open(folder, name, written.rows, written.times)?;
    Ok(written)
}

/// Makes the index of a file again, from its rows in their order.
pub(crate) fn reindex(folder: &Path, name: &str, rows: &[Row<'_>]) -> Result<u64, DataError> {
    let rows: Vec<&Row<'_>> = rows.iter().collect();
    write_index(folder, name, &rows)
}

/// How hard the compressor tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// Events are waiting.
    Quick,
    /// The file will stay as it is.
    Thorough,
}

fn ends<T: Ord + Copy>(values: impl Iterator<Item = T> + Clone) -> Option<(T, T)> {
    values.clone().min().zip(values.max())
}

fn write_parquet(
    path: &Path,
    sorted: &[&Row<'_>],
    effort: Effort,
) -> Result<(u64, String), DataError> {
    let io = |cause| DataError::Io(path.to_owned(), cause);
    let parquet = |cause| DataError::Parquet(path.to_owned(), cause);
    let schema = crate::schema();
    let file = Hashing::new(File::create(path).map_err(io)?);
    let mut writer =
        ArrowWriter::try_new(file, SchemaRef::clone(&schema), Some(properties(effort)))
            .map_err(parquet)?;
    for rows in sorted.chunks(ROWS_AT_ONCE) {
        writer.write(&arrays::batch(&schema, rows)).map_err(parquet)?;
    }
    writer.into_inner().map_err(parquet)?.finish().map_err(io)
}

fn properties(effort: Effort) -> WriterProperties {
    let level = if effort == Effort::Quick { 1 } else { 6 };
    let zstd = Compression::ZSTD(ZstdLevel::try_new(level).expect("a level that zstd has"));
    let record = || ColumnPath::from(RECORD);
    let properties = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_compression(zstd)
        .set_max_row_group_row_count(Some(index::ROWS_MAX))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        // what is different in every row only fills a dictionary
        .set_column_dictionary_enabled(record(), false)
        .set_column_statistics_enabled(record(), EnabledStatistics::None)
        .set_column_data_page_size_limit(record(), RECORD_PAGE_BYTES)
        .set_column_statistics_enabled(EXTRA.into(), EnabledStatistics::None);
    let properties =
        ["eventtime", SEQUENCE, NTH].into_iter().fold(properties, |properties, name| {
            properties
                .set_column_dictionary_enabled(name.into(), false)
                .set_column_encoding(name.into(), Encoding::DELTA_BINARY_PACKED)
        });
    let unlike = ["eventid", "requestid", "sharedeventid"].into_iter();
    let properties = unlike.fold(properties, |properties, name| {
        properties.set_column_dictionary_enabled(name.into(), false)
    });
    properties.set_column_statistics_enabled("eventtime".into(), EnabledStatistics::Page).build()
}

fn write_index(folder: &Path, name: &str, rows: &[&Row<'_>]) -> Result<u64, DataError> {
    let path = index_path(folder, name);
    let io = |cause| DataError::Io(path.clone(), cause);
    let bytes = index::build(rows);
    let mut file = File::create(&path).map_err(io)?;
    file.write_all(&bytes).map_err(io)?;
    file.sync_all().map_err(io)?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)?;
    Ok(bytes.len() as u64)
}

/// A file whose bytes are hashed while they are written.
struct Hashing {
    file: BufWriter<File>,
    hash: Context,
    bytes: u64,
}

impl Hashing {
    fn new(file: File) -> Self {
        Self {
            file: BufWriter::with_capacity(1 << 20, file),
            hash: Context::new(&SHA256),
            bytes: 0,
        }
    }

    /// Writes what is left to the disk; returns the size and the SHA-256 in hexadecimal digits.
    fn finish(mut self) -> io::Result<(u64, String)> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        let digest = self.hash.finish();
        let mut hex = String::with_capacity(64);
        for byte in digest.as_ref() {
            write!(hex, "{byte:02x}").expect("writing to a string cannot fail");
        }
        Ok((self.bytes, hex))
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
