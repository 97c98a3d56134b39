//! `GetAccountSummary`: how much there is, and how much there may be.

use wire::{Done, Fault, Members, Value};

use super::quota;
use crate::change::Change;
use crate::operation::Request;
use crate::state::Account;

/// Answers counts and quotas of what is served here; what is not served counts as none.
pub(crate) fn get(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let mut summary = Members::new();
    for (name, count) in counts(account).into_iter().chain(quotas()) {
        summary.push(name, Value::from(i64::try_from(count).unwrap_or(i64::MAX)));
    }
    Ok(Done::read(Members::new().with("SummaryMap", Value::from(summary))))
}

fn counts(account: &Account) -> Vec<(&'static str, usize)> {
    let versions = account.policies.values().map(|policy| policy.versions.len()).sum();
    vec![
        ("Users", account.users.len()),
        ("Roles", account.roles.len()),
        ("Policies", account.policies.len()),
        ("PolicyVersionsInUse", versions),
        ("Providers", account.providers.len()),
        ("Groups", 0),
        ("InstanceProfiles", 0),
        ("ServerCertificates", 0),
        ("MFADevices", 0),
        ("MFADevicesInUse", 0),
        ("AccountMFAEnabled", 0),
        ("AccountAccessKeysPresent", usize::from(!account.root_access_keys.is_empty())),
        ("AccountSigningCertificatesPresent", 0),
    ]
}

fn quotas() -> [(&'static str, usize); 10] {
    [
        ("UsersQuota", quota::USERS),
        ("RolesQuota", quota::ROLES),
        ("PoliciesQuota", quota::POLICIES),
        ("AccessKeysPerUserQuota", quota::ACCESS_KEYS),
        ("AttachedPoliciesPerUserQuota", quota::ATTACHED),
        ("AttachedPoliciesPerRoleQuota", quota::ATTACHED),
        ("VersionsPerPolicyQuota", quota::VERSIONS),
        ("PolicySizeQuota", quota::POLICY_SIZE),
        ("UserPolicySizeQuota", quota::USER_INLINE_SIZE),
        ("AssumeRolePolicySizeQuota", quota::TRUST_SIZE),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::World;

    #[test]
    fn counts_what_is_there() {
        let mut world = World::new();
        world.user("anna", "");
        let output = world.make("GetAccountSummary", Members::new());
        let summary = output.map("SummaryMap").unwrap();
        assert_eq!(summary.integer("Users"), Some(1));
        assert_eq!(summary.integer("UsersQuota"), Some(5_000));
        assert_eq!(summary.integer("AccountAccessKeysPresent"), Some(0));
    }
}
