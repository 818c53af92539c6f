//! Which rows are kept.

use super::AuditError;

/// `part=test and fold=1`.
pub(super) fn words(rules: &[(String, String)]) -> String {
    let rule = |(column, value): &(String, String)| format!("{column}={value}");
    rules.iter().map(rule).collect::<Vec<_>>().join(" and ")
}

/// Where the columns of `rules` stand, with the values wanted there.
pub(super) fn only_places<'a>(
    file: &str,
    header: &[String],
    rules: &'a [(String, String)],
) -> Result<Vec<(usize, &'a str)>, AuditError> {
    let place = |(column, value): &'a (String, String)| {
        let place = header.iter().position(|name| name == column.trim());
        place.map(|place| (place, value.trim())).ok_or_else(|| AuditError::Column {
            file: file.to_owned(),
            role: "rows to keep",
            hint: format!("{column:?} is not there"),
            present: header.to_vec(),
        })
    };
    rules.iter().map(place).collect()
}
