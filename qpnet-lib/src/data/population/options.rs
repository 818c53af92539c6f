//! How a population is to be loaded.

use std::path::PathBuf;

use crate::data::cohort::on_unreadable::OnUnreadable;
use crate::data::rule::fold::Fold;
use crate::data::synthetic::SyntheticSizes;

/// How to load a population.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// The scheme; empty for the manifest's default.
    pub scheme: String,
    /// Side of the square images in pixels.
    pub image_size: i64,
    /// One fold of a cross-fitting, in place of the usual split and of a published one; a synthetic population is
    /// drawn in the sizes below and divided anew.
    pub fold: Option<Fold>,
    /// Sizes of the synthetic population; not used by files.
    pub synthetic: SyntheticSizes,
    /// The folder that holds the data sets (QPNET_DATA); not used by the synthetic one.
    pub data_root: Option<PathBuf>,
    /// The folder of packs (QPNET_CACHE), looked into before images are decoded; `None`: there is none.
    pub cache: Option<PathBuf>,
    /// Missing and unreadable images.
    pub on_unreadable: OnUnreadable,
}
