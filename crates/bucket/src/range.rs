//! Which bytes of an object a reader wants.

use wire::Fault;

use crate::fault;

/// A stretch of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) from: u64,
    pub(crate) length: u64,
}

impl Range {
    /// Returns the stretch as `Content-Range` spells it.
    pub(crate) fn content_range(self, size: u64) -> String {
        let last = (self.from + self.length).saturating_sub(1);
        format!("bytes {}-{last}/{size}", self.from)
    }
}

/// Returns the stretch that a `Range` header names; `None` for the whole object.
///
/// Several stretches at once, other units and what cannot be read mean the whole, as in RFC 9110.
pub(crate) fn read(header: &str, size: u64) -> Result<Option<Range>, Fault> {
    let Some((first, last)) = header.trim().strip_prefix("bytes=").and_then(bounds) else {
        return Ok(None);
    };
    let range = match (first, last) {
        (Some(first), Some(last)) if first > last => return Ok(None),
        (Some(first), last) => {
            let end = last.map_or(size, |last| last.saturating_add(1).min(size));
            Range { from: first, length: end.saturating_sub(first) }
        }
        (None, Some(suffix)) => {
            let length = suffix.min(size);
            Range { from: size - length, length }
        }
        (None, None) => return Ok(None),
    };
    if range.length == 0 { Err(unsatisfiable(header, size)) } else { Ok(Some(range)) }
}

/// Returns the stretch that the header of a copied part names: both ends, within the source.
pub(crate) fn read_source(header: &str, size: u64) -> Result<Range, Fault> {
    let bounds = header.strip_prefix("bytes=").and_then(bounds);
    let Some((Some(first), Some(last))) = bounds.filter(|(first, last)| first <= last) else {
        let message = "The x-amz-copy-source-range value must be of the form bytes=first-last \
                       where first and last are the zero-based offsets of the first and last \
                       bytes to copy";
        return Err(fault::invalid_argument(message, "x-amz-copy-source-range", header));
    };
    if last >= size {
        let message = format!("Range specified is not valid for source object of size: {size}");
        return Err(fault::invalid_argument(&message, "x-amz-copy-source-range", header));
    }
    Ok(Range { from: first, length: last - first + 1 })
}

/// Reads both ends; one that is left open is none.
fn bounds(text: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (first, last) = text.split_once('-')?;
    let (first, last) = (first.trim(), last.trim());
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(first) || !digits(last) {
        return None;
    }
    // more digits than a number has: further than any object
    let bound = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap_or(u64::MAX));
    Some((bound(first), bound(last)))
}

fn unsatisfiable(header: &str, size: u64) -> Fault {
    fault::fault(416, "InvalidRange", "The requested range is not satisfiable")
        .with_member("ActualObjectSize", fault::text(size))
        .with_member("RangeRequested", header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(header: &str, size: u64) -> Option<(u64, u64)> {
        read(header, size).unwrap().map(|range| (range.from, range.length))
    }

    #[test]
    fn stretches_are_cut_to_the_object() {
        for (header, expected) in [
            ("bytes=0-0", Some((0, 1))),
            ("bytes=2-5", Some((2, 4))),
            ("bytes=2-", Some((2, 8))),
            ("bytes=2-99", Some((2, 8))),
            ("bytes=-3", Some((7, 3))),
            ("bytes=-99", Some((0, 10))),
            ("bytes=0-99999999999999999999999", Some((0, 10))),
            ("bytes=5-2", None),
            ("bytes=0-1,4-5", None),
            ("bytes=-", None),
            ("bytes=a-b", None),
            ("lines=0-1", None),
            ("bytes=+1-2", None),
        ] {
            assert_eq!(range(header, 10), expected, "{header}");
        }
    }

    #[test]
    fn what_is_beyond_the_object_is_refused_with_its_size() {
        for (header, size) in
            [("bytes=10-", 10), ("bytes=0-", 0), ("bytes=-0", 10), ("bytes=-5", 0)]
        {
            let fault = read(header, size).unwrap_err();
            assert_eq!((fault.code.as_ref(), fault.status), ("InvalidRange", 416), "{header}");
            assert_eq!(fault.members.string("ActualObjectSize"), Some(&*size.to_string()));
        }
    }

    #[test]
    fn parts_are_copied_from_within_the_source() {
        assert_eq!(read_source("bytes=2-4", 5).unwrap(), Range { from: 2, length: 3 });
        for header in ["bytes=2-5", "bytes=2-", "bytes=-2", "2-4", "bytes=4-2"] {
            assert_eq!(read_source(header, 5).unwrap_err().code, "InvalidArgument", "{header}");
        }
    }
}
