//! The crate as others use it.

// Named as test code for clippy, which lets tests unwrap.
#[cfg(test)]
mod protocol;
#[cfg(test)]
mod signatures;
