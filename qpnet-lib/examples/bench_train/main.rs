//! How long a training step of QP-Net takes: here, in PyTorch eager with the same network and
//! losses, and in the structure of the authors' public code; how far from a plain matrix product
//! that is, where the time goes, how much memory it needs.
//!
//! ```text
//! export QPNET_BENCH_PYTHON=/venv/bin/python     # a Python with torchvision and safetensors
//! cargo run --example bench_train -- --batch 64 --size 32 --base 8 --small-stem --threads 1
//! cargo run --example bench_train -- --batch 32 --size 64 --threads 2 --repeats 5
//! cargo run --example bench_train -- --batch 248 --size 224 --device cuda --steps 20
//! ```
//!
//! Every turn is a process of its own, and the three take turns in changing order. First it is
//! checked that both programs compute the same: the loss before and after one step of Adam,
//! from the same weights on the same batch. `libtorch` is the version of either side.
#![allow(clippy::print_stdout)]

mod parity;
mod pytorch;
mod shape;
mod turn;

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
    /// How often; the three take turns.
    #[arg(long, default_value_t = 5)]
    repeats: usize,
    /// A Python with torchvision and safetensors; without one only this program is measured.
    #[arg(long, default_value_os_t = std::env::var_os("QPNET_BENCH_PYTHON").unwrap_or_default().into())]
    python: PathBuf,
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

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    if let Some(Turn::TurnOf(shape)) = &cli.turn {
        println!("{}", turn::measure(shape)?);
        return Ok(());
    }
    let shape = &cli.shape;
    shape.model().check()?;
    let python = (!cli.python.as_os_str().is_empty()).then_some(cli.python.as_path());
    let agreement = python.map(|python| parity::check(shape, python)).transpose()?;
    let (mut here, mut eager, mut authors) = (vec![], vec![], vec![]);
    for repeat in 0..cli.repeats {
        for at in 0..3 {
            match ((repeat + at) % 3, python) {
                (0, _) => here.push(own_turn(shape)?),
                (1, Some(python)) => eager.push(pytorch::turn(shape, python, Structure::Eager)?),
                (_, Some(python)) => authors.push(pytorch::turn(shape, python, Structure::Authors)?),
                (_, None) => {}
            }
        }
    }
    let result = json!({
        "batch": shape.batch, "size": shape.size, "base": shape.base, "threads": shape.threads,
        "device": here[0]["device"], "flops": shape.flops(), "agreement": agreement,
        "here": here, "eager": eager, "authors": authors,
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

/// Key and title of each program.
const PROGRAMS: [(&str, &str); 3] =
    [("here", "this program"), ("eager", "PyTorch eager"), ("authors", "the authors' structure")];

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
        "| | ms a step, middle of turns (range) | images/s | times as long as here | the same in processor time | most memory, MiB |"
    );
    println!("|---|---|---|---|---|---|");
    let (base, own_cpu) = (numbers(&result["here"], "seconds"), numbers(&result["here"], "cpu"));
    let ratios = |theirs: &[f64], ours: &[f64]| -> Vec<f64> {
        theirs.iter().zip(ours).map(|(theirs, ours)| theirs / ours).collect()
    };
    for (key, title) in PROGRAMS {
        let seconds = numbers(&result[key], "seconds");
        let milliseconds: Vec<f64> = seconds.iter().map(|seconds| seconds * 1e3).collect();
        let images: Vec<f64> = seconds.iter().map(|seconds| number(&result["batch"]) / seconds).collect();
        let cpu = ratios(&numbers(&result[key], "cpu"), &own_cpu);
        let memory = span(&numbers(&result[key], "peak_mib"), 0);
        println!(
            "| {title} | {} | {} | {} | {} | {memory} |",
            span(&milliseconds, 1),
            span(&images, 0),
            span(&ratios(&seconds, &base), 2),
            span(&cpu, 2)
        );
    }
    let gemm = numbers(&result["here"], "gemm");
    let flops = number(&result["flops"]);
    let share: Vec<f64> =
        base.iter().zip(&gemm).map(|(seconds, gemm)| 100.0 * flops / seconds / gemm).collect();
    let giga: Vec<f64> = gemm.iter().map(|gemm| gemm / 1e9).collect();
    println!(
        "\nConvolutions and linear layers of a step: {:.2} GFLOP. A matrix product makes {} GFLOP/s; a step {} % of it.",
        flops / 1e9,
        span(&giga, 0),
        span(&share, 0)
    );
    println!("\nMilliseconds of a step here, by part (middle of turns):");
    for part in turn::PARTS {
        let of = result["here"].as_array().into_iter().flatten();
        let values: Vec<f64> = of.map(|turn| 1e3 * number(&turn["parts"][part])).collect();
        println!("- {part}: {}", span(&values, 2));
    }
    if !result["agreement"].is_null() {
        println!(
            "\nBoth sides compute the same (loss before and after a step of Adam): {}",
            result["agreement"]
        );
        println!("libtorch here {}, there {}", result["here"][0]["libtorch"], result["eager"][0]["libtorch"]);
    }
}
