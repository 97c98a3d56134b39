//! The resource policies that were read lately: every call to a bucket, a topic or a queue asks one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use identity::{Policy, Purpose};

/// How many policies are remembered; when there are more, all are forgotten.
const POLICIES_MAX: usize = 1_000;

/// Policies by their text, so that one that is replaced is never asked again.
#[derive(Default)]
pub(crate) struct Policies {
    read: Mutex<HashMap<Box<str>, Arc<Policy>>>,
}

impl Policies {
    /// Returns what a resource's policy says; nothing where it cannot be read.
    pub(super) fn of(&self, text: &str) -> Option<Arc<Policy>> {
        if let Some(policy) = self.remembered(text) {
            return Some(policy);
        }
        let policy = Arc::new(Policy::parse(text, Purpose::Resource).ok()?);
        let mut read = self.read.lock().expect("nothing panics while it remembers");
        if read.len() == POLICIES_MAX {
            read.clear();
        }
        read.insert(text.into(), Arc::clone(&policy));
        Some(policy)
    }

    fn remembered(&self, text: &str) -> Option<Arc<Policy>> {
        let read = self.read.lock().expect("nothing panics while it remembers");
        read.get(text).map(Arc::clone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_once_and_a_broken_one_never_believed() {
        let policies = Policies::default();
        let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]}"#;
        let (first, second) = (policies.of(text).unwrap(), policies.of(text).unwrap());
        assert!(Arc::ptr_eq(&first, &second));
        assert!(policies.of("{").is_none());
    }
}
