//! Who signed, and that they did.

use std::borrow::Cow;

use http::request::Parts;
use identity::{Credential, Principal};
use jiff::Timestamp;
use wire::model::Protocol;
use wire::route::Route;
use wire::sigv4::{Claim, Refusal, Rules, Verified, verify, verify_head};
use wire::{Fault, Members};

use super::perform::context;
use super::{Arrival, Gateway};
use crate::story::Story;

/// The operations that anybody may call, because they are how one gets credentials.
const UNSIGNED: &[(&str, &str)] = &[("sts", "AssumeRoleWithWebIdentity")];

/// The operations that take a presigned request: tools prove who they are to others by one.
const PRESIGNED: &[(&str, &str)] = &[("sts", "GetCallerIdentity")];

/// The header by which an AWS service would say for whom it calls; AWS does this inside.
const INVOKED_BY: &str = "x-amz-opentrail-invoked-by";

/// Longer access keys are nobody's.
const ACCESS_KEY_ID_MAX: usize = 128;

/// What a signature must be for.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    /// The service's signing name, once the service is known.
    service: Option<&'a str>,
    /// Whether the signature may be in the query string.
    presigned: bool,
    /// The protocol in which to refuse.
    protocol: Protocol,
}

impl Gateway {
    /// Proves the signature of a routed request and returns its body.
    pub(super) fn prove<'a>(
        &self,
        route: &Route<'_>,
        arrival: &'a Arrival,
        story: &mut Story<'_>,
    ) -> Result<Verified<'a>, Fault> {
        let name = (route.service.name, route.operation.name);
        let unsigned = UNSIGNED.contains(&name) || self.operations.takes_unsigned(name);
        let claim = match Claim::read(&arrival.parts) {
            Err(Refusal::Missing) if unsigned => {
                story.fallback_account = self.operator_account();
                let body = body(arrival).map_err(|fault| self.count_stranger(fault, story))?;
                return Ok(Verified { body: Cow::Borrowed(body), trailers: Vec::new() });
            }
            claim => claim,
        };
        let wanted = Wanted {
            service: Some(route.service.signing_name),
            presigned: PRESIGNED.contains(&name),
            protocol: route.protocol,
        };
        self.prove_claim(claim, wanted, arrival, story)
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
        let wanted = Wanted { service: None, presigned: false, protocol };
        self.prove_claim(claim, wanted, arrival, story).map(|_| ())
    }

    fn prove_claim<'a>(
        &self,
        claim: Result<Claim, Refusal>,
        wanted: Wanted<'_>,
        arrival: &'a Arrival,
        story: &mut Story<'_>,
    ) -> Result<Verified<'a>, Fault> {
        story.fallback_account = self.operator_account();
        let claim = claim.map_err(|refusal| refusal.fault(wanted.protocol));
        let proven = match (body(arrival), claim) {
            (Ok(body), Ok(claim)) => {
                self.prove_secret(&claim, wanted, story, |secret, wall, rules| {
                    verify(&claim, &arrival.parts, body, secret, &self.keys, wall, rules)
                })
            }
            (Err(fault), Ok(claim)) if wanted.protocol == Protocol::RestXml => {
                match self.prove_head(&claim, wanted, &arrival.parts, story) {
                    Ok(()) => return Err(fault),
                    Err(_) => Err(fault),
                }
            }
            (Err(fault), _) | (_, Err(fault)) => Err(fault),
        };
        // a right signature always passes: otherwise anybody could lock a key out by its id
        proven.map_err(|fault| self.count_stranger(fault, story))
    }

    /// Returns whether somebody known has signed this head, whose body has not come yet.
    ///
    /// # Errors
    /// Why not, as the call itself would be refused.
    pub(super) fn vouch(&self, route: &Route<'_>, arrival: &Arrival) -> Result<(), Fault> {
        let wanted = Wanted {
            service: Some(route.service.signing_name),
            presigned: PRESIGNED.contains(&(route.service.name, route.operation.name)),
            protocol: route.protocol,
        };
        let claim = Claim::read(&arrival.parts).map_err(|it| it.fault(route.protocol))?;
        self.prove_head(&claim, wanted, &arrival.parts, &mut self.begin(arrival))
    }

    /// Proves a signature as far as the head goes.
    fn prove_head(
        &self,
        claim: &Claim,
        wanted: Wanted<'_>,
        parts: &Parts,
        story: &mut Story<'_>,
    ) -> Result<(), Fault> {
        self.prove_secret(claim, wanted, story, |secret, wall, rules| {
            verify_head(claim, parts, secret, &self.keys, wall, rules)
        })
    }

    /// Finds the secret behind a claim and has it proven; tells the story whose it is.
    fn prove_secret<T>(
        &self,
        claim: &Claim,
        wanted: Wanted<'_>,
        story: &mut Story<'_>,
        prove: impl FnOnce(&str, Timestamp, &Rules) -> Result<T, Refusal>,
    ) -> Result<T, Fault> {
        let protocol = wanted.protocol;
        let fault = |refusal: Refusal| refusal.fault(protocol);
        if claim.access_key_id.len() > ACCESS_KEY_ID_MAX {
            return Err(fault(Refusal::UnknownKey));
        }
        story.access_key_id = Some(claim.access_key_id.clone());
        story.place = Some(claim.place);
        self.know_owner(claim, story);
        let Credential { secret, caller } =
            self.identify(claim).map_err(|unidentified| unidentified.fault(protocol))?;
        // the account is known although the signature is not proven yet: it is whose key was used
        if let Some(account) = caller.account() {
            account.clone_into(&mut story.fallback_account);
        }
        if let Some(service) = wanted.service {
            claim.check_service(service).map_err(fault)?;
        }
        if !is_region(&claim.region) {
            return Err(fault(Refusal::Scope(format!(
                "Credential should be scoped to a valid region, not '{}'.",
                claim.region
            ))));
        }
        let proven = prove(secret.expose(), self.world.wall(), &self.rules(wanted));
        let proven = proven.map_err(fault)?;
        story.region.clone_from(&claim.region);
        story.caller = caller;
        Ok(proven)
    }

    /// Returns what is asked of a signature beside being right.
    fn rules(&self, wanted: Wanted<'_>) -> Rules {
        if wanted.protocol == Protocol::RestXml {
            return Rules::S3;
        }
        Rules {
            skew_secs: i64::from(self.config.limits.clock_skew_minutes) * 60,
            presigned: wanted.presigned,
            ..Rules::API
        }
    }

    /// Believes the header that names an AWS service as the one that calls, when the caller may say
    /// so: an event with that name hides the caller's own address.
    ///
    /// # Errors
    /// `AccessDenied` without the permission `opentrail:ActAsService`; nothing is believed then.
    pub(super) fn believe_invoked_by(
        &self,
        parts: &Parts,
        story: &mut Story<'_>,
    ) -> Result<(), Fault> {
        let Some(host) = invoked_by(parts) else { return Ok(()) };
        let context = context(story, self.world.now());
        self.commits.look(|state| {
            let action = "opentrail:ActAsService";
            identity::authorize(&state.identity, &story.caller, action, "*", &context)
        })?;
        story.invoked_by = Some(host);
        Ok(())
    }

    /// Counts a refusal against its sender when nothing has proven who that is.
    pub(super) fn count_unproven(&self, fault: Fault, story: &mut Story<'_>) -> Fault {
        match story.caller.principal {
            Principal::Unknown => self.count_stranger(fault, story),
            _ => fault,
        }
    }

    /// Tells whose key was used even when it is switched off, so that its owner sees it tried.
    fn know_owner(&self, claim: &Claim, story: &mut Story<'_>) {
        self.commits.look(|state| {
            if let Some(owner) = state.identity.key_owner(&claim.access_key_id) {
                story.fallback_account.clone_from(&owner.account);
            }
        });
    }

    /// Counts a refusal of somebody unproven; beyond the limits it leaves no event, so that nobody
    /// without a key can fill the disk.
    pub(super) fn count_stranger(&self, fault: Fault, story: &mut Story<'_>) -> Fault {
        let address = story.source_ip.to_string();
        let key = format!("{address} {}", story.access_key_id.as_deref().unwrap_or("-"));
        let elapsed = self.world.elapsed();
        let within = self.failures.admit(&key, elapsed);
        if self.strangers.admit(&address, elapsed) && within {
            return fault;
        }
        story.unrecorded = true;
        Fault::new("ThrottlingException", "Rate exceeded").with_status(429)
    }

    /// Tells the story of a call whose only proof of identity is a token in its input: it belongs in
    /// the history of the role's account. A token that proves nothing makes its sender a stranger,
    /// whose parameters are not worth keeping.
    pub(super) fn know_web_identity(
        &self,
        name: &str,
        input: &Members,
        story: &mut Story<'_>,
    ) -> Result<(), Fault> {
        if name != "AssumeRoleWithWebIdentity" {
            return Ok(());
        }
        let role_account = input.string("RoleArn").and_then(|arn| arn.split(':').nth(4));
        let now = self.world.now();
        self.commits.look(|state| {
            story.caller = identity::web_identity_caller(&state.identity, input, now);
            if let Some(account) = role_account.and_then(|id| state.identity.account(id)) {
                story.fallback_account.clone_from(&account.id);
            }
        });
        if matches!(story.caller.principal, Principal::Unknown) {
            story.input = None;
            let refusal = Fault::new("InvalidIdentityToken", "");
            let counted = self.count_stranger(refusal, story);
            if story.unrecorded {
                return Err(counted);
            }
        }
        Ok(())
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

fn body(arrival: &Arrival) -> Result<&[u8], Fault> {
    match &arrival.body {
        Ok(body) => Ok(body),
        Err(fault) => Err(fault.clone()),
    }
}

/// Returns whether a text looks like a Region, such as `us-east-1` or `us-gov-west-1`: every Region
/// that is named in a signature gets a place of its own in history.
fn is_region(text: &str) -> bool {
    let mut parts = text.split('-');
    let letters = |part: &str| {
        (2..=12).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    let number = parts.next_back().unwrap_or_default();
    let words: Vec<_> = parts.collect();
    (2..=4).contains(&words.len())
        && words.iter().all(|word| letters(word))
        && (1..=2).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the service that calls for the signer, when the (signed) header names one.
fn invoked_by(parts: &Parts) -> Option<String> {
    let host = parts.headers.get(INVOKED_BY)?.to_str().ok()?;
    let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    (plain && host.len() <= 128 && host.ends_with(".amazonaws.com")).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_look_like_regions() {
        for region in ["us-east-1", "ap-southeast-2", "us-gov-west-1", "us-isob-east-1"] {
            assert!(is_region(region), "{region}");
        }
        for text in ["", "us-east", "us-east-1a", "1-1", "US-EAST-1", "a-b-1", "us--1", "x"] {
            assert!(!is_region(text), "{text}");
        }
    }
}
