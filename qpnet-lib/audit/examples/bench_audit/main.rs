//! How long the clustered bootstrap of an AUC takes beside SciPy and scikit-learn, DeLong's interval
//! beside a sort, and an audit of a large table, and how much memory that needs.
//!
//! ```text
//! export QPNET_BENCH_PYTHON=/venv/bin/python          # a Python with SciPy and scikit-learn
//! cargo run --example bench_audit -- --figures        # 1,000,000 samples, 3 methods, 5 subgroups
//! cargo run --example bench_audit -- --samples 30000 --only audit
//! cargo run --release --example bench_audit -- --jackknife
//! ```
#![allow(clippy::disallowed_methods, reason = "made data may be the system's")]
#![allow(clippy::print_stdout)]

mod jackknife;
mod statistics;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, ensure};
use clap::{Parser, Subcommand, ValueEnum};
use qpnet_audit::audit::{AuditOptions, Predictions, Reading, audit};
use qpnet_audit::rng::Streams;
use qpnet_audit::{fs, report};
use rand::RngExt;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    what: Option<What>,
    /// Samples; each method scores all.
    #[arg(long, default_value_t = 1_000_000)]
    samples: u64,
    /// Methods.
    #[arg(long, default_value_t = 3)]
    methods: u64,
    /// Draw the figures of the report too.
    #[arg(long)]
    figures: bool,
    /// Keep the table here.
    #[arg(long)]
    table: Option<PathBuf>,
    /// Replicates of the bootstrap of an AUC.
    #[arg(long, default_value_t = 2000)]
    replicates: usize,
    /// A Python with SciPy and scikit-learn [default: QPNET_BENCH_PYTHON]; without one only this program is
    /// measured.
    #[arg(long)]
    python: Option<PathBuf>,
    /// Only the jackknife of BCa limits, at the paper's size.
    #[arg(long)]
    jackknife: bool,
    /// Measure one part.
    #[arg(long)]
    only: Option<Part>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Part {
    Statistics,
    Audit,
}

#[derive(Subcommand)]
enum What {
    /// One audit, in a process of its own.
    #[command(hide = true)]
    One {
        table: PathBuf,
        #[arg(long)]
        figures: bool,
    },
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    if let Some(What::One { table, figures }) = &cli.what {
        return measure(table, *figures);
    }
    if cli.jackknife {
        return Ok(jackknife::measure()?);
    }
    if cli.only != Some(Part::Audit) {
        let python = cli.python.clone().or_else(|| std::env::var_os("QPNET_BENCH_PYTHON").map(PathBuf::from));
        statistics::measure(python.as_deref(), cli.replicates)?;
    }
    if cli.only == Some(Part::Statistics) {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let table = cli.table.clone().unwrap_or_else(|| folder.path().join("predictions.csv"));
    fs::write_atomic_with(&table, |file| generate(file, cli.samples, cli.methods))?;
    println!("{} samples x {} methods, {} MiB", cli.samples, cli.methods, table.metadata()?.len() >> 20);
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("one").arg(&table).args(cli.figures.then_some("--figures"));
    let status = command.status()?;
    ensure!(status.success(), "the audit failed");
    Ok(())
}

/// Five subgroups, the first with half of the samples; two samples a patient; probabilities that
/// are a little too extreme.
fn generate(file: &mut dyn Write, samples: u64, methods: u64) -> io::Result<()> {
    writeln!(file, "sample_id,patient_id,method,group,label,score")?;
    for method in 0..methods {
        let (mut truth, mut rng) = (Streams::new(1).get("truth"), Streams::new(1).at("scores", method));
        for sample in 0..samples {
            let (risk, label): (f64, f64) = (truth.random(), truth.random());
            let logit = 4.0 * (risk - 0.5) + rng.random_range(-1.0..1.0) * (1.0 + method as f64 / 4.0);
            let (group, label) = ((sample / 2 % 8).saturating_sub(3), u8::from(label < risk));
            let score = 1.0 / (1.0 + (-1.5 * logit).exp());
            writeln!(file, "s{sample},p{},m{method},g{group},{label},{score:.6}", sample / 2)?;
        }
    }
    Ok(())
}

/// Audit, and print seconds and the most memory at any time.
fn measure(table: &Path, figures: bool) -> anyhow::Result<()> {
    let options = AuditOptions::default();
    let start = Instant::now();
    let predictions = Predictions::read(table, &Reading::default())?;
    let read = start.elapsed().as_secs_f64();
    let found = audit(&predictions, &options)?;
    let audited = start.elapsed().as_secs_f64();
    let page = if figures { report::audit_document(&found, &predictions, &options)?.html().len() } else { 0 };
    let drawn = start.elapsed().as_secs_f64();
    println!(
        "read {read:.1} s, audit {:.1} s, report {:.1} s ({page} bytes)",
        audited - read,
        drawn - audited
    );
    let status = std::fs::read_to_string("/proc/self/status").context("memory is measured on Linux only")?;
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    println!("most memory {}", most.trim());
    Ok(())
}
