//! What was asked and what came of it, as an event tells it.

use event::{Body, Cut, Record};
use serde_json::json;
use wire::model::Operation;

use super::omitted::{left_out, whole};
use super::{Ending, Story};
use crate::body::Shown;
use crate::body::bucket::{Asked, elements, parameters};

/// Why a body is not in its record.
const OVER: &str = "over 100 KiB; the whole is kept beside the record";

/// How a body stands in a record, and the whole of one that is too large for it.
type Told = Option<(Body, Option<event::Omitted>)>;

impl Story<'_> {
    /// Puts in what was asked and what came of it; returns both in full when one is too large.
    pub(super) fn put_bodies<'r>(
        &self,
        record: &mut Record<'r>,
        ending: &'r Ending<'_>,
    ) -> Option<String> {
        if let Ending::Failed(fault) = ending {
            record.error_code = Some(Cut(&fault.code));
            record.error_message = Some(Cut(&fault.message));
        }
        self.put_endpoint(record);
        let hides = matches!(ending, Ending::Failed(_)) && self.hides_failed_requests();
        let (asked, request) = self.asked().filter(|_| !hides).unwrap_or_default();
        record.request_parameters = asked;
        let (came, response) = self.came(ending).unwrap_or_default();
        record.response_elements = came;
        for (name, omitted) in [("requestParameters", &request), ("responseElements", &response)] {
            if let Some(omitted) = omitted {
                record.annotate(name, left_out(&omitted.text, OVER));
            }
        }
        whole(request, response)
    }

    /// STS says where it was asked.
    fn put_endpoint(&self, record: &mut Record<'_>) {
        if self.service.is_none_or(|service| service.name != "sts") {
            return;
        }
        let is_global = self.host.as_deref() == Some("sts.amazonaws.com");
        let endpoint_type = if is_global { "global" } else { "regional" };
        let details =
            json!({ "awsServingRegion": record.aws_region, "endpointType": endpoint_type });
        let more = record.additional_event_data.get_or_insert_default();
        more.insert("RequestDetails".to_owned(), details);
    }

    /// STS writes no parameters of a role that was not given.
    fn hides_failed_requests(&self) -> bool {
        self.service.is_some_and(|service| service.name == "sts")
            && self.name().is_some_and(|name| name.starts_with("AssumeRole"))
    }

    fn asked(&self) -> Told {
        let (service, operation, input) = (self.service?, self.operation?, self.input.as_deref()?);
        if service.name == "s3" {
            let (host, presigned) = (self.host.as_deref(), self.presigned_query());
            let shown = parameters(&Asked { service, operation, input, host, presigned });
            return Body::of(&shown).ok().filter(|_| !shown.is_empty());
        }
        Body::of(&Shown::new(service, operation.input, input)?).ok()
    }

    fn came(&self, ending: &Ending<'_>) -> Told {
        let Ending::Done { output, .. } = ending else { return None };
        let (service, operation) = (self.service?, self.operation?);
        if self.read_only && !shows_output_of_reads(operation) {
            return None;
        }
        if service.name == "s3" {
            return Body::of(&elements(service, operation, output)?).ok();
        }
        Body::of(&Shown::new(service, operation.output, output)?).ok()
    }
}

/// STS shows what the assuming of a role gave although it counts as a read.
fn shows_output_of_reads(operation: &Operation) -> bool {
    operation.name.starts_with("AssumeRole")
}
