//! The plotted numbers as CSV.

/// Lines of comma-separated fields under a header.
pub(super) struct Csv(String);

impl Csv {
    pub fn new(header: &[&str]) -> Self {
        Self(header.join(",") + "\n")
    }

    pub fn row(&mut self, fields: &[String]) {
        let fields: Vec<_> = fields.iter().map(|field| quoted(field)).collect();
        self.0 += &(fields.join(",") + "\n");
    }

    pub fn finish(self) -> String {
        self.0
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
}
