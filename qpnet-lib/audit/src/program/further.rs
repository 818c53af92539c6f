//! Forms of an audit beside its report: a model card, slides, a PDF.

use std::path::{Path, PathBuf};

use super::pdf;
use crate::audit::Audit;
use crate::fs::{Stage, check_free, write_atomic};
use crate::report::{self, Document};
use clap::Args;

/// Where they go.
#[derive(Args)]
pub struct FurtherArguments {
    /// Write a model card: front matter that hubs of models read, results by subgroup, limits. The file must not exist yet.
    #[arg(long, value_name = "FILE.md")]
    card: Option<PathBuf>,
    /// Write the figures for slides, 1920 x 1080 pixels each, into a folder that does not exist yet, or is empty.
    #[arg(long, value_name = "FOLDER")]
    slides: Option<PathBuf>,
    /// Write the report as PDF, by a browser on PATH (Chromium, Chrome, Edge, Brave). The file must not exist yet.
    #[arg(long, value_name = "FILE.pdf")]
    pdf: Option<PathBuf>,
}

/// The same, once it is known that they can be written.
pub struct Further<'a> {
    asked: &'a FurtherArguments,
    browser: Option<PathBuf>,
}

impl FurtherArguments {
    /// Check before anything is computed.
    pub fn take(&self) -> anyhow::Result<Further<'_>> {
        for file in [&self.card, &self.pdf].into_iter().flatten() {
            anyhow::ensure!(
                !file.exists(),
                "{} already exists: name another file, or remove it",
                file.display()
            );
        }
        if let Some(folder) = &self.slides {
            check_free(folder)?;
        }
        let folders = std::env::var_os("PATH").unwrap_or_default();
        let browser = self.pdf.as_ref().map(|_| pdf::browser(std::env::split_paths(&folders)));
        Ok(Further { asked: self, browser: browser.transpose()? })
    }
}

impl Further<'_> {
    /// Whether figures are needed.
    pub fn draws(&self) -> bool {
        self.asked.slides.is_some() || self.asked.pdf.is_some()
    }

    /// Write what was asked for; a line for each.
    pub fn write(&self, found: &Audit, document: Option<&Document>) -> anyhow::Result<String> {
        let mut words = String::new();
        let mut told = |path: &Path| words += &format!("written to {}\n", path.display());
        if let Some(card) = &self.asked.card {
            write_atomic(card, report::model_card(found).as_bytes())?;
            told(card);
        }
        if let Some((folder, document)) = self.asked.slides.as_ref().zip(document) {
            let stage = Stage::beside(folder)?;
            for figure in document.figures() {
                for (stem, bytes) in figure.slides()? {
                    stage.write(format!("{stem}.png"), &bytes)?;
                }
            }
            stage.put()?;
            told(folder);
        }
        if let Some(((file, browser), document)) =
            self.asked.pdf.as_ref().zip(self.browser.as_ref()).zip(document)
        {
            let folder = tempfile::tempdir()?;
            let (page, printed) = (folder.path().join("report.html"), folder.path().join("report.pdf"));
            std::fs::write(&page, document.html())?;
            pdf::print(browser, &page, &printed)?;
            write_atomic(file, &std::fs::read(&printed)?)?;
            told(file);
        }
        Ok(words)
    }
}
