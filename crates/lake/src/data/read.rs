//! Reads rows of a data file: some by their numbers for lookups, all of them for compaction.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{Int32Type, Int64Type};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection,
    RowSelector,
};
use parquet::file::metadata::PageIndexPolicy;
use parquet::file::reader::{ChunkReader, Length};

use super::{DataError, index_path};
use crate::columns::{ACCOUNT, EXTRA, NTH, RECORD, SEQUENCE};
use crate::index::{Index, IndexError};

/// An open data file.
pub(crate) struct DataFile {
    /// Its name, below the table's folder.
    pub name: String,
    /// How many rows it has.
    pub rows: u64,
    /// The first and the last `eventTime`, in microseconds since 1970.
    pub times: (i64, i64),
    path: PathBuf,
    pieces: Pieces,
    metadata: ArrowReaderMetadata,
    index: Index,
}

/// A row that was read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// The record, byte for byte.
    pub record: String,
    /// The account in whose history it is.
    pub account: String,
    /// The frame or the batch that it came with.
    pub sequence: u64,
    /// Its place in there.
    pub nth: u32,
    /// What history needs beside the record, as JSON.
    pub extra: Option<String>,
}

impl DataFile {
    /// Opens a file of so many rows.
    ///
    /// # Errors
    /// It has another number of rows, is no Parquet file, or has no whole index.
    pub(crate) fn open(
        folder: &Path,
        name: &str,
        rows: u64,
        times: (i64, i64),
    ) -> Result<Self, DataError> {
        let path = folder.join(name);
        let (pieces, metadata) = open(&path)?;
        let counted = metadata.metadata().file_metadata().num_rows();
        if u64::try_from(counted) != Ok(rows) {
            return Err(DataError::Damaged(path, "it has another number of rows"));
        }
        let index = Index::open(&index_path(folder, name), rows);
        let index = index.map_err(|cause| unreadable(folder, name, cause))?;
        Ok(Self { name: name.to_owned(), rows, times, path, pieces, metadata, index })
    }

    /// Tells of it to those who read the table by other means.
    pub(crate) fn told(&self) -> crate::store::File {
        let (path, bytes) = (self.path.clone(), self.pieces.bytes);
        crate::store::File { path, bytes, rows: self.rows, times: self.times }
    }

    /// Returns the index.
    pub(crate) fn index(&self) -> &Index {
        &self.index
    }

    /// Says what an error of the index means for this file.
    pub(crate) fn broken(&self, cause: IndexError) -> DataError {
        match cause {
            IndexError::Io(cause) => DataError::Io(self.path.clone(), cause),
            IndexError::Damaged => DataError::Damaged(self.path.clone(), "its index is damaged"),
        }
    }

    /// Says that a record cannot be read, though it was when it came.
    pub(crate) fn unreadable(&self, cause: event::FactsError) -> DataError {
        DataError::Record(self.path.clone(), cause)
    }

    /// Reads rows by their numbers, which ascend.
    pub(crate) fn rows(&self, numbers: &[u32]) -> Result<Vec<Found>, DataError> {
        let builder = self.reader(&[RECORD, ACCOUNT, SEQUENCE, NTH, EXTRA]);
        let builder =
            builder.with_row_selection(selection(numbers)).with_batch_size(numbers.len().max(1));
        let reader = builder.build().map_err(|cause| self.parquet(cause))?;
        let mut found = Vec::with_capacity(numbers.len());
        for batch in reader {
            let batch = batch.map_err(|cause| self.parquet(cause.into()))?;
            found.extend(self.found(&batch)?);
        }
        if found.len() == numbers.len() {
            return Ok(found);
        }
        Err(DataError::Damaged(self.path.clone(), "a row is missing"))
    }

    /// Hands all rows to `take`, batch by batch, in the order of the file.
    pub(crate) fn scan(
        &self,
        take: &mut dyn FnMut(Vec<Found>) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        scan(&self.path, &self.pieces, &self.metadata, take)
    }

    fn reader(&self, columns: &[&str]) -> ParquetRecordBatchReaderBuilder<Pieces> {
        reader(&self.pieces, &self.metadata, columns)
    }

    fn found(&self, batch: &RecordBatch) -> Result<Vec<Found>, DataError> {
        found(&self.path, batch)
    }

    fn parquet(&self, cause: parquet::errors::ParquetError) -> DataError {
        DataError::Parquet(self.path.clone(), cause)
    }
}

/// Hands all rows of a file to `take`, whether or not it has an index.
pub(crate) fn scan_file(
    path: &Path,
    take: &mut dyn FnMut(Vec<Found>) -> Result<(), DataError>,
) -> Result<(), DataError> {
    let (pieces, metadata) = open(path)?;
    scan(path, &pieces, &metadata, take)
}

fn open(path: &Path) -> Result<(Pieces, ArrowReaderMetadata), DataError> {
    let io = |cause| DataError::Io(path.to_owned(), cause);
    let file = File::open(path).map_err(io)?;
    let bytes = file.metadata().map_err(io)?.len();
    let pieces = Pieces { file: Arc::new(file), bytes };
    let options = ArrowReaderOptions::new().with_offset_index_policy(PageIndexPolicy::Required);
    let metadata = ArrowReaderMetadata::load(&pieces, options)
        .map_err(|cause| DataError::Parquet(path.to_owned(), cause))?;
    Ok((pieces, metadata))
}

fn scan(
    path: &Path,
    pieces: &Pieces,
    metadata: &ArrowReaderMetadata,
    take: &mut dyn FnMut(Vec<Found>) -> Result<(), DataError>,
) -> Result<(), DataError> {
    let parquet = |cause| DataError::Parquet(path.to_owned(), cause);
    let builder = reader(pieces, metadata, &[RECORD, ACCOUNT, SEQUENCE, NTH, EXTRA]);
    for batch in builder.with_batch_size(4096).build().map_err(parquet)? {
        let batch = batch.map_err(|cause| parquet(cause.into()))?;
        take(found(path, &batch)?)?;
    }
    Ok(())
}

fn reader(
    pieces: &Pieces,
    metadata: &ArrowReaderMetadata,
    columns: &[&str],
) -> ParquetRecordBatchReaderBuilder<Pieces> {
    let schema = metadata.metadata().file_metadata().schema_descr();
    let mask = ProjectionMask::columns(schema, columns.iter().copied());
    ParquetRecordBatchReaderBuilder::new_with_metadata(pieces.clone(), metadata.clone())
        .with_projection(mask)
}

fn found(path: &Path, batch: &RecordBatch) -> Result<Vec<Found>, DataError> {
    let damaged = || DataError::Damaged(path.to_owned(), "it has other columns");
    let column = |name| batch.column_by_name(name).ok_or_else(damaged);
    let text = |name| column(name).and_then(|array| array.as_string_opt().ok_or_else(damaged));
    let (records, accounts): (&StringArray, &StringArray) = (text(RECORD)?, text(ACCOUNT)?);
    let extras: &StringArray = text(EXTRA)?;
    let sequences = column(SEQUENCE)?.as_primitive_opt::<Int64Type>().ok_or_else(damaged)?;
    let places = column(NTH)?.as_primitive_opt::<Int32Type>().ok_or_else(damaged)?;
    (0..batch.num_rows())
        .map(|at| {
            Ok(Found {
                record: records.value(at).to_owned(),
                account: accounts.value(at).to_owned(),
                sequence: u64::try_from(sequences.value(at)).map_err(|_| damaged())?,
                nth: u32::try_from(places.value(at)).map_err(|_| damaged())?,
                extra: extras.is_valid(at).then(|| extras.value(at).to_owned()),
            })
        })
        .collect()
}

/// Returns the selection of these rows, which ascend.
fn selection(numbers: &[u32]) -> RowSelection {
    let mut selectors: Vec<RowSelector> = Vec::with_capacity(2 * numbers.len());
    let mut next = 0;
    for number in numbers {
        let number = *number as usize;
        match selectors.last_mut() {
            Some(last) if number == next => last.row_count += 1,
            _ => {
                selectors.push(RowSelector::skip(number - next));
                selectors.push(RowSelector::select(1));
            }
        }
        next = number + 1;
    }
    selectors.into()
}

fn unreadable(folder: &Path, name: &str, cause: IndexError) -> DataError {
    let path = index_path(folder, name);
    match cause {
        IndexError::Io(cause) => DataError::Io(path, cause),
        IndexError::Damaged => DataError::Damaged(path, "the index is not what was written"),
    }
}

/// A file that is read at any place without moving a cursor.
#[derive(Clone)]
pub(crate) struct Pieces {
    file: Arc<File>,
    bytes: u64,
}

impl Length for Pieces {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for Pieces {
    type T = Rest;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Rest> {
        Ok(Rest { file: Arc::clone(&self.file), at: start })
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, start)?;
        Ok(bytes.into())
    }
}

/// A file from some place on.
pub(crate) struct Rest {
    file: Arc<File>,
    at: u64,
}

impl Read for Rest {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(bytes, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}
