//! What is asked of a round, as it stands in the query of an address.

use crate::{layout::escaped, problem::Problem};

/// What people write between the digits of an amount.
const MARKS: [char; 2] = ['.', ','];

/// What is asked of a round.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub struct Asked {
    /// The round; the last click when empty.
    #[serde(default)]
    pub round: String,
    /// The reserve in percent of the room, with a point or comma.
    #[serde(default)]
    reserve: String,
    /// The reserve in euros instead, as people write it in either language: an address is the same in both.
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
    pub fn reserve_of(&self, room: i64) -> Result<Option<i64>, Problem> {
        let wrong = || Problem::wrong("budget");
        if !self.euro.trim().is_empty() {
            return Ok(Some(amount(&self.euro).ok_or_else(wrong)?.cents()));
        }
        if self.reserve.trim().is_empty() {
            return Ok(None);
        }
        let percent: money::Decimal = self.reserve.trim().replace(',', ".").parse().map_err(|_| wrong())?;
        let reserve = money::Percentage(percent).of(money::Money::from_cents(room), money::Rounding::Down);
        Ok(Some(reserve.map_err(|_| wrong())?.cents()))
    }
}

/// An amount such as `€ 1.234,56`, `€1,234.56` or `1234`. A mark before one or two last digits begins the cents; any other
/// marks are all the same, and stand before three digits. So no amount reads otherwise in the other language.
fn amount(text: &str) -> Option<money::Money> {
    let text: String = text.trim().trim_start_matches('€').chars().filter(|one| !one.is_whitespace()).collect();
    let cents_at = text.rfind(MARKS).filter(|at| (2..=3).contains(&(text.len() - at)));
    let (whole, cents) = cents_at.map_or((text.as_str(), ""), |at| (&text[..at], &text[at + 1..]));
    let mut marks: Vec<&str> = whole.matches(MARKS).chain(cents_at.map(|at| &text[at..=at])).collect();
    if cents_at.is_some() && marks.pop().is_some_and(|of_cents| marks.contains(&of_cents)) {
        return None;
    }
    let groups: Vec<&str> = whole.split(MARKS).collect();
    let grouped = groups.len() == 1 || (1..=3).contains(&groups[0].len());
    if !grouped || marks.iter().any(|mark| *mark != marks[0]) || groups[1..].iter().any(|group| group.len() != 3) {
        return None;
    }
    format!("{}.{cents:0<2}", groups.concat()).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserve_is_read_in_percent_or_in_euros_as_they_are_written() {
        let asked = |reserve: &str, euro: &str| {
            let asked = Asked { reserve: reserve.to_owned(), euro: euro.to_owned(), ..Asked::default() };
            asked.reserve_of(1_000_001).map_err(|problem| problem.status().as_u16())
        };
        assert_eq!(asked("", " "), Ok(None));
        assert_eq!(asked("2.5", ""), Ok(Some(25_000)));
        assert_eq!(asked("2,5", ""), Ok(Some(25_000)));
        assert_eq!(asked("many", ""), Err(400));
        let read = [
            ("€ 1.234,56", 123_456),
            ("€1,234.56", 123_456),
            ("250000,00", 25_000_000),
            ("250000.00", 25_000_000),
            ("1.234", 123_400),
            ("1,234", 123_400),
            ("1.234.567,8", 123_456_780),
            ("12,5", 1_250),
            ("-1", -100),
            ("7", 700),
        ];
        for (euro, cents) in read {
            assert_eq!(asked("9", euro), Ok(Some(cents)), "{euro}");
        }
        for euro in
            ["1.2.3", "a lot", "1,234,5", "1.23.456", "1234.567", "1,234.567,89", ",50", "1.234,", "€", "1.2345"]
        {
            assert_eq!(asked("1", euro), Err(400), "{euro}");
        }
    }

    #[test]
    fn a_question_stands_in_an_address_as_it_was() {
        let asked =
            Asked { reserve: "2,5".to_owned(), euro: "€ 1".to_owned(), fund: "no".to_owned(), ..Asked::default() };
        assert_eq!(asked.query("r&1", "41"), "round=r%261&reserve=2%2C5&euro=%E2%82%AC%201&fund=no&agb=41");
        assert_eq!(Asked::default().query("r", ""), "round=r&fund=yes");
    }
}
