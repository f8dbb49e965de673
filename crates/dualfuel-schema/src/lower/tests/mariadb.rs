use super::{refused, up};
use crate::Engine::Mariadb;

const TAIL: &str = " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin";

fn check(history: &str, change: &str, expected: &[&str]) {
    let expected: Vec<String> = expected
        .iter()
        .map(|line| {
            let table = if line.starts_with("CREATE TABLE") {
                TAIL
            } else {
                ""
            };
            format!("{line}{table}")
        })
        .collect();
    assert_eq!(up(Mariadb, history, change), expected.join("\n"));
}

/// 3072 bytes, four a character.
#[test]
fn text_in_a_key_is_as_long_as_the_key_allows() {
    check(
        "",
        "CREATE TABLE t (url TEXT PRIMARY KEY, body TEXT)",
        &[
            "CREATE TABLE `t` ( `url` varchar(768) NOT NULL COMMENT 'dualfuel: TEXT as varchar(768)', `body` longtext, PRIMARY KEY (`url`) )",
        ],
    );
    check(
        "",
        "CREATE TABLE t (a TEXT, b TEXT, PRIMARY KEY (a, b))",
        &[
            "CREATE TABLE `t` ( `a` varchar(384) NOT NULL COMMENT 'dualfuel: TEXT as varchar(384)', `b` varchar(384) NOT NULL COMMENT 'dualfuel: TEXT as varchar(384)', PRIMARY KEY (`a`, `b`) )",
        ],
    );
}

#[test]
fn text_becomes_short_when_a_foreign_key_needs_it() {
    check(
        "CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE)",
        "CREATE TABLE c (a TEXT REFERENCES p (a))",
        &[
            "CREATE TABLE `c` ( `a` varchar(768) COMMENT 'dualfuel: TEXT as varchar(768)', KEY `c_a_fkey` (`a`) )",
            "ALTER TABLE `p` DROP INDEX `p_a_key`, MODIFY COLUMN `a` varchar(768) NOT NULL COMMENT 'dualfuel: TEXT as varchar(768)', ADD UNIQUE KEY `p_a_key` (`a`)",
            "ALTER TABLE `c` ADD CONSTRAINT `c_a_fkey` FOREIGN KEY (`a`) REFERENCES `p` (`a`)",
        ],
    );
}

/// InnoDB wants both sides of one size.
#[test]
fn integers_that_a_foreign_key_links_get_the_widest() {
    check(
        "CREATE TABLE p (id INTEGER PRIMARY KEY)",
        "CREATE TABLE c (p_id INT4 REFERENCES p (id))",
        &[
            "CREATE TABLE `c` ( `p_id` bigint COMMENT 'dualfuel: INTEGER as bigint(20)', KEY `c_p_id_fkey` (`p_id`), CONSTRAINT `c_p_id_fkey` FOREIGN KEY (`p_id`) REFERENCES `p` (`id`) )",
        ],
    );
}

/// MODIFY forgets what it does not repeat.
#[test]
fn a_modified_column_keeps_all_that_it_had() {
    check(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, at TIMESTAMPTZ DEFAULT '2020-01-01T00:00:00Z')",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, at TIMESTAMPTZ NOT NULL DEFAULT '2020-01-01T00:00:00Z');
         INSERT INTO n SELECT id, at FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t",
        &["ALTER TABLE `t` MODIFY COLUMN `at` datetime(6) NOT NULL DEFAULT '2020-01-01 00:00:00' COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)'"],
    );
}

#[test]
fn a_partial_unique_has_a_guard_and_a_partial_index_a_comment() {
    let history = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER)";
    check(
        history,
        "CREATE UNIQUE INDEX i ON t (a) WHERE b > 3",
        &[
            "ALTER TABLE `t` ADD COLUMN `dualfuel_guard_i_1` tinyint GENERATED ALWAYS AS (CASE WHEN `b` > 3 THEN 1 END) VIRTUAL, ADD UNIQUE KEY `i` (`a`, `dualfuel_guard_i_1`)",
        ],
    );
    check(
        history,
        "CREATE INDEX i ON t (a) WHERE b > 3",
        &["ALTER TABLE `t` ADD KEY `i` (`a`) COMMENT 'dualfuel: where `b` > 3'"],
    );
}

/// MariaDB itself answers "Illegal mix of collations", when a view over this
/// one compares it with a column.
#[test]
fn a_number_as_text_in_a_view_has_the_columns_collation() {
    check(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n INTEGER)",
        "CREATE VIEW v AS SELECT CAST(n AS TEXT) AS c, a || n AS d FROM t UNION ALL SELECT a, n FROM t",
        &[
            "CREATE VIEW `v` (`c`, `d`) AS SELECT CAST(CAST(`n` AS char) COLLATE utf8mb4_nopad_bin AS char) COLLATE utf8mb4_nopad_bin AS `c`, concat(`a`, CAST(`n` AS char) COLLATE utf8mb4_nopad_bin) AS `d` FROM `t` UNION ALL SELECT `a`, CAST(`n` AS char) COLLATE utf8mb4_nopad_bin FROM `t`",
        ],
    );
}

/// MariaDB itself answers "Comment for index 'i' is too long (max = 1024)".
#[test]
fn a_condition_that_no_comment_holds_is_refused() {
    let history = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT)";
    let index = |letters: usize| {
        let text = "é".repeat(letters);
        format!("CREATE INDEX i ON t (a) WHERE b <> '{text}'")
    };
    // `dualfuel: where ` and `` `b` <> '' `` take 25 characters.
    assert!(up(Mariadb, history, &index(999)).contains("COMMENT"));
    let reason = refused(Mariadb, history, &index(1000));
    assert!(reason.contains("1025 characters"), "{reason}");
    assert!(reason.contains("override"), "{reason}");
}

/// A foreign key needs an index: when another comes that will do, its own goes
/// in the same statement, and the other way round.
#[test]
fn a_foreign_key_is_never_without_an_index() {
    check(
        "CREATE TABLE p (id INTEGER PRIMARY KEY);
         CREATE TABLE c (p_id INTEGER REFERENCES p (id), n INTEGER)",
        "CREATE INDEX i ON c (p_id, n); DROP INDEX i",
        &[
            "ALTER TABLE `c` DROP INDEX `c_p_id_fkey`, ADD KEY `i` (`p_id`, `n`)",
            "ALTER TABLE `c` DROP INDEX `i`, ADD KEY `c_p_id_fkey` (`p_id`)",
        ],
    );
}

/// ADD COLUMN would fill it with 0.
#[test]
fn a_value_that_no_one_gave_is_not_made_up() {
    check(
        "CREATE TABLE t (id INTEGER PRIMARY KEY)",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, a INTEGER NOT NULL);
         INSERT INTO n (id) SELECT id FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t",
        &[
            "ALTER TABLE `t` ADD COLUMN `a` bigint",
            "ALTER TABLE `t` MODIFY COLUMN `a` bigint NOT NULL",
        ],
    );
}

/// 0 means "the next number" to a column that becomes AUTO_INCREMENT.
#[test]
fn a_row_numbered_0_keeps_its_number() {
    check(
        "CREATE TABLE t (id BIGINT PRIMARY KEY)",
        "CREATE TABLE n (id INTEGER PRIMARY KEY); INSERT INTO n SELECT id FROM t;
         DROP TABLE t; ALTER TABLE n RENAME TO t",
        &[
            "SET @dualfuel_sql_mode = @@sql_mode",
            "SET sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')",
            "ALTER TABLE `t` MODIFY COLUMN `id` bigint NOT NULL AUTO_INCREMENT",
            "SET sql_mode = @dualfuel_sql_mode",
        ],
    );
}

#[test]
fn a_trigger_asks_what_mariadb_does_not() {
    check(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, at TIMESTAMP)",
        "CREATE TRIGGER touch AFTER UPDATE OF a ON t BEGIN
             UPDATE t SET at = CURRENT_TIMESTAMP WHERE id = NEW.id; END",
        &[
            "CREATE TRIGGER `touch` BEFORE UPDATE ON `t` FOR EACH ROW SET NEW.`at` = IF(NOT (NEW.`a` <=> OLD.`a`), utc_timestamp(6), NEW.`at`)",
        ],
    );
}

#[test]
fn what_innodb_does_not_have_is_refused() {
    let history = "CREATE TABLE p (id INTEGER PRIMARY KEY)";
    assert_eq!(
        refused(
            Mariadb,
            history,
            "CREATE TABLE c (p INTEGER DEFAULT 1 REFERENCES p ON DELETE SET DEFAULT)",
        ),
        "the foreign key of `c` says ON DELETE SET DEFAULT, which InnoDB does not have"
    );
    assert_eq!(
        refused(
            Mariadb,
            "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)",
            "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t WHERE n < NEW.n; END",
        ),
        "the trigger `g`: it writes to the table that fires it, which MariaDB refuses"
    );
}

/// A column of another type has a stand-in, which takes its place among
/// columns that come in the same statement.
#[test]
fn columns_stand_where_they_are_declared() {
    check(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT)",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, c TEXT, a INTEGER, b TEXT);
         INSERT INTO n (id, a, b) SELECT id, a, b FROM t;
         DROP TABLE t; ALTER TABLE n RENAME TO t",
        &[
            "ALTER TABLE `t` ADD COLUMN `dualfuel_new_a` bigint",
            "UPDATE `t` SET `dualfuel_new_a` = CAST(`a` AS signed)",
            "ALTER TABLE `t` DROP COLUMN `a`, ADD COLUMN `c` longtext AFTER `id`, CHANGE COLUMN `dualfuel_new_a` `a` bigint AFTER `c`",
        ],
    );
}

/// As SQLite shows them: 5.0 and, in a NUMERIC column, 5.
#[test]
fn numbers_become_text_as_sqlite_shows_them() {
    check(
        "CREATE TABLE jar (id INTEGER PRIMARY KEY, grams REAL, price NUMERIC)",
        "UPDATE jar SET grams = 1 WHERE 'is ' || grams = 'is 5.0' OR 'is ' || price = 'is 5'",
        &[
            r"UPDATE `jar` SET `grams` = 1 WHERE concat('is ', REGEXP_REPLACE(CAST(round(`grams`, 14 - COALESCE(floor(log10(NULLIF(abs(`grams`), 0))), 0)) AS char), '^(-?[0-9]+)$', '\\1.0')) = 'is 5.0' OR concat('is ', TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(CAST(`price` AS decimal(65,30)) AS char)))) = 'is 5'",
        ],
    );
}

/// MariaDB itself answers "Unknown column in 'GENERATED ALWAYS AS'".
#[test]
fn a_column_is_renamed_together_with_what_is_computed_from_it() {
    check(
        "CREATE TABLE t (a TEXT, b INTEGER, c INTEGER AS (b + 1) STORED);
         CREATE UNIQUE INDEX u ON t (b) WHERE a IS NULL",
        "ALTER TABLE t RENAME COLUMN a TO x",
        &[
            "ALTER TABLE `t` RENAME COLUMN `a` TO `x`, MODIFY COLUMN `dualfuel_guard_u_1` tinyint GENERATED ALWAYS AS (CASE WHEN `x` IS NULL THEN 1 END) VIRTUAL",
        ],
    );
    check(
        "CREATE TABLE t (b INTEGER, c INTEGER AS (b + 1) STORED)",
        "ALTER TABLE t RENAME COLUMN b TO x",
        &[
            "ALTER TABLE `t` RENAME COLUMN `b` TO `x`, MODIFY COLUMN `c` bigint GENERATED ALWAYS AS (`x` + 1) STORED",
        ],
    );
}

#[test]
fn a_column_with_a_blank_at_the_end_is_refused() {
    let reason = refused(Mariadb, "", "CREATE TABLE t (id INTEGER, \"a \" TEXT)");
    assert!(
        reason.contains("a blank at the end of its name"),
        "{reason}"
    );
}

/// The comment is all that tells which rows a partial index was meant to hold.
#[test]
fn a_renamed_column_is_renamed_in_the_comment_of_an_index() {
    check(
        "CREATE TABLE t (a INTEGER, b INTEGER, c INTEGER);
         CREATE INDEX i ON t (a) WHERE b > 0; CREATE INDEX j ON t (b) WHERE c > 0",
        "ALTER TABLE t RENAME COLUMN b TO x",
        &[
            "ALTER TABLE `t` RENAME COLUMN `b` TO `x`",
            "ALTER TABLE `t` DROP INDEX `i`, ADD KEY `i` (`a`) COMMENT 'dualfuel: where `x` > 0'",
        ],
    );
}

/// Behind a join, the ON of ON DUPLICATE KEY would be the join's.
#[test]
fn an_upsert_from_a_join_keeps_its_on() {
    check(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER UNIQUE);
         CREATE TABLE u (a INTEGER); CREATE TABLE v (b INTEGER)",
        "INSERT OR IGNORE INTO t (a) SELECT u.a FROM u, v",
        &[
            "INSERT INTO `t` (`a`) SELECT `u`.`a` FROM `u` CROSS JOIN `v` WHERE TRUE ON DUPLICATE KEY UPDATE `t`.`id` = `t`.`id`",
            "ALTER TABLE `t` AUTO_INCREMENT = 1",
        ],
    );
}

/// An UPDATE before the NOT NULL is gone fails on the first such row.
#[test]
fn a_column_may_be_null_before_rows_are_made_so() {
    check(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL)",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT);
         INSERT INTO n SELECT id, NULLIF(a, '') FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t",
        &[
            "ALTER TABLE `t` MODIFY COLUMN `a` longtext",
            "UPDATE `t` SET `a` = NULLIF(`a`, '')",
        ],
    );
}

/// SQLite gives the digits to whoever reads the number as a blob.
#[test]
fn a_number_by_default_is_its_digits_in_a_blob() {
    check(
        "CREATE TABLE t (id INTEGER PRIMARY KEY)",
        "ALTER TABLE t ADD COLUMN key BLOB NOT NULL DEFAULT 0",
        &["ALTER TABLE `t` ADD COLUMN `key` longblob NOT NULL DEFAULT x'30'"],
    );
}

/// A folded text in the catalogue is folded by MariaDB's own rules.
#[test]
fn folding_of_every_letter_is_declared() {
    let weaker = |sql: &str| -> Vec<String> {
        let weakenings = super::lowered(Mariadb, "", sql).weakenings;
        let folded = weakenings
            .into_iter()
            .filter(|weak| weak.what.contains("fold every letter"));
        folded
            .map(|weak| format!("{}.{}", weak.table, weak.object))
            .collect()
    };
    assert_eq!(
        weaker(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT AS (upper(a)), CHECK (lower(a) = a));
             CREATE INDEX i ON t (lower(a)); CREATE VIEW v AS SELECT lower(a) AS l FROM t;
             CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = upper(NEW.a) WHERE id = NEW.id; END"
        ),
        ["t.b", "t.a", "t.i", "v.", "t.g"]
    );
    assert!(
        weaker("CREATE TABLE t (id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))))")
            .is_empty()
    );
}

/// A cast to text has the session's collation, which would not go with that of
/// the columns; and a time is not read from text in a computed column.
#[test]
fn an_index_over_a_formula_goes_by_no_setting() {
    check(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, note TEXT)",
        "CREATE INDEX i ON t (note || n)",
        &[
            "ALTER TABLE `t` ADD COLUMN `dualfuel_guard_i_1` longtext GENERATED ALWAYS AS (concat(`note`, CAST(`n` AS char) COLLATE utf8mb4_nopad_bin)) VIRTUAL, ADD KEY `i` (`dualfuel_guard_i_1`(191))",
        ],
    );
    let over_text = "CREATE INDEX i ON t (date(note))";
    let history = "CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT)";
    assert_eq!(
        refused(Mariadb, history, over_text),
        "MariaDB has no index and no computed column over a time that is read from text"
    );
}

/// InnoDB wants an index under a foreign key at every moment: the primary key
/// was it, and the next one comes only after the rows are written.
#[test]
fn a_foreign_key_stands_aside_while_its_index_goes() {
    let history = "CREATE TABLE d (id INTEGER PRIMARY KEY);
         CREATE TABLE r (d INTEGER NOT NULL REFERENCES d (id), ts INTEGER, PRIMARY KEY (d, ts))";
    let change =
        "CREATE TABLE n (id INTEGER PRIMARY KEY, d INTEGER NOT NULL REFERENCES d (id), ts DATETIME);
         INSERT INTO n (d, ts) SELECT d, datetime(ts, 'unixepoch') FROM r;
         DROP TABLE r; ALTER TABLE n RENAME TO r";
    let written = up(Mariadb, history, change);
    let place = |part: &str| written.find(part).unwrap_or_else(|| panic!("{written}"));
    assert!(place("DROP FOREIGN KEY `r_d_fkey`") < place("DROP PRIMARY KEY"));
    assert!(place("ADD KEY `r_d_fkey` (`d`)") < place("ADD CONSTRAINT `r_d_fkey`"));
}
