//! A fairness audit of anybody's predictions, and what it is made of: measures, statistics, figures, the report.
//!
//! Nothing is trained and no picture is read here, so that Rust alone builds it: no libtorch, no data frames, no
//! decoders. The library `qpnet_audit` stands on this crate and hands its modules on under the same names.
//!
//! ```
//! use qpnet_audit::audit::{AuditOptions, Predictions, Reading, audit};
//!
//! let table = "id,y,p,site\n1,1,0.9,A\n2,0,0.2,A\n3,1,0.7,B\n4,0,0.8,B\n";
//! let predictions = Predictions::parse("table.csv", table.as_bytes(), &Reading::default()).expect("a table");
//! let found = audit(&predictions, &AuditOptions::default()).expect("numbers");
//! assert_eq!(found.cells[0].auc.value, Some(1.0));
//! ```
//!
//! The modules are floors of one house; a module imports only from floors below its own:
//!
//! | floor | modules |
//! |---|---|
//! | 5 | `program` (feature `cli`): the verbs `audit` and `pareto`, of `qpnet-audit` and of `qpnet` |
//! | 4 | [`report`] |
//! | 3 | [`figure`] |
//! | 2 | [`audit`] |
//! | 1 | [`metrics`], [`stats`] |
//! | 0 | [`rng`], [`clock`], [`fs`], [`stamp`], [`words`], `math`, `threads` |
//!
//! Features: `cli` (the program), `system` (files and the machine's clock), `threads` (all cores). Without them the
//! crate compiles for `wasm32-unknown-unknown`: tables come as bytes, reports and figures go as text.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "expected values may be the system's"))]

pub mod audit;
pub mod clock;
pub mod figure;
pub mod fs;
mod math;
pub mod metrics;
#[cfg(feature = "cli")]
pub mod program;
pub mod report;
pub mod rng;
pub mod stamp;
pub mod stats;
mod threads;
pub mod words;
