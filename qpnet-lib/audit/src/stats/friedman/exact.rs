//! Friedman's distribution, counted out: every order of the ranks within a data set is as likely.

use crate::math::powf;
use std::collections::BTreeMap;

/// Methods up to which all orders of one data set are written down: 120.
const METHODS: usize = 5;
/// Arrangements up to which they are counted: a few hundredths of a second.
const ARRANGEMENTS: f64 = 1e9;

/// The chance that squares of rank sums add up to those of `rows` or more; `None` where too many
/// arrangements are possible.
///
/// # Formula
/// Each row may stand in every one of its orders; ties of a row stay ties of that row. Rank sums grow row
/// by row, with the number of ways to come to them. The next row may stand in any order, so that the same
/// sums in another order lead to the same: only sorted ones are kept, with the ways of all.
pub(super) fn chance(rows: &[Vec<f64>]) -> Option<f64> {
    let methods = rows.first().map_or(0, Vec::len);
    let orders = (1..=methods).map(|j| j as f64).product::<f64>();
    if methods > METHODS || powf(orders, rows.len() as f64 - 1.0) > ARRANGEMENTS {
        return None;
    }
    // Twice the ranks are whole numbers, in spite of ties; counts are, too.
    let double = |row: &Vec<f64>| row.iter().map(|rank| (2.0 * rank).round() as u64).collect();
    let rows: Vec<Vec<u64>> = rows.iter().map(double).collect();
    let square = |sums: &[u64]| sums.iter().map(|sum| sum * sum).sum::<u64>();
    let seen = square(&(0..methods).map(|j| rows.iter().map(|row| row[j]).sum()).collect::<Vec<u64>>());
    let mut known = BTreeMap::from([(vec![0; methods], 1u64)]);
    for row in &rows {
        let orders = orders_of(row);
        let mut next = BTreeMap::new();
        for (sums, ways) in &known {
            for order in &orders {
                let mut added: Vec<u64> = sums.iter().zip(order).map(|(sum, rank)| sum + rank).collect();
                added.sort_unstable();
                *next.entry(added).or_insert(0) += ways;
            }
        }
        known = next;
    }
    let all: u64 = known.values().sum();
    let as_far: u64 = known.iter().filter(|(sums, _)| square(sums) >= seen).map(|(_, ways)| ways).sum();
    Some(as_far as f64 / all as f64)
}

/// The different orders of a row, as in a dictionary.
fn orders_of(row: &[u64]) -> Vec<Vec<u64>> {
    let mut order = row.to_vec();
    order.sort_unstable();
    let mut found = vec![order.clone()];
    while let Some(turn) = (1..order.len()).rev().find(|&i| order[i - 1] < order[i]) {
        let larger = (turn..order.len()).rev().find(|&i| order[i] > order[turn - 1]).unwrap_or(turn);
        order.swap(turn - 1, larger);
        order[turn..].reverse();
        found.push(order.clone());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACES: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

    /// By all `6^N` arrangements of three methods, equal ones counted as often as they come.
    fn by_enumeration(rows: &[Vec<f64>]) -> f64 {
        let statistic = |arrangement: usize| {
            let place = |i: usize| PLACES[arrangement / 6usize.pow(i as u32) % 6];
            let sum = |j: usize| rows.iter().enumerate().map(|(i, row)| row[place(i)[j]]).sum::<f64>();
            (0..3).map(|j| sum(j).powi(2)).sum::<f64>()
        };
        let (all, seen) = (6usize.pow(rows.len() as u32), statistic(0));
        (0..all).filter(|&arrangement| statistic(arrangement) >= seen - 1e-9).count() as f64 / all as f64
    }

    #[test]
    fn counting_agrees_with_all_arrangements() {
        let (up, turn, down) = (vec![1.0, 2.0, 3.0], vec![2.0, 3.0, 1.0], vec![3.0, 2.0, 1.0]);
        let (high, low, none) = (vec![1.0, 2.5, 2.5], vec![1.5, 1.5, 3.0], vec![2.0; 3]);
        for rows in [
            vec![up.clone(), up.clone(), up.clone()],
            vec![up.clone(), up.clone(), turn.clone()],
            vec![up.clone(), turn.clone(), down.clone()],
            vec![up.clone(), high.clone(), low.clone()],
            vec![high.clone(), high.clone(), none, low, turn.clone()],
            vec![up.clone(), up, turn, high, down],
        ] {
            let (found, expected) = (chance(&rows).expect("a small table"), by_enumeration(&rows));
            assert!((found - expected).abs() < 1e-15, "{rows:?}: {found} {expected}");
        }
    }

    #[test]
    fn published_tails() {
        // Friedman 1937: three methods on four data sets reach 6.5 with the chance 0.042, 8 with 0.0046.
        let (up, turn) = (vec![1.0, 2.0, 3.0], vec![1.0, 3.0, 2.0]);
        let mostly = chance(&[up.clone(), up.clone(), up.clone(), turn]).expect("a small table");
        assert!((mostly - 9.0 / 216.0).abs() < 1e-12, "{mostly}");
        let all = chance(&vec![up; 4]).expect("a small table");
        assert!((all - 1.0 / 216.0).abs() < 1e-15, "{all}");
        // Four methods on four data sets reach 7.8 with the chance 0.036.
        let rows = [[1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 4.0], [1.0, 3.0, 2.0, 4.0], [2.0, 1.0, 4.0, 3.0]];
        let four = chance(&rows.map(|row| row.to_vec())).expect("a small table");
        assert!((four - 503.0 / 13_824.0).abs() < 1e-12, "{four}");
    }

    #[test]
    fn large_tables_are_left_to_approximations() {
        let ranks = |k: usize| (1..=k).map(|j| j as f64).collect::<Vec<_>>();
        for (k, most) in [(2, 30), (3, 12), (4, 7), (5, 5)] {
            assert!(chance(&vec![ranks(k); most]).is_some(), "{k} methods");
            assert!(chance(&vec![ranks(k); most + 1]).is_none(), "{k} methods");
        }
        assert!(chance(&vec![ranks(6); 2]).is_none());
    }
}
