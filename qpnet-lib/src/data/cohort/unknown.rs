//! How often outcomes are not known, by subgroup: that the rates differ is a finding of its own.

use super::checked::Cohort;
use crate::data::rule::scheme::Subgroup;
use crate::data::table::error::TableError;
use crate::data::table::label::Stated;
use crate::data::table::meet::meet;

/// Smaller differences between subgroups are not worth a sentence.
const WORTH: f64 = 0.01;

/// Outcomes that are not stated plainly among the rows of one subgroup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnknownCount {
    /// Rows that would be used if they had a label.
    pub unlabelled: usize,
    /// Of each finding: empty fields. Empty for any other kind of label.
    pub blank: Vec<usize>,
    /// Of each finding: -1.
    pub uncertain: Vec<usize>,
}

/// Of every subgroup, in their order.
///
/// # Errors
/// [`TableError::UnknownColumn`].
pub(in crate::data) fn count(
    cohort: &Cohort,
    groups: &[Subgroup],
    subgroups: &[Option<usize>],
    classes: usize,
) -> Result<Vec<UnknownCount>, TableError> {
    let findings = if cohort.findings().is_empty() { 0 } else { classes };
    let empty = UnknownCount { unlabelled: 0, blank: vec![0; findings], uncertain: vec![0; findings] };
    let mut counts = vec![empty; groups.len()];
    for (row, group) in subgroups.iter().enumerate() {
        let Some(group) = group else { continue };
        for (finding, stated) in cohort.stated(row).iter().enumerate() {
            match stated {
                Stated::Plainly => {}
                Stated::Blank => counts[*group].blank[finding] += 1,
                Stated::Uncertain => counts[*group].uncertain[finding] += 1,
            }
        }
    }
    let rows = cohort.unlabelled();
    if !rows.is_empty() {
        for (group, count) in groups.iter().zip(&mut counts) {
            let column = |name: &str| cohort.text_of_unlabelled(name);
            // A word that no range can read is the scheme's own fault, told with its labelled rows.
            let inside = meet(&group.conditions, &cohort.file, &rows, "the scheme", column);
            count.unlabelled = inside.map_or(0, |inside| inside.into_iter().filter(|inside| *inside).count());
        }
    }
    Ok(counts)
}

/// A sentence a kind of unknown outcome whose rate differs between the first two subgroups; `images` are
/// the labelled rows of each.
pub(in crate::data) fn words(
    names: &[String],
    images: &[usize],
    counts: &[UnknownCount],
    classes: &[String],
) -> Vec<String> {
    let ([one, other, ..], [a, b, ..], [first, second, ..]) = (counts, images, names) else {
        return Vec::new();
    };
    if *a == 0 || *b == 0 {
        return Vec::new();
    }
    let rate = |count: usize, of: usize| count as f64 / of as f64;
    let mut said = Vec::new();
    let mentioned =
        |finding: usize| [1.0 - rate(one.blank[finding], *a), 1.0 - rate(other.blank[finding], *b)];
    let uncertain = |finding: usize| [rate(one.uncertain[finding], *a), rate(other.uncertain[finding], *b)];
    for (what, rates) in [("mentioned", &mentioned as &dyn Fn(usize) -> [f64; 2]), ("uncertain", &uncertain)]
    {
        let gap = |finding: &usize| (rates(*finding)[0] - rates(*finding)[1]).abs();
        let widest = (0..one.blank.len()).max_by(|x, y| gap(x).total_cmp(&gap(y)));
        if let Some(finding) = widest.filter(|finding| gap(finding) >= WORTH) {
            let [x, y] = rates(finding);
            let class = &classes[finding];
            said.push(format!(
                "how often a finding is {what} differs by subgroup, most of all {class}: in {x:.3} of {first} and {y:.3} \
                 of {second}"
            ));
        }
    }
    let unlabelled = [rate(one.unlabelled, a + one.unlabelled), rate(other.unlabelled, b + other.unlabelled)];
    if unlabelled[0] > 0.0 || unlabelled[1] > 0.0 {
        said.push(format!(
            "without a label: {:.3} of {first} and {:.3} of {second}",
            unlabelled[0], unlabelled[1]
        ));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_difference_is_named() {
        let count = |blank: [usize; 2], uncertain: [usize; 2], unlabelled| UnknownCount {
            unlabelled,
            blank: blank.into(),
            uncertain: uncertain.into(),
        };
        let words = |counts: &[UnknownCount]| {
            let names = ["young", "old"].map(str::to_owned);
            super::words(&names, &[200, 100], counts, &["Edema", "Fracture"].map(str::to_owned))
        };
        let said = words(&[count([160, 20], [2, 0], 0), count([60, 11], [1, 0], 0)]);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].ends_with("Edema: in 0.200 of young and 0.400 of old"), "{said:?}");
        let said = words(&[count([0; 2], [0, 20], 50), count([0; 2], [0, 20], 0)]);
        assert!(said[0].contains("uncertain") && said[0].contains("Fracture: in 0.100"), "{said:?}");
        assert_eq!(said[1], "without a label: 0.200 of young and 0.000 of old");
        assert!(words(&[count([0; 2], [0; 2], 0), count([0; 2], [0; 2], 0)]).is_empty());
    }
}
