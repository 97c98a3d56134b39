//! Log files: the events of a cut, by account and Region, into the bucket.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use event::Facts;
use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use journal::{Journal, Sequence};
use trail::{
    Batch, Change as TrailChange, Cut, DeliveredFile, Delivery as What, Failure, LogFile, LogFiles,
    Notice, Trail, chain_key,
};

use super::place::{Attributes, Object, Stored};
use super::{AT_ONCE, Deliverer, GIVE_UP, Undelivered, internal};
use crate::archive::ArchiveError;
use crate::commit::Draft;
use crate::frame::Frame;
use crate::gateway::Unrecorded;
use crate::state::{Change, State};
use crate::story::own_event;

/// The log files of one account and Region.
struct Group {
    account: String,
    region: String,
    files: Vec<LogFile>,
}

impl Group {
    fn key(&self) -> String {
        chain_key(&self.account, &self.region)
    }
}

/// What does not arrive in one pass over a trail's cuts.
#[derive(Default)]
struct Failing {
    /// By account and Region; they are not tried again in this pass.
    groups: BTreeSet<String>,
    /// The first cause.
    cause: Option<Undelivered>,
}

impl Deliverer {
    /// Delivers the files of every cut of one trail, oldest first; an account or Region that fails
    /// holds up no other.
    pub(super) async fn deliver_files(&self, number: u64) -> Result<(), Undelivered> {
        let (mut failing, mut after) = (Failing::default(), 0);
        while let Some(trail) = self.trail(number).await {
            let Some(cut) = trail.cuts.iter().find(|cut| cut.to > after).cloned() else { break };
            after = cut.to;
            if cut.left.is_empty() || !cut.left.is_subset(&failing.groups) {
                self.deliver_cut(&trail, &cut, &mut failing).await?;
            }
        }
        failing.cause.map_or(Ok(()), Err)
    }

    /// Delivers what is left of a cut, one account and Region after the other.
    async fn deliver_cut(
        &self,
        trail: &Trail,
        cut: &Cut,
        failing: &mut Failing,
    ) -> Result<(), Undelivered> {
        let number = trail.number;
        let groups = match self.build(trail, cut).await {
            Ok(groups) => groups,
            Err(undelivered) => {
                let regions = BTreeSet::from([trail.home_region.clone()]);
                self.tell_failed(number, regions, &undelivered, What::DeliveryFailed).await?;
                return Err(undelivered);
            }
        };
        let (mut left, mut regions) = (BTreeSet::new(), BTreeSet::new());
        for group in groups {
            let (key, region) = (group.key(), group.region.clone());
            if !failing.groups.contains(&key) {
                let Err(undelivered) = self.deliver_group(trail, cut, group).await else {
                    continue;
                };
                failing.groups.insert(key.clone());
                failing.cause.get_or_insert(undelivered);
            }
            left.insert(key);
            regions.insert(region);
        }
        if left.is_empty() {
            return self.tell(number, What::CutDone { cut: cut.to }).await;
        }
        if let Some(undelivered) = &failing.cause {
            self.tell_failed(number, regions, undelivered, What::DeliveryFailed).await?;
        }
        // nothing is given up untried, however far the clock was moved
        if self.gateway.world.now().duration_since(cut.at) >= GIVE_UP {
            return self.give_up(trail, cut).await;
        }
        if left != cut.left {
            self.tell(number, What::CutLeft { cut: cut.to, left }).await?;
        }
        Ok(())
    }

    /// Gives up what is left of a cut; what is lost on the way is told where it cannot be.
    async fn give_up(&self, trail: &Trail, cut: &Cut) -> Result<(), Undelivered> {
        let Cut { after, to, .. } = cut;
        tracing::error!(trail = trail.arn, after, to, "events are given up");
        let world = &self.gateway.world;
        let told = self.gateway.record(|_, _| {
            let what = What::GivenUp { cut: cut.to };
            let what = TrailChange::Delivery { trail: trail.number, what };
            let event = own_event("LogDeliveryGivenUp", &trail.account, world);
            Draft { changes: vec![Change::Trail(what)], events: vec![event] }
        });
        told.await.map_err(Undelivered::from)
    }

    /// Makes the files of a cut: a function of the journal's frames alone.
    async fn build(&self, trail: &Trail, cut: &Cut) -> Result<Vec<Group>, Undelivered> {
        // the state is ahead of the disk: a stop cuts with its own frame
        let durable = self.gateway.commits.wait_durable(cut.to).await;
        durable.map_err(|cause| internal(&crate::logs::chain(&cause)))?;
        let (journal, trail, cut) = (Arc::clone(&self.journal), trail.clone(), cut.clone());
        let bytes_max = self.gateway.delivery.pace.bytes_max;
        let bytes_max = usize::try_from(bytes_max).unwrap_or(usize::MAX);
        let built = tokio::task::spawn_blocking(move || groups(&journal, &trail, &cut, bytes_max));
        match built.await {
            Ok(Ok(groups)) => Ok(groups),
            Ok(Err(cause)) => Err(internal(&crate::logs::chain(&cause))),
            Err(cause) => Err(internal(&cause.to_string())),
        }
    }

    /// Puts the files of one account and Region into the trail's bucket and tells that they are
    /// there: all of them, or none.
    async fn deliver_group(
        &self,
        trail: &Trail,
        cut: &Cut,
        group: Group,
    ) -> Result<(), Undelivered> {
        let files = group.files.iter();
        let storing: Vec<_> = files.map(|file| self.store_file(trail, file)).collect();
        // to the end, whatever fails: bytes that were kept must not be forgotten about
        let stored: Vec<_> = stream::iter(storing).buffered(AT_ONCE).collect().await;
        let (mut placed, mut failed) = (Vec::with_capacity(stored.len()), None);
        for stored in stored {
            match stored {
                Ok(stored) => placed.push(stored),
                Err(undelivered) => failed = failed.or(Some(undelivered)),
            }
        }
        let told = if let Some(undelivered) = failed {
            Err(Unrecorded::Refused(undelivered))
        } else {
            let tell = |state: &State, _| self.tell_group(state, trail, cut, &group, &placed);
            self.gateway.record_or(tell).await
        };
        self.gateway.settle_stored(placed.into_iter(), &told);
        told.map_err(Unrecorded::cause)
    }

    async fn store_file(&self, trail: &Trail, file: &LogFile) -> Result<Stored, Undelivered> {
        let object = Object {
            bucket: &trail.s3_bucket_name,
            key: &file.key,
            bytes: &file.bytes,
            attributes: Attributes::log_file(),
        };
        self.gateway.store(trail, object).await
    }

    /// Returns the frame that says of files that they are delivered; in buckets and topics of ours
    /// it is also what puts them there and notifies of them.
    fn tell_group(
        &self,
        state: &State,
        trail: &Trail,
        cut: &Cut,
        group: &Group,
        placed: &[Stored],
    ) -> Result<Draft, Undelivered> {
        let (gateway, region) = (&self.gateway, &group.region);
        let at = gateway.world.now();
        let mut draft = Draft::default();
        let (mut files, mut notices, mut told) = (Vec::new(), Vec::new(), Vec::new());
        for (file, placed) in group.files.iter().zip(placed) {
            let file = delivered(trail, cut.at, file);
            gateway.put_in(state, trail, placed, &mut draft)?;
            if let Some(topic) = trail.sns_topic_arn.as_deref() {
                let message = notification(&file);
                if gateway.delivery.is_topic_elsewhere(topic) {
                    notices.push(Notice {
                        topic_arn: topic.to_owned(),
                        message,
                        region: region.clone(),
                        since: at,
                    });
                } else {
                    told.push(gateway.notify(state, trail, region, &message, &mut draft));
                }
            }
            files.push(file);
        }
        let (cut, account, region) = (cut.to, group.account.clone(), region.clone());
        let change = |what| Change::Trail(TrailChange::Delivery { trail: trail.number, what });
        draft.changes.push(change(What::Delivered { cut, account, region, files, notices, at }));
        draft.changes.extend(told.into_iter().map(change));
        Ok(draft)
    }

    /// Records that nothing arrived from some Regions.
    pub(super) async fn tell_failed(
        &self,
        trail: u64,
        regions: BTreeSet<String>,
        undelivered: &Undelivered,
        what: fn(Failure) -> What,
    ) -> Result<(), Undelivered> {
        let (error, at) = (&undelivered.code, self.gateway.world.now());
        let failed = |region| {
            let what = what(Failure { region, error: error.clone(), at });
            Change::Trail(TrailChange::Delivery { trail, what })
        };
        let changes = regions.into_iter().map(failed).collect();
        let told = self.gateway.record(|_, _| Draft { changes, events: Vec::new() }).await;
        told.map_err(Undelivered::from)
    }

    /// Records what came of something.
    pub(super) async fn tell(&self, trail: u64, what: What) -> Result<(), Undelivered> {
        let change = Change::Trail(TrailChange::Delivery { trail, what });
        let told =
            self.gateway.record(|_, _| Draft { changes: vec![change], events: Vec::new() }).await;
        told.map_err(Undelivered::from)
    }
}

/// Makes the files of a cut, by account and Region, while its frames are read; those that are
/// delivered already are left out.
fn groups(
    journal: &Journal,
    trail: &Trail,
    cut: &Cut,
    bytes_max: usize,
) -> Result<Vec<Group>, ArchiveError> {
    let mut groups: BTreeMap<_, LogFiles> = BTreeMap::new();
    for frame in journal.read_from(Sequence::new(cut.after + 1)) {
        let frame = frame.map_err(|cause| ArchiveError::Journal(cut.after + 1, cause))?;
        let sequence = frame.sequence.get();
        if sequence > cut.to {
            break;
        }
        for event in Frame::read(sequence, &frame.payload)?.events {
            let record = event.record.get();
            if !event.trails.contains(&trail.number) {
                continue;
            }
            let (account, region) = whose(record);
            if !cut.done.contains(&chain_key(&account, &region)) {
                let group = groups.entry((account, region));
                group.or_insert_with(|| LogFiles::new(bytes_max)).add(record);
            }
        }
    }
    let files = groups.into_iter().map(|((account, region), files)| {
        let batch = Batch {
            trail_arn: &trail.arn,
            number: trail.number,
            prefix: trail.s3_key_prefix.as_deref(),
            organization_id: trail.files_organization(&account),
            account: &account,
            region: &region,
            after: cut.after,
            to: cut.to,
            at: cut.at,
        };
        let files = files.finish(&batch);
        Group { account, region, files }
    });
    Ok(files.collect())
}

/// Returns the account and the Region under which a record is filed.
fn whose(record: &str) -> (String, String) {
    match Facts::read(record) {
        Ok(facts) => {
            let account = facts.account_id.unwrap_or_default().into_owned();
            (account, facts.aws_region.into_owned())
        }
        Err(_) => unreachable!("a record of ours has all members"),
    }
}

fn delivered(trail: &Trail, at: Timestamp, file: &LogFile) -> DeliveredFile {
    DeliveredFile {
        s3_bucket: trail.s3_bucket_name.clone(),
        s3_object: file.key.clone(),
        hash: file.hash.clone(),
        raw_hash: file.raw_hash.clone(),
        newest_event_time: file.newest_event_time,
        oldest_event_time: file.oldest_event_time,
        at,
        events: file.events,
    }
}

/// Returns the message that tells of a log file, as AWS writes it.
fn notification(file: &DeliveredFile) -> String {
    serde_json::json!({ "s3Bucket": file.s3_bucket, "s3ObjectKey": [file.s3_object] }).to_string()
}
