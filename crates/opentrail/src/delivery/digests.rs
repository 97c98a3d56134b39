//! Digests: what was delivered in an hour, signed, each on top of the one before.

use futures_util::{StreamExt as _, stream};
use trail::digest::{Digest, DigestDraft};
use trail::{
    Chain, Change as TrailChange, Delivery as What, LastDigest, PlannedDigest, Trail,
    chains_to_begin, chains_to_end, digest_due,
};

use super::place::{Attributes, Object, Stored};
use super::{AT_ONCE, Deliverer, Undelivered, internal};
use crate::commit::Draft;
use crate::state::{Change, State};
use crate::takers::CLOUDTRAIL;

/// How many digests are told of in one frame.
const DIGESTS_AT_ONCE: usize = 200;

/// A digest that is kept, and what is to be told of it.
struct Written {
    stored: Stored,
    what: What,
}

impl Deliverer {
    /// Begins the chains of one trail and writes all digests that are due, hour by hour.
    pub(super) async fn deliver_digests(&self, number: u64) -> Result<(), Undelivered> {
        self.begin_chains(number).await?;
        loop {
            self.plan_digests(number).await?;
            let Some(trail) = self.trail(number) else { break };
            let planned: Vec<_> =
                trail.chains.values().filter_map(|chain| Some((chain, chain.planned?))).collect();
            if planned.is_empty() {
                break;
            }
            let (written, failed) = self.write_digests(&trail, &planned).await;
            // the first that fails keeps those behind it from being tried
            let missing = planned.iter().skip(written.len()).map(|(chain, _)| chain.region.clone());
            let missing = missing.collect();
            self.tell_digests(&trail, written).await?;
            if let Some(undelivered) = failed {
                self.tell_failed(number, missing, &undelivered, What::DigestFailed).await?;
                return Err(undelivered);
            }
        }
        Ok(())
    }

    /// Settles what the digests that are due will say.
    async fn plan_digests(&self, number: u64) -> Result<(), Undelivered> {
        let pace = self.gateway.delivery.pace;
        let plan = |state: &State| {
            let (now, trail) = (self.gateway.world.now(), state.trail.numbered(number));
            let chains = trail
                .into_iter()
                .flat_map(|trail| trail.chains.values().map(move |chain| (trail, chain)));
            let due =
                chains.filter(|(_, chain)| chain.planned.is_none()).filter_map(|(trail, chain)| {
                    let (account, region) = (chain.account.clone(), chain.region.clone());
                    let digest = digest_due(trail, chain, &pace, now)?;
                    Some(What::DigestPlanned { account, region, digest })
                });
            let change = |what| Change::Trail(TrailChange::Delivery { trail: number, what });
            due.take(DIGESTS_AT_ONCE).map(change).collect::<Vec<_>>()
        };
        if self.gateway.commits.look(|state| plan(state).is_empty()) {
            return Ok(());
        }
        let told =
            self.gateway.record(|state, _| Draft { changes: plan(state), events: Vec::new() });
        told.await.map_err(Undelivered::from)
    }

    /// Writes planned digests, up to one that fails.
    async fn write_digests(
        &self,
        trail: &Trail,
        planned: &[(&Chain, PlannedDigest)],
    ) -> (Vec<Written>, Option<Undelivered>) {
        let mut written = Vec::with_capacity(planned.len());
        let digests = planned.iter();
        let writing: Vec<_> =
            digests.map(|(chain, digest)| self.write_digest(trail, chain, *digest)).collect();
        let mut writing = std::pin::pin!(stream::iter(writing).buffered(AT_ONCE));
        while let Some(digest) = writing.next().await {
            match digest {
                Ok(digest) => written.push(digest),
                Err(undelivered) => return (written, Some(undelivered)),
            }
        }
        (written, None)
    }

    async fn begin_chains(&self, number: u64) -> Result<(), Undelivered> {
        let regions = &self.gateway.config.regions;
        let begin = |state: &State| {
            let trail = state.trail.numbered(number)?;
            let covered = covered(state, trail, regions);
            let now = self.gateway.world.now();
            let mut chains = chains_to_end(trail, &covered, now);
            chains.extend(chains_to_begin(trail, &covered, now));
            Some(chains)
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
        &self,
        trail: &Trail,
        chain: &Chain,
        planned: PlannedDigest,
    ) -> Result<Written, Undelivered> {
        // late files are proven by a key of the time of their proof
        let signed = planned.backfill.unwrap_or(planned.end);
        let key = self.signing_key(&chain.region, signed).await?;
        let (files, previous) = if planned.backfill.is_some() {
            (&chain.late, &chain.last_backfill)
        } else {
            (&chain.files, &chain.last)
        };
        let listed = files.get(..planned.listed).unwrap_or_default();
        let digest = Digest::new(&DigestDraft {
            account: &chain.account,
            region: &chain.region,
            home_region: &trail.home_region,
            trail_name: &trail.name,
            prefix: trail.s3_key_prefix.as_deref(),
            organization_id: trail.files_organization(&chain.account),
            bucket: &trail.s3_bucket_name,
            start: planned.start,
            end: planned.end,
            fingerprint: &key.fingerprint,
            previous: previous.as_ref(),
            files: listed,
            backfill: planned.backfill,
            is_final: planned.is_final,
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
        let stored = self.gateway.store(trail, object).await?;
        let what = What::DigestWritten {
            account: chain.account.clone(),
            region: chain.region.clone(),
            digest: LastDigest {
                s3_bucket: trail.s3_bucket_name.clone(),
                s3_object: digest.key,
                hash: digest.hash,
                signature,
                end: planned.end,
            },
            at: self.gateway.world.now(),
        };
        Ok(Written { stored, what })
    }

    async fn tell_digests(&self, trail: &Trail, written: Vec<Written>) -> Result<(), Undelivered> {
        if written.is_empty() {
            return Ok(());
        }
        let told = self
            .gateway
            .record_or(|state, _| {
                let mut draft = Draft::default();
                for Written { stored, what } in &written {
                    self.gateway.put_in(state, trail, stored, &mut draft)?;
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
    let organization = state
        .identity
        .organization_of(&trail.account)
        .filter(|_| trail.is_organization())
        .filter(|organization| organization.trusts(CLOUDTRAIL));
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
