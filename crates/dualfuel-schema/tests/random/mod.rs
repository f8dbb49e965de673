//! SQLite's expressions, drawn by chance: small, so that they meet often, and
//! typed as people write them.

use proptest::{prelude::*, strategy::BoxedStrategy};

/// The table that they are about.
pub(crate) const TABLE: &str = "CREATE TABLE x (a INTEGER, b INTEGER, d DOUBLE, s TEXT, t TEXT, \
                     c TEXT COLLATE NOCASE, f BOOLEAN, g BOOLEAN)";

pub(crate) type Text = BoxedStrategy<String>;

fn one_of(texts: &'static [&'static str]) -> Text {
    prop::sample::select(texts).prop_map(str::to_owned).boxed()
}

pub(crate) fn integer(depth: u32) -> Text {
    let atom = prop_oneof![
        4 => one_of(&["a", "b"]),
        2 => one_of(&["-1", "0", "1", "2", "+1", "- -1"]),
    ];
    if depth == 0 {
        return atom.boxed();
    }
    let inner = || integer(depth - 1);
    prop_oneof![
        3 => atom,
        3 => (inner(), one_of(&["+", "-", "*", "/", "%", "&", "|"]), inner())
            .prop_map(|(x, op, y)| format!("({x} {op} {y})")),
        1 => inner().prop_map(|x| format!("abs({x})")),
        1 => inner().prop_map(|x| format!("-{x}")),
        1 => (inner(), inner()).prop_map(|(x, y)| format!("coalesce({x}, {y})")),
        1 => (inner(), inner()).prop_map(|(x, y)| format!("nullif({x}, {y})")),
        1 => (inner(), inner()).prop_map(|(x, y)| format!("min({x}, {y})")),
        1 => text(depth - 1).prop_map(|x| format!("length({x})")),
        1 => (condition(depth - 1), inner(), inner())
            .prop_map(|(c, x, y)| format!("CASE WHEN {c} THEN {x} ELSE {y} END")),
        1 => real(depth - 1).prop_map(|x| format!("CAST({x} AS INTEGER)")),
    ]
    .boxed()
}

pub(crate) fn real(depth: u32) -> Text {
    let atom =
        prop_oneof![2 => one_of(&["d"]), 1 => one_of(&["0.5", "1.0", "-1.0", "1e0", "1.50"])];
    if depth == 0 {
        return atom.boxed();
    }
    let inner = || real(depth - 1);
    prop_oneof![
        2 => atom,
        2 => (inner(), one_of(&["+", "-", "*", "/"]), inner())
            .prop_map(|(x, op, y)| format!("({x} {op} {y})")),
        2 => (integer(depth - 1), one_of(&["+", "-", "*", "/"]), inner())
            .prop_map(|(x, op, y)| format!("({x} {op} {y})")),
        1 => integer(depth - 1).prop_map(|x| format!("CAST({x} AS REAL)")),
    ]
    .boxed()
}

pub(crate) fn text(depth: u32) -> Text {
    let atom = prop_oneof![
        3 => one_of(&["s", "t", "c"]),
        2 => one_of(&["'a'", "'A'", "''", "'1'", "'1.0'", "'b '"]),
    ];
    if depth == 0 {
        return atom.boxed();
    }
    let inner = || text(depth - 1);
    prop_oneof![
        4 => atom,
        1 => (inner(), inner()).prop_map(|(x, y)| format!("({x} || {y})")),
        2 => (one_of(&["lower", "upper", "trim", "rtrim"]), inner())
            .prop_map(|(call, x)| format!("{call}({x})")),
        1 => inner().prop_map(|x| format!("substr({x}, 1, 1)")),
        1 => (inner(), inner()).prop_map(|(x, y)| format!("coalesce({x}, {y})")),
        1 => (inner(), inner()).prop_map(|(x, y)| format!("nullif({x}, {y})")),
        1 => one_of(&["a", "b", "a + b"]).prop_map(|x| format!("CAST({x} AS TEXT)")),
        1 => inner().prop_map(|x| format!("({x} COLLATE NOCASE)")),
    ]
    .boxed()
}

pub(crate) fn condition(depth: u32) -> Text {
    let operators = || one_of(&["=", "<>", "<", "<=", ">", ">=", "IS", "IS NOT"]);
    let below = depth.saturating_sub(1);
    let compared = move |of: fn(u32) -> Text| {
        prop_oneof![
            4 => (of(below), operators(), of(below)).prop_map(|(x, op, y)| format!("({x} {op} {y})")),
            1 => (of(below), one_of(&["BETWEEN", "NOT BETWEEN"]), of(0), of(0))
                .prop_map(|(x, word, low, high)| format!("({x} {word} {low} AND {high})")),
            2 => (of(below), one_of(&["IN", "NOT IN"]), prop::collection::vec(of(0), 1..4))
                .prop_map(|(x, word, list)| format!("({x} {word} ({}))", list.join(", "))),
            1 => (of(below), one_of(&["IS NULL", "IS NOT NULL"]))
                .prop_map(|(x, word)| format!("({x} {word})")),
        ]
    };
    let atom = prop_oneof![
        3 => one_of(&[
            "f", "g", "f = 1", "f = 0", "f <> 0", "NOT f", "f IS NULL", "f IS NOT 1", "f IN (0, 1)",
            "f = TRUE", "f IS FALSE", "f = g", "f <> g", "f IS g", "a", "f < g",
        ]),
        4 => compared(integer),
        2 => compared(real),
        1 => (integer(below), operators(), real(below)).prop_map(|(x, op, y)| format!("({x} {op} {y})")),
        4 => compared(text),
        1 => (text(below), one_of(&["LIKE", "NOT LIKE"]), one_of(&["'a%'", "'A_'", "'%'", "'_'", "'1%'"]))
            .prop_map(|(x, word, y)| format!("({x} {word} {y})")),
        1 => (text(below), one_of(&["'a*'", "'A?'", "'*'", "'[a-b]*'"]))
            .prop_map(|(x, y)| format!("({x} GLOB {y})")),
    ];
    if depth == 0 {
        return atom.boxed();
    }
    let inner = || condition(depth - 1);
    prop_oneof![
        4 => atom,
        3 => (inner(), one_of(&["AND", "OR"]), inner()).prop_map(|(x, op, y)| format!("({x} {op} {y})")),
        2 => inner().prop_map(|x| format!("(NOT {x})")),
        1 => (inner(), one_of(&["=", "<>", "IS", "IS NOT"]), inner())
            .prop_map(|(x, op, y)| format!("(({x}) {op} ({y}))")),
        1 => (inner(), inner(), inner())
            .prop_map(|(c, x, y)| format!("CASE WHEN {c} THEN {x} ELSE {y} END")),
        1 => (inner(), inner()).prop_map(|(c, x)| format!("CASE WHEN {c} THEN {x} END")),
        1 => inner().prop_map(|x| format!("coalesce({x}, 0)")),
    ]
    .boxed()
}
