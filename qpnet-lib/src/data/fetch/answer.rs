//! What a server says before the bytes: the few headers that downloads depend on.

use std::io::Read;

/// The head of an answer, and its body.
pub struct Answer {
    /// 200, 206, 404 …
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The bytes.
    pub body: Box<dyn Read>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.trim())
    }

    /// The length of the body.
    pub(super) fn length(&self) -> Option<u64> {
        self.header("content-length")?.parse().ok()
    }

    /// Would a body that was cut off be noticed?
    pub(super) fn has_end(&self) -> bool {
        let chunked = |value: &str| value.to_ascii_lowercase().ends_with("chunked");
        self.length().is_some() || self.header("transfer-encoding").is_some_and(chunked)
    }

    /// How the body is packed, where it is not the file itself.
    pub(super) fn encoding(&self) -> Option<&str> {
        self.header("content-encoding").filter(|word| !word.eq_ignore_ascii_case("identity"))
    }

    /// What tells this file from an earlier or later one of the same name: a strong `ETag`, else a
    /// `Last-Modified` that lies before the answer, as RFC 9110 (13.1.5) asks for `If-Range`.
    pub(super) fn validator(&self) -> Option<&str> {
        let strong = self.header("etag").filter(|tag| tag.starts_with('"'));
        let date = self.header("date");
        strong.or_else(|| self.header("last-modified").filter(|time| date.is_some_and(|now| now != *time)))
    }

    /// Of a part of the file: where it begins, and how long the whole file is.
    pub(super) fn range(&self) -> Option<(u64, Option<u64>)> {
        let (range, total) = self.header("content-range")?.strip_prefix("bytes ")?.split_once('/')?;
        let (start, _) = range.split_once('-')?;
        Some((start.trim().parse().ok()?, total.trim().parse().ok()))
    }

    /// Is the body what follows the first `have` bytes of a file that came with `validator`? A server need
    /// not repeat the validator; one that names another has another file.
    pub(super) fn continues(&self, have: u64, validator: &str, total: Option<u64>) -> bool {
        let same = match validator.starts_with('"') {
            true => self.header("etag").is_none_or(|tag| tag == validator),
            false => self.header("last-modified").is_none_or(|time| time == validator),
        };
        let fits = |(start, of): (u64, Option<u64>)| start == have && (of == total || of.is_none());
        self.status == 206 && same && self.encoding().is_none() && self.range().is_some_and(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)]) -> Answer {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Answer { status, headers: headers.collect(), body: Box::new(std::io::empty()) }
    }

    #[test]
    fn only_strong_validators_are_used() {
        let of = |headers: &[(&str, &str)]| answer(200, headers).validator().map(str::to_owned);
        let (then, now) = ("Sat, 01 Jan 2022 00:00:00 GMT", "Sun, 02 Jan 2022 00:00:00 GMT");
        assert_eq!(of(&[("etag", "\"a\"")]).as_deref(), Some("\"a\""));
        assert_eq!(of(&[("etag", "W/\"a\"")]), None);
        assert_eq!(of(&[("etag", "W/\"a\""), ("last-modified", then), ("date", now)]).as_deref(), Some(then));
        assert_eq!(of(&[("last-modified", now), ("date", now)]), None);
        assert_eq!(of(&[("last-modified", then)]), None);
    }

    #[test]
    fn a_part_continues_only_the_same_file_at_the_same_place() {
        let range = ("content-range", "bytes 5-9/10");
        let goes_on =
            |status, headers: &[(&str, &str)]| answer(status, headers).continues(5, "\"a\"", Some(10));
        assert!(goes_on(206, &[range, ("etag", "\"a\"")]));
        assert!(goes_on(206, &[range]));
        assert!(goes_on(206, &[("content-range", "bytes 5-9/*")]));
        assert!(!goes_on(206, &[range, ("etag", "\"b\"")]));
        assert!(!goes_on(200, &[range, ("etag", "\"a\"")]));
        assert!(!goes_on(206, &[range, ("content-encoding", "gzip")]));
        for other in ["bytes 4-9/10", "bytes 5-10/11", "bytes */10", "5-9/10", ""] {
            assert!(!goes_on(206, &[("content-range", other)]), "{other}");
        }
        assert!(!goes_on(206, &[]));
    }

    #[test]
    fn a_body_without_an_end_is_told_apart() {
        assert!(answer(200, &[("content-length", "3")]).has_end());
        assert!(answer(200, &[("transfer-encoding", "Chunked")]).has_end());
        assert!(!answer(200, &[("content-length", "many")]).has_end());
        assert!(!answer(200, &[]).has_end());
    }
}
