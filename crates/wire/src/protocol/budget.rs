//! Counts what a body asks for while it is being read.

use std::cell::Cell;

use super::Limits;

/// What is left of [`Limits`] for one body.
#[derive(Debug)]
pub(super) struct Budget {
    limits: Limits,
    nodes: Cell<usize>,
}

impl Budget {
    pub(super) const fn new(limits: Limits) -> Self {
        Self { limits, nodes: Cell::new(0) }
    }

    /// Counts one value at `depth` (the outermost is 0).
    ///
    /// # Errors
    /// A text for the caller when that is one too many, or too deep.
    pub(super) fn take(&self, depth: usize) -> Result<(), String> {
        let Limits { depth_max, nodes_max } = self.limits;
        if depth > depth_max {
            return Err(format!("The request is nested deeper than {depth_max} levels."));
        }
        let nodes = self.nodes.get() + 1;
        if nodes > nodes_max {
            return Err(format!("The request holds more than {nodes_max} values."));
        }
        self.nodes.set(nodes);
        Ok(())
    }
}
