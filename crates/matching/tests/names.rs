//! Pairs of names as customers' cards and banks have them, and how alike they are.

use matching::name::Likeness::{
    Abbreviated, Close, Different, Reordered, Same, SameWithoutForm, Sister, Transliterated, Truncated,
};
use matching::name::{Index, Likeness, Name, likeness};
use proptest::prelude::*;

const PAIRS: &[(&str, &str, Likeness)] = &[
    // The same, otherwise written.
    ("Muster Handel GmbH", "MUSTER HANDEL GMBH", Same),
    ("Muster Handel GmbH", "Muster-Handel, GmbH", Same),
    ("Muster Handel GmbH", "MusterHandel GmbH", Same),
    ("Muster Handel GmbH", "Muster Handel G.m.b.H.", Same),
    ("Muster Handel GmbH", "ＭＵＳＴＥＲ　ＨＡＮＤＥＬ　ＧＭＢＨ", Same),
    ("Müller Bau GmbH", "Mueller Bau GmbH", Same),
    ("Müller Bau GmbH", "Muller Bau GmbH", Same),
    ("Großmann AG", "Grossmann AG", Same),
    ("Café Été SARL", "CAFE ETE SARL", Same),
    ("Jørgensen ApS", "Joergensen ApS", Same),
    ("Jørgensen A/S", "JORGENSEN AS", Same),
    ("Łódź Meble Sp. z o.o.", "Lodz Meble Sp z oo", Same),
    ("Beispiel s.r.o.", "BEISPIEL SRO", Same),
    ("Esempio S.p.A.", "ESEMPIO SPA", Same),
    ("O'Example Ltd", "OExample Ltd", Same),
    ("上海远航贸易有限公司", "上海远航贸易有限公司", Same),
    ("上海远航贸易有限公司", "上海遠航貿易有限公司", Same),
    ("上海远航贸易有限公司", " 上海远航贸易 有限公司 ", Same),
    ("上海市远航贸易有限公司", "上海远航贸易有限公司", Same),
    ("华龙电子有限公司", "華龍電子有限公司", Same),
    ("Herr Hans Beispiel", "Hans Beispiel", Same),
    ("Frau Dr. Anna Muster", "Anna Muster", Same),
    ("Mr John Sample", "JOHN SAMPLE", Same),
    ("Yuan Hang Trading Ltd", "Yuanhang Trading Ltd", Same),
    ("Import & Export Muster Ltd", "Import Export Muster Ltd", Same),
    ("The Sample Company", "Sample Company", Same),
    // Without legal form, or the form otherwise spelled.
    ("Muster Handel GmbH", "Muster Handel", SameWithoutForm),
    ("Muster Handel e.K.", "MUSTER HANDEL", SameWithoutForm),
    ("Muster Handel GmbH & Co. KG", "Muster Handel", SameWithoutForm),
    ("Muster Handel GmbH & Co. KG", "Muster Handel GmbH u. Co. KG", SameWithoutForm),
    ("Sample Trading Co., Ltd.", "Sample Trading Limited", SameWithoutForm),
    ("Sample Trading Co., Ltd.", "Sample Trading Company Limited", SameWithoutForm),
    ("Sample Trading Co., Ltd.", "Sample Trading Co", SameWithoutForm),
    ("Sample Trading Co.,Ltd", "Sample Trading", SameWithoutForm),
    ("Sample Inc.", "Sample Incorporated", SameWithoutForm),
    ("Sample Corp.", "Sample Corporation", SameWithoutForm),
    ("Sample Pte. Ltd.", "Sample Pte Limited", SameWithoutForm),
    ("Sample Sdn. Bhd.", "Sample", SameWithoutForm),
    ("Exemple SAS", "Exemple", SameWithoutForm),
    ("Muster Aktiengesellschaft", "Muster AG", SameWithoutForm),
    ("上海远航贸易有限公司", "上海远航贸易", SameWithoutForm),
    ("上海远航贸易有限责任公司", "上海远航贸易有限公司", SameWithoutForm),
    ("上海远航贸易股份有限公司", "上海远航贸易", SameWithoutForm),
    ("上海远航贸易公司", "上海远航贸易有限公司", SameWithoutForm),
    ("株式会社サンプル", "サンプル", SameWithoutForm),
    ("Muster GmbH, Berlin", "Muster Berlin", SameWithoutForm),
    // Persons, and other orders of words.
    ("Müller, Anna", "Anna Mueller", Reordered),
    ("Müller, Anna", "Anna Müller", Reordered),
    ("Müller, Anna", "Anna Muller", Reordered),
    ("Herr Beispiel, Hans Peter", "Hans Peter Beispiel", Reordered),
    ("SAMPLE JOHN", "John Sample", Reordered),
    ("Weiß, Jürgen", "Juergen Weiss", Reordered),
    ("Yuanhang (Shanghai) Trading Co Ltd", "Shanghai Yuanhang Trading Co Ltd", Reordered),
    ("远航（上海）贸易有限公司", "上海远航贸易有限公司", Reordered),
    // Across scripts and languages.
    ("Shanghai Yuanhang Trading Co., Ltd.", "上海远航贸易有限公司", Transliterated),
    ("SHANGHAI YUAN HANG MAOYI", "上海远航贸易有限公司", Transliterated),
    ("SHANGHAI YUAN HANG MAOYI YOU XIAN GONG SI", "上海远航贸易有限公司", Transliterated),
    ("SHANGHAI YUAN HANG MAOYI", "Shanghai Yuanhang Trading Co., Ltd.", Transliterated),
    ("Shanghai Yuanhang Trading Co., Ltd.", "上海遠航貿易有限公司", Transliterated),
    ("Shenzhen Huaqiang Electronics Co Ltd", "深圳华强电子有限公司", Transliterated),
    ("Shenzhen Huaqiang Electronics Co Ltd", "深圳市华强电子股份有限公司", Transliterated),
    ("Ningbo Haitian Import and Export Co Ltd", "宁波海天进出口有限公司", Transliterated),
    ("Ningbo Haitian Import & Export Co Ltd", "宁波海天进出口有限公司", Transliterated),
    ("Beijing Xinghe Technology Co., Ltd.", "北京星河科技有限公司", Transliterated),
    ("Guangzhou Lida Logistics", "广州利达物流有限公司", Transliterated),
    ("Xiamen Dongfang International Trade Co.,Ltd", "厦门东方国际贸易有限公司", Transliterated),
    ("CHONGQING LINGYUN MACHINERY", "重庆凌云机械有限公司", Transliterated),
    ("Hong Kong Fuyuan Industrial Limited", "香港富源实业有限公司", Transliterated),
    ("Fuyuan Group", "富源集团", Transliterated),
    ("ZHANG WEI", "张伟", Transliterated),
    ("Zhangwei", "張偉", Transliterated),
    // Short for.
    ("上海远航", "上海远航贸易有限公司", Abbreviated),
    ("上海远航", "上海远航国际贸易有限公司", Abbreviated),
    ("Shanghai Yuanhang", "Shanghai Yuanhang Trading Co Ltd", Abbreviated),
    ("Shanghai Yuanhang", "上海远航贸易有限公司", Abbreviated),
    ("上海远航", "Shanghai Yuanhang Trading Co., Ltd.", Abbreviated),
    ("Sample", "Sample Electronics Inc", Abbreviated),
    ("SBM", "Sample Business Machines", Abbreviated),
    ("S.B.M.", "Sample Business Machines Corp", Abbreviated),
    ("S B M", "Sample Business Machines", Abbreviated),
    ("S.Y. Trading", "Shanghai Yuanhang Trading", Abbreviated),
    ("S.Y. Trading Ltd", "Shanghai Yuanhang Trading Co., Ltd.", Abbreviated),
    ("J. Sample", "John Sample", Abbreviated),
    ("J Sample", "Jane Sample", Abbreviated),
    ("J Sample", "Hans Sample", Different),
    ("SY Trading", "Shanghai Yuanhang Logistics", Different),
    ("IBM", "Sample Business Machines", Different),
    // Cut by a bank at 27, 35 and 70 characters.
    ("Internationale Mustermannge", "Internationale Mustermanngesellschaft für Handel mbH", Truncated),
    ("Norddeutsche Musterhandels- und Bet", "Norddeutsche Musterhandels- und Beteiligungsgesellschaft mbH", Truncated),
    ("SHANGHAI YUANHANG INTERNATIONAL TRA", "Shanghai Yuanhang International Trading Co., Ltd.", Truncated),
    ("Shanghai Yuanhang International", "Shanghai Yuanhang International Trading Co., Ltd.", Abbreviated),
    ("Norddeutsche Muster", "Norddeutsche Musterhandels- und Beteiligungsgesellschaft mbH", Different),
    ("Internationale Mustermann", "Internationale Mustermanngesellschaft für Handel mbH", Different),
    // Chinese at fewer, wherever their bank cuts; not a branch's, whose company ends with its form.
    ("江苏苏美达轻纺国际贸", "江苏苏美达轻纺国际贸易有限公司", Truncated),
    ("北京中科国际信息技术服务股份有限", "北京中科国际信息技术服务股份有限公司", Truncated),
    ("江苏苏美达轻纺国", "江苏苏美达轻纺国际贸易有限公司", Different),
    ("上海远航国际贸易公司", "上海远航国际贸易公司北京分公司", Sister),
    ("上海远航国际贸易信息", "上海远航国际贸易信息二部", Different),
    // Without its place and its form.
    ("华强电子", "深圳市华强电子股份有限公司", Abbreviated),
    ("远航贸易", "上海远航贸易有限公司", Abbreviated),
    ("申通地铁", "上海申通地铁集团有限公司", Sister),
    // A slip of the pen.
    ("Mustermannhandel GmbH", "Mustermanhandel GmbH", Close),
    ("Beispielwerke AG", "Beispeilwerke Aktiengesellschaft", Different),
    ("Beispielmaschinenwerke AG", "Beispeilmaschinenwerke AG", Close),
    ("Schneiderhof Beispielbau GmbH", "Schniederhof Beispielbau GmbH", Close),
    ("Kowalczykowski Meble", "Kowalczykowsky Meble", Close),
    ("Donaudampfschifffahrt GmbH", "Donaudampfschiffahrt GmbH", Close),
    ("Muster", "Munter", Different),
    ("Huber GmbH", "Hubner GmbH", Different),
    ("Li Na", "Li Ma", Different),
    ("Bauer", "Baur", Different),
    ("Yuehang Trading", "Yuhang Trading", Different),
    ("Shanghai Yuanhang Trading", "Shanghai Yuanfang Trading", Close),
    ("Shanghai Yuanhang Trading", "Shanghai Yuanda Trading", Different),
    // Companies of one house are not one.
    ("Muster GmbH", "Muster AG", Sister),
    ("Muster GmbH", "Muster GmbH & Co. KG", Sister),
    ("Muster Ltd", "Muster LLC", Sister),
    ("Muster Ltd", "Muster Pte Ltd", Sister),
    ("Exemple SARL", "Exemple SAS", Sister),
    ("上海远航贸易有限公司", "上海远航贸易股份有限公司", Sister),
    ("上海远航贸易有限公司", "上海远航有限公司", Sister),
    ("上海远航贸易有限公司", "上海远航贸易有限公司北京分公司", Sister),
    ("上海远航贸易有限公司", "上海远航贸易有限公司分公司", Sister),
    ("上海远航贸易有限公司", "北京远航贸易有限公司", Sister),
    ("上海远航贸易有限公司", "远航贸易有限公司", Sister),
    ("上海远航贸易有限公司", "上海远航贸易集团有限公司", Sister),
    ("上海远航一厂", "上海远航二厂", Sister),
    ("远航第一分公司", "远航第二分公司", Sister),
    ("Muster Nord GmbH", "Muster Süd GmbH", Sister),
    ("Muster Nord GmbH", "Muster Sued GmbH", Sister),
    ("Muster Nord GmbH", "Muster GmbH", Sister),
    ("Muster West", "Muster Ost", Sister),
    ("Muster Berlin GmbH", "Muster Hamburg GmbH", Sister),
    ("Muster Handel GmbH Niederlassung Wien", "Muster Handel GmbH", Sister),
    ("Sample Trading Ltd Shanghai Branch", "Sample Trading Ltd Beijing Branch", Sister),
    ("Sample Trading Ltd", "Sample Trading Ltd Shanghai Branch", Sister),
    ("Sample 1 Ltd", "Sample 2 Ltd", Sister),
    ("Sample II GmbH", "Sample III GmbH", Sister),
    ("Sample Group", "Sample Ltd", Sister),
    ("Sample Holding AG", "Sample AG", Sister),
    ("Shanghai Yuanhang Trading Co Ltd", "Beijing Yuanhang Trading Co Ltd", Sister),
    ("Shanghai Yuanhang Trading Co Ltd", "北京远航贸易有限公司", Sister),
    ("Windpark Musterberg 12 GmbH", "Windpark Musterberg 13 GmbH", Sister),
    ("上海远航", "北京远航", Sister),
    // Others altogether.
    ("上海远航贸易有限公司", "上海源航贸易有限公司", Different),
    ("上海远航贸易有限公司", "上海远帆贸易有限公司", Different),
    ("上海远航贸易有限公司", "上海远航科技有限公司", Different),
    ("上海远航贸易有限公司", "北京源航贸易有限公司", Different),
    ("远航科技", "远航技术", Different),
    ("上海远航", "上海远大贸易有限公司", Different),
    ("Yuanhang Keji", "Yuanhang Jishu", Different),
    ("Yuanhang Technology", "远航技术有限公司", Different),
    ("上海贸易", "上海远航贸易", Different),
    ("Trading", "Sample Trading", Different),
    ("Muster Handel GmbH", "Beispiel Handel GmbH", Different),
    ("张伟", "张维", Different),
    ("张伟", "章伟", Different),
    ("Anna Müller", "Anna Meier", Different),
    ("Anna Müller", "Hans Müller", Different),
    ("Sample", "Sample Foods and Other Things", Different),
    ("GmbH", "AG", Different),
    ("", "", Different),
    ("", "Muster", Different),
    ("...", "---", Different),
];

fn names() -> impl Iterator<Item = (Name, Name, Likeness, String)> {
    PAIRS.iter().map(|(a, b, expected)| (Name::of(a), Name::of(b), *expected, format!("{a} / {b}")))
}

#[test]
fn pairs_are_as_alike_as_a_person_says() {
    let wrong: Vec<String> = names()
        .filter(|(a, b, expected, _)| likeness(a, b) != *expected)
        .map(|(a, b, expected, said)| format!("{said}: {:?}, not {expected:?}", likeness(&a, &b)))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), PAIRS.len(), wrong.join("\n"));
    assert!(PAIRS.len() >= 150, "{}", PAIRS.len());
}

#[test]
fn pairs_are_as_alike_in_both_orders() {
    for (a, b, _, said) in names() {
        assert_eq!(likeness(&a, &b), likeness(&b, &a), "{said}");
    }
}

/// What is alike is found in an index, as alike as it is, and nothing else is said of it.
#[test]
fn an_index_finds_what_is_alike() {
    let wrong: Vec<String> = names()
        .flat_map(|(a, b, expected, said)| [(a.clone(), b.clone(), expected, said.clone()), (b, a, expected, said)])
        .filter_map(|(asked, known, expected, said)| {
            let found = Index::new([(7, known)]).find(&asked);
            let expected = if expected == Different { vec![] } else { vec![(7, expected)] };
            (found != expected).then(|| format!("{said}: {found:?}, not {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn ties_are_all_there_and_the_best_comes_first() {
    let index = Index::new(
        [
            (1, "上海远航贸易有限公司"),
            (2, "Shanghai Yuanhang Trading Co., Ltd."),
            (3, "上海远航贸易股份有限公司"),
            (4, "北京远航贸易有限公司"),
            (5, "Muster GmbH"),
            (6, "Muster GmbH"),
            (5, "Muster Handelsgesellschaft mbH"),
        ]
        .map(|(party, name)| (party, Name::of(name))),
    );
    let find = |name: &str| index.find(&Name::of(name));
    assert_eq!(find("上海远航贸易"), [(1, SameWithoutForm), (3, SameWithoutForm), (2, Transliterated)]);
    assert_eq!(find("SHANGHAI YUAN HANG MAOYI"), [(1, Transliterated), (2, Transliterated), (3, Transliterated)]);
    assert_eq!(find("上海远航"), [(1, Abbreviated), (2, Abbreviated), (3, Abbreviated)]);
    assert_eq!(find("远航贸易"), [(1, Abbreviated), (3, Abbreviated), (4, Abbreviated), (2, Sister)]);
    assert_eq!(find("muster gmbh"), [(5, Same), (6, Same)]);
    assert_eq!(find("广州远航贸易有限公司"), [(1, Sister), (2, Sister), (3, Sister), (4, Sister)]);
    assert_eq!(find("Nobody"), []);
    assert_eq!(find(""), []);
    assert_eq!(Index::default().find(&Name::of("Muster")), []);
}

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        prop::collection::vec(any::<char>(), 0..40).prop_map(|chars| chars.into_iter().collect()),
        "[A-Za-zäöüßø&., /'-]{0,40}",
        "[上海北京远航遠贸易科技有限公司分集团一二厂第]{0,16}",
        prop::collection::vec(
            prop::sample::select(vec![
                "Muster",
                "Müller",
                "Trading",
                "上海",
                "Shanghai",
                "GmbH",
                "Co.",
                "Ltd",
                "Nord",
                "远航",
                "2",
                "S.Y.",
                "分公司",
                "AG"
            ]),
            0..6
        )
        .prop_map(|words| words.join(" ")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn likeness_is_symmetric(a in any_name(), b in any_name()) {
        let (a, b) = (Name::of(&a), Name::of(&b));
        prop_assert_eq!(likeness(&a, &b), likeness(&b, &a));
    }

    #[test]
    fn a_name_is_the_same_as_itself(a in any_name()) {
        let name = Name::of(&a);
        let loud = Name::of(&a.to_uppercase());
        if !name.is_empty() {
            prop_assert_eq!(likeness(&name, &name), Same);
            prop_assert_eq!(Index::new([(1, name.clone())]).find(&name), vec![(1, Same)]);
        }
        if a.is_ascii() && !name.is_empty() {
            prop_assert_eq!(likeness(&name, &loud), Same);
        }
    }

    /// An index never says more than the comparison does.
    #[test]
    fn an_index_agrees_with_the_comparison(a in any_name(), known in prop::collection::vec(any_name(), 0..8)) {
        let asked = Name::of(&a);
        let known: Vec<Name> = known.iter().map(|name| Name::of(name)).collect();
        let index = Index::new((0..).zip(known.iter().cloned()));
        for (party, said) in index.find(&asked) {
            prop_assert_eq!(said, likeness(&asked, &known[usize::try_from(party).unwrap()]));
        }
        let best = known.iter().map(|name| likeness(&asked, name)).max().unwrap_or(Different);
        let found = index.find(&asked).first().map_or(Different, |(_, likeness)| *likeness);
        if best >= Transliterated {
            prop_assert_eq!(found, best);
        }
    }
}
