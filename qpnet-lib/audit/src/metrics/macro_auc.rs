//! AUC of several classes or findings: the plain mean over those that have one.

use super::{MetricError, WeightedAuc, error::finite};

/// The macro AUC and what it is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct MacroAuc {
    /// Mean over the classes in [`MacroAuc::counted`]; `None` when there is none.
    pub value: Option<f64>,
    /// AUC of each class against the rest, `None` where an outcome is missing.
    pub classes: Vec<Option<f64>>,
}

impl MacroAuc {
    /// Positions of the classes that took part.
    pub fn counted(&self) -> Vec<usize> {
        (0..self.classes.len()).filter(|&class| self.classes[class].is_some()).collect()
    }

    /// Positions of the classes without an AUC: whoever shows the value should name them.
    pub fn left_out(&self) -> Vec<usize> {
        (0..self.classes.len()).filter(|&class| self.classes[class].is_none()).collect()
    }
}

/// The mean AUC over the classes that have both outcomes, each exactly once. An undefined
/// class is left out, never counted as 0 or 0.5; an uncertain label (`None`) leaves its
/// sample out of that class only.
///
/// # Formula
/// `A = (1/|C'|) sum_{c in C'} A_c`, `C'` the classes with a known positive and a known
/// negative; for multi-class tasks `A_c` is one class against the rest ([`one_vs_rest`]).
///
/// # Shapes
/// `targets` and `scores` are `[n x classes]`, row by row: entry `i * classes + c` belongs to
/// sample `i` and class `c`.
///
/// # Errors
/// [`MetricError::LengthMismatch`], [`MetricError::NotFinite`], [`MetricError::NoClasses`].
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::macro_auc;
/// let (yes, no) = (Some(true), Some(false));
/// let targets = [yes, no, no, None, no, yes]; // two findings, the second uncertain once
/// let found = macro_auc(&targets, &[0.9, 0.3, 0.4, 0.8, 0.2, 0.7], 2)?;
/// assert_eq!((found.value, found.counted()), (Some(1.0), vec![0, 1]));
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn macro_auc(targets: &[Option<bool>], scores: &[f64], classes: usize) -> Result<MacroAuc, MetricError> {
    let sorted = WeightedMacroAuc::new(targets, scores, classes)?;
    Ok(sorted.at(&vec![1; sorted.samples]))
}

/// The targets of a multi-class task, one class against the rest.
///
/// # Shapes
/// `labels` is `[n]`, the class of each sample; the result is `[n x classes]`, row by row.
///
/// # Errors
/// [`MetricError::NoSuchClass`].
///
/// # Examples
/// ```
/// let targets = qpnet_audit::metrics::one_vs_rest(&[1, 0], 2)?;
/// assert_eq!(targets, [Some(false), Some(true), Some(true), Some(false)]);
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn one_vs_rest(labels: &[usize], classes: usize) -> Result<Vec<Option<bool>>, MetricError> {
    if let Some(index) = labels.iter().position(|&label| label >= classes) {
        return Err(MetricError::NoSuchClass { index, got: labels[index], classes });
    }
    Ok(labels.iter().flat_map(|&label| (0..classes).map(move |class| Some(class == label))).collect())
}

/// [`macro_auc`] sorted once for many weightings.
#[derive(Clone, Debug)]
pub struct WeightedMacroAuc {
    classes: Vec<WeightedAuc>,
    /// Those with both outcomes.
    counted: Vec<usize>,
    samples: usize,
}

impl WeightedMacroAuc {
    /// Sort every class.
    ///
    /// # Errors
    /// As [`macro_auc`].
    pub fn new(targets: &[Option<bool>], scores: &[f64], classes: usize) -> Result<Self, MetricError> {
        if classes == 0 {
            return Err(MetricError::NoClasses);
        }
        let samples = targets.len() / classes;
        let whole = |what, got| {
            let expected = samples * classes;
            if got == expected { Ok(()) } else { Err(MetricError::LengthMismatch { what, expected, got }) }
        };
        whole("the matrix of targets", targets.len())?;
        whole("the matrix of scores", scores.len())?;
        finite(scores)?;
        let column = |class| {
            let labels: Vec<_> = targets.iter().skip(class).step_by(classes).copied().collect();
            let scores: Vec<_> = scores.iter().skip(class).step_by(classes).copied().collect();
            WeightedAuc::of_known(&labels, &scores)
        };
        let all: Vec<WeightedAuc> = (0..classes).map(column).collect::<Result<_, _>>()?;
        let counted = (0..classes).filter(|&class| all[class].has_both()).collect();
        Ok(Self { classes: all, counted, samples })
    }

    /// Number of weights that [`WeightedMacroAuc::at`] expects.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// The classes that have both outcomes.
    pub(crate) fn known(&self) -> impl Iterator<Item = &WeightedAuc> {
        self.counted.iter().map(|&class| &self.classes[class])
    }

    /// The macro AUC when sample `i` counts `weights[i]` times.
    ///
    /// # Panics
    /// With fewer weights than samples.
    pub fn at(&self, weights: &[u32]) -> MacroAuc {
        let classes: Vec<_> = self.classes.iter().map(|class| class.at(weights)).collect();
        let defined: Vec<f64> = classes.iter().copied().flatten().collect();
        let mean = defined.iter().sum::<f64>() / defined.len() as f64;
        MacroAuc { value: (!defined.is_empty()).then_some(mean), classes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_without_both_outcomes_is_left_out() {
        // Class 2 never occurs; the last class must not count twice.
        let targets = one_vs_rest(&[0, 1, 0, 1], 3).expect("classes");
        let scores = [0.6, 0.4, 0.1, 0.5, 0.3, 0.2, 0.7, 0.2, 0.1, 0.3, 0.5, 0.9];
        let found = macro_auc(&targets, &scores, 3).expect("valid");
        assert_eq!(found.classes, [Some(1.0), Some(0.75), None]);
        assert_eq!((found.value, found.left_out()), (Some(0.875), vec![2]));
        let none = macro_auc(&[Some(true), None], &[0.1, 0.2], 2).expect("valid");
        assert_eq!((none.value, none.counted()), (None, vec![]));
    }

    #[test]
    fn shapes_are_checked() {
        assert_eq!(macro_auc(&[], &[], 0), Err(MetricError::NoClasses));
        let error = macro_auc(&[Some(true); 4], &[0.0; 3], 2).expect_err("3 scores");
        assert!(error.to_string().contains("3 entries where 4"), "{error}");
        let error = one_vs_rest(&[0, 5], 3).expect_err("class 5");
        assert_eq!(error, MetricError::NoSuchClass { index: 1, got: 5, classes: 3 });
    }
}
