//! A page as PDF, by a browser that is there.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Names of browsers that print without a window.
const BROWSERS: [&str; 8] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
    "brave-browser",
];
/// A browser that takes longer does not print.
const LONGEST: Duration = Duration::from_secs(60);

/// The first of [`BROWSERS`] in one of `folders`, as PATH has them.
pub(super) fn browser(folders: impl Iterator<Item = PathBuf>) -> anyhow::Result<PathBuf> {
    let folders: Vec<PathBuf> = folders.collect();
    let places = BROWSERS.iter().flat_map(|name| {
        folders.iter().flat_map(move |folder| [folder.join(name), folder.join(format!("{name}.exe"))])
    });
    let found = places.into_iter().find(|place| place.is_file());
    found.ok_or_else(|| {
        anyhow::anyhow!(
            "--pdf needs a browser on PATH that prints without a window ({}); without one write --out and print \
             report.html from any browser",
            BROWSERS.join(", ")
        )
    })
}

/// Let `browser` print the page into `file`; both stand in a folder of their own.
pub(super) fn print(browser: &Path, page: &Path, file: &Path) -> anyhow::Result<()> {
    let profile = page.with_extension("profile");
    let address = format!("file://{}", page.display());
    // The page is our own and has no scripts; whoever works as root has no sandbox to start.
    let mut child = Command::new(browser)
        .args(["--headless", "--disable-gpu", "--no-sandbox", "--no-first-run", "--no-pdf-header-footer"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("--print-to-pdf={}", file.display()))
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| anyhow::anyhow!("cannot start {}: {error}", browser.display()))?;
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if begun.elapsed() > LONGEST {
            let _ = child.kill();
            let _ = child.wait();
            anyhow::bail!("{} printed no PDF within {} s", browser.display(), LONGEST.as_secs());
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    let printed = std::fs::read(file).is_ok_and(|bytes| bytes.starts_with(b"%PDF"));
    if !printed {
        anyhow::bail!("{} ended with {status} and wrote no PDF", browser.display());
    }
    Ok(())
}
