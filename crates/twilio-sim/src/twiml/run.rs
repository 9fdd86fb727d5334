//! Running a document, verb by verb.

use url::Url;

use super::document::{Action, Base, Document, Play, Say, Verb};
use super::{dial, enqueue, gather, record, scope, sms, speech_ms, start, tones_ms};
use crate::call::{DocumentRequest, DocumentSource, Leg, LegEnd};
use crate::callbacks::{self, Outgoing};
use crate::record::{DeliveryKind, HeardKind};
use crate::world::Params;

/// How long any sound file is taken to be; nothing is downloaded.
pub(super) const PLAY_MS: u64 = 5_000;

/// Where a verb leads.
#[derive(Debug)]
pub(crate) enum Flow {
    /// To the next verb.
    Continue,
    /// To another document; the rest of this one is abandoned.
    GoTo(DocumentRequest),
    /// To the end of the call.
    HangUp,
    /// Out of the queue.
    Leave,
}

/// Runs a document from the top; [`Flow::Continue`] says that it has no verbs left.
pub(crate) async fn run_document(
    leg: &mut Leg,
    document: &Document,
    base: &Base,
) -> Result<Flow, LegEnd> {
    for verb in &document.verbs {
        match run_verb(leg, verb, base).await? {
            Flow::Continue => {}
            flow @ (Flow::GoTo(_) | Flow::HangUp | Flow::Leave) => return Ok(flow),
        }
    }
    Ok(Flow::Continue)
}

async fn run_verb(leg: &mut Leg, verb: &Verb, base: &Base) -> Result<Flow, LegEnd> {
    if !scope::permits(leg, verb) {
        return Ok(Flow::Continue);
    }
    match verb {
        Verb::Say(_) | Verb::Play(_) | Verb::Pause { .. } => {
            run_prompt(leg, verb, base).await?;
            Ok(Flow::Continue)
        }
        Verb::Gather(gather) => gather::run(leg, gather, base).await,
        Verb::Record(record) => record::run(leg, record, base).await,
        Verb::Dial(dial) => dial::run(leg, dial, base).await,
        Verb::Start(nouns) => start::start(leg, nouns, base).await,
        Verb::Stop(nouns) => Ok(start::stop(leg, nouns).await),
        Verb::Enqueue(enqueue) => enqueue::run(leg, enqueue, base).await,
        Verb::Leave => Ok(Flow::Leave),
        Verb::Sms(sms) => Ok(sms::run(leg, sms, base)),
        Verb::Redirect { url, method } => {
            let action = Action {
                url: Some(url.clone()),
                method: *method,
            };
            Ok(go_to(leg, &action, base, DeliveryKind::Twiml, Vec::new()))
        }
        Verb::Hangup | Verb::Reject => Ok(Flow::HangUp),
    }
}

/// Runs one of the verbs that may stand in a Gather: Say, Play or Pause.
pub(super) async fn run_prompt(leg: &mut Leg, verb: &Verb, base: &Base) -> Result<(), LegEnd> {
    match verb {
        Verb::Say(say) => run_say(leg, say).await,
        Verb::Play(Play::File { url, times }) => {
            let Some(url) = resolve(leg, Some(url), base) else {
                return Ok(());
            };
            for _ in 0..*times {
                leg.hear(HeardKind::Played {
                    url: url.to_string(),
                });
                leg.wait_ms(PLAY_MS).await?;
            }
            Ok(())
        }
        Verb::Play(Play::Digits { digits, times }) => {
            for _ in 0..*times {
                leg.hear(HeardKind::Tones {
                    digits: digits.clone(),
                });
                leg.wait_ms(tones_ms(digits)).await?;
            }
            Ok(())
        }
        Verb::Pause { seconds } => {
            leg.hear(HeardKind::Pause { seconds: *seconds });
            leg.wait_ms(seconds.saturating_mul(1000)).await
        }
        Verb::Gather(_)
        | Verb::Record(_)
        | Verb::Dial(_)
        | Verb::Start(_)
        | Verb::Stop(_)
        | Verb::Enqueue(_)
        | Verb::Leave
        | Verb::Sms(_)
        | Verb::Redirect { .. }
        | Verb::Hangup
        | Verb::Reject => Ok(()),
    }
}

async fn run_say(leg: &mut Leg, say: &Say) -> Result<(), LegEnd> {
    for _ in 0..say.times {
        let kind = HeardKind::Said {
            text: say.text.clone(),
            voice: say.voice.clone(),
            language: say.language.clone(),
        };
        let ms = speech_ms(&say.text).saturating_add(say.pauses_ms);
        leg.listen_to_words(kind, ms).await?;
    }
    Ok(())
}

/// Leads to an action, or ends the call when its URL is of no use.
pub(super) fn go_to(
    leg: &Leg,
    action: &Action,
    base: &Base,
    kind: DeliveryKind,
    extra: Params,
) -> Flow {
    let Some(url) = resolve(leg, action.url.as_deref(), base) else {
        return Flow::HangUp;
    };
    Flow::GoTo(DocumentRequest {
        source: DocumentSource::Fetch(url, action.method),
        kind,
        extra,
    })
}

/// Requests an action of a call that has ended; what it answers is of no use any more.
pub(super) async fn tell_action(leg: &Leg, action: &Action, base: &Base, extra: Params) {
    if leg.shared.world().call(&leg.sid).is_none() {
        // The simulator was reset.
        return;
    }
    let Some(url) = resolve(leg, action.url.as_deref(), base) else {
        return;
    };
    let mut params = leg.params();
    params.extend(extra);
    let outgoing = Outgoing {
        kind: DeliveryKind::Action,
        call_sid: leg.sid.clone(),
        to: leg.to.clone(),
        method: action.method,
        url,
        params,
    };
    if let Err(error) = callbacks::send(&leg.shared, outgoing).await {
        leg.alert(
            11200,
            format!("action after hang-up not delivered: {error}"),
            None,
        );
    }
}

/// Makes a URL of a document absolute; none means the document itself. What cannot be is an alert.
pub(super) fn resolve(leg: &Leg, url: Option<&str>, base: &Base) -> Option<Url> {
    let url = url.map(str::trim).filter(|url| !url.is_empty());
    let resolved = match (url, base) {
        (Some(url), Base::Url(base)) => base.join(url).ok(),
        (None, Base::Url(base)) => Some(base.clone()),
        (Some(url), Base::Nothing) => Url::parse(url).ok(),
        (None, Base::Nothing) => None,
    };
    let resolved =
        resolved.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if resolved.is_none() {
        leg.alert(11100, "URL in the document is not valid", url);
    }
    resolved
}
