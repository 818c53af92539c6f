//! Memory that a training step frees and the next one wants again.

use std::hint::black_box;

/// The largest block that may move glibc's thresholds (its `DEFAULT_MMAP_THRESHOLD_MAX` is 32 MiB), less its head.
const BLOCK: usize = (32 << 20) - (64 << 10);

/// Ask the allocator to keep what is freed for the next step.
///
/// glibc gives free memory at the end of its heap back to the system once that is more than twice the largest
/// block it has seen come and go, and a step of training that frees its activations passes that every time: the
/// next step then pays for every page anew. One block of nearly 32 MiB, never written to and so never in memory,
/// lets it keep up to 64 MiB. No number changes; another allocator takes no notice.
///
/// # Source
/// `mallopt(3)`, `M_TRIM_THRESHOLD` and the dynamic `M_MMAP_THRESHOLD`.
pub fn keep_freed_memory() {
    drop(black_box(Vec::<u8>::with_capacity(black_box(BLOCK))));
}
