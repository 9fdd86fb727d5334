//! Getting the next TwiML document of a call.

use url::Url;

use super::{DocumentSource, Leg, LegEnd, faults};
use crate::callbacks::{self, Answer, HttpMethod, Outgoing, SendError};
use crate::clock::instant_of;
use crate::journal::Entry;
use crate::record::{DeliveryKind, DocumentReport, HeardKind};
use crate::twiml::{APOLOGY_MS, Base, Document};
use crate::world::Params;

/// A document to be run next.
#[derive(Debug)]
pub(crate) struct DocumentRequest {
    pub(crate) source: DocumentSource,
    pub(crate) kind: DeliveryKind,
    /// Parameters beside the common ones.
    pub(crate) extra: Params,
}

impl DocumentRequest {
    pub(crate) const fn new(source: DocumentSource, kind: DeliveryKind) -> Self {
        Self {
            source,
            kind,
            extra: Vec::new(),
        }
    }
}

/// Why there is no document, as the debugger says it.
struct Fault {
    code: u32,
    message: String,
}

impl Fault {
    fn new(code: u32, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// Gets a document; when that fails, once in a call, the one at the fallback URL.
///
/// When nothing can be had, an alert is written, the callee hears that an application error has occurred
/// and the call ends. Source: Twilio, "TwiML for Voice", error handling.
pub(super) async fn fetch_document(
    leg: &mut Leg,
    request: DocumentRequest,
) -> Result<(Document, Base), LegEnd> {
    let mut request = request;
    loop {
        let fault = match attempt(leg, &request).await? {
            Ok(document) => {
                leg.look()?;
                return Ok(document);
            }
            Err(fault) => fault,
        };
        leg.look()?;
        let url = match &request.source {
            DocumentSource::Fetch(url, _) => Some(callbacks::public_text(url)),
            DocumentSource::Inline(_) => None,
        };
        leg.alert(fault.code, fault.message, url.as_deref());
        leg.look()?;
        let fallback = fallback(leg);
        let Some((fallback_url, method)) = fallback else {
            break;
        };
        request.source = DocumentSource::Fetch(fallback_url, method);
        request.kind = DeliveryKind::Twiml;
        request
            .extra
            .push(("ErrorCode".to_owned(), fault.code.to_string()));
        request
            .extra
            .push(("ErrorUrl".to_owned(), url.unwrap_or_default()));
    }
    leg.hear(HeardKind::ApplicationError);
    leg.wait_ms(APOLOGY_MS).await?;
    Err(LegEnd::ApplicationError)
}

fn fallback(leg: &mut Leg) -> Option<(Url, HttpMethod)> {
    if std::mem::replace(&mut leg.fallback_used, true) {
        return None;
    }
    leg.shared
        .world()
        .call(&leg.sid)
        .and_then(|call| call.request.fallback.clone())
}

async fn attempt(
    leg: &mut Leg,
    request: &DocumentRequest,
) -> Result<Result<(Document, Base), Fault>, LegEnd> {
    match &request.source {
        DocumentSource::Inline(text) => {
            note(leg, None, text);
            Ok(parse(leg, text, None).map(|document| (document, Base::Nothing)))
        }
        DocumentSource::Fetch(url, method) => {
            let mut params = leg.params();
            params.extend(request.extra.iter().cloned());
            let outgoing = Outgoing {
                kind: request.kind,
                call_sid: leg.sid.clone(),
                to: leg.to.clone(),
                method: *method,
                url: url.clone(),
                params,
            };
            let answer = faults::request_document(leg, outgoing).await?;
            Ok(answer
                .map_err(|error| unreachable(&error))
                .and_then(|answer| read(leg, answer)))
        }
    }
}

/// Makes a document of an answer, by its content type.
///
/// Source: Twilio, "TwiML for Voice", MIME types: XML and HTML are TwiML, audio is played, plain text is
/// spoken unless it is TwiML.
fn read(leg: &Leg, answer: Answer) -> Result<(Document, Base), Fault> {
    if !(200..300).contains(&answer.status) {
        return Err(Fault::new(
            11200,
            format!("got HTTP {} instead of a document", answer.status),
        ));
    }
    if answer.cut_off {
        return Err(Fault::new(11750, "document is larger than 64 kB"));
    }
    if answer.without_chunks {
        return Err(Fault::new(11770, "answer in chunks has none"));
    }
    let media_type = answer.media_type();
    let url = callbacks::public_text(&answer.url);
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    note(leg, Some(url.clone()), &text);
    let document = match media_type.as_str() {
        "text/xml" | "application/xml" | "text/html" => parse(leg, &text, Some(&url))?,
        "text/plain" => Document::parse(&text).unwrap_or_else(|_| Document::saying(&text)),
        "" => return Err(Fault::new(11200, "answer has no content type")),
        audio if audio.starts_with("audio/") => Document::playing(&url),
        other => {
            return Err(Fault::new(
                12300,
                format!("content type {other} is of no use"),
            ));
        }
    };
    Ok((document, Base::Url(answer.url)))
}

fn parse(leg: &Leg, text: &str, url: Option<&str>) -> Result<Document, Fault> {
    let document =
        Document::parse(text).map_err(|error| Fault::new(error.code(), error.to_string()))?;
    for warning in &document.warnings {
        leg.alert(warning.code, warning.message.clone(), url);
    }
    Ok(document)
}

fn note(leg: &Leg, url: Option<String>, twiml: &str) {
    let at = instant_of(leg.now_ms());
    let mut world = leg.shared.world();
    let entry = Entry::Document {
        url: url.as_deref(),
        twiml,
    };
    leg.shared.write_in(&mut world, Some(&leg.sid), entry);
    if let Some(call) = world.call_mut(&leg.sid) {
        call.documents.push(DocumentReport {
            at,
            url,
            twiml: twiml.to_owned(),
        });
    }
}

/// Source: Twilio, "Error and Warning Dictionary", 11100, 11200, 11205, 11210, 11215 and 11220.
fn unreachable(error: &SendError) -> Fault {
    let code = match error {
        SendError::Connect(_) => 11205,
        SendError::HostName(_) => 11210,
        SendError::Tls(_) => 11220,
        SendError::TooManyRedirects => 11215,
        SendError::BadRedirect => 11100,
        SendError::Timeout | SendError::Broken(_) => 11200,
    };
    Fault::new(code, error.to_string())
}
