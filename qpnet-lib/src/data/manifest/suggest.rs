//! What there is, and what was probably meant.

/// `"a", "b" and 3 more`: a list that stays readable.
pub(in crate::data) fn list(words: &[String]) -> String {
    const SHOWN: usize = 24;
    let shown: Vec<String> = words.iter().take(SHOWN).map(|word| format!("{word:?}")).collect();
    match words.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// ` (did you mean "age"?)`, or nothing when no candidate is close.
pub(in crate::data) fn hint(word: &str, candidates: &[String]) -> String {
    let near = candidates.iter().map(|candidate| (distance(word, candidate), candidate));
    match near.min() {
        Some((steps, candidate)) if steps <= 1 + word.chars().count() / 3 => {
            format!(" (did you mean {candidate:?}?)")
        }
        _ => String::new(),
    }
}

/// ` (and 3 more)`, or nothing.
pub(in crate::data) fn and_more(more: usize) -> String {
    if more == 0 { String::new() } else { format!(" (and {more} more)") }
}

/// Levenshtein distance, blind to case.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for j in 0..b.len() {
            let replaced = diagonal + usize::from(x != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_near_or_absent() {
        let known: Vec<String> = ["age", "sex", "site"].map(String::from).into();
        assert_eq!(hint("aeg", &known), " (did you mean \"age\"?)");
        assert_eq!(hint("Site", &known), " (did you mean \"site\"?)");
        assert_eq!(hint("histology", &known), "");
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
