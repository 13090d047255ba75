//! What a document says, before anybody decides how it looks.
//!
//! Every amount is given, none is computed here: the paper shows what the books hold. [`Bill::check`] and its
//! siblings only refuse data that cannot be printed honestly, such as two currencies in one document.
//! Free texts (descriptions, notes, units, addresses) are already in the document's language.

use crate::DocumentError;
use kernel::{Currency, Date, Locale, Money, Percent, Quantity, UnitPrice};

/// Somebody whose name stands on a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    pub name: String,
    /// Street, town, country: one entry a line.
    pub address: Vec<String>,
    /// VAT number, 统一社会信用代码 or the like.
    pub tax_number: Option<String>,
    /// Telephone, mail, person: one entry a line.
    pub contact: Vec<String>,
}

/// The company that issues the document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seller {
    pub party: Party,
    /// Where to pay to: one entry a line, such as `IBAN DE02 …`.
    pub bank: Vec<String>,
    pub logo: Option<Logo>,
    /// The company's colour; a jade when it has none.
    pub colour: Option<Colour>,
}

/// A company's picture, as it was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    pub format: LogoFormat,
    pub bytes: Vec<u8>,
}

/// Pictures that can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoFormat {
    Png,
    Jpeg,
    Svg,
}

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

/// What a bill is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BillKind {
    /// 账单 in China, where only the tax system makes a 发票.
    Invoice,
    /// Asks for money before anything is delivered.
    Deposit,
    /// Takes back the invoice `of`, or part of it.
    CreditNote {
        of: Option<String>,
    },
    OrderConfirmation,
}

/// Where the official invoice (发票) of a Chinese seller stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfficialInvoice {
    NotRequested,
    Pending,
    /// 20 digits, given by the tax system.
    Issued {
        number: String,
    },
    /// None is made, such as for exports.
    NotNeeded,
}

/// An invoice, a credit note or an order confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    pub kind: BillKind,
    /// Stamped as void: nobody is asked to pay it.
    pub void: bool,
    pub number: String,
    pub issued: Date,
    pub deliver_on: Option<Date>,
    pub due: Option<Date>,
    pub currency: Currency,
    pub locale: Locale,
    pub seller: Seller,
    pub buyer: Party,
    /// The buyer's own reference, such as the number of their purchase order.
    pub buyer_reference: Option<String>,
    pub order_number: Option<String>,
    pub lines: Vec<Line>,
    pub fees: Vec<Fee>,
    pub taxes: Vec<TaxTotal>,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    /// What was paid or credited before this copy was printed.
    pub paid: Option<Money>,
    /// What is still to be paid; the headline when present.
    pub balance: Option<Money>,
    pub instalments: Vec<Instalment>,
    /// What the payer should write on the transfer.
    pub payment_reference: Option<String>,
    pub pay_url: Option<String>,
    /// Given where the seller is Chinese.
    pub official_invoice: Option<OfficialInvoice>,
    pub notes: Vec<String>,
}

/// One thing sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub description: String,
    /// A second, quieter line.
    pub detail: Option<String>,
    pub quantity: Quantity,
    pub unit: String,
    pub unit_price: UnitPrice,
    /// Already taken off `net`; shown as a positive amount.
    pub discount: Option<Money>,
    pub tax: Option<TaxRate>,
    pub net: Money,
    pub tax_amount: Money,
    pub gross: Money,
}

/// Freight, packing, handling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fee {
    pub description: String,
    pub tax: Option<TaxRate>,
    pub net: Money,
    pub tax_amount: Money,
    pub gross: Money,
}

/// How a line is taxed: the code of the catalogue (`VAT13`) and its rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxRate {
    pub code: String,
    pub rate: Percent,
}

/// The tax of all lines of one rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxTotal {
    pub rate: TaxRate,
    /// Name for people: `增值税`, `Umsatzsteuer`, with the reason where nothing is charged.
    pub name: String,
    pub base: Money,
    pub tax: Money,
}

/// A part of the total with its own due date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instalment {
    pub due: Date,
    pub amount: Money,
}

/// Confirms that a payment has arrived and what it settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub number: String,
    pub received: Date,
    pub currency: Currency,
    pub locale: Locale,
    pub seller: Seller,
    pub payer: Party,
    /// Bank transfer, card, cheque: in the document's language.
    pub method: String,
    /// The bank's or provider's own number of the payment.
    pub reference: Option<String>,
    pub amount: Money,
    pub allocations: Vec<Allocation>,
    /// What is kept as the customer's credit.
    pub unapplied: Money,
    pub notes: Vec<String>,
}

/// A part of a payment that settles one invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    pub invoice: String,
    pub issued: Option<Date>,
    pub invoice_total: Option<Money>,
    pub amount: Money,
}

/// What a customer owes and how it came about (对账单).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub number: String,
    pub from: Date,
    pub to: Date,
    pub currency: Currency,
    pub locale: Locale,
    pub seller: Seller,
    pub customer: Party,
    pub opening: Money,
    pub rows: Vec<StatementRow>,
    pub closing: Money,
    pub ageing: Option<Ageing>,
    pub pay_url: Option<String>,
    pub notes: Vec<String>,
}

/// One movement of the account; one of debit and credit is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementRow {
    pub date: Date,
    pub description: String,
    pub reference: Option<String>,
    /// What the customer came to owe.
    pub debit: Option<Money>,
    /// What was paid, credited or forgiven.
    pub credit: Option<Money>,
    pub balance: Money,
}

/// The closing balance by days past due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ageing {
    pub not_due: Money,
    pub days_1_30: Money,
    pub days_31_60: Money,
    pub days_61_90: Money,
    pub days_over_90: Money,
}

/// Any of the three.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document {
    Bill(Bill),
    Receipt(Receipt),
    Statement(Statement),
}

impl Bill {
    /// Refuses a bill whose amounts are not all in its currency.
    pub fn check(&self) -> Result<(), DocumentError> {
        let lines = self.lines.iter().flat_map(|l| [Some(l.net), Some(l.tax_amount), Some(l.gross), l.discount]);
        let fees = self.fees.iter().flat_map(|f| [f.net, f.tax_amount, f.gross]);
        let taxes = self.taxes.iter().flat_map(|t| [t.base, t.tax]);
        let prices = self.lines.iter().map(|l| l.unit_price.currency());
        let amounts = lines
            .flatten()
            .chain(fees)
            .chain(taxes)
            .chain(self.instalments.iter().map(|i| i.amount))
            .chain([self.net, self.tax, self.total])
            .chain(self.paid)
            .chain(self.balance);
        one_currency(self.currency, amounts.map(Money::currency).chain(prices))
    }
}

impl Receipt {
    /// Refuses a receipt whose amounts are not all in its currency.
    pub fn check(&self) -> Result<(), DocumentError> {
        let allocations = self.allocations.iter().flat_map(|a| [Some(a.amount), a.invoice_total]).flatten();
        one_currency(self.currency, allocations.chain([self.amount, self.unapplied]).map(Money::currency))
    }
}

impl Statement {
    /// Refuses a statement whose amounts are not all in its currency.
    pub fn check(&self) -> Result<(), DocumentError> {
        let rows = self.rows.iter().flat_map(|r| [r.debit, r.credit, Some(r.balance)]).flatten();
        let ageing = self.ageing.iter().flat_map(|a| a.buckets());
        one_currency(self.currency, rows.chain(ageing).chain([self.opening, self.closing]).map(Money::currency))
    }
}

impl Ageing {
    /// From not yet due to the oldest.
    pub(crate) fn buckets(&self) -> [Money; 5] {
        [self.not_due, self.days_1_30, self.days_31_60, self.days_61_90, self.days_over_90]
    }
}

fn one_currency(wanted: Currency, mut found: impl Iterator<Item = Currency>) -> Result<(), DocumentError> {
    match found.find(|c| *c != wanted) {
        Some(found) => Err(DocumentError::MixedCurrencies { wanted, found }),
        None => Ok(()),
    }
}
