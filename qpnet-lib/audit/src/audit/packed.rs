//! Tables that come compressed, and files that are no text.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

/// The text of a file, unpacked where gzip has packed it.
pub(super) enum Text<R: Read> {
    Plain(BufReader<R>),
    Gzip(Box<BufReader<MultiGzDecoder<BufReader<R>>>>),
}

/// How files begin that are no text, and what to do about them.
const OTHERS: [(&[u8], &str); 8] = [
    (b"PK\x03\x04", "is a zip archive (as an .xlsx workbook is): unpack it, or save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "is an Excel workbook: save the sheet as CSV"),
    (b"\x28\xb5\x2f\xfd", "is compressed by zstd: unpack it, or compress it by gzip"),
    (b"\xfd7zXZ", "is compressed by xz: unpack it, or compress it by gzip"),
    (b"BZh", "is compressed by bzip2: unpack it, or compress it by gzip"),
    (
        b"PAR1",
        "is a Parquet file: save the table as CSV or as JSON lines, such as by duckdb -c \"COPY 't.parquet' TO 't.csv'\" or in \
         Python by pandas.read_parquet('t.parquet').to_csv('t.csv', index=False)",
    ),
    (b"\xff\xfe", "is UTF-16; save the table as UTF-8"),
    (b"\xfe\xff", "is UTF-16; save the table as UTF-8"),
];

impl<R: Read> Text<R> {
    /// Look at the first bytes; what is wrong with them otherwise.
    pub(super) fn open(bytes: R) -> Result<Self, String> {
        let mut plain = BufReader::new(bytes);
        let first = plain.fill_buf().map_err(|error| error.to_string())?;
        if let Some((_, words)) = OTHERS.iter().find(|(begin, _)| first.starts_with(begin)) {
            return Err((*words).to_owned());
        }
        if !first.starts_with(&[0x1f, 0x8b]) {
            return Ok(Self::Plain(plain));
        }
        Ok(Self::Gzip(Box::new(BufReader::new(MultiGzDecoder::new(plain)))))
    }
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(text) => text.read(into),
            Self::Gzip(text) => text.read(into),
        }
    }
}

impl<R: Read> BufRead for Text<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Self::Plain(text) => text.fill_buf(),
            Self::Gzip(text) => text.fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        match self {
            Self::Plain(text) => text.consume(amount),
            Self::Gzip(text) => text.consume(amount),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(text: &str) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(text.as_bytes()).expect("memory");
        gzip.finish().expect("memory")
    }

    #[test]
    fn gzip_is_unpacked_in_all_its_members() {
        let bytes = [packed("a,b\n"), packed("1,2\n")].concat();
        let mut text = String::new();
        Text::open(bytes.as_slice()).expect("gzip").read_to_string(&mut text).expect("whole");
        assert_eq!(text, "a,b\n1,2\n");
        let cut = &bytes[..bytes.len() - 9];
        assert!(Text::open(cut).expect("begins").read_to_string(&mut String::new()).is_err(), "cut off");
    }

    #[test]
    fn other_files_are_called_what_they_are() {
        for (begin, _) in OTHERS {
            let bytes = [begin, b"rest".as_slice()].concat();
            assert!(Text::open(bytes.as_slice()).is_err(), "{begin:?}");
        }
        assert!(Text::open(b"a,b\n".as_slice()).is_ok() && Text::open(b"".as_slice()).is_ok());
    }
}
