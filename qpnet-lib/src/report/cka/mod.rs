//! A CKA study, as tables, as a figure and in words.

mod tables;
mod words;

pub use tables::{
    cka_auc_table, cka_difference_table, cka_figure, cka_parts_table, cka_provenance_table, cka_table,
};
pub use words::cka_words;
