//! A simulated Twilio that listens on loopback and calls simulated people.
//!
//! A service under test talks to it as it would to Twilio: it creates calls over the REST API, and the
//! simulator dials, lets the phone ring, fetches TwiML when somebody answers, does what it says, and posts
//! signed callbacks. Afterwards a test can read what the callee heard and when. Nothing here is shared with
//! any other Twilio library: the signer and the TwiML reader are its own, so that one mistake cannot cancel
//! itself out. It can also be run by itself: `twilio-sim --port 8001 --clock real`.
//!
//! # Example
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use twilio_sim::{CallStatus, ExposeSecret as _, Simulator, SimulatorConfig};
//!
//! let sim = Simulator::start(SimulatorConfig::fast()).await?;
//! let account = &sim.config().account_sid;
//! let form = [
//!     ("To", "+15550100042"),
//!     ("From", "+15005550006"),
//!     ("Twiml", "<Response><Say>Hello there</Say></Response>"),
//! ];
//! reqwest::Client::new()
//!     .post(format!("{}/2010-04-01/Accounts/{account}/Calls.json", sim.url()))
//!     .basic_auth(account, Some(sim.config().auth_token.expose_secret()))
//!     .form(&form)
//!     .send()
//!     .await?
//!     .error_for_status()?;
//! sim.run_until_idle().await;
//!
//! let calls = sim.calls();
//! assert_eq!(calls[0].status, CallStatus::Completed);
//! assert_eq!(calls[0].said(), ["Hello there"]);
//! sim.shutdown().await;
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```
//!
//! # Numbers
//!
//! Who answers is chosen by the number dialled, or by [`Simulator::set_behaviour`].
//!
//! | number | what happens |
//! |---|---|
//! | any other | rings 2 s, answers, listens to the end, talks 3 s when recorded, presses nothing |
//! | `+15550100001` | answers and stays silent |
//! | `+15550100003` | hangs up in the middle of the first words spoken, a consent notice for instance |
//! | `+15550100004` | busy (SIP 486) |
//! | `+15550100005` | rings until the call's `Timeout` (SIP 487) |
//! | `+155501001NN` | talks `NN` seconds when recorded (`00`: stays silent) |
//! | `+155501002NN` | rings `NN` seconds before answering |
//! | `+15550100006` | is a fax |
//! | `+155501004NN` | is a voicemail: greets for `NN` seconds, beeps and records |
//! | `+155501005NN` | the same without a beep |
//! | `+155501006NN` | busy `NN` times, then answers |
//! | `+1555010070D` | presses `D` at every prompt and to end a recording |
//! | `+15550100710`, `+15550100711` | presses `#`, presses `*` |
//! | `+1555010072D` | presses nothing at the first prompt and `D` at every further one |
//! | `+1555010073D` | presses `9` at the first prompt and `D` at every further one |
//! | `+1555010074D` | presses `D` 0.4 s after the beginning of every prompt, while it is spoken |
//! | `+1555010075D` | the same at the first prompt only, and once more half a second later |
//! | `+1555010076D` | presses `D` 0.25 s after the other side has hung up, which nobody is told of |
//! | `+1555010077D` | presses `D` and hangs up at once: the action is requested, nobody hears its answer |
//! | `+1555010078D` | rings 45 s, then presses `D` at every prompt |
//! | `+155501008NN` | hangs up `NN` seconds after answering |
//! | `+155501009NN` | a person, who acts live, see below |
//! | `+15550103SSS` | cannot be connected, SIP status `SSS` |
//! | `+15550107DDD` | presses `D`, `D`, `D` at the first prompt and nothing later |
//!
//! Twilio's magic numbers answer their errors: `+15005550001` to `+15005550004` cannot be called (21217,
//! 21214, 21215, 21216), and a call may come from `+15005550006` or one of the configured numbers, and
//! from no other (21212, 21210).
//!
//! # A person
//!
//! [`Behaviour::Person`] is a callee who does nothing by itself: the phone rings until somebody answers
//! or declines with [`Simulator::act`], and afterwards presses keys, talks and hangs up when it pleases
//! them. A key interrupts the words of a `<Gather>`; keys pressed and words said while nothing listens
//! are lost, as on a real line. Time goes on while the call waits, and its timeouts run out. Because a
//! fast clock would be at the next timeout before anybody can lift a finger, it goes at real speed while
//! a person's phone rings or a person is on the line; a stepped clock moves by hand as always.
//!
//! At `/_sim` a browser shows the calls as they happen: what each callee heard, what the service was asked
//! and what it answered; there a person answers, presses keys, talks and hangs up. `GET /_sim/events`
//! says in server-sent events what is going on.
//!
//! # The life of a call
//!
//! | virtual time | what happens |
//! |---|---|
//! | 0 | `queued`: the REST API has answered 201 |
//! | 0.5 s | dialled: event `initiated`, `SequenceNumber` 0 |
//! | 1 s | event `ringing`, 1; or `failed` without it, 1 |
//! | 1.5 s | `busy`, 2 |
//! | 3 s | event `answered` (`in-progress`), 2, and the TwiML is fetched; or later, or `no-answer`, 2 |
//! | the end | `completed`, 3 |
//!
//! Every event is numbered, and those the call is subscribed to are posted (only `completed` by default).
//! Words take [`speech_ms`] and the `time` of every `<break>` in them (0.5 s when it has none), a sound file
//! 5 s, a key 0.25 s, the beep before a recording 0.5 s. A callee presses the first key of a `<Gather>` one
//! second after its prompts have ended, and further ones each half a second later. It begins to speak to one
//! a second after the prompts, at an even pace, and has finished after the silence of `speechTimeout`, for
//! which `auto` is one second. A recording can be had, and its callback comes, one second after its end; its
//! transcription comes ten seconds after its end, and fails for recordings of 2 s or less, or 120 s or more.
//! A recording in which nobody spoke is `absent`; whether its `<Record>` goes on to the action is
//! [`SilentRecord`].
//!
//! A document that cannot be had or read, when there is no fallback either, lets the callee hear
//! [`HeardKind::ApplicationError`] and ends the call; [`Simulator::alerts`] says why. A call runs at most
//! 100 documents.
//!
//! # Dial
//!
//! `<Dial>` calls further simulated people, and each becomes a call of its own with a `ParentCallSid`. What
//! their phones do is chosen as above; a Client has the address `client:NAME` and a Sip its URI without
//! the headers. They ring at once, or one after the other with `sequential`. The first whose own document
//! (`url`) has ended is connected and the others are hung up. The two then hear [`HeardKind::Bridged`]
//! until one of them hangs up: the callee does when it has said its words, as long as they take
//! ([`Callee::speech`]), unless it was set when to; one who says nothing stays. `hangupOnStar` lets a caller
//! whose next keys hold a `*` leave a second after it was connected. When the caller hangs up first, the
//! action is requested all the same and its answer is of no use.
//!
//! `<Enqueue>` lets a call wait, with the `waitUrl` document again and again; a round that took less than a
//! second is not repeated. `<Dial><Queue>` takes the first who waits, and waits for one until its timeout
//! when there is none; of the two, the one who waited hangs up when it has said its words.
//!
//! `<Dial><Conference>` starts with its second participant, when one of them starts it, and ends with the last
//! or with one who ends it. Each participant hears [`HeardKind::Conference`] and hangs up when it has said its
//! words since then. Events are those of start, end, join and leave; beeps and coaching are not simulated.
//!
//! # Whom a call is placed to
//!
//! `To` of a new call is a number, `client:NAME` or a SIP URI; set the behaviour of a client or SIP phone
//! with [`Simulator::set_behaviour`] by its address, without the headers in the query of a SIP URI. A bad
//! URI is refused with 21221. A `From` of `client:NAME` is for clients and SIP phones only. With an
//! `ApplicationSid` the webhooks of that [`Application`] take the place of those given; an unknown one is
//! refused (21218). An update may replace the callbacks, the document and the `TimeLimit`, which counts
//! from the answer.
//!
//! # Limits
//!
//! [`Limits`] make the account one that must wait: reads of calls that lag behind
//! (`consistency_lag`), calls that queue (`calls_per_second`; `queue_time` says how long, error 22005 when
//! it would be more than 24 hours), requests that are refused with 429 and 20429 (`concurrent_requests`),
//! and the rules of a trial account (`trial`): only verified numbers are called (21219) or written to
//! (21608), at most five calls at once (10004), each for ten minutes at most, and a callee hears an
//! announcement first and must press a key. Whoever says hello does; a machine or somebody silent does
//! not, and the call is completed without a request for its document.
//!
//! [`SimulatorConfig::test_credentials`] open the account of Twilio's test credentials: calls and messages
//! are checked with the magic numbers, answered with 201 and never made; everything else is refused (20008).
//!
//! # Messages
//!
//! A message is `queued`, after 0.5 s `sending`, after 1 s `sent` and after 2 s `delivered`; each change is
//! posted to its `StatusCallback`. To `+15550105CCC` it ends `undelivered` and to `+15550106CCC` `failed`,
//! with error `30CCC`. Twilio's magic numbers are refused with their errors. Any `MG` SID is taken for a
//! messaging service that sends from the account's first number.
//!
//! [`Simulator::send_message`], or `POST /_sim/messages` with the JSON members `from`, `to`, `body` and
//! `media_urls`, lets a person write: the message is posted to [`SimulatorConfig::message_webhook`](field@SimulatorConfig::message_webhook), and
//! `<Message>` and `<Redirect>` in the answer are done. After `STOP` further messages to that person are
//! refused (21610) until `START`. `GET /_sim/messages` lists all.
//!
//! # Time
//!
//! The simulator owns virtual time, see [`clock`] for the rules and [`ClockMode`] for the ways it moves. In
//! the virtual modes, fast and stepped, one thing happens at a time and a callback is answered before the
//! next thing happens. A request that is held or not answered keeps time from moving until it ends.
//!
//! # Control over HTTP
//!
//! Tests in any language, and processes that follow the clock, talk to `/_sim`; `GET /_sim/openapi.json`
//! describes every route, and failures are problem documents that name the field (RFC 9457).
//!
//! | request | what it does |
//! |---|---|
//! | `GET /_sim/calls`, `?to=…`, `?status=…`, `/_sim/calls/{CA}` | what [`Simulator::calls`] reports |
//! | `POST /_sim/calls` | places a call: `{"to", "url" or "twiml", …}`; needs no credentials |
//! | `POST /_sim/calls/{CA}/answer`, `decline`, `press`, `say`, `hang-up` | acts as a person: `{"keys"}`, `{"text"}` |
//! | `GET`, `PUT`, `DELETE /_sim/numbers/{number}` | who answers: a [`Behaviour`], `{"kind": "presses", "digits": "1"}` |
//! | `GET /_sim/requests`, `/_sim/deliveries`, `/_sim/alerts` | what [`Simulator`] reports |
//! | `GET /_sim/clock` | `{"now_ms", "now", "mode"}` |
//! | `POST /_sim/clock/advance?ms=…` | moves a stepped clock; 409 with another |
//! | `POST /_sim/clock/run-until-idle` | as [`Simulator::run_until_idle`], for at most 20 real seconds: `{"now_ms", "idle"}` |
//! | `POST /_sim/clock/sleep?until_ms=…&participant=…` | when it is that time, `{"now_ms", "reached": true}`; after 20 real seconds `"reached": false` |
//! | `GET`, `POST`, `DELETE /_sim/faults`, `DELETE /_sim/faults/{number}` | what goes wrong on purpose, see [`Fault`] |
//! | `GET /_sim/journal` | everything that happened, see [`Simulator::journal`] |
//! | `POST /_sim/reset` | as [`Simulator::reset`] |
//!
//! Nobody logs in, because only this machine is served. So that no web page elsewhere makes a browser on
//! this machine do it, the `Host` must be `localhost`, `127.0.0.1` or `[::1]`, and a request that changes
//! anything must not carry the `Origin` of another page.
//!
//! # Faults
//!
//! Things go wrong when a test says so, see [`Fault`] and [`Simulator::add_fault`]: callbacks that are lost,
//! repeated, late, out of order or badly signed; REST requests that are answered with an error, late or
//! never, before or after they took effect; documents that arrive late or are requested twice; callees who
//! hang up at any moment. Each for everybody or for one number, always, for the next few times, or at a
//! rate. Over HTTP a fault is JSON:
//!
//! ```text
//! curl -d '{"kind": "drop_callback", "target": {"number": "+15550100042"}, "when": {"rate": 0.1}}' \
//!      http://127.0.0.1:8001/_sim/faults
//! curl -d '{"kind": {"answer": {"http_status": 500, "code": 20500, "executed": true}},
//!           "target": {"route": "POST Calls.json"}, "when": {"next": 1}}' http://127.0.0.1:8001/_sim/faults
//! ```
//!
//! Every random choice is drawn from [`SimulatorConfig::seed`] and the name of what it decides (the call,
//! which is known by its number and by how many calls to that number came before, and the how-many-eth
//! callback of it), so a seed makes the whole run repeatable, however requests happen to arrive.
//!
//! # Scenarios
//!
//! Behaviours, faults and calls can be kept in a file and played again: see [`scenario`]. `twilio-sim run`
//! plays one to its end, `twilio-sim serve --scenario` starts with it.
//!
//! # REST API
//!
//! Below `/2010-04-01/Accounts/{AC}/`, with Twilio's fields and error codes, as JSON when the path ends in
//! `.json` and as XML when it does not:
//!
//! | resource | what can be done |
//! |---|---|
//! | `Calls.json` | `POST`, `GET` with every filter |
//! | `Calls/{CA}.json` | `GET`, `POST` (redirect, cancel, complete), `DELETE` once it is over |
//! | `Calls/{CA}/Events.json` | `GET`, from 15 minutes after the end of the call |
//! | `Calls/{CA}/Notifications.json` and `/{NO}.json` | `GET`: the alerts |
//! | `Calls/{CA}/Recordings.json` and `/{RE}.json` | `GET`, `POST` (start; pause, resume, stop), `DELETE` |
//! | `Recordings.json`, `Recordings/{RE}` as `.json`, `.wav`, `.mp3` | `GET` with every filter, `DELETE` |
//! | `Transcriptions.json`, `Transcriptions/{TR}` as `.json`, `.txt`; also below a recording | `GET`, `DELETE` |
//! | `Messages.json` | `POST`, `GET` with every filter |
//! | `Messages/{SM}.json` | `GET`, `POST` (redact, cancel a scheduled one), `DELETE` |
//! | `Messages/{SM}/Media.json` and `/{ME}` | `GET`, `DELETE` |
//! | `Accounts/{AC}.json` | `GET`, but not with a standard API key |
//!
//! `GET /v2/PhoneNumbers/{number}`, Lookup v2, is served on the same origin.
//!
//! Lists are paged with `PageSize` (1 to 1000) and opaque page tokens, forth and back. Who asks is the
//! account with its token, or one of [`SimulatorConfig::api_keys`].
//!
//! TwiML: Say, Play, Pause, Gather, Record, Dial (Number, Client, Sip, Queue, Conference), Enqueue, Leave, Sms,
//! Redirect, Hangup, Start and Stop of a Recording or a Stream; a Stream is noted in
//! [`CallReport::streams`] and its status callback is told, nothing connects to it. Reject ends the call,
//! other verbs are skipped with alert 12200.
//!
//! # Requests to the service
//!
//! Every request is signed for the URL it is made to, after a redirect too (301, 302 and 303 make it a GET, 307
//! and 308 do not; at most ten, to `http` and `https` only). Credentials in a URL are sent when an answer 401
//! asks for the Basic scheme. Cookies come back in the same call, or between the same two numbers for
//! messages, to the host that set them: at most 50 and 16 kB. Of a document 64 kB are read. What was requested
//! with GET is kept as `ETag`, `Last-Modified`, `Expires` and `Cache-Control` allow, at most 256 documents: a
//! fresh copy is used without a request, an old one after an answer 304. `<Play>` fetches nothing.
//!
//! Twilio's demo document, `http://demo.twilio.com/docs/voice.xml`, and the `classic.mp3` that it plays are
//! answered by the simulator itself, over `https` too, so that examples work without a network: the document
//! says [`DEMO_WORDS`]. Every other host is asked.
//!
//! # Answering machines
//!
//! From half a second after the answer a callee is heard: a person says hello for 0.8 s, `+15550100001` is
//! silent, a voicemail greets ([`Callee::opening`]). `MachineDetection` goes by that alone: speech of at most
//! `MachineDetectionSpeechThreshold` is a `human`'s, found when it has been silent for
//! `MachineDetectionSpeechEndThreshold`; longer speech is `machine_start`, found at the threshold, or with
//! `DetectMessageEnd`, at the end of the greeting, `machine_end_beep`, `machine_end_silence` or
//! `machine_end_other`. Silence is `unknown` after `MachineDetectionSilenceTimeout`, and so is everything
//! after `MachineDetectionTimeout`; a `fax` is found after 1.5 s. Without `AsyncAmd` the first document is
//! requested then, with `AnsweredBy` and `MachineDetectionDuration`; with it those are posted to
//! `AsyncAmdStatusCallback` while the call goes on (without one, alert 21262). Together with `SendDigits`
//! nothing is detected. With `machineDetection` of a `<Number>` or `<Sip>` the verdict is posted to
//! `amdStatusCallback` while the two talk. What a voicemail has recorded is [`CallReport::left_on_voicemail`].
//!
//! # Recordings
//!
//! | what records | `source` | from | channels | silence at the ends |
//! |---|---|---|---|---|
//! | `<Record>` | `RecordVerb` | the beep | 1 | trimmed |
//! | `Record=true` with the call | `OutboundAPI` | the answer | 1 | trimmed |
//! | `POST Calls/{CA}/Recordings.json` | `StartCallRecordingAPI` | then | 1 | kept |
//! | `<Start><Recording>` | `StartCallRecordingTwiML` | then | 2 | trimmed |
//! | `record` of a Dial | `DialVerb` | the ringing or the answer | 1 or 2 | kept |
//! | `record` of a Conference | `Conference` | its start | 1 | kept |
//!
//! These are the defaults of `RecordingChannels` (`mono`, `dual`) and `Trim`. What is trimmed is what comes
//! before the first and after the last sound of the call: words, sound files, keys, beeps and what the callee
//! says. All but `<Record>` can be paused, resumed and stopped by `POST` to
//! `Calls/{CA}/Recordings/{RE or Twilio.CURRENT}.json`, those of `<Start>` also by `<Stop><Recording name>`.
//! `DELETE` takes the media away at once and leaves the rest to `IncludeSoftDeleted=true`.
//!
//! Media is at `Recordings/{RE}` or `.wav` (16-bit PCM, 8 kHz, a quiet tone, in one channel or two) and `.mp3`
//! (well-formed frames of silence, always one channel), of the right length, whole or in ranges, once the
//! recording is `completed`.
//!
//! # Strictness
//!
//! Every document is checked against a table of all verbs and nouns of TwiML Voice and their attributes.
//! What Twilio's debugger would warn of is an alert ([`Simulator::alerts`], `GET /_sim/alerts`) and the call
//! goes on: 12200 for names, nesting and values, in the debugger's words, and the numbers of the verbs (13214,
//! 13223, 13310 to 13335, 13510 to 13521, 13610 to 13621, 13710, 13910). What cannot be read at all goes to
//! the fallback or ends the call: 11100, 11200, 11205, 11210, 11215, 11220, 11750, 11770, 12100, 12101, 12102,
//! 12300.
//!
//! With [`SimulatorConfig::strict`] (`--strict`) the first alert about a call ends it: the callee hears
//! [`HeardKind::ApplicationError`], no fallback is asked, and the call is `failed` with SIP status 500, which
//! an answered call never is at Twilio.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use twilio_sim::{CallStatus, ExposeSecret as _, Simulator, SimulatorConfig};
//!
//! let config = SimulatorConfig { strict: true, ..SimulatorConfig::fast() };
//! let sim = Simulator::start(config).await?;
//! let account = &sim.config().account_sid;
//! let form = [
//!     ("To", "+15550100042"),
//!     ("From", "+15005550006"),
//!     ("Twiml", "<Response><Record maxSpeechTime=\"30\"/></Response>"),
//! ];
//! reqwest::Client::new()
//!     .post(format!("{}/2010-04-01/Accounts/{account}/Calls.json", sim.url()))
//!     .basic_auth(account, Some(sim.config().auth_token.expose_secret()))
//!     .form(&form)
//!     .send()
//!     .await?;
//! sim.run_until_idle().await;
//!
//! assert_eq!(sim.calls()[0].status, CallStatus::Failed);
//! let alert = &sim.alerts()[0];
//! assert_eq!(alert.code, 12200);
//! assert_eq!(alert.message, "Attribute 'maxSpeechTime' is not allowed to appear in element 'Record'.");
//! # sim.shutdown().await;
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```
//!
//! Callbacks are signed with the URL as it is requested. An http library has normalised it by then: a host
//! in capitals is signed in small letters.

mod address;
mod audio;
mod call;
mod callbacks;
mod callee;
pub mod clock;
mod config;
mod control;
mod fault;
mod hooks;
mod journal;
mod messages;
mod person;
mod random;
mod record;
mod recording;
mod rest;
pub mod scenario;
mod signature;
mod simulator;
mod stream;
mod twiml;
mod world;

pub use callbacks::{DEMO_WORDS, HttpMethod};
pub use callee::{
    Behaviour, Callee, DEFAULT_PHRASE, GreetingEnd, HangsUp, Opening, Pickup, Speech,
};
pub use clock::{Participant, SimClock};
pub use config::{
    ApiKey, ApiKeyKind, Application, ClockMode, ConfigError, DEFAULT_ACCOUNT_SID,
    DEFAULT_AUTH_TOKEN, DEFAULT_FROM_NUMBER, Limits, SilentRecord, SimulatorConfig,
    TestCredentials, Trial,
};
pub use fault::{Fault, FaultError, FaultKind, FaultReport, FaultTarget, FaultWhen, Route};
pub use hooks::{Held, HoldPoint};
pub use messages::{
    MessageDirection, MessageReport, MessageStatus, MessageStatusChange, SendMessageError,
};
pub use person::{Act, ActError, ActReport, Listening};
pub use record::{
    AlertReport, CallReport, CallStatus, DeliveryKind, DeliveryOutcome, DeliveryReport,
    DocumentReport, Heard, HeardKind, KeyPress, RecordingReport, RequestReport, StatusChange,
};
pub use scenario::{RefusedCall, Scenario, ScenarioError};
/// What the account's secrets are kept in, and what shows them.
pub use secrecy::{ExposeSecret, SecretString};
pub use simulator::{Simulator, StartError};
pub use stream::StreamReport;
pub use twiml::speech_ms;

/// Keeps the examples of the README compiling.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;
