//! Event data stores, channels, dashboards, queries and imports, as state.
