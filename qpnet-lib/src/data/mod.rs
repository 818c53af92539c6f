//! Any cohort by a manifest: table, subgroups, patients kept together, images, leak check.
//!
//! ```text
//! manifest -> table -> cohort -> scheme -> locate -> image -> split -> leak -> population
//!          -> synthetic -------------------------------------------------------^
//! ```
//!
//! # Examples
//! ```
//! use qpnet_lib::data::{self, LoadOptions, Manifest, OnUnreadable, Part, SyntheticSizes};
//! use qpnet_lib::rng::Streams;
//!
//! let manifest = Manifest::find("synthetic")?;
//! let options = LoadOptions {
//!     scheme: "moderate".into(),
//!     image_size: 32,
//!     synthetic: SyntheticSizes { dominant_train: 40, less_train: 12, validation: [8, 8], test: [16, 16] },
//!     data_root: None,
//!     on_unreadable: OnUnreadable::Fail,
//! };
//! let population = data::load(&manifest, &options, &Streams::new(1), &|_, _| {})?;
//! assert_eq!(population.images.shape(), [1, 32, 32]);
//! assert_eq!(population.indices(Part::Train, Some(1)).len(), 12);
//! assert!(population.leak_report().is_clean());
//! # Ok::<(), data::DataError>(())
//! ```

pub mod cohort;
pub mod error;
pub mod image;
pub mod image_set;
pub mod leak;
mod load;
pub mod locate;
pub mod manifest;
mod options;
mod population;
pub mod predicate;
mod raw_manifest;
pub mod resize;
pub mod scheme;
pub mod split;
mod suggest;
pub mod synthetic;
pub mod table;

pub use cohort::Cohort;
pub use error::DataError;
pub use image_set::ImageSet;
pub use leak::LeakReport;
pub use load::load;
pub use manifest::{Manifest, Source};
pub use options::{LoadOptions, OnUnreadable};
pub use population::{CellCount, Exclusion, Population, Sample};
pub use scheme::{DOMINANT, LESS_PREVALENT, SchemeInfo};
pub use split::Part;
pub use synthetic::SyntheticSizes;
