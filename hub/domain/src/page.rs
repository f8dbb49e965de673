//! Lists, one page at a time.
//!
//! Every list is paged, so that no request can ask for all of a large table.

/// Which part of a list is wanted: a page number from 1, and a size from 1 to
/// [`PageRequest::MAX_SIZE`].
///
/// # Examples
///
/// ```
/// use hub_domain::PageRequest;
///
/// let request = PageRequest::new(0, 1_000);
/// assert_eq!((request.page(), request.size()), (1, 100));
/// assert_eq!(PageRequest::new(3, 20).offset(), 40);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PageRequest {
    page: u32,
    size: u32,
}

impl PageRequest {
    /// The largest page.
    pub const MAX_SIZE: u32 = 100;
    /// The size of a page when none is asked for.
    pub const DEFAULT_SIZE: u32 = 30;

    /// Asks for a page. A page of 0 is 1; a size outside 1..=100 is the nearer
    /// end.
    #[must_use]
    pub fn new(page: u32, size: u32) -> Self {
        PageRequest {
            page: page.max(1),
            size: size.clamp(1, Self::MAX_SIZE),
        }
    }

    /// The page's number, from 1.
    #[must_use]
    pub fn page(self) -> u32 {
        self.page
    }

    /// The most items that the page holds.
    #[must_use]
    pub fn size(self) -> u32 {
        self.size
    }

    /// How many items come before the page.
    #[must_use]
    pub fn offset(self) -> i64 {
        (i64::from(self.page) - 1) * i64::from(self.size)
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        PageRequest::new(1, Self::DEFAULT_SIZE)
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the list's order. Empty past the last page.
    pub items: Vec<T>,
    /// How many items the whole list has.
    pub total: u64,
    /// The page that this is.
    pub request: PageRequest,
}

impl<T> Page<T> {
    /// The same page with each item turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(turn).collect(),
            total: self.total,
            request: self.request,
        }
    }
}
