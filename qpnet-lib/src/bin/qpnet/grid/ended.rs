//! How the process of a cell has ended.

use std::process::ExitStatus;

use super::signals::AGAIN;

/// What nothing can be done about; the number is that of every Unix.
#[cfg(unix)]
const SIGKILL: i32 = 9;

/// How a process has ended.
pub struct How {
    pub words: String,
    /// By a signal that others send: killed for memory, told to end.
    pub from_outside: bool,
}

/// In words, and whether it is worth beginning again.
pub fn how(status: Option<ExitStatus>) -> How {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        if let Some(signal) = status.and_then(|status| status.signal()) {
            let from_outside = [SIGKILL, signal_hook::consts::SIGTERM].contains(&signal);
            return How { words: format!("was ended by signal {signal}"), from_outside };
        }
    }
    let code = status.and_then(|status| status.code());
    let words = code.map_or_else(|| "has ended".to_owned(), |code| format!("has ended with code {code}"));
    How { words, from_outside: code == Some(AGAIN.into()) }
}
