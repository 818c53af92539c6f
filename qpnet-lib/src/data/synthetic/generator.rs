//! Which artist draws for a generator.

use super::artist::Artist;
use super::chexpert::Chest;
use super::nodules::Nodules;
use crate::data::rule::generator::Generator;
use crate::data::rule::params::Params;

/// The artist with the settings of `generator`.
pub(super) fn artist(generator: &Generator) -> Box<dyn Artist> {
    match *generator {
        Generator::Nodules(conflict) => Box::new(Nodules { params: Params::preset(conflict) }),
        Generator::Own(ref params) => Box::new(Nodules { params: **params }),
        Generator::Chexpert { attribute, uncertain, blank } => {
            Box::new(Chest::new(attribute, uncertain, blank))
        }
    }
}

/// Everything the images depend on beside sizes, seed and side.
pub(in crate::data) fn recipe(generator: &Generator) -> String {
    artist(generator).recipe()
}
