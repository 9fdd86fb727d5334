//! Acting as a person who is called.

use super::Simulator;
use crate::person::{self, Act, ActError};

impl Simulator {
    /// Does something as the callee of a call, who must be a person ([`Behaviour::Person`]).
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use twilio_sim::{Act, ActError, Simulator, SimulatorConfig};
    ///
    /// let sim = Simulator::start(SimulatorConfig::stepped()).await?;
    /// let nobody = sim.act("CA0", Act::Answer);
    /// assert_eq!(nobody, Err(ActError::UnknownCall("CA0".into())));
    /// # sim.shutdown().await;
    /// # Ok::<(), twilio_sim::StartError>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// [`ActError::UnknownCall`] and [`ActError::NotAPerson`] when there is nobody to act for,
    /// [`ActError::WrongState`] when the call is not ringing or not answered as the act needs it,
    /// [`ActError::Keys`] and [`ActError::Words`] for what cannot be pressed or said, and
    /// [`ActError::TooMuch`] when nothing has been listened to for long.
    ///
    /// [`Behaviour::Person`]: crate::Behaviour::Person
    pub fn act(&self, call_sid: &str, act: Act) -> Result<(), ActError> {
        person::act(&self.shared, call_sid, act)
    }
}
