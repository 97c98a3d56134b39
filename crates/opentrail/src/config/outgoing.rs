//! What the server may send out, and with whose keys: stores, topics, and subscribers' addresses.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use identity::Secret;
use ipnet::IpNet;
use reqwest::Url;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use wire::sigv4::Credentials;

/// An S3-compatible store of the user's own: which buckets are there, where it is, and the key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoreConfig {
    /// The names of its buckets; `*` stands for anything.
    pub buckets: Vec<String>,
    /// `https://host[:port]`, or `http://` where the network is trusted.
    pub endpoint: Endpoint,
    /// The Region that requests are signed for.
    #[serde(default = "usual_region")]
    pub region: String,
    /// Who signs.
    pub access_key_id: String,
    /// The secret; this or the file.
    pub secret_access_key: Option<HiddenText>,
    /// A file that holds the secret and nothing else.
    pub secret_access_key_file: Option<PathBuf>,
    /// Whether the bucket stands in the path, as everywhere but at AWS, and not in the host name.
    #[serde(default = "yes")]
    pub path_style: bool,
}

/// Topics of the user's own SNS endpoint.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TopicConfig {
    /// The ARNs of its topics; `*` stands for anything.
    pub arns: Vec<String>,
    /// `https://host[:port]`, or `http://` where the network is trusted.
    pub endpoint: Endpoint,
    /// The Region that requests are signed for; else the one in the topic's ARN.
    pub region: Option<String>,
    /// Who signs.
    pub access_key_id: String,
    /// The secret; this or the file.
    pub secret_access_key: Option<HiddenText>,
    /// A file that holds the secret and nothing else.
    pub secret_access_key_file: Option<PathBuf>,
}

/// Bounds on what goes out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OutgoingConfig {
    /// Networks that are not public and may be posted to. Not said: loopback when the server
    /// listens on loopback, else none. Link-local addresses are never posted to.
    pub allowed_networks: Option<Vec<IpNet>>,
    /// How long a connection may take to be made, in seconds.
    pub connect_seconds_max: u64,
    /// How long a request to a store or a topic may take as a whole, in seconds.
    pub request_seconds_max: u64,
    /// How long a post to a subscriber may take as a whole, in seconds. SNS: 15.
    pub post_seconds_max: u64,
}

/// Where a server of the user's is: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Endpoint(Url);

/// A secret of the configuration, which prints as dots.
#[derive(Clone)]
pub(crate) struct HiddenText(Secret);

/// The longest time that can be set, in seconds.
const SECONDS_MAX: u64 = 3600;

impl StoreConfig {
    /// Returns the key that signs.
    ///
    /// # Errors
    /// In words for the operator: no secret or two, or a file that cannot be read.
    pub(crate) fn credentials(&self) -> Result<Credentials, String> {
        let inline = self.secret_access_key.as_ref();
        credentials("stores", &self.access_key_id, inline, self.secret_access_key_file.as_ref())
    }

    /// Refuses what could serve no bucket.
    pub(super) fn check(&self) -> Result<(), String> {
        patterns("stores.buckets", &self.buckets)?;
        if !self.path_style && self.endpoint.url().domain().is_none() {
            return Err("stores.path_style = false asks for an endpoint with a name".to_owned());
        }
        self.credentials().map(|_| ())
    }
}

impl TopicConfig {
    /// Returns the key that signs.
    ///
    /// # Errors
    /// In words for the operator: no secret or two, or a file that cannot be read.
    pub(crate) fn credentials(&self) -> Result<Credentials, String> {
        let inline = self.secret_access_key.as_ref();
        credentials("topics", &self.access_key_id, inline, self.secret_access_key_file.as_ref())
    }

    /// Refuses what could serve no topic.
    pub(super) fn check(&self) -> Result<(), String> {
        patterns("topics.arns", &self.arns)?;
        self.credentials().map(|_| ())
    }
}

impl OutgoingConfig {
    /// Returns the networks that are not public and may be posted to, by a server that listens
    /// there.
    pub(crate) fn networks(&self, listen: SocketAddr) -> Vec<IpNet> {
        match &self.allowed_networks {
            Some(networks) => networks.clone(),
            None if listen.ip().is_loopback() => LOOPBACK.to_vec(),
            None => Vec::new(),
        }
    }

    /// Returns how long a connection may take to be made.
    pub(crate) fn connect(&self) -> Duration {
        Duration::from_secs(self.connect_seconds_max)
    }

    /// Returns how long a request to a store or a topic may take.
    pub(crate) fn request(&self) -> Duration {
        Duration::from_secs(self.request_seconds_max)
    }

    /// Returns how long a post may take.
    pub(crate) fn post(&self) -> Duration {
        Duration::from_secs(self.post_seconds_max)
    }

    /// Refuses times that are none.
    pub(super) fn check(&self) -> Result<(), String> {
        for (name, seconds) in [
            ("connect_seconds_max", self.connect_seconds_max),
            ("request_seconds_max", self.request_seconds_max),
            ("post_seconds_max", self.post_seconds_max),
        ] {
            if !(1..=SECONDS_MAX).contains(&seconds) {
                return Err(format!("outgoing.{name} = {seconds} is not between 1 and 3600"));
            }
        }
        Ok(())
    }
}

const LOOPBACK: [IpNet; 2] = [
    IpNet::new_assert(std::net::IpAddr::V4(std::net::Ipv4Addr::new(127, 0, 0, 0)), 8),
    IpNet::new_assert(std::net::IpAddr::V6(std::net::Ipv6Addr::LOCALHOST), 128),
];

impl Default for OutgoingConfig {
    fn default() -> Self {
        Self {
            allowed_networks: None,
            connect_seconds_max: 5,
            request_seconds_max: 60,
            post_seconds_max: 15,
        }
    }
}

impl Endpoint {
    /// Returns it as a URL without path, query and user.
    pub(crate) fn url(&self) -> &Url {
        &self.0
    }
}

impl TryFrom<String> for Endpoint {
    type Error = &'static str;

    /// Reads an endpoint; what was written is not repeated, for it may hold a password.
    fn try_from(text: String) -> Result<Self, Self::Error> {
        const FORM: &str = "an endpoint is http://host[:port] or https://host[:port]";
        let url = Url::parse(&text).map_err(|_| FORM)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.path() == "/";
        let bare = url.query().is_none() && url.fragment().is_none() && url.has_host();
        if matches!(url.scheme(), "http" | "https") && plain && bare {
            Ok(Self(url))
        } else {
            Err(FORM)
        }
    }
}

impl fmt::Debug for HiddenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl<'de> Deserialize<'de> for HiddenText {
    /// Reads a text; of anything else, the complaint does not repeat the value.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => Ok(Self(Secret::new(text))),
            _ => Err(D::Error::custom("secret_access_key is a text")),
        }
    }
}

/// Reads a list of tables; what is none is not repeated, for it may hold a secret.
pub(super) fn tables<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let toml::Value::Array(items) = toml::Value::deserialize(deserializer)? else {
        return Err(D::Error::custom("stores and topics are lists of tables"));
    };
    let read = |item: toml::Value| match item {
        toml::Value::Table(table) => {
            table.try_into().map_err(|cause: toml::de::Error| D::Error::custom(cause.message()))
        }
        _ => Err(D::Error::custom("stores and topics are lists of tables")),
    };
    items.into_iter().map(read).collect()
}

/// Returns the key of a section from its one source of the secret.
fn credentials(
    section: &str,
    access_key_id: &str,
    inline: Option<&HiddenText>,
    file: Option<&PathBuf>,
) -> Result<Credentials, String> {
    let secret = match (inline, file) {
        (Some(secret), None) => secret.0.expose().to_owned(),
        (None, Some(path)) => std::fs::read_to_string(path)
            .map_err(|cause| format!("{section}: {} cannot be read: {cause}", path.display()))?
            .trim()
            .to_owned(),
        _ => {
            let names = "secret_access_key or secret_access_key_file";
            return Err(format!("{section}: one of {names} is needed"));
        }
    };
    if access_key_id.is_empty() || secret.is_empty() {
        return Err(format!("{section}: access_key_id and the secret must not be empty"));
    }
    Ok(Credentials {
        access_key_id: access_key_id.to_owned(),
        secret_access_key: secret,
        session_token: None,
    })
}

fn patterns(name: &str, patterns: &[String]) -> Result<(), String> {
    if patterns.is_empty() || patterns.iter().any(String::is_empty) {
        return Err(format!("{name} names nothing"));
    }
    Ok(())
}

fn usual_region() -> String {
    "us-east-1".to_owned()
}

const fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    const STORE: &str = "buckets = [\"logs-*\"]\nendpoint = \"http://127.0.0.1:9000\"\n\
                         access_key_id = \"AKIDEXAMPLE\"\n";

    fn load(text: &str) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        std::fs::write(&path, text).unwrap();
        Config::load(Some(&path), std::iter::empty(), vec![]).map_err(|error| error.to_string())
    }

    #[test]
    fn a_store_has_one_secret_which_is_not_printed() {
        let config = load(&format!("[[stores]]\n{STORE}secret_access_key = \"swordfish\"\n"));
        let config = config.unwrap();
        assert_eq!(config.stores[0].region, "us-east-1");
        assert!(config.stores[0].path_style);
        assert_eq!(config.stores[0].credentials().unwrap().secret_access_key, "swordfish");
        assert!(!format!("{config:?}").contains("swordfish"));
        assert!(load(&format!("[[stores]]\n{STORE}")).unwrap_err().contains("is needed"));
    }

    #[test]
    fn a_secret_is_read_from_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().display();
        let text = format!("[[stores]]\n{STORE}secret_access_key_file = \"{path}\"\n");
        assert!(load(&text).unwrap_err().contains("empty"));
        std::fs::write(file.path(), "swordfish\n").unwrap();
        let config = load(&text).unwrap();
        assert_eq!(config.stores[0].credentials().unwrap().secret_access_key, "swordfish");
    }

    #[test]
    fn no_complaint_repeats_a_secret() {
        for environment in [
            ("OPENTRAIL_STORES", "[{ secret_access_key = swordfish }]"),
            ("OPENTRAIL_STORES", "[\"swordfish\"]"),
            ("OPENTRAIL_TOPICS", "swordfish"),
            ("OPENTRAIL_STORES", "[{ secret_access_key = [\"swordfish\"] }]"),
            ("OPENTRAIL_STORES", "[{ endpoint = \"http://me:swordfish@host\" }]"),
        ] {
            let environment = [(environment.0.to_owned(), environment.1.to_owned())];
            let error = Config::load(None, environment.into_iter(), vec![]).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("swordfish"), "{error:?}");
        }
    }

    #[test]
    fn a_line_that_is_no_toml_is_named_and_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        std::fs::write(&path, "[[stores]]\n\nsecret_access_key = swordfish\n").unwrap();
        let error = Config::load(Some(&path), std::iter::empty(), vec![]).unwrap_err();
        assert!(error.to_string().ends_with("line 3"), "{error}");
        let source = std::error::Error::source(&error).unwrap();
        assert!(!format!("{error:?} {source}").contains("swordfish"), "{source}");
    }

    #[test]
    fn an_endpoint_is_scheme_host_and_port() {
        let read = |text: &str| Endpoint::try_from(text.to_owned()).is_ok();
        assert!(read("https://s3.example.org"));
        assert!(read("http://[::1]:9000/"));
        for text in [
            "s3.example.org",
            "ftp://h",
            "http://h/base",
            "http://h?x",
            "http://u:p@h",
            "http://h#x",
        ] {
            assert!(!read(text), "{text}");
        }
    }

    #[test]
    fn what_is_not_public_is_closed_unless_it_is_named() {
        let open = |text: &str, listen: &str| {
            let config = load(text).unwrap().outgoing;
            config.networks(listen.parse().unwrap()).len()
        };
        assert_eq!(open("", "127.0.0.1:1"), 2);
        assert_eq!(open("", "[::1]:1"), 2);
        assert_eq!(open("", "0.0.0.0:1"), 0);
        assert_eq!(open("[outgoing]\nallowed_networks = []\n", "127.0.0.1:1"), 0);
        assert_eq!(open("[outgoing]\nallowed_networks = [\"10.0.0.0/8\"]\n", "0.0.0.0:1"), 1);
        assert!(load("[outgoing]\npost_seconds_max = 0\n").unwrap_err().contains("post_seconds"));
    }
}
