//! `userIdentity`, from what identity knows of a caller.

use event::{
    SessionAttributes, SessionContext, SessionIssuer, UserIdentity, WebIdFederationData, event_time,
};
use identity::{Caller, Principal};

/// Returns the `userIdentity` of a caller, with exactly the members that its type has.
pub(super) fn user_identity(caller: &Caller) -> UserIdentity {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let base = UserIdentity {
        kind: Some(caller.kind()),
        principal_id: some(&caller.principal_id()),
        arn: some(&caller.arn()),
        account_id: caller.account().map(str::to_owned),
        access_key_id: caller.access_key_id.clone(),
        user_name: caller.user_name().map(str::to_owned),
        session_context: caller.session.as_ref().map(session_context),
        ..UserIdentity::default()
    };
    match &caller.principal {
        Principal::Unknown => UserIdentity::unknown(),
        Principal::Service { host } => UserIdentity::aws_service(host),
        Principal::WebIdentityUser { provider, .. } => UserIdentity {
            identity_provider: Some(provider.clone()),
            arn: None,
            account_id: None,
            ..base
        },
        Principal::AssumedRole { .. } | Principal::FederatedUser { .. } => {
            UserIdentity { user_name: None, ..base }
        }
        Principal::Root { .. } | Principal::User { .. } => base,
    }
}

fn session_context(session: &identity::Session) -> SessionContext {
    SessionContext {
        session_issuer: session.issuer.as_ref().map(|issuer| SessionIssuer {
            kind: issuer.kind.clone(),
            principal_id: issuer.principal_id.clone(),
            arn: issuer.arn.clone(),
            account_id: issuer.account.clone(),
            user_name: issuer.user_name.clone(),
        }),
        web_id_federation_data: session.web_identity.as_ref().map(|web| WebIdFederationData {
            federated_provider: web.provider.clone(),
            attributes: web.attributes.clone(),
        }),
        attributes: SessionAttributes {
            creation_date: event_time(session.created),
            mfa_authenticated: if session.mfa_authenticated { "true" } else { "false" },
        },
        source_identity: session.source_identity.clone(),
        ..SessionContext::default()
    }
}
