//! What a store or a topic says when it refuses: its own code and words, out of the XML.

use super::exchange::{Answer, NoAnswer};

/// A refusal in the other side's own terms.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The code of the body, such as `AccessDenied`; else what the status stands for.
    pub(super) code: String,
    /// The message, cut to what a log line can hold.
    pub(super) words: String,
    /// Whether the same request may pass soon without anybody doing anything.
    pub(super) retry: bool,
}

/// Longer codes are none.
const CODE_MAX: usize = 64;
/// What is kept of a message, in characters.
const WORDS_MAX: usize = 300;

/// Codes that pass by themselves, though their status does not say so.
const PASSING: &[&str] = &["ConditionalRequestConflict", "OperationAborted", "RequestTimeout"];

impl Refusal {
    /// Reads an answer that is not a success.
    pub(super) fn of(answer: &Answer) -> Self {
        let body = String::from_utf8_lossy(&answer.body);
        let code = element(&body, "Code").filter(|code| is_code(code));
        let code = code.map_or_else(|| usual_code(answer.status), str::to_owned);
        let words = element(&body, "Message").map_or_else(
            || format!("answered with status {}", answer.status),
            |message| one_line(&unescaped(message)),
        );
        let passing = matches!(answer.status, 408 | 429) || PASSING.contains(&code.as_str());
        let retry = passing || (answer.status >= 500 && answer.status != 501);
        Self { code, words, retry }
    }
}

impl From<NoAnswer> for Refusal {
    fn from(cause: NoAnswer) -> Self {
        let (code, retry) = match &cause {
            NoAnswer::Late => ("RequestTimeout", true),
            NoAnswer::Unreachable(_) => ("ServiceUnavailable", true),
            NoAnswer::TooLarge(_) => ("EntityTooLarge", false),
        };
        Self { code: code.to_owned(), words: one_line(&cause.to_string()), retry }
    }
}

/// Returns the text of the first element of this name; errors nest none of the same name.
pub(super) fn element<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    let (_, behind) = body.split_once(&format!("<{name}>"))?;
    behind.split_once(&format!("</{name}>")).map(|(text, _)| text.trim())
}

fn is_code(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !text.is_empty() && text.len() <= CODE_MAX && text.bytes().all(fits)
}

/// Returns the code that S3 uses with a status when there is no body to say it, as with `HEAD`.
fn usual_code(status: u16) -> String {
    match status {
        301 => "PermanentRedirect",
        307 | 308 => "TemporaryRedirect",
        400 => "BadRequest",
        403 => "AccessDenied",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        408 => "RequestTimeout",
        409 => "OperationAborted",
        412 => "PreconditionFailed",
        413 => "EntityTooLarge",
        429 => "SlowDown",
        500 => "InternalError",
        501 => "NotImplemented",
        502..=504 => "ServiceUnavailable",
        other => return format!("Status{other}"),
    }
    .to_owned()
}

pub(super) fn unescaped(text: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (escape, letter)| text.replace(escape, letter))
}

/// Returns text for a log line: no control characters, and not too much of it.
fn one_line(text: &str) -> String {
    let shown = |letter: char| if letter.is_control() { ' ' } else { letter };
    text.chars().take(WORDS_MAX).map(shown).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(status: u16, body: &str, expected: &Expect) {
        let headers = http::HeaderMap::new();
        let refusal = Refusal::of(&Answer { status, headers, body: body.into() });
        expected.assert_eq(&format!("{} | {} | {}", refusal.code, refusal.words, refusal.retry));
    }

    #[test]
    fn the_code_is_the_others_own() {
        let denied = "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code><Message>User &lt;a&gt; \
                      may\nnot &amp;lt;</Message><BucketName>b</BucketName></Error>";
        check(403, denied, &expect!["AccessDenied | User <a> may not &lt; | false"]);
        let busy = "<Error><Code>SlowDown</Code><Message>Reduce your rate.</Message></Error>";
        check(503, busy, &expect!["SlowDown | Reduce your rate. | true"]);
        let sns = "<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code>\
                   <Message>no</Message></Error></ErrorResponse>";
        check(403, sns, &expect!["AuthorizationError | no | false"]);
        let conflict = "<Error><Code>ConditionalRequestConflict</Code></Error>";
        check(
            409,
            conflict,
            &expect!["ConditionalRequestConflict | answered with status 409 | true"],
        );
    }

    #[test]
    fn without_a_code_the_status_speaks() {
        check(404, "", &expect!["NotFound | answered with status 404 | false"]);
        check(301, "", &expect!["PermanentRedirect | answered with status 301 | false"]);
        check(501, "", &expect!["NotImplemented | answered with status 501 | false"]);
        check(
            502,
            "<html>bad gateway",
            &expect!["ServiceUnavailable | answered with status 502 | true"],
        );
        check(418, "<Code>a b\n</Code>", &expect!["Status418 | answered with status 418 | false"]);
        let long = format!("<Code>{}</Code><Message>{}</Message>", "x".repeat(65), "y".repeat(400));
        let refusal = Refusal::of(&Answer {
            status: 400,
            headers: http::HeaderMap::new(),
            body: long.into_bytes(),
        });
        assert_eq!((refusal.code.as_str(), refusal.words.len()), ("BadRequest", WORDS_MAX));
    }

    #[test]
    fn no_answer_is_a_code_too() {
        assert_eq!(Refusal::from(NoAnswer::Late).code, "RequestTimeout");
        assert!(Refusal::from(NoAnswer::Unreachable("x".to_owned())).retry);
        assert!(!Refusal::from(NoAnswer::TooLarge(1)).retry);
    }
}
