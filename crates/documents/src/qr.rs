//! A link as a QR code, drawn as one vector path.

use crate::DocumentError;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// White around the code, in modules (ISO/IEC 18004 asks for four; paper around it adds the rest).
const QUIET: usize = 2;

/// A picture as SVG, one module wide per unit: black on transparent, with its quiet zone. Refuses what is too long for a code.
pub fn svg(link: &str) -> Result<String, DocumentError> {
    let code = QrCode::with_error_correction_level(link, EcLevel::M).map_err(|_| DocumentError::PayLink)?;
    let width = code.width();
    let modules = code.to_colors();
    let side = width + 2 * QUIET;
    let mut path = String::new();
    for (y, row) in modules.chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|c| **c == Color::Dark).count();
            if run > 0 {
                // Writing to a string cannot fail.
                write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET).unwrap_or_default();
            }
            x += run.max(1);
        }
    }
    Ok(format!(r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path d="{path}"/></svg>"##))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The finder pattern in the corner is known: seven dark modules, then one light.
    #[test]
    fn draws_the_corner_that_scanners_look_for() {
        let svg = svg("https://pay.example/p/abc").unwrap();
        assert!(svg.contains("M2 2h7v1h-7z"), "{svg}");
        assert!(svg.contains("M2 3h1v1h-1zM8 3h1v1h-1z"), "{svg}");
        assert!(matches!(super::svg(&"x".repeat(5000)), Err(DocumentError::PayLink)));
    }
}
