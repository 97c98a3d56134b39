//! The metering sandbox from outside: inputs, answers, the ledger.

mod addressing;
mod conformance;
mod faults;
mod reference;
mod world;
