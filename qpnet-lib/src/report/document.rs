//! A report of headings, paragraphs, tables and figures, as Markdown and as one HTML page.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Table;
use super::table::escape;
use crate::figure::Figure;

/// A piece of a document.
enum Block {
    Heading(String),
    Paragraph(String),
    Table(Table),
    Figure(Figure),
}

/// What is said, shown and listed, in this order.
pub struct Document {
    title: String,
    blocks: Vec<Block>,
}

/// Plain enough to be read anywhere, and printed.
const STYLE: &str = "body{font-family:sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;line-height:1.5}\
    table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto;font-size:.9rem}\
    caption{text-align:left;font-weight:bold;padding-bottom:.4rem}\
    td,th{padding:.2rem .7rem;border-bottom:1px solid #ddd;white-space:nowrap}\
    figure{margin:1.5rem 0}img{max-width:100%}figcaption,small{color:#444}";

impl Document {
    /// Nothing but a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), blocks: Vec::new() }
    }

    /// A heading of a section.
    pub fn heading(&mut self, text: impl Into<String>) -> &mut Self {
        self.blocks.push(Block::Heading(text.into()));
        self
    }

    /// A paragraph.
    pub fn paragraph(&mut self, text: impl Into<String>) -> &mut Self {
        self.blocks.push(Block::Paragraph(text.into()));
        self
    }

    /// A table.
    pub fn table(&mut self, table: Table) -> &mut Self {
        self.blocks.push(Block::Table(table));
        self
    }

    /// A figure.
    pub fn figure(&mut self, figure: Figure) -> &mut Self {
        self.blocks.push(Block::Figure(figure));
        self
    }

    /// The figures, to be saved beside the Markdown.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Figure(figure) => Some(figure),
            _ => None,
        })
    }

    /// GitHub-flavoured Markdown that shows the figures from the folder `figures` beside it.
    pub fn markdown(&self) -> String {
        let block = |block: &Block| match block {
            Block::Heading(text) => format!("## {text}\n"),
            Block::Paragraph(text) => format!("{text}\n"),
            Block::Table(table) => table.markdown(),
            Block::Figure(figure) => {
                format!("![{}](figures/{}.png)\n\n{}\n", figure.title, figure.name, figure.caption)
            }
        };
        let blocks: Vec<String> = self.blocks.iter().map(block).collect();
        format!("# {}\n\n{}", self.title, blocks.join("\n"))
    }

    /// One page without scripts that needs no other file: figures are inside.
    pub fn html(&self) -> String {
        let block = |block: &Block| match block {
            Block::Heading(text) => format!("<h2>{}</h2>\n", escape(text)),
            Block::Paragraph(text) => format!("<p>{}</p>\n", escape(text)),
            Block::Table(table) => table.html(),
            Block::Figure(figure) => format!(
                "<figure><img alt=\"{}\" src=\"data:image/png;base64,{}\">\
                 <figcaption>{}</figcaption></figure>\n",
                escape(&figure.title),
                STANDARD.encode(&figure.png),
                escape(&figure.caption)
            ),
        };
        let title = escape(&self.title);
        let body: String = self.blocks.iter().map(block).collect();
        format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
             <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head>\n\
             <body><h1>{title}</h1>\n{body}</body></html>\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same_and_names_cannot_break_the_page() {
        let mut table = Table::new("t", ["a"]);
        table.row(["1"]);
        let mut document = Document::new("Audit of <b>.csv");
        document.heading("Part").paragraph("x < y").table(table);
        let (page, text) = (document.html(), document.markdown());
        assert!(page.contains("<h1>Audit of &lt;b&gt;.csv</h1>") && page.contains("x &lt; y"));
        assert!(!page.contains("<script") && page.contains("<td"));
        assert!(text.starts_with("# Audit of <b>.csv\n\n## Part\n\nx < y\n"), "{text}");
    }
}
