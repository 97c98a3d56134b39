//! Where every durable frame stands: four bytes a frame, in memory.

use std::collections::VecDeque;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use crate::frame::wide;
use crate::queue::Place;
use crate::segment::Segment;

/// The segments in order, the last one being written.
#[derive(Debug)]
pub(crate) struct Index {
    segments: VecDeque<Segment>,
}

/// A frame's place on disk.
#[derive(Debug)]
pub(crate) struct Located {
    pub(crate) file: Arc<File>,
    pub(crate) path: PathBuf,
    pub(crate) seed: u32,
    pub(crate) begin: u64,
    pub(crate) end: u64,
}

impl Index {
    pub(crate) fn new(segments: Vec<Segment>) -> Self {
        Self { segments: segments.into() }
    }

    /// Returns the first frame kept.
    pub(crate) fn first(&self) -> u64 {
        self.segments.front().map_or(1, |segment| segment.header.first)
    }

    /// Finds a durable frame.
    pub(crate) fn locate(&self, sequence: u64) -> Option<Located> {
        let behind = self.segments.partition_point(|segment| segment.header.first <= sequence);
        let segment = self.segments.get(behind.checked_sub(1)?)?;
        let (begin, end) = segment.place(sequence)?;
        Some(Located {
            file: Arc::clone(&segment.file),
            path: segment.path.clone(),
            seed: segment.header.seed(),
            begin,
            end,
        })
    }

    /// Notes frames that have become durable at the end of the last segment.
    pub(crate) fn extend(&mut self, frames_bytes: &[u64]) {
        if let Some(segment) = self.segments.back_mut() {
            for frame_bytes in frames_bytes {
                segment.push(*frame_bytes);
            }
        }
    }

    /// Notes a new last segment; one that never held a frame is taken over by it.
    pub(crate) fn push(&mut self, segment: Segment) {
        self.segments.pop_back_if(|last| last.header.first == segment.header.first);
        self.segments.push_back(segment);
    }

    /// Returns the place behind the last frame.
    pub(crate) fn place(&self) -> Place {
        let last = self.segments.back();
        last.map_or(Place { offset: 0, segment_bytes: 0 }, |segment| Place {
            offset: segment.end,
            segment_bytes: segment.header.bytes,
        })
    }

    /// Returns the last segment.
    pub(crate) fn last(&self) -> Option<&Segment> {
        self.segments.back()
    }

    /// Returns the first frame kept when every whole segment up to `sequence` is dropped.
    pub(crate) fn first_after_release(&self, sequence: u64) -> u64 {
        let droppable = |segment: &&Segment| segment.next() <= sequence.saturating_add(1);
        let inner = self.segments.len().saturating_sub(1);
        let dropped = self.segments.iter().take(inner).take_while(droppable).count();
        self.segments.get(dropped).map_or(1, |segment| segment.header.first)
    }

    /// Takes off the first segment if all of it lies before `first`.
    pub(crate) fn pop_before(&mut self, first: u64) -> Option<Segment> {
        self.segments.pop_front_if(|segment| segment.header.first < first)
    }

    /// Returns the number of segments, their bytes on disk and the number of frames.
    pub(crate) fn figures(&self) -> (u64, u64, u64) {
        let bytes = self.segments.iter().map(|segment| segment.header.bytes).sum();
        let frames = self.segments.iter().map(|segment| wide(segment.offsets.len())).sum();
        (wide(self.segments.len()), bytes, frames)
    }
}
