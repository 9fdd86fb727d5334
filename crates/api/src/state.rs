//! What every handler works with.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpRequest, web};
use atlas_application::{Application, Tasks};
use atlas_domain::Timestamp;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::ApiSettings;
use crate::error::ApiError;

/// The use cases, the settings, and the work that outlives a request. Cheap to clone.
#[derive(Clone)]
pub struct ApiState {
    application: Application,
    settings: Arc<ApiSettings>,
    tasks: Tasks,
    carrier_check: Arc<Mutex<Option<CarrierCheck>>>,
}

/// When the carrier was last asked whether it can be used, and what came out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CarrierCheck {
    pub(crate) at: Timestamp,
    pub(crate) healthy: bool,
}

impl ApiState {
    /// The state of one service.
    ///
    /// `tasks` counts what was begun for a request and must not stop in the middle, even when the
    /// client is gone: close it and wait for it before the process ends. That work runs on the
    /// runtime that this is called in, where there is one, since the workers of an HTTP server may
    /// end before it does.
    #[must_use]
    pub fn new(application: Application, settings: ApiSettings, tasks: TaskTracker) -> Self {
        let tasks = Tasks::new(tasks);
        Self {
            application: application.with_tasks(tasks.clone()),
            settings: Arc::new(settings),
            tasks,
            carrier_check: Arc::default(),
        }
    }

    /// The use cases.
    #[must_use]
    pub const fn application(&self) -> &Application {
        &self.application
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &ApiSettings {
        &self.settings
    }

    /// The work that outlives a request.
    #[must_use]
    pub const fn tasks(&self) -> &TaskTracker {
        self.tasks.tracker()
    }

    /// The state that [`configure`](crate::configure) put into the service.
    pub(crate) fn of(request: &HttpRequest) -> Result<&Self, ApiError> {
        request
            .app_data::<web::Data<Self>>()
            .map(|state| state.get_ref())
            .ok_or(ApiError::NotConfigured)
    }

    /// Runs work to its end whatever becomes of the request, and waits for it.
    ///
    /// actix drops the future of a handler when its client disconnects; what dials or changes a
    /// call must not stop between two of its steps.
    pub(crate) async fn run_to_end<T, E>(
        &self,
        work: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, ApiError>
    where
        T: Send + 'static,
        E: Send + 'static,
        ApiError: From<E>,
    {
        Ok(self.tasks.begin(work).await??)
    }

    /// Runs work to its end, too, but waits for it no longer than this.
    pub(crate) async fn wait_for(
        &self,
        limit: Duration,
        work: impl Future<Output = ()> + Send + 'static,
    ) {
        // What takes longer goes on by itself.
        let _ended_or_not = timeout(limit, self.tasks.begin(work)).await;
    }

    /// What came out of the last check of the carrier.
    pub(crate) fn carrier_check(&self) -> &Mutex<Option<CarrierCheck>> {
        &self.carrier_check
    }
}
