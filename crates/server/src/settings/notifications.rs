//! `NOTIFICATION_…`: how people are rung about critical tasks.

use atlas_api::{InvalidNotificationSettings, NotificationSettings};
use atlas_application::NotificationDefaults;
use atlas_domain::call::{Backoff, RetryPlan};
use atlas_domain::carrier::MachineDetection;

use super::{SettingsError, Variables};

/// How notifications speak.
pub(super) fn speech(variables: &Variables) -> Result<NotificationSettings, SettingsError> {
    let default = NotificationSettings::default();
    let repeats =
        i64::from(NotificationSettings::MIN_REPEATS)..=i64::from(NotificationSettings::MAX_REPEATS);
    NotificationSettings::new(
        variables
            .text("NOTIFICATION_SENDER_NAME")
            .unwrap_or(default.sender_name()),
        variables
            .integer("NOTIFICATION_REPEATS", repeats)?
            .unwrap_or(default.repeats()),
    )
    .map_err(|error| {
        let variable = match error {
            InvalidNotificationSettings::SenderName => "NOTIFICATION_SENDER_NAME",
            InvalidNotificationSettings::Repeats => "NOTIFICATION_REPEATS",
        };
        variables.invalid(variable, &error.to_string())
    })
}

/// How often and when it rings again, and whether machines are told from people.
pub(super) fn defaults(variables: &Variables) -> Result<NotificationDefaults, SettingsError> {
    let default = NotificationDefaults::default();
    let limit = variables
        .integer(
            "NOTIFICATION_RETRY_LIMIT",
            0..=i64::from(RetryPlan::MAX_LIMIT),
        )?
        .unwrap_or_else(|| i64::from(default.retry_plan.limit()));
    let delays = i64::from(RetryPlan::MIN_DELAY_SECONDS)..=i64::from(RetryPlan::MAX_DELAY_SECONDS);
    let delay = variables
        .integer("NOTIFICATION_RETRY_DELAY", delays)?
        .unwrap_or_else(|| i64::from(default.retry_plan.delay_seconds()));
    let retry_plan = RetryPlan::new(limit, delay, Backoff::Fixed)
        .map_err(|error| variables.invalid("NOTIFICATION_RETRY_LIMIT", &error.to_string()))?;
    let ways = [
        MachineDetection::Asynchronous,
        MachineDetection::Synchronous,
        MachineDetection::Off,
    ];
    let machine_detection = variables
        .word(
            "NOTIFICATION_MACHINE_DETECTION",
            &ways.map(|way| (way.as_str(), way)),
        )?
        .unwrap_or(default.machine_detection);
    Ok(NotificationDefaults {
        retry_plan,
        machine_detection,
    })
}
