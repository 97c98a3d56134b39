//! `SearchSampleQueries`.

use expect_test::expect;

use super::check;
use super::world::World;

#[test]
fn samples_are_found_by_words() {
    check(expect![[r#"
        > SearchSampleQueries {"SearchPhrase": "old TLS versions", "MaxResults": 1}
        {"SearchResults":[{"Name":"Old TLS versions","Description":"Callers that still use TLS 1.0 or 1.1, by service and user agent.","SQL":"SELECT eventSource, tlsdetails.tlsversion, useridentity.arn, userAgent, COUNT(*) AS calls\nFROM $EDS_ID\nWHERE tlsdetails.tlsversion IN ('TLSv1', 'TLSv1.1')\nGROUP BY eventSource, tlsdetails.tlsversion, useridentity.arn, userAgent\nORDER BY calls DESC","Relevance":1.0}]}
        > SearchSampleQueries {"SearchPhrase": "xyzzy"}
        {"SearchResults":[]}
        > SearchSampleQueries {"SearchPhrase": "root", "NextToken": "junk"}
        ValidationException: Invalid token.
        > SearchSampleQueries {"SearchPhrase": "x"}
        ValidationException: 1 validation error detected: Value 'x' at 'searchPhrase' failed to satisfy constraint: Member must have length greater than or equal to 2
    "#]]);
}

#[test]
fn pages_go_through_all_that_is_found() {
    let mut world = World::new();
    let (mut names, mut token, mut relevance) = (Vec::new(), String::new(), 1.0);
    loop {
        let input = format!(r#"{{"SearchPhrase": "calls by principal"{token}}}"#);
        let page: serde_json::Value =
            serde_json::from_str(&world.call("SearchSampleQueries", &input)).unwrap();
        let results = page["SearchResults"].as_array().unwrap();
        assert!(results.len() <= 10);
        for result in results {
            names.push(result["Name"].as_str().unwrap().to_owned());
            let next = result["Relevance"].as_f64().unwrap();
            assert!(next <= relevance && next > 0.0);
            relevance = next;
        }
        let Some(next) = page["NextToken"].as_str() else { break };
        token = format!(r#", "NextToken": "{next}""#);
    }
    let found = crate::samples::search("calls by principal");
    let expected: Vec<_> = found.iter().map(|found| found.sample.name).collect();
    assert!(expected.len() > 10);
    assert_eq!(names, expected);
}
