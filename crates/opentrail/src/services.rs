//! What is known of whole services beside their models: names in events and in policies.

use wire::Fault;
use wire::model::{Protocol, Service};

/// Returns the `eventSource` of a service's calls.
///
/// The Catalog API's source differs from its host name on AWS too.
pub(crate) fn event_source(service: &str) -> &'static str {
    match service {
        "cloudtrail" => "cloudtrail.amazonaws.com",
        "cloudtrail-data" => "cloudtrail-data.amazonaws.com",
        "iam" => "iam.amazonaws.com",
        "license-manager" => "license-manager.amazonaws.com",
        "marketplace-agreement" => "agreement-marketplace.amazonaws.com",
        "marketplace-catalog" => "marketplacecatalog.amazonaws.com",
        "marketplace-entitlement" => "entitlement-marketplace.amazonaws.com",
        "meteringmarketplace" => "metering-marketplace.amazonaws.com",
        "organizations" => "organizations.amazonaws.com",
        "s3" => "s3.amazonaws.com",
        "sns" => "sns.amazonaws.com",
        "sqs" => "sqs.amazonaws.com",
        "sts" => "sts.amazonaws.com",
        // calls of this server's own, which AWS does not know
        _ => "opentrail",
    }
}

/// Returns the source under which an event is written for one under which it may be asked for.
///
/// A guide for sellers names the Catalog API's host name as its source; AWS writes another.
pub(crate) fn written_source(asked: &str) -> &str {
    match asked {
        "catalog.marketplace.amazonaws.com" => "marketplacecatalog.amazonaws.com",
        other => other,
    }
}

/// Returns the prefix of a service's IAM actions.
pub(crate) fn action_prefix(service: &str) -> &'static str {
    match service {
        "cloudtrail" => "cloudtrail",
        "cloudtrail-data" => "cloudtrail-data",
        "iam" => "iam",
        "license-manager" => "license-manager",
        "organizations" => "organizations",
        "s3" => "s3",
        "sns" => "sns",
        "sqs" => "sqs",
        "sts" => "sts",
        "opentrail" => "opentrail",
        _ => "aws-marketplace",
    }
}

/// Returns whether a service's events are all recorded in us-east-1.
pub(crate) fn is_global(service: &str) -> bool {
    matches!(service, "iam" | "organizations")
}

/// Returns name and status of the refusal of a call that policies do not allow.
pub(crate) fn access_denied(service: &Service) -> (&'static str, u16) {
    let says = |protocol| service.protocols.contains(&protocol);
    if service.name == "sns" {
        ("AuthorizationError", 403)
    } else if says(Protocol::AwsQuery) || says(Protocol::RestXml) {
        ("AccessDenied", 403)
    } else {
        ("AccessDeniedException", 400)
    }
}

/// Spells a fault that no service models the way that S3 does, where S3 is asked.
pub(crate) fn spelled(protocol: Protocol, mut fault: Fault) -> Fault {
    if protocol != Protocol::RestXml {
        return fault;
    }
    let code = match fault.code.as_ref() {
        "RequestEntityTooLargeException" => "EntityTooLarge",
        "ThrottlingException" => "SlowDown",
        "BadRequestException" => "InvalidRequest",
        code if code.starts_with("AccessDenied") => "AccessDenied",
        _ => return fault,
    };
    fault.code = code.into();
    fault
}

/// Returns whether an operation without an entry of its own only reads, judged by its verb.
pub(crate) fn reads_by_verb(operation: &str) -> bool {
    const READING: &[&str] = &["BatchDescribe", "Describe", "Get", "List", "Lookup", "Search"];
    READING.iter().any(|verb| operation.starts_with(verb))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::model::Models;

    /// A service that is added to the models must be named here, too.
    #[test]
    fn every_service_has_a_source_of_its_own() {
        let models = Models::built_in();
        let mut sources: Vec<_> =
            models.services().map(|service| event_source(service.name)).collect();
        sources.sort_unstable();
        sources.dedup();
        assert_eq!(sources.len(), models.services().count());
    }

    #[test]
    fn each_service_refuses_in_its_own_words() {
        let models = Models::built_in();
        for (service, code, status) in [
            ("s3", "AccessDenied", 403),
            ("sqs", "AccessDenied", 403),
            ("sns", "AuthorizationError", 403),
            ("iam", "AccessDenied", 403),
            ("sts", "AccessDenied", 403),
            ("cloudtrail", "AccessDeniedException", 400),
            ("organizations", "AccessDeniedException", 400),
            ("license-manager", "AccessDeniedException", 400),
        ] {
            assert_eq!(
                access_denied(models.service(service).unwrap()),
                (code, status),
                "{service}"
            );
        }
    }
}
