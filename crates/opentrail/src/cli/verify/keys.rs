//! The keys that are trusted: from a file, or from whoever is asked.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use trail::verify::PublicKey;

use super::super::table::shown;

/// Keys, and why they are believed.
pub(super) struct Trust {
    pub(super) keys: Vec<PublicKey>,
    pub(super) origin: Origin,
}

/// Where keys come from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// From files that were kept.
    Pinned,
    /// From the data folder that is verified.
    DataFolder,
    /// From the server that is asked.
    Server,
}

/// What `aws cloudtrail list-public-keys` prints.
#[derive(Serialize, Deserialize)]
struct File {
    #[serde(rename = "PublicKeyList")]
    keys: Vec<Key>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Key {
    value: String,
    validity_start_time: Time,
    validity_end_time: Time,
    fingerprint: String,
    /// Ours; a key without it may sign in every Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<String>,
}

/// A time in either form that the AWS CLI prints.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Time {
    Text(Timestamp),
    Seconds(f64),
}

impl Origin {
    /// Returns how a report names it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Pinned => "pinned",
            Self::DataFolder => "data folder",
            Self::Server => "server",
        }
    }
}

/// Reads keys from files.
pub(super) fn pinned(files: &[PathBuf]) -> Result<Trust> {
    let mut keys = Vec::new();
    for file in files {
        let named = || shown(&file.display().to_string());
        let text = fs::read(file).with_context(named)?;
        keys.extend(read(&text).with_context(named)?);
    }
    ensure!(!keys.is_empty(), "the files hold not one key");
    Ok(Trust { keys, origin: Origin::Pinned })
}

fn read(text: &[u8]) -> Result<Vec<PublicKey>> {
    let file: File = serde_json::from_slice(text)
        .context("this is not what 'aws cloudtrail list-public-keys' or --save-keys gives")?;
    file.keys.into_iter().map(Key::read).collect()
}

impl Key {
    fn read(self) -> Result<PublicKey> {
        Ok(PublicKey {
            der: STANDARD.decode(&self.value).context("a key is not base64")?,
            fingerprint: self.fingerprint,
            region: self.region,
            valid_from: self.validity_start_time.read()?,
            valid_to: self.validity_end_time.read()?,
        })
    }

    fn of(key: &PublicKey) -> Self {
        Self {
            value: STANDARD.encode(&key.der),
            validity_start_time: Time::Text(key.valid_from),
            validity_end_time: Time::Text(key.valid_to),
            fingerprint: key.fingerprint.clone(),
            region: key.region.clone(),
        }
    }
}

impl Time {
    fn read(&self) -> Result<Timestamp> {
        match self {
            Self::Text(time) => Ok(*time),
            Self::Seconds(seconds) => SignedDuration::try_from_secs_f64(*seconds)
                .and_then(Timestamp::from_duration)
                .map_err(|_| anyhow!("{seconds} is no time")),
        }
    }
}

/// Writes keys where no file is: pins are not replaced by accident.
pub(super) fn save(trust: &Trust, path: &Path) -> Result<()> {
    ensure!(!trust.keys.is_empty(), "there is no key yet: one is made with the first digest");
    let file = File { keys: trust.keys.iter().map(Key::of).collect() };
    let text = serde_json::to_string_pretty(&file)? + "\n";
    let named = || shown(&path.display().to_string());
    let mut options = fs::OpenOptions::new();
    let mut opened = options.write(true).create_new(true).open(path).with_context(named)?;
    std::io::Write::write_all(&mut opened, text.as_bytes()).with_context(named)?;
    eprintln!("{} keys saved; later ones are not among them", trust.keys.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_aws_cli_is_read() {
        let key = |from: &str, more: &str| {
            let text = format!(
                r#"{{"PublicKeyList":[{{"Value":"AAEC","ValidityStartTime":{from},
                "ValidityEndTime":"2026-12-20T10:00:00+00:00","Fingerprint":"ab"{more}}}]}}"#
            );
            read(text.as_bytes()).map(|keys| keys.into_iter().next().unwrap())
        };
        let one = key("1795168800.0", "").unwrap();
        assert_eq!(one.der, [0, 1, 2]);
        assert_eq!(one.valid_from.to_string(), "2026-11-20T10:00:00Z");
        assert_eq!(one.region, None);
        let other = key(r#""2026-11-20T11:00:00+01:00""#, r#","Region":"eu-west-1""#).unwrap();
        assert_eq!(other.valid_from, one.valid_from);
        assert_eq!(other.valid_to.to_string(), "2026-12-20T10:00:00Z");
        assert_eq!(other.region.as_deref(), Some("eu-west-1"));
        assert!(key(r#""yesterday""#, "").is_err());
        assert!(read(b"[]").is_err());
    }

    #[test]
    fn what_is_saved_is_read_back_and_nothing_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        let keys = vec![PublicKey {
            der: vec![1, 2],
            fingerprint: "ab".to_owned(),
            region: Some("eu-west-1".to_owned()),
            valid_from: "2026-11-20T10:00:00Z".parse().unwrap(),
            valid_to: "2026-12-20T10:00:00Z".parse().unwrap(),
        }];
        let trust = Trust { keys, origin: Origin::Server };
        save(&trust, &path).unwrap();
        assert_eq!(pinned(std::slice::from_ref(&path)).unwrap().keys, trust.keys);
        assert!(save(&trust, &path).is_err());
    }
}
