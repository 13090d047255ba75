//! A map of columns as a form has it: a role for each column, and what is said of all of them.

use kernel::Refusal;
use statements::{Amount, Column, ColumnMap, DateOrder, DecimalMark, ReferenceColumn, ReferenceKind};

/// What a column may be; the first says nothing that is read.
pub const ROLES: [&str; 16] = [
    "",
    "booked_on",
    "value_on",
    "amount",
    "money_in",
    "money_out",
    "mark",
    "balance",
    "name",
    "text",
    "reference",
    "counterparty_account",
    "counterparty_bank",
    "account",
    "currency",
    "code",
];

/// The role of each column in a map.
pub fn roles(map: &ColumnMap, columns: &[Column]) -> Vec<&'static str> {
    columns.iter().map(|column| role(map, column)).collect()
}

fn role(map: &ColumnMap, column: &Column) -> &'static str {
    let amount = match &map.amount {
        Amount::Signed { column: own, .. } => [("amount", Some(own)), ("", None)],
        Amount::InOut { money_in, money_out, .. } => [("money_in", Some(money_in)), ("money_out", Some(money_out))],
        Amount::Marked { column: own, mark } => [("amount", Some(own)), ("mark", Some(mark))],
    };
    let single = [
        ("booked_on", Some(&map.booked_on)),
        ("value_on", map.value_on.as_ref()),
        ("balance", map.balance.as_ref()),
        ("name", map.name.as_ref()),
        ("counterparty_account", map.counterparty_account.as_ref()),
        ("counterparty_bank", map.counterparty_bank.as_ref()),
        ("account", map.account.as_ref()),
        ("currency", map.currency_column.as_ref()),
        ("code", map.code.as_ref()),
    ];
    let lists = map.text.iter().map(|own| ("text", own));
    let lists = lists.chain(map.references.iter().map(|one| ("reference", &one.column)));
    let named = amount.into_iter().chain(single).filter_map(|(role, own)| own.map(|own| (role, own)));
    named.chain(lists).find(|(_, own)| *own == column).map_or("", |(role, _)| role)
}

/// What a form says beside the roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    pub dates: DateOrder,
    pub decimal_mark: DecimalMark,
    /// Whether money out is above zero.
    pub is_turned: bool,
}

impl Said {
    pub fn of(map: &ColumnMap) -> Said {
        let is_turned = matches!(map.amount, Amount::Signed { is_turned: true, .. });
        Said { dates: map.dates, decimal_mark: map.decimal_mark, is_turned }
    }
}

/// The map that roles come to; what the form does not ask for stays as it was guessed.
///
/// Refuses `columns_need_day`, `columns_need_amount`.
pub fn map(guessed: &ColumnMap, columns: &[Column], roles: &[&str], said: Said) -> Result<ColumnMap, Refusal> {
    let all = |role: &str| {
        let of = columns.iter().zip(roles).filter(|(_, own)| **own == role);
        of.map(|(column, _)| column.clone()).collect::<Vec<Column>>()
    };
    let one = |role: &str| all(role).into_iter().next();
    let amount = match (one("amount"), one("mark"), one("money_in"), one("money_out")) {
        (Some(column), Some(mark), ..) => Amount::Marked { column, mark },
        (Some(column), None, ..) => Amount::Signed { column, is_turned: said.is_turned },
        (None, _, Some(money_in), Some(money_out)) => {
            let out_is_negative = matches!(guessed.amount, Amount::InOut { out_is_negative: true, .. });
            Amount::InOut { money_in, money_out, out_is_negative }
        }
        _ => return Err(Refusal::invalid("columns_need_amount")),
    };
    let kind = |column: &Column| {
        let known = guessed.references.iter().find(|one| one.column == *column);
        known.map_or(ReferenceKind::EndToEnd, |one| one.kind)
    };
    let references = all("reference").into_iter().map(|column| ReferenceColumn { kind: kind(&column), column });
    Ok(ColumnMap {
        delimiter: guessed.delimiter,
        booked_on: one("booked_on").ok_or_else(|| Refusal::invalid("columns_need_day"))?,
        value_on: one("value_on"),
        amount,
        balance: one("balance"),
        currency_column: one("currency"),
        currency: guessed.currency,
        account: one("account"),
        name: one("name"),
        counterparty_account: one("counterparty_account"),
        counterparty_bank: one("counterparty_bank"),
        text: all("text"),
        references: references.collect(),
        code: one("code"),
        dates: said.dates,
        decimal_mark: said.decimal_mark,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(amount: &str) -> ColumnMap {
        let json = format!(
            r#"{{"delimiter":";","booked_on":"Day","amount":{amount},"balance":"Balance","text":["Text","More"],
                "references":[{{"kind":"creditor","column":"Ref"}}],"name":"Payer","dates":"dmy","decimal_mark":"comma"}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    fn columns() -> Vec<Column> {
        let names = ["Day", "Amount", "In", "Out", "Mark", "Balance", "Text", "More", "Ref", "Payer"];
        let named = names.into_iter().map(|name| Column::Named(name.to_owned()));
        named.chain([Column::At(10)]).collect()
    }

    #[test]
    fn a_map_is_the_same_through_a_form() {
        for amount in [
            r#"{"signed":{"column":"Amount","is_turned":false}}"#,
            r#"{"signed":{"column":"Amount","is_turned":true}}"#,
            r#"{"in_out":{"money_in":"In","money_out":"Out","out_is_negative":true}}"#,
            r#"{"marked":{"column":"Amount","mark":"Mark"}}"#,
        ] {
            let map = guessed(amount);
            let roles = roles(&map, &columns());
            assert_eq!(super::map(&map, &columns(), &roles, Said::of(&map)).unwrap(), map, "{amount}");
        }
    }

    #[test]
    fn a_table_has_a_day_and_an_amount() {
        let map = guessed(r#"{"signed":{"column":"Amount","is_turned":false}}"#);
        let (columns, said) = (columns(), Said::of(&map));
        for (roles, refused) in [
            (&["", "amount"][..], "columns_need_day"),
            (&["booked_on"], "columns_need_amount"),
            (&["booked_on", "", "money_in"], "columns_need_amount"),
            (&["booked_on", "mark"], "columns_need_amount"),
        ] {
            assert_eq!(super::map(&map, &columns, roles, said).unwrap_err().code, refused, "{roles:?}");
        }
    }
}
