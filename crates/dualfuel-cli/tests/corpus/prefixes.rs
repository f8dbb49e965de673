//! What was rendered once never changes: the first migrations give the same
//! files whether or not others follow.

use dualfuel_schema::render::render;

use crate::{
    each_project,
    project::{Project, options},
};

each_project!(files_do_not_depend_on_later_migrations);

async fn files_do_not_depend_on_later_migrations(project: Project) {
    for count in 0..project.sources.len() {
        let fewer = render(&project.sources[..count], options(project.dialect));
        for (fewer, all) in fewer.iter().zip(&project.rendered) {
            assert_eq!(
                fewer.files, all.files,
                "{}/{} with {count} migrations",
                project.name, all.directory
            );
        }
    }
}
