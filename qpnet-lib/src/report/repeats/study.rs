//! Every method and the ablation grid on one data set, as tables and as a report.

use super::ablation::{auc, control_figure, effect_figure, effect_words, grid_figure};
use super::seeds::{closing, repeats_provenance_table};
use crate::experiment::ablation::Parts;
use crate::experiment::{MainEffect, RepeatedDifference, RepeatedMethod, Repeats};
use crate::report::verdict::title_of;
use crate::report::{Document, ReportError, Table, format};
use crate::train::QpiConfig;

/// The numbers of a study: means over seeds, QPI minus every other method, main effects.
#[derive(Debug)]
pub struct Study<'a> {
    repeats: &'a Repeats,
    full: QpiConfig,
    means: Vec<RepeatedMethod>,
    against: Vec<RepeatedDifference>,
    effects: Vec<MainEffect>,
}

impl<'a> Study<'a> {
    /// Compute them; `full` is the QP-Net that is taken apart, under the key `qpi`.
    ///
    /// # Errors
    /// [`ReportError::Run`] when a method or a cell of the grid was not trained.
    pub fn of(repeats: &'a Repeats, full: QpiConfig) -> Result<Self, ReportError> {
        let keys = repeats.config.methods.iter().map(|spec| spec.key.as_str());
        let others: Vec<&str> = keys.filter(|key| *key != QPI).collect();
        Ok(Self {
            repeats,
            full,
            means: repeats.methods()?,
            against: repeats.versus(QPI, &others)?,
            effects: repeats.main_effects(full)?,
        })
    }

    /// A method a row: AUC of the dominant and the less-prevalent subgroup, and QPI minus it on both.
    pub fn methods_table(&self) -> Table {
        let [dominant, less] = [0, 1].map(|subgroup| &self.repeats.data.subgroups[subgroup]);
        let headers = [
            "Method".to_owned(),
            format!("{dominant}: AUC"),
            format!("{less}: AUC"),
            format!("QPI minus it, {dominant}"),
            format!("QPI minus it, {less}"),
        ];
        let title = format!("Test AUC, mean of {} trainings (95 % interval)", self.repeats.seeds.len());
        let mut table = Table::new(title, headers);
        for method in &self.means {
            let difference = |subgroup: usize| {
                let found = self.against.iter();
                let found = found.filter(|pair| pair.reference == method.spec.key);
                let mut found = found.filter(|pair| pair.subgroup == subgroup);
                found.next().map_or_else(String::new, |pair| format::estimate(&pair.auc))
            };
            table.row([
                method.spec.title.clone(),
                format::estimate(&auc(method, 0)),
                format::estimate(&auc(method, 1)),
                difference(0),
                difference(1),
            ]);
        }
        table.note("intervals: Student's t of seeds and of patients together; differences are paired and not adjusted for their number");
        closing(&mut table, self.repeats);
        table
    }

    /// A part of QP-Net a row: what it does to both subgroups, mean over all settings of the others.
    pub fn effects_table(&self) -> Table {
        let [dominant, less] = [0, 1].map(|subgroup| self.repeats.data.subgroups[subgroup].clone());
        let title = "Main effect of each part of QP-Net on test AUC (95 % interval)";
        let mut table = Table::new(title, ["Part".to_owned(), dominant, less]);
        for effect in self.effects.iter().filter(|effect| effect.subgroup == 0) {
            let same = |other: &&MainEffect| other.part == effect.part && other.subgroup == 1;
            let less = self.effects.iter().find(same).map(|other| format::estimate(&other.auc));
            table.row([
                effect.part.title().to_owned(),
                format::estimate(&effect.auc),
                less.unwrap_or_default(),
            ]);
        }
        let cells = Parts::grid().len() / 2;
        table.note(format!(
            "mean over the {cells} cells that have the part minus mean over the {cells} that do not"
        ));
        closing(&mut table, self.repeats);
        table
    }

    /// Against which methods QPI is better or worse beyond chance, and what its parts do.
    pub fn words(&self) -> String {
        let mut lines = Vec::new();
        for subgroup in [1, 0] {
            let of_subgroup: Vec<_> = self.against.iter().filter(|pair| pair.subgroup == subgroup).collect();
            let named = |holds: fn(&RepeatedDifference) -> bool| {
                let names = of_subgroup.iter().filter(|pair| holds(pair));
                let names: Vec<&str> = names.map(|pair| title_of(self.repeats, &pair.reference)).collect();
                if names.is_empty() { "none".to_owned() } else { names.join(", ") }
            };
            lines.push(format!(
                "{}: of {} others, QPI has the higher AUC than: {}; the lower than: {}; the rest is undecided.",
                self.repeats.data.subgroups[subgroup],
                of_subgroup.len(),
                named(|pair| pair.auc.low.is_some_and(|low| low > 0.0)),
                named(|pair| pair.auc.high.is_some_and(|high| high < 0.0)),
            ));
        }
        lines.push(effect_words(self.repeats, &self.effects));
        lines.join("\n")
    }

    /// All of it, with figures; `call` is what gives the same numbers.
    ///
    /// # Errors
    /// [`ReportError::Figure`] when a drawing fails.
    pub fn document(&self, call: &str) -> Result<Document, ReportError> {
        let Self { repeats, full, means, effects, .. } = self;
        let (data, config) = (&repeats.data, &repeats.config);
        let mut document =
            Document::new(format!("Methods and parts of QP-Net on {}, scheme {}", data.title, config.scheme));
        document.paragraph(format!(
            "Profile {}, images of {} px. All methods but Mixed start from Mixed and take as many further steps; \
             the last epoch is kept (DFR: of the last layer only).",
            config.profile, config.settings.image_size
        ));
        for line in self.words().lines() {
            document.paragraph(line);
        }
        document.heading("Methods").table(self.methods_table());
        document.figure(control_figure(repeats, means, "methods")?);
        document.heading("Parts of QP-Net").table(self.effects_table());
        document.figure(effect_figure(repeats, effects, "effects")?);
        document.figure(grid_figure(repeats, means, *full, "grid")?);
        document.heading("Reproducibility").table(repeats_provenance_table(repeats, call));
        Ok(document)
    }
}

const QPI: &str = "qpi";
