//! What a finding changes in an image.

/// What a finding changes in the image, in the order of [`Cues`](super::render::Cues).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cue {
    /// The nodule's radius.
    Size,
    /// How dark the nodule is.
    Echogenicity,
    /// Small bright nodules in the lower half.
    Satellites,
    /// How coarse the nodule's interior is.
    Coarseness,
    /// How jagged the nodule's border is.
    Spiculation,
    /// How high the nodule lies.
    Height,
    /// How far to the right the nodule lies.
    Side,
    /// How fast the image darkens with depth.
    Attenuation,
    /// A bright line near the upper edge.
    Line,
}

impl Cue {
    /// All cues, in order.
    pub const ALL: [Self; 9] = [
        Self::Size,
        Self::Echogenicity,
        Self::Satellites,
        Self::Coarseness,
        Self::Spiculation,
        Self::Height,
        Self::Side,
        Self::Attenuation,
        Self::Line,
    ];
}
