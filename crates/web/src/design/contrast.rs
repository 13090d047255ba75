//! WCAG 2.2 contrast of the colours in the stylesheet, computed in both themes.
#![allow(clippy::float_arithmetic, reason = "colours, not money; tests only")]

use std::collections::BTreeMap;

const CSS: &str = include_str!("../../assets/app.css");

/// Relative luminance of an OKLCH colour, by its definition through OKLab and linear sRGB (values out of gamut are cut).
fn luminance(oklch: &str) -> f64 {
    let numbers: Vec<f64> = oklch.split_whitespace().map(|n| n.trim_end_matches('%').parse().unwrap()).collect();
    let [l, c, h] = [numbers[0] / 100.0, numbers[1], numbers[2].to_radians()];
    let (a, b) = (c * h.cos(), c * h.sin());
    let long = (l + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let medium = (l - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (l - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
    let red = 4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short;
    let green = -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short;
    let blue = -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701 * short;
    0.2126 * red.clamp(0.0, 1.0) + 0.7152 * green.clamp(0.0, 1.0) + 0.0722 * blue.clamp(0.0, 1.0)
}

fn contrast(one: f64, other: f64) -> f64 {
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Luminance of each `--name: light-dark(oklch(…), oklch(…))`, light and dark. `--brand` stands once per brand.
fn colours() -> BTreeMap<String, [f64; 2]> {
    let mut found = BTreeMap::new();
    for line in CSS.lines().map(str::trim) {
        let Some((before, rest)) = line.split_once("light-dark(oklch(") else { continue };
        let name = match before.split_once("data-brand=\"") {
            Some((_, brand)) => format!("brand-{}", brand.split('"').next().unwrap()),
            None => before.trim().trim_end_matches(':').to_owned(),
        };
        let (light, rest) = rest.split_once(')').unwrap();
        let Some(dark) = rest.split_once("oklch(").and_then(|(_, r)| r.split(')').next()) else { continue };
        if !light.contains('/') {
            found.entry(name).or_insert([luminance(light), luminance(dark)]);
        }
    }
    found
}

#[test]
fn text_and_controls_can_be_read_in_both_themes() {
    let colours = colours();
    let surfaces = ["--paper", "--sheet", "--sunken"];
    let washes = ["--jade-wash", "--seal-wash", "--amber-wash"];
    let mut wanted: Vec<(String, &str, f64)> = Vec::new();
    for surface in surfaces.into_iter().chain(washes) {
        for ink in ["--ink", "--ink-2", "--ink-3"] {
            wanted.push((ink.to_owned(), surface, 4.5));
        }
        wanted.push(("--focus".to_owned(), surface, 3.0));
    }
    for (ink, wash) in ["--jade", "--seal", "--amber"].into_iter().zip(washes) {
        wanted.extend(surfaces.into_iter().chain([wash]).map(|surface| (ink.to_owned(), surface, 4.5)));
    }
    wanted.extend(["--jade", "--jade-deep"].map(|fill| (fill.to_owned(), "--jade-ink", 4.5)));
    // The edge of a control is what shows that it is one.
    wanted.extend(surfaces.map(|surface| ("--rule-strong".to_owned(), surface, 3.0)));
    for brand in colours.keys().filter(|name| name.starts_with("brand-")) {
        wanted.extend(["--jade-ink", "--paper", "--sheet"].map(|other| (brand.clone(), other, 4.5)));
    }
    let low: Vec<String> = wanted
        .iter()
        .flat_map(|(one, other, least)| {
            let (a, b) = (colours[one.as_str()], colours[*other]);
            [("light", 0), ("dark", 1)].map(|(theme, i)| (theme, one, other, contrast(a[i], b[i]), *least))
        })
        .filter(|(_, _, _, ratio, least)| ratio < least)
        .map(|(theme, one, other, ratio, least)| format!("{theme}: {one} on {other} is {ratio:.2}, not {least}"))
        .collect();
    assert!(wanted.len() > 50, "the colours were not found");
    assert_eq!(low, Vec::<String>::new());
}
