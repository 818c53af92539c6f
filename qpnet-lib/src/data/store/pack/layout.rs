//! What a pack looks like on disk.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::data::rule::content_hash::ContentHash;
use crate::data::store::facts::FileFacts;

/// The pixels begin here: whole pages of the pixels are whole pages of the file.
pub(super) const PAGE: usize = 4096;

/// A byte beyond ASCII, line ends of both kinds and the end of a text under DOS: a copy made as
/// text is told apart, as PNG does it.
const MAGIC: [u8; 8] = *b"\x89QPK\r\n\x1a\n";

/// Another layout, another number.
const VERSION: u32 = 2;

/// The first bytes: `magic (8), version (4), zero (4), place of the index (8), its length (8),
/// its SHA-256 (32)`, numbers little-endian, zeros up to [`PAGE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Preamble {
    pub index_at: u64,
    pub index_bytes: u64,
    pub index_hash: ContentHash,
}

/// Why the first bytes are not those of a pack of today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoPreamble {
    /// It was never a pack, or is none any more.
    Damaged(String),
    /// A pack of another version of this program.
    Other(u32),
}

impl Preamble {
    /// Of an index that lies at `index_at`.
    pub(super) fn of(index: &[u8], index_at: u64) -> Self {
        Self { index_at, index_bytes: index.len() as u64, index_hash: Sha256::digest(index).into() }
    }

    pub(super) fn to_page(self) -> [u8; PAGE] {
        let mut page = [0; PAGE];
        page[..8].copy_from_slice(&MAGIC);
        page[8..12].copy_from_slice(&VERSION.to_le_bytes());
        page[16..24].copy_from_slice(&self.index_at.to_le_bytes());
        page[24..32].copy_from_slice(&self.index_bytes.to_le_bytes());
        page[32..64].copy_from_slice(&self.index_hash);
        page
    }

    /// Read the beginning of a file, whose length is `bytes.len()`, and check where the index is.
    ///
    /// # Errors
    /// [`NoPreamble`].
    pub(super) fn read(bytes: &[u8]) -> Result<Self, NoPreamble> {
        let damaged = |fault: String| Err(NoPreamble::Damaged(fault));
        let Some(page) = bytes.first_chunk::<PAGE>() else {
            return damaged(format!("has {} bytes; a pack has {PAGE} and more", bytes.len()));
        };
        if page[..8] != MAGIC {
            return damaged(format!("is no pack: it begins with \"{}\"", page[..8].escape_ascii()));
        }
        let number = |at: usize| {
            let mut word = [0; 8];
            word.copy_from_slice(&page[at..at + 8]);
            u64::from_le_bytes(word)
        };
        let version = number(8) as u32; // the lower half
        if version != VERSION {
            return Err(NoPreamble::Other(version));
        }
        let mut index_hash = ContentHash::default();
        index_hash.copy_from_slice(&page[32..64]);
        let (index_at, index_bytes) = (number(16), number(24));
        let (expected, got) = (index_at.checked_add(index_bytes), bytes.len() as u64);
        if expected != Some(got) || index_at < PAGE as u64 {
            let expected = expected.map_or("fewer".to_owned(), |bytes| bytes.to_string());
            return damaged(format!("has {got} bytes; expected {expected}"));
        }
        Ok(Self { index_at, index_bytes, index_hash })
    }
}

/// The last bytes, as JSON: what the pixels are of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Index {
    pub made_of: MadeOf,
    /// SHA-256 of all pixels.
    pub pixels: ContentHash,
    /// One entry an image file, in the order of the pixels.
    pub images: Vec<Entry>,
}

/// What decides about the pixels, besides the image files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MadeOf {
    /// The manifest's name.
    pub data: String,
    /// SHA-256 of its text, as for hashes of populations.
    pub manifest: String,
    /// SHA-256 of the tables.
    pub table: String,
    /// Every key of `[images.rule]`.
    pub rule: String,
    pub channels: usize,
    pub side: usize,
    /// Hash of the sources that decode, and the versions of the decoders.
    pub decoder: String,
}

/// One image file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    /// Below the folder of the data set.
    pub path: String,
    pub facts: FileFacts,
    /// SHA-256 of the file.
    pub hash: ContentHash,
    /// The masks that were laid over it, where there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masks: Vec<MaskEntry>,
}

/// A mask of an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MaskEntry {
    /// Below the folder of the data set.
    pub path: String,
    pub facts: FileFacts,
    /// SHA-256 of the file.
    pub hash: ContentHash,
}

impl MadeOf {
    /// Name of the file: one for each data set, rule and size.
    pub(super) fn file_name(&self) -> String {
        let rule = Sha256::digest(self.rule.as_bytes());
        let rule: String = rule[..4].iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{}-{}px-{rule}.qpk", self.data, self.side)
    }

    /// Bytes of one image.
    pub(super) fn stride(&self) -> usize {
        self.channels * self.side * self.side
    }

    /// What is another in `now`.
    pub(super) fn change(&self, now: &Self) -> Option<&'static str> {
        [
            (self.data != now.data, "it is of another data set"),
            (self.rule != now.rule, "it was made under another [images.rule]"),
            ((self.channels, self.side) != (now.channels, now.side), "it has images of another size"),
            (self.manifest != now.manifest, "the manifest has changed since it was made"),
            (self.table != now.table, "the table has changed since it was made"),
            (self.decoder != now.decoder, "it was made by another version of this program"),
        ]
        .into_iter()
        .find_map(|(changed, what)| changed.then_some(what))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preamble_is_read_back_and_a_spoilt_one_refused() {
        let index = b"{}";
        let written = Preamble::of(index, PAGE as u64 + 10);
        let mut file = written.to_page().to_vec();
        file.extend([7; 10]);
        file.extend(index);
        assert_eq!(Preamble::read(&file), Ok(written));
        let fault = |bytes: &[u8]| match Preamble::read(bytes) {
            Err(NoPreamble::Damaged(fault)) => fault,
            other => panic!("{other:?}"),
        };
        assert_eq!(fault(&file[..file.len() - 1]), "has 4107 bytes; expected 4108");
        assert_eq!(fault(&file[..100]), "has 100 bytes; a pack has 4096 and more");
        let mut other = file.clone();
        other[8] = 1;
        assert_eq!(Preamble::read(&other), Err(NoPreamble::Other(1)));
        file[0] = b'x';
        assert!(fault(&file).starts_with("is no pack: it begins with \"xQPK"));
        // Places that wrap around or lie before the pixels.
        for (index_at, index_bytes) in [(u64::MAX, 2), (0, 4108)] {
            let page = Preamble { index_at, index_bytes, ..written }.to_page();
            other[..PAGE].copy_from_slice(&page);
            assert!(fault(&other).starts_with("has 4108 bytes; expected "), "{index_at}");
        }
    }
}
