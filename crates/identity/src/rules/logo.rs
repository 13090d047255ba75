//! Which pictures may stand for a company: what they are is told by their bytes, never by a name or a header.

use kernel::Refusal;

/// The most a picture may weigh. Every document carries it.
pub const BYTES_MAX: usize = 512 * 1024;
/// The most pixels on a side; more would slow every print down.
pub const SIDE_MAX: u32 = 4000;

/// Kinds of pictures that pages and documents can draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picture {
    Png,
    Jpeg,
    Svg,
}

impl Picture {
    pub const fn media_type(self) -> &'static str {
        match self {
            Picture::Png => "image/png",
            Picture::Jpeg => "image/jpeg",
            Picture::Svg => "image/svg+xml",
        }
    }

    /// What bytes are by how they begin.
    pub fn of(bytes: &[u8]) -> Option<Picture> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Some(Picture::Png);
        }
        if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            return Some(Picture::Jpeg);
        }
        let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim_start();
        (text.starts_with("<svg") || (text.starts_with("<?xml") && text.contains("<svg"))).then_some(Picture::Svg)
    }
}

/// Admits a picture, or says at `/logo` what is wrong with it.
pub fn check(bytes: &[u8]) -> Result<Picture, Refusal> {
    let wrong = |code| Err(Refusal::field("/logo", code));
    if bytes.is_empty() {
        return wrong("required");
    }
    if bytes.len() > BYTES_MAX {
        return wrong("logo_too_heavy");
    }
    let Some(picture) = Picture::of(bytes) else { return wrong("logo_not_a_picture") };
    let size = match picture {
        Picture::Png => png_size(bytes),
        Picture::Jpeg => jpeg_size(bytes),
        Picture::Svg if is_harmless(std::str::from_utf8(bytes).unwrap_or("")) => return Ok(Picture::Svg),
        Picture::Svg => return wrong("logo_svg_unsafe"),
    };
    match size {
        None | Some((0, _) | (_, 0)) => wrong("logo_not_a_picture"),
        Some((width, height)) if width > SIDE_MAX || height > SIDE_MAX => wrong("logo_too_large"),
        Some(_) => Ok(picture),
    }
}

/// Width and height from the header chunk. Source: PNG specification, 11.2.2.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let ends = bytes.windows(4).rev().take(16).any(|part| part == b"IEND");
    (bytes.get(12..16)? == b"IHDR" && ends).then_some((number(16)?, number(20)?))
}

/// Width and height from the frame header. Source: ITU-T T.81, B.2.2.
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let short = |at: usize| Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let mut at = 2;
    loop {
        let [0xff, marker] = *bytes.get(at..at + 2)? else { return None };
        match marker {
            0xff => at += 1,
            // Frame headers, without the tables that share their range.
            0xc0..=0xcf if ![0xc4, 0xc8, 0xcc].contains(&marker) => {
                return Some((u32::from(short(at + 7)?), u32::from(short(at + 5)?)));
            }
            0xd9 | 0xda => return None,
            _ => at += 2 + usize::from(short(at + 2)?),
        }
    }
}

/// Elements of a drawing that draw, and nothing else.
const DRAWS: [&str; 25] = [
    "svg",
    "g",
    "defs",
    "symbol",
    "use",
    "title",
    "desc",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "mask",
    "pattern",
    "metadata",
    "marker",
    "switch",
];

/// Whether an SVG only draws: no scripts, no events, no style sheets, nothing from elsewhere, no entities.
fn is_harmless(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let banned = ["<!doctype", "<!entity", "<![cdata[", "javascript:", "@import", "<?xml-stylesheet", "&#"];
    if banned.iter().any(|part| lower.contains(part)) || !lower.contains("</svg>") {
        return false;
    }
    text.split('<').skip(1).all(|rest| {
        let Some((tag, _)) = rest.split_once('>') else { return rest.starts_with("!--") };
        if tag.starts_with('!') || tag.starts_with('?') || tag.starts_with('/') {
            return tag.starts_with("!--") || tag.starts_with("?xml ") || tag.starts_with('/');
        }
        let name = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or("");
        DRAWS.contains(&name) && attributes_are_harmless(tag)
    })
}

fn attributes_are_harmless(tag: &str) -> bool {
    let lower = tag.to_ascii_lowercase();
    let has_event = lower.split(|c: char| c.is_whitespace() || c == '"' || c == '\'').any(|word| {
        word.starts_with("on")
            && word.split('=').next().is_some_and(|n| n.bytes().all(|b| b.is_ascii_lowercase()))
            && word.contains('=')
    });
    let inside = |part: &str, marks: &[&str]| {
        lower.split(part).skip(1).all(|rest| marks.iter().any(|mark| rest.trim_start().starts_with(mark)))
    };
    !has_event && inside("href=", &["\"#", "'#"]) && inside("url(", &["#", "'#", "\"#"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend(b"\x08\x06\0\0\0....\0\0\0\0IEND\xaeB`\x82");
        bytes
    }

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 17, 8];
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes
    }

    fn said(bytes: &[u8]) -> String {
        match check(bytes) {
            Ok(picture) => format!("{picture:?}"),
            Err(refusal) => refusal.fields[0].code.to_owned(),
        }
    }

    #[test]
    fn what_bytes_are_and_how_large() {
        let heavy: Vec<u8> = png(10, 10).into_iter().chain(std::iter::repeat_n(0, BYTES_MAX)).collect();
        for (bytes, wanted) in [
            (png(300, 80), "Png"),
            (jpeg(300, 80), "Jpeg"),
            (png(0, 80), "logo_not_a_picture"),
            (png(4001, 80), "logo_too_large"),
            (jpeg(300, 4001), "logo_too_large"),
            (png(300, 80)[..20].to_vec(), "logo_not_a_picture"),
            (jpeg(300, 80)[..12].to_vec(), "logo_not_a_picture"),
            (heavy, "logo_too_heavy"),
            (b"GIF89a".to_vec(), "logo_not_a_picture"),
            (b"%PDF-1.7".to_vec(), "logo_not_a_picture"),
            (b"<html><svg></svg></html>".to_vec(), "logo_not_a_picture"),
            (Vec::new(), "required"),
        ] {
            assert_eq!(said(&bytes), wanted);
        }
    }

    #[test]
    fn drawings_draw_and_do_nothing_else() {
        for (inner, harmless) in [
            (r##"<rect width="4" height="4" fill="#123"/>"##, true),
            (r##"<defs><linearGradient id="a"/></defs><path d="M0 0" fill="url(#a)"/><use href="#b"/>"##, true),
            ("<!-- made by hand --><g><title>on=off</title></g>", true),
            ("<script>alert(1)</script>", false),
            ("<style>*{fill:red}</style>", false),
            (r#"<rect onload="alert(1)"/>"#, false),
            (r#"<rect ONCLICK='x'/>"#, false),
            (r#"<image href="https://evil.example/x.png"/>"#, false),
            (r#"<use href="https://evil.example/x.svg#a"/>"#, false),
            (r#"<use xlink:href='data:image/svg+xml,x'/>"#, false),
            (r#"<path fill="url(https://evil.example/x)"/>"#, false),
            ("<foreignObject><p>x</p></foreignObject>", false),
            ("<a href='#x'><rect/></a>", false),
            ("<path d='M0 0", false),
        ] {
            let svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 4 4\">{inner}</svg>");
            assert_eq!(said(svg.as_bytes()), if harmless { "Svg" } else { "logo_svg_unsafe" }, "{inner}");
        }
        let entity = "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg></svg>";
        assert_eq!(said(entity.as_bytes()), "logo_not_a_picture");
        assert_eq!(said(b"<?xml version=\"1.0\"?><svg><path/></svg>"), "Svg");
    }
}
