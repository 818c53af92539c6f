//! Names become numbers, so that millions of rows fit into memory.

/// Places are kept twice as many as names, so that a search is short.
const SPARE: usize = 2;
/// A place without a name.
const FREE: u32 = u32::MAX;

/// Names and their numbers, in the order of appearance.
///
/// All names stand in one text, and a table of places by hash tells their numbers: a name takes its
/// own length and some 20 bytes. A table of owned strings takes 100, and a read of memory more.
#[derive(Default)]
pub(super) struct Names {
    text: String,
    /// Where each name ends in the text, and a part of its hash, which spares most comparisons.
    ends: Vec<(usize, u32)>,
    /// Numbers of names; as many as a power of two.
    places: Vec<u32>,
    /// The number that was told last: rows often repeat a name.
    last: u32,
}

impl Names {
    /// The number of `name`, a new one where it has none.
    pub(super) fn number(&mut self, name: &str) -> u32 {
        if self.ends.len() > self.last as usize && self.name(self.last) == name {
            return self.last;
        }
        if self.places.len() < SPARE * (self.ends.len() + 1) {
            self.grow();
        }
        let hash = hash(name);
        let mut place = self.place(hash);
        self.last = loop {
            let number = self.places[place];
            if number == FREE {
                let number = self.ends.len() as u32;
                self.text.push_str(name);
                self.ends.push((self.text.len(), hash as u32));
                self.places[place] = number;
                break number;
            }
            if self.ends[number as usize].1 == hash as u32 && self.name(number) == name {
                break number;
            }
            place = (place + 1) & (self.places.len() - 1);
        };
        self.last
    }

    /// The number of `name`, if it has one.
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        if self.places.is_empty() {
            return None;
        }
        let mut place = self.place(hash(name));
        loop {
            match self.places[place] {
                FREE => return None,
                number if self.name(number) == name => return Some(number),
                _ => place = (place + 1) & (self.places.len() - 1),
            }
        }
    }

    /// Where the search for a name begins.
    fn place(&self, hash: u64) -> usize {
        (hash >> 32) as usize & (self.places.len() - 1)
    }

    fn grow(&mut self) {
        let count = (2 * SPARE * (self.ends.len() + 1)).next_power_of_two();
        self.places = vec![FREE; count];
        for number in 0..self.ends.len() as u32 {
            let mut place = self.place(hash(self.name(number)));
            while self.places[place] != FREE {
                place = (place + 1) & (count - 1);
            }
            self.places[place] = number;
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The name that has `number`.
    pub(super) fn name(&self, number: u32) -> &str {
        let at = number as usize;
        let begin = if at == 0 { 0 } else { self.ends[at - 1].0 };
        &self.text[begin..self.ends[at].0]
    }

    /// All names behind each other.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Bytes of the shortest and of the longest name.
    pub(super) fn lengths(&self) -> (usize, usize) {
        let (mut begin, mut found) = (0, (usize::MAX, 0));
        for &(end, _) in &self.ends {
            found = (found.0.min(end - begin), found.1.max(end - begin));
            begin = end;
        }
        found
    }

    /// All of them.
    pub(super) fn into_vec(self) -> Vec<String> {
        (0..self.len() as u32).map(|number| self.name(number).to_owned()).collect()
    }
}

/// Eight bytes at a time, multiplied and folded; good enough for names, and not meant against those
/// who choose names to collide.
fn hash(name: &str) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15; // 2^64 / golden ratio
    let fold = |state: u64, word: u64| {
        let product = u128::from(state ^ word) * u128::from(FACTOR);
        product as u64 ^ (product >> 64) as u64
    };
    let mut state = fold(FACTOR, name.len() as u64);
    for bytes in name.as_bytes().chunks(8) {
        let mut word = [0; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        state = fold(state, u64::from_le_bytes(word));
    }
    fold(state, FACTOR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn numbers_are_those_of_a_table_of_strings() {
        let (mut names, mut expected) = (Names::default(), HashMap::new());
        // New names, old ones, the same again; prefixes, blanks, other alphabets.
        for i in 0..30_000u32 {
            let number = i.wrapping_mul(2_654_435_761) >> 18;
            for name in [format!("s{number}"), format!("s{number}"), "ß".repeat(number as usize % 20)] {
                let next = expected.len() as u32;
                assert_eq!(names.number(&name), *expected.entry(name).or_insert(next));
            }
        }
        assert_eq!(names.len(), expected.len());
        assert!(expected.iter().all(|(name, &number)| names.name(number) == name));
        let all = names.into_vec();
        assert!(expected.iter().all(|(name, &number)| &all[number as usize] == name));
    }
}
