//! The clustered bootstrap of an AUC and DeLong's interval, beside what others take.

use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, ensure};
use qpnet_audit::rng::Streams;
use qpnet_audit::stats::{Bootstrap, Estimate, Interval, Resampler, delong};
use rand::RngExt;
use serde_json::Value;

/// Samples of the bootstrap, two a patient.
const CLUSTERED: usize = 100_000;
/// Samples of the interval without resampling.
const MANY: usize = 1_000_000;
/// Turns, of which the shortest counts.
const TURNS: usize = 5;
/// The AUC of the other side may differ by rounding.
const SAME_AUC: f64 = 1e-12;
/// Limits of two bootstraps of 2,000 replicates differ by chance; this is a tenth of the interval here.
const NEAR: f64 = 6e-4;

/// Samples in pairs of one patient, three in ten positive, most pairs alike.
fn data(n: usize) -> (Vec<usize>, Vec<bool>, Vec<f64>) {
    let mut rng = Streams::new(1).get("data");
    let ill: Vec<bool> = (0..n.div_ceil(2)).map(|_| rng.random::<f64>() < 0.3).collect();
    let labels: Vec<bool> = (0..n).map(|i| ill[i / 2] ^ (rng.random::<f64>() < 0.05)).collect();
    let scores = labels.iter().map(|&label| rng.random::<f64>() + if label { 0.3 } else { 0.0 });
    let scores: Vec<f64> = scores.collect();
    ((0..n).map(|i| i / 2).collect(), labels, scores)
}

/// Processor time of this process so far, in seconds: it does not grow while other programs run.
fn processor() -> anyhow::Result<f64> {
    let stat =
        std::fs::read_to_string("/proc/self/stat").context("processor time is measured on Linux only")?;
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    // User and system time in hundredths of a second, fields 14 and 15 of all.
    Ok(fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0)
}

/// Seconds of the shortest of `turns`, and what it gave.
fn shortest<T>(turns: usize, mut work: impl FnMut() -> T) -> (f64, T) {
    let mut once = || {
        let start = Instant::now();
        let found = black_box(work());
        (start.elapsed().as_secs_f64(), found)
    };
    let mut best = once();
    for _ in 1..turns {
        let next = once();
        if next.0 < best.0 {
            best = next;
        }
    }
    best
}

/// Print seconds and ratios; the other side only with a Python.
pub fn measure(python: Option<&Path>, replicates: usize) -> anyhow::Result<()> {
    let (patients, labels, scores) = data(CLUSTERED);
    let streams = Streams::new(1);
    let of = |interval: Interval, threads: usize| -> anyhow::Result<([f64; 2], Estimate)> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        let work = || -> Result<Estimate, qpnet_audit::stats::StatsError> {
            let resampler = Resampler::by_cell(&patients, &vec![0; CLUSTERED], &labels)?;
            let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(replicates);
            bootstrap.with_interval(interval).auc(&labels, &scores)
        };
        let before = processor()?;
        let (seconds, found) = pool.install(|| shortest(TURNS, work));
        Ok(([seconds, (processor()? - before) / TURNS as f64], found?))
    };
    let threads = std::thread::available_parallelism()?.get();
    println!("AUC of {CLUSTERED} samples, {} patients, {replicates} replicates", CLUSTERED / 2);
    let mut here = Vec::new();
    for (interval, threads) in
        [(Interval::Percentile, 1), (Interval::Percentile, threads), (Interval::Bca, threads)]
    {
        let ([seconds, busy], found) = of(interval, threads)?;
        let (value, low, high) = found.triple().context("an interval")?;
        println!(
            "  {}, {threads} threads: {seconds:.3} s, of processors {busy:.3} s; {value:.5} ({low:.5} to {high:.5})",
            interval.name()
        );
        here.push(([seconds, busy], value, low, high));
    }
    let (_, many_labels, many) = data(MANY);
    let sorted = || {
        let mut copy = many.clone();
        let start = Instant::now();
        copy.sort_unstable_by(f64::total_cmp);
        black_box(copy);
        start.elapsed().as_secs_f64()
    };
    let sort = (0..TURNS).map(|_| sorted()).fold(f64::INFINITY, f64::min);
    let (interval, found) = shortest(TURNS, || delong::single(&many_labels, &many, 0.95));
    found?;
    println!("DeLong's interval of {MANY} samples, 1 thread: {:.1} ms", 1e3 * interval);
    println!("  one sort of the same scores: {:.1} ms, ratio {:.2}", 1e3 * sort, interval / sort);

    let Some(python) = python else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let numbers = |values: &[f64]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    std::fs::write(folder.path().join("labels.u8"), labels.iter().map(|&l| u8::from(l)).collect::<Vec<_>>())?;
    std::fs::write(folder.path().join("scores.f64"), numbers(&scores))?;
    std::fs::write(folder.path().join("many.f64"), numbers(&many))?;
    let other = call(python, folder.path(), replicates)?;
    let number = |path: &str| other.pointer(path).and_then(Value::as_f64).context("a number");
    let (_, value, low, high) = here[1];
    let (auc, seconds) = (number("/bootstrap/auc")?, number("/bootstrap/seconds")?);
    ensure!((auc - value).abs() < SAME_AUC, "AUC {value} here, {auc} there");
    let near = (number("/bootstrap/low")? - low).abs().max((number("/bootstrap/high")? - high).abs());
    ensure!(near < NEAR, "limits differ by {near}");
    println!(
        "SciPy and scikit-learn, the same AUC and limits (to {near:.0e}): {seconds:.1} s {}",
        other["versions"]
    );
    let busy = number("/bootstrap/processor")?;
    let ratios = |at: usize, there: f64| {
        here.iter().map(|turn| format!("{:.0}", there / turn.0[at])).collect::<Vec<_>>().join(", ")
    };
    println!("  times as long as the three above: {}", ratios(0, seconds));
    println!("  of processors {busy:.1} s, times as much: {}", ratios(1, busy));
    println!(
        "NumPy sorts the million in {:.1} ms, with places (argsort) in {:.1} ms; ratio of DeLong's interval {:.2}, {:.2}",
        1e3 * number("/sort")?,
        1e3 * number("/argsort")?,
        interval / number("/sort")?,
        interval / number("/argsort")?
    );
    Ok(())
}

fn call(python: &Path, folder: &Path, replicates: usize) -> anyhow::Result<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/bench_audit/scipy_bootstrap.py");
    let mut command = Command::new(python);
    // The Python has libraries of its own.
    command.arg(script).arg(folder).arg(replicates.to_string()).env_remove("LD_LIBRARY_PATH");
    let output = command.output().with_context(|| python.display().to_string())?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).context("the script prints one JSON object")
}
