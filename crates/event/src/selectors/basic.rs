//! Basic event selectors: reads or writes, management events, and data events by ARN.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::error::SelectorError;
use super::subject::{Subject, Touched};

/// The resource types that basic selectors know.
pub(super) const OBJECT: &str = "AWS::S3::Object";
pub(super) const FUNCTION: &str = "AWS::Lambda::Function";
pub(super) const TABLE: &str = "AWS::DynamoDB::Table";

/// One basic event selector; absent members have AWS's defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
pub struct EventSelector {
    /// Whether reads, writes or both are asked for, of management and of data events.
    pub read_write_type: ReadWriteType,
    /// Whether management events are asked for.
    pub include_management_events: bool,
    /// Of which resources data events are asked for.
    pub data_resources: Vec<DataResource>,
    /// Sources whose management events are not wanted: `kms.amazonaws.com`,
    /// `rdsdata.amazonaws.com`.
    pub exclude_management_event_sources: Vec<String>,
}

/// Resources of one type whose data events are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
pub struct DataResource {
    /// `Type`: `AWS::S3::Object`, `AWS::Lambda::Function` or `AWS::DynamoDB::Table`.
    #[serde(rename = "Type")]
    pub kind: String,
    /// ARNs or beginnings of ARNs; none selects nothing.
    pub values: Vec<String>,
}

/// Reads, writes or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub enum ReadWriteType {
    /// Events whose `readOnly` is true.
    ReadOnly,
    /// Events whose `readOnly` is false.
    WriteOnly,
    /// All, those that do not say included.
    #[default]
    All,
}

impl FromStr for ReadWriteType {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        match text {
            "ReadOnly" => Ok(Self::ReadOnly),
            "WriteOnly" => Ok(Self::WriteOnly),
            "All" => Ok(Self::All),
            _ => Err(SelectorError::ReadWriteType(text.to_owned())),
        }
    }
}

impl TryFrom<String> for ReadWriteType {
    type Error = SelectorError;

    fn try_from(text: String) -> Result<Self, SelectorError> {
        text.parse()
    }
}

impl ReadWriteType {
    /// Returns AWS's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "ReadOnly",
            Self::WriteOnly => "WriteOnly",
            Self::All => "All",
        }
    }

    /// An event that does not say what it is, is neither: so it is with `readOnly` in an advanced
    /// selector, which AWS's console makes of this one.
    fn covers(self, read_only: Option<bool>) -> bool {
        match self {
            Self::All => true,
            Self::ReadOnly => read_only == Some(true),
            Self::WriteOnly => read_only == Some(false),
        }
    }
}

impl Default for EventSelector {
    fn default() -> Self {
        Self {
            read_write_type: ReadWriteType::All,
            include_management_events: true,
            data_resources: Vec::new(),
            exclude_management_event_sources: Vec::new(),
        }
    }
}

impl EventSelector {
    pub(super) fn selects(&self, event: &Subject<'_>) -> bool {
        self.read_write_type.covers(event.read_only)
            && match event.event_category.as_ref() {
                "Management" => self.selects_management(event),
                "Data" => self.selects_data(event),
                _ => false,
            }
    }

    pub(super) fn wants_data_of(&self, resource_type: &str) -> bool {
        self.data_resources.iter().any(|data| data.kind == resource_type && !data.values.is_empty())
    }

    fn selects_management(&self, event: &Subject<'_>) -> bool {
        let excluded = |source: &String| event.event_source.as_deref() == Some(source.as_str());
        self.include_management_events
            && !self.exclude_management_event_sources.iter().any(excluded)
    }

    fn selects_data(&self, event: &Subject<'_>) -> bool {
        event.resources.iter().any(|touched| self.data_resources.iter().any(|d| d.covers(touched)))
    }
}

impl DataResource {
    fn covers(&self, touched: &Touched<'_>) -> bool {
        touched.kind.as_deref() == Some(self.kind.as_str())
            && touched
                .arn()
                .is_some_and(|arn| self.values.iter().any(|value| self.begins(value, arn)))
    }

    /// Values are beginnings, which is why a bucket needs its slash; a function's ARN alone is
    /// exact, so that `helloworld` is not `helloworld2` as well.
    fn begins(&self, value: &str, arn: &str) -> bool {
        if self.kind == FUNCTION && !is_all(value) {
            return arn == value;
        }
        arn.starts_with(value)
    }

    /// Returns how many of the values count towards the limit: those that say *all* do not.
    pub(super) fn counted(&self) -> usize {
        self.values.iter().filter(|value| !is_all(value)).count()
    }
}

/// Returns whether the value is the whole of a service: `arn:aws:s3`, `arn:aws:lambda`, …
pub(super) fn is_all(value: &str) -> bool {
    matches!(after_partition(value), Some("s3" | "s3:::" | "lambda" | "dynamodb"))
}

/// Returns what follows `arn:aws:`, in any of AWS's partitions.
pub(super) fn after_partition(arn: &str) -> Option<&str> {
    let (partition, rest) = arn.strip_prefix("arn:")?.split_once(':')?;
    let other = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    (partition == "aws" || partition.strip_prefix("aws-").is_some_and(other)).then_some(rest)
}
