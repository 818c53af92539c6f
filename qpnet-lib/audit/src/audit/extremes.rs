//! The smallest and the largest AUC of a cell that what is not known of some samples allows.
//!
//! # Formula
//! Of `m` positives with ranks `R_i` among all, `AUC = (sum R_i - m (m + 1) / 2) / (m n)`: of any number `k` of unknown
//! outcomes that are positive, the `k` highest scores make it largest, the lowest smallest. All `k` are tried. With
//! weights a sample that is partly positive may stand between two `k`: the derivative by the positive weight `y` of the
//! next sample has the sign of `a m n - N (n - m) + y (2 N - m n) + y^2 (a - (n - m) / 2)`, where `N` is the weight of
//! ordered pairs, and `a` the weight below its score less `m`. No outcomes go beyond that.
//!
//! Of samples that may be in the cell or not, a positive makes the AUC larger where the share of negatives below it is
//! above the AUC, a negative likewise: the positives of highest and the negatives of lowest scores. All numbers of both
//! are tried.

use super::cell::Cell;

/// Scores with the weight up to each.
struct Ranked {
    keys: Vec<f64>,
    upto: Vec<f64>,
}

impl Ranked {
    fn of(mut pairs: Vec<(f64, f64)>) -> Self {
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut upto = vec![0.0];
        pairs.iter().for_each(|pair| upto.push(upto[upto.len() - 1] + pair.1));
        Self { keys: pairs.into_iter().map(|pair| pair.0).collect(), upto }
    }

    /// The weight below `key`, ties one half.
    fn below(&self, key: f64) -> f64 {
        let [low, high] =
            [self.keys.partition_point(|own| *own < key), self.keys.partition_point(|own| *own <= key)];
        (self.upto[low] + self.upto[high]) / 2.0
    }

    fn all(&self) -> f64 {
        self.upto[self.keys.len()]
    }
}

/// `(score, weight)` of those samples of `cell` that `keep`, scores turned round for the smallest AUC.
fn pairs(cell: &Cell, largest: bool, keep: impl Fn(usize) -> bool) -> Vec<(f64, f64)> {
    let sign = if largest { 1.0 } else { -1.0 };
    let own = (0..cell.labels.len()).filter(|&i| keep(i));
    own.map(|i| (sign * cell.scores[i], cell.weights[i])).collect()
}

/// `known` with the outcomes of `open` that make its AUC largest, or smallest, and how many of these are positive; `None`
/// where no outcomes give it one.
pub(super) fn by_outcome(known: &Cell, open: &Cell, weighted: bool, largest: bool) -> Option<(Cell, usize)> {
    let unknown = pairs(open, largest, |_| true);
    let positives = pairs(known, largest, |i| known.labels[i]);
    let negatives = [pairs(known, largest, |i| !known.labels[i]), unknown.clone()].concat();
    let all = Ranked::of([positives.clone(), negatives.clone()].concat());
    let negatives = Ranked::of(negatives);
    let mut order: Vec<usize> = (0..unknown.len()).collect();
    order.sort_by(|&a, &b| unknown[b].0.total_cmp(&unknown[a].0));

    // Positive and negative weight, and that of pairs in order, as one unknown after the other becomes positive.
    let mut m: f64 = positives.iter().map(|pair| pair.1).sum();
    let mut n = negatives.all();
    let mut ordered: f64 = positives.iter().map(|&(key, weight)| weight * negatives.below(key)).sum();
    // AUC, whole positives, part of the next.
    let mut best: Option<(f64, usize, f64)> = None;
    let mut meet = |pairs: f64, m: f64, n: f64, place: (usize, f64)| {
        let auc = pairs / (m * n);
        if m > 0.0 && n > LEAST && best.is_none_or(|(found, ..)| auc > found) {
            best = Some((auc, place.0, place.1));
        }
    };
    meet(ordered, m, n, (0, 0.0));
    for (at, &next) in order.iter().enumerate() {
        let (key, weight) = unknown[next];
        let a = all.below(key) - m;
        let along = |y: f64| (ordered + y * a - y * y / 2.0, m + y, n - y);
        if weighted {
            for y in roots(a - (n - m) / 2.0, 2.0 * ordered - m * n, a * m * n - ordered * (n - m)) {
                if y > 0.0 && y < weight {
                    let (pairs, m, n) = along(y);
                    meet(pairs, m, n, (at, y));
                }
            }
        }
        (ordered, m, n) = along(weight);
        meet(ordered, m, n, (at + 1, 0.0));
    }
    let (_, count, part) = best?;
    let mut labelled = open.clone();
    labelled.labels = vec![false; unknown.len()];
    order[..count].iter().for_each(|&i| labelled.labels[i] = true);
    if part > 0.0 {
        let split = order[count];
        labelled.weights[split] -= part;
        let mut positive = labelled.part([split]);
        (positive.labels[0], positive.weights[0]) = (true, part);
        labelled = labelled.with(&positive);
    }
    Some((known.with(&labelled), count))
}

/// What rounding leaves of a weight.
const LEAST: f64 = 1e-9;

/// The real roots of `a x^2 + b x + c`.
fn roots(a: f64, b: f64, c: f64) -> Vec<f64> {
    if a == 0.0 {
        return if b == 0.0 { Vec::new() } else { vec![-c / b] };
    }
    let square = b * b - 4.0 * a * c;
    if square < 0.0 {
        return Vec::new();
    }
    let root = square.sqrt();
    vec![(-b - root) / (2.0 * a), (-b + root) / (2.0 * a)]
}

/// `known` with those samples of `optional` that make its AUC largest, or smallest, and how many positives and negatives
/// they are; `None` where none give it one.
pub(super) fn by_membership(known: &Cell, optional: &Cell, largest: bool) -> Option<(Cell, [usize; 2])> {
    let of = |cell: &Cell, label: bool| pairs(cell, largest, |i| cell.labels[i] == label);
    let [mine, others] = [true, false].map(|label| Ranked::of(of(known, label)));
    let ranked = |label: bool| {
        let mut own: Vec<usize> =
            (0..optional.labels.len()).filter(|&i| optional.labels[i] == label).collect();
        // Positives from above, negatives from below.
        own.sort_by(|&a, &b| optional.scores[a].total_cmp(&optional.scores[b]).then(a.cmp(&b)));
        if label == largest {
            own.reverse();
        }
        own
    };
    let (positives, negatives) = (ranked(true), ranked(false));
    let sign = if largest { 1.0 } else { -1.0 };
    let key = |i: usize| sign * optional.scores[i];
    let mut ordered: f64 = of(known, true).iter().map(|&(key, weight)| weight * others.below(key)).sum();
    let mut n = others.all();
    // The negative weight below each optional positive.
    let mut below: Vec<f64> = positives.iter().map(|&i| others.below(key(i))).collect();
    let mut best: Option<(f64, [usize; 2])> = None;
    for taken in 0..=negatives.len() {
        if let Some(&next) = taken.checked_sub(1).and_then(|at| negatives.get(at)) {
            let weight = optional.weights[next];
            n += weight;
            ordered += weight * (mine.all() - mine.below(key(next)));
            for (sum, &i) in below.iter_mut().zip(&positives) {
                *sum += match key(i).total_cmp(&key(next)) {
                    std::cmp::Ordering::Greater => weight,
                    std::cmp::Ordering::Equal => weight / 2.0,
                    std::cmp::Ordering::Less => 0.0,
                };
            }
        }
        let (mut pairs, mut m) = (ordered, mine.all());
        for count in 0..=positives.len() {
            if let Some(at) = count.checked_sub(1) {
                let weight = optional.weights[positives[at]];
                (pairs, m) = (pairs + weight * below[at], m + weight);
            }
            let auc = pairs / (m * n);
            if m > 0.0 && n > 0.0 && best.is_none_or(|(found, _)| auc > found) {
                best = Some((auc, [count, taken]));
            }
        }
    }
    let (_, [count, taken]) = best?;
    let kept = positives[..count].iter().chain(&negatives[..taken]);
    Some((known.with(&optional.part(kept.copied())), [count, taken]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::WeightedAuc;

    fn cell(rows: &[(bool, f64, f64)]) -> Cell {
        Cell {
            samples: (0..rows.len() as u32).collect(),
            labels: rows.iter().map(|row| row.0).collect(),
            scores: rows.iter().map(|row| row.1).collect(),
            patients: (0..rows.len()).collect(),
            weights: rows.iter().map(|row| row.2).collect(),
        }
    }

    fn auc(cell: &Cell) -> Option<f64> {
        let sorted = WeightedAuc::new(&cell.labels, &cell.scores).expect("finite");
        sorted.at_real(&cell.weights)
    }

    /// Scores on a grid, so that some are tied.
    fn rows(seed: u32, count: u32, weighted: bool) -> Vec<(bool, f64, f64)> {
        let noise =
            |at: u32| f64::from((seed * 977 + at + 1).wrapping_mul(2_654_435_761) >> 8) / f64::from(1 << 24);
        let one = |i: u32| {
            let weight = if weighted { 0.1 + 2.0 * noise(3 * i + 2) } else { 1.0 };
            (noise(3 * i) < 0.5, (12.0 * noise(3 * i + 1)).floor() / 12.0, weight)
        };
        (0..count).map(one).collect()
    }

    /// The least and the most of all `2^u` cells that `make` makes.
    fn forced(unknown: usize, make: impl Fn(usize) -> Cell) -> (f64, f64) {
        let all = (0..1usize << unknown).filter_map(|bits| auc(&make(bits)));
        all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), auc| (low.min(auc), high.max(auc)))
    }

    #[test]
    fn no_outcomes_go_beyond_the_extremes_and_some_reach_them() {
        for seed in 0..60 {
            for weighted in [false, true] {
                let (known, open) =
                    (cell(&rows(seed, seed % 9, weighted)), cell(&rows(seed + 500, 9, weighted)));
                let labelled = |bits: usize| {
                    let labels = (0..9).map(|i| bits >> i & 1 == 1).collect();
                    known.with(&Cell { labels, ..open.clone() })
                };
                let (low, high) = forced(9, labelled);
                let found = [false, true].map(|largest| {
                    let (cell, _) = by_outcome(&known, &open, weighted, largest).expect("both outcomes");
                    auc(&cell).expect("an AUC")
                });
                assert!(
                    found[0] <= low + 1e-12 && found[1] >= high - 1e-12,
                    "{seed}: {found:?} {low} {high}"
                );
                if !weighted {
                    assert!(
                        (found[0] - low).abs() < 1e-12 && (found[1] - high).abs() < 1e-12,
                        "{seed}: {found:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn no_members_go_beyond_the_extremes_and_some_reach_them() {
        for seed in 0..60 {
            for weighted in [false, true] {
                let (known, optional) =
                    (cell(&rows(seed, 2 + seed % 9, weighted)), cell(&rows(seed + 500, 9, weighted)));
                let joined = |bits: usize| known.with(&optional.part((0..9).filter(|i| bits >> i & 1 == 1)));
                let (low, high) = forced(9, joined);
                for (largest, expected) in [(false, low), (true, high)] {
                    let (cell, _) = by_membership(&known, &optional, largest).expect("both outcomes");
                    let found = auc(&cell).expect("an AUC");
                    assert!((found - expected).abs() < 1e-12, "{seed} {weighted}: {found} {expected}");
                }
            }
        }
    }
}
