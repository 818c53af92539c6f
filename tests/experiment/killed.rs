//! `qpnet run` killed at moments that nobody has chosen: called again it goes on, and its files are
//! those of a run that was left alone, byte by byte.
#![cfg(unix)]

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

const KILLS: usize = 8;
/// Where a busy machine is always killed at the same place, more are tried, but no more than these.
const MOST: usize = 40;
const SIGKILL: i32 = 9;
const SPARED: &str = "was trained before it was interrupted";
/// Steps of an epoch in the profile `smoke`.
const EPOCH: usize = 25;
/// Nothing takes so long; it ends a test that would hang.
const PATIENCE: Duration = Duration::from_secs(300);
const COMMON: [&str; 14] = [
    "run",
    "--data",
    "synthetic",
    "--seed",
    "1",
    "--device",
    "cpu",
    "--image-size",
    "16",
    "--epochs",
    "4",
    "--checkpoint-every",
    "7",
    "--methods",
];
const METHODS: &str = "dc,qpi,kendall";

fn qpnet(folder: &Path, methods: &str, out: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qpnet"));
    command.args(COMMON).args([methods, "--out", out]).current_dir(folder);
    command.env_remove("QPNET_DATA").env_remove("QPNET_PROFILE");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// When each checkpoint was written.
fn written(folder: &Path) -> Vec<(String, SystemTime)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut times: Vec<_> = entries
        .filter_map(|entry| {
            Some((entry.file_name().into_string().ok()?, entry.metadata().ok()?.modified().ok()?))
        })
        .filter(|(name, _)| name.ends_with(".safetensors") && !name.starts_with('.'))
        .collect();
    times.sort();
    times
}

/// Wait until checkpoints have changed `changes` times, then a little more; false when the process ended.
fn wait(child: &mut Child, folder: &Path, changes: usize, more: Duration) -> bool {
    let (begin, mut seen, mut last) = (Instant::now(), 0, written(folder));
    while seen < changes {
        assert!(begin.elapsed() < PATIENCE, "no checkpoint is written");
        if child.try_wait().expect("status").is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
        let now = written(folder);
        seen += usize::from(now != last);
        last = now;
    }
    std::thread::sleep(more);
    true
}

/// Of every line `MODEL goes on after step N of M, …`: N and M.
fn resumed(words: &str) -> Vec<(usize, usize)> {
    let number = |word: Option<&str>| word?.trim_end_matches(',').parse().ok();
    let of = |line: &str| {
        let mut rest = line.split_once("goes on after step ")?.1.split(' ');
        let steps = number(rest.next())?;
        Some((steps, number(rest.nth(1))?))
    };
    words.lines().filter_map(of).collect()
}

/// Steps after which trainings went on in the middle of an epoch.
fn inside(words: &str) -> usize {
    resumed(words).iter().filter(|&&(steps, of)| steps > 0 && steps < of && steps % EPOCH != 0).count()
}

/// Was there a finished model among what kills have left, and were others in the middle of an epoch?
fn enough(words: &str) -> bool {
    inside(words) >= 3 && words.contains(SPARED)
}

#[test]
fn a_run_that_is_killed_again_and_again_ends_with_the_same_bytes() {
    let folder = tempfile::tempdir().expect("tempdir");
    let folder = folder.path();
    let alone = qpnet(folder, METHODS, "alone").output().expect("qpnet starts");
    assert!(alone.status.success(), "{}", String::from_utf8_lossy(&alone.stderr));
    assert!(!folder.join("alone.checkpoints").exists(), "a complete run needs none");

    let (out, checkpoints) = (folder.join("out"), folder.join("out.checkpoints"));
    let (mut killed, mut words) = (0, String::new());
    let last = loop {
        let mut child = qpnet(folder, METHODS, "out").spawn().expect("qpnet starts");
        let going = (killed < KILLS || killed < MOST && !enough(&words)) && {
            let more = Duration::from_millis(7 * (killed as u64 * 5 % 9));
            wait(&mut child, &checkpoints, 2 + killed * 5 % 13, more)
        };
        if going {
            child.kill().expect("SIGKILL");
        }
        let output = child.wait_with_output().expect("ended");
        words += &String::from_utf8_lossy(&output.stderr);
        if !going {
            break output;
        }
        assert_eq!(output.status.signal(), Some(SIGKILL), "it was not killed while it worked");
        assert!(!out.exists(), "a killed run has left what looks like a result");
        killed += 1;
        if killed == 1 {
            // Another configuration does not go on here.
            let other = qpnet(folder, "dc,qpi", "out").output().expect("qpnet starts");
            let message = String::from_utf8_lossy(&other.stderr).into_owned();
            assert_eq!(other.status.code(), Some(1), "{message}");
            assert!(message.contains("another training: the configuration differs"), "{message}");
        }
    };
    assert!(last.status.success(), "{}", String::from_utf8_lossy(&last.stderr));
    assert!(killed >= KILLS / 2, "killed only {killed} times");
    assert!(inside(&words) >= 3, "not killed in the middle of epochs: {:?}", resumed(&words));
    assert!(words.contains(SPARED), "no finished model was spared");
    for file in ["predictions.csv", "history.csv", "config.toml"] {
        let read = |run: &str| std::fs::read(folder.join(run).join(file)).expect("file");
        assert!(read("alone") == read("out"), "{file} differs");
    }
    assert!(!checkpoints.exists(), "checkpoints of a complete run remain");
}
