//! `ConfirmSubscription`: the endpoint shows the token that it was sent.

use wire::{Done, Fault, Members, Value};

use super::change::{Change, What};
use super::refusal;
use super::subscription::{Status, Subscription};
use super::{about, find};
use crate::operations::Request;

/// Confirms the subscription that a token was sent for; a second time changes nothing.
///
/// Comes signed, or as the plain GET of the link in the message that holds the token.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (topic_arn, topic) = find(request, "TopicArn")?;
    let token = request.input.string("Token").unwrap_or_default();
    let authenticated = !request.call.account.is_empty();
    let flag = request.input.string("AuthenticateOnUnsubscribe").unwrap_or_default();
    let protected = flag.eq_ignore_ascii_case("true");
    if protected && !authenticated {
        let text = "AuthenticateOnUnsubscribe needs a signed request";
        return Err(Fault::new("AuthorizationErrorException", text).with_status(403));
    }
    let now = request.call.now;
    let mut fresh =
        topic.subscriptions.iter().filter(|(_, subscription)| !subscription.is_stale(now));
    let found = fresh.find(|(_, subscription)| has_token(subscription, token));
    let (arn, subscription) = found.ok_or_else(|| refusal::invalid("Token"))?;
    let output = Members::new().with("SubscriptionArn", Value::from(arn.as_str()));
    if subscription.is_confirmed() {
        return Ok(about(Done::read(output), topic_arn, request.call));
    }
    let what = What::Confirmed { arn: arn.clone(), authenticated, protected };
    let done = Done::changed(output, vec![Change::of(topic_arn, what)]);
    Ok(about(done, topic_arn, request.call))
}

/// Compares without telling by the time it takes how much of a guess was right.
fn has_token(subscription: &Subscription, given: &str) -> bool {
    let (Status::Pending { token, .. } | Status::Confirmed { token: Some(token), .. }) =
        &subscription.status
    else {
        return false;
    };
    let differing = token.bytes().zip(given.bytes()).fold(0, |bits, (a, b)| bits | (a ^ b));
    token.len() == given.len() && differing == 0
}
