//! What gzip takes for the same bytes.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flate2::read::GzDecoder;

use super::super::{clock, peers};
use crate::Failure;

/// What one level of gzip took for all files, one after the other.
pub(super) struct Plain {
    pub(super) seconds: f64,
    pub(super) processor_seconds: f64,
    pub(super) megabytes: f64,
}

/// Log files, unzipped onto the disk of the server's data folder.
pub(super) struct Kept {
    pub(super) events: usize,
    pub(super) megabytes: f64,
    pub(super) stored_megabytes: f64,
    paths: Vec<PathBuf>,
}

impl Kept {
    /// Unzips log files and counts what is in them.
    pub(super) fn unzip(files: &[Vec<u8>]) -> Result<Self, Failure> {
        let folder = Path::new(peers::FOLDER).join("plain");
        fs::create_dir_all(&folder)?;
        let (mut kept, mut bytes, mut stored) = (Vec::new(), 0, 0);
        let mut events = 0;
        for (number, file) in files.iter().enumerate() {
            let mut text = Vec::new();
            GzDecoder::new(file.as_slice()).read_to_end(&mut text)?;
            let document: Document = serde_json::from_slice(&text)?;
            events += document.records.len();
            (bytes, stored) = (bytes + text.len(), stored + file.len());
            let path = folder.join(format!("{number}.json"));
            fs::write(&path, text)?;
            kept.push(path);
        }
        let (megabytes, stored_megabytes) = (megabytes(bytes)?, megabytes(stored)?);
        Ok(Self { events, megabytes, stored_megabytes, paths: kept })
    }

    /// Compresses all files at a level of gzip.
    pub(super) fn gzip(&self, level: &str) -> Result<Plain, Failure> {
        let (mut bytes, began, processor) = (0, clock::instant(), peers::children_seconds()?);
        for path in &self.paths {
            let zipped = path.with_extension("json.gz");
            let (from, to) = (File::open(path)?, File::create(&zipped)?);
            let mut gzip = Command::new("gzip");
            peers::done(gzip.arg(level).stdin(Stdio::from(from)).stdout(Stdio::from(to)))?;
            bytes += fs::metadata(&zipped)?.len();
        }
        let seconds = began.elapsed().as_secs_f64();
        let processor_seconds = peers::children_seconds()? - processor;
        let megabytes = megabytes(usize::try_from(bytes)?)?;
        Ok(Plain { seconds, processor_seconds, megabytes })
    }
}

/// A log file; what its records say is not looked at.
#[derive(serde::Deserialize)]
struct Document {
    #[serde(rename = "Records")]
    records: Vec<serde::de::IgnoredAny>,
}

fn megabytes(bytes: usize) -> Result<f64, Failure> {
    Ok(f64::from(u32::try_from(bytes / 1000)?) / 1000.0)
}
