//! Log files: the events of a cut, by account and Region, into the bucket.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use event::Facts;
use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use journal::{Journal, Sequence};
use trail::{
    Batch, Change as TrailChange, Cut, DeliveredFile, Delivery as What, Failure, LogFile, LogFiles,
    Notice, Trail,
};

use super::place::{Attributes, Object, Stored};
use super::{AT_ONCE, Deliverer, GIVE_UP, Undelivered, internal};
use crate::archive::ArchiveError;
use crate::commit::Draft;
use crate::frame::Frame;
use crate::state::{Change, State};
use crate::story::own_event;

/// A log file and whose it is.
struct Filed {
    account: String,
    region: String,
    file: LogFile,
}

impl Deliverer {
    /// Delivers the files of every cut of one trail, oldest first.
    pub(super) async fn deliver_files(&self, number: u64) -> Result<(), Undelivered> {
        while let Some(trail) = self.trail(number) {
            let Some(cut) = trail.cuts.first().cloned() else { break };
            let filed = self.build(&trail, &cut).await?;
            let regions: BTreeSet<_> = filed.iter().map(|filed| filed.region.clone()).collect();
            if let Err(undelivered) = self.place_files(&trail, cut.at, filed).await {
                self.tell_failed(number, regions, &undelivered, What::DeliveryFailed).await?;
                // nothing is given up untried, however far the clock was moved
                if self.gateway.world.now().duration_since(cut.at) >= GIVE_UP {
                    let (arn, Cut { after, to, .. }) = (&trail.arn, cut);
                    tracing::error!(trail = arn, after, to, "events are given up");
                    self.give_up(&trail).await?;
                }
                return Err(undelivered);
            }
        }
        Ok(())
    }

    /// Gives the oldest cut up; what is lost on the way is told where it cannot be.
    async fn give_up(&self, trail: &Trail) -> Result<(), Undelivered> {
        let world = &self.gateway.world;
        let told = self.gateway.record(|_, _| {
            let what = TrailChange::Delivery { trail: trail.number, what: What::GivenUp };
            let event = own_event("LogDeliveryGivenUp", &trail.account, world);
            Draft { changes: vec![Change::Trail(what)], events: vec![event] }
        });
        told.await.map_err(Undelivered::from)
    }

    /// Makes the files of a cut: a function of the journal's frames alone.
    async fn build(&self, trail: &Trail, cut: &Cut) -> Result<Vec<Filed>, Undelivered> {
        // the state is ahead of the disk: a stop cuts with its own frame
        let durable = self.gateway.commits.wait_durable(cut.to).await;
        durable.map_err(|cause| internal(&crate::logs::chain(&cause)))?;
        let (journal, trail, cut) = (Arc::clone(&self.journal), trail.clone(), cut.clone());
        let bytes_max = self.gateway.delivery.pace.bytes_max;
        let bytes_max = usize::try_from(bytes_max).unwrap_or(usize::MAX);
        let built = tokio::task::spawn_blocking(move || filed(&journal, &trail, &cut, bytes_max));
        match built.await {
            Ok(Ok(filed)) => Ok(filed),
            Ok(Err(cause)) => Err(internal(&crate::logs::chain(&cause))),
            Err(cause) => Err(internal(&cause.to_string())),
        }
    }

    /// Puts files into the trail's bucket and tells that they are there: all of them, or none.
    async fn place_files(
        &self,
        trail: &Trail,
        at: Timestamp,
        filed: Vec<Filed>,
    ) -> Result<(), Undelivered> {
        let mut stored = Vec::with_capacity(filed.len());
        let storing: Vec<_> =
            filed.into_iter().map(|filed| self.store_file(trail, at, filed)).collect();
        let mut storing = std::pin::pin!(stream::iter(storing).buffered(AT_ONCE));
        let mut failed = None;
        while let Some(placed) = storing.next().await {
            match placed {
                Ok(placed) => stored.push(placed),
                Err(undelivered) => {
                    failed = Some(undelivered);
                    break;
                }
            }
        }
        let told = match failed {
            Some(undelivered) => Err(undelivered),
            None => self.gateway.record_or(|state, _| self.tell_files(state, trail, &stored)).await,
        };
        self.gateway.settle_stored(stored.into_iter().map(|(.., placed)| placed), told.is_ok());
        told
    }

    async fn store_file(
        &self,
        trail: &Trail,
        at: Timestamp,
        Filed { account, region, file }: Filed,
    ) -> Result<(String, String, DeliveredFile, Stored), Undelivered> {
        let object = Object {
            bucket: &trail.s3_bucket_name,
            key: &file.key,
            bytes: &file.bytes,
            attributes: Attributes::log_file(),
        };
        let placed = self.gateway.store(trail, object).await?;
        Ok((account, region, delivered(trail, at, &file), placed))
    }

    /// Returns the frame that says of files that they are delivered; in buckets and topics of ours
    /// it is also what puts them there and notifies of them.
    fn tell_files(
        &self,
        state: &State,
        trail: &Trail,
        stored: &[(String, String, DeliveredFile, Stored)],
    ) -> Result<Draft, Undelivered> {
        let gateway = &self.gateway;
        let at = gateway.world.now();
        let mut draft = Draft::default();
        let (mut files, mut notices, mut told) = (Vec::new(), Vec::new(), Vec::new());
        for (account, region, file, placed) in stored {
            gateway.put_in(state, trail, placed, &mut draft)?;
            if let Some(topic) = trail.sns_topic_arn.as_deref() {
                let message = notification(file);
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
            files.push((account.clone(), region.clone(), file.clone()));
        }
        let change = |what| Change::Trail(TrailChange::Delivery { trail: trail.number, what });
        draft.changes.push(change(What::Delivered { files, notices, at }));
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

/// Makes the files of a cut, by account and Region, while its frames are read.
fn filed(
    journal: &Journal,
    trail: &Trail,
    cut: &Cut,
    bytes_max: usize,
) -> Result<Vec<Filed>, ArchiveError> {
    let mut groups: BTreeMap<_, LogFiles> = BTreeMap::new();
    for frame in journal.read_from(Sequence::new(cut.after + 1)) {
        let frame = frame.map_err(|cause| ArchiveError::Journal(cut.after + 1, cause))?;
        let sequence = frame.sequence.get();
        if sequence > cut.to {
            break;
        }
        for event in Frame::read(sequence, &frame.payload)?.events {
            if event.trails.contains(&trail.number) {
                let record = event.record.get();
                let group = groups.entry(whose(record));
                group.or_insert_with(|| LogFiles::new(bytes_max)).add(record);
            }
        }
    }
    let files = groups.into_iter().flat_map(|((account, region), files)| {
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
        let filed = |file| Filed { account: account.clone(), region: region.clone(), file };
        files.finish(&batch).into_iter().map(filed).collect::<Vec<_>>()
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
