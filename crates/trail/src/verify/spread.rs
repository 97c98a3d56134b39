//! Work spread over threads, with the results in the order of what was asked.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Does `work` for every item, on up to `threads` threads, each with what `begin` made for it.
pub(super) fn spread<T: Sync, R: Send, M>(
    items: &[T],
    threads: usize,
    begin: impl Fn() -> M + Sync,
    work: impl Fn(&mut M, &T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut own = begin();
        let mut done = Vec::new();
        while let Some((at, item)) = take(&next, items) {
            done.push((at, work(&mut own, item)));
        }
        done
    };
    let threads = threads.min(items.len());
    let mut done = if threads < 2 { run() } else { on_threads(threads, &run) };
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

fn on_threads<R: Send>(threads: usize, run: &(impl Fn() -> Vec<R> + Sync)) -> Vec<R> {
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let mut done = run();
        for other in others {
            // what panicked there panics here
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    })
}

fn take<'a, T>(next: &AtomicUsize, items: &'a [T]) -> Option<(usize, &'a T)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    Some((at, items.get(at)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_once_and_in_order() {
        let items: Vec<u64> = (0..1000).collect();
        for threads in [0, 1, 2, 7] {
            let doubled = spread(&items, threads, || (), |(), item| item * 2);
            assert_eq!(doubled, items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
        assert_eq!(spread(&[], 3, || (), |(), (): &()| ()), []);
    }
}
