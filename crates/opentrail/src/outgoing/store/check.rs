//! Whether a bucket can be delivered to: asked when a trail is made, not found out later.

use http::Method;
use jiff::Timestamp;

use super::ask::Ask;
use super::object::Attributes;
use super::{OwnStore, StoreError};
use crate::outgoing::refusal::Refusal;

/// Why a bucket cannot be delivered to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfit {
    /// There is no such bucket.
    #[error("there is no such bucket")]
    NoSuchBucket,
    /// The store refuses: the key, the bucket's policy, another Region.
    #[error("the store refuses")]
    Denied(#[source] StoreError),
    /// Nobody answers, or nobody can now.
    #[error("the store cannot be reached")]
    Unreachable(#[source] StoreError),
}

impl OwnStore {
    /// Does what AWS does before it takes a trail: asks for the bucket's ACL, then puts an empty
    /// object at each marker key, such as `AWSLogs/111122223333/CloudTrail/`.
    ///
    /// A store that knows no ACLs is asked for the bucket's head. Markers that are there are
    /// written again; they are empty then as now.
    ///
    /// # Errors
    /// The first thing that stands in the way.
    pub(crate) async fn check(
        &self,
        bucket: &str,
        markers: &[String],
        wall: Timestamp,
    ) -> Result<(), Unfit> {
        self.check_bucket(bucket, wall).await?;
        let headers = Attributes { acl: true, ..Attributes::default() }.headers()?;
        for key in markers {
            let headers = headers.clone();
            let put = Ask { method: Method::PUT, headers, ..Ask::get(bucket, key) };
            self.succeed(put, wall).await?;
        }
        Ok(())
    }

    async fn check_bucket(&self, bucket: &str, wall: Timestamp) -> Result<(), StoreError> {
        let acl = Ask { query: "acl".into(), ..Ask::get(bucket, "") };
        match self.succeed(acl, wall).await {
            Err(error) if matches!(error.code.as_str(), "NotImplemented" | "MethodNotAllowed") => {
                self.succeed(Ask { method: Method::HEAD, ..Ask::get(bucket, "") }, wall).await
            }
            other => other,
        }
    }

    async fn succeed(&self, ask: Ask<'_>, wall: Timestamp) -> Result<(), StoreError> {
        let answer = self.ask(ask, wall).await?;
        if answer.is_success() {
            return Ok(());
        }
        let mut refusal = Refusal::of(&answer);
        if refusal.code == "NotFound" {
            "NoSuchBucket".clone_into(&mut refusal.code);
        }
        Err(refusal.into())
    }
}

impl From<StoreError> for Unfit {
    fn from(error: StoreError) -> Self {
        match error.code.as_str() {
            "NoSuchBucket" => Self::NoSuchBucket,
            _ if error.retry => Self::Unreachable(error),
            _ => Self::Denied(error),
        }
    }
}
