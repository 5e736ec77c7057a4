//! Agreements on zinnige zorg & innovatie, as they are asked and told.

use contract::budget as proto;
use edge::{EdgeError, Fields, to_proto};
use explain::Text;
use identifiers::Agb;
use money::{Money, MoneyError};
use uuid::Uuid;

use super::{lot_to_proto, request::year_of};
use crate::{
    decide::InnovationProduct,
    domain::{Innovation, Lot, OfficeYear},
};

/// An agreement to be laid down.
#[derive(Debug)]
pub struct Agree {
    /// The request.
    pub request_id: Uuid,
    /// The office's year.
    pub year: OfficeYear,
    /// The lot that pays for it.
    pub lot: Lot,
    /// The provider.
    pub agb: Agb,
    /// What is agreed of each product; nothing withdraws it.
    pub products: Vec<InnovationProduct>,
    /// What for.
    pub motivation: String,
}

/// Reads an agreement to be laid down.
pub fn agree_innovation(request: &proto::AgreeInnovationRequest) -> Result<Agree, EdgeError> {
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let year = year_of(&mut fields, &request.office, request.year);
    let lot = (request.lot() == proto::Lot::Zin).then_some(Lot::Zin);
    fields.check(lot.is_some(), "lot", "expected LOT_ZIN: budgets are of care in kind");
    let agb = fields.agb("agb", &request.agb);
    let products = products(&mut fields, &request.products);
    let motivation = fields.text("motivation", &request.motivation);
    let (request_id, year, lot, agb, products, motivation) =
        fields.all((request_id, year, lot, agb, products, motivation))?;
    Ok(Agree { request_id, year, lot, agb, products, motivation })
}

fn products(fields: &mut Fields, products: &[proto::InnovationProduct]) -> Option<Vec<InnovationProduct>> {
    let mut read = Vec::with_capacity(products.len());
    for (index, one) in products.iter().enumerate() {
        let product = fields.product(&format!("products[{index}].product"), &one.product);
        let name = format!("products[{index}].amount");
        let amount = fields.positive_money(&name, one.amount.as_ref());
        let some = fields.check(amount != Some(Money::ZERO), &name, "must be more than nothing");
        read.push(product.zip(amount).zip(some).map(|((product, amount), ())| InnovationProduct { product, amount }));
    }
    let mut codes: Vec<&str> = products.iter().map(|one| one.product.as_str()).collect();
    codes.sort_unstable();
    fields.check(codes.windows(2).all(|pair| pair[0] != pair[1]), "products", "names a product twice")?;
    let total = Money::total(read.iter().flatten().map(|one| one.amount));
    fields.check(total.is_ok(), "products", "come to more than an amount can be")?;
    read.into_iter().collect()
}

/// An agreement.
///
/// # Errors
/// When the amounts together don't fit.
pub fn innovation(lot: Lot, one: &Innovation) -> Result<proto::InnovationAgreement, MoneyError> {
    let product = |one: &crate::domain::ProductAmount| proto::InnovationProduct {
        product: one.product.clone(),
        amount: to_proto::money(one.amount),
    };
    Ok(proto::InnovationAgreement {
        agb: one.agb.to_string(),
        lot: lot_to_proto(lot).into(),
        products: one.agreed.products.iter().map(product).collect(),
        amount: to_proto::money(one.agreed.amount()?),
        motivation: one.motivation.clone(),
        decision_id: one.agreed.decision_id.clone(),
        recorded_time: to_proto::time(one.recorded),
    })
}

/// Why an agreement is refused: the step that says so, in words.
pub fn innovation_refusal(text: &Text, told: &contract::common::Explanation) -> proto::InnovationRefusal {
    let step = told.steps.last().cloned().unwrap_or_default();
    proto::InnovationRefusal {
        rule_id: text.rule.to_owned(),
        code: text.key.to_owned(),
        text_nl: step.text_nl,
        text_en: step.text_en,
    }
}
