//! The refusals of Organizations, in AWS's words.

use wire::Fault;

use super::trust::NotDelegated;

/// A member asks for what the management account alone may.
pub(crate) fn not_permitted() -> Fault {
    Fault::new("AccessDeniedException", "You don't have permissions to access this resource.")
}

/// The caller's account is in no organization.
pub(crate) fn not_in_use() -> Fault {
    Fault::new(
        "AWSOrganizationsNotInUseException",
        "Your account is not a member of an organization.",
    )
}

/// The account is not in the organization.
pub(crate) fn no_account() -> Fault {
    Fault::new("AccountNotFoundException", "You specified an account that doesn't exist.")
}

/// The handshake is not there, or not the caller's to see.
pub(crate) fn no_handshake() -> Fault {
    Fault::new(
        "HandshakeNotFoundException",
        "We can't find a handshake with the HandshakeId that you specified.",
    )
}

/// The management account cannot go.
pub(crate) fn master_stays() -> Fault {
    Fault::new(
        "MasterCannotLeaveOrganizationException",
        "You can't remove a management account from an organization. If you want the management \
         account to become a member account in another organization, you must first delete the \
         current organization of the management account.",
    )
}

/// Something that organizations do not let happen.
pub(crate) fn constraint(reason: &'static str, message: &str) -> Fault {
    Fault::new("ConstraintViolationException", message).with_member("Reason", reason)
}

/// Something that handshakes do not let happen.
pub(crate) fn handshake_constraint(reason: &'static str, message: &str) -> Fault {
    Fault::new("HandshakeConstraintViolationException", message).with_member("Reason", reason)
}

/// An input that says nothing.
pub(crate) fn invalid(reason: &'static str, message: &str) -> Fault {
    Fault::new("InvalidInputException", message).with_member("Reason", reason)
}

/// A delegated administrator stays until it is none.
pub(crate) fn administers() -> Fault {
    constraint(
        "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG",
        "You can't remove an account that is registered as a delegated administrator for a \
         service integrated with your organization.",
    )
}

/// The organization only pays together.
pub(crate) fn not_all_features() -> Fault {
    constraint(
        "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE",
        "This operation requires the organization to be configured to support all features.",
    )
}

impl From<NotDelegated> for Fault {
    fn from(cause: NotDelegated) -> Self {
        match cause {
            NotDelegated::NotAMember => no_account(),
            NotDelegated::NotAllFeatures => not_all_features(),
            NotDelegated::ManagementAccount => constraint(
                "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR",
                "You cannot register master account/yourself as delegated administrator for your \
                 organization.",
            ),
            NotDelegated::NotTrusted => constraint(
                "SERVICE_ACCESS_NOT_ENABLED",
                "You attempted to register a delegated administrator before you enabled service \
                 access.",
            ),
            NotDelegated::LimitExceeded => constraint(
                "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED",
                "You attempted to register more delegated administrators than allowed for the \
                 service principal.",
            ),
            NotDelegated::AlreadyRegistered => Self::new(
                "AccountAlreadyRegisteredException",
                "The provided account is already a delegated administrator for your organization.",
            ),
            NotDelegated::NotRegistered => Self::new(
                "AccountNotRegisteredException",
                "The provided account is not a registered delegated administrator for your \
                 organization.",
            ),
        }
    }
}
