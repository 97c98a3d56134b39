//! The configuration: one documented structure, from a file, the environment and flags.
//!
//! Later ones win: defaults, then the file, then `OPENTRAIL_…` variables (`__` between levels, such
//! as `OPENTRAIL_LIMITS__BODY_BYTES_MAX=65536`), then flags. A key that does not exist is refused
//! by name, wherever it stands.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;

mod lake;
mod outgoing;
mod trails;

pub(crate) use lake::LakeConfig;
pub(crate) use outgoing::{Endpoint, OutgoingConfig, StoreConfig, TopicConfig};
pub(crate) use trails::TrailsConfig;

/// Everything that can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder that holds everything.
    pub data: PathBuf,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub log_level: LogLevel,
    /// `json` (one object a line) or `text`.
    pub log_format: LogFormat,
    /// Peers whose `X-Forwarded-For` is believed; everybody else's is not looked at.
    pub trusted_proxies: Vec<IpAddr>,
    /// Whether the sandbox clock may be moved; always so in the demo world.
    pub sandbox_clock: bool,
    /// A file of products and buyers that a new data folder begins with.
    pub seed: Option<PathBuf>,
    /// What is bounded.
    pub limits: Limits,
    /// The journal.
    pub journal: JournalConfig,
    /// `LookupEvents`.
    pub lookup: LookupConfig,
    /// The Marketplace and License Manager sandboxes.
    pub sandbox: sandbox::Settings,
    /// The Regions that are enabled: where multi-Region trails write digests though nothing happens.
    pub regions: Vec<String>,
    /// How events are kept for years.
    pub lake: LakeConfig,
    /// How trails deliver.
    pub trails: TrailsConfig,
    /// S3-compatible stores of the user's own; the first that names a bucket has it.
    #[serde(deserialize_with = "outgoing::tables")]
    pub stores: Vec<StoreConfig>,
    /// SNS endpoints of the user's own; the first that names a topic has it.
    #[serde(deserialize_with = "outgoing::tables")]
    pub topics: Vec<TopicConfig>,
    /// What goes out.
    pub outgoing: OutgoingConfig,
}

/// Bounds on what a client may send; each is refused with a clear error at its edge.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Limits {
    /// The largest request body, in bytes. Metering allows 1 MB.
    pub body_bytes_max: usize,
    /// The largest object or part of one that is put with one request, in bytes.
    pub object_bytes_max: usize,
    /// The largest request line and headers together, in bytes.
    pub head_bytes_max: usize,
    /// The most headers.
    pub headers_max: usize,
    /// The deepest JSON, CBOR or form nesting.
    pub depth_max: usize,
    /// The most values in one input.
    pub values_max: usize,
    /// The most connections at once; further ones wait.
    pub connections_max: usize,
    /// How long a client may take to send a request, in seconds.
    pub request_seconds_max: u64,
    /// How far a signature's time may be from the server's, in minutes. CloudTrail: 5.
    pub clock_skew_minutes: u32,
    /// How many requests with a wrong signature or an unknown key are judged per minute, address
    /// and key, and ten times as many per address; further ones are throttled and leave no event.
    /// 0 turns this off.
    pub failed_signatures_per_minute: u32,
    /// `LookupEvents` calls per second, account and Region. AWS: 2. 0 turns this off.
    pub lookup_events_per_second: u32,
    /// How long an ending server waits for calls under way, in seconds.
    pub drain_seconds_max: u64,
}

/// How the journal is kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct JournalConfig {
    /// The size of a segment file, in bytes.
    pub segment_bytes: u64,
    /// The free disk space below which calls are refused, in bytes.
    pub reserve_bytes: u64,
    /// After how many frames the state is written out, so that a restart is quick.
    pub snapshot_frames: u64,
}

/// How `LookupEvents` differs from AWS's, when asked to.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LookupConfig {
    /// Whether several attributes may be given, all of which must match. AWS takes one.
    pub several_attributes: bool,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogLevel {
    /// What went wrong.
    Error,
    /// And what was refused.
    Warn,
    /// And starts and stops.
    Info,
    /// And every call.
    Debug,
    /// And everything.
    Trace,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// One JSON object a line.
    Json,
    /// Text for a person.
    Text,
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The file cannot be read.
    #[error("configuration file {0} cannot be read")]
    File(PathBuf, #[source] std::io::Error),
    /// The file is not TOML.
    #[error("configuration file {0} is not TOML, in line {1}")]
    Syntax(PathBuf, usize, #[source] Box<toml::de::Error>),
    /// A key is unknown or a value makes no sense.
    #[error("configuration: {0}")]
    Value(String),
}

/// The largest body that can be allowed: what it becomes in the journal must fit into a frame.
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;

/// The largest object that can be allowed in one request: it is held in memory.
const OBJECT_BYTES_MAX: usize = 512 * 1024 * 1024;

/// Variables that begin like settings and are none: ours for shells and tests.
const NOT_SETTINGS: &[&str] = &["OPENTRAIL_CONFIG", "OPENTRAIL_BIN", "OPENTRAIL_PYTHON"];

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 4580)),
            data: default_data_folder(),
            log_level: LogLevel::Info,
            log_format: LogFormat::Json,
            trusted_proxies: Vec::new(),
            sandbox_clock: false,
            seed: None,
            limits: Limits::default(),
            journal: JournalConfig::default(),
            lookup: LookupConfig::default(),
            sandbox: sandbox::Settings::default(),
            regions: trails::default_regions(),
            lake: LakeConfig::default(),
            trails: TrailsConfig::default(),
            stores: Vec::new(),
            topics: Vec::new(),
            outgoing: OutgoingConfig::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes_max: 1024 * 1024,
            object_bytes_max: 128 * 1024 * 1024,
            head_bytes_max: 32 * 1024,
            headers_max: 64,
            depth_max: 64,
            values_max: 100_000,
            connections_max: 1024,
            request_seconds_max: 30,
            clock_skew_minutes: 5,
            failed_signatures_per_minute: 20,
            lookup_events_per_second: 0,
            drain_seconds_max: 5,
        }
    }
}

impl Default for JournalConfig {
    fn default() -> Self {
        Self {
            segment_bytes: 64 * 1024 * 1024,
            reserve_bytes: 256 * 1024 * 1024,
            snapshot_frames: 200_000,
        }
    }
}

impl Config {
    /// Reads the configuration: `file` when named, then the environment, then `flags` by dotted
    /// names.
    pub(crate) fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
        flags: Vec<(&str, toml::Value)>,
    ) -> Result<Self, ConfigError> {
        let mut table = match file {
            Some(path) => read_table(path)?,
            None => toml::Table::new(),
        };
        let settings: BTreeMap<_, _> =
            environment.filter(|(name, text)| is_setting(name) && !text.is_empty()).collect();
        for (name, text) in &settings {
            let path = name.trim_start_matches("OPENTRAIL_").to_lowercase();
            set(&mut table, &path.split("__").collect::<Vec<_>>(), value(text));
        }
        for (name, value) in flags {
            set(&mut table, &name.split('.').collect::<Vec<_>>(), value);
        }
        let config: Self = table.try_into().map_err(|cause| ConfigError::Value(explain(&cause)))?;
        config.check()?;
        Ok(config)
    }

    /// Refuses values under which a server would start and serve nobody.
    fn check(&self) -> Result<(), ConfigError> {
        let limits = &self.limits;
        if limits.request_seconds_max == 0 || limits.clock_skew_minutes == 0 {
            let text = "limits.request_seconds_max and limits.clock_skew_minutes are at least 1";
            return Err(ConfigError::Value(text.to_owned()));
        }
        for (name, value, range) in [
            ("limits.body_bytes_max", limits.body_bytes_max, 1..=BODY_BYTES_MAX),
            ("limits.object_bytes_max", limits.object_bytes_max, 1..=OBJECT_BYTES_MAX),
            ("limits.head_bytes_max", limits.head_bytes_max, 8192..=1024 * 1024),
            ("limits.headers_max", limits.headers_max, 1..=10_000),
            ("limits.depth_max", limits.depth_max, 1..=127),
            ("limits.values_max", limits.values_max, 1..=100_000_000),
            ("limits.connections_max", limits.connections_max, 1..=1_000_000),
        ] {
            if !range.contains(&value) {
                let (least, most) = (range.start(), range.end());
                let text = format!("{name} = {value} is not between {least} and {most}");
                return Err(ConfigError::Value(text));
            }
        }
        self.lake.check().map_err(ConfigError::Value)?;
        self.trails.check().map_err(ConfigError::Value)?;
        self.check_outgoing().map_err(ConfigError::Value)
    }

    fn check_outgoing(&self) -> Result<(), String> {
        self.stores.iter().try_for_each(StoreConfig::check)?;
        self.topics.iter().try_for_each(TopicConfig::check)?;
        self.outgoing.check()
    }
}

/// Returns where data goes when nothing is said: below the user's data folder.
pub(crate) fn default_data_folder() -> PathBuf {
    let base = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share")));
    base.unwrap_or_default().join("opentrail")
}

fn read_table(path: &Path) -> Result<toml::Table, ConfigError> {
    let text =
        std::fs::read_to_string(path).map_err(|cause| ConfigError::File(path.to_owned(), cause))?;
    text.parse().map_err(|mut cause: toml::de::Error| {
        let before = cause.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        // the line is named and not shown: it may hold a secret
        cause.set_input(None);
        ConfigError::Syntax(path.to_owned(), before.split('\n').count(), Box::new(cause))
    })
}

fn is_setting(name: &str) -> bool {
    name.starts_with("OPENTRAIL_")
        && !name.starts_with("OPENTRAIL_DEMO_")
        && !NOT_SETTINGS.contains(&name)
}

/// Reads text as a TOML value; what is none is a string.
fn value(text: &str) -> toml::Value {
    format!("value = {text}")
        .parse::<toml::Table>()
        .ok()
        .and_then(|mut parsed| parsed.remove("value"))
        .unwrap_or_else(|| toml::Value::String(text.to_owned()))
}

/// Puts a value at a path.
fn set(table: &mut toml::Table, path: &[&str], value: toml::Value) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        table.insert((*first).to_owned(), value);
        return;
    }
    let inner =
        table.entry((*first).to_owned()).or_insert_with(|| toml::Value::Table(toml::Table::new()));
    if !inner.is_table() {
        // what is asked for below a plain value is no key: let it be refused by name
        *inner = toml::Value::Table(toml::Table::new());
    }
    if let Some(inner) = inner.as_table_mut() {
        set(inner, rest, value);
    }
}

fn explain(cause: &toml::de::Error) -> String {
    let text = cause.message().to_owned();
    if text.starts_with("unknown field") {
        return format!("{text}; see docs/configuration.md");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(
        environment: &[(&str, &str)],
        flags: Vec<(&str, toml::Value)>,
    ) -> Result<Config, ConfigError> {
        let environment =
            environment.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Config::load(None, environment, flags)
    }

    #[test]
    fn later_sources_win() {
        let config = load(
            &[
                ("OPENTRAIL_LISTEN", "127.0.0.1:9"),
                ("OPENTRAIL_LIMITS__BODY_BYTES_MAX", "77"),
                ("OPENTRAIL_SANDBOX__WINDOW_HOURS", "6"),
                ("OPENTRAIL_DEMO_PRODUCT_CODE", "not a setting"),
                ("HOME", "/"),
            ],
            vec![("listen", toml::Value::String("127.0.0.1:10".to_owned()))],
        )
        .unwrap();
        assert_eq!(config.listen.port(), 10);
        assert_eq!(config.limits.body_bytes_max, 77);
        assert_eq!(config.sandbox.window_hours, 6);
    }

    #[test]
    fn unknown_keys_are_refused_by_name() {
        let error = load(&[("OPENTRAIL_LIMITS__BODY_MAX", "1")], vec![]).unwrap_err();
        assert!(error.to_string().contains("body_max"), "{error}");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        std::fs::write(&path, "[limit]\nbody_bytes_max = 1\n").unwrap();
        let error = Config::load(Some(&path), std::iter::empty(), vec![]).unwrap_err();
        assert!(error.to_string().contains("limit"), "{error}");
    }
}
