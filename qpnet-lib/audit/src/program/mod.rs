//! What the programs share: the verbs `audit` and `pareto`, how mistakes are told, exit codes.
//!
//! Exit codes: 0 done, 1 a problem was found or a run failed, 2 bad use.

pub mod audit;
mod explain;
mod further;
mod help;
pub mod output;
pub mod pareto;
mod pdf;
mod rules;

use std::io::{ErrorKind, Write};
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

/// Write `text` to standard output; a reader that has gone away (`| head`) is no error.
///
/// # Errors
/// What the operating system says otherwise.
pub fn print(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// A word on the command line that means nothing; exit code 2, as clap has it for options.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadUse(String);

/// For `map_err` on what the command line says.
pub fn bad_use(error: impl std::fmt::Display) -> anyhow::Error {
    BadUse(error.to_string()).into()
}

/// Do `work` as `program`: its user is told of a mistake, and of a defect, in one line and without a backtrace.
///
/// `known` gives the sentence for a panic that is no defect, such as memory that does not suffice, from the panic's
/// message.
pub fn guarded(
    program: &'static str,
    known: fn(&str) -> Option<String>,
    work: impl FnOnce() -> anyhow::Result<ExitCode>,
) -> ExitCode {
    // Writing may itself fail (a closed pipe), which must not become a second panic.
    std::panic::set_hook(Box::new(move |info| {
        let words = message(info.payload());
        if known(&words).is_some() {
            return;
        }
        let place = info.location().map_or(String::new(), |at| format!(" ({}:{})", at.file(), at.line()));
        let text = format!(
            "{program}: internal error{place}: {words}\n{program}: this is a defect of the program\n"
        );
        let _ = std::io::stderr().write_all(text.as_bytes());
    }));
    match std::panic::catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => {
            eprintln!("{program}: {error:#}");
            if error.is::<BadUse>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
        Err(panic) => {
            if let Some(sentence) = known(&message(panic.as_ref())) {
                eprintln!("{program}: {sentence}");
            }
            ExitCode::FAILURE
        }
    }
}

/// The first lines of a panic's message; libtorch appends its own stack, which helps nobody.
fn message(payload: &dyn std::any::Any) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message");
    text.lines().take_while(|line| !line.starts_with("Exception raised from")).collect::<Vec<_>>().join(" ")
}
