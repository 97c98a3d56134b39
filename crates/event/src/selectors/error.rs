//! What is wrong with selectors, in AWS's words where they are known.

/// The first rule that selectors break; shown, it is the message of an
/// `InvalidEventSelectorsException`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectorError {
    /// Both kinds in one request. AWS's words.
    #[error(
        "You can select events by using either EventSelectors or AdvancedEventSelectors, but not both."
    )]
    BothKinds,
    /// No basic selector, or more than five. AWS's words.
    #[error("Specify a valid number of selectors (1 to 5) for your trail")]
    BasicCount,
    /// No advanced selector, or more than 500. AWS's words.
    #[error("Specify between 1 and 500 selectors for your trail.")]
    AdvancedCount,
    /// None of `ReadOnly`, `WriteOnly`, `All`. AWS's words.
    #[error("Value {0} for ReadWriteType is invalid.")]
    ReadWriteType(String),
    /// None of the three types of basic selectors.
    #[error("Value {0} for DataResources.Type is invalid.")]
    DataResourceType(String),
    /// No ARN of the type, or one with a wildcard. AWS's words.
    #[error("Value {0} for DataResources.Values is invalid.")]
    DataResourceValue(String),
    /// More than 250 values in data resources.
    #[error("Specify up to 250 data resources for your trail: there are {0}.")]
    DataResourceCount(usize),
    /// A source that cannot be excluded.
    #[error("Value {0} for ExcludeManagementEventSources is invalid.")]
    ExcludedSource(String),
    /// Event data stores have advanced selectors only.
    #[error("An event data store takes AdvancedEventSelectors only.")]
    BasicForStore,
    /// A name of more than 1000 characters.
    #[error("The name of a selector can have up to 1000 characters.")]
    Name,
    /// A field that the category cannot do without. AWS's words.
    #[error("The following fields are required: [{0}].")]
    Missing(&'static str),
    /// A field twice in one selector.
    #[error("The {0} field can be specified only once in a selector.")]
    Repeated(String),
    /// A field that this category does not have here.
    #[error("The {field} field is not valid for events of the category {category}.")]
    Field {
        /// The field.
        field: String,
        /// The category that the selector asks for.
        category: String,
    },
    /// An operator that the field does not take.
    #[error("The {operator} operator is not valid for the {field} field.")]
    Operator {
        /// The field.
        field: String,
        /// The operator.
        operator: &'static str,
    },
    /// A field without any operator.
    #[error("Specify an operator and a value for the {0} field.")]
    NoOperator(String),
    /// More than one value where one is allowed.
    #[error("Specify one value only for the {0} field.")]
    Several(String),
    /// A value that the field cannot have.
    #[error("The {field} field value is not valid: {value}")]
    Value {
        /// The field.
        field: String,
        /// The value.
        value: String,
    },
    /// No resource type that has data events. AWS's words.
    #[error("The resources.type field value is not valid.")]
    ResourceType,
    /// The ARN of a function with a version or alias. AWS's words.
    #[error("The specified ARN {0} is not valid. Verify that the ARN is properly formatted.")]
    FunctionArn(String),
    /// A value that is empty or has more than 2048 characters.
    #[error("A value for the {0} field must have 1 to 2048 characters.")]
    ValueLength(String),
    /// More than 500 values in all selectors.
    #[error("Specify up to 500 values for all conditions of your selectors: there are {0}.")]
    ValueCount(usize),
}
