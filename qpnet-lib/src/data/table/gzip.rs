//! Tables that come compressed, and files that are no text.

use std::io::Read;

use flate2::bufread::MultiGzDecoder;

/// A table that unpacks to more is none that this program was made for.
const MOST_BYTES: u64 = 4 << 30;

/// How files begin that are no text, and what to do about them.
const OTHERS: [(&[u8], &str); 6] = [
    (b"PK\x03\x04", "is a zip archive (as an .xlsx workbook is): unpack it, or save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "is an Excel workbook: save the sheet as CSV"),
    (b"\x28\xb5\x2f\xfd", "is compressed by zstd: unpack it, or compress it by gzip"),
    (b"\xfd7zXZ", "is compressed by xz: unpack it, or compress it by gzip"),
    (b"BZh", "is compressed by bzip2: unpack it, or compress it by gzip"),
    (b"PAR1", "is a Parquet file: save the table as CSV"),
];

/// The bytes of a table, unpacked where gzip has packed them: a packed table and its contents are one table.
///
/// # Errors
/// What is wrong, in words: another kind of file, an archive that is cut off or too large.
pub(in crate::data) fn unpacked(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    if let Some((_, words)) = OTHERS.iter().find(|(begin, _)| bytes.starts_with(begin)) {
        return Err((*words).to_owned());
    }
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut table = Vec::new();
    let read = MultiGzDecoder::new(bytes.as_slice()).take(MOST_BYTES + 1).read_to_end(&mut table);
    read.map_err(|error| format!("is compressed by gzip and cannot be unpacked: {error}; get it again"))?;
    if table.len() as u64 > MOST_BYTES {
        return Err(format!("unpacks to more than {MOST_BYTES} bytes; is this a table?"));
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn a_packed_table_is_its_contents_and_a_piece_of_one_an_error() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(b"a,b\n1,2\n").expect("memory");
        let packed = gzip.finish().expect("memory");
        assert_eq!(unpacked(packed.clone()).expect("whole"), b"a,b\n1,2\n");
        let error = unpacked(packed[..packed.len() - 9].to_vec()).expect_err("cut off");
        assert!(error.contains("compressed by gzip"), "{error}");
        assert_eq!(unpacked(b"a,b\n".to_vec()).expect("plain"), b"a,b\n");
        for (begin, words) in OTHERS {
            assert_eq!(unpacked([begin, b"rest"].concat()), Err(words.to_owned()));
        }
    }
}
