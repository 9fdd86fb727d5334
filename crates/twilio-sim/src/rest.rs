//! The REST API: who may ask, what there is, and a record of every request.

mod access;
mod accounts;
mod addresses;
mod call_events;
mod call_recordings;
mod calls;
mod create_call;
mod create_message;
mod date_filter;
mod detection_params;
mod faulted;
mod lookup;
mod media;
mod message_media;
mod messages;
mod notifications;
mod paging;
mod parameters;
mod recording_options;
mod recordings;
mod refusal;
mod reply;
mod seen;
mod test_account;
mod transcriptions;
mod trial;
mod update_call;
mod xml;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use access::Access;
use reply::Reply;

pub(crate) use create_call::place_call;

use crate::clock::Exchange;
use crate::journal::{Entry, without_dates};
use crate::record::RequestReport;
use crate::world::{Params, Shared};

/// A socket kept beside its connection, so that a fault can close it without an answer.
pub(crate) struct Connection(pub(crate) socket2::Socket);

/// What a resource does with a request.
enum Outcome {
    Answer(Reply),
    /// Close the connection and say nothing.
    DropConnection,
    /// Say nothing until the client gives up.
    NoAnswer,
}

impl From<Reply> for Outcome {
    fn from(reply: Reply) -> Self {
        Self::Answer(reply)
    }
}

/// A request taken apart.
struct Asked {
    method: String,
    params: Params,
    range: Option<String>,
}

impl Asked {
    fn is_get(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "HEAD")
    }

    fn is_post(&self) -> bool {
        self.method == "POST"
    }

    fn is_delete(&self) -> bool {
        self.method == "DELETE"
    }
}

/// The first value of a parameter that is not empty.
fn param<'a>(params: &'a Params, name: &str) -> Option<&'a str> {
    params
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
        .filter(|value| !value.is_empty())
}

/// Serves everything below `/2010-04-01`.
pub(crate) async fn serve(
    request: HttpRequest,
    body: web::Bytes,
    shared: web::Data<Shared>,
) -> HttpResponse<GuardedBody> {
    let shared = shared.into_inner();
    let exchange = shared.timeline.open_exchange();
    let asked = take_apart(&request, &body);
    let number = note(&shared, &request, &asked);

    let concurrent = Concurrent::begin(&shared);
    let path = Path::read(request.path());
    let limit = shared.config.limits.concurrent_requests;
    let outcome = match access::identify(&shared.config, &request) {
        Some(_) if limit.is_some_and(|limit| concurrent.count > limit) => {
            Reply::error(429, 20429, "Too Many Requests").into()
        }
        Some(Access::Test(test)) => test_account::answer(&shared, test, &path.json, &asked),
        Some(access @ (Access::Full | Access::Standard)) => {
            faulted::answer(&shared, access, &path.json, &asked).await
        }
        None => Reply::error(401, 20003, "Authenticate")
            .header("WWW-Authenticate", "Basic realm=\"Twilio API\"")
            .into(),
    };
    write(&shared, &path.json, &asked, &outcome);
    let reply = match outcome {
        Outcome::Answer(reply) => {
            if reply.is_deliverable(&request)
                && let Some(report) = shared.world().requests.get_mut(number)
            {
                report.answer_status = Some(reply.status());
            }
            match &path.xml_collection {
                Some(collection) => reply.in_xml(collection),
                None => reply,
            }
        }
        Outcome::DropConnection => {
            close(&request).await;
            // Nobody can receive this any more.
            Reply::error(500, 20500, "connection dropped")
        }
        Outcome::NoAnswer => std::future::pending().await,
    };
    let request_id = shared.new_sid("RQ");
    let response = reply.into_response(&request_id, concurrent.count);
    response.map_body(|_, inner| GuardedBody {
        inner,
        _exchange: exchange,
    })
}

/// Ends a connection without an answer.
async fn close(request: &HttpRequest) {
    if let Some(connection) = request.conn_data::<Connection>() {
        // It may be closed already, which is as well.
        drop(connection.0.shutdown(std::net::Shutdown::Both));
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
}

fn take_apart(request: &HttpRequest, body: &[u8]) -> Asked {
    let read = |bytes: &[u8]| {
        form_urlencoded::parse(bytes)
            .into_owned()
            .collect::<Params>()
    };
    let mut params = read(request.query_string().as_bytes());
    params.extend(read(body));
    let range = request
        .headers()
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok());
    Asked {
        method: request.method().to_string(),
        params,
        range: range.map(ToOwned::to_owned),
    }
}

fn note(shared: &Shared, request: &HttpRequest, asked: &Asked) -> u64 {
    let report = RequestReport {
        at: shared.now(),
        method: asked.method.clone(),
        path: request.path().to_owned(),
        params: asked.params.clone(),
        answer_status: None,
    };
    shared.world().requests.push(report)
}

/// Writes a request and what was answered into the journal.
fn write(shared: &Shared, path: &str, asked: &Asked, outcome: &Outcome) {
    let reply = match outcome {
        Outcome::Answer(reply) => Some(reply),
        Outcome::DropConnection | Outcome::NoAnswer => None,
    };
    let entry = Entry::Request {
        method: &asked.method,
        path,
        params: without_dates(&asked.params),
        answer: reply.map(Reply::status),
        code: reply.and_then(Reply::code),
    };
    shared.write(reply.and_then(Reply::call_sid), entry);
}

/// One request among those being served; counted until it is dropped.
struct Concurrent<'a> {
    counter: &'a AtomicUsize,
    /// How many there were when it began, itself included.
    count: usize,
}

impl<'a> Concurrent<'a> {
    fn begin(shared: &'a Shared) -> Self {
        let counter = &shared.concurrent_requests;
        let count = counter.fetch_add(1, Ordering::SeqCst) + 1;
        Self { counter, count }
    }
}

impl Drop for Concurrent<'_> {
    fn drop(&mut self) {
        self.counter.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A path as it is routed, and how it wants its answer.
struct Path {
    /// With `.json` at its end, except for the media of recordings and the text of transcriptions.
    json: String,
    /// The segment that names the resource, when the answer is to be XML.
    xml_collection: Option<String>,
}

impl Path {
    /// Source: Twilio, "Twilio's Response": the 2010 API answers XML unless the path ends in `.json`.
    fn read(path: &str) -> Self {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let as_it_is = Self {
            json: path.to_owned(),
            xml_collection: None,
        };
        let (collection, rest) = match segments.as_slice() {
            ["2010-04-01", "Accounts", _, "Recordings", _]
            | ["2010-04-01", "Accounts", _, "Messages", _, "Media", _] => return as_it_is,
            ["2010-04-01", "Accounts", rest @ ..] if rest.len() % 2 == 1 => {
                // Collection and SID take turns: what comes before a last SID names the resource.
                let named = rest.len().checked_sub(2).and_then(|at| rest.get(at));
                (named.copied().unwrap_or("Accounts"), rest)
            }
            ["2010-04-01", "Accounts", rest @ ..] => {
                (rest.last().copied().unwrap_or_default(), rest)
            }
            _ => return as_it_is,
        };
        let last = rest.last().copied().unwrap_or_default();
        if last.is_empty() || last.ends_with(".json") || last.ends_with(".txt") {
            return as_it_is;
        }
        let stem = path.strip_suffix(".xml").unwrap_or(path);
        Self {
            json: format!("{stem}.json"),
            xml_collection: Some(collection.trim_end_matches(".xml").to_owned()),
        }
    }
}

/// All resources in one table.
async fn route(shared: &Arc<Shared>, access: Access<'_>, path: &str, asked: &Asked) -> Outcome {
    let account = shared.config.account_sid.as_str();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    if let Some(number) = lookup::number_in(path) {
        return only_get(asked, || lookup::fetch(shared, &number, asked));
    }
    let Some(("2010-04-01", ["Accounts", rest @ ..])) =
        segments.split_first().map(|(first, rest)| (*first, rest))
    else {
        return Reply::not_found(path).into();
    };
    match rest {
        [file] if file.strip_suffix(".json") == Some(account) => match access {
            Access::Full => only_get(asked, || accounts::fetch(shared)),
            Access::Standard | Access::Test(_) => {
                Reply::error(403, 20403, "This key may not read accounts").into()
            }
        },
        [owner, ..] if *owner != account => Reply::not_found(path).into(),
        [_, "Calls.json"] if asked.is_post() => create_call::create(shared, asked).await,
        [_, "Calls.json"] => only_get(asked, || calls::list(shared, asked)),
        [_, "Calls", file] if asked.is_post() => {
            update_call::update(shared, stem(file), asked).into()
        }
        [_, "Calls", file] if asked.is_delete() => calls::delete(shared, stem(file)).into(),
        [_, "Calls", file] => only_get(asked, || calls::fetch(shared, stem(file))),
        [_, "Calls", call, "Events.json"] => {
            only_get(asked, || call_events::list(shared, call, asked))
        }
        [_, "Calls", call, "Notifications.json"] => {
            only_get(asked, || notifications::list(shared, call, asked))
        }
        [_, "Calls", call, "Notifications", file] => {
            only_get(asked, || notifications::fetch(shared, call, stem(file)))
        }
        [_, "Calls", call, "Recordings.json"] => {
            call_recordings::collection(shared, call, asked).into()
        }
        [_, "Calls", call, "Recordings", file] => {
            call_recordings::item(shared, call, file, asked).into()
        }
        [_, "Recordings.json"] => only_get(asked, || recordings::list(shared, asked)),
        [_, "Recordings", file] if file.ends_with(".json") => {
            recordings::item(shared, stem(file), asked).into()
        }
        [_, "Recordings", file] => only_get(asked, || media::fetch(shared, file, asked)),
        [_, "Recordings", recording, "Transcriptions.json"] => {
            only_get(asked, || transcriptions::list_of(shared, recording, asked))
        }
        [_, "Transcriptions.json"] => only_get(asked, || transcriptions::list(shared, asked)),
        [_, "Transcriptions", file] | [_, "Recordings", _, "Transcriptions", file] => {
            transcriptions::item(shared, file, asked).into()
        }
        [_, "Messages.json"] if asked.is_post() => create_message::create(shared, asked).into(),
        [_, "Messages.json"] => only_get(asked, || messages::list(shared, asked)),
        [_, "Messages", file] if asked.is_post() => {
            messages::update(shared, stem(file), asked).into()
        }
        [_, "Messages", file] if asked.is_delete() => messages::delete(shared, stem(file)).into(),
        [_, "Messages", file] => only_get(asked, || messages::fetch(shared, stem(file))),
        [_, "Messages", message, "Media.json"] => {
            only_get(asked, || message_media::list(shared, message, asked))
        }
        [_, "Messages", message, "Media", file] if asked.is_delete() => {
            message_media::delete(shared, message, stem(file)).into()
        }
        [_, "Messages", message, "Media", file] => {
            only_get(asked, || message_media::fetch(shared, message, file))
        }
        _ => Reply::not_found(path).into(),
    }
}

fn only_get(asked: &Asked, answer: impl FnOnce() -> Reply) -> Outcome {
    if asked.is_get() {
        answer().into()
    } else {
        Reply::error(405, 20004, "Method not allowed").into()
    }
}

/// The SID in `SID.json`; a name without that ending fits no resource.
fn stem(file: &str) -> &str {
    file.strip_suffix(".json").unwrap_or_default()
}

/// A body that keeps its exchange open until it has been sent.
pub(crate) struct GuardedBody {
    inner: BoxBody,
    _exchange: Exchange,
}

impl MessageBody for GuardedBody {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.inner.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<web::Bytes, Self::Error>>> {
        Pin::new(&mut self.inner).poll_next(context)
    }
}
