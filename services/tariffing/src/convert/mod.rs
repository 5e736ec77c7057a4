//! Between the contract and the domain.

mod figures;
mod guide;
mod mirror;
mod percentages;
mod quotes;
mod tables;

pub use figures::{FiguresImport, annual_figures, import_figures, list_figures};
pub use guide::{DeriveGuide, derive_guide, guide};
pub use mirror::{MirrorAsked, get_mirror, mirror};
pub use percentages::{agree, agreed, list_percentages};
pub use quotes::{Quote, quote, quoted};
pub use tables::{Import, import, list_tariffs, maximum_tariff};
