//! What files bring, and the columns they have.

/// What a file brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Customers,
    Items,
    /// Opening balances of accounts.
    Balances,
    /// Open invoices.
    Invoices,
}

/// A column that is known.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in reports, pointers and templates.
    pub name: &'static str,
    /// Other names that it may have in the head of a file, in small letters.
    pub aliases: &'static [&'static str],
    pub is_required: bool,
    /// What the template shows.
    pub example: &'static str,
}

const fn column(
    name: &'static str,
    is_required: bool,
    example: &'static str,
    aliases: &'static [&'static str],
) -> Column {
    Column { name, aliases, is_required, example }
}

const CUSTOMERS: &[Column] = &[
    column("name", true, "上海远航贸易有限公司", &["customer", "company", "名称", "客户", "客户名称", "单位名称"]),
    column("kind", false, "company", &["type", "类型", "客户类型"]),
    column("country", false, "CN", &["国家", "国家代码"]),
    column("currency", false, "CNY", &["币种", "货币"]),
    column("language", false, "zh-CN", &["locale", "语言"]),
    column("tax_number", false, "", &["tax number", "tax id", "vat id", "税号", "纳税人识别号", "统一社会信用代码"]),
    column("email", false, "ap@example.com", &["e-mail", "mail", "邮箱", "电子邮箱", "邮件"]),
    column("phone", false, "+86 21 5555 0000", &["telephone", "tel", "电话", "手机"]),
    column("payment_terms_days", false, "30", &["payment terms", "terms", "账期", "付款期限", "账期天数"]),
    column("credit_limit", false, "", &["credit limit", "信用额度"]),
    column("address", false, "世纪大道 100 号", &["street", "地址", "详细地址"]),
    column("city", false, "上海市", &["town", "城市"]),
    column("region", false, "", &["state", "province", "省份", "省"]),
    column("postal_code", false, "200120", &["postal code", "zip", "postcode", "邮编", "邮政编码"]),
];

const ITEMS: &[Column] = &[
    column("code", true, "A-100", &["sku", "item", "编码", "商品编码", "货号", "代码"]),
    column("name_zh", false, "传感器", &["名称", "中文名称", "商品名称", "品名"]),
    column("name_en", false, "Sensor", &["name", "english name", "英文名称"]),
    column("unit", false, "pcs", &["单位", "计量单位"]),
    column("currency", false, "CNY", &["币种", "货币"]),
    column("price", false, "199.90", &["unit price", "unit_price", "单价", "价格"]),
    column("valid_from", false, "", &["valid from", "from", "生效日期", "起始日期"]),
    column("tax_code", false, "", &["tax code", "tax", "税码", "税率代码"]),
];

const BALANCES: &[Column] = &[
    column("account", true, "1002", &["account code", "code", "科目", "科目编码", "科目代码"]),
    column("name", false, "", &["account name", "科目名称", "名称"]),
    column("debit", true, "50000.00", &["dr", "借方", "借方余额", "期初借方", "期初借方余额"]),
    column("credit", true, "", &["cr", "贷方", "贷方余额", "期初贷方", "期初贷方余额"]),
];

const INVOICES: &[Column] = &[
    column("number", true, "2025-0147", &["invoice", "invoice number", "编号", "账单编号", "账单号", "单据编号"]),
    column("customer", true, "上海远航贸易有限公司", &["customer name", "客户", "客户名称", "单位名称"]),
    column("issued_on", true, "2025-11-03", &["date", "issue date", "invoice date", "日期", "开单日期", "账单日期"]),
    column("due_on", false, "2025-12-03", &["due", "due date", "到期日", "到期日期"]),
    column("currency", false, "CNY", &["币种", "货币"]),
    column("total", true, "1000.00", &["amount", "金额", "总额", "合计", "账单金额"]),
    column("open", false, "400.00", &["balance", "open balance", "未付", "未付金额", "余额", "未收金额"]),
    column("description", false, "", &["text", "摘要", "说明"]),
    column("reference", false, "", &["customer reference", "po", "客户参考号", "参考号"]),
];

impl Kind {
    pub const ALL: [Kind; 4] = [Kind::Customers, Kind::Items, Kind::Balances, Kind::Invoices];

    /// How addresses name it.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Customers => "customers",
            Kind::Items => "items",
            Kind::Balances => "balances",
            Kind::Invoices => "invoices",
        }
    }

    pub fn by_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub const fn columns(self) -> &'static [Column] {
        match self {
            Kind::Customers => CUSTOMERS,
            Kind::Items => ITEMS,
            Kind::Balances => BALANCES,
            Kind::Invoices => INVOICES,
        }
    }

    /// Whether what it brings is booked on the day that the books begin.
    pub const fn is_booked(self) -> bool {
        matches!(self, Kind::Balances | Kind::Invoices)
    }

    /// The head with one example row, as CSV with a mark that spreadsheets need to see UTF-8.
    pub fn template(self) -> String {
        let line = |cell: fn(&Column) -> &'static str| self.columns().iter().map(cell).collect::<Vec<_>>().join(",");
        format!("\u{feff}{}\r\n{}\r\n", line(|column| column.name), line(|column| column.example))
    }
}

impl Column {
    /// Whether a head's cell names this column; letters' size and blanks around do not matter.
    pub fn is_called(&self, head: &str) -> bool {
        let head = head.trim().trim_end_matches('*').trim().to_lowercase();
        head == self.name || self.aliases.contains(&head.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sheet;
    use std::collections::BTreeSet;

    #[test]
    fn no_head_names_two_columns() {
        for kind in Kind::ALL {
            let mut seen = BTreeSet::new();
            for column in kind.columns() {
                for name in column.aliases.iter().chain([&column.name]) {
                    assert_eq!(*name, name.to_lowercase(), "aliases are in small letters");
                    assert!(seen.insert(*name), "{}: {name} is there twice", kind.name());
                }
            }
        }
    }

    #[test]
    fn templates_are_read_back() {
        for kind in Kind::ALL {
            let sheet = sheet::read(kind.template().as_bytes(), kind).unwrap();
            assert_eq!(sheet.rows.len(), 1, "{}", kind.name());
            assert_eq!(sheet.columns.len(), kind.columns().len());
            assert!(sheet.ignored.is_empty());
        }
    }
}
