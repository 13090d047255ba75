//! Fees that a provider's report tells and no entry was found for.

use crate::commands::TakeFee;
use crate::import::Imported;
use crate::rules::settlement::Component;
use crate::store;
use ::store::{App, Error};
use kernel::Context;
use matching::Tier;

/// Takes the fees of statements that were brought in; what the books refuse, or do not know, waits for a person.
pub(crate) fn take(app: &App, context: &Context, imported: &mut Imported) -> Result<(), Error> {
    let organisation = context.organisation;
    for statement in imported.statements.clone() {
        let open = app.db().read_now(move |conn| store::open_kinds(conn, organisation, statement))?;
        let is_fee = |kind: &Option<String>| kind.as_deref().and_then(Component::of_code) == Some(Component::Fees);
        for (line, _, tier) in open.into_iter().filter(|(_, kind, _)| is_fee(kind)) {
            let context = Context { seed: app.seed()?, now: app.now(), ..context.clone() };
            match app.write_now(&context, TakeFee { line }) {
                Ok(_) => {}
                Err(Error::Refused(_)) => continue,
                Err(error) => return Err(error),
            }
            let waited = tier.as_deref().and_then(Tier::by_name).and_then(|tier| imported.waiting.get_mut(tier.name()));
            let count = waited.unwrap_or(&mut imported.open);
            *count = count.saturating_sub(1);
            *imported.posted.entry(Tier::Reference.name()).or_default() += 1;
        }
        imported.waiting.retain(|_, lines| *lines > 0);
    }
    Ok(())
}
