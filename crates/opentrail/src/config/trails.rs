//! Settings of trails.

use serde::Deserialize;

/// How trails deliver.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TrailsConfig {
    /// How long events wait at most before they become a log file, in seconds. AWS: 300.
    pub delivery_interval_secs: u32,
    /// How many bytes of records one log file holds at most, before compression. AWS: 50 MB.
    pub file_bytes_max: u64,
    /// How long a digest waits for log files that do not arrive, in seconds; later ones are listed
    /// by a backfill digest.
    pub digest_grace_secs: u32,
}

impl Default for TrailsConfig {
    fn default() -> Self {
        Self { delivery_interval_secs: 300, file_bytes_max: 50_000_000, digest_grace_secs: 1800 }
    }
}

impl TrailsConfig {
    /// Refuses values under which nothing would be delivered.
    pub(super) fn check(&self) -> Result<(), String> {
        for (name, value, least, most) in [
            ("delivery_interval_secs", u64::from(self.delivery_interval_secs), 1, 900),
            ("file_bytes_max", self.file_bytes_max, 1_000_000, 500_000_000),
            ("digest_grace_secs", u64::from(self.digest_grace_secs), 0, 86_400),
        ] {
            if !(least..=most).contains(&value) {
                return Err(format!("trails.{name} = {value} is not between {least} and {most}"));
            }
        }
        Ok(())
    }
}

/// The Regions that an account has without opting in.
const REGIONS: &[&str] = &[
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Returns the Regions that are enabled when nothing is said.
pub(super) fn default_regions() -> Vec<String> {
    REGIONS.iter().map(|region| (*region).to_owned()).collect()
}
