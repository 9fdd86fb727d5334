//! What every document has in common, whatever its verbs.

use super::element::Element;
use super::findings::{Circumstances, Findings};
use super::write::Writer;
use super::{Problem, TwimlError};

/// The greatest document Twilio reads, in bytes (error 11750).
pub const MAX_DOCUMENT_BYTES: usize = 64 * 1024;

/// The longest document that travels in the `Twiml` parameter of Twilio's REST API, in characters (32018).
pub const MAX_PARAMETER_CHARACTERS: usize = 4000;

/// How deep elements may be nested, far beyond what any document needs.
pub const MAX_DEPTH: usize = 32;

/// Writes a document that Twilio fetches.
pub(super) fn to_xml<T: Element>(
    document: &T,
    own_url: Option<&url::Url>,
) -> Result<String, TwimlError> {
    let circumstances = Circumstances {
        absolute_urls: false,
        own_url,
    };
    write(document, circumstances)
}

/// Writes a document that is sent along with a request to Twilio.
pub(super) fn to_parameter<T: Element>(document: &T) -> Result<String, TwimlError> {
    let circumstances = Circumstances {
        absolute_urls: true,
        own_url: None,
    };
    let document = write(document, circumstances)?;
    let characters = document.chars().count();
    if characters > MAX_PARAMETER_CHARACTERS {
        let problem = Problem::ParameterTooLong { characters };
        return Err(TwimlError::of_element(T::NAME, problem));
    }
    Ok(document)
}

fn write<T: Element>(document: &T, circumstances: Circumstances<'_>) -> Result<String, TwimlError> {
    let mut findings = Findings::new(circumstances);
    document.look(&mut findings);
    let refused = findings
        .into_found()
        .into_iter()
        .find(|found| found.refused);
    if let Some(found) = refused {
        return Err(TwimlError {
            element: found.element,
            attribute: found.attribute,
            problem: found.problem,
        });
    }
    let mut out = Writer::new();
    document.write(&mut out);
    let document = out.into_document();
    if document.len() > MAX_DOCUMENT_BYTES {
        let bytes = document.len();
        let problem = Problem::DocumentTooLarge { bytes };
        return Err(TwimlError::of_element(T::NAME, problem));
    }
    Ok(document)
}
