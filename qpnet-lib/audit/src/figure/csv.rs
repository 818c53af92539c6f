//! The plotted numbers as CSV.

use crate::stats::Estimate;

/// Columns of an estimate with its interval.
const ESTIMATE: [&str; 7] = ["value", "low", "high", "method", "samples", "reason", "flag"];

/// Rows of fields under a header.
#[derive(Default)]
pub struct Csv {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Csv {
    pub fn new(header: &[&str]) -> Self {
        Self { header: header.iter().map(ToString::to_string).collect(), rows: Vec::new() }
    }

    /// A table whose rows are added by [`Csv::estimate`]; `before` are the columns before it.
    pub fn of_estimates(before: &[&str]) -> Self {
        Self::new(&[before, &ESTIMATE].concat())
    }

    pub fn row(&mut self, fields: &[String]) {
        self.rows.push(fields.to_vec());
    }

    /// A row with an estimate after the fields `before`; what is undefined stays empty.
    pub fn estimate(&mut self, before: Vec<String>, estimate: &Estimate) {
        let Estimate { value, low, high, method, n, reason, flag, se: _ } = estimate;
        let numbers = [value, low, high].map(|limit| number(*limit));
        let words = [method.clone(), n.to_string()];
        let remarks = [reason, flag].map(|text| text.clone().unwrap_or_default());
        self.rows.push([before, numbers.to_vec(), words.to_vec(), remarks.to_vec()].concat());
    }

    /// The tables below each other under the union of their columns, after a first column with
    /// their names. A field is empty where a table lacks its column.
    pub fn stacked(column: &str, tables: Vec<(String, Csv)>) -> Self {
        let mut header = vec![column.to_owned()];
        for field in tables.iter().flat_map(|(_, table)| &table.header) {
            if !header.contains(field) {
                header.push(field.clone());
            }
        }
        let mut rows = Vec::new();
        for (name, table) in &tables {
            for row in &table.rows {
                let field = |column: &String| {
                    let place = table.header.iter().position(|own| own == column);
                    place.map_or_else(String::new, |place| row[place].clone())
                };
                rows.push([name.clone()].into_iter().chain(header[1..].iter().map(field)).collect());
            }
        }
        Self { header, rows }
    }

    /// The table as text, with commas between fields.
    pub fn finish(&self) -> String {
        let line = |fields: &Vec<String>| {
            fields.iter().map(|field| quoted(field)).collect::<Vec<_>>().join(",") + "\n"
        };
        [&self.header].into_iter().chain(&self.rows).map(line).collect()
    }
}

/// Quoted when it has to be.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// The shortest text that reads back as the same number; empty for none.
pub(super) fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_with_commas_and_quotes_survive() {
        let mut csv = Csv::new(&["a", "b"]);
        csv.row(&["x, \"y\"".into(), number(Some(0.1))]);
        csv.row(&[number(None), "z".into()]);
        assert_eq!(csv.finish(), "a,b\n\"x, \"\"y\"\"\",0.1\n,z\n");
    }

    #[test]
    fn stacked_tables_keep_their_own_columns() {
        let mut first = Csv::new(&["x", "y"]);
        first.row(&["1".into(), "2".into()]);
        let mut second = Csv::new(&["y", "z"]);
        second.row(&["3".into(), "4".into()]);
        let both = Csv::stacked("panel", vec![("a".into(), first), ("b".into(), second)]);
        assert_eq!(both.finish(), "panel,x,y,z\na,1,2,\nb,,3,4\n");
    }
}
