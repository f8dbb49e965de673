//! The table for a person, and the same figures as JSON for a program.

use serde_json::{Value, json};

use crate::contestants::{FLOOR, NATIVE};
use crate::measure::Times;

/// The figures of one engine.
pub(crate) struct Report {
    /// Which engine, where.
    pub(crate) title: String,
    pub(crate) rounds: usize,
    pub(crate) times: Times,
}

impl Report {
    pub(crate) fn table(&self) -> String {
        let times = &self.times;
        let mut lines = vec![
            [self.title.clone()]
                .into_iter()
                .chain(
                    times
                        .operations
                        .iter()
                        .map(|operation| operation.title().to_owned()),
                )
                .collect::<Vec<String>>(),
        ];
        for (row, name) in times.rows.iter().enumerate() {
            let cells = (0..times.operations.len()).map(|operation| self.cell(operation, row));
            lines.push([(*name).to_owned()].into_iter().chain(cells).collect());
        }
        let widths: Vec<usize> = (0..lines[0].len())
            .map(|column| {
                lines
                    .iter()
                    .map(|line| line[column].len())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let mut text = String::new();
        for (number, line) in lines.iter().enumerate() {
            let cells: Vec<String> = line
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(column, (cell, width))| match column {
                    0 => format!("{cell:<width$}"),
                    _ => format!("{cell:>width$}"),
                })
                .collect();
            text.push_str(&format!("| {} |\n", cells.join(" | ")));
            if number == 0 {
                let rules: Vec<String> = widths
                    .iter()
                    .enumerate()
                    .map(|(column, width)| match column {
                        0 => "-".repeat(width + 2),
                        _ => format!("{}:", "-".repeat(width + 1)),
                    })
                    .collect();
                text.push_str(&format!("|{}|\n", rules.join("|")));
            }
        }
        text
    }

    fn cell(&self, operation: usize, row: usize) -> String {
        let micros = significant(self.times.micros(operation, row, 0.5));
        let ratio = |of| match self.times.ratio(operation, row, of) {
            Some(ratio) => significant(ratio),
            None => "-".to_owned(),
        };
        format!("{micros} ({} / {})", ratio(NATIVE), ratio(FLOOR))
    }

    pub(crate) fn json(&self) -> Value {
        let times = &self.times;
        let cell = |row: usize, operation: usize| {
            json!({
                "operation": times.operations[operation].title(),
                "micros_median": times.micros(operation, row, 0.5),
                "micros_first_quartile": times.micros(operation, row, 0.25),
                "micros_third_quartile": times.micros(operation, row, 0.75),
                "times_native": times.ratio(operation, row, NATIVE),
                "times_floor": times.ratio(operation, row, FLOOR),
            })
        };
        let rows: Vec<Value> = times
            .rows
            .iter()
            .enumerate()
            .map(|(row, name)| {
                let cells: Vec<Value> = (0..times.operations.len())
                    .map(|operation| cell(row, operation))
                    .collect();
                json!({ "contestant": name, "cells": cells })
            })
            .collect();
        json!({ "engine": self.title, "rounds": self.rounds, "rows": rows })
    }
}

/// Three significant digits.
fn significant(number: f64) -> String {
    match number {
        _ if number >= 99.5 => format!("{number:.0}"),
        _ if number >= 9.95 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}
