//! How often what happens: the one table of the generated months, in parts of a thousand. `docs/decisions/0013` explains it.

use super::name::Form;

/// How a transfer says what it pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum How {
    /// `SF-2025-0001147`, in words of the payer's.
    Exact,
    /// `sf-2025-0001147`
    LowerCase,
    /// `SF 2025 0001147`
    Blanks,
    /// `SF/2025/0001147`
    Slashes,
    /// `SF-2025-1147`
    ZerosDropped,
    /// `2025-0001147`
    PrefixDropped,
    /// `1147`
    SerialAlone,
    /// `SF-SF-2025-0001147`
    Doubled,
    /// `SF20250001147`
    Glued,
    /// `SF-2025-000 1147`, where a bank broke the text at 27 or 35 characters.
    Wrapped,
    /// `SF-2025-00011`, where the text ends.
    Truncated,
    /// `SF-2025-0001157`, which may be another invoice.
    WrongDigit,
    /// In the end-to-end id alone.
    EndToEnd,
    /// ISO 11649: `RF` and check digits before the letters and digits of the number.
    Structured,
    /// Swiss QR reference: 27 digits, those of the number behind zeros and before a check digit.
    Swiss,
    /// The payer's tax number, by which the books know a customer, and no invoice.
    CustomerNumber,
    /// Somebody whom the books do not know pays, with the reference.
    ThirdParty,
    /// Nothing but who pays, and how much.
    NameOnly,
    /// Of several invoices: all numbers in full.
    Listed,
    /// `SF-2025-0001147/148/151`
    Abbreviated,
    /// `SF-2025-0001147 bis 0001151`: the payer's invoices between.
    Range,
    /// Of several invoices: the sum alone.
    SumOnly,
}

impl How {
    pub const fn name(self) -> &'static str {
        match self {
            How::Exact => "exact",
            How::LowerCase => "lower_case",
            How::Blanks => "blanks",
            How::Slashes => "slashes",
            How::ZerosDropped => "zeros_dropped",
            How::PrefixDropped => "prefix_dropped",
            How::SerialAlone => "serial_alone",
            How::Doubled => "doubled",
            How::Glued => "glued",
            How::Wrapped => "wrapped",
            How::Truncated => "truncated",
            How::WrongDigit => "wrong_digit",
            How::EndToEnd => "end_to_end",
            How::Structured => "structured",
            How::Swiss => "swiss",
            How::CustomerNumber => "customer_number",
            How::ThirdParty => "third_party",
            How::NameOnly => "name_only",
            How::Listed => "listed",
            How::Abbreviated => "abbreviated",
            How::Range => "range",
            How::SumOnly => "sum_only",
        }
    }
}

/// What becomes of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Settles {
    Full,
    /// Together with the next ones of the same customer, two to six.
    Combined,
    /// In two or three lines.
    Instalment,
    /// A part, and no more.
    Part,
    /// Too much, by a round amount.
    Over,
    /// Less 2 or 3 percent, within ten days.
    Discount,
    /// Less what a bank on the way kept: a small round amount.
    Fee,
    Unpaid,
    /// Again, though it is settled; follows a full payment.
    Twice,
}

impl Settles {
    pub const fn name(self) -> &'static str {
        match self {
            Settles::Full => "full",
            Settles::Combined => "combined",
            Settles::Instalment => "instalment",
            Settles::Part => "part",
            Settles::Over => "over",
            Settles::Discount => "discount",
            Settles::Fee => "fee",
            Settles::Unpaid => "unpaid",
            Settles::Twice => "twice",
        }
    }
}

/// Of invoices, when it is their turn; those that a combined payment takes along are not asked again.
pub const SETTLES: [(Settles, u64); 8] = [
    (Settles::Full, 745),
    (Settles::Combined, 75),
    (Settles::Instalment, 25),
    (Settles::Part, 20),
    (Settles::Over, 20),
    (Settles::Discount, 45),
    (Settles::Fee, 30),
    (Settles::Unpaid, 40),
];
/// Of full payments with an exact reference.
pub const TWICE: u64 = 12;
/// Of full payments: the bank takes the payment back.
pub const RETURNED: u64 = 4;
/// Of what was paid twice or too much: the company sends it back within the months.
pub const REFUNDED: u64 = 600;

/// Of payments for one invoice.
pub const HOW: [(How, u64); 18] = [
    (How::Exact, 400),
    (How::LowerCase, 30),
    (How::Blanks, 30),
    (How::Slashes, 25),
    (How::ZerosDropped, 30),
    (How::PrefixDropped, 25),
    (How::SerialAlone, 20),
    (How::Doubled, 15),
    (How::Glued, 15),
    (How::Wrapped, 25),
    (How::Truncated, 20),
    (How::WrongDigit, 10),
    (How::EndToEnd, 80),
    (How::Structured, 40),
    (How::Swiss, 20),
    (How::CustomerNumber, 25),
    (How::ThirdParty, 20),
    (How::NameOnly, 170),
];
/// Of payments for several invoices; a list that cannot be shortened or spanned is written in full.
pub const HOW_SEVERAL: [(How, u64); 4] =
    [(How::Listed, 500), (How::Abbreviated, 200), (How::Range, 120), (How::SumOnly, 180)];

/// Of payers' accounts: the name is written on all transfers from an account the same way.
pub const FORMS: [(Form, u64); 7] = [
    (Form::Full, 520),
    (Form::Capitals, 160),
    (Form::Bare, 90),
    (Form::Short, 50),
    (Form::Cut35, 50),
    (Form::Cut27, 50),
    (Form::Foreign, 80),
];
/// Of customers: a second account, an account shared with the customer before.
pub const SECOND_ACCOUNT: u64 = 120;
pub const SHARED_ACCOUNT: u64 = 20;

/// Of customers: nearly the name of one before; the very name, with another tax number.
pub const NEAR_NAME: u64 = 80;
pub const SAME_NAME: u64 = 8;
/// Of customers: the same amount each time, one of few.
pub const SUBSCRIBERS: u64 = 150;
/// Of other invoices: the amount of the customer's invoice before.
pub const SAME_AMOUNT: u64 = 60;

/// Of payments: text that looks like a reference and is none.
pub const TEXT_NOISE: u64 = 250;

/// How many invoices a customer has.
pub const SIZES: [((i64, i64), u64); 6] =
    [((1, 1), 540), ((2, 4), 240), ((5, 15), 130), ((16, 60), 65), ((61, 150), 22), ((200, 400), 3)];
/// Days from the issue of an invoice to its payment.
pub const DELAYS: [((i64, i64), u64); 3] = [((3, 12), 200), ((20, 35), 500), ((36, 80), 300)];
