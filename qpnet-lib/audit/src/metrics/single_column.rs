//! How well one column of a table tells an outcome by itself: what a model may learn in place of it.

use std::collections::HashMap;
use std::hash::Hash;

use super::MetricError;

/// Units are dealt to so many parts; each is judged by what the others say.
const FOLDS: usize = 5;
/// A column of numbers is cut into so many bins of equal size.
const BINS: usize = 10;
/// What a category that few rows have is drawn towards the overall rate with.
const PRIOR: f64 = 1.0;

/// Numbers for words: equal values get equal numbers, in the order in which they first occur. A
/// missing value (`None`) is a value like any other, since that it is missing may tell as much.
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::categories;
/// assert_eq!(categories(["a", "b", "a"]), [0, 1, 0]);
/// assert_eq!(categories([Some("a"), None, Some("a")]), [0, 1, 0]);
/// ```
pub fn categories<T: Hash + Eq>(values: impl IntoIterator<Item = T>) -> Vec<usize> {
    let mut known: HashMap<T, usize> = HashMap::new();
    let mut number = |value| {
        let next = known.len();
        *known.entry(value).or_insert(next)
    };
    values.into_iter().map(&mut number).collect()
}

/// The AUC with which a column of categories alone tells `outcomes`, cross-validated; `None` where
/// no part holds both outcomes. 0.5 says nothing, 1 everything; the direction is learnt, so that a
/// value clearly below 0.5 is chance.
///
/// `units` says which rows belong together (one patient): they are never divided, so that a
/// column that merely names the patient tells nothing.
///
/// # Formula
/// Units are dealt to five parts in the order in which they first occur. A row of part `k` scores
/// the rate of its category in the other parts, `(p + r) / (n + 1)` with `p` positives among `n`
/// rows and `r` their overall rate; a category that does not occur there scores `r`. The result is the mean of the parts'
/// own AUCs, weighted by their pairs: pooled, a part with more positives would score lower, since the others
/// then have fewer, and a column that says nothing would fall below 0.5.
///
/// # Errors
/// [`MetricError::LengthMismatch`].
///
/// # Source
/// Micci-Barreca, A preprocessing scheme for high-cardinality categorical attributes, SIGKDD
/// Explorations 3:27, 2001, for the rate that is drawn towards the overall one.
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::{categories, category_auc};
/// let outcomes: Vec<bool> = (0..60).map(|row| row % 3 == 0).collect();
/// let units: Vec<usize> = (0..60).collect();
/// let telling = categories(outcomes.iter().map(|&sick| if sick { "biopsy" } else { "follow-up" }));
/// assert_eq!(category_auc(&telling, &units, &outcomes)?, Some(1.0));
/// let name = units.clone();
/// assert_eq!(category_auc(&name, &units, &outcomes)?, Some(0.5));
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn category_auc(
    categories: &[usize],
    units: &[usize],
    outcomes: &[bool],
) -> Result<Option<f64>, MetricError> {
    same_length("the slice of categories", categories.len(), outcomes.len())?;
    let folds = folds(units, outcomes)?;
    let places = dense(categories);
    let kinds = places.iter().max().map_or(0, |most| most + 1);
    let mut of_fold = vec![vec![Count::default(); kinds]; FOLDS];
    for (row, &outcome) in outcomes.iter().enumerate() {
        of_fold[folds[row]][places[row]].add(outcome);
    }
    let sum = |counts: &mut dyn Iterator<Item = Count>| counts.fold(Count::default(), Count::and);
    let of_kind: Vec<Count> =
        (0..kinds).map(|kind| sum(&mut of_fold.iter().map(|fold| fold[kind]))).collect();
    let all = sum(&mut of_kind.iter().copied());
    let (mut area, mut pairs) = (0.0, 0.0);
    for inside in &of_fold {
        let here = sum(&mut inside.iter().copied());
        let elsewhere = all.without(here);
        if elsewhere.rows() == 0.0 {
            continue;
        }
        let rate = elsewhere.positive / elsewhere.rows();
        let score = |kind: usize| {
            let known = of_kind[kind].without(inside[kind]);
            (known.positive + PRIOR * rate) / (known.rows() + PRIOR)
        };
        let mut scored: Vec<(f64, Count)> = (0..kinds).map(|kind| (score(kind), inside[kind])).collect();
        scored.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut below = 0.0;
        for tied in scored.chunk_by(|a, b| a.0 == b.0) {
            let tied = sum(&mut tied.iter().map(|(_, count)| *count));
            area += tied.positive * (below + 0.5 * tied.negative);
            below += tied.negative;
        }
        pairs += here.positive * here.negative;
    }
    Ok((pairs > 0.0).then(|| area / pairs))
}

/// Positive and negative rows; whole numbers.
#[derive(Clone, Copy, Default)]
struct Count {
    positive: f64,
    negative: f64,
}

impl Count {
    fn add(&mut self, outcome: bool) {
        *(if outcome { &mut self.positive } else { &mut self.negative }) += 1.0;
    }

    fn and(self, other: Self) -> Self {
        Self { positive: self.positive + other.positive, negative: self.negative + other.negative }
    }

    fn without(self, part: Self) -> Self {
        Self { positive: self.positive - part.positive, negative: self.negative - part.negative }
    }

    fn rows(self) -> f64 {
        self.positive + self.negative
    }
}

/// [`category_auc`] of a column of numbers, cut into ten bins of about equal size; missing ones
/// (`None`) are a bin of their own. Any shape is so told, not only "the more, the likelier".
///
/// # Errors
/// [`MetricError::LengthMismatch`], [`MetricError::NotFinite`].
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::number_auc;
/// let outcomes: Vec<bool> = (0..200).map(|row| (50..150).contains(&row)).collect();
/// let numbers: Vec<Option<f64>> = (0..200).map(|row| Some(f64::from(row))).collect();
/// let units: Vec<usize> = (0..200).map(|row| row * 7 % 200).collect();
/// assert!(number_auc(&numbers, &units, &outcomes)?.is_some_and(|area| area > 0.9));
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn number_auc(
    numbers: &[Option<f64>],
    units: &[usize],
    outcomes: &[bool],
) -> Result<Option<f64>, MetricError> {
    category_auc(&number_bins(numbers)?, units, outcomes)
}

/// The bin of every number, of ten of about equal size, as [`number_auc`] cuts them; equal numbers share
/// one, and missing ones are beyond the last.
///
/// # Errors
/// [`MetricError::NotFinite`].
pub fn number_bins(numbers: &[Option<f64>]) -> Result<Vec<usize>, MetricError> {
    let known: Vec<f64> = numbers.iter().flatten().copied().collect();
    super::finite(&known)?;
    let mut sorted = known;
    sorted.sort_by(f64::total_cmp);
    let cut = |bin: usize| sorted.get(bin * sorted.len() / BINS).copied();
    let mut cuts: Vec<f64> = (1..BINS).filter_map(cut).collect();
    cuts.dedup();
    let bin = |number: f64| cuts.partition_point(|cut| *cut <= number);
    Ok(numbers.iter().map(|number| number.map_or(BINS, bin)).collect())
}

/// [`categories`] of numbers: without gaps, in the order in which they first occur. Numbers that are small already need no
/// hashing, which took most of the time of a large table.
fn dense(values: &[usize]) -> Vec<usize> {
    let most = values.iter().copied().max().unwrap_or(0);
    if most > 16 * values.len() {
        return categories(values);
    }
    let mut known = vec![usize::MAX; most + 1];
    let mut next = 0;
    let mut number = |&value: &usize| {
        if known[value] == usize::MAX {
            known[value] = next;
            next += 1;
        }
        known[value]
    };
    values.iter().map(&mut number).collect()
}

/// The part of every row: units in the order in which they first occur, dealt in turn within
/// those that have a positive row and those that have none, so that no part lacks one by chance.
fn folds(units: &[usize], outcomes: &[bool]) -> Result<Vec<usize>, MetricError> {
    same_length("the slice of units", units.len(), outcomes.len())?;
    let units = dense(units);
    let mut positive = vec![false; units.iter().max().map_or(0, |most| most + 1)];
    for (&unit, outcome) in units.iter().zip(outcomes) {
        positive[unit] |= outcome;
    }
    let mut dealt = [0usize; 2];
    let fold = |&positive: &bool| {
        let place = &mut dealt[usize::from(positive)];
        *place += 1;
        (*place - 1) % FOLDS
    };
    let fold_of: Vec<usize> = positive.iter().map(fold).collect();
    Ok(units.iter().map(|&unit| fold_of[unit]).collect())
}

fn same_length(what: &'static str, got: usize, expected: usize) -> Result<(), MetricError> {
    if got == expected { Ok(()) } else { Err(MetricError::LengthMismatch { what, expected, got }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts of HAM10000's Vienna images: (histology?, malignant?, images).
    const VIENNA: [(bool, bool, usize); 3] = [(true, true, 949), (true, false, 1693), (false, false, 4675)];

    #[test]
    fn follow_up_tells_what_is_benign_in_vienna() {
        let rows = VIENNA.iter().flat_map(|&(histology, malignant, images)| {
            std::iter::repeat_n((usize::from(histology), malignant), images)
        });
        let (kinds, outcomes): (Vec<usize>, Vec<bool>) = rows.unzip();
        let units: Vec<usize> = (0..kinds.len()).collect();
        // Pairs: 4675 of 6368 negatives are below, 1693 are tied.
        let expected = (4675.0 + 1693.0 / 2.0) / 6368.0;
        let got = category_auc(&kinds, &units, &outcomes).expect("lengths").expect("both outcomes");
        assert!((got - expected).abs() < 2e-3, "{got} {expected}");
        // Where all is histology, the column says nothing.
        assert_eq!(category_auc(&vec![1; units.len()], &units, &outcomes), Ok(Some(0.5)));
    }

    #[test]
    fn a_column_that_says_nothing_is_near_one_half() {
        // Knuth's multiplicative hash: outcome and category unrelated.
        let noise = |row: usize, shift: u32| (row as u32).wrapping_mul(2_654_435_761) >> shift;
        let units: Vec<usize> = (0..4000).collect();
        let outcomes: Vec<bool> = units.iter().map(|&row| noise(row, 7).is_multiple_of(5)).collect();
        let kinds: Vec<usize> = units.iter().map(|&row| (noise(row + 90_000, 20) % 7) as usize).collect();
        let got = category_auc(&kinds, &units, &outcomes).expect("lengths").expect("both");
        assert!((got - 0.5).abs() < 0.03, "{got}");
    }

    #[test]
    fn a_patient_is_never_in_two_parts() {
        // Ten rows a patient, all of one outcome, and the column names the patient.
        let units: Vec<usize> = (0..400).map(|row| row / 10).collect();
        let outcomes: Vec<bool> = units.iter().map(|unit| unit % 2 == 0).collect();
        assert_eq!(category_auc(&units, &units, &outcomes), Ok(Some(0.5)));
        let rows: Vec<usize> = (0..400).collect();
        assert_eq!(category_auc(&units, &rows, &outcomes), Ok(Some(1.0)), "divided, it would tell");
    }

    #[test]
    fn missing_values_are_a_bin_and_equal_ones_share_theirs() {
        let outcomes: Vec<bool> = (0..100).map(|row| row % 4 == 0).collect();
        let units: Vec<usize> = (0..100).collect();
        let absent: Vec<Option<f64>> = outcomes.iter().map(|&sick| (!sick).then_some(3.0)).collect();
        assert_eq!(number_auc(&absent, &units, &outcomes), Ok(Some(1.0)));
        assert_eq!(number_bins(&[Some(1.0), None, Some(1.0)]), Ok(vec![1, BINS, 1]));
        assert_eq!(number_auc(&[Some(1.0); 100], &units, &outcomes), Ok(Some(0.5)));
    }

    #[test]
    fn numbers_are_made_dense_in_either_way() {
        for values in [vec![5, 2, 5, 0, 9], vec![5_000_000, 2, 5_000_000, 0, 9], vec![]] {
            assert_eq!(dense(&values), categories(&values));
        }
    }

    #[test]
    fn what_cannot_be_judged_is_none_or_an_error() {
        assert_eq!(category_auc(&[], &[], &[]), Ok(None));
        assert_eq!(category_auc(&[0, 1], &[0, 1], &[true, true]), Ok(None));
        let error = category_auc(&[0], &[0, 1], &[true, false]).expect_err("lengths").to_string();
        assert!(error.contains("the slice of categories has 1 entries where 2"), "{error}");
        assert!(category_auc(&[0, 1], &[0], &[true, false]).is_err());
        assert!(number_auc(&[Some(f64::NAN), None], &[0, 1], &[true, false]).is_err());
    }
}
