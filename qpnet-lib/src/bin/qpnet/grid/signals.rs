//! Signals that ask for the end: a training writes a checkpoint and ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use qpnet_lib::train::{Event, Progress};

/// What a scheduler takes for "call me again" (`EX_TEMPFAIL`).
pub const AGAIN: u8 = 75;

/// Whether the end was asked for.
#[derive(Clone, Default)]
pub struct End(Arc<AtomicBool>);

impl End {
    /// Asked for by SIGTERM, SIGINT and, where there is one, SIGUSR1.
    pub fn on_signals() -> anyhow::Result<Self> {
        let end = Self::default();
        use signal_hook::consts::{SIGINT, SIGTERM};
        for signal in [SIGTERM, SIGINT] {
            signal_hook::flag::register(signal, end.0.clone())?;
        }
        #[cfg(unix)]
        signal_hook::flag::register(signal_hook::consts::SIGUSR1, end.0.clone())?;
        Ok(end)
    }

    /// Ask for it.
    pub fn ask(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Was it asked for?
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// A listener that ends a training when the end was asked for.
pub struct Ending<P> {
    pub listener: P,
    pub end: End,
}

impl<P: AsRef<dyn Progress>> Progress for Ending<P> {
    fn on(&self, event: Event<'_>) {
        self.listener.as_ref().on(event);
    }

    fn stops(&self) -> bool {
        self.end.is_asked()
    }
}
