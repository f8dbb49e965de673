//! Rounds: everyone does the same work, one after another, again and again.
//!
//! A machine that gets busier or cooler changes everybody's times. So contestants
//! take turns in short slices, each round begins with another one, a figure is a
//! median over rounds, and a ratio is the median of the ratios *within* rounds.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tokio::runtime::Runtime;

use crate::model::{
    Answers, Chores, Contestant, Ids, MANY, NewUser, Operation, VISITORS, answers, fill,
    fresh_rows, row as data_row,
};

/// Calls that precede each measurement, untimed: after a reset PostgreSQL plans
/// its statements anew.
const WARM_UP: usize = 6;

/// A contestant and its name: one row of the table.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    contestant: Box<dyn Timed>,
}

pub(crate) fn row(
    name: &'static str,
    contestant: impl Contestant + 'static,
    chores: &'static Chores,
) -> Row {
    Row {
        name,
        contestant: Box::new(Player { contestant, chores }),
    }
}

/// What is done with a contestant whose type is forgotten. The calls that are
/// timed are not dynamic: a whole slice of them is.
trait Timed {
    fn prepare(&mut self, runtime: &Runtime) -> Result<Answers>;
    fn time(&mut self, runtime: &Runtime, slice: &Slice) -> Result<Duration>;
}

struct Player<C> {
    contestant: C,
    chores: &'static Chores,
}

/// `calls` times one operation, with the data for it.
struct Slice {
    operation: Operation,
    calls: usize,
    /// Enough for the calls and the warm-up.
    fresh: Vec<NewUser>,
    known: Vec<NewUser>,
}

impl Slice {
    fn new(operation: Operation, calls: usize) -> Self {
        let fresh = match operation {
            Operation::Insert => fresh_rows(WARM_UP + calls),
            Operation::Batch => fresh_rows((WARM_UP + calls) * MANY),
            _ => Vec::new(),
        };
        let known = (1..=VISITORS as i64)
            .map(|number| NewUser {
                visits: 7,
                ..data_row(number)
            })
            .collect();
        Slice {
            operation,
            calls,
            fresh,
            known,
        }
    }
}

impl<C: Contestant> Timed for Player<C> {
    fn prepare(&mut self, runtime: &Runtime) -> Result<Answers> {
        runtime.block_on(async {
            fill(&mut self.contestant, self.chores).await?;
            answers(&mut self.contestant, self.chores).await
        })
    }

    fn time(&mut self, runtime: &Runtime, slice: &Slice) -> Result<Duration> {
        runtime.block_on(async {
            if slice.operation.writes() {
                self.contestant.run(self.chores.reset).await?;
            }
            let mut ids = Ids::new();
            calls(&mut self.contestant, slice, 0, WARM_UP, &mut ids).await?;
            let start = Instant::now();
            calls(&mut self.contestant, slice, WARM_UP, slice.calls, &mut ids).await?;
            Ok(start.elapsed())
        })
    }
}

/// Calls `first ..` of the slice, `count` of them.
async fn calls(
    contestant: &mut impl Contestant,
    slice: &Slice,
    first: usize,
    count: usize,
    ids: &mut Ids,
) -> Result<()> {
    let range = first..first + count;
    match slice.operation {
        Operation::Point => {
            for _ in range {
                black_box(contestant.point(ids.user()).await?);
            }
        }
        Operation::List => {
            for _ in range {
                black_box(contestant.list(ids.below(900)).await?);
            }
        }
        Operation::Insert => {
            for new in &slice.fresh[range] {
                black_box(contestant.insert(new).await?);
            }
        }
        Operation::Upsert => {
            for new in slice.known.iter().cycle().skip(first).take(count) {
                black_box(contestant.upsert(new).await?);
            }
        }
        Operation::Batch => {
            for new in slice.fresh[first * MANY..].chunks(MANY).take(count) {
                black_box(contestant.batch(new).await?);
            }
        }
        Operation::TenIds => {
            for _ in range {
                black_box(contestant.ten_ids(ids.ten_users()).await?);
            }
        }
    }
    Ok(())
}

/// The times of one engine: for each operation and row, one per round, in
/// microseconds per call.
pub(crate) struct Times {
    pub(crate) operations: Vec<Operation>,
    pub(crate) rows: Vec<&'static str>,
    /// By operation, then row, then round.
    micros: Vec<Vec<Vec<f64>>>,
}

impl Times {
    /// Microseconds per call at `quantile` of the rounds: 0.5 is the median.
    pub(crate) fn micros(&self, operation: usize, row: usize, quantile: f64) -> f64 {
        at(self.micros[operation][row].clone(), quantile)
    }

    /// How many times the time of `of` the row takes.
    pub(crate) fn ratio(&self, operation: usize, row: usize, of: &str) -> Option<f64> {
        let of = self.rows.iter().position(|name| *name == of)?;
        let times = &self.micros[operation];
        let ratios = times[row]
            .iter()
            .zip(&times[of])
            .map(|(time, of)| time / of)
            .collect();
        Some(at(ratios, 0.5))
    }
}

fn at(mut values: Vec<f64>, quantile: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = quantile * (values.len() - 1) as f64;
    let (below, above) = (
        values[place.floor() as usize],
        values[place.ceil() as usize],
    );
    below + (above - below) * place.fract()
}

/// Makes everyone ready, and fails unless all answer alike.
pub(crate) fn prepare(rows: &mut [Row], runtime: &Runtime) -> Result<()> {
    let mut first: Option<(&str, Answers)> = None;
    for row in rows {
        let answers = row.contestant.prepare(runtime).with_context(|| row.name)?;
        match &first {
            None => first = Some((row.name, answers)),
            Some((name, expected)) => ensure!(
                *expected == answers,
                "{} and {name} do not answer alike:\n{answers:?}\n{expected:?}",
                row.name,
            ),
        }
    }
    Ok(())
}

/// Times everyone. `each_round` is told of each round that begins.
pub(crate) fn rounds(
    rows: &mut [Row],
    runtime: &Runtime,
    operations: &[Operation],
    rounds: usize,
    slice_time: Duration,
    mut each_round: impl FnMut(usize),
) -> Result<Times> {
    let slices = operations
        .iter()
        .map(|operation| calibrate(&mut rows[0], runtime, *operation, slice_time))
        .collect::<Result<Vec<Slice>>>()?;
    let mut micros = vec![vec![Vec::with_capacity(rounds); rows.len()]; operations.len()];
    // The first round warms up and does not count.
    for round in 0..=rounds {
        each_round(round);
        for (slice, micros) in slices.iter().zip(&mut micros) {
            for turn in 0..rows.len() {
                let index = (round + turn) % rows.len();
                let row = &mut rows[index];
                let time = row
                    .contestant
                    .time(runtime, slice)
                    .with_context(|| row.name)?;
                if round > 0 {
                    micros[index].push(time.as_secs_f64() * 1e6 / slice.calls as f64);
                }
            }
        }
    }
    Ok(Times {
        operations: operations.to_vec(),
        rows: rows.iter().map(|row| row.name).collect(),
        micros,
    })
}

/// As many calls as the first row does in about `slice_time`.
fn calibrate(
    row: &mut Row,
    runtime: &Runtime,
    operation: Operation,
    slice_time: Duration,
) -> Result<Slice> {
    let mut calls = 4;
    loop {
        let slice = Slice::new(operation, calls);
        let time = row.contestant.time(runtime, &slice)?;
        if time >= slice_time / 2 {
            let fitting = calls as f64 * slice_time.as_secs_f64() / time.as_secs_f64();
            return Ok(Slice::new(operation, (fitting as usize).max(1)));
        }
        calls *= 2;
    }
}
