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

pub mod check;
pub mod cohort;
pub mod fetch;
pub mod manifest;
pub mod picture;
pub mod population;
pub mod rule;
pub mod split;
pub mod store;
pub mod synthetic;
pub mod table;

pub use check::copies::PatientCopy;
pub use check::problem::Problem;
pub use check::split_audit::{GivenSplit, PartCount, SplitAudit, audit_split};
pub use check::verify::{SchemeCheck, Verification, verify, verify_near};
pub use cohort::error::CohortError;
pub use cohort::exclusion::Exclusion;
pub use cohort::ids::LikeIds;
pub use cohort::image_file::ImageFile;
pub use cohort::on_unreadable::OnUnreadable;
pub use cohort::sample::Sample;
pub use cohort::survey::{Survey, SurveyCount, survey, survey_all};
pub use cohort::unknown::UnknownCount;
pub use manifest::checked::{Manifest, Source};
pub use manifest::error::ManifestError;
pub use picture::decode::{Decoded, decode};
pub use population::error::DataError;
pub use population::load::load;
pub use population::loaded::Population;
pub use population::nested;
pub use population::options::LoadOptions;
pub use population::origin::DataOrigin;
pub use population::partition::{Partition, partition, partition_tables};
pub use population::recipe::recipe_hash;
pub use rule::access::Access;
pub use rule::augmentation::Augmentation;
pub use rule::file_source::FileSource;
pub use rule::image_rule::{Fit, Grey, ImageRule, Region};
pub use rule::listed::ListedFile;
pub use rule::mask::{MaskRule, MaskUse};
pub use rule::part::Part;
pub use rule::policy::Policy;
pub use rule::role::{DOMINANT, LESS_PREVALENT, SchemeInfo, role_of};
pub use rule::task::TaskKind;
pub use split::counts::CellCount;
pub use split::error::SplitError;
pub use split::leak::LeakReport;
pub use store::error::StoreError;
pub use store::image_set::{DecodedSet, ImageSet, decode_all};
pub use store::pack::{PackCheck, PackUse, Packed, check_pack, pack};
pub use synthetic::SyntheticSizes;
pub use table::error::TableError;
