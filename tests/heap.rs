//! That freed memory is kept for the next step where it was given back before; alone in its process, since
//! thresholds of the allocator are the whole process's.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use std::hint::black_box;

use qpnet_lib::heap::keep_freed_memory;

const BLOCKS: usize = 224;
const BLOCK: usize = 256 << 10;
const MIB: f64 = 1024.0;

/// Memory of this process that is in use, in MiB.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
    line.trim().trim_end_matches(" kB").parse::<f64>().expect("kB") / MIB
}

/// How much more memory is in use after 56 MiB were written to and freed, as a step frees its activations.
fn kept_of_a_step() -> f64 {
    let before = resident();
    let blocks: Vec<Vec<u8>> = (0..BLOCKS).map(|_| black_box(vec![1u8; BLOCK])).collect();
    let during = resident();
    assert!(during - before > 50.0, "{before} MiB, then {during}");
    drop(blocks);
    resident() - before
}

#[test]
fn what_a_step_frees_is_there_for_the_next() {
    let without = kept_of_a_step();
    let before = resident();
    keep_freed_memory();
    assert!(resident() - before < 1.0, "asking costs memory");
    let kept = kept_of_a_step();
    assert!(kept > 50.0 && kept > without + 20.0, "{kept} MiB are kept, {without} without asking");
}
