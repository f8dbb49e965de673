//! The README shows this program as it is.

#[test]
fn the_readme_shows_this_program() {
    let readme = include_str!("../../../README.md");
    let program = include_str!("../src/main.rs");
    assert!(readme.contains(program), "copy src/main.rs into README.md");
}
