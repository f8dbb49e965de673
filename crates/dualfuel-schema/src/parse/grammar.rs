//! `sqlparser`'s dialects, with what they lack for SQLite's and MySQL's
//! expressions.
//!
//! Its grammar of statements is the union of fifteen databases': it takes much
//! that none of ours does and misses much that SQLite has. So the heads of
//! statements are read by the modules beside this one, with its parser as a
//! cursor, and only expressions and queries are its own. There, operators bind
//! as PostgreSQL's do; SQLite's and MySQL's bind otherwise, which
//! [`Dialect::get_next_precedence`] is made for.

use sqlparser::{
    ast::{BinaryOperator, Expr, UnaryOperator},
    dialect::{Dialect, MySqlDialect, PostgreSqlDialect, Precedence, SQLiteDialect},
    keywords::Keyword,
    parser::{Parser, ParserError},
    tokenizer::Token,
};

/// The grammar that a dialect's expressions and queries are read with.
pub(super) fn of(dialect: crate::Dialect) -> &'static dyn Dialect {
    match dialect {
        crate::Dialect::Portable | crate::Dialect::Sqlite => &Sqlite,
        crate::Dialect::Postgres => &PostgreSqlDialect {},
        crate::Dialect::Mysql => &Mysql,
    }
}

/// Answers as the dialect that is extended.
macro_rules! as_base {
    ($base:expr; $($method:ident),* $(,)?) => {
        $(fn $method(&self) -> bool {
            $base.$method()
        })*
    };
}

/// How tightly SQLite's operators bind ("SQL Language Expressions", section 2).
mod sqlite {
    pub(super) const OR: u8 = 5;
    pub(super) const AND: u8 = 10;
    pub(super) const NOT: u8 = 15;
    /// `=`, `IS`, `IN`, `LIKE`, `BETWEEN` and their like are of one rank.
    pub(super) const EQUALITY: u8 = 20;
    pub(super) const ORDER: u8 = 22;
    pub(super) const BITS: u8 = 25;
    pub(super) const SUM: u8 = 30;
    pub(super) const PRODUCT: u8 = 35;
    pub(super) const CONCAT: u8 = 40;
    pub(super) const UNARY: u8 = 45;
}

#[derive(Debug)]
struct Sqlite;

impl Dialect for Sqlite {
    fn dialect(&self) -> std::any::TypeId {
        SQLiteDialect {}.dialect()
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        SQLiteDialect {}.is_delimited_identifier_start(ch)
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        ch.is_ascii_alphabetic() || ch == '_' || !ch.is_ascii()
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        self.is_identifier_start(ch) || ch.is_ascii_digit() || ch == '$'
    }

    as_base!(SQLiteDialect {};
        supports_filter_during_aggregation, supports_in_empty_list, supports_limit_comma,
        supports_notnull_operator, supports_comma_separated_trim,
        supports_numeric_literal_underscores,
    );

    fn supports_bitwise_shift_operators(&self) -> bool {
        true
    }

    fn prec_value(&self, precedence: Precedence) -> u8 {
        match precedence {
            Precedence::Or => sqlite::OR,
            Precedence::And => sqlite::AND,
            Precedence::UnaryNot => sqlite::NOT,
            Precedence::Is | Precedence::Like | Precedence::Between | Precedence::Eq => {
                sqlite::EQUALITY
            }
            Precedence::Ampersand | Precedence::Caret | Precedence::Pipe | Precedence::Colon => {
                sqlite::BITS
            }
            Precedence::PlusMinus | Precedence::Xor => sqlite::SUM,
            Precedence::MulDivModOp => sqlite::PRODUCT,
            Precedence::PgOther => sqlite::CONCAT,
            Precedence::AtTz | Precedence::DoubleColon => sqlite::UNARY,
            Precedence::Period => 100,
        }
    }

    fn get_next_precedence(&self, parser: &Parser<'_>) -> Option<Result<u8, ParserError>> {
        Some(Ok(match &parser.peek_token_ref().token {
            Token::Lt | Token::LtEq | Token::Gt | Token::GtEq => sqlite::ORDER,
            Token::ShiftLeft | Token::ShiftRight => sqlite::BITS,
            Token::StringConcat | Token::Arrow | Token::LongArrow => sqlite::CONCAT,
            _ => return None,
        }))
    }

    /// `-a || b` is `(-a) || b`.
    fn parse_prefix(&self, parser: &mut Parser<'_>) -> Option<Result<Expr, ParserError>> {
        let op = match parser.peek_token_ref().token {
            Token::Minus => UnaryOperator::Minus,
            Token::Plus => UnaryOperator::Plus,
            Token::Tilde => UnaryOperator::BitwiseNot,
            _ => return None,
        };
        Some(unary(parser, op, sqlite::UNARY))
    }

    fn parse_infix(
        &self,
        parser: &mut Parser<'_>,
        expr: &Expr,
        precedence: u8,
    ) -> Option<Result<Expr, ParserError>> {
        let negated = matches!(&parser.peek_token_ref().token, Token::Word(word) if word.keyword == Keyword::NOT)
            && matches!(&parser.peek_nth_token_ref(1).token, Token::Word(word)
                if matches!(word.keyword, Keyword::GLOB | Keyword::MATCH | Keyword::REGEXP));
        if !negated {
            return SQLiteDialect {}.parse_infix(parser, expr, precedence);
        }
        parser.advance_token();
        let matched = SQLiteDialect {}.parse_infix(parser, expr, precedence)?;
        Some(matched.map(|expr| Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr: Box::new(expr),
        }))
    }
}

#[derive(Debug)]
struct Mysql;

/// How tightly MariaDB's operators bind, where PostgreSQL's do otherwise: by
/// its grammar (`sql_yacc.yy`) and not its manual, `a = b LIKE c` is
/// `a = (b LIKE c)`, and its catalogue says so without parentheses.
mod mysql {
    pub(super) const XOR: u8 = 7;
    /// `=` and its like, and `IS`.
    pub(super) const COMPARISON: u8 = 17;
    /// `LIKE`, `REGEXP`, `IN` and `BETWEEN`.
    pub(super) const PREDICATE: u8 = 20;
    pub(super) const SHIFT: u8 = 25;
    pub(super) const CARET: u8 = 42;
    /// Tighter than any operator between two operands.
    pub(super) const UNARY: u8 = 45;
}

impl Dialect for Mysql {
    fn dialect(&self) -> std::any::TypeId {
        MySqlDialect {}.dialect()
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        MySqlDialect {}.is_delimited_identifier_start(ch)
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        MySqlDialect {}.is_identifier_start(ch)
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        MySqlDialect {}.is_identifier_part(ch)
    }

    as_base!(MySqlDialect {};
        supports_string_literal_backslash_escape, supports_string_literal_concatenation,
        ignores_wildcard_escapes, supports_numeric_prefix, supports_multiline_comment_hints,
        require_interval_qualifier, supports_limit_comma, supports_table_hints,
        requires_single_line_comment_whitespace, supports_match_against,
        supports_select_modifiers, supports_data_type_signed_suffix,
        supports_cross_join_constraint, supports_double_ampersand_operator,
        supports_binary_kw_as_cast, supports_group_by_with_modifier,
        supports_left_associative_joins_without_parens,
    );

    fn supports_bitwise_shift_operators(&self) -> bool {
        true
    }

    fn is_table_factor_alias(
        &self,
        explicit: bool,
        keyword: &Keyword,
        parser: &mut Parser<'_>,
    ) -> bool {
        MySqlDialect {}.is_table_factor_alias(explicit, keyword, parser)
    }

    fn prec_value(&self, precedence: Precedence) -> u8 {
        match precedence {
            Precedence::Xor => mysql::XOR,
            Precedence::Eq | Precedence::Is => mysql::COMPARISON,
            Precedence::Like | Precedence::Between => mysql::PREDICATE,
            other => MySqlDialect {}.prec_value(other),
        }
    }

    fn get_next_precedence(&self, parser: &Parser<'_>) -> Option<Result<u8, ParserError>> {
        Some(Ok(match &parser.peek_token_ref().token {
            Token::ShiftLeft | Token::ShiftRight => mysql::SHIFT,
            Token::Caret => mysql::CARET,
            Token::Overlap => self.prec_value(Precedence::And),
            Token::Word(word) if word.keyword == Keyword::MOD => {
                self.prec_value(Precedence::MulDivModOp)
            }
            _ => return None,
        }))
    }

    /// `!a = b` is `(!a) = b`, and so is `-a`.
    fn parse_prefix(&self, parser: &mut Parser<'_>) -> Option<Result<Expr, ParserError>> {
        let op = match parser.peek_token_ref().token {
            Token::ExclamationMark => UnaryOperator::Not,
            Token::Minus => UnaryOperator::Minus,
            Token::Plus => UnaryOperator::Plus,
            Token::Tilde => UnaryOperator::BitwiseNot,
            _ => return None,
        };
        Some(unary(parser, op, mysql::UNARY))
    }

    fn parse_infix(
        &self,
        parser: &mut Parser<'_>,
        expr: &Expr,
        precedence: u8,
    ) -> Option<Result<Expr, ParserError>> {
        if parser.parse_keyword(Keyword::MOD) {
            return Some(
                parser
                    .parse_subexpr(precedence)
                    .map(|right| Expr::BinaryOp {
                        left: Box::new(expr.clone()),
                        op: BinaryOperator::Modulo,
                        right: Box::new(right),
                    }),
            );
        }
        MySqlDialect {}.parse_infix(parser, expr, precedence)
    }
}

fn unary(parser: &mut Parser<'_>, op: UnaryOperator, precedence: u8) -> Result<Expr, ParserError> {
    parser.advance_token();
    Ok(Expr::UnaryOp {
        op,
        expr: Box::new(parser.parse_subexpr(precedence)?),
    })
}
