//! Dashboards: made, changed, refreshed and deleted.

use expect_test::expect;

use super::check;
use super::world::World;

#[test]
fn a_dashboard_lives() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "one", "TerminationProtectionEnabled": false}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"one","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > CreateDashboard {"Name": "board", "Widgets": [{"QueryStatement": "SELECT a FROM <1> WHERE t > '?'", "QueryParameters": ["$StartTime$"], "ViewProperties": {"View": "Table", "Title": "One two"}}], "TagsList": [{"Key": "a"}], "TerminationProtectionEnabled": true, "RefreshSchedule": {"Frequency": {"Unit": "HOURS", "Value": 6}, "TimeOfDay": "00:30"}}
        {"DashboardArn":"ARN:dashboard/board","Name":"board","Type":"CUSTOM","Widgets":[{"QueryAlias":"widget-defghijklmnopqrs","QueryStatement":"SELECT a FROM <1> WHERE t > '?'","QueryParameters":["$StartTime$"],"ViewProperties":{"View":"Table","Title":"One two"}}],"TagsList":[{"Key":"a"}],"RefreshSchedule":{"Frequency":{"Unit":"HOURS","Value":6},"Status":"ENABLED","TimeOfDay":"00:30"},"TerminationProtectionEnabled":true}
        > GetDashboard {"DashboardId": "board"}
        {"DashboardArn":"ARN:dashboard/board","Type":"CUSTOM","Status":"CREATED","Widgets":[{"QueryAlias":"widget-defghijklmnopqrs","QueryStatement":"SELECT a FROM <1> WHERE t > '?'","QueryParameters":["$StartTime$"],"ViewProperties":{"View":"Table","Title":"One two"}}],"RefreshSchedule":{"Frequency":{"Unit":"HOURS","Value":6},"Status":"ENABLED","TimeOfDay":"00:30"},"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"TerminationProtectionEnabled":true}
        > GetDashboard {"DashboardId": "ARN:dashboard/board"}
        {"DashboardArn":"ARN:dashboard/board","Type":"CUSTOM","Status":"CREATED","Widgets":[{"QueryAlias":"widget-defghijklmnopqrs","QueryStatement":"SELECT a FROM <1> WHERE t > '?'","QueryParameters":["$StartTime$"],"ViewProperties":{"View":"Table","Title":"One two"}}],"RefreshSchedule":{"Frequency":{"Unit":"HOURS","Value":6},"Status":"ENABLED","TimeOfDay":"00:30"},"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"TerminationProtectionEnabled":true}
        > UpdateDashboard {"DashboardId": "board", "RefreshSchedule": {"Status": "DISABLED"}}
        {"DashboardArn":"ARN:dashboard/board","Name":"board","Type":"CUSTOM","Widgets":[{"QueryAlias":"widget-defghijklmnopqrs","QueryStatement":"SELECT a FROM <1> WHERE t > '?'","QueryParameters":["$StartTime$"],"ViewProperties":{"View":"Table","Title":"One two"}}],"RefreshSchedule":{"Frequency":{"Unit":"HOURS","Value":6},"Status":"DISABLED","TimeOfDay":"00:30"},"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125}
        > UpdateDashboard {"DashboardId": "board", "RefreshSchedule": {"Frequency": {"Unit": "DAYS", "Value": 1}, "Status": "ENABLED", "TimeOfDay": "09:00"}, "Widgets": [{"QueryStatement": "SELECT b FROM <1>", "ViewProperties": {}}]}
        {"DashboardArn":"ARN:dashboard/board","Name":"board","Type":"CUSTOM","Widgets":[{"QueryAlias":"widget-tuvwxyz012345678","QueryStatement":"SELECT b FROM <1>","ViewProperties":{}}],"RefreshSchedule":{"Frequency":{"Unit":"DAYS","Value":1},"Status":"ENABLED","TimeOfDay":"09:00"},"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125}
        > DeleteDashboard {"DashboardId": "board"}
        ConflictException: Dashboard board has termination protection: set TerminationProtectionEnabled to false with UpdateDashboard first.
        > UpdateDashboard {"DashboardId": "board", "TerminationProtectionEnabled": false}
        {"DashboardArn":"ARN:dashboard/board","Name":"board","Type":"CUSTOM","Widgets":[{"QueryAlias":"widget-tuvwxyz012345678","QueryStatement":"SELECT b FROM <1>","ViewProperties":{}}],"RefreshSchedule":{"Frequency":{"Unit":"DAYS","Value":1},"Status":"ENABLED","TimeOfDay":"09:00"},"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125}
        > ListDashboards {}
        {"Dashboards":[{"DashboardArn":"ARN:dashboard/board","Type":"CUSTOM"}]}
        > DeleteDashboard {"DashboardId": "board"}
        {}
        > ListDashboards {}
        {"Dashboards":[]}
        > GetDashboard {"DashboardId": "board"}
        ResourceNotFoundException: Dashboard board does not exist.
    "#]]);
}

#[test]
fn a_refresh_asks_every_widget() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "one", "TerminationProtectionEnabled": false}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"one","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > CreateDashboard {"Name": "board", "Widgets": [{"QueryStatement": "SELECT a FROM <1> WHERE t > '?'", "QueryParameters": ["$StartTime$"], "ViewProperties": {"View": "Table", "Title": "One two"}}, {"QueryStatement": "SELECT b FROM <1>", "ViewProperties": {}}]}
        {"DashboardArn":"ARN:dashboard/board","Name":"board","Type":"CUSTOM","Widgets":[{"QueryAlias":"widget-defghijklmnopqrs","QueryStatement":"SELECT a FROM <1> WHERE t > '?'","QueryParameters":["$StartTime$"],"ViewProperties":{"View":"Table","Title":"One two"}},{"QueryAlias":"widget-tuvwxyz012345678","QueryStatement":"SELECT b FROM <1>","ViewProperties":{}}],"TerminationProtectionEnabled":false}
        > StartDashboardRefresh {"DashboardId": "board", "QueryParameterValues": {"$StartTime$": "2026-11-01"}}
        {"RefreshId":"1000000000000000035"}
        > StartDashboardRefresh {"DashboardId": "board"}
        ServiceQuotaExceededException: A refresh of dashboard board is still going on.
        > DescribeQuery {"QueryAlias": "widget-defghijklmnopqrs"}
        {"QueryId":"<36>","QueryString":"SELECT a FROM <1> WHERE t > '2026-11-01'","QueryStatus":"QUEUED","QueryStatistics":{"EventsMatched":0,"EventsScanned":0,"BytesScanned":0,"ExecutionTimeInMillis":0,"CreationTime":1795161600.125}}
        > DescribeQuery {"QueryAlias": "widget-defghijklmnopqrs", "RefreshId": "1000000000000000035"}
        {"QueryId":"<36>","QueryString":"SELECT a FROM <1> WHERE t > '2026-11-01'","QueryStatus":"QUEUED","QueryStatistics":{"EventsMatched":0,"EventsScanned":0,"BytesScanned":0,"ExecutionTimeInMillis":0,"CreationTime":1795161600.125}}
        > DescribeQuery {"QueryAlias": "widget-defghijklmnopqrs", "RefreshId": "1000000000000000099"}
        QueryIdNotFoundException: Query widget-defghijklmnopqrs does not exist.
        > wait 3600
        > GetDashboard {"DashboardId": "board"}
        {"DashboardArn":"ARN:dashboard/board","Type":"CUSTOM","Status":"CREATED","Widgets":[{"QueryAlias":"widget-defghijklmnopqrs","QueryStatement":"SELECT a FROM <1> WHERE t > '?'","QueryParameters":["$StartTime$"],"ViewProperties":{"View":"Table","Title":"One two"}},{"QueryAlias":"widget-tuvwxyz012345678","QueryStatement":"SELECT b FROM <1>","ViewProperties":{}}],"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"LastRefreshId":"1000000000000000035","LastRefreshFailureReason":"Query <36> timed out.","TerminationProtectionEnabled":false}
        > StartDashboardRefresh {"DashboardId": "board"}
        {"RefreshId":"1000000000000000040"}
        > DescribeQuery {"QueryAlias": "widget-defghijklmnopqrs"}
        {"QueryId":"<41>","QueryString":"SELECT a FROM <1> WHERE t > '2026-11-19 09:00:00'","QueryStatus":"QUEUED","QueryStatistics":{"EventsMatched":0,"EventsScanned":0,"BytesScanned":0,"ExecutionTimeInMillis":0,"CreationTime":1795165200.125}}
        > StartQuery {"QueryAlias": "widget-defghijklmnopqrs", "QueryParameters": ["it's"]}
        {"QueryId":"<45>"}
        > wait 1
        > StartQuery {"QueryAlias": "widget-defghijklmnopqrs", "QueryParameters": ["a", "b"]}
        InvalidParameterException: The query widget-defghijklmnopqrs takes 1 QueryParameters.
        > DescribeQuery {"QueryId": "<45>"}
        {"QueryId":"<45>","QueryString":"SELECT a FROM <1> WHERE t > 'it''s'","QueryStatus":"QUEUED","QueryStatistics":{"EventsMatched":0,"EventsScanned":0,"BytesScanned":0,"ExecutionTimeInMillis":0,"CreationTime":1795165200.125}}
        > DeleteEventDataStore {"EventDataStore": "<1>"}
        {}
        > wait 3600
        > StartDashboardRefresh {"DashboardId": "board"}
        InactiveEventDataStoreException: Event data store ARN:eventdatastore/<1> is pending deletion.
    "#]]);
}

#[test]
fn highlights_have_widgets_of_their_own() {
    check(expect![[r#"
        > CreateDashboard {"Name": "AWSCloudTrail-Highlights", "Widgets": []}
        ValidationException: The Highlights dashboard has widgets of its own: leave Widgets out.
        > CreateDashboard {"Name": "AWSCloudTrail-Highlights", "RefreshSchedule": {"Frequency": {"Unit": "HOURS", "Value": 1}}}
        ValidationException: RefreshSchedule is not valid: the Highlights dashboard is refreshed every 6 HOURS.
        > CreateDashboard {"Name": "AWSCloudTrail-Highlights", "RefreshSchedule": {"Frequency": {"Unit": "HOURS", "Value": 6}, "Status": "ENABLED"}}
        {"DashboardArn":"ARN:dashboard/AWSCloudTrail-Highlights","Name":"AWSCloudTrail-Highlights","Type":"MANAGED","Widgets":[{"QueryAlias":"widget-bcdefghijklmnopq","QueryStatement":"SELECT eventSource, COUNT(*) AS calls FROM events WHERE eventTime > '?' AND eventTime < '?' GROUP BY eventSource ORDER BY calls DESC LIMIT 10","QueryParameters":["$StartTime$","$EndTime$"],"ViewProperties":{"View":"Table","Title":"Top services"}},{"QueryAlias":"widget-rstuvwxyz0123456","QueryStatement":"SELECT eventSource, eventName, errorCode, COUNT(*) AS errors FROM events WHERE errorCode IS NOT NULL AND eventTime > '?' AND eventTime < '?' GROUP BY eventSource, eventName, errorCode ORDER BY errors DESC LIMIT 10","QueryParameters":["$StartTime$","$EndTime$"],"ViewProperties":{"View":"Table","Title":"Top errors"}},{"QueryAlias":"widget-789abcdefghijklm","QueryStatement":"SELECT useridentity.arn, COUNT(*) AS refused FROM events WHERE errorCode LIKE '%AccessDenied%' AND eventTime > '?' AND eventTime < '?' GROUP BY useridentity.arn ORDER BY refused DESC LIMIT 10","QueryParameters":["$StartTime$","$EndTime$"],"ViewProperties":{"View":"Table","Title":"Access denied"}},{"QueryAlias":"widget-nopqrstuvwxyz012","QueryStatement":"SELECT useridentity.arn, element_at(responseelements, 'ConsoleLogin') AS outcome, COUNT(*) AS logins FROM events WHERE eventName = 'ConsoleLogin' AND eventTime > '?' AND eventTime < '?' GROUP BY useridentity.arn, element_at(responseelements, 'ConsoleLogin') ORDER BY logins DESC LIMIT 10","QueryParameters":["$StartTime$","$EndTime$"],"ViewProperties":{"View":"Table","Title":"Console logins"}},{"QueryAlias":"widget-3456789abcdefghi","QueryStatement":"SELECT eventTime, eventSource, eventName, sourceIPAddress FROM events WHERE useridentity.type = 'Root' AND eventTime > '?' AND eventTime < '?' ORDER BY eventTime DESC LIMIT 10","QueryParameters":["$StartTime$","$EndTime$"],"ViewProperties":{"View":"Table","Title":"Root user activity"}},{"QueryAlias":"widget-jklmnopqrstuvwxy","QueryStatement":"SELECT useridentity.arn, COUNT(*) AS writes FROM events WHERE readOnly = false AND eventTime > '?' AND eventTime < '?' GROUP BY useridentity.arn ORDER BY writes DESC LIMIT 10","QueryParameters":["$StartTime$","$EndTime$"],"ViewProperties":{"View":"Table","Title":"Writes by principal"}}],"RefreshSchedule":{"Frequency":{"Unit":"HOURS","Value":6},"Status":"ENABLED","TimeOfDay":"00:00"},"TerminationProtectionEnabled":false}
        > UpdateDashboard {"DashboardId": "AWSCloudTrail-Highlights", "Widgets": []}
        ValidationException: The widgets of the Highlights dashboard are not changed.
        > ListDashboards {"Type": "MANAGED", "NamePrefix": "AWS"}
        {"Dashboards":[{"DashboardArn":"ARN:dashboard/AWSCloudTrail-Highlights","Type":"MANAGED"}]}
        > ListDashboards {"Type": "CUSTOM"}
        {"Dashboards":[]}
    "#]]);
}

#[test]
fn what_is_wrong_with_a_dashboard() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "one", "TerminationProtectionEnabled": false}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"one","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > CreateDashboard {"Name": "board", "Widgets": [{"QueryStatement": "SELECT WRONG FROM <1>", "ViewProperties": {}}]}
        InvalidQueryStatementException: line 1:8: column 'wrong' cannot be resolved
        > CreateDashboard {"Name": "board", "Widgets": [{"QueryStatement": "SELECT a FROM <1> WHERE a = ?", "ViewProperties": {}}]}
        InvalidQueryStatementException: there must be as many QueryParameters as there are ? in the statement
        > CreateDashboard {"Name": "board", "Widgets": [{"QueryStatement": "SELECT a FROM <1>", "QueryParameters": ["$Period$"], "ViewProperties": {}}]}
        InvalidQueryStatementException: there must be as many QueryParameters as there are ? in the statement
        > CreateDashboard {"Name": "board", "Widgets": [{"QueryStatement": "SELECT a FROM <1> WHERE a = ?", "QueryParameters": ["$Other$"], "ViewProperties": {}}]}
        InvalidQueryStatementException: there is no parameter $Other$: there are $StartTime$, $EndTime$, $Period$
        > CreateDashboard {"Name": "board", "Widgets": [{"QueryStatement": "SELECT a FROM <9>", "ViewProperties": {}}]}
        EventDataStoreNotFoundException: Event data store <9> does not exist.
        > CreateDashboard {"Name": "board", "Widgets": [{"QueryStatement": "SELECT a FROM <1>", "ViewProperties": {"View": "Cloud"}}]}
        ValidationException: There is no View Cloud: there are Table, LineChart, BarChart, PieChart.
        > CreateDashboard {"Name": "board", "RefreshSchedule": {"Frequency": {"Unit": "HOURS", "Value": 2}}}
        ValidationException: RefreshSchedule is not valid: a dashboard is refreshed every 1, 6, 12 or 24 HOURS, or every 1 DAYS.
        > CreateDashboard {"Name": "board", "RefreshSchedule": {"Status": "ENABLED"}}
        ValidationException: RefreshSchedule is not valid: Frequency is missing.
        > CreateDashboard {"Name": "board", "RefreshSchedule": {"Frequency": {"Unit": "DAYS", "Value": 1}, "TimeOfDay": "24:00"}}
        ValidationException: RefreshSchedule is not valid: TimeOfDay 24:00 is no time, as in 09:30.
        > CreateDashboard {"Name": "board", "TagsList": [{"Key": "aws:a"}]}
        InvalidTagParameterException: Tag keys that begin with aws: are reserved.
        > CreateDashboard {"Name": "board"}
        {"DashboardArn":"ARN:dashboard/board","Name":"board","Type":"CUSTOM","Widgets":[],"TerminationProtectionEnabled":false}
        > CreateDashboard {"Name": "board"}
        ConflictException: Dashboard board already exists.
        > GetDashboard {"DashboardId": "other"}
        ResourceNotFoundException: Dashboard other does not exist.
        > StartDashboardRefresh {"DashboardId": "other"}
        ResourceNotFoundException: Dashboard other does not exist.
        > ListDashboards {"NextToken": "junk"}
        ValidationException: Invalid token: ask again without NextToken.
        > DeleteEventDataStore {"EventDataStore": "<1>"}
        {}
        > UpdateDashboard {"DashboardId": "board", "Widgets": [{"QueryStatement": "SELECT a FROM <1> WHERE t > '?'", "QueryParameters": ["$StartTime$"], "ViewProperties": {"View": "Table", "Title": "One two"}}]}
        InactiveEventDataStoreException: Event data store ARN:eventdatastore/<1> is pending deletion.
        > in eu-west-1
        > GetDashboard {"DashboardId": "ARN:dashboard/board"}
        ResourceNotFoundException: Dashboard ARN:dashboard/board does not exist.
    "#]]);
}

#[test]
fn there_is_room_for_so_many_dashboards_and_widgets() {
    let mut world = World::new();
    world.settings.dashboards_max = 1;
    let widget = r#"{"QueryStatement": "SELECT 1", "ViewProperties": {}}"#;
    let board = |name: &str, count: usize| {
        let widgets = vec![widget; count].join(", ");
        format!(r#"{{"Name": "{name}", "Widgets": [{widgets}]}}"#)
    };
    let many = "ServiceQuotaExceededException: A dashboard can have at most 10 widgets.";
    assert_eq!(world.call("CreateDashboard", &board("one", 11)), many);
    assert!(world.call("CreateDashboard", &board("one", 10)).starts_with('{'));
    let full = "ServiceQuotaExceededException: User: 111122223333 already has 1 dashboards in \
                us-east-1.";
    assert_eq!(world.call("CreateDashboard", &board("two", 1)), full);
    // ten queries of a refresh leave room for ten of the caller's own
    world.call("StartDashboardRefresh", r#"{"DashboardId": "one"}"#);
    assert_eq!(world.state.queries_to_run().len(), 10);
    assert!(world.call("StartQuery", r#"{"QueryStatement": "SELECT 1"}"#).starts_with('{'));
}
