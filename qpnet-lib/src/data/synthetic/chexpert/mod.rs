//! The CheXpert-shaped population: fourteen findings on the same grey nodules, in patients with
//! an age and a race.
//!
//! It has CheXpert's columns, about its prevalences, its uncertain labels and its blanks, and
//! nothing of its images: an experiment that runs here runs there once the data are fetched.
//! What a model can learn is known by construction.
//!
//! # Model
//! 1. **Patient** Age is normal (61, 17.5), cut to 18 to 90 years; race is White 0.63, Asian
//!    0.13, other 0.18, Black 0.06; both within what the scheme and the subgroup ask for. All
//!    patients are female, as in the schemes that this set stands in for. A patient has one
//!    study of one to three images, each number as likely.
//! 2. **Truth** `z_f = sum_k a_fk F_k + own_f e_f`, all standard normal; the finding is present
//!    when `z_f` is above the quantile of its prevalence. The factors `F_k` are congestion,
//!    infection, pleura and injury; findings that share one occur together.
//! 3. **Report** Half of the uncertain share is taken from those who have the finding, half from
//!    those who have not. One absent finding in ten is recorded as 0, the others are blank.
//!    "No Finding" is 1 when nothing but support devices is present or uncertain, else blank.
//! 4. **Cue** A finding with a cue shifts it: `C = mu t + N(0, 1)` per patient, `t = +-1`, and
//!    `0.3 N(0, 1)` per image. The best reader of one cue alone has the AUC
//!    `Phi(sqrt(2) mu / sqrt(1.09))`: 0.91 for `mu` = 1.0, 0.95 for 1.2, 0.97 for 1.4.
//! 5. **Conflict** In the patients named in the last column the cue is reversed and weaker
//!    (`-0.57 mu`), whatever the scheme; their images also have the look of the less-prevalent
//!    subgroup of the binary generator (longer speckle, more attenuation).
//!
//! | Finding | recorded 1 | recorded -1 | cue | mu | reversed in |
//! |---|---|---|---|---|---|
//! | No Finding | about 0.09 | 0 | none: it follows from the others | | |
//! | Enlarged Cardiomediastinum | 0.048 | 0.054 | none; with Cardiomegaly | | |
//! | Cardiomegaly | 0.123 | 0.035 | size of the nodule | 1.2 | Black |
//! | Lung Opacity | 0.494 | 0.023 | echogenicity | 1.3 | |
//! | Lung Lesion | 0.037 | 0.006 | number of small bright nodules | 1.3 | |
//! | Edema | 0.261 | 0.062 | coarseness of the interior | 1.4 | over 80 |
//! | Consolidation | 0.068 | 0.128 | spiculation of the border | 1.2 | |
//! | Pneumonia | 0.024 | 0.083 | none; with Consolidation and Opacity | | |
//! | Atelectasis | 0.156 | 0.157 | height of the nodule | 1.2 | over 80 |
//! | Pneumothorax | 0.092 | 0.014 | side of the nodule | 1.0 | |
//! | Pleural Effusion | 0.403 | 0.050 | attenuation with depth | 1.2 | Black |
//! | Pleural Other | 0.013 | 0.009 | none; with Effusion | | |
//! | Fracture | 0.039 | 0.003 | none; with Devices and Pneumothorax | | |
//! | Support Devices | 0.564 | 0.005 | bright line near the upper edge | 1.2 | |
//!
//! # Source
//! Shares: Irvin et al., CheXpert, AAAI 2019, Table 1 (studies of the training set), rounded.

mod chest;
mod cue;
mod findings;
mod patient;
mod records;
mod render;
#[cfg(test)]
mod visible;

pub use crate::data::rule::generator::Attribute;
pub(super) use chest::Chest;
pub use cue::Cue;
pub use findings::{FINDINGS, Finding, MENTIONED, REVERSED};
pub use patient::{Patient, Race};
pub use records::{demographics_csv, labels_csv};
pub use render::{Cues, Scene, render};
