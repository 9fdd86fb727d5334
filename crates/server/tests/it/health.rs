//! `GET /health`, `GET /livez`, `GET /readyz`

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Setup, TestAtlas};

/// How long `/health` and `/readyz` may take, whatever hangs.
const BOUND: Duration = Duration::from_secs(2);

/// How often Twilio was asked about its account.
fn account_checks(atlas: &TestAtlas) -> usize {
    let requests = atlas.sim.requests();
    let about_account = |path: &str| {
        path.rsplit('/')
            .next()
            .is_some_and(|file| file.starts_with("AC"))
    };
    requests
        .iter()
        .filter(|request| about_account(&request.path))
        .count()
}

#[tokio::test]
async fn a_service_on_the_simulated_twilio_is_healthy() {
    let atlas = Setup::stepped().start().await;
    let health = atlas.client.get("/health").await.expect(200);
    assert_eq!(
        health,
        json!({
            "status": "healthy", "version": env!("CARGO_PKG_VERSION"), "database": "healthy",
            "twilio": "simulated", "timestamp": health["timestamp"]
        })
    );
    assert!(health["timestamp"].as_str().unwrap().ends_with('Z'));
    for path in ["/livez", "/readyz"] {
        atlas.client.get(path).await.expect(200);
    }
    atlas.finish(0).await;
}

#[tokio::test]
async fn without_credentials_the_service_is_degraded_but_ready() {
    let atlas = Setup::stepped().without_twilio().start().await;
    let health = atlas.client.get("/health").await.expect(200);
    assert_eq!(health["twilio"], "not_configured");
    assert_eq!(health["database"], "healthy");
    assert_eq!(health["status"], "degraded");
    atlas.client.get("/readyz").await.expect(200);
    atlas.finish(0).await;
}

#[tokio::test]
async fn twilio_is_asked_at_most_every_thirty_seconds() {
    let atlas = Setup::stepped().with_twilio_variables().start().await;
    for _ in 0..3 {
        let health = atlas.client.get("/health").await.expect(200);
        assert_eq!(health["twilio"], "healthy");
        assert_eq!(health["status"], "healthy");
    }
    assert_eq!(account_checks(&atlas), 1);
    atlas.advance(29).await;
    atlas.client.get("/health").await.expect(200);
    assert_eq!(account_checks(&atlas), 1);
    atlas.advance(1).await;
    atlas.client.get("/health").await.expect(200);
    assert_eq!(account_checks(&atlas), 2);
    atlas.finish(0).await;
}

#[tokio::test]
async fn a_twilio_that_does_not_let_us_in_is_unhealthy() {
    let atlas = Setup::stepped()
        .with_twilio_variables()
        .with("TWILIO_AUTH_TOKEN", "not-the-token")
        .start()
        .await;
    let health = atlas.client.get("/health").await.expect(200);
    assert_eq!(health["twilio"], "unhealthy");
    assert_eq!(health["database"], "healthy");
    assert_eq!(health["status"], "degraded");
    atlas.client.get("/readyz").await.expect(200);
    atlas.finish(0).await;
}

#[tokio::test]
async fn health_answers_in_time_when_twilio_hangs() {
    let atlas = Setup::stepped().with_twilio_variables().start().await;
    atlas
        .sim
        .add_fault(twilio_sim::Fault::next(
            1,
            twilio_sim::FaultKind::SlowAnswer { by_ms: 5_000 },
        ))
        .unwrap();
    let asked_at = Instant::now();
    let health = atlas.client.get("/health").await.expect(200);
    assert!(asked_at.elapsed() < BOUND, "{:?}", asked_at.elapsed());
    assert_eq!(health["twilio"], "unhealthy");
    assert_eq!(health["status"], "degraded");
    atlas.finish(0).await;
}

#[tokio::test]
async fn health_and_readiness_answer_in_time_when_the_database_hangs() {
    let atlas = Setup::stepped().start().await;
    let database = atlas.database();
    database.lock();
    let asked_at = Instant::now();
    let (health, readiness, liveness) = tokio::join!(
        atlas.client.get("/health"),
        atlas.client.get("/readyz"),
        atlas.client.get("/livez")
    );
    assert!(asked_at.elapsed() < BOUND, "{:?}", asked_at.elapsed());
    let health = health.expect(200);
    assert_eq!(health["database"], "unhealthy");
    assert_eq!(health["status"], "degraded");
    readiness.expect_problem(503, "storage_unavailable");
    liveness.expect(200);
    database.unlock();
    atlas.client.get("/readyz").await.expect(200);
    atlas.finish(0).await;
}

#[tokio::test]
async fn a_database_that_is_away_makes_the_service_unready_until_it_is_back() {
    let atlas = Setup::stepped().start().await;
    let database = atlas.database();
    database.take_away();
    let health = atlas.client.get("/health").await.expect(200);
    assert_eq!(health["database"], "unhealthy");
    assert_eq!(health["status"], "degraded");
    let answer = atlas.client.get("/readyz").await;
    let problem = answer.expect_problem(503, "storage_unavailable");
    assert!(
        !answer.text().contains("table"),
        "nothing internal: {problem}"
    );
    assert_eq!(answer.header("retry-after"), Some("1"));
    atlas.client.get("/livez").await.expect(200);
    database.put_back();
    atlas.client.get("/readyz").await.expect(200);
    let health = atlas.client.get("/health").await.expect(200);
    assert_eq!(health["status"], "healthy");
    atlas.finish(0).await;
}
