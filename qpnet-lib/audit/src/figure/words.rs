//! The words around a drawing.

/// The words around a drawing.
#[derive(Clone, Debug, Default)]
pub struct Words {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) caption: String,
    pub(super) footer: String,
}
