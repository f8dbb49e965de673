//! Whatever the text, the front ends read it or refuse it: no panic, no hang,
//! no end of the stack.
//!
//! Each check runs on a thread with the 2 MiB of stack that tests and servers
//! give their threads.

use dualfuel_schema::{
    Dialect,
    parse::{ReadOptions, parse, parse_expr, parse_type},
};

const DIALECTS: [Dialect; 4] = [
    Dialect::Portable,
    Dialect::Sqlite,
    Dialect::Postgres,
    Dialect::Mysql,
];

/// Reads `sql` in every dialect and every way.
fn read(sql: &str) {
    for dialect in DIALECTS {
        let _ = parse(dialect, sql, ReadOptions::default());
        let _ = parse_expr(dialect, sql);
        let _ = parse_type(dialect, sql, ReadOptions::default());
    }
}

fn on_a_small_stack(name: &str, work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new()
        .name(name.to_owned())
        .stack_size(2 * 1024 * 1024)
        .spawn(work);
    assert!(thread.is_ok_and(|thread| thread.join().is_ok()), "{name}");
}

#[test]
fn deep_and_long_expressions_end_well() {
    let repeated = |text: &str, count: usize| text.repeat(count);
    for count in [40, 55, 180, 600] {
        let cases = [
            format!("{}1{}", repeated("(", count), repeated(")", count)),
            repeated("(", count),
            format!("1{}", repeated(" OR 1", count)),
            format!("1{}", repeated(" + 1", count)),
            format!("1{}", repeated(" IS NULL", count)),
            format!("1{}", repeated(" LIKE 1", count)),
            format!("a{}", repeated(" COLLATE nocase", count)),
            format!("a{}", repeated("::text", count)),
            format!("a{}", repeated(".a", count)),
            format!("a{}", repeated("[1]", count)),
            format!("a{}", repeated("->'a'", count)),
            format!("{}1", repeated("NOT ", count)),
            format!("{}1", repeated("- ", count)),
            format!(
                "{}1{}",
                repeated("CASE WHEN 1 THEN ", count),
                repeated(" END", count)
            ),
            format!(
                "{}1{}",
                repeated("CASE ", count),
                repeated(" WHEN 1 THEN 1 END", count)
            ),
            format!("{}1{}", repeated("abs(", count), repeated(")", count)),
            format!(
                "{}1{}",
                repeated("CAST(", count),
                repeated(" AS TEXT)", count)
            ),
            format!("{}1{}", repeated("(SELECT ", count), repeated(")", count)),
            format!(
                "{}1{}",
                repeated("EXISTS(SELECT ", count),
                repeated(")", count)
            ),
            format!("1{}", repeated(" BETWEEN 1 AND 1", count)),
            format!("{}1", repeated("1 IN (", count)),
            format!("({}1", repeated("(1 OR 1) OR (", count)),
            format!("ARRAY{}", repeated("[", count)),
        ];
        for case in cases {
            on_a_small_stack("expression", move || {
                read(&case);
                read(&format!(
                    "CREATE TABLE t (a TEXT DEFAULT ({case}) CHECK ({case}))"
                ));
                read(&format!("SELECT {case}"));
                read(&format!("UPDATE t SET a = {case} WHERE {case}"));
            });
        }
    }
}

#[test]
fn deep_and_long_queries_end_well() {
    for count in [40, 430, 1_000] {
        let nested = "SELECT * FROM (".repeat(count);
        let joined = " JOIN b ON 1".repeat(count);
        let united = " UNION ALL SELECT 1".repeat(count);
        let parens = "(".repeat(count);
        let rows = ", (1, 'a')".repeat(count);
        let types = "STRUCT<".repeat(count);
        on_a_small_stack("query", move || {
            for query in [
                nested,
                format!("SELECT 1 FROM a{joined}"),
                format!("SELECT 1{united}"),
                format!("SELECT 1 FROM {parens}"),
                format!("{parens}SELECT 1"),
                format!("VALUES (1, 'a'){rows}"),
                format!("SELECT CAST(1 AS {types})"),
                types,
            ] {
                read(&format!("CREATE VIEW v AS {query}"));
                read(&format!("INSERT INTO t {query}"));
            }
        });
    }
}

#[test]
fn what_is_far_too_deep_is_refused_at_once() {
    on_a_small_stack("deep", || {
        read(&format!("CREATE VIEW v AS SELECT {}", "(".repeat(10_000)));
        read(&format!(
            "CREATE VIEW v AS SELECT 1{}",
            " OR 1".repeat(20_000)
        ));
    });
}

#[test]
fn ten_thousand_rows_are_read() {
    let sql = format!(
        "INSERT INTO t (a, b) VALUES (1, 'a'){}",
        ", (1, 'a')".repeat(9_999)
    );
    let read = parse(Dialect::Sqlite, &sql, ReadOptions::default());
    assert!(matches!(read.as_slice(), [Ok(_)]));
}

#[test]
fn odd_bytes_end_well() {
    for sql in [
        "\0",
        "'",
        "\"",
        "`",
        "[",
        "$",
        "$$",
        "$a$",
        "E'\\",
        "/*",
        "*/",
        "--",
        "#",
        "0x",
        "x'",
        "x'0'",
        "CREATE TABLE t (a INTEGER DEFAULT 99999999999999999999999999)",
        "CREATE TABLE t (a VARCHAR(99999999999999999999))",
        "CREATE TABLE t (a VARCHAR(-9223372036854775808))",
        "CREATE TABLE t (a DECIMAL(4294967295,4294967295))",
        "CREATE TABLE t (a INTEGER DEFAULT -9223372036854775808)",
        "CREATE TABLE \0 (\0 \0)",
        "CREATE TABLE é (ü TEXT DEFAULT 'ß')",
        "DELIMITER",
        "DELIMITER é\na é",
        "PRAGMA",
        "SELECT",
        "INSERT INTO",
        "CREATE",
        "CREATE TABLE t (",
        "CREATE TABLE t (a",
        "ALTER TABLE",
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN",
        "INSERT INTO t VALUES (",
        "a\u{2028}b\u{a0}c",
    ] {
        read(sql);
        read(&format!("{sql};{sql}"));
    }
}

/// Statements of every kind, to be damaged.
const REAL: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS \"users\" (\"id\" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, name VARCHAR(64) \
     NOT NULL DEFAULT '' COLLATE NOCASE, age INT CHECK (age BETWEEN 0 AND 150), team INTEGER REFERENCES teams(id) \
     ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED, created DATETIME DEFAULT (datetime('now')), \
     UNIQUE (name, team) ON CONFLICT REPLACE) STRICT, WITHOUT ROWID;",
    "CREATE UNIQUE INDEX i ON t (lower(a) DESC, b COLLATE NOCASE) WHERE a IS NOT NULL AND b IN ('x', 'y');",
    "CREATE TRIGGER tr AFTER UPDATE OF a ON t FOR EACH ROW WHEN new.a <> old.a BEGIN \
     UPDATE t SET b = CASE WHEN new.a > 1 THEN 'x' ELSE 'y' END; SELECT RAISE(ABORT, 'no') WHERE new.a < 0; END;",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) INSERT OR IGNORE INTO t (a) \
     SELECT i FROM n ON CONFLICT (a) DO UPDATE SET a = excluded.a;",
    "CREATE TABLE public.t (id bigserial PRIMARY KEY, tags text[] NOT NULL, at timestamptz DEFAULT now() NOT NULL, \
     kind character varying(20) DEFAULT 'a'::character varying CHECK (kind::text = ANY (ARRAY['a'::text, 'b'::text])));",
    "ALTER TABLE ONLY t ALTER COLUMN a TYPE bigint USING a::bigint, ADD CONSTRAINT c FOREIGN KEY (b) REFERENCES u (id);",
    "DO $$ BEGIN RAISE NOTICE E'it\\'s'; END $$;",
    "CREATE TABLE `t` (`id` int(11) unsigned NOT NULL AUTO_INCREMENT, `k` enum('a','b') DEFAULT 'a', `u` timestamp \
     NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, PRIMARY KEY (`id`), KEY `k` (`k`(10))) \
     ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;",
    "ALTER TABLE `t` MODIFY COLUMN `a` varchar(10) NOT NULL AFTER `b`, CHANGE `c` `d` text, DROP FOREIGN KEY `f`;",
    "DELIMITER //\nCREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN IF NEW.a THEN SET NEW.b = 1; END IF; END//\nDELIMITER ;\n",
];

/// A generator that needs no seed from outside, so that a failure repeats.
struct Lcg(u64);

impl Lcg {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % limit.max(1)
    }
}

/// A damaged statement: characters lost, doubled, moved, or put in.
fn damaged(random: &mut Lcg) -> String {
    let mut letters: Vec<char> = REAL[random.below(REAL.len())].chars().collect();
    let other: Vec<char> = REAL[random.below(REAL.len())].chars().collect();
    for _ in 0..=random.below(4) {
        let at = random.below(letters.len());
        match random.below(5) {
            0 => letters.truncate(at),
            1 => {
                letters.drain(at..(at + random.below(12)).min(letters.len()));
            }
            2 => {
                let from = random.below(other.len());
                let piece = &other[from..(from + random.below(30)).min(other.len())];
                letters.splice(at..at, piece.iter().copied());
            }
            3 => letters.insert(
                at,
                "'\"`[]();,$\\-/*\0é\n:.%"
                    .chars()
                    .nth(random.below(21))
                    .unwrap_or(';'),
            ),
            _ => {
                let piece: Vec<char> =
                    letters[at..(at + random.below(20)).min(letters.len())].to_vec();
                letters.splice(at..at, piece);
            }
        }
        if letters.is_empty() {
            break;
        }
    }
    letters.into_iter().collect()
}

#[test]
fn damaged_statements_end_well() {
    let mut random = Lcg(20_261_122);
    for _ in 0..400 {
        let sql = damaged(&mut random);
        for dialect in DIALECTS {
            for found in parse(dialect, &sql, ReadOptions::default()) {
                let (span, offset) = match &found {
                    Ok(parsed) => (&parsed.span, None),
                    Err(unread) => (&unread.span, unread.refusal.offset),
                };
                assert!(
                    sql.get(span.clone()).is_some(),
                    "{dialect:?}: {span:?} in {sql:?}"
                );
                // A message points into the file, at the start of a character.
                if let Some(offset) = offset {
                    assert!(
                        sql.is_char_boundary(offset),
                        "{dialect:?}: {offset} in {sql:?}"
                    );
                }
            }
        }
    }
}
