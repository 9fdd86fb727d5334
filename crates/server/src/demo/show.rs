//! Shows the story: pretty in a terminal, plain when piped.

use std::time::Duration;

use anstream::println;
use anstyle::{AnsiColor, Style};
use indicatif::ProgressBar;
use serde_json::Value;
use twilio_sim::{CallReport, HeardKind};

use super::story::{Chapter, Story, text};
use super::twiml;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const SPOKEN: Style = AnsiColor::Cyan.on_default();

/// A spinner while the story happens; silent when piped.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn start() -> Self {
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(80));
        Self(bar)
    }

    pub(super) fn step(&self, what: &str) {
        self.0.set_message(what.to_owned());
    }

    pub(super) fn end(self) {
        self.0.finish_and_clear();
    }
}

pub(super) fn opening(base_url: &str, simulator_url: &str) {
    println!("{BOLD}Atlas, a self-hosted call service for Twilio{BOLD:#}");
    println!();
    println!(
        "This demo runs the real service on a temporary database, and a simulated Twilio that"
    );
    println!("rings simulated people, executes the TwiML it is given and signs its callbacks.");
    println!("No account is used and no phone rings. Time is virtual: minutes pass in moments.");
    println!("{DIM}service {base_url}, simulated Twilio {simulator_url}{DIM:#}");
}

pub(super) fn chapter(chapter: &Chapter) {
    println!();
    println!("{BOLD}━━ {}{BOLD:#}", chapter.title);
    println!();
    println!("POST {}", chapter.path);
    println!("{DIM}{}{DIM:#}", chapter.request);
    println!();
    timeline(&chapter.call);
    for (number, dial) in (1..).zip(&chapter.dials) {
        heard(number, dial);
    }
    if let Some(notification) = &chapter.notification {
        proof(notification);
    }
    if let Some(document) = chapter.dials.iter().find_map(|dial| dial.documents.first()) {
        println!();
        println!("The TwiML that Twilio was given:");
        for line in twiml::indented(&document.twiml).lines() {
            println!("{DIM}  {line}{DIM:#}");
        }
    }
    if let Some(words) = chapter.call["transcription_text"].as_str() {
        println!();
        println!("The recording: {}", text(&chapter.call["recording_url"]));
        println!("Its transcription: {SPOKEN}“{words}”{SPOKEN:#}");
    }
    if let Some(feedback) = &chapter.feedback {
        println!();
        println!(
            "Feedback: overall {}/5, “{}”",
            feedback["overall_satisfaction"],
            text(&feedback["notes"])
        );
    }
    println!();
    for expectation in &chapter.expectations {
        mark(expectation.holds, expectation.what);
    }
}

fn timeline(call: &Value) {
    println!("Its timeline, from GET /calls/{}:", text(&call["call_id"]));
    for attempt in list(&call["attempts"]) {
        println!(
            "  {}  dial {}  {:<12} {}",
            clock_time(text(&attempt["at"])),
            attempt["dial_no"],
            text(&attempt["status"]),
            text(&attempt["reason"]),
        );
    }
}

fn proof(notification: &Value) {
    println!();
    println!(
        "What proves that somebody was reached, from GET /notifications/{}:",
        text(&notification["notification_id"])
    );
    for step in list(&notification["proof"]) {
        let told = ["answered_by", "digits", "via"].map(|field| text(&step[field]));
        println!(
            "  {}  {:<13}  {:<8}  {DIM}{}{DIM:#}",
            clock_time(text(&step["at"])),
            text(&step["step"]),
            told.concat(),
            text(&step["from"]),
        );
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn heard(number: usize, dial: &CallReport) {
    if dial.heard.is_empty() {
        return;
    }
    println!();
    println!("What the person heard, in dial {number}:");
    for heard in &dial.heard {
        let at = heard.at.time();
        let at = format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second());
        let what = match &heard.kind {
            HeardKind::Said { text, .. } => {
                let words = wrapped(&format!("“{text}”"), 90, 12);
                format!("{SPOKEN}{words}{SPOKEN:#}")
            }
            HeardKind::Beep => "(beep)".to_owned(),
            HeardKind::Pause { seconds } => format!("({seconds} s of silence)"),
            HeardKind::ApplicationError => {
                format!("{BAD}Twilio's announcement of an application error{BAD:#}")
            }
            other @ (HeardKind::Played { .. }
            | HeardKind::Tones { .. }
            | HeardKind::HoldMusic
            | HeardKind::Bridged { .. }
            | HeardKind::Conference { .. }
            | _) => {
                format!("{other:?}")
            }
        };
        println!("  {at}  {what}");
    }
    for recording in &dial.recordings {
        println!(
            "  then they spoke for {} s after the beep",
            recording.duration_ms / 1000
        );
    }
}

/// Shows how everything ended, and says whether that is as it should be.
pub(super) fn verdict(story: &Story) -> bool {
    let expectations = story
        .chapters
        .iter()
        .flat_map(|chapter| &chapter.expectations);
    let (held, broken): (Vec<_>, Vec<_>) = expectations.partition(|expectation| expectation.holds);
    println!();
    if broken.is_empty() {
        println!(
            "{GOOD}Everything ended as it should ({} of {0}).{GOOD:#}",
            held.len()
        );
    } else {
        println!(
            "{BAD}{} of {} did not end as they should.{BAD:#}",
            broken.len(),
            broken.len() + held.len()
        );
    }
    println!();
    println!("Run it for yourself: make run");
    broken.is_empty()
}

fn mark(holds: bool, what: &str) {
    if holds {
        println!("  {GOOD}✓{GOOD:#} {what}");
    } else {
        println!("  {BAD}✗ {what}{BAD:#}");
    }
}

/// Breaks a text between words into lines of at most `width` characters where that is possible,
/// all but the first indented.
pub(super) fn wrapped(text: &str, width: usize, indent: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let room = lines.last().map_or(0, |line: &String| {
            width.saturating_sub(line.chars().count() + word.trim_end().chars().count())
        });
        match lines.last_mut() {
            Some(line) if room > 0 || line.trim().is_empty() => line.push_str(word),
            Some(_) | None => lines.push(format!("{:indent$}{word}", "")),
        }
    }
    let trimmed: Vec<_> = lines.iter().map(|line| line.trim_end()).collect();
    trimmed.join("\n")
}

/// The time of day of an RFC 3339 time, to the second.
fn clock_time(at: &str) -> &str {
    at.get(11..19).unwrap_or(at)
}
