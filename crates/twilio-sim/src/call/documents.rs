//! Running documents, one leading to the next.

use super::fetch::{DocumentRequest, fetch_document};
use super::{Leg, LegEnd};
use crate::record::DeliveryKind;
use crate::twiml::{self, Flow};

/// The most documents one call runs; Twilio leaves endless loops to their author.
const DOCUMENTS_AT_MOST: usize = 100;

/// How a chain of documents came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The last one has no verbs left.
    OutOfVerbs,
    /// It said to hang up.
    HangUp,
    /// It said to leave the queue.
    Leave,
}

/// Runs a call's documents, those the REST API redirects it to included, until the call is to end.
pub(super) async fn run_to_the_end(leg: &mut Leg, begin: Result<DocumentRequest, LegEnd>) {
    let mut next = begin;
    loop {
        let end = match next {
            Ok(request) => match run_documents(leg, request).await {
                Ok(Ending::OutOfVerbs | Ending::HangUp | Ending::Leave) => return,
                Err(end) => end,
            },
            Err(end) => end,
        };
        match end {
            LegEnd::Redirected(source) => {
                next = Ok(DocumentRequest::new(source, DeliveryKind::Twiml));
            }
            LegEnd::CalleeHungUp
            | LegEnd::WaitIsOver
            | LegEnd::BargedIn
            | LegEnd::TimeLimit
            | LegEnd::ApiHungUp
            | LegEnd::ApplicationError => {
                tracing::debug!(call.sid = leg.sid, ?end, "call is cut short");
                return;
            }
        }
    }
}

/// Runs a document and those it leads to.
pub(crate) async fn run_documents(leg: &mut Leg, first: DocumentRequest) -> Result<Ending, LegEnd> {
    let mut request = first;
    loop {
        if leg.documents >= DOCUMENTS_AT_MOST {
            leg.alert(
                11215,
                format!("call has run {DOCUMENTS_AT_MOST} documents and is ended"),
                None,
            );
            return Ok(Ending::HangUp);
        }
        leg.documents += 1;
        let (document, base) = fetch_document(leg, request).await?;
        request = match twiml::run_document(leg, &document, &base).await? {
            Flow::GoTo(next) => next,
            Flow::Continue => return Ok(Ending::OutOfVerbs),
            Flow::HangUp => return Ok(Ending::HangUp),
            Flow::Leave => return Ok(Ending::Leave),
        };
    }
}
