//! Histories that nobody thought of: what a team might do to a handful of
//! tables over some migrations, drawn from a seed and written as SQLite's
//! users write it. The claims are those of [`schemas`](crate::schemas) and
//! [`data`](crate::data).
//!
//! A seed gives the same history for ever; a failure names it. With
//! `DUALFUEL_TEST_HISTORIES` set, so many are tried instead of a few.

use dualfuel_schema::{
    Dialect,
    render::{Source, render},
};

use crate::{
    data::no_cell_changes_unasked,
    project::{Project, options},
    schemas::migrations_run_and_agree,
};

const HISTORIES: u64 = 8;
const MIGRATIONS: usize = 6;

#[tokio::test]
async fn random_migrations_run_and_agree() {
    for seed in seeds() {
        migrations_run_and_agree(history(seed)).await;
    }
}

#[tokio::test]
async fn random_migrations_change_no_cell_unasked() {
    for seed in seeds() {
        no_cell_changes_unasked(history(seed)).await;
    }
}

fn seeds() -> std::ops::Range<u64> {
    let asked = std::env::var("DUALFUEL_TEST_HISTORIES");
    0..asked.map_or(HISTORIES, |number| number.parse().expect("a number"))
}

fn history(seed: u64) -> Project {
    let mut team = Team {
        dice: Dice(seed),
        tables: Vec::new(),
        names: 0,
    };
    let sources: Vec<Source> = (1..=MIGRATIONS)
        .map(|number| {
            let up = team.migration();
            println!("-- history {seed}, migration {number}\n{up}");
            let directory = format!("{number:04}_history_{seed}");
            Source {
                file: format!("{directory}/up.sql"),
                origin: format!("{directory}/up.sql"),
                override_file: format!("{directory}/up.{{engine}}.sql"),
                directory,
                up,
                ..Source::default()
            }
        })
        .collect();
    let rendered = render(&sources, options(Dialect::Sqlite));
    Project {
        name: "histories".to_owned(),
        dialect: Dialect::Sqlite,
        sources,
        rendered,
    }
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % end as u64).unwrap()
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }
}

#[derive(Clone)]
struct Column {
    name: String,
    kind: &'static Kind,
    /// What stands after its type.
    rest: String,
    /// Something else names it, so that it can't be dropped.
    held: bool,
    /// Each row has another value.
    distinct: bool,
}

#[derive(Clone)]
struct Index {
    name: String,
    head: &'static str,
    column: String,
    tail: String,
}

#[derive(Clone)]
struct Table {
    name: String,
    columns: Vec<Column>,
    /// The constraints after them.
    constraints: Vec<String>,
    indexes: Vec<Index>,
    /// Another refers to it.
    parent: bool,
}

struct Kind {
    sql: &'static str,
    default: &'static str,
    check: &'static str,
    update: &'static str,
}

const KINDS: &[Kind] = &[
    Kind {
        sql: "INTEGER",
        default: "7",
        check: "BETWEEN -9000000 AND 9000000000",
        update: "coalesce({}, 0) % 100 + 1",
    },
    Kind {
        sql: "TEXT",
        default: "'it''s'",
        check: "<> 'never'",
        update: "trim({})",
    },
    Kind {
        sql: "VARCHAR(80)",
        default: "'none'",
        check: "NOT IN ('a b', 'c')",
        update: "substr({}, 1, 20)",
    },
    Kind {
        sql: "BOOLEAN",
        default: "0",
        check: "IN (0, 1)",
        update: "NOT {}",
    },
    Kind {
        sql: "REAL",
        default: "0.5",
        check: ">= -1e30",
        update: "{} / 2",
    },
    Kind {
        sql: "DATETIME",
        default: "CURRENT_TIMESTAMP",
        check: "> '1900-01-01 00:00:00'",
        update: "{}",
    },
    Kind {
        sql: "DATE",
        default: "'2024-02-29'",
        check: "> '1900-01-01'",
        update: "{}",
    },
];

/// Who migrates.
struct Team {
    dice: Dice,
    tables: Vec<Table>,
    names: usize,
}

impl Team {
    fn migration(&mut self) -> String {
        let mut sql = match self.tables.is_empty() {
            true => self.create(),
            false => String::new(),
        };
        for _ in 0..=self.dice.below(3) {
            let done = match self.dice.below(10) {
                0 | 1 => self.create(),
                2 | 3 => self.add(),
                4 => self.rename_column(),
                5 => self.rename_table(),
                6 => self.drop_column(),
                7 => self.index(),
                8 => self.rebuild(),
                _ => self.rows(),
            };
            sql.push_str(&done);
        }
        sql
    }

    fn name(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}{}", self.names)
    }

    fn column(&mut self) -> Column {
        let kind = &KINDS[self.dice.below(KINDS.len())];
        let name = self.name("c");
        let mut rest = String::new();
        let mut held = false;
        if self.dice.one_in(3) {
            rest.push_str(&format!(" NOT NULL DEFAULT {}", kind.default));
        } else if self.dice.one_in(3) {
            rest.push_str(&format!(" DEFAULT {}", kind.default));
        }
        if self.dice.one_in(4) {
            rest.push_str(&format!(" CHECK ({name} {})", kind.check));
            held = true;
        }
        Column {
            name,
            kind,
            rest,
            held,
            distinct: false,
        }
    }

    fn create(&mut self) -> String {
        let name = self.name("t");
        let mut columns: Vec<Column> = (0..2 + self.dice.below(4)).map(|_| self.column()).collect();
        columns.push(Column {
            name: self.name("k"),
            kind: &KINDS[1],
            rest: match self.dice.one_in(2) {
                true => " NOT NULL UNIQUE".to_owned(),
                false => " NOT NULL".to_owned(),
            },
            held: true,
            distinct: true,
        });
        let mut constraints = Vec::new();
        if !self.tables.is_empty() && self.dice.one_in(2) {
            let place = self.dice.below(self.tables.len());
            let action = ["", " ON DELETE CASCADE", " ON DELETE SET NULL"][self.dice.below(3)];
            let column = self.name("ref");
            let parent = &mut self.tables[place];
            parent.parent = true;
            constraints.push(format!(
                "FOREIGN KEY ({column}) REFERENCES {} (id){action}",
                parent.name
            ));
            columns.push(Column {
                name: column,
                kind: &KINDS[0],
                rest: String::new(),
                held: true,
                distinct: false,
            });
        }
        let table = Table {
            name,
            columns,
            constraints,
            indexes: Vec::new(),
            parent: false,
        };
        let sql = table.create(&table.name);
        self.tables.push(table);
        sql
    }

    fn any(&mut self) -> usize {
        self.dice.below(self.tables.len())
    }

    fn add(&mut self) -> String {
        let place = self.any();
        let mut column = self.column();
        // Not what SQLite refuses to add: a default that is no constant.
        column.rest = column
            .rest
            .replace("CURRENT_TIMESTAMP", "'2024-01-02 03:04:05'");
        let table = &mut self.tables[place];
        let sql = format!("ALTER TABLE {} ADD COLUMN {};\n", table.name, column.sql());
        table.columns.push(column);
        sql
    }

    fn rename_column(&mut self) -> String {
        let place = self.any();
        let new = self.name("c");
        let column = {
            let free = free(&self.tables[place]);
            match free.is_empty() {
                true => return String::new(),
                false => free[self.dice.below(free.len())],
            }
        };
        let table = &mut self.tables[place];
        let old = std::mem::replace(&mut table.columns[column].name, new.clone());
        format!("ALTER TABLE {} RENAME COLUMN {old} TO {new};\n", table.name)
    }

    fn rename_table(&mut self) -> String {
        let place = self.any();
        if self.tables[place].parent {
            return String::new();
        }
        let new = self.name("t");
        let old = std::mem::replace(&mut self.tables[place].name, new.clone());
        format!("ALTER TABLE {old} RENAME TO {new};\n")
    }

    fn drop_column(&mut self) -> String {
        let place = self.any();
        let free = free(&self.tables[place]);
        if free.len() < 2 {
            return String::new();
        }
        let column = free[self.dice.below(free.len())];
        let table = &mut self.tables[place];
        let column = table.columns.remove(column);
        format!("ALTER TABLE {} DROP COLUMN {};\n", table.name, column.name)
    }

    fn index(&mut self) -> String {
        let place = self.any();
        if self.dice.one_in(4)
            && let Some(index) = self.tables[place].indexes.pop()
        {
            return format!("DROP INDEX {};\n", index.name);
        }
        let name = self.name("i");
        let column = self.dice.below(self.tables[place].columns.len());
        let table = &mut self.tables[place];
        let column = &mut table.columns[column];
        column.held = true;
        let head = match column.distinct {
            true => "CREATE UNIQUE INDEX",
            false => "CREATE INDEX",
        };
        let tail = match self.dice.below(4) {
            0 => format!(" WHERE {} IS NOT NULL", column.name),
            1 => " WHERE id > 10".to_owned(),
            _ => String::new(),
        };
        let index = Index {
            name,
            head,
            column: match self.dice.one_in(4) {
                true => format!("{} DESC", column.name),
                false => column.name.clone(),
            },
            tail,
        };
        let sql = index.create(&table.name);
        table.indexes.push(index);
        sql
    }

    /// SQLite's twelve steps: another NOT NULL, a column's type, a CHECK.
    fn rebuild(&mut self) -> String {
        let place = self.any();
        let added = self.column();
        let table = &mut self.tables[place];
        let kept: Vec<String> = table.columns.iter().map(|of| of.name.clone()).collect();
        table.columns.push(added);
        if let Some(column) = table.columns.first_mut()
            && column.rest.is_empty()
        {
            column.rest = format!(" NOT NULL DEFAULT {}", column.kind.default);
        }
        let values: Vec<String> = table.columns[..kept.len()]
            .iter()
            .map(|column| match column.rest.contains("NOT NULL DEFAULT") {
                true => format!("coalesce({}, {})", column.name, column.kind.default),
                false => column.name.clone(),
            })
            .collect();
        let temporary = format!("new_{}", table.name);
        let mut sql = table.create(&temporary);
        sql.push_str(&format!(
            "INSERT INTO {temporary} (id, {}) SELECT id, {} FROM {};\nDROP TABLE {};\n\
             ALTER TABLE {temporary} RENAME TO {};\n",
            kept.join(", "),
            values.join(", "),
            table.name,
            table.name,
            table.name
        ));
        for index in &table.indexes {
            sql.push_str(&index.create(&table.name));
        }
        sql
    }

    fn rows(&mut self) -> String {
        let place = self.any();
        if self.dice.one_in(2) {
            let table = &self.tables[place];
            let key = table.columns.iter().find(|column| column.distinct).unwrap();
            let (table, key) = (table.name.clone(), key.name.clone());
            let (one, two) = (self.name("row "), self.name("row "));
            return format!("INSERT INTO {table} ({key}) VALUES ('{one}'), ('{two}');\n");
        }
        let table = &self.tables[place];
        let column = self.dice.below(table.columns.len());
        let column = &table.columns[column];
        if column.distinct || column.name.starts_with("ref") {
            return String::new();
        }
        let value = column.kind.update.replace("{}", &column.name);
        format!(
            "UPDATE {} SET {} = {value} WHERE {} IS NOT NULL;\n",
            table.name, column.name, column.name
        )
    }
}

/// The columns that nothing else names.
fn free(table: &Table) -> Vec<usize> {
    let columns = table.columns.iter().enumerate();
    let free = columns.filter(|(_, column)| !column.held);
    free.map(|(place, _)| place).collect()
}

impl Column {
    fn sql(&self) -> String {
        format!("{} {}{}", self.name, self.kind.sql, self.rest)
    }
}

impl Index {
    fn create(&self, table: &str) -> String {
        let (head, name, column, tail) = (self.head, &self.name, &self.column, &self.tail);
        format!("{head} {name} ON {table} ({column}){tail};\n")
    }
}

impl Table {
    fn create(&self, name: &str) -> String {
        let columns = self.columns.iter().map(Column::sql);
        let mut parts = vec!["id INTEGER PRIMARY KEY AUTOINCREMENT".to_owned()];
        parts.extend(columns);
        parts.extend(self.constraints.iter().cloned());
        format!("CREATE TABLE {name} (\n    {}\n);\n", parts.join(",\n    "))
    }
}
