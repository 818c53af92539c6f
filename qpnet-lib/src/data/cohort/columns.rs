//! Further columns of a data set's tables, by sample: what no scheme asks for, such as how a diagnosis was confirmed.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::CohortError;
use super::read::{Tables, Wanted};
use crate::data::manifest::checked::Manifest;

/// The values of `names` of every labelled row, by the sample's id; `None` where a value is missing.
///
/// # Errors
/// Those of `load` that concern tables and labels; a column that there is not;
/// [`ManifestError::Drawn`](crate::data::ManifestError::Drawn) for a data set that is drawn.
pub fn columns(
    manifest: &Manifest,
    names: &[&str],
    data_root: Option<&Path>,
) -> Result<BTreeMap<String, Vec<Option<String>>>, CohortError> {
    let tables = Tables::read(manifest, data_root, Wanted { whole: true, ..Wanted::default() })?;
    let cohort = &tables.cohort;
    let ids = cohort.own("sample_id");
    let mut all: BTreeMap<String, Vec<Option<String>>> =
        ids.iter().map(|id| ((*id).to_owned(), Vec::with_capacity(names.len()))).collect();
    for name in names {
        for (id, value) in ids.iter().zip(cohort.text(name)?) {
            if let Some(values) = all.get_mut(*id) {
                values.push(value.map(str::to_owned));
            }
        }
    }
    Ok(all)
}
