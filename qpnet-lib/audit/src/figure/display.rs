//! A figure inside a notebook.

use super::Figure;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// One output block of evcxr: at most one per MIME type and cell.
pub(crate) fn block(mime: &str, content: &str) -> String {
    format!("EVCXR_BEGIN_CONTENT {mime}\n{}\nEVCXR_END_CONTENT\n", content.trim_end())
}

impl Figure {
    /// What [`Figure::evcxr_display`] prints: the PNG, and title and caption as plain text.
    pub fn evcxr_blocks(&self) -> String {
        let words = match (self.title.as_str(), self.caption.as_str()) {
            (title, "") => title.to_owned(),
            (title, caption) => format!("{title}\n{caption}"),
        };
        block("image/png", &STANDARD.encode(&self.png)) + &block("text/plain", &words)
    }

    /// Show the figure as the result of a notebook cell (evcxr calls this).
    #[expect(clippy::print_stdout, reason = "evcxr reads results from standard output")]
    pub fn evcxr_display(&self) {
        print!("{}", self.evcxr_blocks());
    }
}
