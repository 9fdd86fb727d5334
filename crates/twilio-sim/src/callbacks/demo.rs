//! Twilio's demo document and its music, answered without a network.
//!
//! Source: Twilio, "Make an outbound call": `http://demo.twilio.com/docs/voice.xml` says thanks and
//! plays `classic.mp3`. The words here are the simulator's own.

use url::Url;

use super::Answer;
use super::receive::Received;

/// What the demo document at `http://demo.twilio.com/docs/voice.xml` says before its music.
pub const DEMO_WORDS: &str = "This is the demo document of a simulated Twilio. Your call works.";

const HOST: &str = "demo.twilio.com";
const DOCUMENT: &str = "/docs/voice.xml";
const MUSIC: &str = "/docs/classic.mp3";

/// The answer to a request for one of them; `None` for everything else.
pub(super) fn answer(url: &Url) -> Option<Received> {
    if url.host_str() != Some(HOST) || url.port().is_some() {
        return None;
    }
    let (content_type, body) = match url.path() {
        DOCUMENT => ("text/xml", document(url)),
        // Of sound nothing is kept.
        MUSIC => ("audio/mpeg", Vec::new()),
        _ => return None,
    };
    let status = 200;
    Some(Received {
        answer: Answer {
            status,
            content_type: Some(content_type.to_owned()),
            body,
            without_chunks: false,
            cut_off: false,
            url: url.clone(),
        },
        location: None,
        answered: Some(status),
    })
}

fn document(url: &Url) -> Vec<u8> {
    let scheme = url.scheme();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Say voice=\"alice\">{DEMO_WORDS}</Say>\
         <Play>{scheme}://{HOST}{MUSIC}</Play></Response>"
    )
    .into_bytes()
}
