//! Not one cell changes unless the migration says so.
//!
//! Before each migration all tables of all engines are emptied and filled
//! anew, with the same rows everywhere. After it:
//!
//! - on each engine the cells are those of the source's own engine, whose file
//!   passed through: what the author wrote is what happened;
//! - there, the tables that no data statement and no rewrite names have the
//!   rows they had, under their new names: nobody but the author is asked.
//!
//! The rows are bold at first: ends of ranges, empty texts, NULL. Where a
//! database refuses what a migration makes of them, as it may (a sum beyond 64
//! bits is a float on SQLite and an error elsewhere), all of them start anew
//! with ordinary rows, and these have to go through.

use std::collections::{BTreeMap, BTreeSet};

use dualfuel_schema::{
    Engine,
    lower::expr::quote,
    model::{
        Action, Expr, Function, Name, Schema,
        visit::{Visit, walk_expr, walk_statement},
    },
    seed::{Boldness, Seeds, seeds, write},
    simulate::{Step, StepKind},
    statement::{Insert, Statement},
};

use crate::{
    cells::{self, Cells, sorted, unlike},
    each_project,
    engines::Database,
    project::Project,
};

each_project!(no_cell_changes_unasked);

/// Rows for each table.
const ROWS: usize = 4;

struct Run<'a> {
    project: &'a Project,
    databases: Vec<Database>,
    problems: Vec<String>,
    rows: usize,
    /// Tables that stayed empty, with the reason.
    short: BTreeMap<String, String>,
    notes: Vec<String>,
}

pub(crate) async fn no_cell_changes_unasked(project: Project) {
    let mut run = Run {
        project: &project,
        databases: Vec::new(),
        problems: Vec::new(),
        rows: 0,
        short: BTreeMap::new(),
        notes: Vec::new(),
    };
    run.start_anew(0).await;
    for migration in 0..project.rendered.len() {
        if !run.migrate(migration).await {
            break;
        }
    }
    println!("{}: {} rows in all", project.name, run.rows);
    for (table, reason) in &run.short {
        println!("  {table} has fewer rows than asked for: {reason}");
    }
    for note in &run.notes {
        println!("  {note}");
    }
    assert!(
        run.problems.is_empty(),
        "{} problems:\n{}",
        run.problems.len(),
        run.problems.join("\n")
    );
}

/// Which rows to try a migration with, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filling {
    Bold,
    Ordinary,
    /// Ordinary, but none where the migration has rows of its own to insert:
    /// its keys may be those of a row that is there.
    Beside,
    Nothing,
}

impl Run<'_> {
    /// Databases as they are before that migration, without rows.
    async fn start_anew(&mut self, migration: usize) {
        self.databases = Database::all().await;
        // The source's own engine first: it has the last word.
        let home = self.project.home();
        self.databases
            .sort_by_key(|database| database.engine != home);
        for database in &mut self.databases {
            let quick = match database.engine {
                Engine::Sqlite => "PRAGMA synchronous = OFF",
                Engine::Postgres => "SET synchronous_commit = off",
                Engine::Mariadb => "DO 0",
            };
            database.execute(quick).await.unwrap();
            for rendered in &self.project.rendered[..migration] {
                let files = rendered.files_for(database.engine).unwrap();
                database.apply(files, &files.up).await.unwrap();
            }
        }
    }

    /// False when there is no going on.
    async fn migrate(&mut self, migration: usize) -> bool {
        let rendered = &self.project.rendered[migration];
        if Engine::ALL
            .iter()
            .any(|engine| rendered.files_for(*engine).is_none())
        {
            let place = format!("{}/{}", self.project.name, rendered.directory);
            for reason in &rendered.unsupported {
                self.problems
                    .push(format!("{place}: not rendered: {reason}"));
            }
            return false;
        }
        let fillings = [
            Filling::Bold,
            Filling::Ordinary,
            Filling::Beside,
            Filling::Nothing,
        ];
        for filling in fillings {
            match self.attempt(migration, filling).await {
                Ok(()) => return true,
                Err((engine, failure)) => {
                    let line = format!(
                        "{}/{}: with {filling:?} rows, {engine}: {failure}",
                        self.project.name, rendered.directory
                    );
                    // That the source's own engine refuses is the author's affair.
                    let excused = filling == Filling::Bold || engine == self.project.home();
                    match excused && filling != Filling::Nothing {
                        true => self.notes.push(line),
                        false => self.problems.push(line),
                    }
                    if filling == Filling::Nothing {
                        return false;
                    }
                    self.start_anew(migration).await;
                }
            }
        }
        false
    }

    async fn attempt(
        &mut self,
        migration: usize,
        filling: Filling,
    ) -> Result<(), (Engine, String)> {
        let rendered = &self.project.rendered[migration];
        let place = format!("{}/{}", self.project.name, rendered.directory);
        let before = |engine: Engine| match migration {
            0 => Schema::default(),
            _ => (**self.project.rendered[migration - 1].schema_on(engine)).clone(),
        };
        let home = self.project.home();
        let steps = &rendered.course(home).unwrap().steps;
        let mut schema = before(home);
        schema.tables.retain(|table| !table.temporary);
        let mut rows = seeds_for(&schema, filling, steps);
        let mut found: Vec<(Engine, Cells, Cells)> = Vec::new();
        for database in &mut self.databases {
            let engine = database.engine;
            let schema_here = before(engine);
            empty(database, &schema_here)
                .await
                .map_err(|error| (engine, error))?;
            let seeded = fill(database, &schema_here, &mut rows, engine == home).await;
            seeded.map_err(|error| (engine, error))?;
            let mut held = cells::read(database, &schema_here)
                .await
                .map_err(|e| (engine, e))?;
            let files = rendered.files_for(engine).unwrap();
            let applied = database.apply(files, &files.up).await;
            applied.map_err(|error| (engine, error))?;
            let holds = cells::read(database, rendered.schema_on(engine)).await;
            let holds = holds.map_err(|error| (engine, error))?;
            if engine == home {
                self.rows += held.values().map(Vec::len).sum::<usize>();
                let lost = untouched(&schema, steps, &held, &holds);
                self.problems
                    .extend(lost.into_iter().map(|lost| format!("{place}: {lost}")));
            }
            for rows in held.values_mut() {
                rows.sort();
            }
            found.push((engine, held, holds));
        }
        if filling != Filling::Nothing {
            for short in &rows.short {
                self.short
                    .insert(short.table.to_string(), short.reason.clone());
            }
        }
        let unordered = Unordered::of(&rendered.schema, steps);
        let (_, own_held, own_holds) = &found[0];
        for (engine, held, holds) in &found[1..] {
            let pairs = [("before", own_held, held), ("after", own_holds, holds)];
            for (when, own, theirs) in pairs {
                for line in unequal(own, theirs, &unordered) {
                    self.problems.push(format!(
                        "{place}: {when} it, with {filling:?} rows: {home} | {engine}: {line}"
                    ));
                }
            }
        }
        Ok(())
    }
}

fn seeds_for(schema: &Schema, filling: Filling, steps: &[Step]) -> Seeds {
    let mut schema = schema.clone();
    let boldness = match filling {
        Filling::Bold => Boldness::Edges,
        Filling::Ordinary => Boldness::Plain,
        Filling::Beside => {
            let targets = steps.iter().filter_map(|step| match &step.kind {
                StepKind::Data(statement) => match &**statement {
                    Statement::Insert(insert) => Some(insert.table.clone()),
                    _ => None,
                },
                StepKind::Define(_) => None,
            });
            let targets: BTreeSet<Name> = targets.collect();
            schema.tables.retain(|table| !targets.contains(&table.name));
            Boldness::Plain
        }
        Filling::Nothing => return Seeds::default(),
    };
    seeds(&schema, boldness, ROWS)
}

/// Empties all tables and lets their numbers begin anew.
async fn empty(database: &mut Database, schema: &Schema) -> Result<(), String> {
    let engine = database.engine;
    let names: Vec<String> = schema
        .tables
        .iter()
        .filter(|table| !table.temporary)
        .map(|table| quote(engine, &table.name))
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    let (off, on) = match engine {
        Engine::Postgres => {
            let sql = format!("TRUNCATE {} RESTART IDENTITY CASCADE", names.join(", "));
            return database.execute(&sql).await;
        }
        Engine::Sqlite => ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"),
        Engine::Mariadb => ("SET foreign_key_checks = 0", "SET foreign_key_checks = 1"),
    };
    database.execute(off).await?;
    // Twice: a trigger may have written into one that was empty already.
    for name in names.iter().chain(&names) {
        database.execute(&format!("DELETE FROM {name}")).await?;
    }
    if engine == Engine::Sqlite {
        let sequence = "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'";
        if !database.rows(sequence).await?.is_empty() {
            database.execute("DELETE FROM sqlite_sequence").await?;
        }
    }
    database.execute(on).await?;
    if engine == Engine::Mariadb {
        // A trigger's rows have taken numbers on their way.
        number_on(database, schema).await?;
    }
    Ok(())
}

/// Inserts the rows. At home those that are refused are struck off (a trigger
/// may have its reasons); elsewhere each has to be taken.
async fn fill(
    database: &mut Database,
    schema: &Schema,
    rows: &mut Seeds,
    home: bool,
) -> Result<(), String> {
    let engine = database.engine;
    let mut refused = Vec::new();
    if !home {
        database.execute("BEGIN").await?;
    }
    for (place, row) in rows.rows.iter().enumerate() {
        let done = database.execute(&write::insert(engine, schema, row)).await;
        match done {
            Err(_) if home => refused.push(place),
            done => done?,
        }
    }
    let mut links = Vec::new();
    for link in &rows.links {
        let done = database.execute(&write::link(engine, schema, link)).await;
        match done {
            Err(_) if home => {}
            done => done.map(|()| links.push(link.clone()))?,
        }
    }
    rows.links = links;
    for place in refused.into_iter().rev() {
        let row = rows.rows.remove(place);
        rows.short.push(dualfuel_schema::seed::Short {
            table: row.table,
            reason: format!("{engine} refused a row"),
        });
    }
    if !home {
        database.execute("COMMIT").await?;
    }
    number_on(database, schema).await
}

/// Lets an identity go on after the greatest number that is there.
async fn number_on(database: &mut Database, schema: &Schema) -> Result<(), String> {
    let engine = database.engine;
    for table in schema.tables.iter().filter(|table| !table.temporary) {
        let mut columns = table.columns.iter();
        let Some(column) = columns.find(|column| column.identity.is_some()) else {
            continue;
        };
        let (table, column) = (quote(engine, &table.name), quote(engine, &column.name));
        let sql = match engine {
            Engine::Sqlite => continue,
            Engine::Postgres => format!(
                "SELECT setval(pg_get_serial_sequence('{}', '{}'), coalesce(max({column}), 0) + 1, false) FROM {table}",
                table.replace('\'', "''"),
                column.trim_matches('"').replace('\'', "''"),
            ),
            Engine::Mariadb => format!("ALTER TABLE {table} AUTO_INCREMENT = 1"),
        };
        database.execute(&sql).await?;
    }
    Ok(())
}

/// What an engine may decide for itself: in which order an INSERT .. SELECT
/// numbers its rows, and what is random.
struct Unordered {
    /// Table and column.
    columns: Vec<(String, String)>,
    tables: BTreeSet<String>,
}

impl Unordered {
    fn of(schema: &Schema, steps: &[Step]) -> Self {
        let mut unordered = Unordered {
            columns: Vec::new(),
            tables: BTreeSet::new(),
        };
        for step in steps {
            let StepKind::Data(statement) = &step.kind else {
                continue;
            };
            let Some(table) = statement.table() else {
                continue;
            };
            if is_random(statement) {
                unordered.tables.insert(table.folded());
            }
            if let Statement::Insert(Insert { columns, .. }) = &**statement {
                let identity = schema.table(table).and_then(|table| {
                    let mut columns = table.columns.iter();
                    columns.find(|column| column.identity.is_some())
                });
                if let Some(identity) = identity.filter(|own| !columns.contains(&own.name)) {
                    let pair = (table.folded(), identity.name.folded());
                    unordered.columns.push(pair);
                }
            }
        }
        unordered
    }
}

fn is_random(statement: &Statement) -> bool {
    struct Finds(bool);
    impl Visit for Finds {
        fn expr(&mut self, expr: &Expr) {
            if let Expr::Call(call) = expr {
                use Function::{Random, RandomUuid, Randomblob};
                self.0 |= matches!(call.function, Random | RandomUuid | Randomblob);
            }
            walk_expr(self, expr);
        }
    }
    let mut finds = Finds(false);
    walk_statement(&mut finds, statement);
    finds.0
}

fn unequal(own: &Cells, theirs: &Cells, unordered: &Unordered) -> Vec<String> {
    let mut lines = Vec::new();
    for (table, rows) in own {
        let Some(others) = theirs.get(table) else {
            lines.push(format!("{table} is not there"));
            continue;
        };
        if unordered.tables.contains(table) && rows.len() == others.len() {
            continue;
        }
        let without = unordered.columns.iter().filter(|(of, _)| of == table);
        let without: Vec<String> = without.map(|(_, column)| column.clone()).collect();
        let (rows, others) = (sorted(rows, &without), sorted(others, &without));
        let cells = unlike(&rows, &others).into_iter();
        lines.extend(cells.map(|line| format!("{table}: {line}")));
    }
    lines
}

/// The tables that the migration does not say it writes, and whose rows are
/// not what they were.
fn untouched(before: &Schema, steps: &[Step], held: &Cells, holds: &Cells) -> Vec<String> {
    let mut kept = Kept::all(before);
    for step in steps {
        kept.follow(step);
    }
    let mut lines = Vec::new();
    for (table, (old_table, columns)) in &kept.tables {
        let (Some(old), Some(new)) = (held.get(old_table), holds.get(table)) else {
            continue;
        };
        let take = |rows: &[cells::Row], new: bool| {
            let rows = rows.iter().map(|row| {
                let cells = columns.iter().filter_map(|(now, then)| {
                    let value = row.get(if new { now } else { then })?;
                    Some((now.clone(), value.clone()))
                });
                cells.collect::<cells::Row>()
            });
            sorted(&rows.collect::<Vec<_>>(), &[])
        };
        let cells = unlike(&take(old, false), &take(new, true)).into_iter();
        lines.extend(cells.map(|line| format!("{table} changed unasked: {line}")));
    }
    lines
}

/// Tables and columns that nothing wrote: present name to the one before.
struct Kept {
    tables: BTreeMap<String, (String, BTreeMap<String, String>)>,
}

impl Kept {
    fn all(schema: &Schema) -> Self {
        let tables = schema.tables.iter().map(|table| {
            let columns = table.columns.iter();
            // A computed value follows what it is computed from.
            let columns = columns.filter(|column| column.generated.is_none());
            let columns = columns.map(|column| (column.name.folded(), column.name.folded()));
            (
                table.name.folded(),
                (table.name.folded(), columns.collect()),
            )
        });
        Kept {
            tables: tables.collect(),
        }
    }

    fn follow(&mut self, step: &Step) {
        let moves = match &step.kind {
            StepKind::Data(statement) => return self.written(&step.before, statement),
            StepKind::Define(moves) => moves,
        };
        for (from, to) in &moves.tables {
            if let Some(kept) = self.tables.remove(&from.folded()) {
                self.tables.insert(to.folded(), kept);
            }
        }
        for (table, from, to) in &moves.columns {
            if let Some((_, columns)) = self.tables.get_mut(&table.folded())
                && let Some(old) = columns.remove(&from.folded())
            {
                columns.insert(to.folded(), old);
            }
        }
        for rewrite in &moves.rewrites {
            if rewrite.filter.is_some() {
                self.tables.remove(&rewrite.table.folded());
            } else if let Some((_, columns)) = self.tables.get_mut(&rewrite.table.folded()) {
                for (column, _) in &rewrite.values {
                    columns.remove(&column.folded());
                }
            }
        }
        let before = |table: &str| {
            let moved = moves.tables.iter().find(|(_, to)| to.folded() == *table);
            moved.map_or(table.to_owned(), |(from, _)| from.folded())
        };
        self.tables.retain(|table, (_, columns)| {
            let new = step
                .after
                .tables
                .iter()
                .find(|new| new.name.folded() == *table);
            let old_name = before(table);
            let old = step
                .before
                .tables
                .iter()
                .find(|old| old.name.folded() == old_name);
            let (Some(new), Some(old)) = (new, old) else {
                return false;
            };
            columns.retain(|column, _| {
                let moved = moves
                    .columns
                    .iter()
                    .find(|(of, _, to)| of.folded() == *table && to.folded() == *column);
                let was = moved.map_or(column.clone(), |(_, from, _)| from.folded());
                let new = new.columns.iter().find(|new| new.name.folded() == *column);
                let old = old.columns.iter().find(|old| old.name.folded() == was);
                match (old, new) {
                    // Another type spells the value another way.
                    (Some(old), Some(new)) => old.data_type == new.data_type,
                    _ => false,
                }
            });
            true
        });
    }

    /// A data statement writes its table, what triggers make of it, and what
    /// foreign keys take along.
    fn written(&mut self, schema: &Schema, statement: &Statement) {
        let mut reached: Vec<Name> = statement.table().into_iter().cloned().collect();
        let mut place = 0;
        while let Some(table) = reached.get(place).cloned() {
            place += 1;
            let triggers = schema
                .triggers
                .iter()
                .filter(|trigger| trigger.table == table);
            let bodies = triggers.flat_map(|trigger| trigger.body.iter().flatten());
            let mut next: Vec<Name> = bodies
                .filter_map(|written| written.table().cloned())
                .collect();
            for child in &schema.tables {
                let follows = child.foreign_keys.iter().any(|key| {
                    let inert = |action| matches!(action, Action::NoAction | Action::Restrict);
                    key.parent == table && !(inert(key.on_delete) && inert(key.on_update))
                });
                if follows {
                    next.push(child.name.clone());
                }
            }
            for name in next {
                if !reached.contains(&name) {
                    reached.push(name);
                }
            }
        }
        for table in reached {
            self.tables.remove(&table.folded());
        }
    }
}
