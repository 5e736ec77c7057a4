//! The call that tells what cases claim back, for both contracts.

use contract::{budget, homecare};
use edge::{Call, EdgeError, Fields, to_proto};

use super::store::{self, CaseReclaim};
use crate::Intake;

impl Intake {
    /// What cases claim back of a provider, by case and reference, as the service's contract has it.
    ///
    /// # Errors
    /// Wrong fields; what the store reports.
    pub async fn case_reclaims<R: From<CaseReclaim>>(
        &self,
        call: &Call,
        (office, agb): (&str, &str),
    ) -> Result<Vec<R>, EdgeError> {
        let mut fields = Fields::new();
        let (office, agb) = (fields.office("office", office), fields.agb("agb", agb));
        let (office, agb) = fields.all((office, agb))?;
        let found = store::of_provider(&mut self.core.read(call).await?, &office, agb).await?;
        Ok(found.into_iter().map(R::from).collect())
    }
}

// both contracts have the same message under a name of their own
macro_rules! contract {
    ($service:ident) => {
        impl From<CaseReclaim> for $service::CaseReclaim {
            fn from(one: CaseReclaim) -> Self {
                Self {
                    case_id: one.case_id,
                    agb: one.agb.to_string(),
                    year: one.year,
                    reference: one.reference,
                    amount: to_proto::money(one.amount),
                    credited: one.credited,
                    decision_id: one.decision_id,
                    recorded_time: to_proto::time(one.recorded),
                }
            }
        }
    };
}
contract!(budget);
contract!(homecare);
