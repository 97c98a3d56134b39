//! What botocore's models leave out and the services do: names of XML elements, SQS's forms.

mod s3;
mod sqs;

use wire::model::table::ServiceTable;

use crate::Failure;

/// Adds to a table what is known of its service beyond the published model.
///
/// # Errors
/// When the model has no longer what an addition is about.
pub(super) fn amend(table: &mut ServiceTable<'_>) -> Result<(), Failure> {
    match table.name {
        "s3" => s3::amend(table),
        "sqs" => sqs::amend(table),
        _ => Ok(()),
    }
}
