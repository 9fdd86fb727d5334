//! Playing a scenario.

use super::Simulator;
use crate::fault::FaultError;
use crate::scenario::{RefusedCall, Scenario};

impl Simulator {
    /// Plays a scenario from now on: sets its behaviours and faults, and places its calls and sends its messages at
    /// their times.
    ///
    /// Calls due at one instant are placed in the order of the file. Those that Twilio
    /// would refuse are [`Self::refused_calls`]. [`Self::run_until_idle`] waits for the end.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use twilio_sim::{CallStatus, Scenario, Simulator};
    ///
    /// let text = r#"
    ///     seed = 7
    ///     [[calls]]
    ///     to = "+15550100004"
    ///     twiml = "<Response><Say>Hello</Say></Response>"
    /// "#;
    /// let scenario = Scenario::parse("busy.toml", text)?;
    /// let sim = Simulator::start(scenario.config()).await?;
    /// sim.play(&scenario)?;
    /// sim.run_until_idle().await;
    /// assert_eq!(sim.calls()[0].status, CallStatus::Busy);
    /// # sim.shutdown().await;
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// [`FaultError`] for a fault that makes no sense; a scenario that was read has none.
    pub fn play(&self, scenario: &Scenario) -> Result<(), FaultError> {
        scenario.play(&self.shared)
    }

    /// The calls of played scenarios that Twilio would not have made, in the order in which they were due.
    #[must_use]
    pub fn refused_calls(&self) -> Vec<RefusedCall> {
        self.shared.world().refused_calls.clone()
    }
}
