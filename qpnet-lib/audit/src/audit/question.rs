//! What a table asks of its methods: one yes-or-no question, one of several classes, several
//! findings.

use serde::Serialize;

/// The kind of task, told by how many columns hold labels and scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuditTask {
    /// One label, one score.
    Binary,
    /// One label, which is one of several classes; a score for each.
    MultiClass,
    /// A label and a score for each of several findings.
    MultiLabel,
}

impl AuditTask {
    /// Of so many columns; what is wrong with them otherwise.
    pub(super) fn of(labels: usize, scores: usize) -> Result<Self, String> {
        match (labels, scores) {
            (1, 1) => Ok(Self::Binary),
            (1, scores) if scores > 1 => Ok(Self::MultiClass),
            (labels, scores) if labels == scores => Ok(Self::MultiLabel),
            _ => Err(format!(
                "{labels} label columns and {scores} score columns: expected one of each, one label and a score a \
                 class, or a label and a score a finding"
            )),
        }
    }

    /// What methods and subgroups are compared by.
    pub fn measure(self) -> &'static str {
        match self {
            Self::Binary => "AUC",
            Self::MultiClass | Self::MultiLabel => "macro AUC",
        }
    }
}

/// What distinguishes `names`: they without what all begin with, up to its last separator; `None`
/// where that leaves nothing.
pub(super) fn suffixes(names: &[String]) -> Option<Vec<String>> {
    let (first, rest) = names.split_first()?;
    let common = rest.iter().fold(first.as_str(), |common, name| {
        let same = common.char_indices().zip(name.chars()).find(|((_, a), b)| a != b);
        &common[..same.map_or(common.len().min(name.len()), |((at, _), _)| at)]
    });
    let cut = common.rfind(['_', '.', '-', ' ']).map_or(0, |at| at + 1);
    let found: Vec<String> = names.iter().map(|name| name[cut..].to_owned()).collect();
    found.iter().all(|name| !name.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_tell_the_task() {
        assert_eq!(AuditTask::of(1, 1), Ok(AuditTask::Binary));
        assert_eq!(AuditTask::of(1, 7), Ok(AuditTask::MultiClass));
        assert_eq!(AuditTask::of(14, 14), Ok(AuditTask::MultiLabel));
        assert!(AuditTask::of(2, 3).expect_err("crossed").starts_with("2 label columns and 3 score columns"));
    }

    #[test]
    fn classes_are_what_follows_the_common_beginning() {
        let names = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(suffixes(&names("p_mel p_nv p_bcc")), Some(names("mel nv bcc")));
        assert_eq!(suffixes(&names("score_ak score_akiec")), Some(names("ak akiec")));
        assert_eq!(suffixes(&names("y1 y2")), Some(names("y1 y2")), "no separator");
        assert_eq!(suffixes(&names("p_ p_x")), None);
    }
}
