//! Who signed a request: AWS Signature Version 4, read, proven and made; and S3's older links.
//!
//! [`Claim::read`] takes the claim out of a head (who says they signed, when, for which service);
//! [`verify`] proves it with the secret; [`Signer`] makes such claims for our own command line.
//! Nobody is looked up here and nothing is allowed here: this module does not know accounts.
//!
//! ```text
//!   head ──▶ Claim::read ──▶ access key ──(the caller finds the secret)──┐
//!                                                                        ▼
//!   head + body ──▶ Rules, signed headers, SHA-256 ──▶ canonical request ──▶ HMAC ──▶ equal?
//!                                                             Keys (derived once a day) ──┘
//! ```
//!
//! Invariants
//! - A claim is in one place only: the `Authorization` header or the query string, never both, and
//!   nothing of it is given twice.
//! - `host` and every `x-amz-*` header that is present are signed. Two are free, because clients
//!   and proxies add them after signing and nothing here reads them: `x-amz-user-agent` and
//!   `x-amz-cf-id`. `content-type` need not be signed: the PHP SDK never signs it, so AWS cannot
//!   ask for it; all it can change is which parser refuses the body, whose bytes are hashed.
//! - The body is hashed and compared unless the [`Rules`] let this endpoint do without.
//! - A link (Signature Version 2) signs less than that: where one is taken, what it does not sign
//!   may change the extent of an answer, never the operation or what it is about.
//! - Signatures are compared in constant time; no `Debug` shows a secret, a key or a token.

mod canonical;
mod chunks;
mod claim;
mod digest;
mod keys;
mod link;
mod refusal;
mod replays;
mod rules;
mod sign;
mod stamp;
mod verify;

#[cfg(test)]
mod tests;

pub use claim::{Claim, Payload, Place};
pub use keys::Keys;
pub(crate) use link::is_link;
pub use refusal::Refusal;
pub use replays::{Replays, Sight};
pub use rules::{PathStyle, Rules};
pub use sign::{Credentials, Signer};
pub use verify::{Verified, verify, verify_head};
