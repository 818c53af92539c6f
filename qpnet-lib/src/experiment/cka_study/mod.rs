//! Which features a transfer to the less-prevalent subgroup reuses (Fig 5).
//!
//! ```text
//! CKA_1     M_1 before against after its transfer,  M_1: a pretrained start
//! CKA_2     M_2 before against after its transfer,  M_2: Mixed (or dominant-only) trained from M_1
//! Delta CKA = CKA_2 - CKA_1, layer by layer
//! ```
//! The transfer is plain fine-tuning on the less-prevalent training set, QPI, or QPI with delta
//! fixed at 1/2. Both networks go through the same one. QPI is anchored on M_2's dominant AUC in
//! both cases, since M_1 has no head yet; what that does to M_1's adaptive delta, and why the
//! control is there, is said at [`TransferKind::QpiHalf`]. All layers see the same less-prevalent
//! test images, one of each patient.

mod average;
mod claim;
mod config;
mod images;
mod layer_test;
mod seed;
mod transfer_kind;

pub use average::{CkaStudy, LayerResult, TransferResult, study};
pub use claim::{Claim, Seen};
pub use config::{CkaStudyConfig, SecondStart, Start};
pub use images::compared_images;
pub use layer_test::{FAMILY_LEVEL, LayerTest, Side};
pub use seed::SeedStudy;
pub use transfer_kind::TransferKind;
