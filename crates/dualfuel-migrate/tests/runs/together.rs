//! Several programs start at once.

use std::process::Stdio;

use crate::crashes::child;
use crate::support::{Set, each_engine};

/// Eight processes on an empty database: each version is applied once, by one
/// of them, and all of them end well.
#[tokio::test]
async fn eight_processes_at_once() {
    each_engine(async |db| {
        let set = Set::of_two();
        let processes: Vec<_> = (0..8)
            .map(|_| {
                let mut command = child(db, &set, usize::MAX);
                command.stdout(Stdio::piped()).spawn().unwrap()
            })
            .collect();

        let mut applied = 0;
        for process in processes {
            let output = process.wait_with_output().unwrap();
            let printed = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "{printed}");
            applied += printed
                .lines()
                .filter(|line| line.contains("applied "))
                .count();
        }

        assert_eq!(applied, 2);
        assert_eq!(db.versions().await, ["0001", "0002"]);
        assert_eq!(db.count("authors").await, 1);
    })
    .await;
}

/// The same within one process, whose tasks share its thread.
#[tokio::test]
async fn eight_tasks_at_once() {
    each_engine(async |db| {
        let set = Set::of_two();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (migrations, mut conn) = (set.load(), db.connect().await);
            tasks.spawn(async move {
                let options = Default::default();
                conn.migrate(&migrations, &options).await
            });
        }

        let mut applied = 0;
        while let Some(report) = tasks.join_next().await {
            applied += report.unwrap().unwrap().applied.len();
        }

        assert_eq!(applied, 2);
    })
    .await;
}
