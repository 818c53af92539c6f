//! Whole numbers below a bound from a generator that is read in blocks.

use crate::rng::Rng;
use rand::Rng as _;

/// Words that are read at once.
const BLOCK: usize = 1024;

/// The numbers that `rng.random_range(0..bound)` gives, one after the other, several times faster:
/// a call of the generator for every number costs more than the number.
///
/// # Formula
/// `floor(x bound / 2^32)` of a random word `x`; where the part that is cut off might have carried
/// (Canon's method), a second word decides.
pub(super) struct Words<'a> {
    rng: &'a mut Rng,
    block: [u32; BLOCK],
    at: usize,
}

impl<'a> Words<'a> {
    pub(super) fn new(rng: &'a mut Rng) -> Self {
        Self { rng, block: [0; BLOCK], at: BLOCK }
    }

    #[inline(always)]
    fn next(&mut self) -> u64 {
        if self.at >= BLOCK {
            self.refill();
        }
        let word = self.block[self.at];
        self.at += 1;
        word.into()
    }

    #[cold]
    #[inline(never)]
    fn refill(&mut self) {
        let mut bytes = [0; 4 * BLOCK];
        self.rng.fill_bytes(&mut bytes);
        for (word, bytes) in self.block.iter_mut().zip(bytes.as_chunks::<4>().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        self.at = 0;
    }

    /// A number below `bound`, which is at least 1 and at most 2^32.
    #[inline(always)]
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        let product = self.next() * bound;
        let (mut found, cut) = (product >> 32, product & u64::from(u32::MAX));
        if cut > (1 << 32) - bound {
            let second = (self.next() * bound) >> 32;
            found += (cut + second) >> 32;
        }
        found as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;
    use rand::RngExt;

    #[test]
    fn numbers_are_those_of_the_generator_for_every_bound() {
        // Large bounds need a second word every other time.
        for (at, bound) in
            [1usize, 2, 3, 10, 1_000, 65_537, 3_000_000_000, 4_294_967_295].into_iter().enumerate()
        {
            let mut plain = Streams::new(2).at("words", at as u64);
            let mut block = Streams::new(2).at("words", at as u64);
            let mut words = Words::new(&mut block);
            for draw in 0..5_000 {
                assert_eq!(words.below(bound), plain.random_range(0..bound), "{bound}, draw {draw}");
            }
        }
    }
}
