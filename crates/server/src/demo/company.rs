//! The demonstration company, its catalogue and its customers. All of them are invented.

/// The company whose house this is.
pub const NAME: &str = "远航科技有限公司(演示)";

/// Tax codes: code, names in Chinese and English, percent.
pub const TAXES: [(&str, &str, &str, &str); 4] = [
    ("VAT13", "增值税 13%", "VAT 13%", "13"),
    ("VAT9", "增值税 9%", "VAT 9%", "9"),
    ("VAT6", "增值税 6%", "VAT 6%", "6"),
    ("VAT0", "增值税 0%(出口)", "VAT 0% (export)", "0"),
];

/// Something that is sold.
pub struct Item {
    pub code: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    pub unit: &'static str,
    /// In CNY.
    pub price: &'static str,
    /// In EUR, USD and JPY, for exports.
    pub abroad: [&'static str; 3],
    pub tax: &'static str,
    /// Ordered in lots of up to this many.
    pub lot_max: u64,
}

/// The catalogue.
pub const ITEMS: [Item; 10] = [
    Item {
        code: "A-100",
        zh: "温度传感器 A-100",
        en: "Temperature sensor A-100",
        unit: "pcs",
        price: "199.90",
        abroad: ["28.50", "31.00", "4600"],
        tax: "VAT13",
        lot_max: 60,
    },
    Item {
        code: "A-200",
        zh: "压力传感器 A-200",
        en: "Pressure sensor A-200",
        unit: "pcs",
        price: "468.00",
        abroad: ["64.00", "69.90", "10500"],
        tax: "VAT13",
        lot_max: 40,
    },
    Item {
        code: "B-310",
        zh: "数据采集模块 B-310",
        en: "Data acquisition module B-310",
        unit: "pcs",
        price: "1280.00",
        abroad: ["172.00", "188.00", "28400"],
        tax: "VAT13",
        lot_max: 20,
    },
    Item {
        code: "B-320",
        zh: "工业网关 B-320",
        en: "Industrial gateway B-320",
        unit: "pcs",
        price: "3650.00",
        abroad: ["489.00", "535.00", "80900"],
        tax: "VAT13",
        lot_max: 8,
    },
    Item {
        code: "C-010",
        zh: "屏蔽电缆",
        en: "Shielded cable",
        unit: "m",
        price: "12.35",
        abroad: ["1.72", "1.89", "285"],
        tax: "VAT13",
        lot_max: 400,
    },
    Item {
        code: "C-025",
        zh: "不锈钢安装支架",
        en: "Stainless mounting bracket",
        unit: "pcs",
        price: "38.60",
        abroad: ["5.40", "5.90", "890"],
        tax: "VAT13",
        lot_max: 120,
    },
    Item {
        code: "K-500",
        zh: "校准套件",
        en: "Calibration kit",
        unit: "set",
        price: "5990.00",
        abroad: ["798.00", "869.00", "132000"],
        tax: "VAT13",
        lot_max: 3,
    },
    Item {
        code: "S-001",
        zh: "现场安装服务",
        en: "On-site installation",
        unit: "h",
        price: "360.00",
        abroad: ["95.00", "105.00", "15800"],
        tax: "VAT6",
        lot_max: 24,
    },
    Item {
        code: "S-002",
        zh: "年度软件服务",
        en: "Annual software service",
        unit: "year",
        price: "2400.00",
        abroad: ["330.00", "360.00", "54000"],
        tax: "VAT6",
        lot_max: 5,
    },
    Item {
        code: "S-003",
        zh: "操作培训",
        en: "Operator training",
        unit: "day",
        price: "1800.00",
        abroad: ["420.00", "460.00", "69000"],
        tax: "VAT6",
        lot_max: 4,
    },
];

/// Somebody who buys. `limit` in units of the currency; empty = unlimited.
pub struct Buyer {
    pub name: &'static str,
    pub country: &'static str,
    pub currency: &'static str,
    pub terms_days: i32,
    pub limit: &'static str,
    /// Out of a hundred invoices, how many are paid in time.
    pub punctual: u64,
    /// How it usually pays.
    pub method: &'static str,
}

const fn cn(name: &'static str, terms_days: i32, limit: &'static str, punctual: u64, method: &'static str) -> Buyer {
    Buyer { name, country: "CN", currency: "CNY", terms_days, limit, punctual, method }
}

/// The customers; the first one has the portal login.
pub const BUYERS: [Buyer; 22] = [
    cn("上海澄明传感贸易有限公司(演示)", 30, "", 80, "bank_transfer"),
    cn("深圳市微澜自动化股份有限公司(演示)", 30, "800000.00", 85, "bank_transfer"),
    cn("苏州云栖精密仪器有限公司(演示)", 45, "", 70, "bank_transfer"),
    cn("广州白榕医疗器械有限公司(演示)", 30, "300000.00", 60, "bank_transfer"),
    cn("成都锦里餐饮管理有限公司(演示)", 15, "60000.00", 55, "e_wallet"),
    cn("武汉东湖智能制造有限公司(演示)", 30, "", 75, "bank_transfer"),
    cn("杭州拾光网络科技有限公司(演示)", 15, "", 92, "e_wallet"),
    cn("西安长风机电设备有限公司(演示)", 60, "500000.00", 65, "cheque"),
    cn("青岛海晏冷链物流有限公司(演示)", 30, "", 78, "bank_transfer"),
    cn("南京紫麓环境监测中心(演示)", 30, "", 95, "bank_transfer"),
    cn("天津津沽港口服务有限公司(演示)", 45, "", 70, "cheque"),
    cn("长沙麓山农业科技合作社(演示)", 15, "", 60, "cash"),
    cn("厦门鹭岛五金商行(演示)", 7, "30000.00", 88, "cash"),
    cn("重庆两江新能源有限公司(演示)", 30, "", 82, "card"),
    cn("宁波北仑模具厂(演示)", 30, "", 72, "card"),
    Buyer {
        name: "Nordlicht Handels GmbH (Demo)",
        country: "DE",
        currency: "EUR",
        terms_days: 30,
        limit: "",
        punctual: 90,
        method: "bank_transfer",
    },
    Buyer {
        name: "Ateliers Mirabeau SAS (Demo)",
        country: "FR",
        currency: "EUR",
        terms_days: 45,
        limit: "",
        punctual: 75,
        method: "bank_transfer",
    },
    Buyer {
        name: "Blue Heron Instruments Inc. (Demo)",
        country: "US",
        currency: "USD",
        terms_days: 30,
        limit: "60000.00",
        punctual: 84,
        method: "card",
    },
    Buyer {
        name: "Kestrel & Vane Ltd (Demo)",
        country: "GB",
        currency: "USD",
        terms_days: 30,
        limit: "",
        punctual: 80,
        method: "bank_transfer",
    },
    Buyer {
        name: "株式会社みなと精機(デモ)",
        country: "JP",
        currency: "JPY",
        terms_days: 60,
        limit: "",
        punctual: 97,
        method: "bank_transfer",
    },
    Buyer {
        name: "Viento Sur Energía S.A. (Demo)",
        country: "CL",
        currency: "USD",
        terms_days: 60,
        limit: "",
        punctual: 50,
        method: "bank_transfer",
    },
    Buyer {
        name: "Polder Meettechniek B.V. (Demo)",
        country: "NL",
        currency: "EUR",
        terms_days: 14,
        limit: "",
        punctual: 93,
        method: "bank_transfer",
    },
];

/// Customers whose sensors were handed over at home, with tax, yesterday: prices, and what was paid of them at once. Their totals
/// do not come out even in CNY, and in KWD they have three digits, which is where programs that recompute books go wrong.
pub const ABROAD: [(Buyer, [(&str, &str); 2]); 2] = [
    (
        Buyer {
            name: "Dar Al-Qiyas Co. (Demo)",
            country: "KW",
            currency: "KWD",
            terms_days: 30,
            limit: "",
            punctual: 100,
            method: "bank_transfer",
        },
        [("1.234", "0.700"), ("187.655", "55.007")],
    ),
    (
        Buyer {
            name: "Straits Calibration Pte. Ltd. (Demo)",
            country: "SG",
            currency: "USD",
            terms_days: 30,
            limit: "",
            punctual: 100,
            method: "bank_transfer",
        },
        [("333.33", "100.10"), ("87.65", "50.55")],
    ),
];

/// What a Kuwaiti dinar is worth in CNY on that day.
pub const RATE_KWD: &str = "23.2";

/// What one unit of a foreign currency is worth in CNY at the beginning of each month of the story; invented, of the right size.
pub const RATES: [(&str, [&str; 4]); 3] = [
    ("EUR", ["7.8120", "7.8400", "7.8655", "7.8310"]),
    ("USD", ["7.1180", "7.1025", "7.0890", "7.0955"]),
    ("JPY", ["0.047600", "0.047350", "0.046980", "0.047120"]),
];
