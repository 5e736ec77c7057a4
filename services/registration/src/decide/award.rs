//! What may be awarded on an admissible registration.

use chrono::NaiveDate;

use crate::domain::{Registration, Round};

/// Why these products and this period can't be awarded on a registration, by field; empty when they can.
pub fn award_violations(
    registration: &Registration,
    round: &Round,
    products: &[String],
    (first, last): (NaiveDate, Option<NaiveDate>),
) -> Vec<(String, String)> {
    let (year_start, year_end) = round.days();
    let overlaps = first <= year_end && last.is_none_or(|last| year_start <= last);
    let period =
        (!overlaps).then(|| ("period".to_owned(), format!("has no day in {}, the year of the round", round.year)));
    let not_asked = products.iter().enumerate().filter(|(_, product)| !registration.products.contains(product));
    let products = not_asked
        .map(|(index, product)| (format!("products[{index}]"), format!("product {product} was not asked for")));
    period.into_iter().chain(products).collect()
}

/// The products that were asked for and are not among these.
pub fn left_out<'a>(registration: &'a Registration, products: &[String]) -> Vec<&'a str> {
    let asked = registration.products.iter().filter(|product| !products.contains(product));
    asked.map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use edge::Sector;

    use super::*;
    use crate::{
        decide::fixture::{day, round, utc},
        domain::State,
    };

    fn registration() -> Registration {
        Registration {
            registration_id: "r".to_owned(),
            round_id: "round".to_owned(),
            agb: "41410001".parse().unwrap(),
            region: "5508".parse().unwrap(),
            products: vec!["Z053".to_owned(), "H300".to_owned()],
            documents: Vec::new(),
            received: utc("2021-07-16 10:00:00"),
            state: State::Submitted,
        }
    }

    fn fields(products: &[&str], first: &str, last: Option<&str>) -> Vec<String> {
        let registration = registration();
        let products: Vec<String> = products.iter().map(|product| (*product).to_owned()).collect();
        let period = (day(first), last.map(day));
        let found = award_violations(&registration, &round("vgz", Sector::Gz, 2022), &products, period);
        found.into_iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn only_what_was_asked_for_is_awarded() {
        assert!(fields(&["H300"], "2022-01-01", Some("2023-12-31")).is_empty());
        assert_eq!(fields(&["H300", "H301", "Z9"], "2022-01-01", None), ["products[1]", "products[2]"]);
    }

    #[test]
    fn what_was_asked_for_and_is_not_awarded_is_left_out() {
        let registration = registration();
        let left = |products: &[&str]| {
            let products: Vec<String> = products.iter().map(|product| (*product).to_owned()).collect();
            left_out(&registration, &products).join(" ")
        };
        assert_eq!(left(&["H300", "Z053"]), "");
        assert_eq!((left(&["H300"]), left(&[])), ("Z053".to_owned(), "Z053 H300".to_owned()));
    }

    #[test]
    fn an_agreement_has_a_day_in_the_year_of_the_round() {
        assert!(fields(&["Z053"], "2022-12-31", None).is_empty());
        assert!(fields(&["Z053"], "2021-07-01", Some("2022-01-01")).is_empty());
        assert_eq!(fields(&["Z053"], "2021-01-01", Some("2021-12-31")), ["period"]);
        assert_eq!(fields(&["X"], "2023-01-01", None), ["period", "products[0]"]);
    }
}
