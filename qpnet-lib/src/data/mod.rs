//! Any cohort by a manifest: table, subgroups, patients kept together, images, leak check.
//!
//! The rooms, in order: a room imports only from rooms before it.
//!
//! | room | holds | begins with |
//! |---|---|---|
//! | [`rule`] | what a manifest may say, as checked types that read nothing | [`FileSource`] |
//! | [`manifest`] | the description of a data set, found, parsed and checked | [`Manifest`] |
//! | [`table`] | CSV files as columns of words: stacked, joined, derived from, read as labels | |
//! | [`cohort`] | the rows that are samples, their subgroups and their files; [`survey`] counts them | [`Sample`] |
//! | [`picture`] | one image file to one array of pixels, with its masks | [`decode`] |
//! | [`store`] | the pixels of all images, in memory or in a [`pack`](fn@pack) | [`ImageSet`] |
//! | [`split`] | who is in which part, how many that are, and whether anything crosses | [`LeakReport`] |
//! | [`synthetic`] | populations that are drawn, in place of files | [`SyntheticSizes`] |
//! | [`population`] | the way from a manifest to samples, parts and images | [`load`], [`partition`] |
//! | [`check`] | whether a download is whole and a split clean | [`verify`], [`audit_split`] |
//! | [`fetch`](mod@fetch) | downloads of open files | [`fetch::plan`] |
//!
//! One way leads through them, and each user leaves it where it has what it needs:
//!
//! ```text
//! tables -> cohort -> scheme -> files -> pixels, or hashes -> split -> population -> nested
//!              |         |        |                            |
//!  verify, leaks, pack  survey  recipe                     partition
//! ```
//!
//! A room's errors carry words and numbers and are in its own enum; [`DataError`] holds them all.
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
//!     fold: None,
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
pub use cohort::columns::columns;
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
pub use rule::fold::Fold;
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
