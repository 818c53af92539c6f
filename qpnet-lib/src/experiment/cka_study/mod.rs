//! Which features a transfer to the less-prevalent subgroup reuses (Fig 5).
//!
//! ```text
//! CKA_1     M_1 before against after its transfer,  M_1: a pretrained start
//! CKA_2     M_2 before against after its transfer,  M_2: Mixed (or dominant-only) trained from M_1
//! Delta CKA = CKA_2 - CKA_1, layer by layer
//! ```
//! The transfer is either plain fine-tuning on the less-prevalent training set, or QPI. Both
//! networks go through the same one. QPI is anchored on M_2's dominant AUC in both cases, since
//! M_1 has no head yet. All layers see the same less-prevalent test images.

mod average;
mod config;
mod layer_test;
mod seed;

pub use average::{CkaStudy, LayerResult, TransferResult, study};
pub use config::{CkaStudyConfig, SecondStart, Start};
pub use layer_test::{FAMILY_LEVEL, LayerTest, Side};
pub use seed::{SeedStudy, TransferKind};
