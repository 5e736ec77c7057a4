//! Figures drawn, each beside a table with the same figures: what is drawn adds nothing that is not written.

use contract::{budget, homecare};
use maud::{Markup, html};

use crate::show::cents;

/// The width of a drawing, in its own units.
const WIDTH: i64 = 1_000;
/// How much of a ceiling a drawing shows, in percent of it.
const CEILING_SHOWN: i64 = 130;

/// The patterns by which parts differ without colour; once on a page.
pub fn patterns() -> Markup {
    html! {
        svg.patterns width="0" height="0" aria-hidden="true" focusable="false" {
            defs {
                pattern id="hatched" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect.reserve-ground width="8" height="8" {}
                    rect.reserve-line width="3" height="8" {}
                }
                pattern id="dotted" width="10" height="10" patternUnits="userSpaceOnUse" {
                    rect.free-ground width="10" height="10" {}
                    circle.free-dot cx="5" cy="5" r="1.6" {}
                }
                pattern id="crossed" width="8" height="8" patternUnits="userSpaceOnUse" {
                    rect.shortage-ground width="8" height="8" {}
                    path.shortage-line d="M0 0L8 8M8 0L0 8" {}
                }
            }
        }
    }
}

/// A part of a bar: what it is drawn as.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    Agreed,
    Reserve,
    Free,
    Shortage,
    Realised,
    Forecast,
}

impl Part {
    fn class(self) -> &'static str {
        match self {
            Part::Agreed => "agreed",
            Part::Realised => "realised",
            Part::Forecast => "forecast",
            Part::Reserve | Part::Free | Part::Shortage => "patterned",
        }
    }

    fn fill(self) -> Option<&'static str> {
        match self {
            Part::Reserve => Some("url(#hatched)"),
            Part::Free => Some("url(#dotted)"),
            Part::Shortage => Some("url(#crossed)"),
            Part::Agreed | Part::Realised | Part::Forecast => None,
        }
    }
}

/// What a part looks like, beside its name in a table.
pub fn swatch(part: Part) -> Markup {
    html! {
        svg.swatch viewBox="0 0 20 14" width="20" height="14" aria-hidden="true" focusable="false" {
            rect class=(part.class()) fill=[part.fill()] width="20" height="14" {}
        }
    }
}

/// Where the money of a lot is: divided, realised and forecast, one bar below the other to one scale. `label` says it in
/// words.
pub fn lot(used: &budget::LotUse, label: &str) -> Markup {
    let [room, agreed, reserve, free, shortage, realised, forecast] =
        [&used.room, &used.agreed, &used.reserve, &used.free, &used.shortage, &used.realised, &used.forecast]
            .map(|amount| cents(amount.as_ref()).max(0));
    let whole = [room, agreed.saturating_add(reserve), realised, forecast].into_iter().max().unwrap_or(0).max(1);
    let across = |amount: i64| scaled(amount, whole, WIDTH);
    // What was agreed beyond the room is drawn as the last of what was agreed.
    let within = agreed.saturating_sub(shortage).max(0);
    let mut at = 0;
    let mut divided = Vec::new();
    for (part, amount) in
        [(Part::Agreed, within), (Part::Shortage, shortage), (Part::Reserve, reserve), (Part::Free, free)]
    {
        let wide = across(amount);
        divided.push((part, at, wide));
        at += wide;
    }
    html! {
        svg.bar viewBox=(format!("0 0 {WIDTH} 92")) role="img" aria-label=(label) preserveAspectRatio="none" {
            @for (part, at, wide) in divided {
                rect class=(part.class()) fill=[part.fill()] x=(at) y="2" width=(wide) height="40" {}
            }
            rect.frame x="0" y="2" width=(across(room)) height="40" {}
            rect.realised x="0" y="48" width=(across(realised)) height="18" {}
            rect.forecast x="0" y="72" width=(across(forecast)) height="18" {}
        }
    }
}

/// How far a ceiling is used and what the year will come to, with lines where a signal is given, in whole percents,
/// and at the ceiling itself.
pub fn ceiling(used: &homecare::Consumption, signals: &[i64], label: &str) -> Markup {
    let ceiling = cents(used.ceiling.as_ref()).max(1);
    let forecast = used.forecast.as_ref().and_then(|forecast| forecast.amount.as_ref());
    let shown = i64::try_from(i128::from(ceiling) * i128::from(CEILING_SHOWN) / 100).unwrap_or(i64::MAX).max(1);
    let across = |amount: i64| scaled(amount.max(0), shown, WIDTH).min(WIDTH);
    let line = |percent: i64| WIDTH * percent / CEILING_SHOWN;
    html! {
        svg.bar viewBox=(format!("0 0 {WIDTH} 44")) role="img" aria-label=(label) preserveAspectRatio="none" {
            rect.track x="0" y="6" width=(line(100)) height="32" {}
            rect.agreed x="0" y="6" width=(across(cents(used.spent.as_ref()))) height="20" {}
            @if let Some(forecast) = forecast {
                rect.forecast x="0" y="28" width=(across(forecast.cents)) height="10" {}
            }
            @for signal in signals.iter().filter(|signal| (0..=CEILING_SHOWN).contains(*signal)) {
                line.signal x1=(line(*signal)) x2=(line(*signal)) y1="0" y2="44" {}
            }
            line.limit x1=(line(100)) x2=(line(100)) y1="0" y2="44" {}
        }
    }
}

/// A part of a whole, over a width.
fn scaled(part: i64, whole: i64, width: i64) -> i64 {
    let across = i128::from(part) * i128::from(width) / i128::from(whole.max(1));
    i64::try_from(across).unwrap_or(width)
}

#[cfg(test)]
mod tests {
    use contract::common::Money;

    use super::*;

    fn euros(euros: i64) -> Option<Money> {
        Some(Money { cents: euros * 100 })
    }

    #[test]
    fn the_parts_of_a_room_fill_its_bar() {
        let used = budget::LotUse {
            room: euros(1_000),
            agreed: euros(700),
            reserve: euros(20),
            free: euros(280),
            ..Default::default()
        };
        let drawn = lot(&used, "<label>").into_string();
        for part in [
            r#"class="agreed" x="0" y="2" width="700""#,
            r#"x="700" y="2" width="0""#,
            r#"x="700" y="2" width="20""#,
            r#"x="720" y="2" width="280""#,
        ] {
            assert!(drawn.contains(part), "{part} in {drawn}");
        }
        assert!(drawn.contains("&lt;label&gt;") && !drawn.contains("style="), "{drawn}");
    }

    #[test]
    fn what_is_agreed_beyond_the_room_is_drawn_beyond_it() {
        let used =
            budget::LotUse { room: euros(800), agreed: euros(1_000), shortage: euros(200), ..Default::default() };
        let drawn = lot(&used, "").into_string();
        assert!(drawn.contains(r##"fill="url(#crossed)" x="800" y="2" width="200""##), "{drawn}");
        assert!(drawn.contains(r#"class="frame" x="0" y="2" width="800""#), "{drawn}");
    }

    #[test]
    fn a_ceiling_far_passed_by_its_forecast_stays_within_the_drawing() {
        let forecast = homecare::Forecast { amount: euros(1_000_000), ..Default::default() };
        let used = homecare::Consumption {
            ceiling: euros(100),
            spent: euros(65),
            forecast: Some(forecast),
            ..Default::default()
        };
        let drawn = ceiling(&used, &[70, 900], "").into_string();
        assert!(drawn.contains(r#"class="agreed" x="0" y="6" width="500""#), "{drawn}");
        assert!(drawn.contains(r#"class="forecast" x="0" y="28" width="1000""#), "{drawn}");
        assert!(drawn.contains(r#"x1="538" x2="538""#) && drawn.contains(r#"x1="769" x2="769""#), "{drawn}");
    }
}
