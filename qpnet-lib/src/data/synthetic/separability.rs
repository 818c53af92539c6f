//! How well the two subgroups can be told apart by their look alone.
//!
//! The style of a subgroup is its speckle and its attenuation with depth; neither says anything of the label. An
//! adversary or a distance between distributions can only remove what tells the subgroups apart, so it is a factor of
//! experiments. The levels change the less-prevalent subgroup; the dominant one keeps speckle 0.60 and attenuation 0.15.
//!
//! | level | speckle | attenuation | AUC by depth |
//! |---|---|---|---|
//! | `none` | 0.60 | 0.15 | 0.50 |
//! | `present`, as published | 0.62 | 0.20 | 0.81 |
//! | `strong` | 0.80 | 0.30 | 0.98 |
//!
//! The last column is measured: the AUC with which the mean of an image's upper quarter less that of its lower quarter
//! tells the subgroups, at 32 pixels. In a plan of `qpnet grid`:
//!
//! ```toml
//! [[factors]]
//! name = "separability"
//! levels = [
//!     { name = "none", set = { "population.speckle.1" = 0.60, "population.attenuation.1" = 0.15 } },
//!     { name = "present", set = { "population.speckle.1" = 0.62, "population.attenuation.1" = 0.20 } },
//!     { name = "strong", set = { "population.speckle.1" = 0.80, "population.attenuation.1" = 0.30 } },
//! ]
//! ```

use crate::data::rule::params::Params;

/// How different the less-prevalent subgroup looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separability {
    /// Both look alike.
    None,
    /// As published.
    Present,
    /// Plainly different.
    Strong,
}

impl Separability {
    /// Every level, the least first.
    pub const ALL: [Self; 3] = [Self::None, Self::Present, Self::Strong];

    /// Speckle and attenuation of the less-prevalent subgroup.
    pub fn style(self) -> [f64; 2] {
        match self {
            Self::None => [0.60, 0.15],
            Self::Present => [0.62, 0.20],
            Self::Strong => [0.80, 0.30],
        }
    }

    /// `params` with this look of the less-prevalent subgroup.
    pub fn applied(self, params: Params) -> Params {
        let [speckle, attenuation] = self.style();
        let mut own = params;
        (own.speckle[1], own.attenuation[1]) = (speckle, attenuation);
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::rule::conflict::Conflict;
    use crate::data::synthetic::render::{Patient, render};
    use crate::metrics::WeightedAuc;
    use crate::rng::Streams;

    const SIDE: usize = 32;

    /// Mean of the upper quarter less that of the lower one.
    fn depth(image: &[f32]) -> f64 {
        let quarter = image.len() / 4;
        let mean = |part: &[f32]| part.iter().map(|&value| f64::from(value)).sum::<f64>() / quarter as f64;
        mean(&image[..quarter]) - mean(&image[image.len() - quarter..])
    }

    #[test]
    fn a_simple_statistic_of_the_pixels_tells_the_subgroups_as_documented() {
        let text = include_str!("separability.rs");
        for (level, name) in Separability::ALL.into_iter().zip(["none", "present", "strong"]) {
            let params = level.applied(Params::preset(Conflict::Moderate));
            let streams = Streams::new(23);
            let (mut labels, mut scores) = (Vec::new(), Vec::new());
            for g in 0..2 {
                let streams = streams.below(if g == 0 { "dominant" } else { "less" });
                for index in 0..1500 {
                    let mut rng = streams.at("image", index as u64);
                    let patient = Patient::draw(&params, g, index, &mut rng);
                    scores.push(depth(&render(&params, g, &patient, SIDE, &mut rng)));
                    labels.push(g == 1);
                }
            }
            let auc = WeightedAuc::new(&labels, &scores).expect("finite");
            let auc = auc.at(&vec![1; labels.len()]).expect("both");
            // 1,500 against 1,500 images: a standard error of at most 0.011.
            let row = text.lines().find(|line| line.starts_with(&format!("//! | `{name}`"))).expect("a row");
            let stated: f64 =
                row.trim_end_matches(" |").rsplit(' ').next().expect("a cell").parse().expect(row);
            assert!((auc - stated).abs() < 0.03, "{name}: {auc}, stated {stated}");
            // The snippet of the documentation has the same numbers.
            let [speckle, attenuation] = level.style();
            let snippet = format!(
                "{{ name = \"{name}\", set = {{ \"population.speckle.1\" = {speckle:.2}, \"population.attenuation.1\" = {attenuation:.2} }} }}"
            );
            assert!(text.contains(&format!("//!     {snippet},")), "{snippet}");
        }
        let preset = Params::preset(Conflict::Moderate);
        assert_eq!(Separability::Present.applied(preset), preset);
    }
}
