//! What holds for every figure, for the tests of figures.

use qpnet_lib::figure::Figure;

/// The text elements of an SVG, unescaped.
pub fn texts(figure: &Figure) -> Vec<String> {
    let mut found = Vec::new();
    for part in figure.svg.split("<text ").skip(1) {
        let start = part.find('>').expect("an open tag ends") + 1;
        let end = part.find("</text>").expect("a text element ends");
        let text = part[start..end].trim();
        found.push(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"));
    }
    found
}

fn size(figure: &Figure) -> (u32, u32) {
    let header = figure.svg.lines().next().expect("a first line");
    let number = |key: &str| {
        let rest = header.split_once(&format!(" {key}=\"")).expect(key).1;
        rest.split_once('"').expect("quoted").0.parse().expect("a number")
    };
    (number("width"), number("height"))
}

/// A sound picture of the right size, with a free edge, and a well-formed SVG.
pub fn check(figure: &Figure) {
    let picture = image::load_from_memory(&figure.png).expect("a PNG").to_rgb8();
    let (width, height) = size(figure);
    assert_eq!(picture.dimensions(), (2 * width, 2 * height), "two pixels per logical pixel");
    // Nothing runs into the edge: the outermost pixels are paper.
    let paper = image::Rgb([255, 255, 255]);
    for (x, y, pixel) in picture.enumerate_pixels() {
        if x < 4 || y < 4 || x >= 2 * width - 4 || y >= 2 * height - 4 {
            assert_eq!(*pixel, paper, "ink at the edge ({x}, {y})");
        }
    }
    let mut depth = 0i32;
    for tag in figure.svg.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("every tag ends");
        depth += if tag.starts_with('/') { -1 } else { i32::from(!tag.ends_with('/')) };
        assert!(depth >= 0, "closing tag without opening: {tag}");
    }
    assert_eq!(depth, 0, "every element is closed");
}
