//! Which register holds, and which were imported.

use contract::common;
use edge::{Call, EdgeError, Fields, Page, to_proto};

use super::store::{self, StoredImport};
use crate::Intake;

impl Intake {
    /// The import of an office's register that holds, now or as it was known at a moment, and whether claims can be held
    /// against it.
    ///
    /// # Errors
    /// Wrong fields; what the store reports.
    pub async fn insured_register(
        &self,
        call: &Call,
        office: &str,
        as_of_time: Option<&prost_types::Timestamp>,
    ) -> Result<(Option<common::InsuredImport>, bool), EdgeError> {
        let mut fields = Fields::new();
        let office = fields.office("office", office);
        let as_of = fields.optional_time("as_of_time", as_of_time);
        let (office, as_of) = fields.all((office, as_of))?;
        let moment = as_of.unwrap_or_else(|| self.core.clock.now());
        let import = store::as_of(&mut self.core.read(call).await?, &office, moment).await?;
        let usable = import.as_ref().is_some_and(|import| self.keys.holds(import.key_version()));
        Ok((import.as_ref().map(StoredImport::to_proto), usable))
    }

    /// A page of the imports of an office's register, the newest first, and the token of the next page.
    ///
    /// # Errors
    /// Wrong fields; what the store reports.
    pub async fn insured_imports(
        &self,
        call: &Call,
        office: &str,
        (size, token): (i32, &str),
    ) -> Result<(Vec<common::InsuredImport>, String), EdgeError> {
        let mut fields = Fields::new();
        let office = fields.office("office", office);
        let page = Page::read(&mut fields, size, token, 1);
        let before = page.as_ref().and_then(before);
        if page.is_some() {
            fields.check(before.is_some(), "page_token", "is not one this call gave out");
        }
        let (office, page, before) = fields.all((office, page, before))?;
        let mut rows = store::imports(&mut self.core.read(call).await?, &office, before, page.limit()).await?;
        let next = page.cut(&mut rows, |row| vec![row.number.to_string()]);
        Ok((rows.iter().map(StoredImport::to_proto).collect(), next))
    }
}

/// The number that a page comes before; 0 for the first page.
fn before(page: &Page) -> Option<i64> {
    match page.after.first().map(String::as_str) {
        Some("") => Some(0),
        Some(text) => text.parse().ok().filter(|number| *number > 0),
        None => None,
    }
}

impl StoredImport {
    /// The import as the contract has it.
    pub(super) fn to_proto(&self) -> common::InsuredImport {
        common::InsuredImport {
            import_id: self.import_id.clone(),
            office: self.office.clone(),
            number: self.number,
            covers: to_proto::period(self.first_day, Some(self.reference_day)),
            rows: self.file_rows,
            persons: self.persons,
            unnamed_rows: self.unnamed_rows,
            outside_rows: self.outside_rows,
            changed_persons: self.changed_persons,
            gone_persons: self.gone_persons,
            sha256: self.sha256.clone(),
            imported_by: self.imported_by.clone(),
            recorded_time: to_proto::time(self.recorded_time),
        }
    }
}
