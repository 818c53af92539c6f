//! The frontier as a line, and where a model stands.

use std::ops::{Add, Div, Sub};

/// Where a model stands: its AUC in both subgroups.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    /// Of the dominant subgroup.
    pub dominant: f64,
    /// Of the less-prevalent subgroup.
    pub less: f64,
}

impl Place {
    /// At least as much of both, and more of one.
    pub fn dominates(self, other: Self) -> bool {
        self.dominant >= other.dominant && self.less >= other.less && self != other
    }

    /// The mean of places; of none `NaN`.
    pub fn mean(places: impl ExactSizeIterator<Item = Self>) -> Self {
        let count = places.len() as f64;
        places.fold(Self::default(), Add::add) / count
    }
}

impl Add for Place {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { dominant: self.dominant + other.dominant, less: self.less + other.less }
    }
}

impl Sub for Place {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { dominant: self.dominant - other.dominant, less: self.less - other.less }
    }
}

impl Div<f64> for Place {
    type Output = Self;

    fn div(self, by: f64) -> Self {
        Self { dominant: self.dominant / by, less: self.less / by }
    }
}

/// What the frontier has at a dominant AUC.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// AUC of the less-prevalent subgroup.
    pub less: f64,
    /// Whether the dominant AUC is between those of its points; else `less` is that of the nearest end.
    pub inside: bool,
}

/// The frontier that some places trace.
///
/// # Examples
/// ```
/// use qpnet_audit::stats::frontier::{Frontier, Place};
/// let place = |dominant, less| Place { dominant, less };
/// let frontier = Frontier::new(&[place(0.9, 0.8), place(0.8, 0.84)]).expect("points");
/// assert!((frontier.at(0.85).less - 0.82).abs() < 1e-12);
/// assert!((frontier.gain(place(0.85, 0.83)) - 0.01).abs() < 1e-12);
/// let end = frontier.at(0.95);
/// assert_eq!((end.less, end.inside), (0.8, false));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Frontier {
    /// By dominant AUC, each once.
    knots: Vec<Place>,
}

impl Frontier {
    /// Through `places`, in any order; `None` of none, or where one is not a number. Places of one dominant AUC are
    /// one point, their mean.
    pub fn new(places: &[Place]) -> Option<Self> {
        if places.is_empty() || places.iter().any(|p| !p.dominant.is_finite() || !p.less.is_finite()) {
            return None;
        }
        let mut sorted = places.to_vec();
        sorted.sort_by(|a, b| a.dominant.total_cmp(&b.dominant).then(a.less.total_cmp(&b.less)));
        let same = sorted.chunk_by(|a, b| a.dominant == b.dominant);
        let knots = same.map(|all| {
            let (first, last) = (all[0], all[all.len() - 1]);
            // The mean of equal numbers is that number, to the last bit.
            if first == last {
                first
            } else {
                Place { dominant: first.dominant, ..Place::mean(all.iter().copied()) }
            }
        });
        Some(Self { knots: knots.collect() })
    }

    /// Linear between neighbours, the nearest end outside.
    pub fn at(&self, dominant: f64) -> Reading {
        let after = self.knots.partition_point(|knot| knot.dominant < dominant);
        match (after.checked_sub(1).map(|before| self.knots[before]), self.knots.get(after)) {
            (_, Some(knot)) if knot.dominant == dominant => Reading { less: knot.less, inside: true },
            (Some(low), Some(high)) => {
                let share = (dominant - low.dominant) / (high.dominant - low.dominant);
                Reading { less: low.less + share * (high.less - low.less), inside: true }
            }
            (None, Some(end)) => Reading { less: end.less, inside: false },
            (end, None) => Reading { less: end.map_or(f64::NAN, |end| end.less), inside: false },
        }
    }

    /// How far a place lies above.
    ///
    /// # Formula
    /// `D = less - frontier(dominant)`
    pub fn gain(&self, place: Place) -> f64 {
        place.less - self.at(place.dominant).less
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(dominant: f64, less: f64) -> Place {
        Place { dominant, less }
    }

    #[test]
    fn it_is_linear_between_neighbours_whatever_their_order_and_flat_outside() {
        let all = [place(0.7, 0.82), place(0.9, 0.8), place(0.8, 0.84)];
        let frontier = Frontier::new(&all).expect("points");
        for (dominant, less, inside) in [
            (0.7, 0.82, true),
            (0.75, 0.83, true),
            (0.8, 0.84, true),
            (0.825, 0.83, true),
            (0.9, 0.8, true),
            (0.91, 0.8, false),
            (0.6, 0.82, false),
        ] {
            let found = frontier.at(dominant);
            assert!((found.less - less).abs() < 1e-12 && found.inside == inside, "{dominant}: {found:?}");
        }
        let turned = [all[2], all[0], all[1]];
        assert_eq!(Frontier::new(&turned), Some(frontier));
    }

    #[test]
    fn points_of_one_dominant_auc_are_their_mean_and_its_own_points_gain_nothing() {
        let frontier = Frontier::new(&[place(0.8, 0.7), place(0.8, 0.9), place(0.9, 0.6)]).expect("points");
        assert!((frontier.at(0.8).less - 0.8).abs() < 1e-12 && (frontier.at(0.85).less - 0.7).abs() < 1e-12);
        // 0.1 + 0.1 + 0.1 is not 0.3: equal points must stay what they are.
        let one = place(0.1, 0.1);
        assert_eq!(Frontier::new(&[one; 3]).expect("points").gain(one), 0.0);
        assert!(Frontier::new(&[]).is_none() && Frontier::new(&[place(f64::NAN, 0.5)]).is_none());
    }

    #[test]
    fn more_of_both_dominates() {
        let own = place(0.8, 0.7);
        assert!(place(0.8, 0.71).dominates(own) && place(0.81, 0.7).dominates(own));
        assert!(!own.dominates(own) && !place(0.9, 0.69).dominates(own));
    }
}
