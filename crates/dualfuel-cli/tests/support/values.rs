//! Whether two engines' rows are the same.

pub(crate) fn first_difference(left: &Rows, right: &Rows) -> String {
    for (place, (left, right)) in left.iter().zip(right).enumerate() {
        for (left, right) in left.iter().zip(right) {
            if !equal(left, right) {
                return format!("row {}: {right:?}, and not {left:?}", place + 1);
            }
        }
    }
    format!("{} rows, and not {}", right.len(), left.len())
}

pub(crate) fn said(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(&format!(": {inner}"));
        source = inner.source();
    }
    text
}

pub(crate) type Rows = Vec<Vec<Option<String>>>;

pub(crate) fn same(left: &Rows, right: &Rows) -> bool {
    left.len() == right.len()
        && left.iter().zip(right).all(|(left, right)| {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| equal(left, right))
        })
}

/// Whether two values are spellings of one: `t` of `1`, `2.50` of `2.5`, a
/// timestamp with and without its fraction, a document with other blanks.
pub(crate) fn equal(left: &Option<String>, right: &Option<String>) -> bool {
    let (Some(left), Some(right)) = (left, right) else {
        return left == right;
    };
    let number = |text: &str| text.parse::<f64>().ok();
    let truth = |text: &str| {
        matches!(text, "t" | "true" | "1")
            .then_some(true)
            .or_else(|| matches!(text, "f" | "false" | "0").then_some(false))
    };
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    let blob = |text: &str| {
        let hex = text
            .strip_prefix("X'")
            .and_then(|text| text.strip_suffix('\''));
        hex.or_else(|| text.strip_prefix("\\x"))
            .unwrap_or(text)
            .to_ascii_lowercase()
    };
    let time = |text: &str| {
        let text = text.trim_end_matches('Z').replace('T', " ");
        match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
            false => text,
        }
    };
    let numbers = match (number(left), number(right)) {
        (Some(left), Some(right)) => (left - right).abs() <= 1e-9 * left.abs().max(1.0),
        _ => false,
    };
    left == right
        || numbers
        || truth(left).is_some() && truth(left) == truth(right)
        || json(left).is_some() && json(left) == json(right)
        || time(left) == time(right)
        || blob(left) == blob(right)
}
