//! From a file to what comes of it: tried, or taken in.

use crate::commands::{ImportBalances, ImportCustomers, ImportInvoices, ImportItems, Taken};
use crate::faults;
use crate::rules::kind::Kind;
use crate::rules::sheet::{self, Sheet};
use ::store::{Answer, Command, Error, Once};
use kernel::refusal::FieldError;
use kernel::{Context, Date, Fields, Locale, Localized, Refusal};
use sha2::{Digest, Sha256};
use web::{Web, upload};

/// Bytes of a whole request: the file, and what a form puts around it.
pub(crate) const BODY_MAX: usize = sheet::BYTES_MAX + upload::FORM_MAX;
/// What a larger one is refused with.
pub(crate) const TOO_LARGE: &str = "import_too_large";

/// A file that can be tried and taken in.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub kind: Kind,
    pub sheet: Sheet,
    /// The day on which the books begin; today when not given.
    pub books_begin: Option<Date>,
    description: Localized,
    memo: String,
    hash: [u8; 32],
}

/// What came of trying.
#[derive(Debug)]
pub(crate) struct Report {
    pub made: usize,
    pub faults: Vec<FieldError>,
    /// Faults that are not named.
    pub more: usize,
}

impl Report {
    /// What the refusal of a file with faults tells.
    pub fn faulty(refusal: Refusal) -> Report {
        Report { made: 0, more: faults::not_named(&refusal), faults: refusal.fields }
    }
}

impl File {
    /// Reads a file. `on` is the day on which the books begin, as it was written; blank means today.
    pub fn read(web: &Web, context: &Context, kind: Kind, bytes: &[u8], on: &str) -> Result<File, Refusal> {
        let mut fields = Fields::new();
        let books_begin = if on.trim().is_empty() { None } else { fields.date("/on", on.trim()) };
        fields.finish()?;
        let words = Locale::ALL.map(|locale| (locale, web.i18n.for_locale(locale).t("import-invoice-line")));
        Ok(File {
            kind,
            sheet: sheet::read(bytes, kind)?,
            books_begin,
            description: Localized(words.map(|(locale, text)| (locale.tag().to_owned(), text)).into_iter().collect()),
            memo: web.i18n.for_locale(context.locale).t("import-balances-memo"),
            hash: Sha256::new()
                .chain_update(kind.name())
                .chain_update([0])
                .chain_update(on.trim())
                .chain_update([0])
                .chain_update(bytes)
                .finalize()
                .into(),
        })
    }

    /// The key under which this file is taken in once.
    pub fn once(&self, route: String, key: Option<String>) -> Once {
        Once { route, key, request_hash: self.hash, keep: false, waits: false }
    }

    /// Says what would come of the file: it is taken in, and taken back.
    pub async fn try_out(&self, web: &Web, context: &Context) -> Result<Report, Error> {
        let app = &web.app;
        let result = match self.kind {
            Kind::Customers => app.rehearse(context, self.customers()).await,
            Kind::Items => app.rehearse(context, self.items()).await,
            Kind::Balances => app.rehearse(context, self.balances()).await,
            Kind::Invoices => app.rehearse(context, self.invoices()).await,
        };
        match result {
            Ok(taken) => Ok(Report { made: taken.made, faults: Vec::new(), more: 0 }),
            Err(Error::Refused(refusal)) if refusal.code == faults::CODE => Ok(Report::faulty(*refusal)),
            Err(error) => Err(error),
        }
    }

    /// Takes the file in, whole or not at all, once per key. `render` makes the answer.
    pub async fn take_in(
        &self,
        web: &Web,
        context: &Context,
        once: Once,
        render: impl Fn(Taken) -> Result<(u16, Vec<u8>), Error> + Send + 'static,
    ) -> Result<Answer, Error> {
        match self.kind {
            Kind::Customers => keep(web, context, once, self.customers(), render).await,
            Kind::Items => keep(web, context, once, self.items(), render).await,
            Kind::Balances => keep(web, context, once, self.balances(), render).await,
            Kind::Invoices => keep(web, context, once, self.invoices(), render).await,
        }
    }

    fn customers(&self) -> ImportCustomers {
        ImportCustomers(self.sheet.clone())
    }

    fn items(&self) -> ImportItems {
        ImportItems(self.sheet.clone())
    }

    fn balances(&self) -> ImportBalances {
        ImportBalances { sheet: self.sheet.clone(), books_begin: self.books_begin, memo: self.memo.clone() }
    }

    fn invoices(&self) -> ImportInvoices {
        ImportInvoices {
            sheet: self.sheet.clone(),
            books_begin: self.books_begin,
            description: self.description.clone(),
        }
    }
}

async fn keep<C: Command<Output = Taken>>(
    web: &Web,
    context: &Context,
    once: Once,
    command: C,
    render: impl Fn(Taken) -> Result<(u16, Vec<u8>), Error> + Send + 'static,
) -> Result<Answer, Error> {
    web.app.write_once(context, once, command, move |_, taken| render(taken)).await
}

/// Row and column that a fault's pointer names: `/rows/3/email`; no column where the row as a whole is at fault.
pub(crate) fn place(pointer: &str) -> (&str, &str) {
    let place = pointer.strip_prefix("/rows/").unwrap_or("");
    place.split_once('/').unwrap_or((place, ""))
}
