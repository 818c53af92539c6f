//! What holds for every figure, for the tests of figures.

use qpnet_audit::figure::Figure;

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

/// RGB, row by row, and how many columns and rows there are.
pub fn pixels(file: &[u8]) -> (Vec<u8>, [u32; 2]) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let frame = reader.next_frame(&mut pixels).expect("its pixels");
    assert_eq!((frame.color_type, frame.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
    (pixels, [frame.width, frame.height])
}

/// A sound picture of the right size, with a free edge, and a well-formed SVG.
pub fn check(figure: &Figure) {
    let (picture, [across, down]) = pixels(&figure.png);
    let (width, height) = size(figure);
    assert_eq!([across, down], [2 * width, 2 * height], "two pixels per logical pixel");
    // Nothing runs into the edge: the outermost pixels are paper.
    for (pixel, at) in picture.chunks(3).zip(0..) {
        let (x, y) = (at % across, at / across);
        if x < 4 || y < 4 || x >= across - 4 || y >= down - 4 {
            assert_eq!(pixel, [255; 3], "ink at the edge ({x}, {y})");
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
