//! A run as a folder that is whole or absent: `config.toml`, `predictions.csv`, `history.csv`,
//! and `summary.json` with `environment.json`, or before statistics `origin.json`.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::predictions::{from_csv, to_csv};
use super::seal::{Files, sealed};
use super::{Origin, Prediction, Run, RunConfig, RunError, Summary, Trained};
use crate::fs::{Stage, check_free, read};
use crate::train::History;

const CONFIG: &str = "config.toml";
pub(super) const PREDICTIONS: &str = "predictions.csv";
/// Written by the program, which has the text.
pub(super) const MANIFEST: &str = "manifest.toml";
const HISTORY: &str = "history.csv";
const SUMMARY: &str = "summary.json";
const ENVIRONMENT: &str = "environment.json";
const ORIGIN: &str = "origin.json";
const RESULT: &str = "result.json";

/// Write `run`, and `further` files by name, to `folder`: all into a temporary folder beside
/// it, then one rename.
///
/// # Errors
/// [`RunError::Folder`]; the temporary folder is removed then, unless only the last step failed: the error
/// names it in that case.
pub fn save(run: &Run, further: &[(String, &[u8])], folder: &Path) -> Result<(), RunError> {
    let summary = &run.summary;
    let mut files = vec![
        (CONFIG, toml_bytes(&run.config)),
        (PREDICTIONS, to_csv(&run.predictions, &summary.data.classes).map_err(|error| error.to_string())),
        (HISTORY, csv_bytes(&run.history)),
        (ENVIRONMENT, json_bytes(&summary.environment)),
        (SUMMARY, json_bytes(summary)),
    ];
    files.extend(further.iter().map(|(name, bytes)| (name.as_str(), Ok(bytes.to_vec()))));
    write_folder(folder, files)
}

/// Write what training left behind to `folder`, as [`save`] does; its name was made from `key`.
pub(super) fn save_trained(trained: &Trained, key: &str, folder: &Path) -> Result<(), RunError> {
    save_started(trained, &[], key, folder)
}

/// [`save_trained`] with further files.
pub(super) fn save_started(
    trained: &Trained,
    further: &[(&str, &[u8])],
    key: &str,
    folder: &Path,
) -> Result<(), RunError> {
    let classes = &trained.origin.data.classes;
    let mut files = vec![
        (CONFIG, toml_bytes(&trained.config)),
        (PREDICTIONS, to_csv(&trained.predictions, classes).map_err(|error| error.to_string())),
        (HISTORY, csv_bytes(&trained.history)),
        (ORIGIN, json_bytes(&trained.origin)),
    ];
    files.extend(further.iter().map(|(name, bytes)| (*name, Ok(bytes.to_vec()))));
    write_folder(folder, sealed(files, key))
}

/// Read what [`save_trained`] wrote.
pub(super) fn load_trained(folder: &Path) -> Result<Trained, RunError> {
    let path = folder.join(ORIGIN);
    let origin: Origin =
        serde_json::from_slice(&read(&path)?).map_err(|error| malformed(&path, None, error.to_string()))?;
    let (config, predictions, history) = read_tables(folder)?;
    Ok(Trained { config, predictions, history, origin })
}

/// Write any result with its configuration, as [`save_trained`] does.
pub(super) fn save_result(
    config: &impl Serialize,
    result: &impl Serialize,
    key: &str,
    folder: &Path,
) -> Result<(), RunError> {
    let files = vec![(CONFIG, toml_bytes(config)), (RESULT, json_bytes(result))];
    write_folder(folder, sealed(files, key))
}

/// Read what [`save_result`] wrote.
pub(super) fn load_result<T: DeserializeOwned>(folder: &Path) -> Result<T, RunError> {
    let path = folder.join(RESULT);
    serde_json::from_slice(&read(&path)?).map_err(|error| malformed(&path, None, error.to_string()))
}

/// All files into a temporary folder beside `folder`, then one rename.
fn write_folder(folder: &Path, files: Files<'_>) -> Result<(), RunError> {
    check_free(folder)?;
    let stage = Stage::beside(folder)?;
    for (name, bytes) in files {
        let bytes = bytes.map_err(|detail| malformed(&folder.join(name), None, detail))?;
        stage.write(name, &bytes)?;
    }
    Ok(stage.put()?)
}

/// The summary in `folder`; `None` where there is none.
pub(super) fn read_summary(folder: &Path) -> Result<Option<Summary>, RunError> {
    let path = folder.join(SUMMARY);
    if !path.is_file() {
        return Ok(None);
    }
    let summary = serde_json::from_slice(&read(&path)?);
    summary.map(Some).map_err(|error| malformed(&path, None, error.to_string()))
}

/// Read a run that [`save`] wrote.
///
/// # Errors
/// [`RunError::File`] for a missing file, [`RunError::Malformed`] for one that does not parse.
pub fn load(folder: &Path) -> Result<Run, RunError> {
    let summary_path = folder.join(SUMMARY);
    let summary = serde_json::from_slice(&read(&summary_path)?)
        .map_err(|error| malformed(&summary_path, None, error.to_string()))?;
    let (config, predictions, history) = read_tables(folder)?;
    Ok(Run { config, predictions, history, summary })
}

fn read_tables(folder: &Path) -> Result<(RunConfig, Vec<Prediction>, History), RunError> {
    let path = folder.join(PREDICTIONS);
    let predictions = from_csv(&read(&path)?).map_err(|(row, detail)| malformed(&path, Some(row), detail))?;
    Ok((read_config(&folder.join(CONFIG))?, predictions, csv_rows(&folder.join(HISTORY))?))
}

/// Read a configuration, such as the `config.toml` of a kept run.
///
/// # Errors
/// [`RunError::File`] or [`RunError::Malformed`].
pub fn read_config(path: &Path) -> Result<RunConfig, RunError> {
    let text = String::from_utf8_lossy(&read(path)?).into_owned();
    toml::from_str(&text).map_err(|error| malformed(path, None, error.to_string()))
}

fn malformed(path: &Path, row: Option<usize>, detail: String) -> RunError {
    RunError::Malformed { path: path.to_owned(), row, detail }
}

fn json_bytes(value: &impl Serialize) -> Result<Vec<u8>, String> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|error| error.to_string())?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn toml_bytes(config: &impl Serialize) -> Result<Vec<u8>, String> {
    toml::to_string_pretty(config).map(String::into_bytes).map_err(|error| error.to_string())
}

fn csv_bytes(rows: &[impl Serialize]) -> Result<Vec<u8>, String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).map_err(|error| error.to_string())?;
    }
    writer.into_inner().map_err(|error| error.to_string())
}

fn csv_rows<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, RunError> {
    let bytes = read(path)?;
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let rows = reader.deserialize().enumerate();
    rows.map(|(i, row)| row.map_err(|error| malformed(path, Some(i + 2), error.to_string()))).collect()
}
