//! Digests: what was delivered in an hour, signed, each on top of the one before.

use trail::digest::{Digest, DigestDraft};
use trail::{
    Chain, Change as TrailChange, Delivery as What, DigestDue, Failure, LastDigest, Trail,
    chains_to_begin, digest_due,
};

use super::place::{Attributes, Object, Stored};
use super::{Deliverer, Undelivered, internal};
use crate::commit::Draft;
use crate::state::{Change, State};

/// A digest that is kept, and what is to be told of it.
struct Written {
    stored: Stored,
    what: What,
    account: String,
}

impl Deliverer {
    /// Begins the chains of one trail and writes all digests that are due, hour by hour.
    pub(super) async fn deliver_digests(&mut self, number: u64) -> Result<(), Undelivered> {
        self.begin_chains(number).await?;
        while let Some(trail) = self.trail(number) {
            let (now, pace) = (self.gateway.world.now(), self.gateway.delivery.pace);
            let due: Vec<_> = trail
                .chains
                .values()
                .filter_map(|chain| Some((chain, digest_due(&trail, chain, &pace, now)?)))
                .collect();
            if due.is_empty() {
                break;
            }
            let mut written = Vec::with_capacity(due.len());
            let mut failed = None;
            for (chain, due) in due {
                match self.write_digest(&trail, chain, due).await {
                    Ok(digest) => written.push(digest),
                    Err(undelivered) => {
                        failed = Some((chain.region.clone(), undelivered));
                        break;
                    }
                }
            }
            self.tell_digests(&trail, written).await?;
            if let Some((region, undelivered)) = failed {
                let at = self.gateway.world.now();
                let failure = Failure { region, error: undelivered.code.clone(), at };
                self.tell(number, What::DigestFailed(failure)).await?;
                return Err(undelivered);
            }
        }
        Ok(())
    }

    async fn begin_chains(&self, number: u64) -> Result<(), Undelivered> {
        let regions = &self.gateway.config.regions;
        let begin = |state: &State| {
            let trail = state.trail.numbered(number)?;
            let covered = covered(state, trail, regions);
            Some(chains_to_begin(trail, &covered, self.gateway.world.now()))
        };
        if self.gateway.commits.look(|state| begin(state).is_none_or(|chains| chains.is_empty())) {
            return Ok(());
        }
        let told = self.gateway.record(|state, _| {
            let chains = begin(state).unwrap_or_default().into_iter();
            let change = |what| Change::Trail(TrailChange::Delivery { trail: number, what });
            Draft { changes: chains.map(change).collect(), events: Vec::new() }
        });
        told.await.map_err(Undelivered::from)
    }

    async fn write_digest(
        &mut self,
        trail: &Trail,
        chain: &Chain,
        due: DigestDue,
    ) -> Result<Written, Undelivered> {
        let key = self.signing_key(&chain.region, due.end).await?;
        let (files, previous) = if due.backfill {
            (&chain.late, &chain.last_backfill)
        } else {
            (&chain.files, &chain.last)
        };
        let listed = files.get(..due.listed).unwrap_or_default();
        let digest = Digest::new(&DigestDraft {
            account: &chain.account,
            region: &chain.region,
            home_region: &trail.home_region,
            trail_name: &trail.name,
            prefix: trail.s3_key_prefix.as_deref(),
            organization_id: trail.organization_id.as_deref(),
            bucket: &trail.s3_bucket_name,
            start: due.start,
            end: due.end,
            fingerprint: &key.fingerprint,
            previous: previous.as_ref(),
            files: listed,
            backfill: due.backfill.then(|| self.gateway.world.now()),
            is_final: due.is_final,
        });
        let signature = key.key.sign(&digest.string_to_sign);
        let signature = signature.map_err(|cause| internal(&cause.to_string()))?;
        let metadata = digest.metadata(&signature).into_iter();
        let object = Object {
            bucket: &trail.s3_bucket_name,
            key: &digest.key,
            bytes: &digest.bytes,
            attributes: Attributes {
                metadata: metadata.map(|(name, value)| (name.to_owned(), value)).collect(),
            },
        };
        let stored = self.gateway.store(trail, &chain.account, object).await?;
        let what = What::DigestWritten {
            account: chain.account.clone(),
            region: chain.region.clone(),
            digest: LastDigest {
                s3_bucket: trail.s3_bucket_name.clone(),
                s3_object: digest.key,
                hash: digest.hash,
                signature,
                end: due.end,
            },
            listed: due.listed,
            backfill: due.backfill,
            at: self.gateway.world.now(),
        };
        Ok(Written { stored, what, account: chain.account.clone() })
    }

    async fn tell_digests(&self, trail: &Trail, written: Vec<Written>) -> Result<(), Undelivered> {
        if written.is_empty() {
            return Ok(());
        }
        let told = self
            .gateway
            .record_or(|state, _| {
                let mut draft = Draft::default();
                for Written { stored, what, account } in &written {
                    self.gateway.put_in(state, trail, account, stored, &mut draft)?;
                    let (trail, what) = (trail.number, what.clone());
                    draft.changes.push(Change::Trail(TrailChange::Delivery { trail, what }));
                }
                Ok(draft)
            })
            .await;
        self.gateway.settle_stored(written.into_iter().map(|digest| digest.stored), told.is_ok());
        told
    }
}

/// Returns the accounts and enabled Regions from which a trail delivers.
fn covered(state: &State, trail: &Trail, regions: &[String]) -> Vec<(String, String)> {
    let organization =
        trail.organization_id.as_ref().and_then(|_| state.identity.organization_of(&trail.account));
    let accounts: Vec<String> = match organization {
        Some(organization) => organization.members().map(str::to_owned).collect(),
        None => vec![trail.account.clone()],
    };
    let regions: Vec<&String> =
        if trail.is_multi_region { regions.iter().collect() } else { vec![&trail.home_region] };
    let pairs = |account: &String| {
        regions.iter().map(|region| (account.clone(), (*region).clone())).collect::<Vec<_>>()
    };
    accounts.iter().flat_map(pairs).collect()
}
