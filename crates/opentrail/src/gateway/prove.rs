//! Who signed, and that they did.

use std::borrow::Cow;

use http::request::Parts;
use identity::Credential;
use wire::model::Protocol;
use wire::route::Route;
use wire::sigv4::{Claim, Refusal, Rules, verify};
use wire::{Fault, Members};

use super::{Arrival, Gateway};
use crate::story::Story;

/// The operations that anybody may call, because they are how one gets credentials.
const UNSIGNED: &[(&str, &str)] = &[("sts", "AssumeRoleWithWebIdentity")];

impl Gateway {
    /// Proves the signature of a routed request and returns its body.
    pub(super) fn prove<'a>(
        &self,
        route: &Route<'_>,
        arrival: &'a Arrival,
        story: &mut Story<'_>,
    ) -> Result<Cow<'a, [u8]>, Fault> {
        let unsigned = UNSIGNED.contains(&(route.service.name, route.operation.name));
        let claim = match Claim::read(&arrival.parts) {
            Err(Refusal::Missing) if unsigned => {
                story.fallback_account = self.operator_account();
                return body(arrival);
            }
            claim => claim,
        };
        let scope = Some(route.service.signing_name);
        self.prove_claim(claim, scope, arrival, route.protocol, story)
    }

    /// Proves the signature of a request that means no operation, so that its record can say who
    /// sent it.
    pub(super) fn prove_unrouted(
        &self,
        arrival: &Arrival,
        protocol: Protocol,
        story: &mut Story<'_>,
    ) -> Result<(), Fault> {
        let claim = Claim::read(&arrival.parts);
        self.prove_claim(claim, None, arrival, protocol, story).map(|_| ())
    }

    fn prove_claim<'a>(
        &self,
        claim: Result<Claim, Refusal>,
        scope: Option<&str>,
        arrival: &'a Arrival,
        protocol: Protocol,
        story: &mut Story<'_>,
    ) -> Result<Cow<'a, [u8]>, Fault> {
        story.fallback_account = self.operator_account();
        let key = claim.as_ref().map_or("-", |claim| &claim.access_key_id);
        let (one_key, any_key) =
            (format!("{} {key}", arrival.source_ip), arrival.source_ip.to_string());
        let elapsed = self.world.elapsed();
        if !self.failures.is_open(&one_key, elapsed) || !self.strangers.is_open(&any_key, elapsed) {
            story.unrecorded = true;
            return Err(throttled());
        }
        let proven = body(arrival).and_then(|body| {
            let claim = claim.map_err(|refusal| refusal.fault(protocol))?;
            self.prove_secret(&claim, scope, &arrival.parts, body, protocol, story)
        });
        if proven.is_err() {
            self.failures.admit(&one_key, elapsed);
            self.strangers.admit(&any_key, elapsed);
        }
        proven
    }

    fn prove_secret<'a>(
        &self,
        claim: &Claim,
        scope: Option<&str>,
        parts: &Parts,
        body: Cow<'a, [u8]>,
        protocol: Protocol,
        story: &mut Story<'_>,
    ) -> Result<Cow<'a, [u8]>, Fault> {
        story.region.clone_from(&claim.region);
        story.access_key_id = Some(claim.access_key_id.clone());
        let Credential { secret, caller } =
            self.identify(claim).map_err(|unidentified| unidentified.fault(protocol))?;
        // the account is known although the signature is not proven yet: it is whose key was used
        if let Some(account) = caller.account() {
            account.clone_into(&mut story.fallback_account);
        }
        let fault = |refusal: Refusal| refusal.fault(protocol);
        if let Some(scope) = scope {
            claim.check_service(scope).map_err(fault)?;
        }
        let rules = Rules {
            skew_secs: i64::from(self.config.limits.clock_skew_minutes) * 60,
            // tools prove who they are to others by a presigned GetCallerIdentity
            presigned: scope == Some("sts"),
            ..Rules::API
        };
        let wall = self.world.wall();
        verify(claim, parts, &body, secret.expose(), &self.keys, wall, &rules).map_err(fault)?;
        story.caller = caller;
        Ok(body)
    }

    /// Tells the story of a call whose only proof of identity is a token in its input: it belongs in
    /// the history of the role's account.
    pub(super) fn know_web_identity(&self, name: &str, input: &Members, story: &mut Story<'_>) {
        if name != "AssumeRoleWithWebIdentity" {
            return;
        }
        let role_account = input.string("RoleArn").and_then(|arn| arn.split(':').nth(4));
        let now = self.world.now();
        self.commits.look(|state| {
            story.caller = identity::web_identity_caller(&state.identity, input, now);
            if let Some(account) = role_account.and_then(|id| state.identity.account(id)) {
                story.fallback_account.clone_from(&account.id);
            }
        });
    }

    fn identify(&self, claim: &Claim) -> Result<Credential, identity::Unidentified> {
        let token = claim.session_token.as_deref();
        let now = self.world.now();
        self.commits.look(|state| {
            identity::identify(&state.identity, &self.vault, &claim.access_key_id, token, now)
        })
    }

    fn operator_account(&self) -> String {
        self.commits.look(|state| state.operator_account.clone())
    }
}

fn body(arrival: &Arrival) -> Result<Cow<'_, [u8]>, Fault> {
    match &arrival.body {
        Ok(body) => Ok(Cow::Borrowed(body)),
        Err(fault) => Err(fault.clone()),
    }
}

fn throttled() -> Fault {
    Fault::new("ThrottlingException", "Rate exceeded").with_status(429)
}
