//! `qpnet data fetch`.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use qpnet_lib::data::fetch::{self, Fault, FetchPlan, Patience, PlannedFile, Received};
use qpnet_lib::report;
use qpnet_lib::train::{Event, Progress, counting};
use serde_json::json;

use crate::http::Https;
use crate::progress::listener;
use qpnet_audit::program::{bad_use, print};

/// Arguments of `qpnet data fetch`.
#[derive(Args)]
#[command(after_help = "Without --yes no connection is opened. With it, files that are not there are \
downloaded to FILE.part\nand get their name once their length and SHA-256 are those that the manifest lists. \
A download that was\nstopped goes on where it ended, if the server still has the same file.\nProxies: the \
variables HTTPS_PROXY, ALL_PROXY and NO_PROXY. Certificates: those of the machine, or SSL_CERT_FILE.\n\
Exit code 0: listed, or everything is there; 1: something is missing.\n\nExample:\n  \
qpnet data fetch isic2019 --data-root .          # what it would do\n  \
qpnet data fetch isic2019 --data-root . --yes    # do it")]
pub struct Arguments {
    #[command(flatten)]
    data: super::DataSet,
    /// Download; by doing so you accept the licence of the data.
    #[arg(long)]
    yes: bool,
    /// Only this file of the list; may be given several times [default: all].
    #[arg(long, value_name = "FILE")]
    only: Vec<String>,
    /// Attempts in a row that may bring nothing before a file is given up.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    tries: u32,
    /// Seconds to wait for a connection, or for the next byte.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// One JSON object with every file instead of words.
    #[arg(long)]
    json: bool,
}

/// List, or download.
pub fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let manifest = arguments.data.manifest()?;
    let root = arguments.data.root();
    let look = || fetch::plan(&manifest, root.as_deref());
    let mut plan = look()?.only(&arguments.only).map_err(bad_use)?;
    let mut received = Vec::new();
    if arguments.yes {
        let (https, progress) = (Https::new(Duration::from_secs(arguments.timeout)), listener());
        for file in plan.wanted() {
            received.push(download(&plan, file, &https, arguments.tries, progress.as_ref())?);
        }
        plan = look()?.only(&arguments.only)?;
    }
    if arguments.json {
        let object = json!({ "plan": plan, "downloaded": arguments.yes, "received": received });
        print(&(serde_json::to_string_pretty(&object)? + "\n"))?;
    } else if arguments.yes {
        print(&report::received_words(&plan, &received))?;
    } else {
        let mut table = report::fetch_table(&plan);
        table.note(match plan.wanted().next() {
            Some(_) => "nothing was downloaded: the option --yes does it",
            None => "nothing to download",
        });
        print(&table.to_string())?;
    }
    Ok(super::code(!arguments.yes || plan.is_complete()))
}

fn download(
    plan: &FetchPlan,
    file: &PlannedFile,
    https: &Https,
    tries: u32,
    progress: &dyn Progress,
) -> anyhow::Result<Received> {
    let stage = format!("{} (MB)", file.path);
    let advance = counting(&stage, progress);
    let bytes = |there: u64, total: Option<u64>| {
        let megabytes = |bytes: u64| usize::try_from(bytes.div_ceil(1_000_000)).unwrap_or(usize::MAX);
        advance(megabytes(there), megabytes(total.unwrap_or(there)));
    };
    let pause = |vain: u32, fault: &Fault| {
        let seconds = 1 << (vain - 1).min(5);
        progress.on(Event::Note(&format!("{}: {}; again in {seconds} s", file.path, fault.reason)));
        std::thread::sleep(Duration::from_secs(seconds));
    };
    let received = fetch::fetch_file(plan, file, https, Patience { tries, pause: &pause }, &bytes)?;
    progress.on(Event::End);
    Ok(received)
}
