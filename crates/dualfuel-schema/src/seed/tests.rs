use super::*;
use crate::model::{
    BinaryOp, Check, Column, DataType, Expr, ForeignKey, Function, PrimaryKey, Table, Unique,
};

fn table(name: &str, columns: &[(&str, DataType)]) -> Table {
    let mut table = Table::new(name);
    for (name, data_type) in columns {
        let mut column = Column::new(*name, data_type.clone());
        column.nullable = false;
        table.columns.push(column);
    }
    table.primary_key = Some(PrimaryKey {
        name: None,
        columns: vec![table.columns[0].name.clone()],
    });
    table
}

fn reference(columns: &[&str], parent: &str) -> ForeignKey {
    ForeignKey {
        name: None,
        columns: columns.iter().map(|name| Name::new(*name)).collect(),
        parent: parent.into(),
        parent_columns: Vec::new(),
        on_delete: Default::default(),
        on_update: Default::default(),
        on_delete_columns: Vec::new(),
        deferral: Default::default(),
    }
}

fn schema(tables: Vec<Table>) -> Schema {
    Schema {
        tables,
        ..Schema::default()
    }
}

fn check(expr: Expr) -> Check {
    Check { name: None, expr }
}

#[test]
fn a_check_over_two_columns_is_kept() {
    let mut days = table(
        "days",
        &[("opens", DataType::Time), ("closes", DataType::Time)],
    );
    days.checks.push(check(Expr::binary(
        Expr::column("closes"),
        BinaryOp::Gt,
        Expr::column("opens"),
    )));

    for boldness in [Boldness::Plain, Boldness::Edges] {
        let seeds = seeds(&schema(vec![days.clone()]), boldness, 3);

        assert_eq!(seeds.rows.len(), 3, "{:?}", seeds.short);
        for row in &seeds.rows {
            let [(_, Value::Text(opens)), (_, Value::Text(closes))] = &row.values[..] else {
                panic!("{row:?}");
            };
            assert!(closes > opens, "{row:?}");
        }
    }
}

#[test]
fn a_length_is_kept() {
    let mut files = table("files", &[("sha256", DataType::Text)]);
    let length = Expr::call(Function::Length, vec![Expr::column("sha256")]);
    files
        .checks
        .push(check(Expr::binary(length, BinaryOp::Eq, Expr::integer(64))));

    let seeds = seeds(&schema(vec![files]), Boldness::Edges, 3);

    assert_eq!(seeds.rows.len(), 3, "{:?}", seeds.short);
    for row in &seeds.rows {
        assert!(matches!(&row.values[0].1, Value::Text(text) if text.len() == 64));
    }
}

/// Two references of one row share `agency`: their parents have to agree in it.
#[test]
fn composite_references_that_share_a_column_agree() {
    let places = [("agency", DataType::Text), ("id", DataType::Text)];
    let keyed = |name: &str| {
        let mut table = table(name, &places);
        table.primary_key = Some(PrimaryKey {
            name: None,
            columns: vec!["agency".into(), "id".into()],
        });
        table
    };
    let mut times = table(
        "times",
        &[
            ("number", DataType::BigInt),
            ("agency", DataType::Text),
            ("stop", DataType::Text),
            ("trip", DataType::Text),
        ],
    );
    times
        .foreign_keys
        .push(reference(&["agency", "stop"], "stops"));
    times
        .foreign_keys
        .push(reference(&["agency", "trip"], "trips"));
    let mut agencies = table("agencies", &[("agency", DataType::Text)]);
    agencies.uniques.push(Unique {
        name: None,
        columns: vec!["agency".into()],
        nulls_not_distinct: false,
    });
    let (mut stops, mut trips) = (keyed("stops"), keyed("trips"));
    stops.foreign_keys.push(reference(&["agency"], "agencies"));
    trips.foreign_keys.push(reference(&["agency"], "agencies"));

    let seeds = seeds(
        &schema(vec![times, trips, stops, agencies]),
        Boldness::Plain,
        3,
    );

    assert_eq!(seeds.rows.len(), 12, "{:?}", seeds.short);
    for row in seeds.rows.iter().filter(|row| row.table == *"times") {
        let stop = [row.value(&"agency".into()), row.value(&"stop".into())];
        let found = seeds.rows.iter().any(|parent| {
            parent.table == *"stops"
                && [parent.value(&"agency".into()), parent.value(&"id".into())] == stop
        });
        assert!(found, "{row:?}");
    }
}

#[test]
fn a_cycle_is_closed_by_a_link() {
    let mut drivers = table(
        "drivers",
        &[("id", DataType::BigInt), ("vehicle", DataType::BigInt)],
    );
    drivers.columns[1].nullable = true;
    drivers
        .foreign_keys
        .push(reference(&["vehicle"], "vehicles"));
    let mut vehicles = table(
        "vehicles",
        &[("id", DataType::BigInt), ("driver", DataType::BigInt)],
    );
    vehicles
        .foreign_keys
        .push(reference(&["driver"], "drivers"));

    let seeds = seeds(&schema(vec![drivers, vehicles]), Boldness::Plain, 2);

    assert_eq!(seeds.rows.len(), 4, "{:?}", seeds.short);
    assert_eq!(seeds.links.len(), 2);
    assert_eq!(
        write::link(crate::Engine::Postgres, &Schema::default(), &seeds.links[0]),
        r#"UPDATE "drivers" SET "vehicle" = 1001 WHERE "id" = 1001"#
    );
}

#[test]
fn a_table_that_has_to_refer_to_itself_does() {
    let mut nodes = table(
        "nodes",
        &[("id", DataType::BigInt), ("parent", DataType::BigInt)],
    );
    nodes.foreign_keys.push(reference(&["parent"], "nodes"));

    let seeds = seeds(&schema(vec![nodes]), Boldness::Plain, 2);

    assert_eq!(seeds.rows.len(), 2, "{:?}", seeds.short);
    assert_eq!(seeds.rows[0].values[0].1, seeds.rows[0].values[1].1);
}

#[test]
fn what_nothing_satisfies_is_named() {
    let mut never = table("never", &[("id", DataType::BigInt)]);
    never
        .checks
        .push(check(Expr::Literal(crate::model::Literal::Boolean(false))));

    let seeds = seeds(&schema(vec![never]), Boldness::Plain, 2);

    assert!(seeds.rows.is_empty());
    assert_eq!(seeds.short[0].table, *"never");
}

#[test]
fn each_engine_spells_a_row_its_own_way() {
    let things = table(
        "things",
        &[
            ("id", DataType::BigInt),
            ("done", DataType::Boolean),
            ("name", DataType::Text),
            ("data", DataType::Blob),
            ("at", DataType::TimestampTz),
        ],
    );
    let row = Row {
        table: "things".into(),
        values: vec![
            ("id".into(), Value::Integer(-1)),
            ("done".into(), Value::Boolean(true)),
            ("name".into(), Value::Text("it's \\".into())),
            ("data".into(), Value::Blob(vec![0, 255])),
            ("at".into(), Value::Text("2019-03-01 12:00:00".into())),
        ],
    };
    let schema = schema(vec![things]);

    let spelled = crate::Engine::ALL.map(|engine| {
        let sql = write::insert(engine, &schema, &row);
        sql.split_once(" VALUES ")
            .map(|(_, values)| values.to_owned())
    });

    assert_eq!(
        spelled.map(Option::unwrap_or_default),
        [
            r"(-1, 1, 'it''s \', x'00ff', '2019-03-01T12:00:00Z')",
            r"(-1, TRUE, 'it''s \', '\x00ff', '2019-03-01 12:00:00+00')",
            r"(-1, 1, 'it''s \\', x'00ff', '2019-03-01 12:00:00')",
        ]
    );
}
