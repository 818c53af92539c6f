//! Names that differ by blanks, case or leading zeros only.

use std::collections::HashMap;

use super::names::Names;

/// What a reader must know of `names` that differ by so little: how many, and two of them. `what` they
/// are, in the plural, and `alone` is how they count.
pub(super) fn note(names: &Names, what: &str, alone: &str) -> Option<String> {
    if !suspicious(names) {
        return None;
    }
    let mut first: HashMap<String, u32> = HashMap::with_capacity(names.len());
    let (mut count, mut pair) = (0usize, None);
    for number in 0..names.len() as u32 {
        let name = names.name(number);
        let &mut known = first.entry(bare(name)).or_insert(number);
        if known != number {
            count += 1;
            pair.get_or_insert_with(|| (names.name(known).to_owned(), name.to_owned()));
        }
    }
    let (one, other) = pair?;
    let are = if count == 1 { "one of the names" } else { &format!("{count} of the names") };
    Some(format!(
        "{are} of {what} differ{} from another by blanks, case or leading zeros only, such as {one:?} and {other:?}: \
         they count as {alone}",
        if count == 1 { "s" } else { "" }
    ))
}

/// Whether there may be such names at all: most tables need no second look. Names of one length cannot
/// differ by blanks or zeros, and letters of one kind not by case.
fn suspicious(names: &Names) -> bool {
    const UPPER: u8 = 1;
    const LOWER: u8 = 2;
    const BLANK: u8 = 4;
    let kind = |byte: u8| match byte {
        b'A'..=b'Z' => UPPER,
        b'a'..=b'z' => LOWER,
        b' ' | b'\t' => BLANK,
        // Of other alphabets a byte says nothing.
        0x80.. => UPPER | LOWER | BLANK,
        _ => 0,
    };
    let text = names.text().as_bytes();
    let kinds = text.iter().fold(0, |kinds, &byte| kinds | kind(byte));
    if kinds & UPPER != 0 && kinds & LOWER != 0 {
        return true;
    }
    let (shortest, longest) = names.lengths();
    shortest < longest
        && (kinds & BLANK != 0
            || leading_zero(text)
            || (0..names.len() as u32).any(
                |number| matches!(names.name(number).as_bytes(), [b'0', next, ..] if next.is_ascii_digit()),
            ))
}

/// Whether a number within `text` begins with a zero.
fn leading_zero(text: &[u8]) -> bool {
    text.windows(3).any(|three| three[1] == b'0' && three[2].is_ascii_digit() && !three[0].is_ascii_digit())
}

/// Without blanks, in small letters, numbers without leading zeros.
fn bare(name: &str) -> String {
    let mut found = String::with_capacity(name.len());
    let (mut digits, mut zeros) = (false, false);
    for c in name.chars().filter(|c| !c.is_whitespace()) {
        match c {
            // A zero before which no other digit stands waits for what follows.
            '0' if !digits => zeros = true,
            _ => {
                if zeros && !c.is_ascii_digit() {
                    found.push('0');
                }
                zeros = false;
                digits = c.is_ascii_digit() || c == '.'; // 1.05 is not 1.5
                found.extend(c.to_lowercase());
            }
        }
    }
    if zeros {
        found.push('0');
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(list: &[&str]) -> Option<String> {
        let mut names = Names::default();
        list.iter().for_each(|name| _ = names.number(name));
        note(&names, "patients", "different patients")
    }

    #[test]
    fn names_that_differ_by_little_are_counted() {
        for pair in [
            ["P02", "P2"],
            ["p2", "P2"],
            ["a b", "ab"],
            ["007", "7"],
            ["x0", "x00"],
            ["É1", "é1"],
            ["P 02", "P2"],
        ] {
            let note = noted(&[pair[0], "other9", pair[1]]).expect(pair[0]);
            let expected = format!(
                "one of the names of patients differs from another by blanks, case or leading zeros \
                                    only, such as {:?} and {:?}: they count as different patients",
                pair[0], pair[1]
            );
            assert_eq!(note, expected);
        }
        let several = noted(&["7", "07", "007", "8"]).expect("two");
        assert!(several.starts_with("2 of the names of patients differ from another"), "{several}");
    }

    #[test]
    fn names_that_differ_by_more_are_not() {
        for list in [
            ["10", "1", "100"],
            ["P20", "P02", "P200"],
            ["a0b", "ab", "a00c"],
            ["s1", "s2", "S3"],
            ["1.5", "15", "1.05"],
        ] {
            assert_eq!(noted(&list), None, "{list:?}");
        }
    }
}
