//! The faults that are set, and the choice of the one that happens.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Fault, FaultError, FaultKind, FaultWhen, Victim};
use crate::random::{Counters, Random};

/// A fault that is set, and how it has gone so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FaultReport {
    /// Its number, from 1 in the order of setting.
    pub number: u64,
    /// The fault.
    pub fault: Fault,
    /// How often it has happened.
    pub happened: u64,
}

/// Something that a fault may befall.
pub(crate) struct Occasion<'a> {
    pub(crate) victim: Victim,
    /// The number called, when it is about a call.
    pub(crate) number: &'a str,
    /// Method and path below the account, for a REST request.
    pub(crate) request: Option<(&'a str, &'a str)>,
    /// A name that is the same in every run; what shares it is counted.
    pub(crate) name: (&'a str, &'a str),
}

/// All faults that are set.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    active: Vec<FaultReport>,
    added: u64,
    occasions: Counters,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) -> Result<u64, FaultError> {
        fault.check()?;
        self.added += 1;
        self.active.push(FaultReport {
            number: self.added,
            fault,
            happened: 0,
        });
        Ok(self.added)
    }

    pub(crate) fn list(&self) -> &[FaultReport] {
        &self.active
    }

    /// Takes a fault back; whether there was one with this number.
    pub(crate) fn remove(&mut self, number: u64) -> bool {
        let before = self.active.len();
        self.active.retain(|report| report.number != number);
        self.active.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.active.clear();
    }

    /// Forgets what was counted for a call.
    pub(crate) fn forget(&mut self, call_sid: &str) {
        self.occasions.forget(call_sid);
    }

    /// Chooses what goes wrong this time, if anything.
    pub(crate) fn strike(&mut self, random: Random, occasion: &Occasion<'_>) -> Option<FaultKind> {
        if self.active.is_empty() {
            return None;
        }
        let (owner, what) = occasion.name;
        let count = self.occasions.next(owner, what).to_string();
        let happens = |report: &FaultReport| match report.fault.when {
            FaultWhen::Always | FaultWhen::Next(_) => true,
            FaultWhen::Rate(rate) => {
                let name = ["fault", &report.number.to_string(), owner, what, &count];
                random.unit(&name) < rate
            }
        };
        let is_next = |report: &FaultReport| matches!(report.fault.when, FaultWhen::Next(_));
        let fitting = |report: &FaultReport| fits(&report.fault, occasion) && happens(report);
        let next = self
            .active
            .iter()
            .position(|report| is_next(report) && fitting(report));
        let index = next.or_else(|| self.active.iter().rposition(fitting))?;
        let report = self.active.get_mut(index)?;
        report.happened += 1;
        let kind = report.fault.kind;
        let used_up = match report.fault.when {
            FaultWhen::Next(times) => report.happened >= u64::from(times),
            FaultWhen::Always | FaultWhen::Rate(_) => false,
        };
        if used_up {
            self.active.remove(index);
        }
        Some(kind)
    }
}

fn fits(fault: &Fault, occasion: &Occasion<'_>) -> bool {
    let target = &fault.target;
    let route_fits = match (&target.route, occasion.request) {
        (None, _) => true,
        (Some(route), Some((method, path))) => route.fits(method, path),
        (Some(_), None) => false,
    };
    fault.kind.victim() == occasion.victim
        && target
            .number
            .as_deref()
            .is_none_or(|number| number == occasion.number)
        && route_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn callback(number: &str) -> Occasion<'_> {
        Occasion {
            victim: Victim::Callback,
            number,
            request: None,
            name: (number, "callback"),
        }
    }

    fn strike(faults: &mut Faults, number: &str) -> Option<FaultKind> {
        faults.strike(Random::new(1), &callback(number))
    }

    #[test]
    fn the_next_ones_come_first_in_order_and_then_the_one_set_last() {
        let mut faults = Faults::default();
        faults.add(Fault::always(FaultKind::DropCallback)).unwrap();
        faults
            .add(Fault::always(FaultKind::SwapCallback).on_number("+1"))
            .unwrap();
        let repeat = |times| FaultKind::RepeatCallback { times };
        faults.add(Fault::next(2, repeat(1))).unwrap();
        faults.add(Fault::next(1, repeat(2))).unwrap();
        let seen: Vec<_> = (0..4).map(|_| strike(&mut faults, "+1").unwrap()).collect();
        assert_eq!(
            seen,
            [repeat(1), repeat(1), repeat(2), FaultKind::SwapCallback]
        );
        assert_eq!(strike(&mut faults, "+2"), Some(FaultKind::DropCallback));
        assert_eq!(faults.list().len(), 2, "what is used up is gone");
        assert!(faults.remove(1) && !faults.remove(1));
        faults.clear();
        assert_eq!(strike(&mut faults, "+1"), None);
    }

    #[test]
    fn a_rate_is_kept_and_depends_on_the_seed_alone() {
        let pattern = |seed| {
            let mut faults = Faults::default();
            faults
                .add(Fault::rate(0.3, FaultKind::DropCallback))
                .unwrap();
            (0..1000)
                .map(|_| faults.strike(Random::new(seed), &callback("+1")).is_some())
                .collect::<Vec<bool>>()
        };
        let struck = pattern(1).iter().filter(|struck| **struck).count();
        assert!((250..350).contains(&struck), "{struck} of 1000");
        assert_eq!(pattern(1), pattern(1));
        assert_ne!(pattern(1), pattern(2));
    }

    #[test]
    fn a_fault_befalls_what_it_is_for() {
        let mut faults = Faults::default();
        let reset = FaultKind::ResetConnection { executed: false };
        faults
            .add(
                Fault::always(reset)
                    .on_number("+1")
                    .on_route("GET Calls/*.json"),
            )
            .unwrap();
        let mut ask = |number, method, path| {
            let occasion = Occasion {
                victim: Victim::Request,
                number,
                request: Some((method, path)),
                name: ("", ""),
            };
            faults.strike(Random::new(1), &occasion)
        };
        assert_eq!(ask("+1", "GET", "Calls/CA1.json"), Some(reset));
        assert_eq!(ask("+2", "GET", "Calls/CA1.json"), None);
        assert_eq!(ask("+1", "POST", "Calls/CA1.json"), None);
        assert_eq!(
            strike(&mut faults, "+1"),
            None,
            "callbacks are something else"
        );
    }
}
