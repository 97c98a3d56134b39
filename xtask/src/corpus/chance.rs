//! Chance from a seed: whole numbers only, so that every machine draws the same.

/// A stream of numbers that look random.
pub(super) struct Chance {
    state: u64,
}

impl Chance {
    /// Begins the stream that belongs to these numbers, whatever was drawn elsewhere.
    pub(super) fn of(numbers: &[usize]) -> Self {
        let mut chance = Self { state: 0x5851_f42d_4c95_7f2d };
        for number in numbers {
            let number = u64::try_from(*number).expect("64 bits hold every usize");
            chance.state = chance.next().wrapping_add(number.wrapping_mul(0x2545_f491_4f6c_dd1d));
        }
        chance.next();
        chance
    }

    /// Draws 64 bits, by `SplitMix64`.
    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Draws a number below `end`, all alike; 0 when `end` is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u128::try_from(end).expect("128 bits hold every usize");
        usize::try_from((u128::from(self.next()) * end) >> 64).expect("less than a usize")
    }

    /// Draws a number from `least` to `most`, both included, all alike.
    pub(super) fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// Draws a number below `end` about as Zipf's law has it: all doublings are as likely.
    pub(super) fn skewed(&mut self, end: usize) -> usize {
        let doublings = usize::try_from(end.max(1).ilog2()).expect("at most 63") + 1;
        loop {
            let least = 1 << self.below(doublings);
            let drawn = least - 1 + self.below(least);
            if drawn < end.max(1) {
                return drawn;
            }
        }
    }

    /// Tells whether something happens that happens `percent` times in a hundred.
    pub(super) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Draws one of several, all alike.
    pub(super) fn one<'a, T>(&mut self, several: &'a [T]) -> &'a T {
        several.get(self.below(several.len())).expect("there is at least one to draw")
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn few_are_drawn_often_and_all_some_time() {
        let mut chance = Chance::of(&[1]);
        let mut drawn = vec![0; 100];
        for _ in 0..100_000 {
            drawn[chance.skewed(100)] += 1;
        }
        assert!(drawn.iter().all(|count| *count > 0));
        // a share of one in seven doublings against one in about 37 of the last
        assert!(drawn[0] > 20 * drawn[99], "{drawn:?}");
    }

    #[test]
    fn other_numbers_begin_another_stream() {
        assert_eq!(Chance::of(&[1, 2]).next(), Chance::of(&[1, 2]).next());
        assert_ne!(Chance::of(&[1, 2]).next(), Chance::of(&[2, 1]).next());
        assert_ne!(Chance::of(&[1]).next(), Chance::of(&[1, 0]).next());
    }
}
