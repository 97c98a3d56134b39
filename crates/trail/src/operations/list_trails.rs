//! `ListTrails`.

use wire::{Done, Fault, Members, Value};

use super::find;
use crate::change::Change;
use crate::request::Request;

/// Returns name, ARN and home of every trail that the account sees, of all Regions. There are few:
/// all fit on one page, so that a token has nothing to say.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let trails = request.state.trails.values().filter(|trail| find::sees(request, trail));
    let trails: Vec<_> = trails
        .map(|trail| {
            Members::with_capacity(3)
                .with("TrailARN", Value::from(trail.arn.as_str()))
                .with("Name", Value::from(trail.name.as_str()))
                .with("HomeRegion", Value::from(trail.home_region.as_str()))
        })
        .collect();
    Ok(Done::read(Members::new().with("Trails", Value::from(trails))))
}
