//! `GET /phone/health`, and every route without an account.

use serde_json::json;

use super::to_number;
use crate::support::Setup;

const HEALTHY: &str = "Phone service is properly configured";

#[tokio::test]
async fn with_an_account_the_phone_service_is_healthy() {
    for setup in [Setup::stepped(), Setup::stepped().with_twilio_variables()] {
        let atlas = setup.start().await;
        let begin = &atlas.sim.config().account_sid[..9];
        let health = atlas.client.get("/phone/health").await.expect(200);
        assert_eq!(
            health,
            json!({"status": "healthy", "message": HEALTHY,
                "twilio_account_sid": format!("{begin}...")})
        );
        assert_eq!(atlas.sim.requests(), [], "Twilio is not asked");
        atlas.finish(0).await;
    }
}

#[tokio::test]
async fn without_an_account_every_route_names_what_is_missing() {
    let all = "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM_NUMBER are not set";
    let account = "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not set";
    for (number, missing) in [
        (None, all),
        (Some("TWILIO_FROM_NUMBER"), account),
        (Some("TWILIO_PHONE_NUMBER"), account),
    ] {
        let mut setup = Setup::stepped().without_twilio();
        if let Some(number) = number {
            setup = setup.with(number, "+15005550006");
        }
        let atlas = setup.start().await;
        let message = format!("Twilio configuration error: {missing}");
        let health = atlas.client.get("/phone/health").await.expect(200);
        assert_eq!(
            health,
            json!({"status": "unhealthy", "message": message, "twilio_account_sid": null})
        );
        let sid = "CA0123456789abcdef0123456789abcdef";
        for answer in [
            atlas.client.post("/phone/call", &to_number()).await,
            atlas.client.get("/phone/calls").await,
            atlas.client.get(&format!("/phone/call/{sid}/status")).await,
        ] {
            let problem = answer.expect_problem(500, "phone_not_configured");
            assert_eq!(problem["detail"], message);
        }
        assert_eq!(atlas.database().count("calls").await, 0);
        atlas.finish(0).await;
    }
}
