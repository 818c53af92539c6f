//! The program where nothing more can be written.
#![allow(dead_code)] // every test file uses its own part of it

use std::path::Path;
use std::process::{Command, Output};

/// `qpnet` in `folder`, which may make no file longer than `blocks` of 512 bytes: the operating system refuses what is
/// beyond, as a full disk does, whoever runs the test and whatever the file system.
pub fn limited(blocks: u32, arguments: &[&str], folder: &Path) -> Output {
    // Without the trap the signal that comes with it would end the process.
    let script = format!("trap '' XFSZ; ulimit -f {blocks} && exec \"$0\" \"$@\"");
    in_shell(Command::new("sh").args(["-c", &script]), arguments, folder)
}

/// `qpnet` in `folder`, with a file system of so many KiB at `folder/disk` that nobody else sees, and after it the
/// names of what is left there on standard output; `None` where such a file system cannot be had.
pub fn on_small_disk(kib: u32, arguments: &[&str], folder: &Path) -> Option<Output> {
    std::fs::create_dir_all(folder.join("disk")).expect("folder");
    let mount = format!("mount -t tmpfs -o size={kib}k tmpfs disk");
    let unshare = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-c", script]).current_dir(folder);
        command
    };
    if !unshare(&mount).output().is_ok_and(|output| output.status.success()) {
        return None;
    }
    let script = format!("{mount} && \"$0\" \"$@\"; code=$?; echo left:; ls -A disk; exit $code");
    Some(in_shell(&mut unshare(&script), arguments, folder))
}

fn in_shell(command: &mut Command, arguments: &[&str], folder: &Path) -> Output {
    command.arg(env!("CARGO_BIN_EXE_qpnet")).args(arguments).current_dir(folder);
    command.env_remove("QPNET_DATA").env_remove("QPNET_PROFILE").output().expect("a shell")
}
