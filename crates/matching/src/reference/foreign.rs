//! Letters in front of a number that make it the number of something else: `SO-2026-00291` is an order, whatever invoice has its digits.
//!
//! Most series of a company count alike, from one on and year by year, so the digits of an order are those of some invoice. The letters
//! alone tell them apart where they are written as one with the digits. Words for an invoice say the opposite, and stay.

use super::runs::folded;

/// Words for an invoice before its number.
const INVOICE_WORDS: [&str; 15] = [
    "INVOICE",
    "INVOICES",
    "BILL",
    "RECHNUNG",
    "RECHNUNGS",
    "RECHNUNGEN",
    "FACTURE",
    "FACTURA",
    "FATTURA",
    "FATURA",
    "FAKTURA",
    "FAKTUUR",
    "FACTUUR",
    "FAPIAO",
    "FP",
];

/// Short for such words. Before the bare digits of a company that has letters of its own they are another's series, unless a point or
/// a word for a number stands behind them.
const INVOICE_SHORT: [&str; 9] = ["INV", "RE", "RG", "RECH", "RECHN", "FA", "FACT", "FAKT", "FV"];

/// Words for a number, longest first: what they are the number of stands before them.
const NUMBER_WORDS: [&str; 6] = ["NUMMER", "NUMBER", "NUM", "NR", "NO", "N"];

/// Documents that are no invoice, before whose number a blank may stand too.
const OTHERS: [&str; 28] = [
    "PO",
    "SO",
    "ORDER",
    "PURCHASEORDER",
    "BESTELLUNG",
    "BESTELL",
    "AUFTRAG",
    "AUFTRAGS",
    "COMMANDE",
    "PEDIDO",
    "ORDINE",
    "ZAMOWIENIE",
    "CONTRACT",
    "VERTRAG",
    "VERTRAGS",
    "CONTRAT",
    "CONTRATO",
    "QUOTE",
    "QUOTATION",
    "ANGEBOT",
    "LIEFERSCHEIN",
    "DN",
    "CN",
    "GUTSCHRIFT",
    "PROJECT",
    "PROJEKT",
    "TICKET",
    "CASE",
];

/// The same in Chinese, where words have no blanks between them.
const OTHERS_CHINESE: [&str; 10] =
    ["订单", "訂單", "采购单", "採購單", "合同", "合約", "报价单", "送货单", "发货单", "项目"];

/// Whether the word before a number says that it is another document's: `PO 2026-00384`, `合同号：2026-00384`.
pub fn is_said_of_another(text: &str, start: usize) -> bool {
    let Some((front, said)) = text.split_at_checked(start) else { return false };
    if said.starts_with(is_letter) {
        return false;
    }
    let parted = |c: char| folded(c).is_whitespace() || matches!(folded(c), ':' | '#' | '.' | '-' | '/' | '：');
    let front = front.trim_end_matches(parted);
    let chinese = front.trim_end_matches(['号', '號', '编', '編', '码']);
    if OTHERS_CHINESE.iter().any(|word| chinese.ends_with(word)) {
        return true;
    }
    let words = upper_run(front);
    let bare = NUMBER_WORDS.iter().find_map(|number| words.strip_suffix(number)).unwrap_or(&words);
    let before = || upper_run(front.get(..front.len() - words.len()).unwrap_or_default().trim_end_matches(parted));
    OTHERS.contains(&bare) || (bare.is_empty() && OTHERS.contains(&&*before()))
}

/// The letters that a text ends with, in capitals; none where they are not of one byte each.
fn upper_run(text: &str) -> String {
    let run = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    text.get(run.len()..).unwrap_or_default().to_ascii_uppercase()
}

/// A text up to the letters that are written as one with what begins at a place of it: glued to it, or parted by what joins and by
/// further digits alone. `None` where a blank or another sign parts them, or it begins with letters of its own: known at once for most.
pub fn letters_before(text: &str, start: usize) -> Option<&str> {
    let (front, said) = text.split_at_checked(start)?;
    if said.starts_with(is_letter) {
        return None;
    }
    let front = front.trim_end_matches(|c| is_joint(c) || folded(c).is_ascii_digit());
    front.ends_with(is_letter).then_some(front)
}

/// Whether the letters that a text ends with speak against this number, whose own letters are others.
pub fn is_foreign(front: &str, number: &str) -> bool {
    let own = upper(number.chars().take_while(|c| !folded(*c).is_ascii_digit()));
    let rest = front.trim_end_matches(is_letter);
    let word = upper(front.get(rest.len()..).unwrap_or_default().chars());
    let said = NUMBER_WORDS.iter().find_map(|number| word.strip_suffix(number)).unwrap_or(&word);
    if own.ends_with(&word) || (!said.is_empty() && own.ends_with(said)) || INVOICE_WORDS.contains(&said) {
        return false;
    }
    if said.is_empty() {
        let before = rest.trim_end_matches(is_joint);
        return before.ends_with(is_letter) && is_foreign(before, number);
    }
    let is_short_for_it = own.is_empty() || said.len() < word.len();
    !(is_short_for_it && INVOICE_SHORT.contains(&said))
}

fn is_letter(c: char) -> bool {
    folded(c).is_ascii_alphabetic()
}

fn is_joint(c: char) -> bool {
    matches!(folded(c), '-' | '/' | '_' | '.' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn upper(chars: impl Iterator<Item = char>) -> String {
    chars.map(folded).filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const INV: &str = "INV-2026-00291";

    #[test]
    fn words_for_other_documents() {
        for (text, expected) in [
            ("PO 2026-00291", true),
            ("your order no. 2026-00291", true),
            ("Bestellnr 2026-00291", true),
            ("Auftrag: 2026-00291", true),
            ("PO# 2026-00291", true),
            ("订单 2026-00291", true),
            ("合同号：2026-00291", true),
            ("采购单编号2026-00291", true),
            ("Invoice 2026-00291", false),
            ("Rechnung Nr. 2026-00291", false),
            ("DEPO 2026-00291", false),
            ("发票 2026-00291", false),
            ("PO 77 INV-2026-00291", false),
            ("PO 77 2026-00291", false),
            ("2026-00291", false),
        ] {
            let start = text.rfind("INV").or(text.rfind("2026")).unwrap_or_default();
            assert_eq!(is_said_of_another(text, start), expected, "{text}");
        }
    }

    #[test]
    fn letters_of_others_and_of_invoices() {
        for (text, number, expected) in [
            // Orders, contracts, credit notes, transfers.
            ("订单 SO-2026-00291", INV, true),
            ("PO-2026-00291", INV, true),
            ("合同 HT-2026-00291", INV, true),
            ("CN-2026-00291", INV, true),
            ("DN202600291", INV, true),
            ("ＳＯ－２０２６－00291", INV, true),
            ("ORDER_2026/00291", INV, true),
            ("PO-Nr.2026-00291", INV, true),
            ("PONO2026-00291", INV, true),
            // Another company's invoice.
            ("RE-2026-00291", INV, true),
            ("INV-2026-00291", "SF-2026-00291", true),
            ("SO-2026/00291", "2026/00291", true),
            // Its own letters, whole, twice or broken by the end of a line.
            (INV, INV, false),
            ("INV-INV-2026-00291", INV, false),
            ("IN\nV-2026-00291", INV, false),
            ("INVNo.2026-00291", INV, false),
            ("INV-2026-00291", "SF-INV-2026-00291", false),
            // Words for an invoice.
            ("Invoice2026-00291", INV, false),
            ("Rechnung-2026-00291", INV, false),
            ("Rechnung-Nr.2026-00291", INV, false),
            ("RENR202600291", INV, false),
            ("Inv.No.2026-00291", INV, false),
            ("fattura_2026/00291", INV, false),
            ("RE2026/00291", "2026/00291", false),
            // Written apart.
            ("RE 2026-00291", INV, false),
            ("SVWZ+2026-00291", INV, false),
            ("发票号2026-00291", INV, false),
            ("2026-00291", INV, false),
            ("00291", INV, false),
        ] {
            let digits = text.rfind("00291").unwrap_or_default();
            let said = letters_before(text, digits).is_some_and(|front| is_foreign(front, number));
            assert_eq!(said, expected, "{text} for {number}");
        }
    }
}
