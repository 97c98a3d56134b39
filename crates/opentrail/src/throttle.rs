//! Counts calls per key and second or minute, for limits that are off unless they are set.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

/// How many keys are remembered; beyond, all counts begin anew.
const KEYS_MAX: usize = 100_000;

/// A limit of so many per window and key.
pub(crate) struct Throttle {
    per_window: u32,
    window: Duration,
    counts: Mutex<HashMap<String, (u64, u32)>>,
}

impl Throttle {
    /// Returns a limit; `per_window` 0 means none.
    pub(crate) fn new(per_window: u32, window: Duration) -> Self {
        Self { per_window, window, counts: Mutex::new(HashMap::new()) }
    }

    /// Counts one for `key` at `elapsed` and returns whether it is within the limit.
    pub(crate) fn admit(&self, key: &str, elapsed: Duration) -> bool {
        self.per_window == 0 || self.count(key, elapsed) <= self.per_window
    }

    fn count(&self, key: &str, elapsed: Duration) -> u32 {
        let window = elapsed.as_millis() / self.window.as_millis().max(1);
        let window = u64::try_from(window).unwrap_or(u64::MAX);
        let mut counts = self.counts.lock().expect("counting does not panic while locked");
        if counts.len() > KEYS_MAX {
            counts.clear();
        }
        let (at, count) = counts.entry(key.to_owned()).or_insert((window, 0));
        if *at != window {
            (*at, *count) = (window, 0);
        }
        *count = count.saturating_add(1);
        *count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_own_count_and_windows_begin_anew() {
        let throttle = Throttle::new(2, Duration::from_secs(1));
        let at = Duration::from_millis;
        assert!(throttle.admit("a", at(0)) && throttle.admit("a", at(1)));
        assert!(!throttle.admit("a", at(999)));
        assert!(throttle.admit("b", at(999)));
        assert!(throttle.admit("a", at(1000)));
        assert!(Throttle::new(0, at(1)).admit("a", at(0)));
    }
}
