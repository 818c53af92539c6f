//! Numbers of a table, with a decimal point or a decimal comma.

/// Reads numbers; remembers which decimal sign it has met.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers {
    /// Whether fields are separated by something else than commas, so that one may be decimal.
    commas: bool,
    met: Option<char>,
}

impl Numbers {
    /// Of a table whose fields are separated by `separator`.
    pub(super) fn new(separator: char) -> Self {
        Self { commas: separator != ',', met: None }
    }

    /// The finite number that `text` is; what is wrong with it otherwise.
    pub(super) fn read(&mut self, text: &str) -> Result<f64, &'static str> {
        let found = match text.parse::<f64>() {
            Ok(number) => {
                if self.commas && text.contains('.') {
                    self.meet('.')?;
                }
                number
            }
            Err(_) => self.with_comma(text)?,
        };
        if found.is_finite() { Ok(found) } else { Err("") }
    }

    fn with_comma(&mut self, text: &str) -> Result<f64, &'static str> {
        let pointed = text.replacen(',', ".", 1);
        let number = match pointed.parse::<f64>() {
            Ok(number) if pointed != text && !text.contains('.') => number,
            _ => return Err(""),
        };
        if !self.commas {
            return Err(" (a decimal comma is read where semicolons or tabs separate fields)");
        }
        self.meet(',')?;
        Ok(number)
    }

    fn meet(&mut self, sign: char) -> Result<(), &'static str> {
        match *self.met.get_or_insert(sign) {
            met if met == sign => Ok(()),
            ',' => Err(" (rows above have decimal commas)"),
            _ => Err(" (rows above have decimal points)"),
        }
    }

    /// Whether a decimal comma was read.
    pub(super) fn has_commas(self) -> bool {
        self.met == Some(',')
    }
}

/// The whole number from 0 that `text` is, written `3` or `3.0`.
pub(super) fn whole(text: &str) -> Option<usize> {
    /// Above, `f64` has not every whole number.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    text.parse().ok().or_else(|| {
        let number = text.parse::<f64>().ok()?;
        (number.fract() == 0.0 && (0.0..EXACT).contains(&number)).then_some(number as usize)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_comma_is_read_where_it_separates_nothing() {
        let mut numbers = Numbers::new(';');
        assert_eq!(numbers.read("0,5"), Ok(0.5));
        assert_eq!([numbers.read("1"), numbers.read("-1,5e-3")], [Ok(1.0), Ok(-0.0015)]);
        assert!(numbers.has_commas());
        assert!(numbers.read("0.5").expect_err("mixed").contains("decimal commas"));
        for text in ["1,234,5", "1.234,5", ",", "", "inf", "NaN", "high"] {
            assert!(numbers.read(text).is_err(), "{text}");
        }
        let mut numbers = Numbers::new(',');
        assert_eq!([numbers.read("0.5"), numbers.read("100.0")], [Ok(0.5), Ok(100.0)]);
        assert!(numbers.read("0,5").expect_err("quoted").contains("decimal comma"));
    }

    #[test]
    fn whole_numbers_may_be_written_as_others() {
        assert_eq!(
            [whole("100"), whole("100.0"), whole("1e2"), whole("0")],
            [Some(100), Some(100), Some(100), Some(0)]
        );
        for text in ["99999999999999999999999", "1.5", "-1", "-1.0", "few", "", "inf", "nan"] {
            assert_eq!(whole(text), None, "{text}");
        }
    }
}
