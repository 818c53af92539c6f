//! The header of a safetensors file: names, shapes and kinds, known before any tensor is loaded.
//!
//! Eight bytes hold the length of the header, JSON follows, then the tensors without gaps. It is read here
//! because the library behind tch refuses a whole file, without a name, for one tensor of a kind that it does not
//! know; here the kinds of tensors that nobody asks for do not matter.
//!
//! Source: <https://github.com/huggingface/safetensors>, "Format".

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};
use tch::{Kind, Tensor};

use super::foreign::foreign;
use super::{WeightsError, kind};
use crate::fs::FileError;

/// Bytes before the header.
const LENGTH: u64 = 8;
/// The longest header that other readers accept.
const LONGEST: u64 = 100_000_000;
/// Enough of a file to tell its format.
const BEGINNING: u64 = 512;

/// A tensor of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    /// The kind's word in the format: `F32`, `I64` …
    pub(super) kind: String,
    /// Its shape.
    pub(super) shape: Vec<i64>,
    /// Its bytes, counted from the end of the header.
    at: Range<u64>,
}

impl Stored {
    /// libtorch's kind, where it is one of real numbers.
    pub(super) fn real(&self) -> Option<Kind> {
        kind::real(&self.kind)
    }

    /// Bytes that shape and kind ask for; `None` where the kind is not known or the product overflows.
    fn bytes(&self) -> Option<u64> {
        let one = kind::bytes(&self.kind)?;
        self.shape.iter().try_fold(one, |product, &side| product.checked_mul(u64::try_from(side).ok()?))
    }
}

/// An open safetensors file whose header was read and found in order.
#[derive(Debug)]
pub(super) struct Header {
    path: PathBuf,
    file: File,
    /// Where the tensors begin.
    data: u64,
    /// Every tensor by its name.
    pub(super) tensors: BTreeMap<String, Stored>,
}

impl Header {
    /// Read the header of `path`.
    ///
    /// # Errors
    /// [`WeightsError::Foreign`] for a file of another format, [`WeightsError::Broken`] for one that is cut short or
    /// contradicts itself, [`WeightsError::File`].
    pub(super) fn open(path: &Path) -> Result<Self, WeightsError> {
        let mut file = File::open(path).map_err(FileError::on("read", path))?;
        let read = |file: &mut File, bytes: u64| -> Result<Vec<u8>, FileError> {
            let mut buffer = Vec::new();
            file.take(bytes).read_to_end(&mut buffer).map_err(FileError::on("read", path))?;
            Ok(buffer)
        };
        let size = file.metadata().map_err(FileError::on("read", path))?.len();
        let first = read(&mut file, BEGINNING)?;
        let broken = |detail: String| WeightsError::Broken { path: path.to_owned(), detail };
        let length = first.first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
        let begins = first.get(LENGTH as usize) == Some(&b'{');
        let length = match length {
            Some(length) if begins && length <= LONGEST => length,
            _ => return Err(foreign(path, &first, size)),
        };
        let data = LENGTH + length;
        if data > size {
            return Err(broken(format!("its header alone takes {data} bytes and the file has {size}")));
        }
        file.seek(SeekFrom::Start(LENGTH)).map_err(FileError::on("read", path))?;
        let header = read(&mut file, length)?;
        let mut entries: Map<String, Value> = serde_json::from_slice(&header)
            .map_err(|cause| broken(format!("its header cannot be read: {cause}")))?;
        entries.remove("__metadata__");
        let mut tensors = BTreeMap::new();
        for (name, entry) in entries {
            let stored = stored(entry).map_err(|detail| broken(format!("tensor {name}: {detail}")))?;
            tensors.insert(name, stored);
        }
        without_gaps(&tensors, size - data).map_err(broken)?;
        Ok(Self { path: path.to_owned(), file, data, tensors })
    }

    /// Load one tensor of real numbers, in single precision.
    ///
    /// # Errors
    /// [`WeightsError`]: unreadable, or refused by libtorch.
    pub(super) fn load(&mut self, stored: &Stored, kind: Kind) -> Result<Tensor, WeightsError> {
        let path = &self.path;
        let mut bytes = vec![0; (stored.at.end - stored.at.start) as usize];
        let place = SeekFrom::Start(self.data + stored.at.start);
        let read = self.file.seek(place).and_then(|_| self.file.read_exact(&mut bytes));
        read.map_err(FileError::on("read", path))?;
        let tensor = Tensor::f_from_data_size(&bytes, &stored.shape, kind);
        let single = tensor.and_then(|tensor| tensor.f_to_kind(Kind::Float));
        single.map_err(|cause| WeightsError::Torch { path: path.clone(), cause })
    }
}

/// An entry as the file has it.
#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<i64>,
    data_offsets: [u64; 2],
}

fn stored(entry: Value) -> Result<Stored, String> {
    let Entry { dtype, shape, data_offsets: [start, end] } =
        serde_json::from_value(entry).map_err(|cause| cause.to_string())?;
    let stored = Stored { kind: dtype, shape, at: start..end };
    let Some(got) = end.checked_sub(start) else {
        return Err(format!("it ends at byte {end}, before its beginning at {start}"));
    };
    match (stored.bytes(), stored.real()) {
        (Some(expected), _) if expected == got => Ok(stored),
        (None, None) if stored.shape.iter().all(|&side| side >= 0) => Ok(stored),
        (expected, _) => {
            let expected = expected.map_or("other".to_owned(), |bytes| bytes.to_string());
            Err(format!("shape {:?} of kind {} takes {expected} bytes, got {got}", stored.shape, stored.kind))
        }
    }
}

/// The tensors must fill what follows the header: `bytes` bytes, each once.
fn without_gaps(tensors: &BTreeMap<String, Stored>, bytes: u64) -> Result<(), String> {
    let mut ranges: Vec<(&Range<u64>, &String)> = tensors.iter().map(|(name, one)| (&one.at, name)).collect();
    ranges.sort_by_key(|(at, _)| (at.start, at.end));
    let mut filled = 0;
    for (at, name) in ranges {
        if at.start != filled {
            return Err(format!("tensor {name} begins at byte {}; expected {filled}", at.start));
        }
        if at.end > bytes {
            return Err(format!(
                "tensor {name} ends at byte {} and the file at {bytes}: it was cut short",
                at.end
            ));
        }
        filled = at.end;
    }
    if filled < bytes {
        return Err(format!("its tensors end at byte {filled} and the file at {bytes}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(json: &str, data: &[u8]) -> Vec<u8> {
        [&(json.len() as u64).to_le_bytes(), json.as_bytes(), data].concat()
    }

    fn opened(bytes: &[u8]) -> Result<Header, String> {
        let folder = tempfile::tempdir().expect("tempdir");
        let path = folder.path().join("w.safetensors");
        std::fs::write(&path, bytes).expect("write");
        Header::open(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn kinds_that_nobody_asks_for_do_not_matter() {
        let json = r#"{"__metadata__":{"format":"pt"},"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},
                      "q":{"dtype":"F8_E4M3","shape":[3],"data_offsets":[4,7]},
                      "n":{"dtype":"I64","shape":[],"data_offsets":[7,15]}}"#;
        // 1 and -2 in half precision, then what is never read.
        let mut header =
            opened(&written(json, &[&[0, 0x3c, 0, 0xc0][..], &[7; 11]].concat())).expect("in order");
        let names: Vec<&str> = header.tensors.keys().map(String::as_str).collect();
        assert_eq!(names, ["a", "n", "q"]);
        assert_eq!((header.tensors["q"].real(), header.tensors["n"].real()), (None, None));
        let half = header.tensors["a"].clone();
        let tensor = header.load(&half, half.real().expect("real")).expect("read");
        assert_eq!((tensor.kind(), tensor), (Kind::Float, Tensor::from_slice(&[1.0f32, -2.0])));
    }

    #[test]
    fn what_contradicts_itself_is_said_in_words() {
        let one = |shape: &str, offsets: &str| {
            format!(r#"{{"conv1.weight":{{"dtype":"F32","shape":{shape},"data_offsets":{offsets}}}}}"#)
        };
        let whole = one("[2]", "[0,8]");
        let cases: [(Vec<u8>, &[&str]); 8] = [
            (written(&whole, &[0; 5]), &["conv1.weight ends at byte 8", "at 5", "cut short", "get it again"]),
            (written(&whole, &[0; 9]), &["end at byte 8", "at 9"]),
            (written(&whole, &[0; 8])[..30].to_vec(), &["header alone takes", "has 30"]),
            (written(&one("[3]", "[0,8]"), &[0; 8]), &["conv1.weight", "[3]", "F32", "12 bytes, got 8"]),
            (written(&one("[-2]", "[0,8]"), &[0; 8]), &["conv1.weight", "[-2]"]),
            (written(&one("[2]", "[8,0]"), &[0; 8]), &["conv1.weight", "before its beginning"]),
            (written(&one("[2]", "[4,12]"), &[0; 12]), &["begins at byte 4; expected 0"]),
            (written("{\"a\": 1", &[]), &["header cannot be read"]),
        ];
        for (bytes, words) in cases {
            let error = opened(&bytes).expect_err("contradicts itself");
            for word in words {
                assert!(error.contains(word), "{word:?} is not in: {error}");
            }
            assert!(error.contains("w.safetensors"), "{error}");
        }
    }
}
