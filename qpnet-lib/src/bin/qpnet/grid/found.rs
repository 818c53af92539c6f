//! What came of a run, for people and for programs.

use qpnet_audit::program::print;
use qpnet_lib::experiment::grid::CellId;
use serde_json::json;

/// What came of a run.
#[derive(Default)]
pub struct Found {
    pub there: usize,
    pub trained: usize,
    pub elsewhere: usize,
    pub failed: Vec<(CellId, String)>,
}

impl Found {
    /// Say it.
    pub fn say(
        &self,
        json: bool,
        tuning: bool,
        (of, waiting): (usize, usize),
        stopped: bool,
    ) -> anyhow::Result<()> {
        let Self { there, trained, elsewhere, failed } = self;
        if json {
            let failed: Vec<_> =
                failed.iter().map(|(id, error)| json!({"cell": id.to_string(), "error": error})).collect();
            let all = json!({"cells": of, "there": there, "trained": trained, "trained_elsewhere": elsewhere,
                "failed": failed, "stopped": stopped, "tuning": tuning, "waiting": waiting});
            return print(&(serde_json::to_string_pretty(&all)? + "\n"));
        }
        let what = if tuning { "tuning: " } else { "" };
        let mut text = format!(
            "{what}{} of {of} cells are complete: {there} were there, {trained} were trained",
            there + trained + elsewhere
        );
        if *elsewhere > 0 {
            text += &format!(", {elsewhere} by other processes");
        }
        text += "\n";
        failed.iter().for_each(|(id, error)| text += &format!("failed {id}: {error}\n"));
        if waiting > 0 {
            text += &format!("{waiting} rows wait for tuning (qpnet grid list)\n");
        }
        if stopped {
            text += "stopped: the same command goes on\n";
        }
        print(&text)
    }
}
