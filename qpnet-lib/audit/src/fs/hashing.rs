//! A file's hash, taken while it is read.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// Passes on what it reads, and hashes it.
#[derive(Debug)]
pub struct Hashing<R> {
    inner: R,
    hash: Sha256,
}

impl<R: Read> Hashing<R> {
    /// Of nothing yet.
    pub fn new(inner: R) -> Self {
        Self { inner, hash: Sha256::new() }
    }

    /// SHA-256 in hexadecimal of the whole, what nobody has read included.
    ///
    /// # Errors
    /// What reading the rest says.
    pub fn finish(mut self) -> io::Result<String> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_of_the_whole() {
        let mut half = Hashing::new(b"abc".as_slice());
        half.read_exact(&mut [0; 2]).expect("two");
        // FIPS 180-4, the first example.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(half.finish().expect("read"), expected);
    }
}
