//! What a call hears while it waits, again and again until the wait is over.

use std::future::Future;
use std::pin::Pin;

use super::document::{Base, Wait};
use super::run::resolve;
use crate::call::{DocumentRequest, DocumentSource, Ending, Leg, LegEnd, Scope, run_documents};
use crate::record::{DeliveryKind, HeardKind};
use crate::world::Params;

/// A document that takes less is not asked for again: it would be asked for without end.
const ROUND_MS_AT_LEAST: i64 = 1_000;

/// How a wait came to its end.
pub(super) enum Waited {
    /// What was waited for has come.
    Over,
    /// The document said to leave the queue.
    Left,
    /// The document said to hang up.
    HangUp,
}

/// Lets a call wait until it is no longer on hold.
pub(super) async fn wait_on_hold(
    leg: &mut Leg,
    wait: &Wait,
    base: &Base,
    scope: Scope,
    params: impl Fn(&Leg) -> Params + Send + Sync,
) -> Result<Waited, LegEnd> {
    let outer = std::mem::replace(&mut leg.scope, scope);
    let waited = listen(leg, wait, base, params).await;
    leg.scope = outer;
    match waited {
        Err(LegEnd::WaitIsOver) => Ok(Waited::Over),
        Ok(Ending::Leave) => Ok(Waited::Left),
        Ok(Ending::HangUp | Ending::OutOfVerbs) => Ok(Waited::HangUp),
        Err(
            end @ (LegEnd::CalleeHungUp
            | LegEnd::BargedIn
            | LegEnd::TimeLimit
            | LegEnd::ApiHungUp
            | LegEnd::Redirected(_)
            | LegEnd::ApplicationError),
        ) => Err(end),
    }
}

async fn listen(
    leg: &mut Leg,
    wait: &Wait,
    base: &Base,
    params: impl Fn(&Leg) -> Params + Send + Sync,
) -> Result<Ending, LegEnd> {
    let document = match wait {
        Wait::Music => {
            leg.hear(HeardKind::HoldMusic);
            None
        }
        Wait::Silence => None,
        Wait::Document(url, method) => resolve(leg, Some(url), base).map(|url| (url, *method)),
    };
    if let Some((url, method)) = document {
        loop {
            leg.look()?;
            let (began_ms, documents) = (leg.now_ms(), leg.documents);
            let source = DocumentSource::Fetch(url.clone(), method);
            let mut request = DocumentRequest::new(source, DeliveryKind::Twiml);
            request.extra = params(leg);
            match run_inner(leg, request).await? {
                Ending::OutOfVerbs => {}
                ending @ (Ending::HangUp | Ending::Leave) => return Ok(ending),
            }
            if leg.now_ms() - began_ms < ROUND_MS_AT_LEAST {
                break;
            }
            // One round after the other is as one long document.
            leg.documents = documents;
        }
    }
    loop {
        leg.look()?;
        leg.doze(None).await;
    }
}

/// Runs documents from within one; boxed, as a document may run documents.
fn run_inner<'a>(
    leg: &'a mut Leg,
    request: DocumentRequest,
) -> Pin<Box<dyn Future<Output = Result<Ending, LegEnd>> + Send + 'a>> {
    Box::pin(run_documents(leg, request))
}

/// Runs a document of its own for one side before it is connected; `false` when that hung up.
pub(super) async fn announce(
    leg: &mut Leg,
    source: DocumentSource,
    params: Params,
) -> Result<bool, LegEnd> {
    let outer = std::mem::replace(&mut leg.scope, Scope::Whisper);
    let mut request = DocumentRequest::new(source, DeliveryKind::Twiml);
    request.extra = params;
    let ending = run_inner(leg, request).await;
    leg.scope = outer;
    Ok(match ending? {
        Ending::OutOfVerbs | Ending::Leave => true,
        Ending::HangUp => false,
    })
}
