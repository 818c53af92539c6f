//! One file from a server to its place.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::answer::Answer;
use super::error::FetchError;
use super::part::{Origin, Part};
use super::place::place;
use super::plan::{FetchPlan, FileState, PlannedFile};
use super::transport::{Ask, Fault, Rest, Transport};
use crate::data::check::sums::hash_file;
use crate::data::rule::content_hash::digits;
use crate::fs::FileError;

/// How long to go on with a server that does not answer, or whose connections break.
#[derive(Clone, Copy)]
pub struct Patience<'a> {
    /// Attempts in a row that bring nothing.
    pub tries: u32,
    /// Waits after the n-th of them, of which it is told what went wrong.
    pub pause: &'a dyn Fn(u32, &Fault),
}

/// A file that was downloaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Received {
    /// Below the folder of the data set.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// How much of that came now; the rest was there from an earlier download.
    pub received: u64,
    /// Its hash, compared with the manifest's where that lists one.
    pub sha256: String,
}

/// Download a file of the plan, or what is missing of it. `progress(there, total)` counts bytes.
///
/// # Errors
/// [`FetchError`]. What came is kept where it can be continued; nothing is kept that is known to be wrong.
pub fn fetch_file(
    plan: &FetchPlan,
    file: &PlannedFile,
    transport: &dyn Transport,
    patience: Patience<'_>,
    progress: &dyn Fn(u64, Option<u64>),
) -> Result<Received, FetchError> {
    let Some(url) = &file.url else {
        let (path, obtain) = (&file.path, &plan.obtain);
        let reason = format!("the manifest lists no url; how to get it: {obtain}");
        return Err(FetchError::Answer { url: path.clone(), reason });
    };
    let path = plan.folder.join(&file.path);
    if let (FileState::Other, Some(expected)) = (file.state, file.bytes) {
        return Err(FetchError::InTheWay { path, expected, got: file.present });
    }
    let target = place(&plan.folder, &file.path)?;
    let part = Part::open(&target)?;
    if target.is_file() {
        // Another process was faster, after the plan was made.
        part.discard()?;
        let bytes = std::fs::metadata(&target).map_err(FileError::on("read", &target))?.len();
        let sha256 = digits(&hash_file(&target)?);
        return Ok(Received { path: file.path.clone(), bytes, received: 0, sha256 });
    }
    let mut download =
        Download { url, file, path, obtain: &plan.obtain, transport, progress, part, received: 0 };
    match download.run(patience) {
        Ok(()) => download.check()?.finish(&target),
        Err(error @ FetchError::Length { .. }) => {
            download.part.discard()?;
            Err(error)
        }
        Err(error) => {
            download.part.leave()?;
            Err(error)
        }
    }
}

struct Download<'a> {
    url: &'a str,
    file: &'a PlannedFile,
    path: PathBuf,
    obtain: &'a str,
    transport: &'a dyn Transport,
    progress: &'a dyn Fn(u64, Option<u64>),
    part: Part,
    /// Of the bytes in the part, how many came now.
    received: u64,
}

/// A part whose length and hash are right.
struct Checked<'a> {
    download: Download<'a>,
    sha256: String,
}

impl<'a> Download<'a> {
    /// Attempt after attempt, until all is there or too many in a row have brought nothing.
    fn run(&mut self, patience: Patience<'_>) -> Result<(), FetchError> {
        let (mut most, mut vain) = (self.part.length(), 0);
        while let Some(fault) = self.attempt()? {
            let kept = self.part.length();
            if kept > most {
                (most, vain) = (kept, 0);
                continue;
            }
            vain += 1;
            if fault.lasting || vain >= patience.tries {
                return Err(FetchError::Connection { url: self.url.to_owned(), reason: fault.reason, kept });
            }
            (patience.pause)(vain, &fault);
        }
        Ok(())
    }

    /// Ask once; `None`: all is there.
    fn attempt(&mut self) -> Result<Option<Fault>, FetchError> {
        let have = self.part.length();
        let known = self.part.origin(self.url).cloned();
        if known.as_ref().is_some_and(|origin| origin.total == Some(have)) {
            return Ok(None);
        }
        let rest = known.as_ref().map(|origin| Rest { from: have, validator: &origin.validator });
        let mut answer = match self.transport.get(&Ask { url: self.url, rest }) {
            Ok(answer) => answer,
            Err(fault) => return Ok(Some(fault)),
        };
        if let Some(Origin { validator, total, .. }) = &known {
            if answer.continues(have, validator, *total) {
                return self.copy(answer, *total);
            }
            // Part of another file, or of nothing (416): only the whole of it is of use.
            if [206, 416].contains(&answer.status) {
                answer = match self.transport.get(&Ask { url: self.url, rest: None }) {
                    Ok(answer) => answer,
                    Err(fault) => return Ok(Some(fault)),
                };
            }
        }
        match answer.status {
            200 => self.begin(answer),
            status @ (408 | 429 | 500..=599) => {
                let reason = format!("the server answered {status} (it may be busy: try again later)");
                Ok(Some(Fault { reason, lasting: false }))
            }
            status => {
                let (url, obtain) = (self.url.to_owned(), self.obtain.to_owned());
                Err(FetchError::Status { url, status, obtain })
            }
        }
    }

    /// The whole file, from its first byte.
    fn begin(&mut self, answer: Answer) -> Result<Option<Fault>, FetchError> {
        let refuse = |reason| Err(FetchError::Answer { url: self.url.to_owned(), reason });
        if let Some(encoding) = answer.encoding() {
            return refuse(format!(
                "the server sends the file packed as {encoding}; expected the file itself"
            ));
        }
        let total = answer.length();
        if !answer.has_end() && self.file.bytes.is_none() && self.file.sha256.is_none() {
            let what = "neither the server nor the manifest says how long the file is or what its hash is";
            return refuse(format!("{what}: a whole file could not be told from a part"));
        }
        if let (Some(expected), Some(got)) = (self.file.bytes, total)
            && expected != got
        {
            return Err(self.length_error(expected, got.to_string()));
        }
        let origin = answer.validator().map(|validator| {
            let (url, validator) = (self.url.to_owned(), validator.to_owned());
            Origin { url, validator, total }
        });
        self.part.restart(origin)?;
        self.received = 0;
        self.copy(answer, total)
    }

    /// The body to the end of the part; `total` is the length of the whole file.
    fn copy(&mut self, mut answer: Answer, total: Option<u64>) -> Result<Option<Fault>, FetchError> {
        let limit = total.or(self.file.bytes);
        let mut block = vec![0; 1 << 17];
        loop {
            (self.progress)(self.part.length(), limit);
            let length = match answer.body.read(&mut block) {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => {
                    return Ok(Some(Fault {
                        reason: format!("the connection broke: {error}"),
                        lasting: false,
                    }));
                }
            };
            let there = self.part.length() + length as u64;
            if let Some(limit) = limit.filter(|limit| there > *limit) {
                return Err(self.length_error(limit, format!("more ({there})")));
            }
            self.part.append(&block[..length])?;
            self.received += length as u64;
        }
        // A body without an end of its own ends where the manifest says.
        let end = total.or(self.file.bytes.filter(|_| !answer.has_end()));
        let short = end.is_some_and(|end| self.part.length() < end);
        Ok(short.then(|| Fault { reason: "the connection ended early".to_owned(), lasting: false }))
    }

    /// Is this the file that the manifest lists? If not, nothing of it is kept.
    fn check(self) -> Result<Checked<'a>, FetchError> {
        let got = self.part.length();
        if let Some(expected) = self.file.bytes.filter(|expected| *expected != got) {
            let error = self.length_error(expected, got.to_string());
            self.part.discard()?;
            return Err(error);
        }
        let sha256 = self.part.hash()?;
        match &self.file.sha256 {
            Some(expected) if *expected != sha256 => {
                let expected = expected.clone();
                self.part.discard()?;
                Err(FetchError::Hash { path: self.path, expected, got: sha256 })
            }
            _ => Ok(Checked { download: self, sha256 }),
        }
    }

    fn length_error(&self, expected: u64, got: String) -> FetchError {
        FetchError::Length { path: self.path.clone(), expected, got }
    }
}

impl Checked<'_> {
    fn finish(self, target: &Path) -> Result<Received, FetchError> {
        let Self { download, sha256 } = self;
        let (path, bytes) = (download.file.path.clone(), download.part.length());
        let received = download.received;
        download.part.finish(target)?;
        Ok(Received { path, bytes, received, sha256 })
    }
}
