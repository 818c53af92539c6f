//! Any cohort by a manifest: table, subgroups, patients kept together, images, leak check.
//!
//! Beside the population: [`mod@fetch`] downloads open files, [`verify`] looks whether a download
//! is whole, [`partition`] gives the split as a table, [`audit_split`] looks for leaks in it, or in somebody else's, [`survey`]
//! counts subgroups from the tables alone, [`pack()`] keeps decoded images in a file.
//!
//! ```text
//! manifest -> table -> cohort -> scheme -> locate -> image -> split -> leak -> population -> nested
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
//!     cache: None,
//!     on_unreadable: OnUnreadable::Fail,
//! };
//! let population = data::load(&manifest, &options, &Streams::new(1), &|_, _| {})?;
//! assert_eq!(population.images.shape(), [1, 32, 32]);
//! assert_eq!(population.indices(Part::Train, Some(1)).len(), 12);
//! assert!(population.leak_report().is_clean());
//! # Ok::<(), data::DataError>(())
//! ```

mod access;
mod age;
mod augmentation;
mod blocks;
mod cohort;
mod copies;
mod counts;
mod derive;
mod derived;
mod division;
pub mod error;
mod facts;
pub mod fetch;
pub mod file_source;
mod files;
mod frame;
mod grey;
mod grid;
mod gzip;
mod hashed;
mod ids;
pub mod image;
mod image_rule;
pub mod image_set;
mod join;
mod jpeg;
mod label;
pub mod leak;
mod listed;
mod load;
mod locate;
pub mod manifest;
mod mask;
mod mask_files;
pub mod near;
pub mod nested;
mod options;
mod origin;
mod pack;
mod part;
mod partition;
mod picture;
mod population;
mod predicate;
mod range;
mod raw_label;
mod raw_manifest;
mod raw_scheme;
mod recipe;
mod records;
mod region;
mod remarks;
mod resize;
pub mod scheme;
mod seen;
pub mod split;
mod split_audit;
mod suggest;
mod sums;
mod survey;
pub mod synthetic;
mod table;
mod task;
mod telling;
mod unknown;
mod untaken;
mod unused_masks;
mod verify;
mod words;

pub use access::Access;
pub use augmentation::Augmentation;
pub use copies::PatientCopy;
pub use counts::CellCount;
pub use error::DataError;
pub use file_source::FileSource;
pub use files::ImageFile;
pub use ids::LikeIds;
pub use image_set::ImageSet;
pub use label::Policy;
pub use leak::LeakReport;
pub use listed::ListedFile;
pub use load::load;
pub use manifest::{Manifest, Source};
pub use mask::{MaskRule, MaskUse};
pub use options::{LoadOptions, OnUnreadable};
pub use origin::DataOrigin;
pub use pack::{PackCheck, PackUse, Packed, check_pack, pack};
pub use part::Part;
pub use partition::{Partition, partition, partition_tables};
pub use population::{Exclusion, Population, Sample};
pub use recipe::recipe_hash;
pub use scheme::{DOMINANT, LESS_PREVALENT, SchemeInfo, role_of};
pub use split_audit::{GivenSplit, PartCount, SplitAudit, audit_split};
pub use survey::{Survey, SurveyCount, survey, survey_all};
pub use synthetic::SyntheticSizes;
pub use task::TaskKind;
pub use unknown::UnknownCount;
pub use verify::{Problem, SchemeCheck, Verification, verify, verify_near};
