//! How large images may be.

use super::error::StoreError;

/// Is `side` one that images may have?
///
/// # Errors
/// [`StoreError::ImageSize`].
pub(in crate::data) fn check_size(side: i64) -> Result<(), StoreError> {
    const SIZES: std::ops::RangeInclusive<i64> = 8..=2048;
    if SIZES.contains(&side) { Ok(()) } else { Err(StoreError::ImageSize { found: side }) }
}
