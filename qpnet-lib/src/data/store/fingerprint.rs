//! One hash over several byte strings.

use sha2::{Digest, Sha256};

/// SHA-256 of a sequence of byte strings.
pub(in crate::data) struct Fingerprint(Sha256);

impl Fingerprint {
    /// Of no string yet.
    pub(in crate::data) fn new() -> Self {
        Self(Sha256::new())
    }

    /// One more string; its length keeps ("ab", "c") and ("a", "bc") apart.
    pub(in crate::data) fn add(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// In hexadecimal.
    pub(in crate::data) fn finish(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
