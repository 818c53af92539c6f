//! A report of headings, paragraphs, tables and figures, as Markdown and as one HTML page.

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

/// Plain enough to be read anywhere, and printed, where cells wrap. On a narrow screen a row of a table is a list of its
/// cells, and the narrow drawing of a figure is shown. In the dark figures keep their white ground.
const STYLE: &str = ":root{color-scheme:light dark}\
    body{font-family:sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;line-height:1.5;color:#111;background:#fff}\
    table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto;font-size:.9rem}\
    caption{text-align:left;font-weight:bold;padding-bottom:.4rem}\
    td,th{padding:.2rem .7rem;border-bottom:1px solid #ddd;white-space:nowrap}\
    figure{margin:1.5rem 0}svg{max-width:100%;height:auto;background:#fff}figcaption,small{color:#444}.narrow{display:none}\
    p,figcaption,h1,h2{overflow-wrap:anywhere}\
    @media screen and (max-width:640px){body{margin:1rem auto}.wide{display:none}.narrow{display:block}\
    thead{display:none}table,tbody,tr,td,caption{display:block}\
    tr{border-top:2px solid #bbb;padding:.3rem 0}\
    td{display:flex;justify-content:space-between;gap:1rem;border:0;padding:.05rem 0;white-space:normal}\
    td::before{content:attr(data-label);color:#444}td:first-child{font-weight:bold}}\
    @media screen and (prefers-color-scheme:dark){body{color:#ddd;background:#161616}\
    td,th{border-color:#444}tr{border-color:#666}figcaption,small,td::before{color:#aaa}\
    figure>div{background:#fff;padding:.3rem}}\
    @media print{body{max-width:none;margin:0;padding:0}table{display:table;width:100%;overflow:visible;font-size:6.5pt}\
    thead{display:table-header-group}td,th{white-space:normal;padding:.1rem .25rem;overflow-wrap:break-word}\
    tr,figure{break-inside:avoid}h2,caption{break-after:avoid}}";

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
                let alternative = figure.alternative().replace(['[', ']'], "");
                format!("![{alternative}](figures/{}.png)\n\n{}\n", figure.name, figure.caption)
            }
        };
        let blocks: Vec<String> = self.blocks.iter().map(block).collect();
        format!("# {}\n\n{}", self.title, blocks.join("\n"))
    }

    /// One page without scripts that needs no other file: figures are inside, drawn for wide and for narrow
    /// screens.
    pub fn html(&self) -> String {
        let block = |block: &Block| match block {
            Block::Heading(text) => format!("<h2>{}</h2>\n", escape(text)),
            Block::Paragraph(text) => format!("<p>{}</p>\n", escape(text)),
            Block::Table(table) => table.labelled_html(),
            Block::Figure(figure) => format!(
                "<figure><div class=\"wide\">{}</div><div class=\"narrow\">{}</div>\
                 <figcaption>{}</figcaption></figure>\n",
                element(&figure.svg, &figure.alternative()),
                element(&figure.narrow, &figure.alternative()),
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

/// The element of an SVG document, without what stands before it, as a picture with an alternative in words.
fn element(svg: &str, alternative: &str) -> String {
    let begin = svg.find("<svg").map_or("", |begin| &svg[begin..]);
    begin.replacen("<svg", &format!("<svg role=\"img\" aria-label=\"{}\"", escape(alternative)), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_wraps_and_figures_stay_on_white_in_the_dark() {
        let page = Document::new("t").html();
        let rule = |at: &str| page[page.find(at).expect(at)..].to_owned();
        assert!(rule("@media print").contains("white-space:normal"));
        assert!(rule("(prefers-color-scheme:dark)").contains("figure>div{background:#fff"));
        // Paper is narrower than a narrow screen may be, and has no narrow form.
        assert!(page.contains("@media screen and (max-width:640px)"));
    }

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
