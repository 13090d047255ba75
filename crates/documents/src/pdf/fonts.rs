//! Which fonts there are and which of them a text needs.

use crate::DocumentError;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use typst::text::{FontBook, FontFlags, FontInfo, FontStyle, is_default_ignorable};
use typst_kit::fonts::{self, FontPath, FontStore};

/// Families that set Chinese and English in one line, best first; then those for English alone.
const PREFERRED: [&str; 9] = [
    "noto sans cjk sc",
    "noto sans sc",
    "source han sans sc",
    "source han sans cn",
    "wenquanyi micro hei",
    "wenquanyi zen hei",
    "noto sans",
    "liberation sans",
    "dejavu sans",
];

/// Weights that stand out beside regular text, best first. Nothing is ever thickened artificially, so a family
/// without any of them prints its emphasis in regular.
const STRONG: [u16; 4] = [600, 500, 700, 800];

/// No font was found at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no font in {dirs:?}; install the Debian package fonts-noto-cjk or fonts-wqy-microhei")]
pub struct FontError {
    pub dirs: Vec<PathBuf>,
}

/// A font file's face, for people who ask what was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FontFace {
    pub family: String,
    /// 400 is regular, 700 bold.
    pub weight: u16,
    pub path: PathBuf,
    /// Whether it has Chinese characters.
    pub chinese: bool,
}

/// All fonts of the machine or of the directories given, and the families that documents are set in.
pub(super) struct Fonts {
    pub(super) store: FontStore,
    pub(super) faces: Vec<FontFace>,
    /// Present ones of `PREFERRED`, in that order.
    families: Vec<Family>,
}

struct Family {
    name: String,
    characters: BTreeSet<u32>,
    strong: u16,
}

/// The fonts for one text.
pub(super) struct Choice {
    pub(super) families: Vec<String>,
    pub(super) strong: u16,
}

impl Fonts {
    /// Scans the directories, or the system's when none is given.
    pub(super) fn scan(dirs: &[PathBuf]) -> Result<Fonts, FontError> {
        let mut found: Vec<(FontPath, FontInfo)> = if dirs.is_empty() {
            fonts::system().collect()
        } else {
            dirs.iter().flat_map(|d: &PathBuf| fonts::scan(Path::new(d))).collect()
        };
        // Directories are read in no certain order; the same machine must choose the same font each time.
        found.sort_by(|a, b| (&a.0.path, a.0.index).cmp(&(&b.0.path, b.0.index)));
        if found.is_empty() {
            return Err(FontError { dirs: dirs.to_vec() });
        }
        let faces = found.iter().map(|(path, info)| face(path, info)).collect();
        let mut store = FontStore::new();
        store.extend(found);
        let families = PREFERRED.iter().filter_map(|name| family(store.book(), name)).collect();
        Ok(Fonts { store, faces, families })
    }

    /// Families that together have every character of the text; an error naming those that none has.
    pub(super) fn choose(&self, text: &str) -> Result<Choice, DocumentError> {
        let mut missing: BTreeSet<char> = text.chars().filter(|c| !c.is_ascii() && !is_default_ignorable(*c)).collect();
        let mut families = Vec::new();
        for family in &self.families {
            families.push(family.name.clone());
            missing.retain(|c| !family.characters.contains(&u32::from(*c)));
        }
        // Other scripts: any upright family of the machine that has the character, the first by file.
        let book = self.store.book();
        while let Some(c) = missing.first().copied() {
            let Some(info) = upright(book).find(|i| i.coverage.contains(u32::from(c))) else {
                break;
            };
            families.push(info.family.to_lowercase());
            missing.retain(|c| !info.coverage.contains(u32::from(*c)));
        }
        match self.families.first() {
            _ if !missing.is_empty() => {
                Err(DocumentError::FontMissing { characters: missing.into_iter().take(20).collect() })
            }
            Some(first) => Ok(Choice { families, strong: first.strong }),
            None => Err(DocumentError::FontMissing { characters: "A".to_owned() }),
        }
    }
}

fn face(path: &FontPath, info: &FontInfo) -> FontFace {
    FontFace {
        family: info.family.clone(),
        weight: info.variant.weight.to_number(),
        path: path.path.clone(),
        chinese: info.coverage.contains(u32::from('账')),
    }
}

fn upright(book: &FontBook) -> impl Iterator<Item = &FontInfo> {
    let infos = (0..).map_while(|index| book.info(index));
    infos.filter(|i| i.variant.style == FontStyle::Normal && !i.flags.contains(FontFlags::MATH))
}

fn family(book: &FontBook, name: &str) -> Option<Family> {
    let infos: Vec<&FontInfo> = book.select_family(name).filter_map(|index| book.info(index)).collect();
    let first = infos.first()?;
    let has = |weight: u16| infos.iter().any(|i| i.variant.weight.to_number() == weight);
    Some(Family {
        name: name.to_owned(),
        characters: first.coverage.iter().collect(),
        strong: STRONG.into_iter().find(|w| has(*w)).unwrap_or(400),
    })
}
