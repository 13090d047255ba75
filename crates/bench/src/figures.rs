//! Medians, spreads, percentiles and ratios, in whole numbers.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Median and extremes of a few rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    pub median: u64,
    pub least: u64,
    pub most: u64,
}

impl Spread {
    /// Of nothing: zeros.
    pub fn of(values: &[u64]) -> Spread {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        let middle = sorted.len() / 2;
        let median = match sorted.len() {
            0 => 0,
            n if n % 2 == 1 => sorted[middle],
            _ => u64::midpoint(sorted[middle - 1], sorted[middle]),
        };
        Spread { median, least: sorted.first().copied().unwrap_or(0), most: sorted.last().copied().unwrap_or(0) }
    }
}

impl fmt::Display for Spread {
    /// `4,210 (3,980 … 4,400)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} … {})", grouped(self.median), grouped(self.least), grouped(self.most))
    }
}

/// A ratio in hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ratio(pub u64);

impl Ratio {
    pub fn of(over: u64, under: u64) -> Ratio {
        Ratio(over.saturating_mul(100).checked_div(under).unwrap_or(0))
    }

    /// Median and extremes of the rounds' ratios.
    pub fn spread(ratios: &[Ratio]) -> (Ratio, Ratio, Ratio) {
        let spread = Spread::of(&ratios.iter().map(|r| r.0).collect::<Vec<_>>());
        (Ratio(spread.median), Ratio(spread.least), Ratio(spread.most))
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// Percentiles of times in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Latency {
    pub count: u64,
    pub p50_us: u64,
    pub p99_us: u64,
    pub p999_us: u64,
    pub max_us: u64,
}

impl Latency {
    pub fn of(mut times_us: Vec<u32>) -> Latency {
        times_us.sort_unstable();
        // The least time that so many of a thousand do not exceed.
        let at = |per_mille: usize| {
            let place = (times_us.len() * per_mille).div_ceil(1000).max(1) - 1;
            times_us.get(place).copied().map_or(0, u64::from)
        };
        Latency {
            count: u64::try_from(times_us.len()).unwrap_or(u64::MAX),
            p50_us: at(500),
            p99_us: at(990),
            p999_us: at(999),
            max_us: at(1000),
        }
    }
}

/// `12.34 ms`
pub fn millis(us: u64) -> String {
    format!("{}.{:02} ms", us / 1000, us % 1000 / 10)
}

/// `12,345`
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many in so many microseconds, by the second.
pub fn per_second(count: u64, us: u64) -> u64 {
    count.saturating_mul(1_000_000).checked_div(us).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        for (values, median, least, most) in
            [(&[][..], 0, 0, 0), (&[7], 7, 7, 7), (&[9, 1, 5], 5, 1, 9), (&[4, 1, 2, 9], 3, 1, 9)]
        {
            assert_eq!(Spread::of(values), Spread { median, least, most }, "{values:?}");
        }
    }

    #[test]
    fn percentiles() {
        let times = Latency::of((1..=1000).rev().collect());
        assert_eq!((times.count, times.p50_us, times.p99_us, times.p999_us, times.max_us), (1000, 500, 990, 999, 1000));
        assert_eq!(Latency::of(vec![5]).p999_us, 5);
        assert_eq!(Latency::of(Vec::new()), Latency::default());
    }

    #[test]
    fn texts() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(Ratio::of(312, 100).to_string(), "3.12");
        assert_eq!(Ratio::of(7, 100).to_string(), "0.07");
        assert_eq!(Ratio::of(1, 0), Ratio(0));
        assert_eq!(millis(12_345), "12.34 ms");
        assert_eq!(per_second(50, 500_000), 100);
    }
}
