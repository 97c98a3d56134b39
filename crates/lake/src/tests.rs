//! Tables written, merged, opened again and asked, beside the same questions to a plain list.

mod events;
mod lookups;
mod stores;
