//! The printed forms: their lines, sums and cross-checks.

use super::FormLine;
use crate::rules::chart::{Chart, Side};

/// A form. Sums stand after what they add up, so that one pass fills them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) lines: &'static [FormLine],
    pub(super) sums: &'static [Sum],
    /// Pairs of lines that must be equal.
    pub(super) equal: &'static [(u8, u8)],
    /// Lines that must be at least the sum of what is shown of them.
    pub(super) at_least: &'static [(u8, &'static [u8])],
    /// Where profit not yet closed stands; zero on forms that have no such line.
    pub(super) undistributed: u8,
}

/// `line` = `plus` − `minus`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) line: u8,
    pub(super) plus: &'static [u8],
    pub(super) minus: &'static [u8],
}

pub(super) const CASH_AT_BEGINNING: u8 = 21;

pub(super) const fn balance_sheet(chart: Chart) -> &'static Form {
    match chart {
        Chart::SmallEnterprise => &SMALL_BALANCE_SHEET,
        Chart::International => &INTERNATIONAL_BALANCE_SHEET,
    }
}

pub(super) const fn profit_and_loss(chart: Chart) -> &'static Form {
    match chart {
        Chart::SmallEnterprise => &SMALL_PROFIT_AND_LOSS,
        Chart::International => &INTERNATIONAL_PROFIT_AND_LOSS,
    }
}

/// A line that counts positive in debit.
const fn dr(number: u8, zh: &'static str, en: &'static str) -> FormLine {
    FormLine { number, zh, en, side: Side::Debit }
}

/// A line that counts positive in credit.
const fn cr(number: u8, zh: &'static str, en: &'static str) -> FormLine {
    FormLine { number, zh, en, side: Side::Credit }
}

const fn sum(line: u8, plus: &'static [u8], minus: &'static [u8]) -> Sum {
    Sum { line, plus, minus }
}

/// 会小企01表 资产负债表.
pub(super) static SMALL_BALANCE_SHEET: Form = Form {
    lines: &[
        dr(1, "货币资金", "Cash"),
        dr(2, "短期投资", "Short-term investments"),
        dr(3, "应收票据", "Notes receivable"),
        dr(4, "应收账款", "Accounts receivable"),
        dr(5, "预付账款", "Prepayments"),
        dr(6, "应收股利", "Dividends receivable"),
        dr(7, "应收利息", "Interest receivable"),
        dr(8, "其他应收款", "Other receivables"),
        dr(9, "存货", "Inventories"),
        dr(10, "其中：原材料", "of which raw materials"),
        dr(11, "在产品", "work in progress"),
        dr(12, "库存商品", "finished goods"),
        dr(13, "周转材料", "turnover materials"),
        dr(14, "其他流动资产", "Other current assets"),
        dr(15, "流动资产合计", "Total current assets"),
        dr(16, "长期债券投资", "Long-term bond investments"),
        dr(17, "长期股权投资", "Long-term equity investments"),
        dr(18, "固定资产原价", "Fixed assets, at cost"),
        cr(19, "减：累计折旧", "Less accumulated depreciation"),
        dr(20, "固定资产账面价值", "Fixed assets, carrying amount"),
        dr(21, "在建工程", "Construction in progress"),
        dr(22, "工程物资", "Construction materials"),
        dr(23, "固定资产清理", "Disposal of fixed assets"),
        dr(24, "生产性生物资产", "Productive biological assets"),
        dr(25, "无形资产", "Intangible assets"),
        dr(26, "开发支出", "Development expenditure"),
        dr(27, "长期待摊费用", "Long-term deferred expenses"),
        dr(28, "其他非流动资产", "Other non-current assets"),
        dr(29, "非流动资产合计", "Total non-current assets"),
        dr(30, "资产总计", "Total assets"),
        cr(31, "短期借款", "Short-term loans"),
        cr(32, "应付票据", "Notes payable"),
        cr(33, "应付账款", "Accounts payable"),
        cr(34, "预收账款", "Advances from customers"),
        cr(35, "应付职工薪酬", "Employee benefits payable"),
        cr(36, "应交税费", "Taxes payable"),
        cr(37, "应付利息", "Interest payable"),
        cr(38, "应付利润", "Profit payable"),
        cr(39, "其他应付款", "Other payables"),
        cr(40, "其他流动负债", "Other current liabilities"),
        cr(41, "流动负债合计", "Total current liabilities"),
        cr(42, "长期借款", "Long-term loans"),
        cr(43, "长期应付款", "Long-term payables"),
        cr(44, "递延收益", "Deferred income"),
        cr(45, "其他非流动负债", "Other non-current liabilities"),
        cr(46, "非流动负债合计", "Total non-current liabilities"),
        cr(47, "负债合计", "Total liabilities"),
        cr(48, "实收资本", "Paid-in capital"),
        cr(49, "资本公积", "Capital reserve"),
        cr(50, "盈余公积", "Surplus reserve"),
        cr(51, "未分配利润", "Undistributed profit"),
        cr(52, "所有者权益合计", "Total equity"),
        cr(53, "负债和所有者权益总计", "Total liabilities and equity"),
    ],
    sums: &[
        sum(15, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 14], &[]),
        sum(20, &[18], &[19]),
        sum(29, &[16, 17, 20, 21, 22, 23, 24, 25, 26, 27, 28], &[]),
        sum(30, &[15, 29], &[]),
        sum(41, &[31, 32, 33, 34, 35, 36, 37, 38, 39, 40], &[]),
        sum(46, &[42, 43, 44, 45], &[]),
        sum(47, &[41, 46], &[]),
        sum(52, &[48, 49, 50, 51], &[]),
        sum(53, &[47, 52], &[]),
    ],
    equal: &[(30, 53)],
    at_least: &[(9, &[10, 11, 12, 13])],
    undistributed: 51,
};

/// 会小企02表 利润表.
pub(super) static SMALL_PROFIT_AND_LOSS: Form = Form {
    lines: &[
        cr(1, "营业收入", "Operating revenue"),
        dr(2, "营业成本", "Operating costs"),
        dr(3, "税金及附加", "Taxes and surcharges"),
        dr(4, "其中：消费税", "of which consumption tax"),
        dr(5, "营业税", "business tax"),
        dr(6, "城市维护建设税", "urban maintenance tax"),
        dr(7, "资源税", "resource tax"),
        dr(8, "土地增值税", "land appreciation tax"),
        dr(9, "城镇土地使用税、房产税、车船税、印花税", "land use, property, vehicle and stamp taxes"),
        dr(10, "教育费附加等", "education surcharge and others"),
        dr(11, "销售费用", "Selling expenses"),
        dr(12, "其中：商品维修费", "of which repairs of goods"),
        dr(13, "广告费和业务宣传费", "advertising"),
        dr(14, "管理费用", "Administrative expenses"),
        dr(15, "其中：开办费", "of which formation expenses"),
        dr(16, "业务招待费", "entertainment"),
        dr(17, "研究费用", "research"),
        dr(18, "财务费用", "Financial expenses"),
        dr(19, "其中：利息费用", "of which interest"),
        cr(20, "投资收益", "Investment income"),
        cr(21, "营业利润", "Operating profit"),
        cr(22, "营业外收入", "Non-operating income"),
        cr(23, "其中：政府补助", "of which government grants"),
        dr(24, "营业外支出", "Non-operating expenses"),
        dr(25, "其中：坏账损失", "of which bad debts"),
        dr(26, "无法收回的长期债券投资损失", "losses on long-term bonds"),
        dr(27, "无法收回的长期股权投资损失", "losses on long-term equity"),
        dr(28, "自然灾害等不可抗力因素造成的损失", "losses by force majeure"),
        dr(29, "税收滞纳金", "late payment charges on taxes"),
        cr(30, "利润总额", "Profit before tax"),
        dr(31, "所得税费用", "Income tax expense"),
        cr(32, "净利润", "Net profit"),
    ],
    sums: &[sum(21, &[1, 20], &[2, 3, 11, 14, 18]), sum(30, &[21, 22], &[24]), sum(32, &[30], &[31])],
    equal: &[],
    at_least: &[
        (3, &[4, 5, 6, 7, 8, 9, 10]),
        (11, &[12, 13]),
        (14, &[15, 16, 17]),
        (18, &[19]),
        (22, &[23]),
        (24, &[25, 26, 27, 28, 29]),
    ],
    undistributed: 0,
};

/// 会小企03表 现金流量表; its direct method serves both charts.
pub(super) static CASH_FLOW: Form = Form {
    lines: &[
        dr(1, "销售产成品、商品、提供劳务收到的现金", "Received from customers"),
        dr(2, "收到其他与经营活动有关的现金", "Other operating receipts"),
        cr(3, "购买原材料、商品、接受劳务支付的现金", "Paid to suppliers"),
        cr(4, "支付的职工薪酬", "Paid to employees"),
        cr(5, "支付的税费", "Taxes paid"),
        cr(6, "支付其他与经营活动有关的现金", "Other operating payments"),
        dr(7, "经营活动产生的现金流量净额", "Net cash from operations"),
        dr(8, "收回短期投资、长期债券投资和长期股权投资收到的现金", "Received from disposal of investments"),
        dr(9, "取得投资收益收到的现金", "Returns on investments"),
        dr(10, "处置固定资产、无形资产和其他非流动资产收回的现金净额", "Net received from disposal of fixed assets"),
        cr(11, "短期投资、长期债券投资和长期股权投资支付的现金", "Paid for investments"),
        cr(12, "购建固定资产、无形资产和其他非流动资产支付的现金", "Paid for fixed assets"),
        dr(13, "投资活动产生的现金流量净额", "Net cash from investing"),
        dr(14, "取得借款收到的现金", "Loans received"),
        dr(15, "吸收投资者投资收到的现金", "Received from owners"),
        cr(16, "偿还借款本金支付的现金", "Loans repaid"),
        cr(17, "偿还借款利息支付的现金", "Interest paid"),
        cr(18, "分配利润支付的现金", "Profit distributed"),
        dr(19, "筹资活动产生的现金流量净额", "Net cash from financing"),
        dr(20, "现金净增加额", "Net increase in cash"),
        dr(21, "期初现金余额", "Cash at the beginning"),
        dr(22, "期末现金余额", "Cash at the end"),
    ],
    sums: &[
        sum(7, &[1, 2], &[3, 4, 5, 6]),
        sum(13, &[8, 9, 10], &[11, 12]),
        sum(19, &[14, 15], &[16, 17, 18]),
        sum(20, &[7, 13, 19], &[]),
        sum(22, &[20, 21], &[]),
    ],
    equal: &[],
    at_least: &[],
    undistributed: 0,
};

/// Captions of IAS 1.
pub(super) static INTERNATIONAL_BALANCE_SHEET: Form = Form {
    lines: &[
        dr(1, "现金及现金等价物", "Cash and cash equivalents"),
        dr(2, "应收账款", "Trade receivables"),
        dr(3, "合同资产", "Contract assets"),
        dr(4, "其他流动资产", "Other current assets"),
        dr(5, "存货", "Inventories"),
        dr(6, "流动资产合计", "Total current assets"),
        dr(7, "固定资产", "Property, plant and equipment"),
        dr(8, "其他非流动资产", "Other non-current assets"),
        dr(9, "资产总计", "Total assets"),
        cr(10, "应付账款", "Trade payables"),
        cr(11, "合同负债", "Contract liabilities"),
        cr(12, "应交税费", "Taxes payable"),
        cr(13, "其他流动负债", "Other current liabilities"),
        cr(14, "流动负债合计", "Total current liabilities"),
        cr(15, "借款", "Loans"),
        cr(16, "负债合计", "Total liabilities"),
        cr(17, "实收资本", "Equity"),
        cr(18, "留存收益", "Retained earnings"),
        cr(19, "权益合计", "Total equity"),
        cr(20, "负债和权益总计", "Total liabilities and equity"),
    ],
    sums: &[
        sum(6, &[1, 2, 3, 4, 5], &[]),
        sum(9, &[6, 7, 8], &[]),
        sum(14, &[10, 11, 12, 13], &[]),
        sum(16, &[14, 15], &[]),
        sum(19, &[17, 18], &[]),
        sum(20, &[16, 19], &[]),
    ],
    equal: &[(9, 20)],
    at_least: &[],
    undistributed: 18,
};

/// Captions of IAS 1, expenses by function.
pub(super) static INTERNATIONAL_PROFIT_AND_LOSS: Form = Form {
    lines: &[
        cr(1, "收入", "Revenue"),
        dr(2, "销售成本", "Cost of sales"),
        cr(3, "毛利", "Gross profit"),
        cr(4, "其他收入", "Other income"),
        dr(5, "营业费用", "Operating expenses"),
        dr(6, "信用损失", "Credit losses"),
        cr(7, "营业利润", "Operating profit"),
        cr(8, "汇兑损益", "Foreign exchange result"),
        cr(9, "税前利润", "Profit before tax"),
        dr(10, "所得税", "Income tax"),
        cr(11, "净利润", "Profit"),
    ],
    sums: &[sum(3, &[1], &[2]), sum(7, &[3, 4], &[5, 6]), sum(9, &[7, 8], &[]), sum(11, &[9], &[10])],
    equal: &[],
    at_least: &[],
    undistributed: 0,
};
