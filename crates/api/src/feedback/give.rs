//! `PATCH /calls/{call}/feedback`

use actix_web::web;
use atlas_application::{Application, ApplicationError, CallReference, NewFeedback};
use atlas_domain::{CallSid, FeedbackNotes, Score, TenantId};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::body::JsonBody;
use crate::error::ApiError;
use crate::fields::{Fields, integer, text};
use crate::path::CallPath;
use crate::state::ApiState;
use crate::views::FeedbackView;

/// How somebody rated a call: marks from 1, the worst, to 5, the best.
#[derive(ToSchema)]
pub(crate) struct FeedbackRequest {
    /// How good the line and the voice were.
    #[schema(value_type = i64, minimum = 1, maximum = 5, example = 5)]
    call_quality: Score,
    /// How helpful the agent was.
    #[schema(value_type = i64, minimum = 1, maximum = 5, example = 4)]
    agent_helpfulness: Score,
    /// Whether the matter was settled.
    #[schema(value_type = i64, minimum = 1, maximum = 5, example = 4)]
    resolution: Score,
    /// How easy the call was.
    #[schema(value_type = i64, minimum = 1, maximum = 5, example = 5)]
    call_ease: Score,
    /// The overall impression.
    #[schema(value_type = i64, minimum = 1, maximum = 5, example = 5)]
    overall_satisfaction: Score,
    /// Anything else, in words.
    #[schema(value_type = Option<String>, max_length = 2000, example = "Friendly and quick.")]
    notes: Option<FeedbackNotes>,
}

impl FeedbackRequest {
    fn read(mut fields: Fields) -> Result<Self, ApiError> {
        let call_quality = fields.required("call_quality", integer(Score::new));
        let agent_helpfulness = fields.required("agent_helpfulness", integer(Score::new));
        let resolution = fields.required("resolution", integer(Score::new));
        let call_ease = fields.required("call_ease", integer(Score::new));
        let overall_satisfaction = fields.required("overall_satisfaction", integer(Score::new));
        let notes = fields.optional("notes", text);
        fields.finish(|| {
            Some(Self {
                call_quality: call_quality?,
                agent_helpfulness: agent_helpfulness?,
                resolution: resolution?,
                call_ease: call_ease?,
                overall_satisfaction: overall_satisfaction?,
                notes,
            })
        })
    }

    fn into_feedback(self) -> NewFeedback {
        NewFeedback {
            call_quality: self.call_quality,
            agent_helpfulness: self.agent_helpfulness,
            resolution: self.resolution,
            call_ease: self.call_ease,
            overall_satisfaction: self.overall_satisfaction,
            notes: self.notes,
        }
    }
}

/// Keeps feedback on a call; it replaces earlier feedback.
#[utoipa::path(
    patch,
    path = "/calls/{call}/feedback",
    tag = "Feedback",
    params(CallPath),
    request_body = FeedbackRequest,
    responses((status = 200, description = "The feedback as it is kept.", body = FeedbackView))
)]
pub(crate) async fn give_feedback(
    caller: Caller,
    path: CallPath,
    state: web::Data<ApiState>,
    body: JsonBody,
) -> Result<web::Json<FeedbackView>, ApiError> {
    let new = FeedbackRequest::read(body.0)?.into_feedback();
    let application = state.application().clone();
    let view = state
        .run_to_end(async move {
            let Caller { tenant, .. } = caller;
            let feedback = application.give_feedback(&tenant, &path.call, new).await?;
            let sid = shown_sid(&application, &tenant, &path.call).await?;
            Ok::<_, ApplicationError>(FeedbackView::new(sid.as_ref(), &feedback))
        })
        .await?;
    Ok(web::Json(view))
}

/// The SID by which a call was named, else that of its newest dial.
pub(super) async fn shown_sid(
    application: &Application,
    tenant: &TenantId,
    reference: &CallReference,
) -> Result<Option<CallSid>, ApplicationError> {
    match reference {
        CallReference::Sid(sid) => Ok(Some(sid.clone())),
        CallReference::Id(_) => {
            let call = application.find_call(tenant, reference).await?;
            Ok(call.twilio_sid().cloned())
        }
    }
}
