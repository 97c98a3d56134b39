//! Tests: calls by script, and against second opinions.

mod buckets;
mod copies;
mod delivery;
mod fold;
mod listings;
mod locks;
mod model;
mod multipart;
mod needs;
mod objects;
mod script;
mod settings;
mod versions;
mod world;
