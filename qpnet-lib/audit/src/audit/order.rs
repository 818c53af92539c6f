//! The order of rows in which cells are found.

use super::row::Row;

/// By method, subgroup, sample and line. There are few pairs of method and subgroup: they are counted,
/// not compared, and most tables list samples in one order, so that little is left to sort.
pub(super) fn ordered(rows: Vec<Row>, group_of: &[u32], groups: usize) -> Vec<Row> {
    let cell = |row: &Row| row.method as usize * groups + group_of[row.sample as usize] as usize;
    let cells = rows.iter().map(cell).max().map_or(0, |last| last + 1);
    let mut next = vec![0; cells + 1];
    rows.iter().for_each(|row| next[cell(row) + 1] += 1);
    (0..cells).for_each(|at| next[at + 1] += next[at]);
    let ends = next[1..].to_vec();
    let mut sorted = rows.clone();
    for row in rows {
        let free = &mut next[cell(&row)];
        sorted[*free] = row;
        *free += 1;
    }
    let mut begin = 0;
    for end in ends {
        sorted[begin..end].sort_unstable_by_key(|row| (row.sample, row.line));
        begin = end;
    }
    sorted
}
