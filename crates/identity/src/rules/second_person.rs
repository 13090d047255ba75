//! Who may give money or claims away: above a limit, not whoever made what it is about.

/// Who asks for it, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// The house itself, at the word of whoever owns the machine.
    House,
    /// A program: somebody of its own, who cannot say again who it is.
    Program,
    /// A person; `fresh` when the password was given just now.
    Person { fresh: bool },
}

/// One act that is asked for. Amounts are minor units of the books' currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// All that acts of this kind give away of the document, this one included: halves add up.
    pub value_minor: i64,
    /// Up to this one person may do everything.
    pub limit_minor: i64,
    pub asker: Asker,
    /// Whether the asker made what the act is about.
    pub made_it: bool,
    /// The owner switched the second person off.
    pub single_person: bool,
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Small, or two people stand behind it.
    Allowed,
    /// One person stands behind it, which the trail has to say.
    Alone,
    /// Somebody else has to do it.
    SecondPersonNeeded,
    /// It may be done alone, after giving the password again.
    ConfirmIdentity,
}

/// Decides in this order: the limit, who made it, the owner's switch, who asks.
pub fn decide(asked: &Asked) -> Decision {
    if asked.value_minor <= asked.limit_minor || !asked.made_it {
        return Decision::Allowed;
    }
    match (asked.asker, asked.single_person) {
        (Asker::House, _) => Decision::Allowed,
        (_, false) | (Asker::Program, true) => Decision::SecondPersonNeeded,
        (Asker::Person { fresh: true }, true) => Decision::Alone,
        (Asker::Person { fresh: false }, true) => Decision::ConfirmIdentity,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_people_stand_behind_what_is_large() {
        use Asker::{House, Person, Program};
        use Decision::{Allowed, Alone, ConfirmIdentity, SecondPersonNeeded};
        let (old, fresh) = (Person { fresh: false }, Person { fresh: true });
        for (value_minor, limit_minor, asker, made_it, single_person, decision) in [
            (1_000_000, 1_000_000, old, true, false, Allowed),
            (1_000_000, 1_000_000, Program, true, true, Allowed),
            (1_000_001, 1_000_000, old, false, false, Allowed),
            (1_000_001, 1_000_000, old, false, true, Allowed),
            (1_000_001, 1_000_000, Program, false, false, Allowed),
            (1_000_001, 1_000_000, old, true, false, SecondPersonNeeded),
            (1_000_001, 1_000_000, fresh, true, false, SecondPersonNeeded),
            (1_000_001, 1_000_000, Program, true, false, SecondPersonNeeded),
            (1_000_001, 1_000_000, House, true, false, Allowed),
            (1_000_001, 1_000_000, fresh, true, true, Alone),
            (1_000_001, 1_000_000, old, true, true, ConfirmIdentity),
            (1_000_001, 1_000_000, Program, true, true, SecondPersonNeeded),
            (1, 0, fresh, true, false, SecondPersonNeeded),
            (0, 0, fresh, true, false, Allowed),
        ] {
            let asked = Asked { value_minor, limit_minor, asker, made_it, single_person };
            assert_eq!(decide(&asked), decision, "{asked:?}");
        }
    }
}
