//! What the drawings of an audit share: which subgroups and classes they show, and one chart a
//! class on one sheet.

use super::name::name;
use crate::audit::{Audit, AuditError, Predictions};
use crate::figure::{Figure, LineStyle, Lines, Panels};
use crate::report::ReportError;
use crate::threads;

/// More subgroups than this a drawing cannot tell apart.
const MOST_GROUPS: usize = 6;
/// More classes than this do not fit on a sheet.
const MOST_CLASSES: usize = 9;
/// Colours of the subgroups as places in the theme's list.
const COLOURS: [usize; MOST_GROUPS] = [2, 6, 3, 1, 4, 5];

/// A subgroup in a drawing: its name, its place in the table, its colour.
pub(super) type Shown<'a> = (&'a str, usize, usize);

/// `(x, y, low, high)` of a band.
type Corner = (f64, f64, f64, f64);

/// One method's drawing in the making.
pub(super) struct Sheet<'a> {
    pub(super) audit: &'a Audit,
    pub(super) predictions: &'a Predictions,
    /// Place of the method.
    pub(super) method: usize,
}

impl<'a> Sheet<'a> {
    /// The subgroups to draw: the dominant one, then those with most samples.
    pub(super) fn groups(&self) -> Vec<Shown<'a>> {
        let method = &self.predictions.methods[self.method];
        let mut found: Vec<(&str, usize)> = Vec::new();
        for cell in self.audit.cells.iter().filter(|cell| &cell.method == method) {
            match found.iter_mut().find(|(name, _)| *name == cell.group) {
                Some((_, samples)) => *samples = cell.samples.max(*samples),
                None => found.push((&cell.group, cell.samples)),
            }
        }
        found.sort_by_key(|(name, samples)| (*name != self.audit.dominant, std::cmp::Reverse(*samples)));
        let place = |name: &str| self.predictions.groups.iter().position(|group| group == name);
        let shown = found.into_iter().take(MOST_GROUPS).zip(COLOURS);
        shown.filter_map(|((name, _), colour)| Some((name, place(name)?, colour))).collect()
    }

    /// What `find` says of each subgroup to draw, all at the same time.
    ///
    /// # Errors
    /// The first of `find`.
    pub(super) fn of_groups<T: Send>(
        &self,
        find: impl Fn(usize) -> Result<T, AuditError> + Sync,
    ) -> Result<Vec<T>, AuditError> {
        threads::try_map(&self.groups(), |&(_, group, _)| find(group))
    }

    /// `draw` for every class: a chart of its own, or a panel of a sheet. Classes without anything
    /// to draw are left out; `None` when all are.
    pub(super) fn figure(
        &self,
        (stem, title): (&str, &str),
        caption: &str,
        draw: impl Fn(usize, Lines) -> Result<Option<Lines>, ReportError>,
    ) -> Result<Option<Figure>, ReportError> {
        let (stem, title, caption) = self.words((stem, title), caption);
        if self.predictions.classes.is_empty() {
            let chart = draw(0, Lines::new(stem, title))?;
            return Ok(chart.map(|chart| chart.caption(caption).draw()).transpose()?);
        }
        let (mut sheet, mut any) = (Panels::new(stem, title), false);
        for (class, title) in self.predictions.classes.iter().take(MOST_CLASSES).enumerate() {
            if let Some(chart) = draw(class, Lines::new(format!("class_{class}"), title.clone()))? {
                (sheet, any) = (sheet.panel(chart), true);
            }
        }
        Ok(any.then(|| sheet.columns(2).caption(caption).draw()).transpose()?)
    }

    /// Bands of the subgroups over the dashed diagonal, a chart a class: `words` are the names of the
    /// two axes and of the diagonal, and `find` gives the corners `(x, y, low, high)` of the band of
    /// a subgroup and class. `None` when no subgroup has one.
    pub(super) fn bands(
        &self,
        title: (&str, &str),
        caption: &str,
        [x, y, diagonal]: [&str; 3],
        find: impl Fn(usize, usize) -> Result<Option<Vec<Corner>>, AuditError> + Sync,
    ) -> Result<Option<Figure>, ReportError> {
        self.figure(title, caption, |class, lines| {
            let (mut colours, mut styles) = (vec![0], vec![LineStyle::Dashed]);
            let mut lines = lines.x_label(x).y_label(y).series(diagonal, [(0.0, 0.0), (1.0, 1.0)]);
            let found = self.of_groups(|group| find(group, class))?;
            for ((name, _, colour), corners) in self.groups().into_iter().zip(found) {
                let Some(corners) = corners else { continue };
                lines = lines.band(name, corners);
                colours.push(colour);
                styles.push(LineStyle::Solid);
            }
            Ok((colours.len() > 1).then(|| lines.colours(colours).styles(styles)))
        })
    }

    /// `draw` for every subgroup, a panel each; `None` when there is nothing to draw.
    pub(super) fn by_group(
        &self,
        words: (&str, &str),
        caption: &str,
        draw: impl Fn(&str, usize, usize) -> Result<Option<Lines>, ReportError>,
    ) -> Result<Option<Figure>, ReportError> {
        let (stem, title, caption) = self.words(words, caption);
        let (mut sheet, mut any) = (Panels::new(stem, title), false);
        for (name, group, colour) in self.groups() {
            if let Some(chart) = draw(name, group, colour)? {
                (sheet, any) = (sheet.panel(chart), true);
            }
        }
        Ok(any.then(|| sheet.columns(2).caption(caption).draw()).transpose()?)
    }

    /// Stem of the files, title and caption.
    fn words(&self, (stem, title): (&str, &str), caption: &str) -> (String, String, String) {
        let method = &self.predictions.methods[self.method];
        let caption = format!("{caption} {method}, subgroups of {}.{}", name(self.audit), self.left_out());
        (format!("{stem}_{}", self.method + 1), format!("{title}, {method}"), caption)
    }

    fn left_out(&self) -> String {
        let mut words = String::new();
        if self.predictions.groups.len() > MOST_GROUPS {
            words += &format!(" The dominant and the {} largest other subgroups are drawn.", MOST_GROUPS - 1);
        }
        if self.predictions.classes.len() > MOST_CLASSES {
            words += &format!(" The first {MOST_CLASSES} classes are drawn.");
        }
        words
    }
}
