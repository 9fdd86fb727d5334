//! The attempts of an older service's calls: status updates in one version, dials in another.

use atlas_domain::call::{
    Attempt, CallStatus, Dial, Ending, EventIdentity, FailureCause, Placement, SidSource,
};
use atlas_domain::{CallSid, DialNo, Timestamp};
use mongodb::bson::Document;

use super::calls::About;
use super::values::{count, parsed, status, text, timestamp};

/// What became of a call, as far as its row tells.
pub(super) struct Heard {
    /// Never empty.
    pub(super) dials: Vec<Dial>,
    pub(super) attempts: Vec<Attempt>,
}

/// One entry of `attempts` that makes sense.
struct Entry {
    /// Whether it stands for a dial, or for one update about a dial.
    is_dial: bool,
    sid: Option<CallSid>,
    status: Option<CallStatus>,
    at: Timestamp,
    reason: Option<String>,
    duration_seconds: Option<u32>,
}

/// A dial as it is put together, with the error the older service noted for it.
struct Told {
    dial: Dial,
    error: Option<String>,
}

impl Heard {
    /// Puts together the dials that the row and its attempts tell of. Entries without any sense
    /// are left out; they stay in the row.
    pub(super) fn read(row: &Document, about: &About) -> Self {
        let mut entries = entries(row, about);
        let mut told = first_dial(&mut entries, about);
        let mut attempts = Vec::new();
        for entry in entries {
            let index = dial_of(&mut told, &entry);
            let Some(known) = told.get_mut(index) else {
                continue;
            };
            known.hear(&entry);
            let Some(status) = entry.status else {
                continue;
            };
            let attempt_no = u32::try_from(attempts.len() + 1).unwrap_or(u32::MAX);
            attempts.push(Attempt {
                attempt_no,
                dial_no: known.dial.dial_no,
                twilio_sid: entry.sid,
                status,
                identity: EventIdentity::Imported(attempt_no),
                sip_response_code: None,
                noted_reason: entry.reason,
                at: entry.at,
            });
        }
        later_dials(&mut told, about);
        overlay(&mut told, about);
        Self {
            dials: told
                .into_iter()
                .map(|known| known.settled(about.updated_at))
                .collect(),
            attempts,
        }
    }
}

fn entries(row: &Document, about: &About) -> Vec<Entry> {
    let entries = row.get("attempts").and_then(|value| value.as_array());
    entries
        .into_iter()
        .flatten()
        .filter_map(|entry| Entry::read(entry.as_document()?, about))
        .collect()
}

impl Entry {
    fn read(entry: &Document, about: &About) -> Option<Self> {
        let status = status(entry, "status");
        let sid: Option<CallSid> =
            parsed(entry, "twilio_sid").or_else(|| parsed(entry, "call_sid"));
        let numbered_as_update = entry.contains_key("attempt_no");
        let is_dial = entry.contains_key("attempt_number")
            || entry.contains_key("timestamp")
            || (sid.is_some() && !numbered_as_update);
        if status.is_none() && !(is_dial && sid.is_some()) {
            return None;
        }
        Some(Self {
            is_dial,
            sid,
            status,
            at: timestamp(entry, "at")
                .or_else(|| timestamp(entry, "timestamp"))
                .unwrap_or(about.created_at),
            reason: text(entry, "reason").or_else(|| text(entry, "error_message")),
            duration_seconds: count(entry, "duration"),
        })
    }
}

/// What is known of the first dial before any entry is read. The row names its SID, which the
/// entries of dials may leave out.
fn first_dial(entries: &mut [Entry], about: &About) -> Vec<Told> {
    let sid = about.sids.first();
    let named = entries.iter().any(|entry| entry.sid.as_ref() == sid);
    match entries.iter_mut().find(|entry| entry.is_dial) {
        None => vec![Told::begin(DialNo::FIRST, sid.cloned(), about.created_at)],
        Some(_) if named || sid.is_none() => Vec::new(),
        Some(first) if first.sid.is_none() => {
            first.sid = sid.cloned();
            Vec::new()
        }
        Some(_) => {
            let mut first = Told::begin(DialNo::FIRST, sid.cloned(), about.created_at);
            first.overtaken_by_another();
            vec![first]
        }
    }
}

/// Which dial an entry is about; a new one when it is one nobody has told of.
fn dial_of(told: &mut Vec<Told>, entry: &Entry) -> usize {
    let same = |known: &Told| entry.sid.is_some() && known.dial.sid == entry.sid;
    if let Some(index) = told.iter().position(same) {
        return index;
    }
    match told.last() {
        Some(_) if !entry.is_dial => told.len() - 1,
        Some(last) => {
            let dial_no = last.dial.dial_no.next();
            told.push(Told::begin(dial_no, entry.sid.clone(), entry.at));
            told.len() - 1
        }
        None => {
            told.push(Told::begin(DialNo::FIRST, entry.sid.clone(), entry.at));
            0
        }
    }
}

/// Adds the dial whose SID the row names beside that of the first, where no entry is about it.
fn later_dials(told: &mut Vec<Told>, about: &About) {
    for sid in about.sids.iter().skip(1) {
        let known = told
            .iter()
            .any(|known| known.dial.sid.as_ref() == Some(sid));
        if let Some(last) = told.last_mut().filter(|_| !known) {
            last.overtaken_by_another();
            let dial_no = last.dial.dial_no.next();
            told.push(Told::begin(dial_no, Some(sid.clone()), about.created_at));
        }
    }
}

/// Adds what the row itself says, which is about its first and its newest dial.
fn overlay(told: &mut [Told], about: &About) {
    if let Some(Told { dial: first, .. }) = told.first_mut() {
        let progress = &mut first.progress;
        progress.first_at = about.started_at.or(progress.first_at);
    }
    let Some(Told { dial: newest, .. }) = told.last_mut() else {
        return;
    };
    let progress = &mut newest.progress;
    progress.status = match about.status {
        Some(status) if status.is_terminal() => Some(status),
        status => progress.status.max(status),
    };
    progress.answered_by.clone_from(&about.answered_by);
    if let Some(status) = progress.status.filter(|status| status.is_terminal()) {
        let known = progress.ending;
        progress.ending = Some(Ending {
            status,
            ended_at: about
                .ended_at
                .or_else(|| known.and_then(|ending| ending.ended_at)),
            duration_seconds: about
                .duration_seconds
                .or_else(|| known.and_then(|ending| ending.duration_seconds)),
            sip_response_code: None,
        });
    }
}

impl Told {
    fn begin(dial_no: DialNo, sid: Option<CallSid>, at: Timestamp) -> Self {
        let mut dial = Dial::intend(dial_no, at);
        dial.sid_source = sid.as_ref().map(|_| SidSource::Answer);
        dial.sid = sid;
        dial.placement = Placement::Accepted;
        Self { dial, error: None }
    }

    /// Where nobody noted how it ended, the dial that came after it says that nobody was reached.
    fn overtaken_by_another(&mut self) {
        let progress = &mut self.dial.progress;
        if !progress.status.is_some_and(CallStatus::is_terminal) {
            progress.status = Some(CallStatus::Failed);
        }
    }

    fn hear(&mut self, entry: &Entry) {
        let progress = &mut self.dial.progress;
        let outranks = entry.status >= progress.status;
        progress.status = progress.status.max(entry.status);
        if entry.is_dial {
            progress.first_at = progress.first_at.or(Some(entry.at));
        }
        let Some(status) = entry.status.filter(|status| status.is_terminal()) else {
            return;
        };
        if outranks {
            progress.ending = Some(Ending {
                status,
                // The time of an entry that is a dial is when that was made.
                ended_at: (!entry.is_dial).then_some(entry.at),
                duration_seconds: entry.duration_seconds,
                sip_response_code: None,
            });
            self.error = entry.reason.clone().filter(|_| entry.is_dial);
        }
    }

    /// The dial, with what follows from how it ended.
    fn settled(self, updated_at: Timestamp) -> Dial {
        let Self { mut dial, error } = self;
        let told = dial.progress.status;
        let ended = told.is_some_and(CallStatus::is_terminal);
        if ended {
            let ended_at = dial.progress.ending.and_then(|ending| ending.ended_at);
            dial.settled_at = ended_at.or(Some(updated_at));
        }
        if told == Some(CallStatus::Completed) {
            // It was answered, and the older service played its message.
            dial.voice_requested_at = dial.progress.first_at.or(Some(dial.intended_at));
        }
        match error {
            Some(reason) if told == Some(CallStatus::Failed) => {
                dial.progress.status = None;
                dial.placement = Placement::Failed {
                    cause: FailureCause::Parameter,
                    code: None,
                    reason,
                };
            }
            Some(_) | None => {}
        }
        // Nobody can find out about a dial without a SID, and nobody will be told.
        if dial.sid.is_none() && !ended {
            dial.placement = Placement::Held { since: updated_at };
        }
        dial
    }
}
