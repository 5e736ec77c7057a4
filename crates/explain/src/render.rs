//! Words for an explanation, made when somebody asks.

use crate::{Explanation, Input, Language, Rules, Step, Value};

/// A step in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedStep {
    /// The rule, such as `BUD-07`.
    pub rule: String,
    /// The document and section the rule comes from.
    pub source: String,
    /// The step in Dutch.
    pub dutch: String,
    /// The step in English.
    pub english: String,
    /// What went in.
    pub inputs: Vec<Input>,
    /// What came out.
    pub result: Value,
}

/// Why an explanation can't be put into words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The rule files given are not those of the decision.
    #[error("the rule files given are not the ones the decision was taken under")]
    OtherRules,
    /// The rule files have no such text.
    #[error("rule {rule} has no text {text:?}")]
    NoText {
        /// The rule.
        rule: String,
        /// The key of the text.
        text: String,
    },
}

impl Explanation {
    /// The steps in words, from the rule files the decision was taken under.
    ///
    /// # Errors
    /// [`RenderError`] when `rules` are others.
    pub fn render(&self, rules: &Rules) -> Result<Vec<RenderedStep>, RenderError> {
        if rules.sha256() != self.rules_sha256 {
            return Err(RenderError::OtherRules);
        }
        self.steps.iter().map(|step| render_step(step, rules)).collect()
    }

    /// The explanation as a numbered text in one language, as the command line and the golden files show it.
    ///
    /// # Errors
    /// [`RenderError`] when `rules` are others.
    pub fn to_text(&self, rules: &Rules, language: Language) -> Result<String, RenderError> {
        let steps = self.render(rules)?;
        let line = |(number, step): (usize, RenderedStep)| {
            let words = if language == Language::Dutch { step.dutch } else { step.english };
            format!("{}. [{}] {} ({})\n", number + 1, step.rule, words, step.source)
        };
        Ok(steps.into_iter().enumerate().map(line).collect())
    }
}

fn render_step(step: &Step, rules: &Rules) -> Result<RenderedStep, RenderError> {
    let words = rules
        .words(&step.rule, &step.text)
        .ok_or_else(|| RenderError::NoText { rule: step.rule.to_string(), text: step.text.to_string() })?;
    Ok(RenderedStep {
        rule: step.rule.to_string(),
        source: words.source.clone(),
        dutch: fill(&words.dutch, step, (rules, Language::Dutch)),
        english: fill(&words.english, step, (rules, Language::English)),
        inputs: step.inputs.clone(),
        result: step.result.clone(),
    })
}

/// Puts values where the template names them. A name without a value stays as it stands, visibly.
fn fill(template: &str, step: &Step, told: (&Rules, Language)) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            continue;
        };
        let input = step.inputs.iter().find(|input| input.name == name).map(|input| &input.value);
        match input.or_else(|| (name == "result").then_some(&step.result)) {
            Some(value) => text.push_str(&said(value, told)),
            None => {
                text.push('{');
                text.push_str(name);
                text.push('}');
            }
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// Between the codes of a list.
const LIST: &str = ", ";

/// A value as people say it: a code, or a list of codes, by the words that the rule files have for them.
fn said(value: &Value, (rules, language): (&Rules, Language)) -> String {
    let word = |code| {
        let word = rules.word(code)?;
        Some(if language == Language::Dutch { word.dutch.as_str() } else { word.english.as_str() })
    };
    let words = match value {
        Value::Text(text) => text.split(LIST).map(word).collect::<Option<Vec<&str>>>(),
        _ => None,
    };
    words.map_or_else(|| value.render(language), |words| words.join(LIST))
}
