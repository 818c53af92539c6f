//! What there is to read, what it holds, and who is in which part.

mod data_set;
mod fetch;
mod split;
mod survey;

pub use data_set::{manifest_card, manifests_table, verification_words};
pub use fetch::{fetch_table, received_words};
pub use split::{partition_table, split_audit_words};
pub use survey::{survey_table, training_share_words};
