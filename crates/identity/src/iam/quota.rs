//! IAM's default quotas.

use wire::Fault;

pub(crate) const USERS: usize = 5_000;
pub(crate) const ROLES: usize = 1_000;
pub(crate) const POLICIES: usize = 1_500;
pub(crate) const PROVIDERS: usize = 100;
pub(crate) const ACCESS_KEYS: usize = 2;
pub(crate) const ATTACHED: usize = 10;
pub(crate) const VERSIONS: usize = 5;
pub(crate) const CLIENT_IDS: usize = 100;
pub(crate) const TAGS: usize = 50;
/// Characters, white space apart.
pub(crate) const POLICY_SIZE: usize = 6_144;
pub(crate) const TRUST_SIZE: usize = 2_048;
pub(crate) const USER_INLINE_SIZE: usize = 2_048;
pub(crate) const ROLE_INLINE_SIZE: usize = 10_240;

/// Refuses one more where `held` are there already.
pub(crate) fn room_for_one(name: &str, held: usize, limit: usize) -> Result<(), Fault> {
    if held < limit { Ok(()) } else { Err(exceeded(name, limit)) }
}

/// Returns AWS's refusal.
pub(crate) fn exceeded(name: &str, limit: usize) -> Fault {
    Fault::new("LimitExceededException", format!("Cannot exceed quota for {name}: {limit}"))
}
