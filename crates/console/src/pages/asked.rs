//! What is asked of a round, as it stands in the query of an address.

use crate::{asker::Language, layout::escaped, problem::Problem};

/// What is asked of a round.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub struct Asked {
    /// The round; the last click when empty.
    #[serde(default)]
    pub round: String,
    /// The reserve in percent of the room, with a point or comma.
    #[serde(default)]
    reserve: String,
    /// The reserve in euros instead, as people write it.
    #[serde(default)]
    pub euro: String,
    /// Whether over-production is funded: `no`, and anything else is yes.
    #[serde(default)]
    fund: String,
    /// The provider whose part is explained.
    #[serde(default)]
    pub agb: String,
}

impl Asked {
    /// The same in the query of an address, of a round and a provider.
    pub fn query(&self, round: &str, agb: &str) -> String {
        let fund = if self.funds() { "yes" } else { "no" };
        let texts = [("round", round), ("reserve", &self.reserve), ("euro", &self.euro), ("fund", fund), ("agb", agb)];
        let given = texts.into_iter().filter(|(_, text)| !text.is_empty());
        given.map(|(name, text)| format!("{name}={}", escaped(text))).collect::<Vec<_>>().join("&")
    }

    /// The same of all providers.
    pub fn of_all(&self) -> Asked {
        Asked { agb: String::new(), ..self.clone() }
    }

    /// Whether over-production is funded.
    pub fn funds(&self) -> bool {
        self.fund != "no"
    }

    /// The reserve that was asked for, of a room; none when nothing was.
    pub fn reserve_of(&self, room: i64, language: Language) -> Result<Option<i64>, Problem> {
        let wrong = || Problem::wrong("budget");
        let euro = self.euro.trim();
        if !euro.is_empty() {
            let amount = match language {
                Language::Dutch => money::Money::from_dutch(euro).map_err(|_| wrong())?,
                Language::English => english(euro).ok_or_else(wrong)?,
            };
            return Ok(Some(amount.cents()));
        }
        if self.reserve.trim().is_empty() {
            return Ok(None);
        }
        let percent: money::Decimal = self.reserve.trim().replace(',', ".").parse().map_err(|_| wrong())?;
        let reserve = money::Percentage(percent).of(money::Money::from_cents(room), money::Rounding::Down);
        Ok(Some(reserve.map_err(|_| wrong())?.cents()))
    }
}

/// An amount such as `€1,234.56`.
fn english(text: &str) -> Option<money::Money> {
    text.trim_start_matches('€').trim().replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserve_is_read_in_percent_or_in_euros_as_they_are_written() {
        let asked = |reserve: &str, euro: &str, language| {
            let asked = Asked { reserve: reserve.to_owned(), euro: euro.to_owned(), ..Asked::default() };
            asked.reserve_of(1_000_001, language).map_err(|problem| problem.status().as_u16())
        };
        let (dutch, english) = (Language::Dutch, Language::English);
        assert_eq!(asked("", " ", dutch), Ok(None));
        assert_eq!(asked("2.5", "", dutch), Ok(Some(25_000)));
        assert_eq!(asked("2,5", "", english), Ok(Some(25_000)));
        assert_eq!(asked("9", "€ 1.234,56", dutch), Ok(Some(123_456)));
        assert_eq!(asked("9", "€1,234.56", english), Ok(Some(123_456)));
        assert_eq!(asked("many", "", dutch), Err(400));
        assert_eq!(asked("", "1.2.3", dutch), Err(400));
        assert_eq!(asked("1", "a lot", english), Err(400));
    }

    #[test]
    fn a_question_stands_in_an_address_as_it_was() {
        let asked =
            Asked { reserve: "2,5".to_owned(), euro: "€ 1".to_owned(), fund: "no".to_owned(), ..Asked::default() };
        assert_eq!(asked.query("r&1", "41"), "round=r%261&reserve=2%2C5&euro=%E2%82%AC%201&fund=no&agb=41");
        assert_eq!(Asked::default().query("r", ""), "round=r&fund=yes");
    }
}
