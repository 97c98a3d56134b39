//! What Prometheus sees: calls and their latency by operation, journal, readers, refusals.

use std::time::Duration;

use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder,
};

use crate::delivery::Backlog;
use crate::gateway::Answer;

/// The upper bounds of the latency buckets, in seconds.
const BUCKETS: &[f64] =
    &[0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The figures.
pub(crate) struct Metrics {
    registry: Registry,
    calls: IntCounterVec,
    latency: HistogramVec,
    refusals: IntCounterVec,
    unrecorded: IntCounter,
    connections: IntGauge,
    journal_sequence: IntGauge,
    journal_bytes: IntGauge,
    journal_segments: IntGauge,
    journal_waiting: IntGauge,
    journal_full: IntGauge,
    reader_lag: IntGauge,
    events: IntGauge,
    trails_waiting_events: IntGauge,
    trails_waiting_cuts: IntGauge,
    trails_failing: IntGaugeVec,
}

impl Metrics {
    /// Returns figures at zero.
    ///
    /// # Errors
    /// A figure's name is not one; a test would have shown it.
    pub(crate) fn new() -> Result<Self, prometheus::Error> {
        let opts = |name: &str, help: &str| Opts::new(format!("opentrail_{name}"), help);
        let latency = HistogramOpts::new("opentrail_call_seconds", "Time from request to answer.")
            .buckets(BUCKETS.to_vec());
        let gauge = |name: &str, help: &str| IntGauge::with_opts(opts(name, help));
        let metrics = Self {
            registry: Registry::new(),
            calls: IntCounterVec::new(
                opts("calls_total", "Calls answered."),
                &["service", "operation", "status"],
            )?,
            latency: HistogramVec::new(latency, &["service", "operation"])?,
            refusals: IntCounterVec::new(
                opts("refusals_total", "Calls that ended with an error."),
                &["service", "code"],
            )?,
            unrecorded: IntCounter::with_opts(opts(
                "unrecorded_refusals_total",
                "Refusals over the limit of failed signatures, which leave no event.",
            ))?,
            connections: gauge("connections", "Open connections.")?,
            journal_sequence: gauge("journal_sequence", "The last durable frame.")?,
            journal_bytes: gauge("journal_bytes", "Size of the journal on disk.")?,
            journal_segments: gauge("journal_segments", "Files of the journal.")?,
            journal_waiting: gauge("journal_waiting", "Frames that wait for the disk.")?,
            journal_full: gauge("journal_full", "1 while the disk is full up to the reserve.")?,
            reader_lag: gauge("reader_lag_frames", "Durable frames not in the index yet.")?,
            events: gauge("events", "Events in the index.")?,
            trails_waiting_events: gauge(
                "trails_waiting_events",
                "Events that trails have taken and not yet made files of.",
            )?,
            trails_waiting_cuts: gauge(
                "trails_waiting_cuts",
                "Groups of log files that are not all in their bucket.",
            )?,
            trails_failing: IntGaugeVec::new(
                opts("trails_failing", "1 for what did not arrive when it was last tried."),
                &["trail", "region", "channel", "code"],
            )?,
        };
        metrics.register()?;
        Ok(metrics)
    }

    fn register(&self) -> Result<(), prometheus::Error> {
        let registry = &self.registry;
        registry.register(Box::new(self.calls.clone()))?;
        registry.register(Box::new(self.latency.clone()))?;
        registry.register(Box::new(self.refusals.clone()))?;
        registry.register(Box::new(self.unrecorded.clone()))?;
        registry.register(Box::new(self.trails_failing.clone()))?;
        for gauge in [
            &self.connections,
            &self.journal_sequence,
            &self.journal_bytes,
            &self.journal_segments,
            &self.journal_waiting,
            &self.journal_full,
            &self.reader_lag,
            &self.events,
            &self.trails_waiting_events,
            &self.trails_waiting_cuts,
        ] {
            registry.register(Box::new(gauge.clone()))?;
        }
        Ok(())
    }

    /// Counts an answer and how long it took.
    pub(crate) fn count(&self, answer: &Answer, took: Duration) {
        let status = answer.reply.status.to_string();
        self.calls.with_label_values(&[answer.service, answer.operation, status.as_str()]).inc();
        self.latency
            .with_label_values(&[answer.service, answer.operation])
            .observe(took.as_secs_f64());
        if let Some(code) = &answer.error_code {
            self.refusals.with_label_values(&[answer.service, code.as_str()]).inc();
        }
        if answer.unrecorded {
            self.unrecorded.inc();
        }
    }

    /// Counts a connection in or out.
    pub(crate) fn connection(&self, by: i64) {
        self.connections.add(by);
    }

    /// Takes over what the journal and the index say of themselves.
    pub(crate) fn observe(&self, figures: &journal::Figures, reached: u64, events: u64) {
        let number = |figure: u64| i64::try_from(figure).unwrap_or(i64::MAX);
        self.journal_sequence.set(number(figures.durable.get()));
        self.journal_bytes.set(number(figures.bytes));
        self.journal_segments.set(number(figures.segments));
        self.journal_waiting.set(number(figures.waiting));
        self.journal_full.set(i64::from(figures.full));
        self.reader_lag.set(number(figures.durable.get().saturating_sub(reached)));
        self.events.set(number(events));
    }

    /// Takes over what trails have still to deliver.
    pub(crate) fn observe_trails(&self, backlogs: &[Backlog]) {
        let sum = |of: fn(&Backlog) -> u64| {
            i64::try_from(backlogs.iter().map(of).sum::<u64>()).unwrap_or(i64::MAX)
        };
        self.trails_waiting_events.set(sum(|backlog| backlog.events));
        self.trails_waiting_cuts.set(sum(|backlog| backlog.cuts));
        self.trails_failing.reset();
        for backlog in backlogs {
            for (region, channel, code) in &backlog.errors {
                let labels = [backlog.arn.as_str(), region, channel, code];
                self.trails_failing.with_label_values(&labels).set(1);
            }
        }
    }

    /// Returns the figures in Prometheus's text form.
    ///
    /// # Errors
    /// A figure cannot be written, which no input can cause.
    pub(crate) fn text(&self) -> Result<Vec<u8>, prometheus::Error> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(text)
    }
}
