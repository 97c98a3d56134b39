//! Tests: sizes, depths, numbers, and callers that have enough.

use super::*;

#[test]
fn limits_hold() {
    let limits = Limits { record_bytes_max: ONE.len(), depth_max: 4, records_max: 3 };
    let long = ONE.replace("1.0", "10.0");
    let (good, bad) = split_with(format!("{{\"Records\":[{ONE},{long}]}}").as_bytes(), &limits);
    assert_eq!(good, [ONE]);
    let bytes = long.len() as u64;
    assert_eq!(bad[0].reason, Reason::TooLong { bytes, max: bytes - 1 });

    let nested = |levels: usize| {
        ONE.replace("1.0", &format!("{}{}", "[".repeat(levels), "]".repeat(levels)))
    };
    assert_eq!(
        split_with(nested(3).as_bytes(), &Limits { depth_max: 4, ..Limits::default() }).1,
        []
    );
    let (good, bad) =
        split_with(nested(4).as_bytes(), &Limits { depth_max: 4, ..Limits::default() });
    assert_eq!((good.len(), bad[0].reason.kind()), (0, "too-deep"));

    let many = format!("[{}]", [TWO; 5].join(","));
    let (good, bad) = split_with(many.as_bytes(), &limits);
    assert_eq!(good.len(), 3);
    assert_eq!(bad.len(), 1);
    assert_eq!(bad[0].reason, Reason::TooMany { max: 3 });
    let quoted = serde_json::to_string(&many.replace(['[', ']'], "")).unwrap();
    let quoted = quoted.replace("},{", "} {");
    let (good, bad) = split_with(format!("{{\"message\":{quoted}}}{ONE}").as_bytes(), &limits);
    assert_eq!((good.len(), bad.len()), (3, 1), "{bad:?}");
}

#[test]
fn reading_can_be_broken_off() {
    let quoted = serde_json::to_string(TWO).unwrap();
    for text in [
        format!("[{TWO},{TWO}]"),
        format!("{TWO}\n{TWO}"),
        format!(
            "{{\"Events\":[{{\"CloudTrailEvent\":{quoted}}},{{\"CloudTrailEvent\":{quoted}}}]}}"
        ),
        format!("[{},{TWO}]", TWO.replace(':', " : ")),
        "[1,2]".to_owned(),
    ] {
        let mut count = 0;
        records(text.as_bytes(), &Limits::default(), &mut |_| {
            count += 1;
            ControlFlow::Break(())
        });
        assert_eq!(count, 1, "{text}");
    }
}

#[test]
fn envelopes_end_somewhere() {
    let mut text = ONE.to_owned();
    for _ in 0..20 {
        text = format!("{{\"detail\":{text}}}");
    }
    assert_eq!(reason(&text), Reason::NotARecord);
    let mut text = ONE.to_owned();
    for _ in 0..12 {
        text = format!("{{\"message\":{}}}", serde_json::to_string(&text).unwrap());
    }
    assert_eq!(reason(&text), Reason::NotARecord);
    let text = format!("{}{ONE}{}", "{\"Records\":[".repeat(50), "]}".repeat(50));
    assert_eq!(split(&text).0.len(), 0);
}

#[test]
fn many_members_are_no_trouble() {
    let members: Vec<_> = (0..100_000).map(|n| format!("\"{n}\":0")).collect();
    let limits = Limits { record_bytes_max: 64 << 20, ..Limits::default() };
    let text = ONE.replace("1.0", &format!("{{{}}}", members.join(",")));
    assert_eq!(split_with(text.as_bytes(), &limits).1, []);
    let text = ONE.replace("1.0", &format!("{{{},\"7\":1}}", members.join(",")));
    assert_eq!(
        split_with(text.as_bytes(), &limits).1[0].reason,
        Reason::DuplicateName("7".to_owned())
    );
    // Where a record cannot have so many, they are not even kept.
    let limits = Limits { record_bytes_max: 60_000, ..limits };
    let (bytes, max) = (text.len() as u64, 60_000);
    let (good, bad) = split_with(format!("[{text},{ONE}]").as_bytes(), &limits);
    assert_eq!((good.len(), &bad[0].reason), (1, &Reason::TooLong { bytes, max }));
}
