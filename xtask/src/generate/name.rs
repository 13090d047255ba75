//! Names of customers, made up of parts, and how they are written on transfers. All of them are invented.

use super::rng::Rng;

/// MT940 has room for two parts of 27 characters.
const WRITTEN_MAX: usize = 54;

/// A name by its parts, so that it can be written in all the ways that banks and payers write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    Chinese { city: usize, core: [usize; 2], trade: usize, legal: usize, branch: Option<usize> },
    Latin { stem: [usize; 2], trade: usize, legal: usize },
    ChinesePerson { family: usize, given: [usize; 2] },
    LatinPerson { given: usize, family: usize },
}

/// A way of writing a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// As it stands on the invoice.
    Full,
    /// In capitals, as SWIFT has them: `ü` is `UE`.
    Capitals,
    /// In capitals, without the legal form.
    Bare,
    /// Town and core alone; stem and legal form alone; initial and family name.
    Short,
    /// The first 35 characters.
    Cut35,
    /// The first 27 characters.
    Cut27,
    /// A Chinese name in Latin letters.
    Foreign,
}

impl Form {
    pub const ALL: [Form; 7] =
        [Form::Full, Form::Capitals, Form::Bare, Form::Short, Form::Cut35, Form::Cut27, Form::Foreign];
}

const CITIES: [(&str, &str); 20] = [
    ("上海", "SHANGHAI"),
    ("北京", "BEIJING"),
    ("深圳", "SHENZHEN"),
    ("广州", "GUANGZHOU"),
    ("杭州", "HANGZHOU"),
    ("苏州", "SUZHOU"),
    ("南京", "NANJING"),
    ("宁波", "NINGBO"),
    ("青岛", "QINGDAO"),
    ("天津", "TIANJIN"),
    ("成都", "CHENGDU"),
    ("重庆", "CHONGQING"),
    ("武汉", "WUHAN"),
    ("西安", "XIAN"),
    ("厦门", "XIAMEN"),
    ("大连", "DALIAN"),
    ("长沙", "CHANGSHA"),
    ("郑州", "ZHENGZHOU"),
    ("无锡", "WUXI"),
    ("佛山", "FOSHAN"),
];
/// Neighbours in pairs sound alike: 远 and 源, 航 and 杭.
const CORES: [(&str, &str); 34] = [
    ("远", "YUAN"),
    ("源", "YUAN"),
    ("航", "HANG"),
    ("杭", "HANG"),
    ("盛", "SHENG"),
    ("胜", "SHENG"),
    ("华", "HUA"),
    ("桦", "HUA"),
    ("鑫", "XIN"),
    ("新", "XIN"),
    ("泰", "TAI"),
    ("太", "TAI"),
    ("宏", "HONG"),
    ("鸿", "HONG"),
    ("达", "DA"),
    ("大", "DA"),
    ("嘉", "JIA"),
    ("佳", "JIA"),
    ("汇", "HUI"),
    ("慧", "HUI"),
    ("润", "RUN"),
    ("安", "AN"),
    ("康", "KANG"),
    ("联", "LIAN"),
    ("天", "TIAN"),
    ("海", "HAI"),
    ("金", "JIN"),
    ("凯", "KAI"),
    ("博", "BO"),
    ("瑞", "RUI"),
    ("明", "MING"),
    ("诚", "CHENG"),
    ("信", "XIN"),
    ("旺", "WANG"),
];
const TRADES: [(&str, &str); 16] = [
    ("贸易", "TRADING"),
    ("科技", "TECHNOLOGY"),
    ("电子", "ELECTRONICS"),
    ("机械", "MACHINERY"),
    ("化工", "CHEMICAL"),
    ("物流", "LOGISTICS"),
    ("食品", "FOOD"),
    ("纺织", "TEXTILE"),
    ("建材", "BUILDING MATERIALS"),
    ("医疗器械", "MEDICAL INSTRUMENTS"),
    ("信息技术", "INFORMATION TECHNOLOGY"),
    ("进出口", "IMPORT EXPORT"),
    ("包装", "PACKAGING"),
    ("五金", "HARDWARE"),
    ("仪器", "INSTRUMENTS"),
    ("汽车零部件", "AUTO PARTS"),
];
const LEGALS: [(&str, &str); 3] =
    [("有限公司", "CO LTD"), ("股份有限公司", "JOINT STOCK CO LTD"), ("有限责任公司", "LIMITED LIABILITY CO")];
const BRANCHES: [(&str, &str); 4] = [
    ("浦东分公司", "PUDONG BRANCH"),
    ("华南分公司", "SOUTH CHINA BRANCH"),
    ("第一分公司", "FIRST BRANCH"),
    ("工业园分公司", "INDUSTRIAL PARK BRANCH"),
];
const FAMILIES: [(&str, &str); 24] = [
    ("王", "WANG"),
    ("李", "LI"),
    ("张", "ZHANG"),
    ("刘", "LIU"),
    ("陈", "CHEN"),
    ("杨", "YANG"),
    ("赵", "ZHAO"),
    ("黄", "HUANG"),
    ("周", "ZHOU"),
    ("吴", "WU"),
    ("徐", "XU"),
    ("孙", "SUN"),
    ("胡", "HU"),
    ("朱", "ZHU"),
    ("高", "GAO"),
    ("林", "LIN"),
    ("何", "HE"),
    ("郭", "GUO"),
    ("马", "MA"),
    ("罗", "LUO"),
    ("梁", "LIANG"),
    ("宋", "SONG"),
    ("郑", "ZHENG"),
    ("谢", "XIE"),
];
const STEMS: [&str; 32] = [
    "Nord", "Süd", "Alt", "Berg", "Brück", "Wald", "Hafen", "Stein", "Linden", "Silber", "Rhein", "Kron", "Eichen",
    "Falken", "Grün", "Morgen", "Wester", "Kupfer", "Möwen", "Adler", "Ginster", "Höhen", "Birken", "Salz", "Löwen",
    "Winter", "Sommer", "Anker", "Segel", "Turm", "Quell", "Feld",
];
const ENDS: [&str; 24] = [
    "licht", "feld", "mann", "werk", "hof", "tal", "bach", "see", "hagen", "stedt", "wind", "mark", "ström", "haus",
    "born", "brand", "kamp", "rode", "ried", "weiler", "münde", "horn", "garten", "furt",
];
const WORKS: [&str; 24] = [
    "Maschinenbau",
    "Handel",
    "Logistik",
    "Software",
    "Elektrotechnik",
    "Medizintechnik",
    "Verpackungen",
    "Baustoffe",
    "Instruments",
    "Trading",
    "Industries",
    "Components",
    "Systems",
    "Textiles",
    "Foods",
    "Chemicals",
    "Consulting",
    "Engineering",
    "Präzisionsteile und Lehren",
    "International Freight Forwarding",
    "Electronics",
    "Services",
    "Distribution",
    "Optics",
];
const FORMS_OF_LAW: [&str; 10] =
    ["GmbH", "AG", "GmbH & Co. KG", "Ltd", "Inc.", "S.A.", "S.r.l.", "B.V.", "LLC", "Pte. Ltd."];
const GIVEN: [&str; 24] = [
    "Anna", "Bernd", "Clara", "David", "Emma", "Felix", "Greta", "Hans", "Ida", "Jonas", "Karla", "Lukas", "Marta",
    "Niels", "Olga", "Paul", "Rosa", "Simon", "Tilda", "Uwe", "Vera", "Willi", "Yara", "Zeno",
];

impl Name {
    pub fn draw(rng: &mut Rng) -> Name {
        let core = |rng: &mut Rng| [rng.place(CORES.len()), rng.place(CORES.len())];
        match rng.below(100) {
            0..55 => Name::Chinese {
                city: rng.place(CITIES.len()),
                core: core(rng),
                trade: rng.place(TRADES.len()),
                legal: rng.weighed(&[(0, 80), (1, 10), (2, 10)], 0),
                branch: None,
            },
            55..88 => Name::Latin {
                stem: [rng.place(STEMS.len()), rng.place(ENDS.len())],
                trade: rng.place(WORKS.len()),
                legal: rng.place(FORMS_OF_LAW.len()),
            },
            88..98 => Name::ChinesePerson { family: rng.place(FAMILIES.len()), given: core(rng) },
            _ => {
                let family = rng.place(STEMS.len() * ENDS.len());
                Name::LatinPerson { given: rng.place(GIVEN.len()), family }
            }
        }
    }

    /// A name that is nearly this one: a branch, another legal form or trade, a character that sounds the same.
    pub fn near(&self, rng: &mut Rng) -> Name {
        let mut near = self.clone();
        match &mut near {
            Name::Chinese { core, trade, legal, branch, .. } => match rng.below(4) {
                0 => *branch = Some(rng.place(BRANCHES.len())),
                1 => *legal = (*legal + 1) % LEGALS.len(),
                2 => *trade = rng.place(TRADES.len()),
                _ => core[0] = if core[0] < 20 { core[0] ^ 1 } else { rng.place(CORES.len()) },
            },
            Name::Latin { stem, trade, legal } => match rng.below(3) {
                0 => *legal = rng.place(FORMS_OF_LAW.len()),
                1 => *trade = rng.place(WORKS.len()),
                _ => stem[1] = rng.place(ENDS.len()),
            },
            Name::ChinesePerson { given, .. } => given[1] ^= 1,
            Name::LatinPerson { given, .. } => *given = rng.place(GIVEN.len()),
        }
        near
    }

    pub fn is_person(&self) -> bool {
        matches!(self, Name::ChinesePerson { .. } | Name::LatinPerson { .. })
    }

    pub fn is_chinese(&self) -> bool {
        matches!(self, Name::Chinese { .. } | Name::ChinesePerson { .. })
    }

    /// ISO 3166-1, by the legal form.
    pub fn country(&self) -> &'static str {
        match self {
            Name::Chinese { .. } | Name::ChinesePerson { .. } => "CN",
            Name::LatinPerson { .. } | Name::Latin { legal: 0..=2, .. } => "DE",
            Name::Latin { legal, .. } => ["GB", "US", "FR", "IT", "NL", "US", "SG"].get(legal - 3).unwrap_or(&"US"),
        }
    }

    pub fn written(&self, form: Form) -> String {
        let text = match form {
            Form::Full | Form::Cut35 | Form::Cut27 => self.full(),
            Form::Capitals => capitals(&self.full()),
            Form::Bare => capitals(&self.bare()),
            Form::Short => capitals(&self.short()),
            Form::Foreign => self.foreign(),
        };
        let room = match form {
            Form::Cut35 => 35,
            Form::Cut27 => 27,
            _ => WRITTEN_MAX,
        };
        text.chars().take(room).collect::<String>().trim_end().to_owned()
    }

    fn full(&self) -> String {
        match self {
            Name::Chinese { legal, branch, .. } => {
                let branch = branch.map_or("", |branch| BRANCHES[branch].0);
                format!("{}{}{branch}", self.bare(), LEGALS[*legal].0)
            }
            Name::Latin { legal, .. } => format!("{} {}", self.bare(), FORMS_OF_LAW[*legal]),
            Name::ChinesePerson { .. } | Name::LatinPerson { .. } => self.bare(),
        }
    }

    fn bare(&self) -> String {
        match self {
            Name::Chinese { trade, .. } => format!("{}{}", self.short(), TRADES[*trade].0),
            Name::Latin { stem, trade, .. } => format!("{}{} {}", STEMS[stem[0]], ENDS[stem[1]], WORKS[*trade]),
            Name::ChinesePerson { family, given: [a, b] } => {
                format!("{}{}{}", FAMILIES[*family].0, CORES[*a].0, CORES[*b].0)
            }
            Name::LatinPerson { given, family } => format!("{} {}", GIVEN[*given], surname(*family)),
        }
    }

    fn short(&self) -> String {
        match self {
            Name::Chinese { city, core: [a, b], .. } => format!("{}{}{}", CITIES[*city].0, CORES[*a].0, CORES[*b].0),
            Name::Latin { stem, legal, .. } => {
                format!("{}{} {}", STEMS[stem[0]], ENDS[stem[1]], FORMS_OF_LAW[*legal])
            }
            Name::ChinesePerson { .. } => self.bare(),
            Name::LatinPerson { given, family } => format!("{}. {}", &GIVEN[*given][..1], surname(*family)),
        }
    }

    fn foreign(&self) -> String {
        match self {
            Name::Chinese { city, core: [a, b], trade, legal, branch } => {
                let (city, a, b) = (CITIES[*city].1, CORES[*a].1, CORES[*b].1);
                let branch = branch.map_or(String::new(), |branch| format!(" {}", BRANCHES[branch].1));
                format!("{city} {a}{b} {} {}{branch}", TRADES[*trade].1, LEGALS[*legal].1)
            }
            Name::ChinesePerson { family, given: [a, b] } => {
                format!("{} {}{}", FAMILIES[*family].1, CORES[*a].1, CORES[*b].1)
            }
            Name::Latin { .. } | Name::LatinPerson { .. } => capitals(&self.full()),
        }
    }
}

fn surname(place: usize) -> String {
    format!("{}{}", STEMS[place / ENDS.len() % STEMS.len()], ENDS[place % ENDS.len()])
}

fn capitals(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'ä' | 'Ä' => written.push_str("AE"),
            'ö' | 'Ö' => written.push_str("OE"),
            'ü' | 'Ü' => written.push_str("UE"),
            'ß' => written.push_str("SS"),
            _ => written.extend(c.to_uppercase()),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_all_its_forms() {
        let chinese = Name::Chinese { city: 0, core: [0, 2], trade: 0, legal: 0, branch: Some(0) };
        let latin = Name::Latin { stem: [4, 0], trade: 18, legal: 0 };
        let person = Name::LatinPerson { given: 0, family: 24 };
        for (name, forms) in [
            (
                chinese,
                [
                    "上海远航贸易有限公司浦东分公司",
                    "上海远航贸易有限公司浦东分公司",
                    "上海远航贸易",
                    "上海远航",
                    "上海远航贸易有限公司浦东分公司",
                    "上海远航贸易有限公司浦东分公司",
                    "SHANGHAI YUANHANG TRADING CO LTD PUDONG BRANCH",
                ],
            ),
            (
                latin,
                [
                    "Brücklicht Präzisionsteile und Lehren GmbH",
                    "BRUECKLICHT PRAEZISIONSTEILE UND LEHREN GMBH",
                    "BRUECKLICHT PRAEZISIONSTEILE UND LEHREN",
                    "BRUECKLICHT GMBH",
                    "Brücklicht Präzisionsteile und Lehr",
                    "Brücklicht Präzisionsteile",
                    "BRUECKLICHT PRAEZISIONSTEILE UND LEHREN GMBH",
                ],
            ),
            (
                person,
                [
                    "Anna Südlicht",
                    "ANNA SUEDLICHT",
                    "ANNA SUEDLICHT",
                    "A. SUEDLICHT",
                    "Anna Südlicht",
                    "Anna Südlicht",
                    "ANNA SUEDLICHT",
                ],
            ),
        ] {
            assert_eq!(Form::ALL.map(|form| name.written(form)), forms.map(str::to_owned));
        }
    }
}
