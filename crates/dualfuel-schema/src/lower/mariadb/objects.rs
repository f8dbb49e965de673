//! Constraints and indexes on MariaDB.

use super::{ENGINE, Natives, column::rests_on_moving, list, native::Native, quote};
use crate::{
    Refusal,
    lower::{
        Weakening,
        delta::{Object, ObjectKind, Plan, effective_parent, keys, same_set},
        expr,
        names::{Claim, Scope, assign, derived, fit},
        weaken::{self, weakening},
    },
    model::{
        Action, Check, Collation, Column, DataType, Expr, Family, ForeignKey, Function, Index,
        IndexPart, Name, Schema, Table, Unique,
    },
};

/// Those of each table. A foreign key without a parent to refer to is left
/// out until it has one.
pub(super) fn objects(schema: &Schema, natives: &Natives) -> Vec<Vec<Object>> {
    let wants: Vec<Vec<Want<'_>>> = schema
        .tables
        .iter()
        .map(|table| wants(schema, natives, table))
        .collect();
    let claims: Vec<Claim> = wants
        .iter()
        .enumerate()
        .flat_map(|(place, wants)| {
            let table = schema.tables.get(place);
            wants
                .iter()
                .filter_map(move |want| Some(want.claim(place, table?)))
        })
        .collect();
    let mut names = assign(ENGINE, &[], &claims).into_iter();
    let mut tables = Vec::new();
    for (table, wants) in schema.tables.iter().zip(wants) {
        let mut objects = Vec::new();
        for want in wants {
            if let Some(name) = names.next() {
                want.write(natives, table, name, &mut objects);
            }
        }
        tables.push(objects);
    }
    tables
}

/// An object before it has a name.
enum Want<'a> {
    PrimaryKey(&'a [Name]),
    Unique(&'a Unique),
    Check(&'a Check),
    Index(&'a Index),
    /// What AUTO_INCREMENT needs.
    Identity(&'a Column),
    ForeignKey {
        key: &'a ForeignKey,
        parent: &'a Table,
        /// Columns here and there, in the order of the parent's index.
        columns: Vec<(Name, Name)>,
        /// Whether it needs an index of its own.
        index: bool,
    },
}

fn wants<'a>(schema: &'a Schema, natives: &Natives, table: &'a Table) -> Vec<Want<'a>> {
    let mut wants = Vec::new();
    if let Some(key) = &table.primary_key {
        wants.push(Want::PrimaryKey(&key.columns));
    }
    wants.extend(table.uniques.iter().map(Want::Unique));
    let checks = table.checks.iter();
    wants.extend(
        checks
            .filter(|check| !rests_on_moving(table, &check.expr))
            .map(Want::Check),
    );
    wants.extend(table.indexes.iter().map(Want::Index));
    let leading = leading_columns(natives, table);
    for column in table.columns.iter().filter(|c| c.identity.is_some()) {
        let first = |columns: &Vec<Name>| columns.first() == Some(&column.name);
        if !leading.iter().any(first) {
            wants.push(Want::Identity(column));
        }
    }
    for key in &table.foreign_keys {
        if let Some((parent, columns)) = effective_parent(schema, key) {
            let columns = in_key_order(parent, &key.columns, &columns);
            let own: Vec<Name> = columns.iter().map(|(own, _)| own.clone()).collect();
            wants.push(Want::ForeignKey {
                key,
                parent,
                columns,
                index: !leading.iter().any(|index| index.starts_with(&own)),
            });
        }
    }
    wants
}

/// The columns of each index that a foreign key can use: whole, and no guards.
fn leading_columns(natives: &Natives, table: &Table) -> Vec<Vec<Name>> {
    let primary = table.primary_key.iter().map(|key| key.columns.clone());
    let uniques = table
        .uniques
        .iter()
        .filter(|unique| is_whole(natives, table, &unique.columns))
        .map(|unique| unique.columns.clone());
    let indexes = table.indexes.iter().filter_map(|index| {
        // A unique's guard is its last key, so that its columns still lead.
        let columns: Option<Vec<Name>> = index
            .parts
            .iter()
            .map(|part| match &part.expr {
                Expr::Column { column, .. } if !folded(table, part) => Some(column.clone()),
                _ => None,
            })
            .collect();
        columns.filter(|columns| is_whole(natives, table, columns))
    });
    primary.chain(uniques).chain(indexes).collect()
}

fn is_whole(natives: &Natives, table: &Table, columns: &[Name]) -> bool {
    let keys: Vec<&Native> = columns
        .iter()
        .filter_map(|column| natives.get(&table.name, column))
        .collect();
    let nocase = columns.iter().any(|column| is_nocase(table, column));
    !nocase && Native::prefixes(&keys).iter().all(Option::is_none)
}

/// InnoDB wants an index of the parent that begins with the columns in their
/// order.
fn in_key_order(parent: &Table, own: &[Name], columns: &[Name]) -> Vec<(Name, Name)> {
    let order = keys(parent)
        .into_iter()
        .find(|key| same_set(key, columns))
        .unwrap_or_else(|| columns.to_vec());
    order
        .into_iter()
        .filter_map(|column| {
            let place = columns.iter().position(|other| *other == column)?;
            Some((own.get(place)?.clone(), columns.get(place)?.clone()))
        })
        .collect()
}

impl Want<'_> {
    fn claim(&self, place: usize, table: &Table) -> Claim {
        let (given, derived, scopes) = match self {
            Self::PrimaryKey(_) => (None, "PRIMARY".into(), vec![Scope::Indexes(place)]),
            Self::Unique(unique) => (
                unique.name.clone(),
                derived(&table.name, &unique.columns, "key"),
                vec![Scope::Indexes(place)],
            ),
            Self::Check(check) => {
                let columns = check.expr.columns();
                let derived = match columns.as_slice() {
                    [column] => derived(&table.name, std::slice::from_ref(column), "check"),
                    _ => format!("{}_check", table.name),
                };
                (check.name.clone(), derived, vec![Scope::Constraints(place)])
            }
            Self::Index(index) => (
                Some(index.name.clone()),
                String::new(),
                vec![Scope::Indexes(place)],
            ),
            Self::Identity(column) => (
                None,
                format!("dualfuel_identity_{}", column.name),
                vec![Scope::Indexes(place)],
            ),
            Self::ForeignKey { key, index, .. } => {
                let mut scopes = vec![Scope::Schema, Scope::Constraints(place)];
                if *index {
                    scopes.push(Scope::Indexes(place));
                }
                (
                    key.name.clone(),
                    derived(&table.name, &key.columns, "fkey"),
                    scopes,
                )
            }
        };
        Claim {
            given,
            derived,
            scopes,
        }
    }

    fn write(self, natives: &Natives, table: &Table, name: Name, objects: &mut Vec<Object>) {
        match self {
            Self::PrimaryKey(columns) => {
                let mut keyed = columns.iter().filter_map(|name| table.column(name));
                let sql = match keyed.find(|column| column.data_type == DataType::Json) {
                    Some(column) => Err(Refusal::new(format!(
                        "`{}.{}` is {} and part of the primary key: InnoDB has none over JSON",
                        table.name, column.name, column.data_type
                    ))),
                    None => Ok(format!("({})", list(table, columns))),
                };
                objects.push(object(ObjectKind::PrimaryKey, name, sql, columns));
            }
            Self::Unique(unique) => {
                let parts: Vec<IndexPart> = unique.columns.iter().map(part).collect();
                let index = Index {
                    name,
                    parts,
                    unique: true,
                    nulls_not_distinct: unique.nulls_not_distinct,
                    predicate: None,
                };
                write_index(natives, table, &index, objects);
            }
            Self::Check(check) => {
                let sql = expr::condition(ENGINE, table, &check.expr);
                let sql = sql.map(|sql| format!("CHECK ({sql})"));
                objects.push(object(ObjectKind::Check, name, sql, &check.expr.columns()));
            }
            Self::Index(index) => {
                let index = Index {
                    name,
                    ..index.clone()
                };
                write_index(natives, table, &index, objects);
            }
            Self::Identity(column) => {
                let columns = std::slice::from_ref(&column.name);
                let sql = format!("({})", list(table, columns));
                objects.push(object(ObjectKind::Index, name, Ok(sql), columns));
            }
            Self::ForeignKey {
                key,
                parent,
                columns,
                index,
            } => {
                let (own, there): (Vec<Name>, Vec<Name>) = columns.into_iter().unzip();
                if index {
                    let sql = format!("({})", list(table, &own));
                    objects.push(object(ObjectKind::Index, name.clone(), Ok(sql), &own));
                }
                let sql = foreign_key(table, key, &own, parent, &there);
                let mut object = object(ObjectKind::ForeignKey, name, sql, &own);
                object.parent = Some((parent.name.clone(), there));
                objects.push(object);
            }
        }
    }
}

fn object(kind: ObjectKind, name: Name, sql: Result<String, Refusal>, columns: &[Name]) -> Object {
    Object {
        kind,
        name,
        sql,
        unique: false,
        columns: columns.to_vec(),
        parent: None,
    }
}

fn part(column: &Name) -> IndexPart {
    IndexPart {
        expr: Expr::column(column.clone()),
        collation: None,
        descending: false,
    }
}

fn is_nocase(table: &Table, column: &Name) -> bool {
    table
        .column(column)
        .is_some_and(|column| column.collation == Collation::NoCase)
}

/// Whether a key is compared with its letters folded.
fn folded(table: &Table, part: &IndexPart) -> bool {
    match (&part.collation, &part.expr) {
        (Some(collation), _) => *collation == Collation::NoCase,
        (None, Expr::Column { column, .. }) => is_nocase(table, column),
        (None, _) => false,
    }
}

/// An index, after the guards that stand for what it can't hold itself.
fn write_index(natives: &Natives, table: &Table, index: &Index, objects: &mut Vec<Object>) {
    let mut columns: Vec<Name> = Vec::new();
    let sql = index_keys(natives, table, index, &mut columns, objects);
    objects.push(Object {
        unique: index.unique,
        ..object(ObjectKind::Index, index.name.clone(), sql, &columns)
    });
}

fn index_keys(
    natives: &Natives,
    table: &Table,
    index: &Index,
    columns: &mut Vec<Name>,
    objects: &mut Vec<Object>,
) -> Result<String, Refusal> {
    let mut guards = Guards {
        table,
        index: &index.name,
        count: 0,
        objects,
    };
    let mut keys: Vec<(String, Native, bool)> = Vec::new();
    for part in &index.parts {
        columns.extend(part.expr.columns());
        let (key, native) = match &part.expr {
            Expr::Column { column, .. } if !folded(table, part) => {
                let native = natives.get(&table.name, column).cloned();
                let key = list(table, std::slice::from_ref(column));
                (key, native.unwrap_or(Native::of_value(&DataType::Text)))
            }
            _ => guards.key(natives, part)?,
        };
        keys.push((key, native, part.descending));
    }
    let mut comment = String::new();
    if let Some(predicate) = &index.predicate {
        columns.extend(predicate.columns());
        if index.unique {
            let (key, native) = guards.predicate(predicate)?;
            keys.push((key, native, false));
        } else {
            let condition = expr::condition(ENGINE, table, predicate)?;
            comment = format!(" COMMENT {}", condition_comment(&condition)?);
        }
    }
    // A unique is kept by a hash where it is too long, never by a prefix.
    let natives: Vec<&Native> = keys.iter().map(|(_, native, _)| native).collect();
    let prefixes = Native::prefixes(&natives);
    let keys: Vec<String> = keys
        .iter()
        .zip(prefixes)
        .map(|((key, _, descending), prefix)| {
            let prefix = match prefix {
                Some(length) if !index.unique => format!("({length})"),
                _ => String::new(),
            };
            let direction = if *descending { " DESC" } else { "" };
            format!("{key}{prefix}{direction}")
        })
        .collect();
    Ok(format!("({}){comment}", keys.join(", ")))
}

/// How many characters a comment holds.
const COMMENT_LENGTH: usize = 1024;

/// Where the condition of a partial index is kept.
fn condition_comment(condition: &str) -> Result<String, Refusal> {
    let text = format!("dualfuel: where {condition}");
    let length = text.chars().count();
    if length > COMMENT_LENGTH {
        return Err(Refusal::new(format!(
            "the condition of the partial index is kept in its comment, which would have {length} characters: MariaDB's hold {COMMENT_LENGTH}. Shorten it, leave it out, or write an override that creates the index without it"
        )));
    }
    expr::text_constant(ENGINE, &text)
}

/// The virtual columns of one index.
struct Guards<'a> {
    table: &'a Table,
    index: &'a Name,
    count: usize,
    objects: &'a mut Vec<Object>,
}

impl Guards<'_> {
    /// One whose value is a key.
    fn key(&mut self, natives: &Natives, part: &IndexPart) -> Result<(String, Native), Refusal> {
        let value = if folded(self.table, part) {
            Expr::call(Function::Lower, vec![part.expr.clone()])
        } else {
            part.expr.clone()
        };
        let native = match &part.expr {
            Expr::Column { column, .. } => natives.get(&self.table.name, column).cloned(),
            _ => expr::type_of(self.table, &value).map(|known| Native::of_value(&known)),
        };
        let native = native.unwrap_or(Native::of_value(&DataType::Text));
        let sql = expr::value(ENGINE, self.table, &value, None)?;
        let guard = self.add(&native.sql, &sql, &value);
        Ok((guard, native))
    }

    /// One that is 1 for the rows that the index is about and NULL for others,
    /// which a unique never takes for equal.
    fn predicate(&mut self, predicate: &Expr) -> Result<(String, Native), Refusal> {
        let condition = expr::predicate(ENGINE, self.table, predicate)?;
        let sql = format!("CASE WHEN {condition} THEN 1 END");
        let guard = self.add("tinyint", &sql, predicate);
        Ok((guard, Native::of_value(&DataType::SmallInt)))
    }

    fn add(&mut self, native: &str, sql: &str, value: &Expr) -> String {
        self.count += 1;
        let name = format!("dualfuel_guard_{}", self.index);
        let name = Name::new(fit(ENGINE, &name, &format!("_{}", self.count)));
        let quoted = quote(&name);
        let sql = format!("{native} GENERATED ALWAYS AS ({sql}) VIRTUAL");
        self.objects
            .push(object(ObjectKind::Guard, name, Ok(sql), &value.columns()));
        quoted
    }
}

/// Whether a foreign key itself changes the child's columns.
pub(super) fn sets_columns(key: &ForeignKey) -> bool {
    matches!(key.on_delete, Action::SetNull | Action::SetDefault)
        || matches!(
            key.on_update,
            Action::Cascade | Action::SetNull | Action::SetDefault
        )
}

fn foreign_key(
    table: &Table,
    key: &ForeignKey,
    own: &[Name],
    parent: &Table,
    there: &[Name],
) -> Result<String, Refusal> {
    for (child, column) in own.iter().zip(there) {
        if let (Some(child), Some(column)) = (table.column(child), parent.column(column)) {
            alike(table, key, child, parent, column)?;
        }
    }
    let mut sql = format!(
        "FOREIGN KEY ({}) REFERENCES {} ({})",
        list(table, own),
        quote(&parent.name),
        list(parent, there)
    );
    for (event, action) in [("DELETE", key.on_delete), ("UPDATE", key.on_update)] {
        let action = match action {
            // One and the same on MariaDB.
            Action::NoAction | Action::Restrict => continue,
            Action::Cascade => "CASCADE",
            Action::SetNull => "SET NULL",
            // The one default that InnoDB can set.
            Action::SetDefault if table.defaults_to_null(own) => "SET NULL",
            Action::SetDefault => {
                return Err(Refusal::new(format!(
                    "the foreign key of `{}` says ON {event} SET DEFAULT, which InnoDB does not have",
                    table.name
                )));
            }
        };
        sql.push_str(&format!(" ON {event} {action}"));
    }
    if !key.on_delete_columns.is_empty() && !same_set(&key.on_delete_columns, own) {
        return Err(Refusal::new(format!(
            "the foreign key of `{}` sets some of its columns to NULL: MariaDB sets all of them",
            table.name
        )));
    }
    Ok(sql)
}

/// InnoDB takes two columns for one foreign key when they are stored alike.
fn alike(
    table: &Table,
    key: &ForeignKey,
    child: &Column,
    parent: &Table,
    column: &Column,
) -> Result<(), Refusal> {
    let (from, to) = (&child.data_type, &column.data_type);
    let alike = match (from.family(), to.family()) {
        (Family::Integer, Family::Integer)
        | (Family::Text, Family::Text)
        | (Family::Blob, Family::Blob) => true,
        _ => from == to,
    };
    if !alike {
        return Err(Refusal::new(format!(
            "the foreign key from `{}.{}`, which is {from}, to `{}.{}`, which is {to}: MariaDB \
             wants one type; give both columns one",
            table.name, child.name, parent.name, column.name
        )));
    }
    if *from == DataType::Json {
        return Err(Refusal::new(format!(
            "the foreign key of `{}` is over `{}`, which is {from}: InnoDB keeps JSON outside the \
             row, where no key of that kind reaches",
            table.name, child.name
        )));
    }
    let nulls = key.on_delete == Action::SetNull || key.on_update == Action::SetNull;
    if nulls && !child.nullable {
        return Err(Refusal::new(format!(
            "the foreign key of `{}` sets `{}` to NULL, which it may not be: MariaDB refuses that",
            table.name, child.name
        )));
    }
    Ok(())
}

/// As CREATE TABLE takes it.
pub(super) fn item(object: &Object) -> Result<String, Refusal> {
    let sql = object.sql.clone()?;
    let name = quote(&object.name);
    Ok(match object.kind {
        ObjectKind::Guard => format!("{name} {sql}"),
        ObjectKind::PrimaryKey => format!("PRIMARY KEY {sql}"),
        ObjectKind::Unique | ObjectKind::Index if object.unique => {
            format!("UNIQUE KEY {name} {sql}")
        }
        ObjectKind::Unique | ObjectKind::Index => format!("KEY {name} {sql}"),
        ObjectKind::Check | ObjectKind::ForeignKey => format!("CONSTRAINT {name} {sql}"),
    })
}

/// As ALTER TABLE takes it.
pub(super) fn add(object: &Object) -> Result<String, Refusal> {
    let column = if object.kind == ObjectKind::Guard {
        "COLUMN "
    } else {
        ""
    };
    Ok(format!("ADD {column}{}", item(object)?))
}

pub(super) fn drop(object: &Object) -> String {
    let name = quote(&object.name);
    match object.kind {
        ObjectKind::Guard => format!("DROP COLUMN {name}"),
        ObjectKind::PrimaryKey => "DROP PRIMARY KEY".into(),
        ObjectKind::Unique | ObjectKind::Index => format!("DROP INDEX {name}"),
        ObjectKind::Check => format!("DROP CONSTRAINT {name}"),
        ObjectKind::ForeignKey => format!("DROP FOREIGN KEY {name}"),
    }
}

/// MariaDB renames an index; anything else goes and comes back.
pub(super) fn rename_by_turns(plan: &mut Plan<'_>) {
    for table in &mut plan.tables {
        let renamed = std::mem::take(&mut table.renamed);
        for (old, new) in renamed {
            match old.kind {
                ObjectKind::Index | ObjectKind::Unique => table.renamed.push((old, new)),
                ObjectKind::ForeignKey => {
                    plan.detached.push((table.delta.was, old));
                    plan.attached.push((table.delta.to, new));
                }
                ObjectKind::Guard | ObjectKind::PrimaryKey | ObjectKind::Check => {
                    table.dropped.push(old);
                    table.added.push(new);
                }
            }
        }
        table.added.sort_by_key(|object| object.kind);
    }
}

/// What MariaDB does without in a schema.
pub(super) fn weakenings(schema: &Schema) -> Vec<Weakening> {
    let mut all = weaken::common(ENGINE, schema);
    all.extend(super::trigger::weakenings(schema));
    let natives = Natives::of(schema);
    for table in &schema.tables {
        let mut weak = |object: &str, what: String| {
            all.push(weakening(ENGINE, table, object, what));
        };
        for column in &table.columns {
            let native = natives.get(&table.name, &column.name);
            if let Some(native) = native
                && matches!(column.data_type.family(), Family::Text | Family::Blob)
                && native.sql != expr::data_type(ENGINE, &column.data_type)
            {
                let what = format!("as part of a key it is {}, and holds no more", native.sql);
                weak(column.name.as_str(), what);
            }
            if column.generated.is_some() && !column.nullable {
                weak(
                    column.name.as_str(),
                    "a computed column can't be NOT NULL".into(),
                );
            }
        }
        for check in table
            .checks
            .iter()
            .filter(|c| rests_on_moving(table, &c.expr))
        {
            let name = check.name.as_ref().map_or("", |name| name.as_str());
            let what = format!(
                "no CHECK of {}: it names a column that AUTO_INCREMENT or a foreign key sets",
                weaken::called(&check.expr.columns())
            );
            weak(name, what);
        }
        for index in &table.indexes {
            if index.predicate.is_some() && !index.unique {
                let what = "the index holds all rows, not only those it is about";
                weak(index.name.as_str(), what.into());
            }
            if index.unique && index.nulls_not_distinct {
                weak(index.name.as_str(), "NULL is never equal to NULL".into());
            }
        }
        for unique in table.uniques.iter().filter(|u| u.nulls_not_distinct) {
            let name = unique.name.as_ref().map_or("", |name| name.as_str());
            weak(name, "NULL is never equal to NULL".into());
        }
    }
    all
}
