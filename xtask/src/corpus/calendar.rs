//! When things happen: more by day than by night, less at weekends, and more on some days.

use super::chance::Chance;

const HOUR: i64 = 3600;
/// How busy the hours of a day are, in a place where work begins at nine.
const BUSY: [usize; 24] = [
    30, 28, 60, 27, 28, 32, 45, 70, 110, 150, 165, 160, 130, 150, 165, 160, 150, 125, 95, 75, 60,
    48, 40, 34,
];
/// How many days a corpus covers.
pub(super) const DAYS: usize = 90;

/// Ninety days, each hour as busy as it is.
pub(super) struct Calendar {
    begin: i64,
    /// How busy all hours up to the end of each are.
    sums: Vec<usize>,
}

impl Calendar {
    /// Makes the calendar of one account and Region, whose day begins so many hours after UTC's.
    pub(super) fn until(end: i64, shift: usize, chance: &mut Chance) -> Self {
        let begin = end - i64::try_from(DAYS).expect("ninety") * 24 * HOUR;
        let mut sums = Vec::with_capacity(DAYS * 24);
        let mut sum = 0;
        for day in 0..DAYS {
            let at = begin + i64::try_from(day).expect("below ninety") * 24 * HOUR;
            let is_weekend = super::scene::civil(at).weekday().to_monday_zero_offset() >= 5;
            let mut percent = if is_weekend { 45 } else { 100 } * chance.between(85, 115);
            if chance.percent(3) {
                percent *= chance.between(2, 4);
            }
            for hour in 0..24 {
                sum += BUSY[(hour + shift) % 24] * percent * chance.between(80, 120);
                sums.push(sum);
            }
        }
        Self { begin, sums }
    }

    /// Returns the time, in seconds since 1970, by which `part` of `whole` has happened.
    pub(super) fn at(&self, part: usize, whole: usize) -> i64 {
        let all = self.sums.last().copied().unwrap_or(1);
        let done = wide(all) * wide(part) / wide(whole.max(1));
        let done = usize::try_from(done).expect("no more than all");
        let hour = self.sums.partition_point(|sum| *sum <= done).min(self.sums.len() - 1);
        let before = if hour == 0 { 0 } else { self.sums[hour - 1] };
        let within = (done - before) * 3600 / (self.sums[hour] - before);
        let hours = i64::try_from(hour).expect("some thousand hours");
        self.begin + hours * HOUR + i64::try_from(within.min(3599)).expect("below an hour")
    }
}

fn wide(number: usize) -> u128 {
    u128::try_from(number).expect("128 bits hold every usize")
}

#[cfg(test)]
mod tests {
    use super::{Calendar, Chance};

    #[test]
    fn time_passes_and_ends() {
        let end = 1_795_132_800;
        let calendar = Calendar::until(end, 0, &mut Chance::of(&[3]));
        let times: Vec<_> = (0..=10_000).map(|part| calendar.at(part, 10_000)).collect();
        assert!(times.is_sorted());
        assert_eq!(times[0], end - 90 * 24 * 3600);
        assert_eq!(times[10_000], end - 1);
    }
}
