//! A piece of SQL, and what may stand beside it without parentheses.

/// How tightly the outermost operator binds. The order is the same on the
/// three engines as far as it is told apart here; anything finer gets
/// parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Or,
    And,
    Not,
    /// `=`, `IN`, `IS NULL`, `BETWEEN`, `LIKE`.
    Compare,
    /// Arithmetic and `||`.
    Operation,
    /// A constant, a column, a call, anything in parentheses.
    Atom,
}

/// A piece of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sql {
    pub(super) text: String,
    pub(super) level: Level,
}

impl Sql {
    pub(super) fn new(text: impl Into<String>, level: Level) -> Self {
        Self {
            text: text.into(),
            level,
        }
    }

    pub(super) fn atom(text: impl Into<String>) -> Self {
        Self::new(text, Level::Atom)
    }

    pub(super) fn compare(text: impl Into<String>) -> Self {
        Self::new(text, Level::Compare)
    }

    pub(super) fn operation(text: impl Into<String>) -> Self {
        Self::new(text, Level::Operation)
    }

    /// A function applied to arguments.
    pub(super) fn call(name: &str, args: impl IntoIterator<Item = Sql>) -> Self {
        let args: Vec<String> = args.into_iter().map(|arg| arg.text).collect();
        Self::atom(format!("{name}({})", args.join(", ")))
    }

    /// `CAST(self AS target)`.
    pub(super) fn cast(self, target: &str) -> Self {
        Self::atom(format!("CAST({} AS {target})", self.text))
    }

    /// Whether it is `CAST(.. AS target)` already.
    pub(super) fn is_cast_to(&self, target: &str) -> bool {
        let end = format!(" AS {target})");
        self.level == Level::Atom && self.text.starts_with("CAST(") && self.text.ends_with(&end)
    }

    /// Its text where nothing looser than `level` may stand.
    pub(super) fn at(self, level: Level) -> String {
        if self.level < level {
            format!("({})", self.text)
        } else {
            self.text
        }
    }

    /// Its text as an operand of arithmetic, or before a `::`.
    pub(super) fn operand(self) -> String {
        self.at(Level::Atom)
    }

    /// Its text as one side of a comparison.
    pub(super) fn side(self) -> String {
        self.at(Level::Operation)
    }
}

/// `a, b, c`.
pub(super) fn list(items: impl IntoIterator<Item = Sql>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.text).collect();
    items.join(", ")
}
