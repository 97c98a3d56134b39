//! The name that was probably meant.

/// Gives the known name that is nearest to a wrong one, if one is near at all.
pub(crate) fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = |name: &'a str| (distance(wrong, name), name);
    let (distance, name) = known.map(near).min()?;
    (distance <= wrong.chars().count().div_ceil(3)).then_some(name)
}

/// How many letters must change, come or go.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(&b) {
            let above = *cell;
            *cell = (diagonal + usize::from(letter != *other)).min(above + 1).min(left + 1);
            (diagonal, left) = (above, *cell);
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_found_or_none() {
        let known = ["eventname", "eventtime", "useragent"];
        assert_eq!(nearest("eventnam", known.into_iter()), Some("eventname"));
        assert_eq!(nearest("evnttime", known.into_iter()), Some("eventtime"));
        assert_eq!(nearest("bucket", known.into_iter()), None);
    }
}
