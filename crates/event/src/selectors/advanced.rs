//! Advanced event selectors: conditions on fields of the event.

use serde::{Deserialize, Deserializer, Serialize, de};

use super::subject::{Subject, Touched};

/// One advanced event selector: all of its field selectors must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AdvancedEventSelector {
    /// What its owner calls it; at most 1000 characters, echoed as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The conditions, one for each field.
    pub field_selectors: Vec<FieldSelector>,
}

/// A condition on one field: one of the positive operators' values fits, when there are any, and
/// none of the negative ones' does. An operator without values is one that is not used.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct FieldSelector {
    /// The field, such as `eventName` or `resources.ARN`.
    pub field: String,
    /// The value is one of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "some")]
    pub equals: Vec<String>,
    /// The value begins with one of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "some")]
    pub starts_with: Vec<String>,
    /// The value ends with one of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "some")]
    pub ends_with: Vec<String>,
    /// The value is none of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "some")]
    pub not_equals: Vec<String>,
    /// The value begins with none of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "some")]
    pub not_starts_with: Vec<String>,
    /// The value ends with none of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "some")]
    pub not_ends_with: Vec<String>,
}

/// Reads an operator's values; the model wants one at least where the operator is named.
fn some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let values = Vec::deserialize(deserializer)?;
    if values.is_empty() {
        return Err(de::Error::custom("an operator needs at least one value"));
    }
    Ok(values)
}

impl AdvancedEventSelector {
    pub(super) fn selects(&self, event: &Subject<'_>) -> bool {
        let mut of_event = self.field_selectors.iter().filter(|field| !field.is_of_resource());
        of_event.all(|field| field.holds(event.field(&field.field)))
            && (!self.field_selectors.iter().any(FieldSelector::is_of_resource)
                || event.resources.iter().any(|touched| self.covers(touched)))
    }

    pub(super) fn wants_data_of(&self, resource_type: &str) -> bool {
        self.field_selectors.iter().all(|field| match field.field.as_str() {
            "eventCategory" => field.holds(Some("Data")),
            "resources.type" => field.holds(Some(resource_type)),
            _ => true,
        })
    }

    /// Type and ARN are those of one and the same resource: an object in a bucket is not selected
    /// by the object's type and the bucket's ARN.
    fn covers(&self, touched: &Touched<'_>) -> bool {
        let mut of_resource = self.field_selectors.iter().filter(|field| field.is_of_resource());
        of_resource.all(|field| field.holds(touched.field(&field.field)))
    }
}

impl FieldSelector {
    /// Returns the operators in AWS's words with their values, those not used included.
    pub(super) fn operators(&self) -> [(&'static str, &[String]); 6] {
        [
            ("Equals", &self.equals),
            ("StartsWith", &self.starts_with),
            ("EndsWith", &self.ends_with),
            ("NotEquals", &self.not_equals),
            ("NotStartsWith", &self.not_starts_with),
            ("NotEndsWith", &self.not_ends_with),
        ]
    }

    fn is_of_resource(&self) -> bool {
        self.field.starts_with("resources.")
    }

    fn holds(&self, value: Option<&str>) -> bool {
        let Some(value) = value else { return !self.has_positive() };
        (!self.has_positive() || self.is_met_by(value)) && !self.is_ruled_out_by(value)
    }

    fn has_positive(&self) -> bool {
        !(self.equals.is_empty() && self.starts_with.is_empty() && self.ends_with.is_empty())
    }

    fn is_met_by(&self, value: &str) -> bool {
        self.equals.iter().any(|text| value == text)
            || self.starts_with.iter().any(|text| value.starts_with(text))
            || self.ends_with.iter().any(|text| value.ends_with(text))
    }

    fn is_ruled_out_by(&self, value: &str) -> bool {
        self.not_equals.iter().any(|text| value == text)
            || self.not_starts_with.iter().any(|text| value.starts_with(text))
            || self.not_ends_with.iter().any(|text| value.ends_with(text))
    }
}
