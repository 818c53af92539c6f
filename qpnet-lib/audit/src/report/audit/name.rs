//! How a table is called.

use crate::audit::Audit;

/// The file without its folder.
pub(super) fn name(audit: &Audit) -> String {
    let path = std::path::Path::new(&audit.file);
    path.file_name().map_or_else(|| audit.file.clone(), |name| name.to_string_lossy().into_owned())
}
