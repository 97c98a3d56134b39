//! Runs the operation and makes what it did durable, before anything is answered.

use std::time::Duration;

use bucket::Content;
use identity::Context;
use jiff::Timestamp;
use wire::{Call, Done, Fault, Members};

use super::{Gateway, Judged, Outcome};
use crate::commit::{Draft, Written};
use crate::delivery::cut_all;
use crate::frame::FrameEvent;
use crate::operations::{Imported, Reading, Run, wait_seconds};
use crate::services;
use crate::state::{Change, State};
use crate::story::{Ending, Story};

/// How long a question waits for the index to hold all that was answered before it.
const LEVEL_PATIENCE: Duration = Duration::from_millis(500);

/// How long the index may take to hold what was imported, before it counts as stopped.
const INDEX_PATIENCE: Duration = Duration::from_secs(30);

impl Gateway {
    /// Performs a call that is proven and decoded; returns also the bytes of an object, where the
    /// answer holds one.
    pub(super) async fn perform(
        &self,
        judged: Judged<'_>,
        story: &mut Story<'_>,
    ) -> (Outcome, Option<Content>) {
        let outcome = match judged.operation.run {
            Run::Bucket(entry) => return self.perform_bucket(entry, &judged, story).await,
            Run::Message(entry) => self.perform_message(entry, &judged, story).await,
            Run::Trail(entry) => self.perform_trail(entry, &judged, story).await,
            Run::Events(run) => {
                self.progress.level(self.commits.durable(), LEVEL_PATIENCE).await;
                let outcome = self.read(run, &judged, story);
                self.commit(story, Vec::new(), |_, _, _| outcome).await
            }
            Run::Live(run) => {
                self.await_news(&judged.input).await;
                let outcome = self.read(run, &judged, story);
                self.commit(story, Vec::new(), |_, _, _| outcome).await
            }
            Run::Import(run) => self.import(run, &judged, story).await,
            Run::Identity(_) | Run::Sandbox(_) => self.change(&judged, story).await,
            Run::Roof(_) if judged.operation.service != "opentrail" => {
                self.change(&judged, story).await
            }
            Run::Roof(_) => {
                let outcome = self.change(&judged, story).await;
                if !judged.operation.read_only && outcome.is_ok() {
                    // the clock may have been moved
                    self.bring_due_soon().await;
                    self.delivery.hurry();
                }
                outcome
            }
        };
        (outcome, None)
    }

    /// Performs a call under the state's lock.
    async fn change(&self, judged: &Judged<'_>, story: &Story<'_>) -> Outcome {
        self.settle(judged.operation.service).await?;
        let operate = |state: &State, last: u64, call: &mut Call<'_>| {
            let done = self.operate(judged, story, state, call)?;
            let done = super::trails::without_trust(state, last, call.now, done);
            Ok(with_cuts(state, last, call.now, done))
        };
        self.commit(story, Vec::new(), operate).await
    }

    /// Waits until something is in the index beyond what a live view has seen.
    async fn await_news(&self, input: &Members) {
        if let Some(after) = input.integer("AfterSequence") {
            let wait = Duration::from_secs(wait_seconds(input));
            self.progress.beyond(u64::try_from(after).unwrap_or(0), wait).await;
        }
    }

    /// Judges on the state: may they, is it valid, do it.
    fn operate(
        &self,
        judged: &Judged<'_>,
        story: &Story<'_>,
        state: &State,
        call: &mut Call<'_>,
    ) -> Outcome {
        let context = context(story, call.now);
        if let Run::Identity(entry) = judged.operation.run {
            let (state, vault, input) = (&state.identity, &self.vault, &judged.input);
            let caller = &story.caller;
            let mut request =
                identity::Request { state, vault, caller, context: &context, input, call };
            entry.permit(&request).map_err(|fault| spelled(fault, story))?;
            judged.validity.clone()?;
            let done = (entry.run)(&mut request).map_err(|fault| spelled(fault, story))?;
            return Ok(into(done));
        }
        authorize(judged, story, state, call, &context)?;
        judged.validity.clone()?;
        match judged.operation.run {
            Run::Sandbox(run) => {
                run(&state.sandbox, &judged.input, call, &self.config.sandbox).map(into)
            }
            Run::Roof(run) => run(state, &judged.input, call),
            _ => unreachable!("performed elsewhere"),
        }
    }

    /// Answers from events that are there, outside the state's lock.
    fn read(
        &self,
        run: fn(&Reading<'_>, &Members) -> Result<Members, Fault>,
        judged: &Judged<'_>,
        story: &Story<'_>,
    ) -> Outcome {
        let sees_all = self.admit(judged, story)?;
        let arn = story.caller.arn();
        run(&self.reading(story, &arn, sees_all), &judged.input).map(Done::read)
    }

    /// Adds records from outside; one import at a time, so that none comes in twice.
    async fn import(
        &self,
        run: fn(&Reading<'_>, &Members) -> Result<Imported, Fault>,
        judged: &Judged<'_>,
        story: &Story<'_>,
    ) -> Outcome {
        let turn = self.imports.lock().await;
        let arn = story.caller.arn();
        let imported = self
            .admit(judged, story)
            .and_then(|sees_all| run(&self.reading(story, &arn, sees_all), &judged.input));
        let (events, outcome) = match imported {
            Ok(Imported { events, output }) => (events, Ok(Done::changed(output, Vec::new()))),
            Err(fault) => (Vec::new(), Err(fault)),
        };
        let outcome = self.commit(story, events, |_, _, _| outcome).await;
        // the next import must find these records in the index, or be refused
        let last = self.commits.last().saturating_sub(1);
        if !self.progress.beyond(last, INDEX_PATIENCE).await {
            self.progress.lose();
        }
        drop(turn);
        outcome
    }

    /// Authorizes and validates a call on events; returns whether it may see every account.
    fn admit(&self, judged: &Judged<'_>, story: &Story<'_>) -> Result<bool, Fault> {
        let mut random = || self.world.random();
        let call = self.call(story, &mut random);
        let sees_all = self.commits.look(|state| {
            let context = context(story, call.now);
            authorize(judged, story, state, &call, &context)?;
            Ok::<_, Fault>(state.operator_account == story.account())
        })?;
        judged.validity.clone()?;
        if self.progress.is_lost() {
            // an answer from an index that stands still would pass for a whole one
            return Err(index_lost());
        }
        Ok(sees_all)
    }

    /// Makes a call durable: its changes, its events and `more` events beside them in one frame.
    ///
    /// # Errors
    /// The outcome's own fault, or `ServiceUnavailable` (503) when the journal does not take it.
    pub(super) async fn commit(
        &self,
        story: &Story<'_>,
        more: Vec<FrameEvent<'static>>,
        operate: impl FnOnce(&State, u64, &mut Call<'_>) -> Outcome,
    ) -> Outcome {
        let (outcome, written) = {
            let mut random = || self.world.random();
            let mut call = self.call(story, &mut random);
            if story.unrecorded {
                return self.commits.look(|state| operate(state, 0, &mut call));
            }
            let committed = self.commits.commit(&story.request_id, |state, last| {
                // under the lock the clock stands still: no other call can move it meanwhile
                call.now = self.world.now();
                let mut outcome = operate(state, last, &mut call);
                let mut events = story.events(&ending(&outcome), state, call.now, &self.world);
                events.extend(more);
                let changes = outcome.as_mut().map(|done| std::mem::take(&mut done.changes));
                (Draft { changes: changes.unwrap_or_default(), events }, outcome)
            });
            committed.map_err(|cause| unavailable(&cause))?
        };
        self.durable(written).await?;
        outcome
    }

    /// Waits until what was written is on disk, or all that was judged on where nothing was.
    pub(crate) async fn durable(&self, written: Written) -> Result<(), Fault> {
        let waited = match written {
            Written::Frame(ticket) => self.acknowledge.durable(ticket).await,
            Written::Nothing { on } => self.commits.wait_durable(on).await,
        };
        waited.map_err(|cause| {
            tracing::error!(cause = %crate::logs::chain(&cause), "a frame may not be on disk");
            Fault::new(
                "ServiceUnavailable",
                "It is not known whether the call was performed: recording it failed. Look for it \
                 when the server is back.",
            )
            .with_status(503)
        })
    }

    pub(super) fn call<'a>(
        &self,
        story: &'a Story<'_>,
        random: &'a mut dyn FnMut() -> u64,
    ) -> Call<'a> {
        Call { account: story.account(), region: &story.region, now: self.world.now(), random }
    }

    fn reading<'a>(
        &'a self,
        story: &'a Story<'_>,
        caller_arn: &'a str,
        sees_all: bool,
    ) -> Reading<'a> {
        Reading {
            archive: &self.archive,
            board: &self.delivery.board,
            checkpoints: &self.checkpoints,
            tokens: &self.tokens,
            config: &self.config,
            account: story.account(),
            caller_arn,
            region: &story.region,
            now: self.world.now(),
            sees_all,
            lookups: &self.lookups,
            elapsed: self.world.elapsed(),
        }
    }
}

/// Asks the caller's policies.
pub(super) fn authorize(
    judged: &Judged<'_>,
    story: &Story<'_>,
    state: &State,
    call: &Call<'_>,
    context: &Context,
) -> Result<(), Fault> {
    let operation = judged.operation;
    let (state, caller) = (&state.identity, &story.caller);
    for resource in (operation.resources)(call, &judged.input) {
        identity::authorize(state, caller, &operation.action, &resource, context)
            .map_err(|fault| spelled(fault, story))?;
    }
    Ok(())
}

/// Returns the condition keys that every call has.
pub(super) fn context(story: &Story<'_>, now: Timestamp) -> Context {
    Context::at(now)
        .with("aws:SourceIp", story.source_ip.to_string())
        .with("aws:SecureTransport", "false")
        .with("aws:ViaAWSService", if story.invoked_by.is_some() { "true" } else { "false" })
        .with("aws:PrincipalIsAWSService", "false")
        .with("aws:RequestedRegion", story.event_region())
        .with_some("aws:UserAgent", story.user_agent.clone())
}

fn ending(outcome: &Outcome) -> Ending<'_> {
    match outcome {
        Ok(done) => Ending::Done {
            output: &done.output,
            resources: &done.resources,
            owner_account: done.owner_account.as_deref(),
        },
        Err(fault) => Ending::Failed(fault),
    }
}

pub(super) fn into<C: Into<Change>>(done: Done<C>) -> Done<Change> {
    Done {
        output: done.output,
        changes: done.changes.into_iter().map(Into::into).collect(),
        resources: done.resources,
        owner_account: done.owner_account,
    }
}

/// Adds, where the sandbox clock is moved, what makes files of all that trails have taken until then.
fn with_cuts(state: &State, last: u64, now: Timestamp, mut done: Done<Change>) -> Done<Change> {
    if done.changes.iter().any(|change| matches!(change, Change::Clock(_))) {
        let cuts = cut_all(state, last + 1, now);
        done.changes.splice(0..0, cuts);
    }
    done
}

fn index_lost() -> Fault {
    Fault::new("ServiceUnavailable", "The index of events has stopped; restart the server.")
        .with_status(503)
}

/// Spells a refusal by policy the way the service does.
pub(super) fn spelled(mut fault: Fault, story: &Story<'_>) -> Fault {
    if let (true, Some(service)) = (fault.code.starts_with("AccessDenied"), story.service) {
        let (code, status) = services::access_denied(service);
        (fault.code, fault.status) = (code.into(), status);
    }
    fault
}

/// Answers for a journal that takes nothing; the cause goes to the log.
pub(super) fn unavailable(cause: &journal::Error) -> Fault {
    tracing::error!(cause = %crate::logs::chain(cause), "the journal refused a call");
    Fault::new(
        "ServiceUnavailable",
        "The call was not performed because it could not be recorded; try again later.",
    )
    .with_status(503)
}
