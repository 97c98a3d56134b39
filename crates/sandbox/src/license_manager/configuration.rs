//! A license configuration: what it says, what hangs on it, and how it is shown.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wire::{Members, Value};

use super::product_information::ProductInformation;

/// What a license is counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CountingType {
    /// Virtual CPUs of the running instances.
    #[serde(rename = "vCPU")]
    VCpu,
    /// Instances.
    Instance,
    /// Physical cores of the hosts.
    Core,
    /// Physical sockets of the hosts.
    Socket,
}

/// Whether a configuration is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// It counts.
    Available,
    /// It is kept and does not count.
    Disabled,
}

/// What kind of resource a configuration is associated with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ResourceType {
    /// An EC2 instance.
    #[serde(rename = "EC2_INSTANCE")]
    Ec2Instance,
    /// An EC2 dedicated host.
    #[serde(rename = "EC2_HOST")]
    Ec2Host,
    /// An EC2 image; consumes nothing by itself.
    #[serde(rename = "EC2_AMI")]
    Ec2Ami,
    /// An RDS database.
    Rds,
    /// A machine that Systems Manager manages.
    SystemsManagerManagedInstance,
}

/// A resource that a configuration is associated with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Association {
    /// The resource.
    pub resource_arn: String,
    /// Its kind.
    pub resource_type: ResourceType,
    /// The account that owns it.
    pub resource_owner_id: String,
    /// Since when.
    pub association_time: Timestamp,
    /// How many licenses it takes; none for an image or a stopped instance.
    pub consumed_licenses: u32,
}

/// One license configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// `arn:aws:license-manager:<region>:<account>:license-configuration:lic-<hex>`
    pub arn: String,
    /// The name.
    pub name: String,
    /// The description.
    pub description: Option<String>,
    /// What is counted.
    pub counting_type: CountingType,
    /// The rules, as given: `#name=value`.
    pub rules: Vec<String>,
    /// How many licenses there are; unlimited when absent.
    pub count: Option<i64>,
    /// Whether what would go beyond the count is refused.
    pub hard_limit: bool,
    /// Whether associations end when the software is no longer found.
    pub disassociate_when_not_found: bool,
    /// When the licenses expire, in seconds since 1970.
    pub expiry: Option<i64>,
    /// Whether it is in use.
    pub status: Status,
    /// What is discovered automatically.
    pub product_information: Vec<ProductInformation>,
    /// Tags by key.
    pub tags: BTreeMap<String, String>,
    /// Associated resources by ARN.
    pub associations: BTreeMap<String, Association>,
}

const RESOURCE_TYPES: &[ResourceType] = &[
    ResourceType::Ec2Instance,
    ResourceType::Ec2Host,
    ResourceType::Ec2Ami,
    ResourceType::Rds,
    ResourceType::SystemsManagerManagedInstance,
];

impl CountingType {
    /// Returns the counting type of this name in the API.
    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::VCpu, Self::Instance, Self::Core, Self::Socket]
            .into_iter()
            .find(|counting_type| counting_type.as_str() == text)
    }

    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VCpu => "vCPU",
            Self::Instance => "Instance",
            Self::Core => "Core",
            Self::Socket => "Socket",
        }
    }
}

impl Status {
    /// Returns the status of this name in the API.
    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::Available, Self::Disabled].into_iter().find(|status| status.as_str() == text)
    }

    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "AVAILABLE",
            Self::Disabled => "DISABLED",
        }
    }
}

impl ResourceType {
    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ec2Instance => "EC2_INSTANCE",
            Self::Ec2Host => "EC2_HOST",
            Self::Ec2Ami => "EC2_AMI",
            Self::Rds => "RDS",
            Self::SystemsManagerManagedInstance => "SYSTEMS_MANAGER_MANAGED_INSTANCE",
        }
    }
}

impl Configuration {
    /// Returns how many licenses all associated resources take.
    pub fn consumed(&self) -> i64 {
        self.associations.values().map(|other| i64::from(other.consumed_licenses)).sum()
    }

    /// Returns whether more licenses are taken than there are.
    pub fn is_limit_exceeded(&self) -> bool {
        self.count.is_some_and(|count| self.consumed() > count)
    }

    /// Returns the configuration as the lists show it.
    pub(super) fn summary(&self, account: &str) -> Members {
        self.shown(account, None)
    }

    /// Returns the configuration as `GetLicenseConfiguration` shows it, tags included.
    pub(super) fn details(&self, account: &str) -> Members {
        self.shown(account, Some(super::tags::shown(&self.tags)))
    }

    fn shown(&self, account: &str, tags: Option<Value>) -> Members {
        let id = self.arn.rsplit(':').next().unwrap_or_default();
        let information = self.product_information.iter().map(ProductInformation::shown);
        Members::new()
            .with("LicenseConfigurationId", Value::from(id))
            .with("LicenseConfigurationArn", Value::from(self.arn.as_str()))
            .with("Name", Value::from(self.name.as_str()))
            .with("Description", self.description.clone().map(Value::String))
            .with("LicenseCountingType", Value::from(self.counting_type.as_str()))
            .with("LicenseRules", Value::from(self.rules.clone()))
            .with("LicenseCount", self.count.map(Value::Integer))
            .with("LicenseCountHardLimit", Value::Bool(self.hard_limit))
            .with("ConsumedLicenses", Value::Integer(self.consumed()))
            .with("Status", Value::from(self.status.as_str()))
            .with("OwnerAccountId", Value::from(account))
            .with("ConsumedLicenseSummaryList", self.consumed_by_type())
            .with("ManagedResourceSummaryList", self.managed_by_type())
            .with("Tags", tags)
            .with("ProductInformationList", Value::from(information.collect::<Vec<_>>()))
            .with("DisassociateWhenNotFound", Value::Bool(self.disassociate_when_not_found))
            .with("LicenseExpiry", self.expiry.map(Value::Integer))
    }

    fn consumed_by_type(&self) -> Value {
        let consuming = RESOURCE_TYPES.iter().filter(|kind| **kind != ResourceType::Ec2Ami);
        let row = |kind: &ResourceType| {
            let consumed = self.associated(*kind).map(|other| i64::from(other.consumed_licenses));
            Members::new()
                .with("ResourceType", Value::from(kind.as_str()))
                .with("ConsumedLicenses", Value::Integer(consumed.sum()))
        };
        Value::from(consuming.map(row).collect::<Vec<_>>())
    }

    fn managed_by_type(&self) -> Value {
        let row = |kind: &ResourceType| {
            let count = i64::try_from(self.associated(*kind).count()).unwrap_or(i64::MAX);
            Members::new()
                .with("ResourceType", Value::from(kind.as_str()))
                .with("AssociationCount", Value::Integer(count))
        };
        Value::from(RESOURCE_TYPES.iter().map(row).collect::<Vec<_>>())
    }

    fn associated(&self, kind: ResourceType) -> impl Iterator<Item = &Association> {
        self.associations.values().filter(move |other| other.resource_type == kind)
    }
}
