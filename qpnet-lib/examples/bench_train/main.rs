//! How long a training step of QP-Net takes: here, in PyTorch eager with the same network and
//! losses, and in the structure of the authors' public code; how far from a plain matrix product
//! that is, where the time goes, how much memory it needs.
//!
//! ```text
//! export QPNET_BENCH_PYTHON=/venv/bin/python     # with the packages of tests/golden/requirements.txt
//! cargo run --example bench_train -- --batch 64 --size 32 --base 8 --small-stem     # as `smoke` trains
//! cargo run --example bench_train -- --batch 64 --size 32 --small-stem              # ResNet-18 of full width
//! cargo run --example bench_train -- --batch 32 --size 64 --threads 2               # with torchvision's stem
//! cargo run --example bench_train -- --batch 248 --size 224 --device cuda --steps 20
//! ```
//!
//! Every turn is a process of its own, and the programs take turns in changing order. First it is
//! checked that both programs compute the same: the loss before and after one step of Adam,
//! from the same weights on the same batch. `libtorch` is the version of either side.
//!
//! On one core of two that other work shared, in processor time, which other work changes less than time, as
//! multiples of this program's, middle of turns (range):
//!
//! | | here, channels last | PyTorch eager | eager, channels last | the authors' structure |
//! |---|---|---|---|---|
//! | 8 to 64 channels, batch 64 of 32 px (5 turns) | 0.89 (0.80–0.98) | 1.27 (1.16–1.36) | 1.05 (0.96–1.11) | 2.02 (1.73–2.18) |
//! | the same, batch 248 (2 short turns) | 0.91 (0.79–0.91) | 1.00 (0.93–1.00) | 0.88 (0.80–0.88) | 1.17 (1.14–1.17) |
//! | 64 to 512 channels, batch 64 of 32 px (2 short turns) | 1.10 (1.05–1.10) | 1.15 (1.12–1.15) | 1.07 (1.06–1.07) | 2.01 (1.92–2.01) |
//! | the same with torchvision's stem, batch 32 of 64 px (2 short turns) | 1.26 (1.04–1.26) | 1.18 (1.03–1.18) | 1.10 (0.97–1.10) | 1.99 (1.94–1.99) |
//!
//! Most memory of the four: 186, 376, 562, 514 MiB here, 777, 967, 1116, 1064 in PyTorch, whose process has Python
//! in it. Where the machine had less to do, a step of the third took 315 ms (200 images/s).
//!
//! The first line on an idle machine, in time (3 turns): here 18.5 ms a step (3,460 images/s, 39 % of a matrix
//! product), channels last 0.88, eager 1.28 (1.23–1.29), eager channels last 1.05, the authors' structure 2.00
//! (1.98–2.04). Aimed at were 1.1 over eager and 3 over the authors' structure: the second is missed.
//!
//! Of the authors' three backward passes two go through the backbone, so that the network alone costs them 5/3. The
//! share of a matrix product may exceed 100 %: convolutions are oneDNN's, the product is MKL's.
#![allow(clippy::print_stdout)]

mod parity;
mod pytorch;
mod shape;
mod turn;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, ensure};
use clap::{Parser, Subcommand};
use serde_json::{Value, json};

use pytorch::Structure;
use shape::Shape;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    turn: Option<Turn>,
    #[command(flatten)]
    shape: Shape,
    /// How often; the programs take turns.
    #[arg(long, default_value_t = 5)]
    repeats: usize,
    /// A Python with torchvision and safetensors, otherwise that of QPNET_BENCH_PYTHON; without one only this
    /// program is measured.
    #[arg(long)]
    python: Option<PathBuf>,
    /// One JSON object instead of Markdown.
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
enum Turn {
    /// One turn of this program.
    #[command(hide = true)]
    TurnOf(Shape),
}

/// Who takes turns: key, title, and whether kernels lie channels last.
const PROGRAMS: [(&str, &str, bool); 5] = [
    ("here", "this program", false),
    ("here_last", "this program, channels last", true),
    ("eager", "PyTorch eager", false),
    ("eager_last", "PyTorch eager, channels last", true),
    ("authors", "the authors' structure", false),
];

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    if let Some(Turn::TurnOf(shape)) = &cli.turn {
        println!("{}", turn::measure(shape)?);
        return Ok(());
    }
    let shape = &cli.shape;
    shape.model().check()?;
    let named = std::env::var_os("QPNET_BENCH_PYTHON").filter(|name| !name.is_empty());
    let python = cli.python.or(named.map(PathBuf::from));
    let agreement = python.as_deref().map(|python| parity::check(shape, python)).transpose()?;
    let mut turns: BTreeMap<&str, Vec<Value>> = PROGRAMS.map(|(key, ..)| (key, vec![])).into();
    for repeat in 0..cli.repeats {
        for at in 0..PROGRAMS.len() {
            let (key, _, channels_last) = PROGRAMS[(repeat + at) % PROGRAMS.len()];
            let shape = &Shape { channels_last, ..shape.clone() };
            let turn = match (key, python.as_deref()) {
                ("here" | "here_last", _) => own_turn(shape)?,
                ("authors", Some(python)) => pytorch::turn(shape, python, Structure::Authors)?,
                (_, Some(python)) => pytorch::turn(shape, python, Structure::Eager)?,
                (_, None) => continue,
            };
            turns.entry(key).or_default().push(turn);
        }
    }
    let result = json!({
        "batch": shape.batch, "size": shape.size, "base": shape.base, "threads": shape.threads,
        "device": turns["here"][0]["device"], "flops": shape.flops(), "agreement": agreement, "turns": turns,
    });
    if cli.json {
        println!("{}", serde_json::to_string_pretty(&result)?);
    } else {
        print(&result);
    }
    Ok(())
}

fn own_turn(shape: &Shape) -> anyhow::Result<Value> {
    let mut command = Command::new(std::env::current_exe()?);
    let output = command.arg("turn-of").args(shape.words()).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).context("a turn prints one JSON object")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

fn numbers(turns: &Value, of: &str) -> Vec<f64> {
    turns.as_array().into_iter().flatten().map(|turn| number(&turn[of])).collect()
}

/// The middle of some measurements, and their range.
fn span(values: &[f64], digits: usize) -> String {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match (sorted.first(), sorted.get(sorted.len() / 2), sorted.last()) {
        (Some(low), Some(middle), Some(high)) => {
            format!("{middle:.digits$} ({low:.digits$}–{high:.digits$})")
        }
        _ => "not measured".to_owned(),
    }
}

fn print(result: &Value) {
    println!(
        "A step of QP-Net (ResNet of 2, 2, 2, 2 blocks, {} to {} channels), batch {} of {} px, {} threads, {}\n",
        result["base"],
        8 * result["base"].as_i64().unwrap_or(0),
        result["batch"],
        result["size"],
        result["threads"],
        result["device"].as_str().unwrap_or("?"),
    );
    println!(
        "| | ms a step, middle of turns (range) | images/s | times as long as here | the same in processor time | % of a matrix product | most memory, MiB |"
    );
    println!("|---|---|---|---|---|---|---|");
    let turns = &result["turns"];
    let (base, own_cpu) = (numbers(&turns["here"], "seconds"), numbers(&turns["here"], "cpu"));
    let ratios = |theirs: &[f64], ours: &[f64]| -> Vec<f64> {
        theirs.iter().zip(ours).map(|(theirs, ours)| theirs / ours).collect()
    };
    // The machine's peak is that of all turns, whoever shares it.
    let products = [numbers(&turns["here"], "gemm"), numbers(&turns["here_last"], "gemm")].concat();
    let (gemm, flops) = (products.into_iter().fold(0.0, f64::max), number(&result["flops"]));
    for (key, title, _) in PROGRAMS {
        let seconds = numbers(&turns[key], "seconds");
        let milliseconds: Vec<f64> = seconds.iter().map(|seconds| seconds * 1e3).collect();
        let images: Vec<f64> = seconds.iter().map(|seconds| number(&result["batch"]) / seconds).collect();
        let cpu = ratios(&numbers(&turns[key], "cpu"), &own_cpu);
        let share: Vec<f64> = seconds.iter().map(|seconds| 100.0 * flops / seconds / gemm).collect();
        println!(
            "| {title} | {} | {} | {} | {} | {} | {} |",
            span(&milliseconds, 1),
            span(&images, 0),
            span(&ratios(&seconds, &base), 2),
            span(&cpu, 2),
            span(&share, 0),
            span(&numbers(&turns[key], "peak_mib"), 0),
        );
    }
    println!(
        "\nConvolutions and linear layers of a step: {:.2} GFLOP; the fastest matrix product made {:.0} GFLOP/s.",
        flops / 1e9,
        gemm / 1e9,
    );
    println!("\nMilliseconds of a step here, channels first and last, by part (middle of turns):");
    for part in turn::PARTS {
        let of = |key: &str| {
            let turns = turns[key].as_array().into_iter().flatten();
            span(&turns.map(|turn| 1e3 * number(&turn["parts"][part])).collect::<Vec<f64>>(), 2)
        };
        println!("- {part}: {}; {}", of("here"), of("here_last"));
    }
    if !result["agreement"].is_null() {
        println!(
            "\nBoth sides compute the same (loss before and after a step of Adam): {}",
            result["agreement"]
        );
        println!("libtorch here {}, there {}", turns["here"][0]["libtorch"], turns["eager"][0]["libtorch"]);
    }
}
