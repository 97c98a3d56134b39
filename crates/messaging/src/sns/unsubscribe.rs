//! `Unsubscribe`, signed or by the link in a notification.

use wire::{Done, Fault, Members};

use super::change::{Change, What};
use super::subscription::Status;
use super::{about, check_owner, find_subscription, refusal};
use crate::operations::Request;

/// Ends a subscription.
///
/// Comes signed by the owner of the subscription or of its topic, or as the plain GET of the link
/// in a notification, unless the subscription was confirmed as one that only signatures end.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, topic_arn, topic, subscription) = find_subscription(request)?;
    let signed = !request.call.account.is_empty();
    match subscription.status {
        _ if signed => check_owner(topic, subscription, request.call)?,
        Status::Confirmed { protected: false, .. } => {}
        _ => return Err(refusal::not_owner()),
    }
    if signed && !subscription.is_confirmed() {
        let text = "SubscriptionArn Reason: a subscription that is pending cannot be deleted";
        return Err(refusal::invalid(text));
    }
    let change = Change::of(topic_arn, What::Unsubscribed(arn.to_owned()));
    Ok(about(Done::changed(Members::new(), vec![change]), topic_arn, request.call))
}
