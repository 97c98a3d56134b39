//! Every key of a bucket, page after page.

use jiff::Timestamp;
use percent_encoding::{percent_decode_str, utf8_percent_encode};

use super::ask::Ask;
use super::{OwnStore, StoreError};
use crate::outgoing::refusal::{Refusal, element, unescaped};
use crate::outgoing::signed;

/// A page: keys with their sizes in bytes, and where the next one begins.
type Page = (Vec<(String, u64)>, Option<String>);

impl OwnStore {
    /// Returns the keys that begin with `prefix`, in their order, with the sizes in bytes.
    ///
    /// # Errors
    /// The store's own, such as `NoSuchBucket`; `InvalidResponse` for what is no listing.
    pub(crate) async fn list(
        &self,
        bucket: &str,
        prefix: &str,
        wall: Timestamp,
    ) -> Result<Vec<(String, u64)>, StoreError> {
        let mut keys = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let query = query(prefix, token.as_deref()).into();
            let answer = self.ask(Ask { query, ..Ask::get(bucket, "") }, wall).await?;
            if !answer.is_success() {
                return Err(Refusal::of(&answer).into());
            }
            let (page, next) = read(&String::from_utf8_lossy(&answer.body)).ok_or_else(unread)?;
            keys.extend(page);
            // the same page for ever would be a listing without an end
            if next.is_some() && next == token {
                return Err(unread());
            }
            if next.is_none() {
                return Ok(keys);
            }
            token = next;
        }
    }
}

fn query(prefix: &str, token: Option<&str>) -> String {
    let mut query = "encoding-type=url&list-type=2".to_owned();
    for (name, value) in [("continuation-token", token), ("prefix", Some(prefix))] {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            query.extend(["&", name, "="]);
            query.extend(utf8_percent_encode(value, signed::RESERVED));
        }
    }
    query
}

/// Reads one page; nothing where it is none.
fn read(body: &str) -> Option<Page> {
    let (_, body) = body.split_once("<ListBucketResult")?;
    let is_encoded = element(body, "EncodingType") == Some("url");
    let mut keys = Vec::new();
    for part in body.split("<Contents>").skip(1) {
        let key = unescaped(element(part, "Key")?);
        let key = if is_encoded { decoded(&key)? } else { key };
        keys.push((key, element(part, "Size")?.parse().ok()?));
    }
    let is_cut = element(body, "IsTruncated") == Some("true");
    let next = element(body, "NextContinuationToken").map(unescaped);
    // a page that goes on must say where
    if is_cut && next.is_none() { None } else { Some((keys, next.filter(|_| is_cut))) }
}

/// Takes back the encoding of S3, which writes a space as a plus sign.
fn decoded(key: &str) -> Option<String> {
    let key = key.replace('+', " ");
    percent_decode_str(&key).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

fn unread() -> StoreError {
    StoreError::ours("InvalidResponse", "the answer is not the listing of a bucket")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read() {
        let body = "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"x\"><EncodingType>url\
                    </EncodingType><IsTruncated>true</IsTruncated><Contents><Key>a%2Bb+c%C3%A9\
                    </Key><Size>7</Size></Contents><Contents><Size>0</Size><Key>d/</Key></Contents>\
                    <NextContinuationToken>1&amp;2</NextContinuationToken></ListBucketResult>";
        let keys = vec![("a+b cé".to_owned(), 7), ("d/".to_owned(), 0)];
        assert_eq!(read(body), Some((keys, Some("1&2".to_owned()))));
        let plain = "<ListBucketResult><Contents><Key>a%2B&lt;</Key><Size>1</Size></Contents>\
                     </ListBucketResult>";
        assert_eq!(read(plain), Some((vec![("a%2B<".to_owned(), 1)], None)));
    }

    #[test]
    fn what_is_no_page_is_not_an_empty_one() {
        for body in [
            "",
            "<Error/>",
            "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
            "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
        ] {
            assert_eq!(read(body), None, "{body}");
        }
    }

    #[test]
    fn the_query_is_in_order_and_encoded() {
        assert_eq!(query("", None), "encoding-type=url&list-type=2");
        assert_eq!(
            query("a/b c", Some("1=")),
            "encoding-type=url&list-type=2&continuation-token=1%3D&prefix=a%2Fb%20c"
        );
    }
}
