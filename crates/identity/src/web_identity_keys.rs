//! `PutWebIdentityKeys`: registers the keys that a provider's tokens are proven with.
//!
//! AWS fetches them from the provider; a server without internet is told.

use wire::{Done, Fault, Members};

use crate::arn;
use crate::change::{Change, What};
use crate::operation::Request;
use crate::web_identity::{check_key_set, without_scheme};

/// Returns what the policies are asked about: the provider.
pub(crate) fn resource(request: &Request<'_, '_>) -> String {
    let url = without_scheme(request.text("ProviderUrl"));
    arn::oidc_provider(request.caller.account().unwrap_or_default(), url)
}

/// Registers a JSON Web Key Set for a provider of the caller's account.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let refused = |text: String| Fault::new("InvalidKeysException", text);
    let provider_arn = resource(request);
    if !request.account()?.providers.contains_key(&provider_arn) {
        let url = request.text("ProviderUrl");
        return Err(refused(format!(
            "No OpenIDConnect provider found in your account for {url}: create it with \
             iam:CreateOpenIDConnectProvider first."
        )));
    }
    let jwks = request.text("Jwks").to_owned();
    check_key_set(&jwks).map_err(refused)?;
    let what = What::WebIdentityKeysSet { provider_arn: provider_arn.clone(), jwks };
    Ok(Done::changed(Members::new(), vec![request.change(what)])
        .about("AWS::IAM::OIDCProvider", provider_arn))
}
