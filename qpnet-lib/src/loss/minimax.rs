//! Minimax Pareto fairness: how the groups' weights are searched for.

/// Where the search for the weights stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Search {
    /// Weight of each group's risk `mu`, sum 1: dominant, less-prevalent.
    pub weights: [f64; 2],
    /// The smallest largest risk so far; infinite before the first round.
    pub best: f64,
    /// The decay `K` of steps.
    pub decay: f64,
}

impl Search {
    /// `K` after an improvement is at most this.
    pub const LARGEST: f64 = 20.0;

    /// Equal weights, before the first round.
    pub fn new() -> Self {
        Self { weights: [0.5; 2], best: f64::INFINITY, decay: 1.0 }
    }

    /// After a round whose risks were `risks`: towards the groups that do worse than the best round's worst one.
    ///
    /// # Formula
    /// ```text
    /// max r < best:  best = max r, K = min(K, 20)        else: K = K + 1
    /// s_g = 1[r_g >= best] / sum_h 1[r_h >= best]
    /// mu <- (1 - alpha) mu + alpha s / K, divided by its sum
    /// ```
    ///
    /// # Source
    /// Martinez, Bertran & Sapiro 2020, *Minimax Pareto fairness* (arXiv 2011.01821), algorithm 1 (APStar), with the
    /// constants of the authors' public code (alpha 0.5, K from 1, at most 20).
    #[must_use]
    pub fn next(self, risks: [f64; 2], alpha: f64) -> Self {
        let largest = risks[0].max(risks[1]);
        let (best, decay) = match largest < self.best {
            true => (largest, self.decay.min(Self::LARGEST)),
            false => (self.best, self.decay + 1.0),
        };
        let worse = risks.map(|risk| f64::from(u8::from(risk >= best)));
        let count = worse[0] + worse[1];
        let moved = [0, 1].map(|g| (1.0 - alpha) * self.weights[g] + alpha * worse[g] / count / decay);
        let sum = moved[0] + moved[1];
        Self { weights: moved.map(|weight| weight / sum), best, decay }
    }
}

impl Default for Search {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: [f64; 2], expected: [f64; 2]) {
        assert!((0..2).all(|g| (found[g] - expected[g]).abs() < 1e-12), "{found:?}");
    }

    #[test]
    fn weights_go_to_the_worse_group_in_shorter_and_shorter_steps() {
        let first = Search::new().next([1.0, 2.0], 0.5);
        close(first.weights, [0.25, 0.75]);
        assert_eq!((first.best, first.decay), (2.0, 1.0));
        // Worse than the best: K = 2, (0.125, 0.375 + 0.25) / 0.75.
        let second = first.next([1.5, 2.5], 0.5);
        close(second.weights, [1.0 / 6.0, 5.0 / 6.0]);
        // Both are worse than the best: K = 3, (1/12 + 1/12, 5/12 + 1/12) / (2/3).
        let third = second.next([2.2, 2.1], 0.5);
        close(third.weights, [0.25, 0.75]);
        assert_eq!((third.best, third.decay), (2.0, 3.0));
        let better = Search { decay: 30.0, ..third }.next([1.0, 1.5], 0.5);
        assert_eq!((better.best, better.decay), (1.5, 20.0));
    }

    #[test]
    fn it_finds_the_model_whose_worst_group_is_best() {
        // r_0 = x^2 and r_1 = (x - 1)^2 + 0.1 have their weighted minimum at x = mu_1, and are equal at x = 0.55.
        let risks = |x: f64| [x * x, (x - 1.0).powi(2) + 0.1];
        let (mut search, mut best) = (Search::new(), (f64::INFINITY, 0.0));
        for _ in 0..200 {
            let x = search.weights[1];
            let largest = risks(x)[0].max(risks(x)[1]);
            if largest < best.0 {
                best = (largest, x);
            }
            search = search.next(risks(x), 0.5);
        }
        assert!((best.1 - 0.55).abs() < 0.01, "{best:?}");
    }
}
