//! What one frame of the journal means: a call's events and the changes it made, in one piece.
//!
//! A frame is one JSON object, so that a person can read it and a later release can still tell
//! what an earlier one meant. Records stand in it byte for byte as they are served.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::state::Change;

/// The version of the form below; a reader refuses newer ones.
const VERSION: u32 = 1;

/// One frame.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Frame<'a> {
    v: u32,
    /// The id of the frame; the request's id where a request caused it.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// The sequence of the state on which the changes were judged; 0 for none.
    pub on: u64,
    /// The changes, to be applied in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// The events, each with what the index needs beside the record.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<FrameEvent<'a>>,
}

/// One event in a frame.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FrameEvent<'a> {
    /// The record, as it is served.
    #[serde(borrow)]
    pub record: Cow<'a, RawValue>,
    /// Types and names of the resources that history lists for it.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// The account in whose history an imported record belongs that does not say so itself.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Cow<'a, str>>,
    /// Request parameters and response elements in full, as one JSON text, when one of them is too
    /// large for the record.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<Cow<'a, str>>,
    /// The numbers of the trails that deliver it, as their selectors stood when it was recorded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trails: Vec<u64>,
    /// Whether it is a data event: kept only where a trail delivers it.
    #[serde(skip)]
    pub data: bool,
    /// Whether it tells of the server's own delivery to a bucket.
    #[serde(skip)]
    pub delivery: bool,
    /// Whether the record came from outside.
    #[serde(default, skip_serializing_if = "is_false")]
    pub imported: bool,
}

/// Why a frame cannot be understood.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrameError {
    /// It is not a frame, or has a kind of change that this build does not know.
    #[error("frame {0} cannot be read: it was written by a newer release or is damaged")]
    Form(u64, #[source] serde_json::Error),
    /// It is of a newer form.
    #[error("frame {0} has form {1}, and this release reads up to {VERSION}")]
    Version(u64, u32),
}

impl<'a> Frame<'a> {
    /// Returns a frame of the present form.
    pub(crate) fn new(
        id: impl Into<Cow<'a, str>>,
        on: u64,
        changes: Vec<Change>,
        events: Vec<FrameEvent<'a>>,
    ) -> Self {
        Self { v: VERSION, id: id.into(), on, changes, events }
    }

    /// Returns the bytes for the journal.
    ///
    /// # Panics
    /// Never: frames have only string keys.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a frame is plain JSON")
    }

    /// Reads the bytes of frame `sequence`.
    pub(crate) fn read(sequence: u64, bytes: &'a [u8]) -> Result<Self, FrameError> {
        let frame: Self =
            serde_json::from_slice(bytes).map_err(|cause| FrameError::Form(sequence, cause))?;
        if frame.v > VERSION {
            return Err(FrameError::Version(sequence, frame.v));
        }
        Ok(frame)
    }
}

impl FrameEvent<'_> {
    /// Returns an event of ours.
    pub(crate) fn new(record: Box<RawValue>) -> Self {
        Self {
            record: Cow::Owned(record),
            resources: Vec::new(),
            account: None,
            whole: None,
            trails: Vec::new(),
            data: false,
            delivery: false,
            imported: false,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes by reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_comes_back_to_the_byte() {
        let text = r#"{"eventName":"A","n":1.0,"big":12345678901234567890123,"t":"é\u00e9\/"}"#;
        let event = FrameEvent::new(RawValue::from_string(text.to_owned()).unwrap());
        let bytes = Frame::new("id-1", 7, vec![Change::Clock(5)], vec![event]).to_bytes();
        let frame = Frame::read(8, &bytes).unwrap();
        assert_eq!(frame.events[0].record.get(), text);
        assert_eq!(frame.changes, [Change::Clock(5)]);
        assert_eq!(frame.on, 7);
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        let unknown = br#"{"v":1,"id":"x","on":0,"changes":[{"Weather":1}]}"#;
        assert!(matches!(Frame::read(1, unknown), Err(FrameError::Form(1, _))));
        let newer = br#"{"v":2,"id":"x","on":0}"#;
        assert!(matches!(Frame::read(1, newer), Err(FrameError::Version(1, 2))));
    }
}
