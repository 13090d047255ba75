//! The words of which companies' names are made, in one place: legal forms, general words with their translation, places, words that
//! tell companies of one house apart, titles.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// What a word says about a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The name itself.
    Plain,
    /// What many companies are called: `贸易`, `trading`. Left out when somebody writes a short name.
    General,
    /// A city or province. Companies of one house differ in it.
    Place,
    /// Branch, number, direction, group: companies of one house differ in it.
    Mark,
    Form(Form),
    /// Says nothing: titles, `and`.
    Nothing,
}

/// Legal forms that mean the same are one. `Open` is a company that does not say which: `Co.`, `公司`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Open,
    Limited,
    Incorporated,
    ChineseLimited,
    ChineseJointStock,
    Japanese,
    /// A form of one country, by its usual spelling.
    Of(&'static str),
}

impl Form {
    /// Whether one company may be written with both. English has no word for the Chinese and Japanese forms, so any English one stands
    /// for them.
    pub fn agrees(self, other: Form) -> bool {
        let is_english = |form| matches!(form, Form::Limited | Form::Incorporated);
        let is_translated = |form| matches!(form, Form::ChineseLimited | Form::ChineseJointStock | Form::Japanese);
        self == other
            || self == Form::Open
            || other == Form::Open
            || is_english(self) && is_translated(other)
            || is_translated(self) && is_english(other)
    }
}

/// A word of the table: what it is, and how it sounds in Latin letters or in translation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub kind: Kind,
    pub sound: &'static str,
}

/// Spellings without blanks and points, and the form. They stand at the end; in Chinese anywhere.
const FORMS: &[(&str, Form)] = &[
    ("co", Form::Open),
    ("company", Form::Open),
    ("cie", Form::Open),
    ("公司", Form::Open),
    ("ltd", Form::Limited),
    ("limited", Form::Limited),
    ("coltd", Form::Limited),
    ("colimited", Form::Limited),
    ("companyltd", Form::Limited),
    ("companylimited", Form::Limited),
    ("inc", Form::Incorporated),
    ("coinc", Form::Incorporated),
    ("incorporated", Form::Incorporated),
    ("corp", Form::Incorporated),
    ("corporation", Form::Incorporated),
    ("有限公司", Form::ChineseLimited),
    ("有限责任公司", Form::ChineseLimited),
    ("youxiangongsi", Form::ChineseLimited),
    ("youxianzerengongsi", Form::ChineseLimited),
    ("股份有限公司", Form::ChineseJointStock),
    ("股份公司", Form::ChineseJointStock),
    ("gufenyouxiangongsi", Form::ChineseJointStock),
    ("株式会社", Form::Japanese),
    ("有限会社", Form::Of("有限会社")),
    ("合伙企业", Form::Of("合伙企业")),
    ("llc", Form::Of("llc")),
    ("llp", Form::Of("llp")),
    ("lp", Form::Of("lp")),
    ("plc", Form::Of("plc")),
    ("pteltd", Form::Of("pte")),
    ("ptelimited", Form::Of("pte")),
    ("ptyltd", Form::Of("pty")),
    ("ptylimited", Form::Of("pty")),
    ("pvtltd", Form::Of("pvt")),
    ("privatelimited", Form::Of("pvt")),
    ("sdnbhd", Form::Of("sdnbhd")),
    ("bhd", Form::Of("bhd")),
    ("gmbh", Form::Of("gmbh")),
    ("mbh", Form::Of("gmbh")),
    ("gesellschaftmbh", Form::Of("gmbh")),
    ("gmbhcokg", Form::Of("gmbhcokg")),
    ("gmbhcompkg", Form::Of("gmbhcokg")),
    ("gmbhucokg", Form::Of("gmbhcokg")),
    ("agcokg", Form::Of("agcokg")),
    ("ug", Form::Of("ug")),
    ("ughaftungsbeschraenkt", Form::Of("ug")),
    ("ag", Form::Of("ag")),
    ("aktiengesellschaft", Form::Of("ag")),
    ("kg", Form::Of("kg")),
    ("cokg", Form::Of("kg")),
    ("kgaa", Form::Of("kgaa")),
    ("ohg", Form::Of("ohg")),
    ("gbr", Form::Of("gbr")),
    ("ek", Form::Of("ek")),
    ("ekfr", Form::Of("ek")),
    ("ekfm", Form::Of("ek")),
    ("ev", Form::Of("ev")),
    ("eg", Form::Of("eg")),
    ("se", Form::Of("se")),
    ("sarl", Form::Of("sarl")),
    ("sas", Form::Of("sas")),
    ("sasu", Form::Of("sas")),
    ("eurl", Form::Of("eurl")),
    ("sa", Form::Of("sa")),
    ("sca", Form::Of("sca")),
    ("spa", Form::Of("spa")),
    ("srl", Form::Of("srl")),
    ("sl", Form::Of("sl")),
    ("slu", Form::Of("sl")),
    ("lda", Form::Of("lda")),
    ("ltda", Form::Of("ltda")),
    ("bv", Form::Of("bv")),
    ("nv", Form::Of("nv")),
    ("bvba", Form::Of("bvba")),
    ("ab", Form::Of("ab")),
    ("as", Form::Of("as")),
    ("asa", Form::Of("asa")),
    ("aps", Form::Of("aps")),
    ("oy", Form::Of("oy")),
    ("oyj", Form::Of("oyj")),
    ("spzoo", Form::Of("spzoo")),
    ("sro", Form::Of("sro")),
    ("kft", Form::Of("kft")),
    ("doo", Form::Of("doo")),
    ("ooo", Form::Of("ooo")),
];

/// General words: Chinese, how it sounds, and its translations. One to one, so that two Chinese words never become the same.
const GENERAL: &[(&str, &str, &[&str])] = &[
    ("贸易", "maoyi", &["trading", "trade"]),
    ("商贸", "shangmao", &["commerce"]),
    ("科技", "keji", &["technology", "technologies", "tech"]),
    ("技术", "jishu", &[]),
    ("实业", "shiye", &["industrial", "industry", "industries"]),
    ("工业", "gongye", &[]),
    ("电子", "dianzi", &["electronics", "electronic"]),
    ("电器", "dianqi", &["appliances", "appliance"]),
    ("电气", "dianqi", &["electric", "electrical"]),
    ("国际", "guoji", &["international", "intl"]),
    ("进出口", "jinchukou", &["importexport", "importandexport", "impexp", "importsexports"]),
    ("物流", "wuliu", &["logistics", "logistic"]),
    ("货运", "huoyun", &["freight"]),
    ("运输", "yunshu", &["transport", "transportation"]),
    ("机械", "jixie", &["machinery"]),
    ("设备", "shebei", &["equipment"]),
    ("制造", "zhizao", &["manufacturing", "manufacture"]),
    ("材料", "cailiao", &["materials", "material"]),
    ("化工", "huagong", &["chemical", "chemicals"]),
    ("医药", "yiyao", &["pharmaceutical", "pharmaceuticals", "pharma"]),
    ("医疗", "yiliao", &["medical"]),
    ("食品", "shipin", &["food", "foods"]),
    ("服装", "fuzhuang", &["garment", "garments", "clothing"]),
    ("纺织", "fangzhi", &["textile", "textiles"]),
    ("建筑", "jianzhu", &["construction", "building"]),
    ("建材", "jiancai", &["buildingmaterials"]),
    ("工程", "gongcheng", &["engineering"]),
    ("投资", "touzi", &["investment", "investments"]),
    ("管理", "guanli", &["management"]),
    ("咨询", "zixun", &["consulting", "consultancy"]),
    ("服务", "fuwu", &["service", "services"]),
    ("信息", "xinxi", &["information"]),
    ("网络", "wangluo", &["network", "networks"]),
    ("软件", "ruanjian", &["software"]),
    ("汽车", "qiche", &["automotive", "automobile", "auto"]),
    ("能源", "nengyuan", &["energy"]),
    ("环保", "huanbao", &["environmental"]),
    ("文化", "wenhua", &["culture", "cultural"]),
    ("传媒", "chuanmei", &["media"]),
    ("广告", "guanggao", &["advertising"]),
    ("发展", "fazhan", &["development"]),
    ("企业", "qiye", &["enterprise", "enterprises"]),
    ("供应链", "gongyinglian", &["supplychain"]),
    ("包装", "baozhuang", &["packaging"]),
    ("五金", "wujin", &["hardware"]),
    ("塑料", "suliao", &["plastics", "plastic"]),
    ("家具", "jiaju", &["furniture"]),
    ("银行", "yinhang", &["bank"]),
];

/// Places: Chinese, and as it is written abroad.
const PLACES: &[(&str, &str)] = &[
    ("中国", "china"),
    ("北京", "beijing"),
    ("上海", "shanghai"),
    ("天津", "tianjin"),
    ("重庆", "chongqing"),
    ("广州", "guangzhou"),
    ("深圳", "shenzhen"),
    ("杭州", "hangzhou"),
    ("宁波", "ningbo"),
    ("温州", "wenzhou"),
    ("义乌", "yiwu"),
    ("苏州", "suzhou"),
    ("无锡", "wuxi"),
    ("常州", "changzhou"),
    ("南京", "nanjing"),
    ("武汉", "wuhan"),
    ("长沙", "changsha"),
    ("成都", "chengdu"),
    ("西安", "xian"),
    ("厦门", "xiamen"),
    ("福州", "fuzhou"),
    ("泉州", "quanzhou"),
    ("青岛", "qingdao"),
    ("济南", "jinan"),
    ("大连", "dalian"),
    ("沈阳", "shenyang"),
    ("长春", "changchun"),
    ("哈尔滨", "haerbin"),
    ("郑州", "zhengzhou"),
    ("合肥", "hefei"),
    ("东莞", "dongguan"),
    ("佛山", "foshan"),
    ("珠海", "zhuhai"),
    ("中山", "zhongshan"),
    ("昆明", "kunming"),
    ("香港", "hongkong"),
    ("澳门", "macau"),
    ("台湾", "taiwan"),
    ("台北", "taipei"),
    ("广东", "guangdong"),
    ("浙江", "zhejiang"),
    ("江苏", "jiangsu"),
    ("山东", "shandong"),
    ("福建", "fujian"),
    ("四川", "sichuan"),
    ("湖北", "hubei"),
    ("湖南", "hunan"),
    ("河北", "hebei"),
    ("河南", "henan"),
    ("安徽", "anhui"),
    ("江西", "jiangxi"),
    ("辽宁", "liaoning"),
    ("", "berlin"),
    ("", "hamburg"),
    ("", "muenchen"),
    ("", "koeln"),
    ("", "frankfurt"),
    ("", "stuttgart"),
    ("", "wien"),
    ("", "zuerich"),
    ("", "paris"),
    ("", "lyon"),
    ("", "london"),
    ("", "madrid"),
    ("", "milano"),
    ("", "roma"),
    ("", "singapore"),
];

/// Words in which companies of one house differ: spelling, and what it is called in every language.
const MARKS: &[(&str, &str)] = &[
    ("分公司", "branch"),
    ("分行", "branch"),
    ("支行", "subbranch"),
    ("分店", "shop"),
    ("门店", "shop"),
    ("分厂", "plant"),
    ("办事处", "office"),
    ("营业部", "salesoffice"),
    ("事业部", "division"),
    ("集团", "group"),
    ("控股", "holding"),
    ("branch", "branch"),
    ("filiale", "branch"),
    ("niederlassung", "branch"),
    ("zweigniederlassung", "branch"),
    ("succursale", "branch"),
    ("division", "division"),
    ("group", "group"),
    ("gruppe", "group"),
    ("groupe", "group"),
    ("jituan", "group"),
    ("holding", "holding"),
    ("holdings", "holding"),
    ("nord", "north"),
    ("north", "north"),
    ("sued", "south"),
    ("sud", "south"),
    ("south", "south"),
    ("ost", "east"),
    ("est", "east"),
    ("east", "east"),
    ("west", "west"),
    ("ouest", "west"),
    ("i", "1"),
    ("ii", "2"),
    ("iii", "3"),
    ("iv", "4"),
    ("eins", "1"),
    ("zwei", "2"),
];

const NOTHING: &[&str] = &[
    "herr", "herrn", "frau", "mr", "mrs", "ms", "miss", "dr", "prof", "firma", "fa", "messrs", "the", "and", "und",
    "et",
];

/// Spellings are looked up folded and without blanks.
static ENTRIES: LazyLock<FxHashMap<&'static str, Entry>> = LazyLock::new(|| {
    let mut entries = FxHashMap::default();
    for (spelling, form) in FORMS {
        entries.insert(*spelling, Entry { kind: Kind::Form(*form), sound: "" });
    }
    for (chinese, sound, translations) in GENERAL {
        for spelling in [chinese, sound].into_iter().chain(*translations) {
            entries.insert(*spelling, Entry { kind: Kind::General, sound });
        }
    }
    for (chinese, sound) in PLACES {
        for spelling in [chinese, sound].into_iter().filter(|s| !s.is_empty()) {
            entries.insert(*spelling, Entry { kind: Kind::Place, sound });
        }
    }
    for (spelling, sound) in MARKS {
        entries.insert(*spelling, Entry { kind: Kind::Mark, sound });
    }
    for spelling in NOTHING {
        entries.insert(*spelling, Entry { kind: Kind::Nothing, sound: "" });
    }
    entries
});

/// No spelling of the table has more characters in Chinese.
pub(super) const CHINESE_MAX: usize = 6;

pub(super) fn look_up(spelling: &str) -> Option<Entry> {
    ENTRIES.get(spelling).copied()
}

/// Traditional characters that are common in names, and the simplified ones below them.
const TRADITIONAL: &str = "貿遠國際實業電廠車東華龍鳳興豐寶錦鋼鐵銀銅機設備製藥醫學藝術場貨運輸農漁產進關開發達聯馬鴻鵬鷹麗紅綠藍黃園圓區縣廣門閩灣臺島嶺齊濟寧滬蘇魯遼陽陰陳張劉楊趙吳孫許鄭馮鄧蕭葉蔣韓羅鄒譚賴賈錢顧盧溫莊嚴龔萬億創網絡軟體資訊財務會計師評價責總經營銷買賣購樂歡慶優質衛環節標檢測試驗雲氣熱濕濾淨飛艦輪鏈條織紡紗線綢絲緞絨裝飾傢俱燈鍾錶鏡書報誌紙筆畫傳視頻戲劇鄉鎮號樓層護養顏麵飯飲雞鴨魚蝦鹽醬兒婦後與為爾賢義們個";
const SIMPLIFIED: &str = "贸远国际实业电厂车东华龙凤兴丰宝锦钢铁银铜机设备制药医学艺术场货运输农渔产进关开发达联马鸿鹏鹰丽红绿蓝黄园圆区县广门闽湾台岛岭齐济宁沪苏鲁辽阳阴陈张刘杨赵吴孙许郑冯邓萧叶蒋韩罗邹谭赖贾钱顾卢温庄严龚万亿创网络软体资讯财务会计师评价责总经营销买卖购乐欢庆优质卫环节标检测试验云气热湿滤净飞舰轮链条织纺纱线绸丝缎绒装饰家具灯钟表镜书报志纸笔画传视频戏剧乡镇号楼层护养颜面饭饮鸡鸭鱼虾盐酱儿妇后与为尔贤义们个";

static SIMPLE: LazyLock<FxHashMap<char, char>> =
    LazyLock::new(|| TRADITIONAL.chars().zip(SIMPLIFIED.chars()).collect());

/// The simplified character of a common traditional one; any other as it is.
pub(super) fn simplified(c: char) -> char {
    SIMPLE.get(&c).copied().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sound() {
        assert_eq!(TRADITIONAL.chars().count(), SIMPLIFIED.chars().count());
        for (traditional, simple) in TRADITIONAL.chars().zip(SIMPLIFIED.chars()) {
            assert_eq!(simplified(simple), simple, "{traditional} to {simple}");
        }
        for (from, to) in [('貿', '贸'), ('鎮', '镇'), ('個', '个'), ('鐘', '鐘'), ('鋼', '钢'), ('醬', '酱')]
        {
            assert_eq!(simplified(from), to);
        }
        let longest = ENTRIES.keys().filter(|k| !k.is_ascii()).map(|k| k.chars().count()).max();
        assert_eq!(longest, Some(CHINESE_MAX));
    }
}
