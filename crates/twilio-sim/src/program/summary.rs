//! What became of a run, in words.

use std::fmt::Write as _;

use twilio_sim::{CallReport, Simulator};

/// A line for each call, what each callee heard, and the counts.
pub(crate) fn summary(sim: &Simulator) -> String {
    let calls = sim.calls();
    let mut text = String::new();
    for call in &calls {
        line(&mut text, call);
    }
    let dropped = sim
        .deliveries()
        .iter()
        .filter(|delivery| delivery.answer_status().is_none())
        .count();
    // Writing to a text cannot fail.
    let _ = writeln!(
        text,
        "{} calls, {} requests made ({dropped} without an answer), {} alerts",
        calls.len(),
        sim.deliveries().len(),
        sim.alerts().len(),
    );
    for alert in sim.alerts() {
        let _ = writeln!(
            text,
            "  {} {}: {}",
            alert.call_sid, alert.code, alert.message
        );
    }
    text
}

fn line(text: &mut String, call: &CallReport) {
    let seconds = call.duration_seconds.unwrap_or_default();
    let _ = writeln!(text, "{} {} {} {seconds} s", call.sid, call.to, call.status);
    for words in call.said() {
        let _ = writeln!(text, "  heard: {words}");
    }
    if !call.keys_pressed.is_empty() {
        let _ = writeln!(text, "  pressed: {}", call.keys_pressed);
    }
}
