//! Random lives of a queue, held against a plain list.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use crate::trial::Trial;

const RETENTION_SECS: i64 = 300;

/// What is done to the queue.
#[derive(Debug, Clone)]
enum Step {
    Send {
        delay: i64,
    },
    Receive {
        count: usize,
        hidden: i64,
    },
    /// By one of the handles that were given out, whichever.
    Delete(usize),
    Hide {
        handle: usize,
        seconds: i64,
    },
    Wait(i64),
}

/// A message as the plain list keeps it.
#[derive(Debug, Clone)]
struct Kept {
    body: String,
    sent: i64,
    visible_from: i64,
    receives: u32,
}

/// A handle, the message it is for and the receive it came from.
type Handles = Vec<(String, String, u32)>;

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => prop_oneof![Just(0), 1_i64..40].prop_map(|delay| Step::Send { delay }),
        3 => (1_usize..6, 0_i64..60).prop_map(|(count, hidden)| Step::Receive { count, hidden }),
        2 => any::<usize>().prop_map(Step::Delete),
        1 => (any::<usize>(), 0_i64..60)
            .prop_map(|(handle, seconds)| Step::Hide { handle, seconds }),
        2 => (1_i64..90).prop_map(Step::Wait),
    ]
}

/// Receives from the plain list: by when messages became visible, then by when they came.
fn receive(list: &mut [Kept], now: i64, count: usize, hidden: i64) -> Vec<(String, u32)> {
    let mut visible: Vec<&mut Kept> =
        list.iter_mut().filter(|kept| kept.visible_from <= now).collect();
    visible.sort_by_key(|kept| kept.visible_from);
    let taken = visible.into_iter().take(count);
    taken
        .map(|kept| {
            kept.receives += 1;
            kept.visible_from = now + hidden;
            (kept.body.clone(), kept.receives)
        })
        .collect()
}

/// Does a step in both worlds and compares what they answer.
fn take(
    step: &Step,
    trial: &mut Trial,
    url: &str,
    (list, handles, now): (&mut Vec<Kept>, &mut Handles, &mut i64),
) {
    list.retain(|kept| kept.sent + RETENTION_SECS > *now);
    match step {
        Step::Send { delay } => {
            let body = format!("m{}", trial.state.queues().map(|(_, q)| q.next).sum::<u64>());
            let input = json!({"QueueUrl": url, "MessageBody": body, "DelaySeconds": delay});
            trial.ok("sqs:SendMessage", input);
            list.push(Kept { body, sent: *now, visible_from: *now + delay, receives: 0 });
        }
        Step::Receive { count, hidden } => {
            let answer = trial.ok(
                "sqs:ReceiveMessage",
                json!({
                    "QueueUrl": url, "MaxNumberOfMessages": count, "VisibilityTimeout": hidden,
                    "AttributeNames": ["ApproximateReceiveCount"],
                }),
            );
            let expected = receive(list, *now, *count, *hidden);
            let messages = answer["Messages"].as_array().cloned().unwrap_or_default();
            let seen: Vec<_> = messages
                .iter()
                .map(|message| {
                    let receives =
                        message["Attributes"]["ApproximateReceiveCount"].as_str().unwrap();
                    (message["Body"].as_str().unwrap().to_owned(), receives.parse().unwrap())
                })
                .collect();
            assert_eq!(seen, expected);
            for (message, (body, receives)) in messages.iter().zip(expected) {
                let handle = message["ReceiptHandle"].as_str().unwrap().to_owned();
                handles.push((handle, body, receives));
            }
        }
        Step::Delete(at) if !handles.is_empty() => {
            let (handle, body, receives) = &handles[at % handles.len()];
            trial.ok("sqs:DeleteMessage", json!({"QueueUrl": url, "ReceiptHandle": handle}));
            list.retain(|kept| (&kept.body, kept.receives) != (body, *receives));
        }
        Step::Hide { handle, seconds } if !handles.is_empty() => {
            let (handle, body, receives) = &handles[handle % handles.len()];
            let answer = trial.call(
                "sqs:ChangeMessageVisibility",
                &json!({
                    "QueueUrl": url, "ReceiptHandle": handle, "VisibilityTimeout": seconds,
                }),
            );
            let held = list.iter_mut().find(|kept| {
                (&kept.body, kept.receives) == (body, *receives) && kept.visible_from > *now
            });
            assert_eq!(answer.is_ok(), held.is_some());
            if let Some(kept) = held {
                kept.visible_from = *now + seconds;
            }
        }
        Step::Wait(seconds) => {
            trial.wait(*seconds);
            *now += seconds;
        }
        Step::Delete(_) | Step::Hide { .. } => {}
    }
}

/// Returns how many messages are visible, in flight and delayed, from the plain list.
fn counted(list: &[Kept], now: i64) -> [usize; 3] {
    let kept = |kept: &&Kept| kept.sent + RETENTION_SECS > now;
    let mut counts = BTreeMap::new();
    for kept in list.iter().filter(kept) {
        let kind = match (kept.visible_from <= now, kept.receives) {
            (true, _) => 0,
            (false, 1..) => 1,
            (false, 0) => 2,
        };
        *counts.entry(kind).or_default() += 1;
    }
    [0, 1, 2].map(|kind| counts.get(&kind).copied().unwrap_or_default())
}

proptest! {
    #[test]
    fn a_queue_behaves_as_a_plain_list(steps in prop::collection::vec(step(), 1..60)) {
        let mut trial = Trial::new();
        let retention = json!({"MessageRetentionPeriod": RETENTION_SECS.to_string()});
        let url = trial.queue("logs", retention);
        let (mut list, mut handles, mut now) = (Vec::new(), Handles::new(), 0);
        for step in &steps {
            take(step, &mut trial, &url, (&mut list, &mut handles, &mut now));
            let queue = trial.state.queue("arn:aws:sqs:us-east-1:111122223333:logs").unwrap();
            let counts = queue.counts(trial.now);
            let seen = [counts.visible, counts.in_flight, counts.delayed];
            prop_assert_eq!(seen, counted(&list, now));
            prop_assert_eq!(queue.has_visible(trial.now), seen[0] > 0);
        }
        trial.assert_folds_twice();
    }
}
