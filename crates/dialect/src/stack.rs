//! A thread whose stack is large enough for every query that passes the limits.

use crate::error::{SqlError, SqlErrorKind};

/// How much stack planning and running may take; only what is touched is really there.
pub(crate) const STACK_BYTES: usize = 64 << 20;

/// Runs something on a thread of its own and waits for it.
pub(crate) fn on_large_stack<T: Send>(
    work: impl FnOnce() -> Result<T, SqlError> + Send,
) -> Result<T, SqlError> {
    let failed = |_| SqlError::new(SqlErrorKind::Failed, "no thread to plan the query");
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("sql-plan".into()).stack_size(STACK_BYTES);
        let thread = builder.spawn_scoped(scope, work).map_err(failed)?;
        thread.join().unwrap_or_else(|_| Err(panicked()))
    })
}

/// A fault of this crate or of DataFusion, not of the query.
pub(crate) fn panicked() -> SqlError {
    SqlError::new(SqlErrorKind::Failed, "the query could not be planned or run")
}
