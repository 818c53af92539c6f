//! Files of other formats, told by how they begin, and what makes safetensors of them.

use std::path::Path;

use super::{WeightsError, WeightsManifest};

/// How files of other programs begin; of two that both fit the first counts.
const BEGINNINGS: [(&[u8], Format); 16] = [
    (b"PK\x03\x04", Format::Zip),
    (b"\x80\x02", Format::Pickle),
    (b"\x80\x03", Format::Pickle),
    (b"\x80\x04", Format::Pickle),
    (b"\x80\x05", Format::Pickle),
    (b"\x89HDF\r\n\x1a\n", Format::Other("an HDF5 file, as Keras writes")),
    (b"\x93NUMPY", Format::Other("a NumPy array")),
    (b"GGUF", Format::Other("a GGUF file")),
    (b"\x1f\x8b", Format::Other("compressed by gzip: unpack it")),
    (b"BZh", Format::Other("compressed by bzip2: unpack it")),
    (b"7z\xbc\xaf\x27\x1c", Format::Other("a 7z archive: unpack it")),
    (b"version https://git-lfs", Format::Other("a pointer of Git LFS and not the file: run `git lfs pull`")),
    (b"<!", Format::Page),
    (b"<html", Format::Page),
    (b"<HTML", Format::Page),
    (b"{", Format::Other("JSON: the index of a checkpoint in several files is not the weights")),
];

/// What a file is.
#[derive(Clone, Copy)]
enum Format {
    /// `torch.save` since 1.6, TorchScript, and `numpy.savez`.
    Zip,
    /// `torch.save` before 1.6.
    Pickle,
    /// A page in place of the download.
    Page,
    /// In words.
    Other(&'static str),
}

/// The name of the first file of a zip archive.
fn first_member(beginning: &[u8]) -> Option<&[u8]> {
    let length = u16::from_le_bytes([*beginning.get(26)?, *beginning.get(27)?]);
    beginning.get(30..)?.get(..usize::from(length))
}

/// Why `path`, which has `size` bytes and begins so, is not a safetensors file.
pub(super) fn foreign(path: &Path, beginning: &[u8], size: u64) -> WeightsError {
    let found = BEGINNINGS.iter().find(|(start, _)| beginning.starts_with(start));
    let arrays = || first_member(beginning).is_some_and(|name| name.ends_with(b".npy"));
    let torch = |how| {
        let with = "with Python that has torch, safetensors and numpy, make safetensors of its state dict";
        format!("a PyTorch checkpoint ({how}); {with}:\n  {}", command(path))
    };
    let what = match found.map(|(_, format)| *format) {
        Some(Format::Zip) if arrays() => "an archive of NumPy arrays".to_owned(),
        Some(Format::Zip) => torch("a zip archive, as torch.save writes .pth and .pt"),
        Some(Format::Pickle) => torch("a pickle, as torch.save wrote .pth and .pt before PyTorch 1.6"),
        Some(Format::Page) => "a web page: the download needs a login or another address".to_owned(),
        Some(Format::Other(words)) => words.to_owned(),
        None if size == 0 => "empty: get the file again".to_owned(),
        None => "of a format that is not known, or garbled: get the file again".to_owned(),
    };
    WeightsError::Foreign { path: path.to_owned(), what }
}

/// What makes safetensors of `path`, beside it.
fn command(path: &Path) -> String {
    let quoted = |path: &Path| {
        let text = path.display().to_string();
        let plain = text.chars().all(|c| c.is_alphanumeric() || "._-/".contains(c));
        if plain { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
    };
    // A checkpoint may be called what it is not.
    let named = path.extension().is_some_and(|ending| ending == "safetensors");
    let made = quoted(&path.with_extension(if named { "converted.safetensors" } else { "safetensors" }));
    match WeightsManifest::shipped() {
        Ok(manifest) => manifest.conversion(&quoted(path), &made),
        Err(_) => "data-manifests/weights.toml has the command".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, bytes: &[u8]) -> String {
        foreign(Path::new(name), bytes, bytes.len() as u64).to_string()
    }

    #[test]
    fn files_are_known_by_their_bytes_whatever_they_are_called() {
        // The first member of a zip archive stands after thirty bytes.
        let zip = |member: &str| {
            let mut bytes = b"PK\x03\x04".to_vec();
            bytes.resize(26, 0);
            bytes.extend((member.len() as u16).to_le_bytes());
            bytes.extend([0, 0]);
            [&bytes, member.as_bytes()].concat()
        };
        for (bytes, words) in [
            (zip("archive/data.pkl"), ["a zip archive", "w.safetensors", "weights_only=True"]),
            (b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.".to_vec(), ["pickle", "save_file", "python -c"]),
            (zip("arr_0.npy"), ["NumPy", "", ""]),
            (b"\x89HDF\r\n\x1a\n".to_vec(), ["HDF5", "Keras", ""]),
            (b"version https://git-lfs.github.com/spec/v1".to_vec(), ["pointer", "git lfs pull", ""]),
            (b"<!DOCTYPE html><html>".to_vec(), ["web page", "", ""]),
            (b"no such format".to_vec(), ["not known", "get the file again", ""]),
            (Vec::new(), ["empty", "", ""]),
            (b"PK\x03\x04".to_vec(), ["a zip archive", "", ""]),
        ] {
            let error = told("w.bin", &bytes);
            for word in words {
                assert!(error.contains(word), "{word:?} is not in: {error}");
            }
            assert!(error.starts_with("w.bin is not a safetensors file"), "{error}");
        }
        assert!(told("w.safetensors", &zip("x/data.pkl")).contains(" w.safetensors w.converted.safetensors"));
        assert!(told("my net.pth", &zip("x/data.pkl")).contains("'my net.pth' 'my net.safetensors'"));
    }
}
