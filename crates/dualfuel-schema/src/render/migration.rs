//! One migration, with everything that may be refused in it.

use std::ops::Range;

use crate::{
    Engine, Refusal, Unsupported,
    lower::{Lowered, Lowering, Unlowered, Weakening},
    simulate::Step,
};

use super::{
    Course, RenderOptions, Rendered, Source, Warning,
    files::{self, Script},
    follows::Lost,
    hazards, orgs,
    reading::{self, Reading},
    schemas::{Schemas, Taken},
};

/// A migration under way.
pub(super) struct Migration<'a> {
    source: &'a Source,
    options: RenderOptions,
    /// The source without a byte order mark.
    text: &'a str,
    reading: Reading,
    files: Vec<(Engine, super::Files)>,
    weakenings: Vec<Weakening>,
    warnings: Vec<Warning>,
    unsupported: Vec<Unsupported>,
}

/// For which engines something can't be rendered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// For none: it could not be read.
    Everyones,
    Of(Engine),
}

impl<'a> Migration<'a> {
    pub(super) fn new(source: &'a Source, options: RenderOptions) -> Self {
        let text = source.up.strip_prefix('\u{feff}').unwrap_or(&source.up);
        Self {
            source,
            options,
            text,
            reading: Reading::of(text, options),
            files: Vec::new(),
            weakenings: Vec::new(),
            warnings: Vec::new(),
            unsupported: Vec::new(),
        }
    }

    pub(super) fn render(mut self, schemas: &mut Schemas, lost: &mut Lost) -> Rendered {
        let taken = schemas.take(|engine| self.reading.on(engine));
        self.refuse_unread(lost);
        self.refuse_misfits(&taken, lost);
        self.note();
        for on in &taken {
            self.warn(on);
            if let Some(files) = self.files(on) {
                self.files.push((on.engine, files));
            }
        }
        self.excuse(&taken, lost);
        self.finish(taken)
    }

    fn finish(mut self, taken: Vec<Taken>) -> Rendered {
        self.weakenings.sort();
        self.weakenings.dedup();
        self.unsupported
            .sort_by_key(|found| (found.line, found.column));
        let home = self.options.dialect.engine().unwrap_or(Engine::Sqlite);
        let of_home = taken.iter().find(|on| on.engine == home);
        let schema = of_home.map(|on| std::sync::Arc::clone(&on.after));
        let course = |on: Taken| Course {
            engine: on.engine,
            steps: on.own.unwrap_or_default(),
            schema: on.own_after,
        };
        Rendered {
            directory: self.source.directory.clone(),
            schema: schema.unwrap_or_default(),
            courses: taken.into_iter().map(course).collect(),
            files: self.files,
            weakenings: self.weakenings,
            warnings: self.warnings,
            unsupported: self.unsupported,
        }
    }

    /// Whether the source's own files serve for `engine`.
    fn is_own(&self, engine: Engine) -> bool {
        self.options.dialect.engine() == Some(engine)
    }

    fn up_override(&self, engine: Engine) -> Option<&'a str> {
        find(&self.source.up_overrides, engine)
    }

    /// The engines whose file comes from the model.
    fn lowered(&self) -> Vec<Engine> {
        let lowered =
            |engine: &Engine| !self.is_own(*engine) && self.up_override(*engine).is_none();
        Engine::ALL.into_iter().filter(lowered).collect()
    }

    fn files(&mut self, on: &Taken) -> Option<super::Files> {
        let steps = on.own.as_deref().unwrap_or_default();
        let lowering = Lowering::of(on.engine, steps);
        let up = match self.up_override(on.engine) {
            Some(text) => Script::AsIs(text.to_owned()),
            None if self.is_own(on.engine) => Script::AsIs(self.source.up.clone()),
            None => Script::Lowered(self.up(on, &lowering)?),
        };
        let down = self.down(on, &lowering);
        let has_way_back = down.is_some();
        let files = files::assemble(on.engine, self.source, &self.reading, up, down);
        if has_way_back && files.down.is_none() {
            self.warnings.push(Warning {
                file: self.source.file.clone(),
                line: 1,
                text: files::NO_WAY_BACK.to_owned(),
            });
        }
        Some(files)
    }

    /// The statements for an engine, unless something stands in the way.
    fn up(&mut self, on: &Taken, lowering: &Lowering<'_>) -> Option<Lowered> {
        let steps = match &on.own {
            Ok(steps) => steps,
            Err(failure) => {
                let span = on.said.get(failure.step).map(|step| step.span.clone());
                let whose = Whose::Of(on.engine);
                self.refuse(span.unwrap_or_default(), None, &failure.refusal, whose);
                return None;
            }
        };
        let undeclared = self.refuse_undeclared(on.engine, steps);
        let is_told = |span: &Range<usize>| undeclared.contains(span);
        match lowering.up() {
            Err(unlowered) => {
                let others = unlowered.into_iter().filter(|found| !is_told(&found.span));
                for Unlowered { span, refusal } in others {
                    self.refuse(span, None, &refusal, Whose::Of(on.engine));
                }
                None
            }
            Ok(_) if !undeclared.is_empty() || !self.is_whole(on) => None,
            Ok(lowered) => {
                self.weakenings.extend(lowered.weakenings.iter().cloned());
                self.weakenings.extend(on.left_out.iter().cloned());
                Some(lowered)
            }
        }
    }

    /// Whether the steps are all that the file does.
    fn is_whole(&self, on: &Taken) -> bool {
        !self.reading.is_blocked() && on.misfits.is_empty()
    }

    /// How an engine goes back: as its author says, else as the model does.
    fn down(&self, on: &Taken, lowering: &Lowering<'_>) -> Option<Script> {
        if let Some(text) = find(&self.source.down_overrides, on.engine) {
            return Some(Script::AsIs(text.to_owned()));
        }
        if self.is_own(on.engine)
            && let Some(text) = &self.source.down
        {
            return Some(Script::AsIs(text.clone()));
        }
        // What an override does, only its author can undo.
        if self.up_override(on.engine).is_some() || !self.is_whole(on) {
            return None;
        }
        on.own.as_ref().ok()?;
        let lowered = lowering.down().ok()?;
        Some(Script::Lowered(lowered))
    }

    /// What the front end knows other engines to do without.
    fn note(&mut self) {
        for (statement, notes) in self.reading.noted() {
            for engine in self.lowered() {
                let weakening = |what: &String| Weakening {
                    engine,
                    table: statement
                        .table()
                        .map(ToString::to_string)
                        .unwrap_or_default(),
                    object: String::new(),
                    what: what.clone(),
                };
                self.weakenings.extend(notes.iter().map(weakening));
            }
        }
    }

    fn warn(&mut self, on: &Taken) {
        if !self.is_own(on.engine) || self.up_override(on.engine).is_some() {
            return;
        }
        for (offset, text) in hazards::hazards(on.engine, self.source, &on.statements, &on.said) {
            let (line, _) = self.place(offset);
            let file = self.source.file.clone();
            self.warnings.push(Warning { file, line, text });
        }
    }

    fn refuse_unread(&mut self, lost: &mut Lost) {
        for fault in self.reading.faults.clone() {
            let kind = Some("COMMENT");
            self.refuse(fault.span, kind, &fault.refusal, Whose::Everyones);
        }
        // A file that is lowered for no one may hold anything.
        if self.lowered().is_empty() {
            return;
        }
        for unread in self.reading.unread.clone() {
            let kind = Some(unread.kind.as_str());
            lost.note(self.statement(&unread.span), &self.line_of(&unread.span));
            self.refuse(unread.span, kind, &unread.refusal, Whose::Everyones);
        }
    }

    fn refuse_misfits(&mut self, taken: &[Taken], lost: &mut Lost) {
        let lowered = self.lowered();
        for on in taken.iter().filter(|on| lowered.contains(&on.engine)) {
            let mut misfits: Vec<_> = on.misfits.iter().collect();
            misfits.sort_by_key(|misfit| misfit.span.start);
            for misfit in misfits {
                let statement = self.statement(&misfit.span);
                let cause = lost.cause(statement, &on.after);
                lost.note(
                    statement,
                    &cause.unwrap_or_else(|| self.line_of(&misfit.span)),
                );
                let span = misfit.span.clone();
                self.refuse(span, None, &misfit.refusal, Whose::Everyones);
            }
        }
    }

    /// Says of each refusal which other it follows from, where it does. One
    /// that could not even be read is its own fault.
    fn excuse(&mut self, taken: &[Taken], lost: &mut Lost) {
        let Some(on) = taken.first() else { return };
        let unread: Vec<(usize, usize)> = self
            .reading
            .unread
            .iter()
            .map(|unread| self.place(unread.span.start))
            .collect();
        let excused = |found: &Unsupported| {
            let statements = on.statements.iter().map(|parsed| &parsed.span);
            let span = statements
                .filter(|span| self.place(span.start) <= (found.line, found.column))
                .max_by_key(|span| span.start)?;
            let statement = self.statement(span);
            let cause = lost.cause(statement, &on.after)?;
            let own = cause == self.line_of(span) || unread.contains(&self.place(span.start));
            // A view over what is not there is not there either.
            (!own).then(|| lost.note(statement, &cause));
            (!own).then_some(cause)
        };
        let causes: Vec<Option<String>> = self.unsupported.iter().map(excused).collect();
        for (found, cause) in self.unsupported.iter_mut().zip(causes) {
            found.follows_from = cause;
        }
    }

    fn statement(&self, span: &Range<usize>) -> &'a str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// `migrations/0001_a.sql:3`.
    fn line_of(&self, span: &Range<usize>) -> String {
        format!("{}:{}", self.source.file, self.place(span.start).0)
    }

    fn refuse_undeclared(&mut self, engine: Engine, steps: &[Step]) -> Vec<Range<usize>> {
        let undeclared = orgs::undeclared(steps);
        for (span, refusal) in &undeclared {
            self.refuse(span.clone(), None, refusal, Whose::Of(engine));
        }
        undeclared.into_iter().map(|(span, _)| span).collect()
    }

    /// Notes a refusal. The same one at the same place is one, for all engines
    /// that it is for.
    fn refuse(&mut self, span: Range<usize>, kind: Option<&str>, refusal: &Refusal, whose: Whose) {
        let within = |offset: &usize| span.contains(offset);
        let (line, column) = self.place(refusal.offset.filter(within).unwrap_or(span.start));
        let (engines, without) = match whose {
            Whose::Everyones => (Vec::new(), self.lowered()),
            Whose::Of(engine) => (vec![engine], vec![engine]),
        };
        let named = |engine: &Engine| self.source.override_file.replace("{engine}", engine.slug());
        let overrides: Vec<String> = without.iter().map(named).collect();
        let same = self.unsupported.iter_mut().find(|found| {
            (found.line, found.column) == (line, column) && found.reason == refusal.reason
        });
        if let Some(found) = same {
            let news = engines.iter().filter(|_| !found.engines.is_empty());
            let news: Vec<Engine> = news
                .filter(|on| !found.engines.contains(on))
                .copied()
                .collect();
            if !news.is_empty() {
                found.engines.extend(news);
                found.overrides.extend(overrides);
            }
            return;
        }
        let words = self.text.get(span).map(reading::first_words);
        self.unsupported.push(Unsupported {
            file: self.source.file.clone(),
            line,
            column,
            kind: kind.map(str::to_owned).or(words).unwrap_or_default(),
            reason: refusal.reason.clone(),
            engines,
            overrides,
            follows_from: None,
        });
    }

    /// Line and column, in characters, from 1.
    fn place(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.get(line_start..).unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }
}

fn find(overrides: &[(Engine, String)], engine: Engine) -> Option<&str> {
    let found = overrides.iter().find(|(of, _)| *of == engine);
    found.map(|(_, text)| text.as_str())
}
