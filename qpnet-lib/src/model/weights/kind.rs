//! Kinds of numbers by the words of the safetensors format: `F32`, `I64` …

use tch::Kind;

/// The kinds that are read, converted to single precision; the network computes in that.
pub(super) const READABLE: &str = "F32, F16, BF16 or F64";

/// libtorch's kind of a word of [`READABLE`].
pub(super) fn real(word: &str) -> Option<Kind> {
    match word {
        "F32" => Some(Kind::Float),
        "F16" => Some(Kind::Half),
        "BF16" => Some(Kind::BFloat16),
        "F64" => Some(Kind::Double),
        _ => None,
    }
}

/// Bytes of one number; `None` where the word is not known.
pub(super) fn bytes(word: &str) -> Option<u64> {
    match word {
        "BOOL" | "U8" | "I8" => Some(1),
        "F16" | "BF16" | "I16" | "U16" => Some(2),
        "F32" | "I32" | "U32" => Some(4),
        "F64" | "I64" | "U64" => Some(8),
        _ => None,
    }
}
