//! Kinds of JPEG that the decoder does not read, told by their markers: its own words mislead.

/// What is wrong with the JPEG in `bytes`, and how it is converted; `None` for one that can be decoded.
pub(in crate::data) fn refused(bytes: &[u8]) -> Option<String> {
    let (marker, precision) = frame(bytes)?;
    let words = |kind: &str, remedy: &str| {
        Some(format!("is {kind} (marker FF{marker:02X}), which this program does not decode: {remedy}"))
    };
    const FFMPEG: &str = "convert it to PNG without loss, for example with `ffmpeg -i FILE.jpg FILE.png`";
    match marker {
        0xc3 | 0xc7 => words("a lossless JPEG", FFMPEG),
        0xf7 => words("a JPEG-LS file", FFMPEG),
        0xc9 | 0xca | 0xcb | 0xcd..=0xcf => words(
            "an arithmetic-coded JPEG",
            "recode it without loss, for example with `jpegtran -copy all FILE.jpg > NEW.jpg`",
        ),
        0xc5 | 0xc6 => words("a hierarchical JPEG", "save it again as a baseline JPEG or as PNG"),
        _ if precision == 12 => words(
            "a 12-bit JPEG",
            "convert it to a 16-bit PNG, for example from the output of djpeg (libjpeg-turbo 3), and say \
             images.rule.bits = 12 in the manifest",
        ),
        _ => None,
    }
}

/// The marker of the frame, and the bits of its samples.
fn frame(bytes: &[u8]) -> Option<(u8, u8)> {
    let mut at = 2; // behind the start of the image
    loop {
        match *bytes.get(at..at + 2)? {
            [0xff, 0xff] => at += 1, // filling
            [0xff, marker] => {
                // C4, C8 and CC are tables and a reserved marker.
                if matches!(marker, 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf | 0xf7) {
                    return Some((marker, *bytes.get(at + 4)?));
                }
                if marker == 0xda {
                    return None; // pixels begin
                }
                let length = u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]);
                at += 2 + usize::from(length);
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A JPEG up to its frame: an application segment, then the frame with its precision.
    fn beginning(marker: u8, precision: u8) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 6, b'J', b'F', b'I', b'F'];
        bytes.extend([0xff, 0xff, marker, 0, 11, precision, 0, 8, 0, 8, 1, 1, 0x11, 0]);
        bytes
    }

    #[test]
    fn every_kind_that_is_not_read_is_named_with_a_remedy() {
        for (marker, precision, expected) in [
            (0xc3, 16, "a lossless JPEG (marker FFC3)"),
            (0xf7, 8, "a JPEG-LS file"),
            (0xc9, 8, "arithmetic-coded"),
            (0xca, 8, "jpegtran"),
            (0xc1, 12, "a 12-bit JPEG"),
            (0xc5, 8, "hierarchical"),
        ] {
            let words = refused(&beginning(marker, precision)).expect("refused");
            assert!(
                words.contains(expected) && words.contains("PNG") | words.contains("jpegtran"),
                "{words}"
            );
        }
    }

    #[test]
    fn what_the_decoder_reads_passes_and_pieces_are_left_to_it() {
        for marker in [0xc0, 0xc1, 0xc2] {
            assert_eq!(refused(&beginning(marker, 8)), None);
        }
        let whole = beginning(0xc3, 16);
        for length in 0..whole.len() - 9 {
            assert_eq!(refused(&whole[..length]), None, "{length}");
        }
    }
}
