//! The service's own health.

use std::sync::Arc;

use actix_web::test::TestRequest;
use async_trait::async_trait;
use atlas_api::CarrierMode;
use atlas_domain::carrier::CarrierError;
use atlas_storage::{MockStore, StorageError, Store};

use crate::support::{World, ask};

/// A store that never answers.
struct HangingStore;

#[async_trait]
impl Store for HangingStore {
    async fn check_writable(&self) -> Result<(), StorageError> {
        std::future::pending().await
    }

    async fn close(&self) {}
}

fn store(healthy: bool) -> Arc<MockStore> {
    let mut store = MockStore::new();
    store.expect_check_writable().returning(move || {
        if healthy {
            Ok(())
        } else {
            Err(StorageError::Unavailable("disk full".into()))
        }
    });
    Arc::new(store)
}

fn world(mode: CarrierMode, healthy: bool) -> World {
    let mut world = World::new();
    world.settings.carrier = mode;
    world.store = store(healthy);
    world
}

#[actix_web::test]
async fn health_tells_of_the_database_and_of_twilio() {
    let away = Err(CarrierError::NotReached {
        reason: "dns".to_owned(),
    });
    for (mode, account, healthy, status, database, twilio) in [
        (
            CarrierMode::Configured,
            Ok(()),
            true,
            "healthy",
            "healthy",
            "healthy",
        ),
        (
            CarrierMode::Configured,
            away,
            true,
            "degraded",
            "healthy",
            "unhealthy",
        ),
        (
            CarrierMode::Simulated,
            Ok(()),
            true,
            "healthy",
            "healthy",
            "simulated",
        ),
        (
            CarrierMode::Simulated,
            Ok(()),
            false,
            "degraded",
            "unhealthy",
            "simulated",
        ),
        (
            CarrierMode::NotConfigured,
            Ok(()),
            true,
            "degraded",
            "healthy",
            "not_configured",
        ),
    ] {
        let mut world = world(mode, healthy);
        world.carrier.account = account;
        let service = world.serve().await;
        let answer = ask(&service, TestRequest::get().uri("/health")).await;
        assert_eq!(answer.status, 200);
        let health = answer.json();
        assert_eq!(health["status"], status);
        assert_eq!(health["database"], database);
        assert_eq!(health["twilio"], twilio);
        assert_eq!(health["timestamp"], "2026-01-02T03:04:05.678Z");
        assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    }
}

#[actix_web::test]
async fn twilio_is_asked_once_in_thirty_seconds() {
    let world = world(CarrierMode::Configured, true);
    let (clock, asked) = (world.clock.clone(), Arc::clone(&world.carrier.asked));
    let service = world.serve().await;
    for (seconds, checks) in [(0, 1), (29, 1), (1, 2), (1, 2)] {
        clock.advance_seconds(seconds);
        ask(&service, TestRequest::get().uri("/health")).await;
        assert_eq!(asked.lock().unwrap().account_checks, checks, "{seconds}");
    }
}

#[actix_web::test]
async fn a_database_that_hangs_is_told_within_two_seconds() {
    tokio::time::pause();
    let mut world = world(CarrierMode::Simulated, true);
    world.store = Arc::new(HangingStore);
    let service = world.serve().await;
    let before = tokio::time::Instant::now();
    let health = ask(&service, TestRequest::get().uri("/health"))
        .await
        .json();
    assert_eq!(health["database"], "unhealthy");
    let answer = ask(&service, TestRequest::get().uri("/readyz")).await;
    assert_eq!(answer.problem(), (503, "storage_unavailable".to_owned()));
    assert!(before.elapsed().as_millis() < 2 * 2000);
}

#[actix_web::test]
async fn probes_tell_whether_the_service_runs_and_can_store_calls() {
    for (healthy, ready) in [(true, 200), (false, 503)] {
        let service = world(CarrierMode::Simulated, healthy).serve().await;
        assert_eq!(
            ask(&service, TestRequest::get().uri("/livez")).await.status,
            200
        );
        let answer = ask(&service, TestRequest::get().uri("/readyz")).await;
        assert_eq!(answer.status, ready);
        assert!(!answer.text().contains("disk"));
    }
}
