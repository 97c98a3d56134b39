//! Calls about trails: places elsewhere are tried before the state is locked.

use jiff::Timestamp;
use trail::{Change as TrailChange, Entry, Request};
use wire::{Call, Done, Fault};

use super::perform::context;
use super::{Gateway, Judged, Outcome};
use crate::around::{Around, Elsewhere};
use crate::delivery::Delivery;
use crate::state::{Change, State};
use crate::story::Story;
use crate::takers::CLOUDTRAIL;

/// The text of the message that tries a topic.
const VALIDATION: &str = "CloudTrail validation message.";

impl Gateway {
    /// Performs a call about trails.
    ///
    /// A bucket or topic of the user's own is asked without holding the state: the call is run once
    /// for show, to see what it would ask for, and then in earnest with the answers.
    pub(super) async fn perform_trail(
        &self,
        entry: &'static Entry,
        judged: &Judged<'_>,
        story: &Story<'_>,
    ) -> Outcome {
        let known = self.ask_elsewhere(entry, judged, story).await;
        let outcome = self
            .commit(story, Vec::new(), |state, last, call| {
                super::perform::authorize(judged, story, state, call, &context(story, call.now))?;
                judged.validity.clone()?;
                let done = self.run_trail(entry, judged, state, last, call, &known)?;
                self.with_preflight(state, done, call)
            })
            .await;
        if !entry.read_only {
            self.delivery.hurry();
        }
        outcome
    }

    fn run_trail(
        &self,
        entry: &Entry,
        judged: &Judged<'_>,
        state: &State,
        sequence: u64,
        call: &mut Call<'_>,
        known: &Elsewhere,
    ) -> Result<Done<TrailChange>, Fault> {
        let regions = &self.config.regions;
        let around = Around { state, regions, delivery: &self.delivery, known };
        let (state, input) = (&state.trail, &judged.input);
        let mut request = Request { state, sequence, input, call, around: &around };
        (entry.run)(&mut request)
    }

    /// Tries the places elsewhere that a call would have the server write to.
    async fn ask_elsewhere(
        &self,
        entry: &Entry,
        judged: &Judged<'_>,
        story: &Story<'_>,
    ) -> Elsewhere {
        let asked = Elsewhere::default();
        if entry.read_only || judged.validity.is_err() {
            return asked;
        }
        let would = self.commits.look_at(|state, last| {
            let mut random = || self.world.random();
            let mut call = self.call(story, &mut random);
            super::perform::authorize(judged, story, state, &call, &context(story, call.now))?;
            self.run_trail(entry, judged, state, last, &mut call, &asked).map(|_| ())
        });
        if let Err(fault) = would {
            tracing::debug!(%fault, "a call about a trail asks for nothing elsewhere");
        }
        asked.ask(&self.delivery, self.world.wall()).await
    }

    /// Adds what making or changing a trail leaves in its bucket and topic: the markers, and one
    /// message.
    fn with_preflight(
        &self,
        state: &State,
        done: Done<TrailChange>,
        call: &mut Call<'_>,
    ) -> Result<Done<Change>, Fault> {
        let mut more = Vec::new();
        for change in &done.changes {
            let (TrailChange::Created(trail) | TrailChange::Updated { trail, .. }) = change else {
                continue;
            };
            if !self.delivery.is_elsewhere(&trail.s3_bucket_name) {
                more.extend(Delivery::markers(state, trail, call)?);
            }
            if let Some(topic) = trail.sns_topic_arn.as_deref() {
                more.extend(self.delivery.publish(
                    state,
                    topic,
                    VALIDATION,
                    call.now,
                    call.random,
                )?);
            }
        }
        let mut done = super::perform::into(done);
        done.changes.extend(more);
        Ok(done)
    }
}

/// Adds what becomes of an organization's trails when it ends or withdraws its trust in CloudTrail:
/// they deliver their own account alone from then on.
pub(super) fn without_trust(
    state: &State,
    last: u64,
    now: Timestamp,
    mut done: Done<Change>,
) -> Done<Change> {
    let distrusting = done.changes.iter().filter_map(|change| match change {
        Change::Identity(change) => change.ends_trust(CLOUDTRAIL),
        _ => None,
    });
    let own = last.saturating_add(1);
    let trails = distrusting.flat_map(|id| state.trail.without_organization(id, now, own));
    let more: Vec<_> = trails.map(Change::Trail).collect();
    done.changes.extend(more);
    done
}
