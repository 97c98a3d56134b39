//! Random lives: whatever is called, reported and forgotten, what must hold holds.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use wire::model::Models;

use super::world::{MANAGEMENT, MEMBER, World};
use crate::{
    Change, FailureStatus, ImportChange, ImportFailure, ImportStatistics, ImportStatus,
    QueryChange, QueryEnd, QueryStatus, StoreStatus,
};

/// A small generator; the seed names the life.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn pick<T: Clone>(&mut self, items: &[T]) -> Option<T> {
        let count = u64::try_from(items.len()).unwrap();
        let at = if count == 0 { return None } else { self.roll(count) };
        items.get(usize::try_from(at).unwrap()).cloned()
    }
}

/// A life, and what was seen in it.
struct Life {
    world: World,
    /// The ids that numbers of stores were given to, for ever.
    numbers: BTreeMap<u64, String>,
    /// How each query and import ended, for ever.
    ends: BTreeMap<String, &'static str>,
    /// How many calls went well, by operation.
    went_well: BTreeMap<&'static str, u32>,
}

const SELECTORS: [&str; 3] = [
    "",
    r#", "MultiRegionEnabled": false, "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]"#,
    r#", "StartIngestion": false"#,
];

impl Life {
    fn new(models: &Rc<Models>) -> Self {
        let mut world = World::with_models(Rc::clone(models));
        world.settings.stores_max = 4;
        world.settings.channels_max = 2;
        world.settings.dashboards_max = 2;
        world.settings.open_queries_max = 3;
        Self { world, numbers: BTreeMap::new(), ends: BTreeMap::new(), went_well: BTreeMap::new() }
    }

    fn call(&mut self, operation: &'static str, input: &str) {
        let answer = self.world.call(operation, input);
        if answer.starts_with('{') {
            *self.went_well.entry(operation).or_default() += 1;
        } else {
            assert!(!answer.contains("ValidationException"), "{operation} {input}: {answer}");
        }
    }

    fn act(&mut self, dice: &mut Dice) {
        let account = if dice.roll(4) == 0 { MEMBER } else { MANAGEMENT };
        account.clone_into(&mut self.world.account);
        match dice.roll(20) {
            0..=2 => self.make_store(dice),
            3..=6 => self.change_store(dice),
            7 | 8 => self.query(dice),
            9 => self.end_query(dice),
            10 | 11 => self.report_query(dice),
            12 => self.import(dice),
            13 => self.report_import(dice),
            14 => self.channel(dice),
            15 | 16 => self.dashboard(dice),
            _ => {
                let seconds = [1, 600, 3_600, 86_400, 700_000];
                self.world.wait(dice.pick(&seconds).unwrap());
            }
        }
        self.check();
    }

    fn store(&self, dice: &mut Dice) -> String {
        let ids: Vec<_> = self.world.state.stores.values().map(|it| it.id.clone()).collect();
        dice.pick(&ids).unwrap_or_else(|| super::world::uuid(399))
    }

    fn make_store(&mut self, dice: &mut Dice) {
        let (name, kind) = (dice.roll(6), dice.pick(&SELECTORS).unwrap());
        let protected = dice.roll(3) == 0;
        let input = format!(
            r#"{{"Name": "store-{name}", "TerminationProtectionEnabled": {protected}{kind}}}"#
        );
        self.call("CreateEventDataStore", &input);
    }

    fn change_store(&mut self, dice: &mut Dice) {
        let store = self.store(dice);
        let named = format!(r#"{{"EventDataStore": "{store}""#);
        match dice.roll(5) {
            0 => self.call("StopEventDataStoreIngestion", &format!("{named}}}")),
            1 => self.call("StartEventDataStoreIngestion", &format!("{named}}}")),
            2 => self.call("DeleteEventDataStore", &format!("{named}}}")),
            3 => self.call("RestoreEventDataStore", &format!("{named}}}")),
            _ => {
                let days = 7 + dice.roll(3_000);
                let input = format!(r#"{named}, "RetentionPeriod": {days}}}"#);
                self.call("UpdateEventDataStore", &input);
            }
        }
    }

    fn query(&mut self, dice: &mut Dice) {
        let store = self.store(dice);
        let input = format!(r#"{{"QueryStatement": "SELECT a FROM {store}"}}"#);
        self.call("StartQuery", &input);
        self.call("ListQueries", &format!(r#"{{"EventDataStore": "{store}"}}"#));
    }

    fn some_query(&self, dice: &mut Dice) -> Option<String> {
        let ids: Vec<_> = self.world.state.queries.keys().cloned().collect();
        dice.pick(&ids)
    }

    fn end_query(&mut self, dice: &mut Dice) {
        if let Some(id) = self.some_query(dice) {
            self.call("CancelQuery", &format!(r#"{{"QueryId": "{id}"}}"#));
        }
    }

    /// The one who runs queries may be late, and may be told to begin anew.
    fn report_query(&mut self, dice: &mut Dice) {
        let Some(id) = self.some_query(dice) else { return };
        let at = self.world.now;
        let status = dice.pick(&[QueryStatus::Finished, QueryStatus::Failed]).unwrap();
        let end = QueryEnd::without_answer(status, None);
        let changes = match dice.roll(4) {
            0 => self.world.state.interrupted_queries(),
            1 => vec![QueryChange::Ended { id, at, end }.into()],
            _ => vec![QueryChange::Started { id, at }.into()],
        };
        self.world.apply(&changes);
    }

    fn import(&mut self, dice: &mut Dice) {
        let open: Vec<_> = self.world.state.imports.values().map(|it| it.id.clone()).collect();
        if let Some(id) = dice.pick(&open).filter(|_| dice.roll(2) == 0) {
            self.call("StopImport", &format!(r#"{{"ImportId": "{id}"}}"#));
            if self.world.state.imports[&id].status == ImportStatus::Failed {
                // a failed import that begins again may end again
                self.ends.remove(&id);
            }
            self.call("StartImport", &format!(r#"{{"ImportId": "{id}"}}"#));
            return;
        }
        let store = self.store(dice);
        let role = "arn:aws:iam::111122223333:role/x";
        let s3 = format!(
            r#"{{"S3LocationUri": "s3://bucket", "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": "{role}"}}"#
        );
        let input = format!(r#"{{"Destinations": ["{store}"], "ImportSource": {{"S3": {s3}}}}}"#);
        self.call("StartImport", &input);
    }

    fn report_import(&mut self, dice: &mut Dice) {
        let ids: Vec<_> = self.world.state.imports.keys().cloned().collect();
        let Some(id) = dice.pick(&ids) else { return };
        let at = self.world.now;
        let ends = [ImportStatus::Completed, ImportStatus::Failed];
        let failure = ImportFailure {
            status: FailureStatus::Failed,
            error_type: "InvalidFile".to_owned(),
            error_message: "no gzip".to_owned(),
            updated: at,
        };
        let location = format!("s3://bucket/{}", dice.roll(9));
        let statistics = ImportStatistics { files_completed: 1, ..ImportStatistics::default() };
        let change: Change = match dice.roll(3) {
            0 => ImportChange::Progressed { id, at, statistics }.into(),
            1 => ImportChange::Entry { id, location, failure }.into(),
            _ => ImportChange::Ended { id, at, status: dice.pick(&ends).unwrap() }.into(),
        };
        self.world.apply(&[change]);
    }

    fn channel(&mut self, dice: &mut Dice) {
        let arns: Vec<_> = self.world.state.channels.keys().cloned().collect();
        if let Some(arn) = dice.pick(&arns).filter(|_| dice.roll(2) == 0) {
            return self.call("DeleteChannel", &format!(r#"{{"Channel": "{arn}"}}"#));
        }
        let (name, store) = (dice.roll(4), self.store(dice));
        let to = format!(r#"[{{"Type": "EVENT_DATA_STORE", "Location": "{store}"}}]"#);
        let input =
            format!(r#"{{"Name": "channel-{name}", "Source": "Custom", "Destinations": {to}}}"#);
        self.call("CreateChannel", &input);
    }

    fn dashboard(&mut self, dice: &mut Dice) {
        let (name, store) = (dice.roll(3), self.store(dice));
        let named = format!(r#"{{"DashboardId": "board-{name}"}}"#);
        match dice.roll(6) {
            0 => self.call("DeleteDashboard", &named),
            1 | 2 => self.call("StartDashboardRefresh", &named),
            _ => {
                let widget = format!(
                    r#"{{"QueryStatement": "SELECT a FROM {store}", "ViewProperties": {{}}}}"#
                );
                let schedule = r#"{"Frequency": {"Unit": "HOURS", "Value": 6}}"#;
                let input = format!(
                    r#"{{"Name": "board-{name}", "Widgets": [{widget}], "RefreshSchedule": {schedule}}}"#
                );
                self.call("CreateDashboard", &input);
            }
        }
    }

    /// What must hold at every moment.
    fn check(&mut self) {
        let (state, settings) = (&self.world.state, &self.world.settings);
        for store in state.stores.values() {
            let known = self.numbers.entry(store.number).or_insert_with(|| store.id.clone());
            assert_eq!(*known, store.id, "a number is one store's for ever");
            assert!(store.number < state.next_number);
            assert_eq!(store.deleted.is_some(), store.status == StoreStatus::PendingDeletion);
            let days = settings.deletion_days;
            if let Some(deleted) = store.deleted {
                let waits = self.world.now.duration_since(deleted).as_hours();
                assert!(waits <= i64::from(days) * 24, "{waits} hours");
            }
        }
        for account in [MANAGEMENT, MEMBER] {
            let stores = state.stores.values().filter(|it| it.account == account);
            let names: Vec<_> = stores.map(|it| it.name.as_str()).collect();
            assert!(names.len() <= settings.stores_max);
            assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
            let queries = state.queries.values().filter(|it| it.account == account);
            assert!(queries.filter(|it| it.is_counted()).count() <= settings.open_queries_max);
            let imports = state.imports.values().filter(|it| it.account == account);
            assert!(imports.filter(|it| it.is_open()).count() <= settings.open_imports_max);
        }
        for channel in state.channels.values() {
            let are_there = channel
                .destinations
                .iter()
                .all(|arn| state.stores.get(arn).is_some_and(|store| !store.is_pending_deletion()));
            assert!(are_there, "{channel:?} leads nowhere");
        }
        for import in state.imports.values().filter(|it| it.is_open()) {
            let store = state.numbered(import.store);
            assert!(store.is_some_and(|store| !store.is_pending_deletion()), "{import:?}");
        }
        self.check_ends();
    }

    /// Queries and imports end once.
    fn check_ends(&mut self) {
        let state = &self.world.state;
        let queries = state.queries.values().filter(|it| !it.is_open());
        let queries = queries.map(|it| (it.id.clone(), it.status.as_str()));
        let imports = state.imports.values().filter(|it| !it.is_open());
        let imports = imports.map(|it| (it.id.clone(), it.status.as_str()));
        for (id, status) in queries.chain(imports) {
            let known = self.ends.entry(id.clone()).or_insert(status);
            assert_eq!(*known, status, "{id} ended twice");
        }
        let open = state.queries.values().filter(|it| it.is_open()).map(|it| &it.id);
        let open = open.chain(state.imports.values().filter(|it| it.is_open()).map(|it| &it.id));
        for id in open {
            assert!(!self.ends.contains_key(id), "{id} goes on after its end");
        }
    }

    /// Nothing is left of what time takes away.
    fn check_settled(&mut self) {
        let boards: Vec<_> = self.world.state.dashboards.values().cloned().collect();
        for board in boards {
            board.account.clone_into(&mut self.world.account);
            self.call("DeleteDashboard", &format!(r#"{{"DashboardId": "{}"}}"#, board.name));
        }
        self.world.wait(7 * 86_400);
        self.world.wait(7 * 86_400);
        let state = &self.world.state;
        assert!(state.queries.is_empty(), "{:?}", state.queries);
        assert!(state.stores.values().all(|store| !store.is_pending_deletion()));
        assert!(state.dashboards.is_empty());
    }
}

#[test]
fn what_must_hold_holds_in_every_life() {
    let models = Rc::new(Models::built_in());
    let mut went_well: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in 1..=1_000 {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ (seed << 20));
        let mut life = Life::new(&models);
        for _ in 0..60 {
            life.act(&mut dice);
        }
        life.check_settled();
        life.world.assert_folds_twice();
        for (operation, times) in life.went_well {
            *went_well.entry(operation).or_default() += times;
        }
    }
    let rarest = went_well.iter().min_by_key(|(_, times)| **times);
    assert!(went_well.len() == 16 && rarest.is_some_and(|(_, times)| *times > 50), "{went_well:?}");
}
