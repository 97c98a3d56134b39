//! How many trails an account may have, and what may be called alike.

use wire::Fault;

use crate::request::Request;
use crate::state::Trail;

/// Trails for each account and Region; one of all Regions, or of an organization, counts in each.
const TRAILS_MAX: usize = 5;

/// Refuses a name that the account's trails have in the trail's home Region. One of all Regions has
/// its name in each.
///
/// # Errors
/// `TrailAlreadyExistsException`
pub(super) fn check_name(request: &Request<'_, '_>, new: &Trail) -> Result<(), Fault> {
    let (account, name) = (&new.account, &new.name);
    let is_there = request.state.trails.values().any(|trail| {
        trail.account == *account && trail.name == *name && trail.covers(&new.home_region)
    });
    if !is_there {
        return Ok(());
    }
    let message = format!("Trail {name} already exists for customer: {account}");
    Err(Fault::new("TrailAlreadyExistsException", message))
}

/// Refuses a trail for which a Region has no room, with the exception `code`. What the trail was
/// before does not count.
///
/// # Errors
/// `code`
pub(super) fn check_room(
    request: &Request<'_, '_>,
    wanted: &Trail,
    code: &'static str,
) -> Result<(), Fault> {
    let enabled = request.around.regions().iter().map(String::as_str);
    let regions = std::iter::once(wanted.home_region.as_str()).chain(enabled);
    let mut full = regions.filter(|region| counts(wanted, region)).filter(|region| {
        let others = request.state.trails.values().filter(|trail| trail.arn != wanted.arn);
        let others = others.filter(|trail| trail.account == wanted.account);
        others.filter(|trail| counts(trail, region)).count() >= TRAILS_MAX
    });
    let Some(region) = full.next() else { return Ok(()) };
    let account = &wanted.account;
    let message = format!("User: {account} already has {TRAILS_MAX} trails in {region}.");
    Err(Fault::new(code, message))
}

fn counts(trail: &Trail, region: &str) -> bool {
    trail.covers(region) || trail.is_organization()
}
