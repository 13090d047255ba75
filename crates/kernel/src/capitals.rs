//! Amounts in Chinese capitals, as vouchers and bills in China carry them.
//!
//! Source: 《票据法》 and the People's Bank's 正确填写票据和结算凭证的基本规定: 整 after yuan or jiao, not after fen; a
//! run of zeros inside is one 零; 零 before fen when jiao is nought. What is counted in 亿 is written like any number, so
//! that 亿 is said once: 壹万贰仟亿, not 壹万亿贰仟亿.

const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
/// What large numbers are counted in, the largest first.
const GROUPS: [(u64, &str); 2] = [(100_000_000, "亿"), (10_000, "万")];

/// An amount of fen (hundredths of a yuan) in capitals: 73216 → 柒佰叁拾贰元壹角陆分.
pub fn chinese_capitals(fen: i64) -> String {
    let magnitude = fen.unsigned_abs();
    let (yuan, jiao, cent) = (magnitude / 100, magnitude / 10 % 10, magnitude % 10);
    let mut text = String::new();
    if fen < 0 {
        text.push('负');
    }
    if yuan > 0 {
        text.push_str(&whole(yuan));
        text.push('元');
    }
    match (jiao, cent) {
        (0, 0) if yuan == 0 => text.push_str("零元整"),
        (0, 0) => text.push('整'),
        (j, 0) => {
            text.push_str(digit(j));
            text.push_str("角整");
        }
        (0, c) => {
            if yuan > 0 {
                text.push('零');
            }
            text.push_str(digit(c));
            text.push('分');
        }
        (j, c) => {
            text.push_str(digit(j));
            text.push('角');
            text.push_str(digit(c));
            text.push('分');
        }
    }
    text
}

fn digit(d: u64) -> &'static str {
    DIGITS[usize::try_from(d % 10).unwrap_or(0)]
}

/// A number above nought: how many of the largest group, and the rest.
fn whole(n: u64) -> String {
    let Some((group, name)) = GROUPS.into_iter().find(|(group, _)| n >= *group) else { return four(n) };
    let (many, rest) = (whole(n / group), n % group);
    match rest {
        0 => format!("{many}{name}"),
        _ if rest < group / 10 => format!("{many}{name}零{}", whole(rest)),
        _ => format!("{many}{name}{}", whole(rest)),
    }
}

/// 1..=9999 without a leading 零.
fn four(n: u64) -> String {
    let mut text = String::new();
    let mut zero = false;
    for (place, unit) in PLACES.iter().enumerate().rev() {
        let d = n / 10_u64.pow(u32::try_from(place).unwrap_or(0)) % 10;
        if d == 0 {
            zero = !text.is_empty();
            continue;
        }
        if zero {
            text.push('零');
            zero = false;
        }
        text.push_str(digit(d));
        text.push_str(unit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_regulation_writes_them() {
        for (fen, text) in [
            (0, "零元整"),
            (1, "壹分"),
            (10, "壹角整"),
            (73_216, "柒佰叁拾贰元壹角陆分"),
            (140_950, "壹仟肆佰零玖元伍角整"),
            (600_714, "陆仟零柒元壹角肆分"),
            (10_700_053, "壹拾万柒仟元伍角叁分"),
            (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
            (32_504, "叁佰贰拾伍元零肆分"),
            (10_000_000_000, "壹亿元整"),
            (10_001_000_000, "壹亿零壹万元整"),
            (10_000_000_100, "壹亿零壹元整"),
            (1_000_000_000_000_000, "壹拾万亿元整"),
            (123_450_000_000_000, "壹万贰仟叁佰肆拾伍亿元整"),
            (100_000_000_000_100, "壹万亿零壹元整"),
            (100_010_000_000_000, "壹万零壹亿元整"),
            (100_000_123_004_500, "壹万亿零壹佰贰拾叁万零肆拾伍元整"),
            (1_000_000_000_000_000_000, "壹亿亿元整"),
            (-500, "负伍元整"),
        ] {
            assert_eq!(chinese_capitals(fen), text, "{fen}");
        }
    }
}
