//! Products by delivery form, where an office treats forms differently (BUD-13).

use std::{collections::BTreeMap, sync::Arc};

use explain::Rules;
use money::{Decimal, Money};

use super::{click::FormAmounts, products::by_product};
use crate::{
    domain::{AgreedProduct, Form, OfficeYear, ProductAmount},
    error::Error,
    rules,
};

/// What the codes of products begin with, by delivery form.
#[derive(Clone, Debug)]
pub struct Forms(Vec<(Form, Vec<Arc<str>>)>);

impl Forms {
    /// None where the office treats all forms alike.
    ///
    /// # Errors
    /// A parameter without a value.
    pub fn of(year: &OfficeYear, rules: &Rules) -> Result<Option<Forms>, Error> {
        let scope = year.scope();
        let limited = |percentage: Decimal| percentage < Decimal::ONE_HUNDRED;
        let first = *rules.get(&rules::EXTRAMURAL_FIRST, &scope)?;
        let treatment = limited(rules.get(&rules::TREATMENT_STAY_CAP, &scope)?.0);
        let ceiling = limited(rules.get(&rules::INTRAMURAL_CEILING, &scope)?.0);
        if !first && !treatment && !ceiling {
            return Ok(None);
        }
        Forms::stated(year, rules).map(Some)
    }

    /// None where the office gives growth at home no priority.
    ///
    /// # Errors
    /// A parameter without a value.
    pub fn with_home_first(year: &OfficeYear, rules: &Rules) -> Result<Option<Forms>, Error> {
        match *rules.get(&rules::EXTRAMURAL_FIRST, &year.scope())? {
            true => Forms::stated(year, rules).map(Some),
            false => Ok(None),
        }
    }

    fn stated(year: &OfficeYear, rules: &Rules) -> Result<Forms, Error> {
        let scope = year.scope();
        let prefixes = |parameter| Ok::<_, Error>(rules.get(parameter, &scope)?.value);
        Ok(Forms(vec![
            (Form::StayWithTreatment, prefixes(&rules::TREATMENT_STAY_PREFIXES)?),
            (Form::Vpt, prefixes(&rules::VPT_PREFIXES)?),
            (Form::Mpt, prefixes(&rules::MPT_PREFIXES)?),
        ]))
    }

    /// The form of a product; a stay without treatment where no prefix fits.
    pub fn form(&self, product: &str) -> Form {
        let begins =
            |(_, prefixes): &&(Form, Vec<Arc<str>>)| prefixes.iter().any(|prefix| product.starts_with(&**prefix));
        self.0.iter().find(begins).map_or(Form::Stay, |(form, _)| *form)
    }

    /// A budget and what is asked for it by form, each adding up to the whole of it. What is asked are a forecast, over
    /// its products, and what was agreed beside it.
    ///
    /// # Errors
    /// A product named twice, or amounts that don't fit.
    pub fn amounts(
        &self,
        (budget, held): (Money, &[AgreedProduct]),
        (forecast, products): (Money, &[ProductAmount]),
        beside: &[ProductAmount],
    ) -> Result<Vec<FormAmounts>, Error> {
        // By product, whatever a product costs: only the amounts count here.
        let priced = |one: &AgreedProduct| ProductAmount {
            product: one.product.clone(),
            amount: one.amount,
            tariff: Money::ZERO,
        };
        let held: Vec<ProductAmount> = held.iter().map(priced).collect();
        let mut amounts: BTreeMap<Form, (Money, Money)> = BTreeMap::new();
        for one in by_product(budget, &held)? {
            let of_form = amounts.entry(self.form(&one.product)).or_default();
            of_form.0 = of_form.0.plus(one.amount)?;
        }
        for one in by_product(forecast, products)? {
            let of_form = amounts.entry(self.form(&one.product)).or_default();
            of_form.1 = of_form.1.plus(one.amount)?;
        }
        for one in beside {
            let of_form = amounts.entry(self.form(&one.product)).or_default();
            of_form.1 = of_form.1.plus(one.amount)?;
        }
        let of_form = |(form, (budget, forecast))| FormAmounts { form, budget, forecast };
        Ok(amounts.into_iter().map(of_form).collect())
    }
}
