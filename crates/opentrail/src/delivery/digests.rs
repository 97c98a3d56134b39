//! Digests: what was delivered in an hour, signed, each on top of the one before.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, stream};
use jiff::SignedDuration;
use trail::digest::{Digest, DigestDraft};
use trail::{
    Chain, Change as TrailChange, Delivery as What, LastDigest, PlannedDigest, Trail, chain_key,
    chains_to_begin, chains_to_end, digest_due,
};

use super::place::{Attributes, Object, Stored};
use super::{AT_ONCE, Deliverer, GIVE_UP, Undelivered, internal};
use crate::commit::Draft;
use crate::gateway::Unrecorded;
use crate::state::{Change, State};
use crate::story::own_event;
use crate::takers::CLOUDTRAIL;

/// How many digests are told of in one frame.
const DIGESTS_AT_ONCE: usize = 200;

/// How often a digest is planned anew in one pass because its key is taken.
const TRIES_MAX: u32 = 60;
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// The chains that fail in one pass over a trail.
#[derive(Default)]
struct Failing {
    chains: BTreeSet<String>,
    regions: BTreeSet<String>,
    cause: Option<Undelivered>,
    /// How often each chain's digest was planned anew.
    tries: BTreeMap<String, u32>,
}

/// A digest that is kept, and what is to be told of it.
struct Written {
    stored: Stored,
    what: What,
}

impl Deliverer {
    /// Begins the chains of one trail and writes all digests that are due, hour by hour; a chain
    /// that fails holds up no other.
    pub(super) async fn deliver_digests(&self, number: u64) -> Result<(), Undelivered> {
        self.begin_chains(number).await?;
        let mut failing = Failing::default();
        loop {
            self.plan_digests(number).await?;
            let Some(trail) = self.trail(number).await else { break };
            let planned: Vec<_> = trail
                .chains
                .values()
                .filter(|chain| !failing.chains.contains(&key_of(chain)))
                .filter_map(|chain| Some((chain, chain.planned?)))
                .take(DIGESTS_AT_ONCE)
                .collect();
            if planned.is_empty() {
                break;
            }
            let written = self.write_digests(&trail, &planned).await;
            for (at, undelivered) in self.tell_digests(&trail, written).await? {
                if let Some((chain, digest)) = planned.get(at) {
                    self.take_back(number, chain, *digest, undelivered, &mut failing).await?;
                }
            }
        }
        self.give_up_chains(number, &failing).await?;
        failing.tell(self, number).await
    }

    /// Looks at a digest that did not arrive. Where its key is taken, it is planned anew for the next
    /// second: another trail of the same name may have ended with it, or somebody put something
    /// there.
    async fn take_back(
        &self,
        number: u64,
        chain: &Chain,
        digest: PlannedDigest,
        undelivered: Undelivered,
        failing: &mut Failing,
    ) -> Result<(), Undelivered> {
        let key = key_of(chain);
        let tries = failing.tries.entry(key.clone()).or_default();
        *tries += 1;
        let next = digest.end.checked_add(SECOND).ok();
        let is_taken = undelivered.code == "PreconditionFailed" && *tries < TRIES_MAX;
        if let Some(end) = next.filter(|_| is_taken) {
            let (account, region) = (chain.account.clone(), chain.region.clone());
            let digest = PlannedDigest { end, ..digest };
            return self.tell(number, What::DigestPlanned { account, region, digest }).await;
        }
        failing.chains.insert(key);
        failing.regions.insert(chain.region.clone());
        failing.cause.get_or_insert(undelivered);
        Ok(())
    }

    /// Gives up what the failing chains of a deleted trail have still to prove, after a month: nobody
    /// can mend it any more.
    async fn give_up_chains(&self, number: u64, failing: &Failing) -> Result<(), Undelivered> {
        let (now, world) = (self.gateway.world.now(), &self.gateway.world);
        let over = |trail: &Trail| -> Vec<What> {
            let chains = trail.chains.values().filter(|chain| {
                let ending = chain.ending.unwrap_or(now);
                failing.chains.contains(&key_of(chain)) && now.duration_since(ending) >= GIVE_UP
            });
            let given_up = |chain: &Chain| What::ChainGivenUp {
                account: chain.account.clone(),
                region: chain.region.clone(),
            };
            chains.map(given_up).collect()
        };
        let is_due = |state: &State| {
            state.trail.ending.get(&number).is_some_and(|trail| !over(trail).is_empty())
        };
        if !self.gateway.commits.look(is_due) {
            return Ok(());
        }
        let told = self.gateway.record(|state, _| {
            let Some(trail) = state.trail.ending.get(&number) else { return Draft::default() };
            let change = |what| Change::Trail(TrailChange::Delivery { trail: number, what });
            let event = own_event("DigestDeliveryGivenUp", &trail.account, world);
            Draft { changes: over(trail).into_iter().map(change).collect(), events: vec![event] }
        });
        told.await.map_err(Undelivered::from)
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

    /// Writes planned digests; returns what became of each.
    async fn write_digests(
        &self,
        trail: &Trail,
        planned: &[(&Chain, PlannedDigest)],
    ) -> Vec<Result<Written, Undelivered>> {
        let digests = planned.iter();
        let writing: Vec<_> =
            digests.map(|(chain, digest)| self.write_digest(trail, chain, *digest)).collect();
        stream::iter(writing).buffered(AT_ONCE).collect().await
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

    /// Tells of those digests that arrived; returns the others, by their place, and why.
    async fn tell_digests(
        &self,
        trail: &Trail,
        written: Vec<Result<Written, Undelivered>>,
    ) -> Result<Vec<(usize, Undelivered)>, Undelivered> {
        let (mut good, mut failed) = (Vec::new(), Vec::new());
        for (at, digest) in written.into_iter().enumerate() {
            match digest {
                Ok(digest) => good.push((at, digest)),
                Err(undelivered) => failed.push((at, undelivered)),
            }
        }
        let mut refused = BTreeMap::new();
        let told = self.gateway.record_or(|state, _| {
            let mut draft = Draft::default();
            for (at, Written { stored, what }) in &good {
                let mut one = Draft::default();
                // each on its own: one key that is taken must not undo the others
                match self.gateway.put_in(state, trail, stored, &mut one) {
                    Ok(()) => {
                        let (trail, what) = (trail.number, what.clone());
                        one.changes.push(Change::Trail(TrailChange::Delivery { trail, what }));
                        draft.changes.append(&mut one.changes);
                        draft.events.append(&mut one.events);
                    }
                    Err(undelivered) => {
                        refused.insert(*at, undelivered);
                    }
                }
            }
            Ok(draft)
        });
        let told: Result<(), Unrecorded<Undelivered>> = told.await;
        let (stray, kept): (Vec<_>, Vec<_>) =
            good.into_iter().partition(|(at, _)| refused.contains_key(at));
        let stored = |(_, digest): (usize, Written)| digest.stored;
        self.gateway.settle_stored(kept.into_iter().map(stored), &told);
        let was_refused = Err(Unrecorded::Refused(()));
        self.gateway.settle_stored(stray.into_iter().map(stored), &was_refused);
        told.map_err(Unrecorded::cause)?;
        failed.extend(refused);
        Ok(failed)
    }
}

impl Failing {
    /// Tells what fails, when something does.
    async fn tell(self, deliverer: &Deliverer, number: u64) -> Result<(), Undelivered> {
        let Some(undelivered) = self.cause else { return Ok(()) };
        deliverer.tell_failed(number, self.regions, &undelivered, What::DigestFailed).await?;
        Err(undelivered)
    }
}

fn key_of(chain: &Chain) -> String {
    chain_key(&chain.account, &chain.region)
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
