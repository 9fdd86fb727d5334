//! Keeping how somebody rated a call.

use atlas_domain::call::CallEvent;
use atlas_domain::{Feedback, FeedbackNotes, Score, TenantId};

use crate::{Application, ApplicationError, CallReference};

/// Feedback to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFeedback {
    /// How good the line and the voice were.
    pub call_quality: Score,
    /// How helpful the agent was.
    pub agent_helpfulness: Score,
    /// Whether the matter was settled.
    pub resolution: Score,
    /// How easy the call was.
    pub call_ease: Score,
    /// The overall impression.
    pub overall_satisfaction: Score,
    /// Anything else, in words.
    pub notes: Option<FeedbackNotes>,
}

impl Application {
    /// Keeps feedback on a call; it replaces earlier feedback.
    ///
    /// # Errors
    /// [`ApplicationError::CallNotFound`] when there is no such call.
    pub async fn give_feedback(
        &self,
        tenant: &TenantId,
        reference: &CallReference,
        new: NewFeedback,
    ) -> Result<Feedback, ApplicationError> {
        let call = self.find_call(tenant, reference).await?;
        let feedback = Feedback {
            call_quality: new.call_quality,
            agent_helpfulness: new.agent_helpfulness,
            resolution: new.resolution,
            call_ease: new.call_ease,
            overall_satisfaction: new.overall_satisfaction,
            notes: new.notes,
            created_at: self.now(),
        };
        self.apply_to_call(
            tenant,
            call.call_id,
            &CallEvent::FeedbackGiven(feedback.clone()),
        )
        .await?;
        Ok(feedback)
    }

    /// The feedback on a call.
    ///
    /// # Errors
    /// [`ApplicationError::CallNotFound`] when there is no such call,
    /// [`ApplicationError::FeedbackNotFound`] when nobody rated it.
    pub async fn find_feedback(
        &self,
        tenant: &TenantId,
        reference: &CallReference,
    ) -> Result<Feedback, ApplicationError> {
        let call = self.find_call(tenant, reference).await?;
        call.feedback
            .ok_or_else(|| ApplicationError::FeedbackNotFound(reference.clone()))
    }
}
