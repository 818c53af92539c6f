//! Coverage of every interval and size of every test, as a Markdown table.
//!
//! ```text
//! cargo run --release --example simulate                      # all, about 20 minutes on two cores
//! cargo run --release --example simulate -- "learning curves" # one topic
//! cargo run --release --example simulate -- all 0.1           # a tenth of the draws
//! ```
//!
//! Ends with status 1 when a rate lies outside what is asked of it by more than two standard errors.
#![allow(clippy::disallowed_methods, reason = "made data may be the system's")]
#![expect(clippy::print_stdout, reason = "a table for a person")]

#[path = "../../../../tests/simulation/mod.rs"]
mod simulation;

use simulation::{Found, Want, designs};

fn main() -> std::process::ExitCode {
    let mut arguments = std::env::args().skip(1);
    let topic = arguments.next().unwrap_or_else(|| "all".to_owned());
    let share: f64 = arguments.next().and_then(|share| share.parse().ok()).unwrap_or(1.0);
    let designs = designs();
    let own: Vec<_> = designs.iter().filter(|design| topic == "all" || design.topic == topic).collect();
    if own.is_empty() {
        let mut topics: Vec<&str> = designs.iter().map(|design| design.topic).collect();
        topics.dedup();
        println!("no topic {topic:?}; there are all, {}", topics.join(", "));
        return std::process::ExitCode::FAILURE;
    }
    println!("| design | method | % | ± | draws | asked | |");
    println!("|---|---|---|---|---|---|---|");
    let mut missed = 0;
    for design in own {
        for found in design.run(Some(share)) {
            missed += usize::from(!found.holds());
            row(&found);
        }
    }
    println!("\n{missed} outside what is asked by more than two standard errors");
    if missed == 0 { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}

fn row(found: &Found) {
    let Found { design, method, percent, count, .. } = found;
    let (low, high) = found.want.bounds();
    let asked = match found.want {
        Want::Covers | Want::Rejects => format!("{low} to {high}"),
        Want::Known(..) => format!("{low} to {high} (documented)"),
        Want::Shown => "for comparison".to_owned(),
    };
    let se = (percent * (100.0 - percent) / *count as f64).sqrt();
    let mark = if found.holds() { "" } else { "missed" };
    println!("| {design} | {method} | {percent:.1} | {se:.1} | {count} | {asked} | {mark} |");
}
