//! The filter of the server's own searches.

use wire::{Fault, Members};

use super::Reading;
use crate::history::{Column, Filter, Scope};
use crate::services::written_source;

/// What asks for every account or every Region.
const ALL: &[&str] = &["all", "*"];

/// Reads the filter of an input; texts may hold `*` and do not mind case.
///
/// # Errors
/// `InvalidFilterException`; `AccessDeniedException` when the caller asks for other accounts than
/// its own without belonging to the operator's.
pub(super) fn read(
    reading: &Reading<'_>,
    input: &Members,
    limit: usize,
) -> Result<(Scope, Filter), Fault> {
    let empty = Members::new();
    let given = input.map("Filter").unwrap_or(&empty);
    let mut filter = Filter {
        start_second: given.timestamp("StartTime").map(jiff::Timestamp::as_second),
        end_second: given.timestamp("EndTime").map(jiff::Timestamp::as_second),
        ..Filter::default()
    };
    for (column, name) in [
        (Column::EventName, "EventName"),
        (Column::Who, "Who"),
        (Column::Resource, "Resource"),
        (Column::ErrorCode, "ErrorCode"),
        (Column::SourceIp, "SourceIp"),
    ] {
        filter.pattern(column, name, given.string(name)).map_err(|cause| invalid(&cause))?;
    }
    let source = given.string("EventSource").map(written_source);
    filter.pattern(Column::EventSource, "EventSource", source).map_err(|cause| invalid(&cause))?;
    if let Some(id) = given.string("EventId") {
        filter.attributes.push(crate::history::Attribute::EventId(id.to_owned()));
    }
    if let Some(read_only) = given.boolean("ReadOnly") {
        filter.attributes.push(crate::history::Attribute::ReadOnly(read_only));
    }
    let scope = Scope {
        account: account(reading, given, &mut filter)?,
        region: region(reading, given, &mut filter)?,
        until: u64::MAX,
        below: None,
        limit,
    };
    Ok((scope, filter))
}

fn account(
    reading: &Reading<'_>,
    given: &Members,
    filter: &mut Filter,
) -> Result<Option<String>, Fault> {
    let wanted = given.string("Account").unwrap_or(reading.account);
    if wanted == reading.account {
        return Ok(Some(wanted.to_owned()));
    }
    if !reading.sees_all {
        return if ALL.contains(&wanted) {
            // every account that this caller may see is its own
            Ok(Some(reading.account.to_owned()))
        } else {
            Err(denied(reading, wanted))
        };
    }
    if !ALL.contains(&wanted) {
        filter
            .pattern(Column::Account, "Account", Some(wanted))
            .map_err(|cause| invalid(&cause))?;
    }
    Ok(None)
}

fn region(
    reading: &Reading<'_>,
    given: &Members,
    filter: &mut Filter,
) -> Result<Option<String>, Fault> {
    match given.string("Region") {
        None => Ok(Some(reading.region.to_owned())),
        Some(region) if ALL.contains(&region) => Ok(None),
        Some(region) => {
            filter
                .pattern(Column::Region, "Region", Some(region))
                .map_err(|cause| invalid(&cause))?;
            Ok(None)
        }
    }
}

fn invalid(cause: &crate::history::InvalidFilter) -> Fault {
    Fault::new("InvalidFilterException", cause.to_string())
}

fn denied(reading: &Reading<'_>, account: &str) -> Fault {
    let message = format!(
        "{} may see the events of account {} only, not of {account}: ask from the operator's \
         account, the first one of this server.",
        reading.caller_arn, reading.account
    );
    Fault::new("AccessDeniedException", message).with_status(403)
}
