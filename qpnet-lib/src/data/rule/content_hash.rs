//! SHA-256 of a file's bytes, as bytes and as the digits that people write.

/// SHA-256 of a file's bytes.
pub type ContentHash = [u8; 32];

/// 64 hexadecimal digits as bytes.
pub(in crate::data) fn hexadecimal(text: &str) -> Option<ContentHash> {
    if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut hash = ContentHash::default();
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(hash)
}

/// A hash as 64 hexadecimal digits.
pub(in crate::data) fn digits(hash: &ContentHash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
