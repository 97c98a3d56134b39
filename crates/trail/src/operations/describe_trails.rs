//! `DescribeTrails`.

use wire::{Done, Fault, Members, Value};

use super::{find, show};
use crate::change::Change;
use crate::request::Request;
use crate::state::Trail;

/// Returns the trails of the called Region, shadows of trails with another home included unless the
/// call says otherwise; or those that it names: by name in this Region and account, by ARN
/// anywhere.
///
/// # Errors
/// Those of names and ARNs. Unknown trails are passed over.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let names: Vec<_> = request.input.strings("trailNameList").collect();
    let trails = if names.is_empty() { of_region(request) } else { named(request, &names)? };
    let list: Vec<_> = trails.into_iter().map(show::trail).collect();
    Ok(Done::read(Members::new().with("trailList", Value::from(list))))
}

fn of_region<'a>(request: &Request<'a, '_>) -> Vec<&'a Trail> {
    let (account, region) = (request.call.account, request.call.region);
    let has_shadows = request.input.boolean("includeShadowTrails").unwrap_or(true);
    let is_own = |trail: &Trail| trail.home_region == region && trail.account == account;
    let is_shadow = |trail: &Trail| trail.covers(region) && find::sees(request, trail);
    let is_shown = |trail: &&Trail| is_own(trail) || (has_shadows && is_shadow(trail));
    request.state.trails.values().filter(is_shown).collect()
}

fn named<'a>(request: &Request<'a, '_>, names: &[&str]) -> Result<Vec<&'a Trail>, Fault> {
    let mut trails: Vec<&Trail> = Vec::new();
    for name in names {
        let found = find::lookup(request, name)?;
        trails.extend(found.filter(|trail| trails.iter().all(|other| other.arn != trail.arn)));
    }
    Ok(trails)
}
