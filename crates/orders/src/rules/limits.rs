//! How large an order may be, so that a page, a document and a transaction can hold it.

/// The most lines, fees included; what `catalog` adds up at most.
pub const LINES_MAX: usize = 1000;
pub const FEES_MAX: usize = 50;

/// Whether an order may have so many lines and fees. Instalments are checked where they are split (invoicing).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SizeDecision {
    Fits,
    /// Neither lines nor fees.
    Empty,
    TooManyLines,
    TooManyFees,
}

/// Order of checks: empty, fees, lines with fees.
pub fn size(lines: usize, fees: usize) -> SizeDecision {
    if lines == 0 && fees == 0 {
        SizeDecision::Empty
    } else if fees > FEES_MAX {
        SizeDecision::TooManyFees
    } else if lines > LINES_MAX - fees {
        SizeDecision::TooManyLines
    } else {
        SizeDecision::Fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        use SizeDecision::*;
        for (lines, fees, expected) in [
            (0, 0, Empty),
            (1, 0, Fits),
            (0, 1, Fits),
            (1000, 0, Fits),
            (1001, 0, TooManyLines),
            (950, 50, Fits),
            (951, 50, TooManyLines),
            (1, 51, TooManyFees),
            (usize::MAX, 50, TooManyLines),
        ] {
            assert_eq!(size(lines, fees), expected, "{lines} {fees}");
        }
    }
}
