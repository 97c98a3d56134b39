//! What can happen to dashboards.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Change;
use crate::state::{Dashboard, State};

/// Something that happened to a dashboard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum DashboardChange {
    /// It was made.
    Created(Box<Dashboard>),
    /// It is now this; its newest refresh stays.
    Updated(Box<Dashboard>),
    /// It was deleted.
    Deleted {
        /// The dashboard.
        arn: String,
    },
    /// Its widgets are asked again; their queries come as changes of their own.
    Refreshed {
        /// The dashboard.
        arn: String,
        /// The refresh.
        refresh_id: String,
        /// When it is refreshed by itself the next time.
        next: Option<Timestamp>,
    },
    /// A refresh of its own was left out, as the one before it still goes on.
    Skipped {
        /// The dashboard.
        arn: String,
        /// When it is refreshed by itself the next time.
        next: Option<Timestamp>,
    },
}

impl From<DashboardChange> for Change {
    fn from(change: DashboardChange) -> Self {
        Self::Dashboard(change)
    }
}

impl State {
    pub(super) fn apply_to_dashboard(&mut self, change: &DashboardChange) {
        match change {
            DashboardChange::Created(dashboard) => {
                self.dashboards.insert(dashboard.arn.clone(), dashboard.as_ref().clone());
            }
            DashboardChange::Updated(to) => self.with_dashboard(&to.arn, |it| it.update(to)),
            DashboardChange::Deleted { arn } => {
                self.dashboards.remove(arn);
                self.resource_policies.remove(arn);
            }
            DashboardChange::Refreshed { arn, refresh_id, next } => {
                self.with_dashboard(arn, |dashboard| {
                    dashboard.last_refresh_id = Some(refresh_id.clone());
                    dashboard.next_refresh = *next;
                });
            }
            DashboardChange::Skipped { arn, next } => {
                self.with_dashboard(arn, |dashboard| dashboard.next_refresh = *next);
            }
        }
    }

    fn with_dashboard(&mut self, arn: &str, change: impl FnOnce(&mut Dashboard)) {
        if let Some(dashboard) = self.dashboards.get_mut(arn) {
            change(dashboard);
        }
    }
}

impl Dashboard {
    fn update(&mut self, settings: &Self) {
        let before = std::mem::replace(self, settings.clone());
        self.last_refresh_id = before.last_refresh_id;
    }
}
