//! What must be true at the end of a run, whatever has happened: of what Twilio saw, of what is stored,
//! and of what the receiver of the webhook got.

mod answers;
mod calm;
mod deliveries;
mod dials;
mod heard;
mod presses;

pub(crate) use answers::HOLD;

use twilio_sim::{CallReport, RequestReport};

use crate::plan::Plan;
use crate::record::Record;
use crate::row::Row;
use crate::world::World;

/// What a run left behind.
struct Remains<'run> {
    plan: &'run Plan,
    record: &'run Record,
    rows: &'run [Row],
    /// The calls that Twilio made.
    calls: Vec<CallReport>,
    /// The requests to make one.
    creates: Vec<Create>,
}

/// A request to dial that came to Twilio.
struct Create {
    request: RequestReport,
    call_id: String,
    dial: String,
}

/// What is not as it must be.
pub(crate) fn violations(world: &World, plan: &Plan, rows: &[Row]) -> Vec<String> {
    let remains = Remains {
        plan,
        record: &world.record,
        rows,
        calls: world.atlas.sim.calls(),
        creates: world.atlas.creates().into_iter().map(create).collect(),
    };
    let mut violations = world.record.violations.clone();
    violations.extend(lost(&remains));
    violations.extend(heard::violations(&remains));
    violations.extend(answers::violations(&remains, &world.atlas.sim.deliveries()));
    violations.extend(calm::violations(&remains));
    violations.extend(presses::violations(&remains));
    violations.extend(dials::violations(&remains));
    violations.extend(deliveries::violations(&remains, &world.hook.received()));
    violations
}

/// What was accepted is there, and ended as the API has words for; what was asked for was done.
fn lost(remains: &Remains<'_>) -> Vec<String> {
    let mut violations = Vec::new();
    for id in remains.record.placed.values() {
        if remains.row(id).is_none() {
            violations.push(format!("{id} was accepted and is lost"));
        }
    }
    for row in remains.rows {
        let id = row.id();
        let ended = ["acknowledged", "unacknowledged", "not_reached", "canceled"];
        if !row.is_held() && !ended.contains(&row.status()) {
            violations.push(format!("{id} ended as {}", row.status()));
        }
        if row.is_acknowledged() != (row.status() == "acknowledged") {
            violations.push(format!("{id} contradicts itself"));
        }
        if remains.record.canceled.contains_key(id) && row.status() != "canceled" {
            violations.push(format!("{id} was canceled and is {}", row.status()));
        }
        let acknowledged = remains.record.acknowledged.get(id);
        if acknowledged.is_some_and(|at| {
            row.acknowledged_at()
                .is_none_or(|committed| committed > *at)
        }) {
            violations.push(format!("{id} was acknowledged by API and is not"));
        }
    }
    violations
}

impl Remains<'_> {
    fn row(&self, id: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.id() == id)
    }

    /// The call of Twilio's that a dial of a row is.
    fn call(&self, sid: &str) -> Option<&CallReport> {
        self.calls.iter().find(|call| call.sid == sid)
    }
}

/// The callback URL of a request tells which dial it is for.
fn create(request: RequestReport) -> Create {
    let url = request.param("StatusCallback").expect("a callback URL");
    let url = url.split('#').next().unwrap_or_default();
    let (_, query) = url.split_once('?').expect("a query");
    let query = form_urlencoded::parse(query.as_bytes());
    let value = |name: &str| {
        let mut pairs = query;
        let found = pairs.find(|(other, _)| other == name);
        found.expect("its dial").1.into_owned()
    };
    Create {
        call_id: value("call_id"),
        dial: value("dial"),
        request,
    }
}
