//! How banks name the columns of their tables.

use crate::piece::ReferenceKind;

/// What a column may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Booked,
    Value,
    Amount,
    In,
    Out,
    Mark,
    Balance,
    Currency,
    Account,
    Name,
    PartyAccount,
    PartyBank,
    Text,
    Code,
    Reference(ReferenceKind),
    /// Known, and of no use: the day, the amount and the currency of something else.
    Other,
}

/// Names in lower case without brackets and points, parted by blanks; of one role the likelier first, since a file may have several. A name
/// that is none of these is of the role whose longest name it contains.
const NAMES: &[(Role, &str)] = &[
    (
        Role::Booked,
        "记账日期 入账日期 记账日 入账日 记账时间 入账时间 bookingdate postingdate dateposted buchungstag \
         buchungsdatum datedecomptabilisation dateoperation 交易日期 交易日 发生日期 transactiondate 交易时间 \
         发生时间 日期 date datum buchung 时间",
    ),
    (
        Role::Value,
        "起息日期 起息日 valuedate wertstellung wertstellungsdatum valutadatum valuta wert datedevaleur \
         datevaleur",
    ),
    (
        Role::Amount,
        "记账金额 入账金额 人民币金额 交易金额 发生额 收支金额 金额 transactionamount amount betrag umsatz \
         montant billingamount gross brutto 发生金额",
    ),
    (
        Role::In,
        "记账金额收入 收入金额 贷方发生额 贷方金额 存入金额 转入金额 收入 贷方 存入 转入 交易金额收入 \
         creditamount credit credits deposit deposits depositamount paidin moneyin fundsin haben gutschrift \
         einnahme crédit",
    ),
    (
        Role::Out,
        "记账金额支出 支出金额 借方发生额 借方金额 支取金额 转出金额 支出 借方 支取 转出 交易金额支出 \
         debitamount debit debits withdrawal withdrawals withdrawalamount paidout moneyout fundsout soll \
         belastung lastschrift ausgabe débit",
    ),
    (
        Role::Mark,
        "借贷标志 借贷标识 借贷方向 借贷 收支类型 收支方向 收支 收付标志 debitcredit creditdebit \
         debitcreditindicator creditdebitindicator drcr crdr dc cd sollhaben sh transactiontype",
    ),
    (
        Role::Balance,
        "账户余额 本次余额 账户结余 余额 交易后余额 balance runningbalance ledgerbalance saldo kontostand \
         solde balancenachbuchung saldonachbuchung 剩余金额",
    ),
    (
        Role::Currency,
        "记账币种 账户币种 币种 货币 currency accountcurrency ccy währung waehrung devise 交易币种 \
         billingcurrency 币别",
    ),
    (
        Role::Account,
        "本方账号 账户账号 查询账号 accountnumber accountno firstbankcard auftragskonto ibanauftragskonto \
         账号 卡号 account",
    ),
    (
        Role::Name,
        "对方户名 对方名称 对方账户名称 对方单位名称 对方单位 对手名称 交易对方 收付款人名称 对方姓名 \
         对手信息 对方账户名 对方账户户名 counterparty counterpartyname payee payer beneficiary \
         beneficiaryname name beguenstigter beguenstigterzahlungspflichtiger begünstigter auftraggeber \
         auftraggeberempfänger zahlungsbeteiligter empfänger tiers bénéficiaire",
    ),
    (
        Role::PartyAccount,
        "对方账号 对方账户 对方卡号 对手账号 收付款人账号 counterpartyaccount counterpartyaccountnumber \
         beneficiaryaccount counterpartyiban kontonummer kontonummeriban gegenkonto ibanzahlungsbeteiligter \
         iban",
    ),
    (
        Role::PartyBank,
        "对方开户行 对方开户行名称 对方行名 对方开户机构 对手行名 counterpartybank blz bic bicswift \
         bicswiftcode bankname",
    ),
    (
        Role::Text,
        "摘要 用途 附言 备注 交易摘要 交易说明 交易详情 商品说明 商品名称 交易备注 交易附言 客户附言 \
         description narrative details memo remarks particulars transactiondetails transactiondescription \
         verwendungszweck vermerk libellé libelle communication note 交易地点附言 适用说明 描述 说明 \
         text narration omschrijving mededelingen concepto causale descrizione descripción opis opisoperacji \
         beschreibung bookingtext information 证券名称 message remittanceinformation paymentdetails \
         invoice invoicenumber rechnungsnummer ordernumber 发票号 发票号码 订单号 合同号 合同编号",
    ),
    (
        Role::Code,
        "交易类型 交易种类 业务类型 业务名称 交易代码 交易渠道 type transactioncode code buchungstext \
         umsatzart buchungsschlüssel",
    ),
    (
        Role::Reference(ReferenceKind::Bank),
        "交易流水号 流水号 银行流水号 核心流水号 账务流水号 资金流水单号 交易参考号 日志号 bankreference \
         transactionid transactionreference",
    ),
    (
        Role::Reference(ReferenceKind::EndToEnd),
        "endtoendid endtoend endtoendreference kundenreferenz kundenreferenzendtoend 业务流水号 \
         微信支付业务单号 reference referenz référence referencia riferimento ref referencenumber \
         paymentreference 参考号",
    ),
    (
        Role::Reference(ReferenceKind::Own),
        "商户订单号 企业流水号 客户参考号 业务参考号 customerreference yourreference 业务凭证号",
    ),
    (Role::Reference(ReferenceKind::Mandate), "mandatsreferenz mandatereference mandateid"),
    (
        Role::Reference(ReferenceKind::Creditor),
        "creditorreference strukturiertereferenz structuredreference qrreference",
    ),
    (
        Role::Reference(ReferenceKind::Cheque),
        "凭证号 凭证号码 支票号 chequenumber checknumber cheque chequeno 凭证代号",
    ),
    (
        Role::Other,
        "可用余额 availablebalance 冻结金额 交易地金额 原币金额 originalamount foreignamount 凭证种类 \
         卡号末四位 交易国家或地区简称 钞汇 gläubigerid glaeubigerid lastschriftursprungsbetrag \
         auslagenersatzrücklastschrift sammlerreferenz 交易场所 交易地点 手续费 fee 汇率 exchangerate \
         账户名称 accountname 户名",
    ),
];

/// What a column is by its name, and how likely among several of the role: the least is the likeliest.
pub(crate) fn role(name: &str) -> Option<(Role, usize)> {
    let name: String = name
        .chars()
        .filter(|c| !c.is_whitespace() && !"()（）[]【】.:：_-/／\\*#\"'+".contains(*c))
        .flat_map(char::to_lowercase)
        .collect();
    if name.is_empty() || name.chars().count() > 40 {
        return None;
    }
    let all = || {
        NAMES.iter().flat_map(|(role, names)| names.split(' ').enumerate().map(move |(at, known)| (*role, at, known)))
    };
    if let Some((role, at, _)) = all().find(|(_, _, known)| *known == name) {
        return Some((role, at));
    }
    // Short words of letters are within others: `sh` in `cash`, `date` in `update`.
    let is_within =
        |known: &str| known.len() > 4 && name.contains(known) || known.len() == 4 && name.starts_with(known);
    let longest =
        all().filter(|(_, _, known)| is_within(known)).max_by_key(|(_, at, known)| (known.len(), usize::MAX - at));
    longest.map(|(role, at, _)| (role, at + 100))
}

/// Whether a row without a date is a total or a heading, of which nothing need be said.
pub(crate) fn is_total(first: &str) -> bool {
    let first = first.to_lowercase();
    let words = [
        "合计",
        "总",
        "小计",
        "本页",
        "共",
        "#",
        "total",
        "subtotal",
        "sum",
        "summe",
        "opening balance",
        "closing balance",
        "期初",
        "期末",
        "页",
    ];
    words.iter().any(|word| first.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_their_names() {
        use ReferenceKind::{Bank, EndToEnd};
        for (name, known) in [
            ("交易日期", Some(Role::Booked)),
            ("记账金额(收入)", Some(Role::In)),
            ("记账金额（支出）", Some(Role::Out)),
            ("借方发生额/元(支取)", Some(Role::Out)),
            ("贷方发生额/元(收入)", Some(Role::In)),
            ("对方户名 ", Some(Role::Name)),
            ("对方开户机构", Some(Role::PartyBank)),
            ("Buchungstag", Some(Role::Booked)),
            ("Beguenstigter/Zahlungspflichtiger", Some(Role::Name)),
            ("Transaction Amount", Some(Role::Amount)),
            ("Date Posted", Some(Role::Booked)),
            ("Running Balance (CAD)", Some(Role::Balance)),
            ("Kundenreferenz (End-to-End)", Some(Role::Reference(EndToEnd))),
            ("资金流水单号", Some(Role::Reference(Bank))),
            ("收入金额（+元）", Some(Role::In)),
            ("收支金额(元)", Some(Role::Amount)),
            ("收/支", Some(Role::Mark)),
            ("Cash", None),
            ("", None),
        ] {
            assert_eq!(role(name).map(|(role, _)| role), known, "{name}");
        }
    }
}
