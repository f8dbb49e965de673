//! A self-contained SVG, laid out here.
//!
//! Tables stand in columns: one that refers to another stands right of it. A
//! line goes from the row of the foreign key to the row that it refers to. Of
//! a circle of references, one line goes back.

use std::{collections::BTreeMap, fmt::Write as _};

use dualfuel_schema::model::{Name, Schema, Table};

use super::{is_optional, marks};

/// Sizes, in pixels. A letter of the font is this wide.
const LETTER: f64 = 7.3;
const ROW: f64 = 20.0;
const HEAD: f64 = 26.0;
const GAP_X: f64 = 90.0;
const GAP_Y: f64 = 26.0;
const MARGIN: f64 = 24.0;
/// A column of tables that is higher than this goes on in another.
const HEIGHT: f64 = 1400.0;

/// A table's place.
struct Box<'a> {
    table: &'a Table,
    x: f64,
    y: f64,
    width: f64,
}

/// The text of the picture.
pub fn svg(schema: &Schema) -> String {
    let boxes = place(schema);
    let right = boxes.iter().map(|b| b.x + b.width).fold(0.0, f64::max);
    let bottom = boxes.iter().map(|b| b.y + b.height()).fold(0.0, f64::max);
    let (width, height) = (right + GAP_X, bottom + MARGIN);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"ui-monospace, Menlo, Consolas, \
         monospace\" font-size=\"12\">\n<title>Schema</title>\n<rect width=\"100%\" \
         height=\"100%\" fill=\"#fff\"/>\n"
    );
    for from in &boxes {
        lines(&mut text, from, &boxes);
    }
    for b in &boxes {
        draw(&mut text, b);
    }
    text += "</svg>\n";
    text
}

fn place(schema: &Schema) -> Vec<Box<'_>> {
    let depths = depths(schema);
    let mut columns: BTreeMap<usize, Vec<&Table>> = BTreeMap::new();
    for table in &schema.tables {
        let depth = depths
            .get(&table.name.folded())
            .copied()
            .unwrap_or_default();
        columns.entry(depth).or_default().push(table);
    }
    let mut boxes = Vec::new();
    let mut x = MARGIN;
    for tables in columns.into_values() {
        let mut y = MARGIN;
        let mut widest: f64 = 0.0;
        for table in tables {
            let mut b = Box {
                table,
                x,
                y,
                width: width(table),
            };
            if y > MARGIN && y + b.height() > HEIGHT {
                x += widest + GAP_X;
                y = MARGIN;
                (b.x, b.y) = (x, y);
                widest = 0.0;
            }
            y += b.height() + GAP_Y;
            widest = widest.max(b.width);
            boxes.push(b);
        }
        x += widest + GAP_X;
    }
    boxes
}

/// How many references lead from a table to one that refers to nothing. Each
/// round brings a table right of its parents; a circle ends with the rounds.
fn depths(schema: &Schema) -> BTreeMap<String, usize> {
    let mut depths: BTreeMap<String, usize> = schema
        .tables
        .iter()
        .map(|table| (table.name.folded(), 0))
        .collect();
    let rounds = schema.tables.len().min(12);
    for _ in 0..rounds {
        for table in &schema.tables {
            let parents = table
                .foreign_keys
                .iter()
                .filter(|key| key.parent != table.name);
            let deepest = parents
                .filter_map(|key| depths.get(&key.parent.folded()))
                .max();
            if let Some(depth) = deepest.map(|deepest| (deepest + 1).min(rounds)) {
                let own = depths.entry(table.name.folded()).or_default();
                *own = depth.max(*own);
            }
        }
    }
    depths
}

fn width(table: &Table) -> f64 {
    let rows = table.columns.iter().map(|column| {
        column.name.as_str().chars().count() + column.data_type.to_string().chars().count() + 7
    });
    let letters = rows.chain([table.name.as_str().chars().count() + 2]).max();
    f64::from(u32::try_from(letters.unwrap_or_default()).unwrap_or(u32::MAX)) * LETTER + 16.0
}

impl Box<'_> {
    fn height(&self) -> f64 {
        HEAD + ROW * count(self.table.columns.len()) + 6.0
    }

    /// The middle of a column's row; of the head for one that is not there.
    fn row(&self, column: Option<&Name>) -> f64 {
        let index = column.and_then(|column| {
            self.table
                .columns
                .iter()
                .position(|found| found.name == *column)
        });
        match index {
            Some(index) => self.y + HEAD + ROW * (count(index) + 0.5),
            None => self.y + HEAD / 2.0,
        }
    }
}

fn count(rows: usize) -> f64 {
    f64::from(u32::try_from(rows).unwrap_or(u32::MAX))
}

fn draw(text: &mut String, b: &Box<'_>) {
    let (x, y, width, height) = (b.x, b.y, b.width, b.height());
    let _ = writeln!(
        text,
        "<g><rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"4\" \
         fill=\"#fff\" stroke=\"#334\"/><path d=\"M{x:.1} {line:.1}h{width:.1}\" \
         stroke=\"#334\"/><text x=\"{inner:.1}\" y=\"{head:.1}\" font-weight=\"bold\">{}</text>",
        escape(b.table.name.as_str()),
        line = y + HEAD,
        inner = x + 8.0,
        head = y + 17.0,
    );
    for column in &b.table.columns {
        let base = b.row(Some(&column.name)) + 4.0;
        let optional = if column.nullable { "?" } else { "" };
        let _ = writeln!(
            text,
            "<text x=\"{:.1}\" y=\"{base:.1}\">{}{optional}</text><text x=\"{:.1}\" y=\"{base:.1}\" \
             text-anchor=\"end\" fill=\"#667\">{} {}</text>",
            x + 8.0,
            escape(column.name.as_str()),
            x + width - 8.0,
            escape(&column.data_type.to_string()),
            marks(b.table, &column.name).join(" "),
        );
    }
    text.push_str("</g>\n");
}

/// The lines of a table's foreign keys.
fn lines(text: &mut String, from: &Box<'_>, boxes: &[Box<'_>]) {
    for key in &from.table.foreign_keys {
        let Some(to) = boxes.iter().find(|b| b.table.name == key.parent) else {
            continue;
        };
        let parent_key = to
            .table
            .primary_key
            .as_ref()
            .and_then(|key| key.columns.first());
        let (y1, y2) = (
            from.row(key.columns.first()),
            to.row(key.parent_columns.first().or(parent_key)),
        );
        // To the right edge of a table on the left, else round the right side.
        let (x1, bend1) = match to.x < from.x {
            true => (from.x, from.x - GAP_X / 2.0),
            false => (from.x + from.width, from.x + from.width + GAP_X / 2.0),
        };
        let (x2, bend2) = match to.x > from.x {
            true => (to.x, to.x - GAP_X / 2.0),
            false => (to.x + to.width, to.x + to.width + GAP_X / 2.0),
        };
        let dashes = match is_optional(from.table, key) {
            true => " stroke-dasharray=\"5 3\"",
            false => "",
        };
        let _ = writeln!(
            text,
            "<path d=\"M{x1:.1} {y1:.1}C{bend1:.1} {y1:.1} {bend2:.1} {y2:.1} {x2:.1} {y2:.1}\" \
             fill=\"none\" stroke=\"#578\"{dashes}/><circle cx=\"{x2:.1}\" cy=\"{y2:.1}\" r=\"3\" \
             fill=\"#578\"/>"
        );
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
