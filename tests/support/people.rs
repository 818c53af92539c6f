//! The people that tests of training share: drawn, in the scheme `moderate`.

use qpnet_lib::data::{self, LoadOptions, Manifest, OnUnreadable, Population, SyntheticSizes};
use qpnet_lib::rng::Streams;

/// Squares of `image_size` pixels, as many people as `synthetic` says, the same at every call.
pub fn people(image_size: i64, synthetic: SyntheticSizes) -> Population {
    let options = LoadOptions {
        scheme: "moderate".into(),
        image_size,
        synthetic,
        data_root: None,
        fold: None,
        cache: None,
        on_unreadable: OnUnreadable::Fail,
    };
    let manifest = Manifest::find("synthetic").expect("shipped");
    data::load(&manifest, &options, &Streams::new(1), &|_, _| {}).expect("population")
}
