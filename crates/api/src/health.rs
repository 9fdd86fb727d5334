//! `GET /health`, `GET /livez`, `GET /readyz`

use std::time::Duration;

use actix_web::web;
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::CarrierMode;
use crate::error::ApiError;
use crate::state::{ApiState, CarrierCheck};

/// How long a check may take: answers come within two seconds whatever hangs.
const CHECK_TIMEOUT: Duration = Duration::from_millis(1800);
/// How long the outcome of a carrier check is good for.
const CARRIER_CHECK_LASTS: Duration = Duration::from_secs(30);

/// How the service and what it needs are.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// `healthy` when calls can be stored and placed, else `degraded`.
    #[schema(example = "healthy")]
    status: &'static str,
    /// The service's version.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// `healthy` or `unhealthy`.
    #[schema(example = "healthy")]
    database: &'static str,
    /// `healthy`, `unhealthy`, `simulated` or `not_configured`.
    #[schema(example = "simulated")]
    twilio: &'static str,
    /// When this was found out.
    #[schema(format = DateTime, example = "2026-01-02T03:04:05.678Z")]
    timestamp: String,
}

/// That the service runs, or can store calls.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProbeAnswer {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

const PROBE_OK: ProbeAnswer = ProbeAnswer { status: "ok" };

/// Tells how the service and what it needs are.
#[utoipa::path(
    get,
    path = "/health",
    tag = "Service",
    responses((status = 200, description = "How the service is.", body = Health))
)]
pub(crate) async fn check_health(state: web::Data<ApiState>) -> web::Json<Health> {
    let (database_healthy, twilio) = tokio::join!(can_store(&state), carrier_word(&state));
    let healthy = |healthy| if healthy { "healthy" } else { "unhealthy" };
    let twilio_usable = matches!(twilio, "healthy" | "simulated");
    web::Json(Health {
        status: if database_healthy.is_ok() && twilio_usable {
            "healthy"
        } else {
            "degraded"
        },
        version: env!("CARGO_PKG_VERSION"),
        database: healthy(database_healthy.is_ok()),
        twilio,
        timestamp: state.application().now().to_string(),
    })
}

/// Tells that the service runs.
#[utoipa::path(
    get,
    path = "/livez",
    tag = "Service",
    responses((status = 200, description = "The service runs.", body = ProbeAnswer))
)]
pub(crate) async fn check_liveness() -> web::Json<ProbeAnswer> {
    web::Json(PROBE_OK)
}

/// Tells whether calls can be stored.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "Service",
    responses(
        (status = 200, description = "Calls can be stored.", body = ProbeAnswer),
        (status = 503, description = "Calls cannot be stored."),
    )
)]
pub(crate) async fn check_readiness(
    state: web::Data<ApiState>,
) -> Result<web::Json<ProbeAnswer>, ApiError> {
    can_store(&state).await?;
    Ok(web::Json(PROBE_OK))
}

async fn can_store(state: &ApiState) -> Result<(), ApiError> {
    match timeout(CHECK_TIMEOUT, state.application().check_store()).await {
        Ok(checked) => Ok(checked?),
        Err(_) => Err(ApiError::StoreTooSlow),
    }
}

async fn carrier_word(state: &ApiState) -> &'static str {
    match state.settings().carrier {
        CarrierMode::Simulated => "simulated",
        CarrierMode::NotConfigured => "not_configured",
        CarrierMode::Configured => {
            if can_dial(state).await {
                "healthy"
            } else {
                "unhealthy"
            }
        }
    }
}

async fn can_dial(state: &ApiState) -> bool {
    // Held over the check, so that many who ask at once make one request.
    let mut last = state.carrier_check().lock().await;
    let now = state.application().now();
    if let Some(last) = &*last
        && now.since(last.at) < CARRIER_CHECK_LASTS
    {
        return last.healthy;
    }
    let was_healthy = last.as_ref().is_none_or(|last| last.healthy);
    let healthy = match timeout(CHECK_TIMEOUT, state.application().check_carrier()).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            if was_healthy {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "Twilio cannot be used"
                );
            }
            false
        }
        Err(_) => {
            if was_healthy {
                tracing::warn!("Twilio does not answer in time");
            }
            false
        }
    };
    *last = Some(CarrierCheck { at: now, healthy });
    healthy
}
