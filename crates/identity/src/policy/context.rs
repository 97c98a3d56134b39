//! The condition keys of one request.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// What is known about a request: condition keys, whose names ignore case, and their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    values: BTreeMap<String, Vec<String>>,
}

impl Context {
    /// Returns a context with `aws:CurrentTime` and `aws:EpochTime`.
    ///
    /// The server adds what it knows of the connection: `aws:SourceIp`, `aws:UserAgent`,
    /// `aws:SecureTransport`, `aws:RequestedRegion`. Keys of the principal are added here, by
    /// [`crate::authorize`].
    pub fn at(now: Timestamp) -> Self {
        Self::default()
            .with("aws:CurrentTime", now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
            .with("aws:EpochTime", now.as_second().to_string())
    }

    /// Returns this context with the one value of a key.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.values.insert(key.to_ascii_lowercase(), vec![value.into()]);
        self
    }

    /// Returns this context with all values of a key that may have several, such as `aws:TagKeys`.
    #[must_use]
    pub fn with_all<T: Into<String>>(
        mut self,
        key: &str,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let values: Vec<_> = values.into_iter().map(Into::into).collect();
        if !values.is_empty() {
            self.values.insert(key.to_ascii_lowercase(), values);
        }
        self
    }

    /// Returns this context with a key that is only sometimes there.
    #[must_use]
    pub fn with_some(self, key: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Returns this context with `prefix/key` for every tag.
    #[must_use]
    pub fn with_tags(self, prefix: &str, tags: &BTreeMap<String, String>) -> Self {
        tags.iter().fold(self, |context, (key, value)| {
            context.with(&format!("{prefix}/{key}"), value.as_str())
        })
    }

    /// Returns the values of a key; an absent key has none.
    pub(crate) fn get(&self, key: &str) -> Option<&[String]> {
        self.values.get(&key.to_ascii_lowercase()).map(Vec::as_slice)
    }

    /// Returns the value of a key that has exactly one.
    pub(crate) fn single(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            [value] => Some(value),
            _ => None,
        }
    }
}
