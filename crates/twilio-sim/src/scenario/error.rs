//! What is wrong with a scenario file, and where.

/// Why a scenario cannot be played.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// The file cannot be read.
    #[error("scenario {file} cannot be read")]
    Read {
        /// The file.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file says something that cannot be.
    #[error("{file}:{line}: {field}: {problem}")]
    Wrong {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The field, such as `calls[2].at_ms`.
        field: String,
        /// What is wrong with it.
        problem: String,
    },
}
