//! The one room with a clock and with randomness; everything below takes both as arguments.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use jiff::{SignedDuration, Timestamp};

/// How many random bytes are drawn from the system at once.
const POOL_BYTES: usize = 4096;

/// Time and randomness.
///
/// There are two times: the *wall* is what signatures are judged by, because clients sign by their
/// own clocks; *now* is the sandbox's clock, which may be moved, and which everything else sees.
pub(crate) struct World {
    offset_ms: AtomicI64,
    pool: Mutex<Pool>,
    start: Instant,
}

struct Pool {
    source: SystemRandom,
    bytes: [u8; POOL_BYTES],
    used: usize,
}

impl World {
    /// Returns the real world, with the sandbox clock at the wall's time.
    pub(crate) fn new() -> Self {
        Self {
            offset_ms: AtomicI64::new(0),
            pool: Mutex::new(Pool {
                source: SystemRandom::new(),
                bytes: [0; POOL_BYTES],
                used: POOL_BYTES,
            }),
            start: instant(),
        }
    }

    /// Returns the time by the machine's clock.
    #[expect(clippy::disallowed_methods, clippy::unused_self, reason = "this is the clock's room")]
    pub(crate) fn wall(&self) -> Timestamp {
        Timestamp::now()
    }

    /// Returns the time by the sandbox's clock.
    pub(crate) fn now(&self) -> Timestamp {
        let offset = SignedDuration::from_millis(self.offset_ms.load(Ordering::Relaxed));
        self.wall().checked_add(offset).unwrap_or(Timestamp::MAX)
    }

    /// Moves the sandbox's clock to this distance from the wall.
    pub(crate) fn set_offset_ms(&self, offset_ms: i64) {
        self.offset_ms.store(offset_ms, Ordering::Relaxed);
    }

    /// Returns the time since the program began; for durations, which no clock change may bend.
    pub(crate) fn elapsed(&self) -> Duration {
        instant().duration_since(self.start)
    }

    /// Returns 64 random bits, good enough for keys and secrets.
    ///
    /// # Panics
    /// When the operating system gives no randomness: no id or key may be made then.
    pub(crate) fn random(&self) -> u64 {
        let mut pool = self.pool.lock().expect("drawing bytes does not panic while locked");
        pool.draw()
    }

    /// Returns a fresh version 4 UUID in its usual form.
    pub(crate) fn uuid(&self) -> String {
        let bits = (u128::from(self.random()) << 64) | u128::from(self.random());
        uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid().to_string()
    }

    /// Lets real time pass; for pollers and drains, never for the meaning of anything.
    pub(crate) async fn pause(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

impl Pool {
    fn draw(&mut self) -> u64 {
        if self.used + 8 > POOL_BYTES {
            self.source.fill(&mut self.bytes).expect("the operating system gives randomness");
            self.used = 0;
        }
        let drawn = self.bytes.get(self.used..self.used + 8);
        self.used += 8;
        let bytes = drawn.and_then(|bytes| bytes.try_into().ok()).expect("eight bytes are left");
        u64::from_le_bytes(bytes)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock's room")]
fn instant() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sandbox_clock_moves_and_the_wall_stays() {
        let world = World::new();
        world.set_offset_ms(3 * 3_600_000);
        let ahead = world.now().duration_since(world.wall());
        assert!((10_799..=10_801).contains(&ahead.as_secs()), "{ahead:?}");
    }

    #[test]
    fn ids_do_not_repeat() {
        let world = World::new();
        let ids: std::collections::BTreeSet<_> = (0..5_000).map(|_| world.uuid()).collect();
        assert_eq!(ids.len(), 5_000);
    }
}
