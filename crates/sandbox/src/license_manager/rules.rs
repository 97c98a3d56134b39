//! License rules: texts of the form `#name=value`, and which of them go with which way of counting.

use wire::Fault;

use super::configuration::CountingType;
use super::invalid;

/// The one rule that may be added to a configuration that exists.
const ADDABLE: &str = "licenseAffinityToHost";
const TENANCY: &str = "allowedTenancy";
const DEDICATED_HOST: &str = "EC2-DedicatedHost";
const TENANCIES: &[&str] = &["EC2-Default", DEDICATED_HOST, "EC2-DedicatedInstance"];
const AFFINITY_DAYS_MAX: u32 = 180;
/// Pairs of rules of which the first may not be greater than the second.
const BOUNDS: &[(&str, &str)] = &[
    ("minimumCores", "maximumCores"),
    ("minimumSockets", "maximumSockets"),
    ("minimumVcpus", "maximumVcpus"),
];

/// One kind of rule.
struct Rule {
    name: &'static str,
    counting_types: &'static [CountingType],
    /// Says what a value must look like, when this one does not.
    complaint: fn(&str) -> Option<&'static str>,
}

const EVERY: &[CountingType] =
    &[CountingType::VCpu, CountingType::Instance, CountingType::Core, CountingType::Socket];
const PHYSICAL: &[CountingType] = &[CountingType::Core, CountingType::Socket];
const CORE: &[CountingType] = &[CountingType::Core];
const SOCKET: &[CountingType] = &[CountingType::Socket];
const VCPU: &[CountingType] = &[CountingType::VCpu];
const VIRTUAL: &[CountingType] = &[CountingType::Instance, CountingType::VCpu];

const RULES: &[Rule] = &[
    Rule { name: TENANCY, counting_types: EVERY, complaint: tenancy },
    Rule { name: ADDABLE, counting_types: PHYSICAL, complaint: days },
    Rule { name: "minimumCores", counting_types: CORE, complaint: whole_number },
    Rule { name: "maximumCores", counting_types: CORE, complaint: whole_number },
    Rule { name: "minimumSockets", counting_types: SOCKET, complaint: whole_number },
    Rule { name: "maximumSockets", counting_types: SOCKET, complaint: whole_number },
    Rule { name: "minimumVcpus", counting_types: VIRTUAL, complaint: whole_number },
    Rule { name: "maximumVcpus", counting_types: VIRTUAL, complaint: whole_number },
    Rule { name: "honorVcpuOptimization", counting_types: VCPU, complaint: true_or_false },
];

/// Checks the whole list of rules of a configuration.
pub(super) fn check(counting_type: CountingType, rules: &[String]) -> Result<(), Fault> {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for rule in rules {
        let (name, value) = parse(rule)?;
        if seen.iter().any(|(other, _)| *other == name) {
            return Err(invalid(format!("License rule {name} is given more than once.")));
        }
        check_one(counting_type, name, value)?;
        seen.push((name, value));
    }
    check_bounds(&seen)?;
    check_physical(counting_type, &seen)
}

/// Returns the rules of a configuration after an update that names `wanted`.
///
/// Rules stay what they were; only `licenseAffinityToHost` may be added or get another value.
pub(super) fn merge(current: &[String], wanted: &[String]) -> Result<Vec<String>, Fault> {
    let mut rules = current.to_vec();
    for rule in wanted {
        let (name, _) = parse(rule)?;
        if name == ADDABLE {
            rules.retain(|other| parse(other).is_ok_and(|(other, _)| other != ADDABLE));
            rules.push(rule.clone());
        } else if !current.contains(rule) {
            return Err(invalid(format!(
                "License rule {rule} cannot be added to an existing license configuration; \
                 only {ADDABLE} can."
            )));
        }
    }
    Ok(rules)
}

fn parse(rule: &str) -> Result<(&str, &str), Fault> {
    rule.strip_prefix('#')
        .and_then(|rest| rest.split_once('='))
        .filter(|(name, value)| !name.is_empty() && !value.is_empty())
        .ok_or_else(|| invalid(format!("License rule {rule} is not of the form #name=value.")))
}

fn check_one(counting_type: CountingType, name: &str, value: &str) -> Result<(), Fault> {
    let rule = RULES
        .iter()
        .find(|rule| rule.name == name)
        .ok_or_else(|| invalid(format!("License rule {name} is not known.")))?;
    if !rule.counting_types.contains(&counting_type) {
        let counting_type = counting_type.as_str();
        return Err(invalid(format!(
            "License rule {name} does not apply to license counting type {counting_type}."
        )));
    }
    match (rule.complaint)(value) {
        Some(wanted) => Err(invalid(format!("License rule {name} must be {wanted}, not {value}."))),
        None => Ok(()),
    }
}

fn check_bounds(rules: &[(&str, &str)]) -> Result<(), Fault> {
    let number = |name| find(rules, name).and_then(|value| value.parse::<u32>().ok());
    for (least, greatest) in BOUNDS {
        if let (Some(low), Some(high)) = (number(least), number(greatest))
            && low > high
        {
            return Err(invalid(format!("License rule {least} is greater than {greatest}.")));
        }
    }
    Ok(())
}

/// Cores and sockets exist on dedicated hosts only; a tenancy rule may not shut those out.
fn check_physical(counting_type: CountingType, rules: &[(&str, &str)]) -> Result<(), Fault> {
    let tenancies = find(rules, TENANCY).filter(|_| PHYSICAL.contains(&counting_type));
    match tenancies {
        Some(list) if !list.split(',').any(|tenancy| tenancy.trim() == DEDICATED_HOST) => {
            let counting_type = counting_type.as_str();
            Err(invalid(format!(
                "License counting type {counting_type} needs {DEDICATED_HOST} in {TENANCY}."
            )))
        }
        _ => Ok(()),
    }
}

fn find<'a>(rules: &[(&str, &'a str)], name: &str) -> Option<&'a str> {
    rules.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
}

fn tenancy(value: &str) -> Option<&'static str> {
    let mut seen = Vec::new();
    let fine = value.split(',').map(str::trim).all(|tenancy| {
        let fresh = !seen.contains(&tenancy);
        seen.push(tenancy);
        fresh && TENANCIES.contains(&tenancy)
    });
    (!fine).then_some("a list of EC2-Default, EC2-DedicatedHost and EC2-DedicatedInstance")
}

fn days(value: &str) -> Option<&'static str> {
    let fine = digits(value).is_some_and(|days| (1..=AFFINITY_DAYS_MAX).contains(&days));
    (!fine).then_some("a number of days from 1 to 180")
}

fn whole_number(value: &str) -> Option<&'static str> {
    digits(value).is_none().then_some("a whole number")
}

fn true_or_false(value: &str) -> Option<&'static str> {
    (!["True", "False"].contains(&value)).then_some("True or False")
}

fn digits(value: &str) -> Option<u32> {
    value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::super::configuration::CountingType;
    use super::{check, merge};

    fn rules(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn each_way_of_counting_has_its_rules() {
        let allowed = [
            ("#allowedTenancy=EC2-DedicatedHost", "Core Socket Instance vCPU"),
            ("#licenseAffinityToHost=90", "Core Socket"),
            ("#minimumCores=1", "Core"),
            ("#maximumCores=8", "Core"),
            ("#minimumSockets=1", "Socket"),
            ("#maximumSockets=2", "Socket"),
            ("#minimumVcpus=1", "Instance vCPU"),
            ("#maximumVcpus=96", "Instance vCPU"),
            ("#honorVcpuOptimization=True", "vCPU"),
        ];
        for (rule, counting_types) in allowed {
            for counting_type in ["Core", "Socket", "Instance", "vCPU"] {
                let parsed = CountingType::parse(counting_type).unwrap();
                let fine = check(parsed, &rules(&[rule])).is_ok();
                assert_eq!(fine, counting_types.contains(counting_type), "{rule} {counting_type}");
            }
        }
    }

    #[test]
    fn values_are_checked() {
        let refused = [
            ("vCPU", &["allowedTenancy=EC2-Default"][..]),
            ("vCPU", &["#allowedTenancy"]),
            ("vCPU", &["#allowedTenancy="]),
            ("vCPU", &["#=1"]),
            ("vCPU", &["#noSuchRule=1"]),
            ("vCPU", &["#allowedTenancy=EC2-Shared"]),
            ("vCPU", &["#allowedTenancy=EC2-Default,EC2-Default"]),
            ("vCPU", &["#minimumVcpus=few"]),
            ("vCPU", &["#minimumVcpus=-1"]),
            ("vCPU", &["#minimumVcpus=1", "#minimumVcpus=2"]),
            ("vCPU", &["#minimumVcpus=3", "#maximumVcpus=2"]),
            ("vCPU", &["#honorVcpuOptimization=true"]),
            ("Core", &["#licenseAffinityToHost=0"]),
            ("Core", &["#licenseAffinityToHost=181"]),
            ("Core", &["#allowedTenancy=EC2-Default"]),
        ];
        for (counting_type, texts) in refused {
            let counting_type = CountingType::parse(counting_type).unwrap();
            let fault = check(counting_type, &rules(texts)).expect_err(&format!("{texts:?}"));
            assert_eq!(fault.code, "InvalidParameterValueException");
        }
        let tenancies = rules(&["#allowedTenancy=EC2-Default,EC2-DedicatedHost"]);
        for counting_type in [CountingType::Core, CountingType::VCpu] {
            assert_eq!(check(counting_type, &tenancies), Ok(()));
        }
        let equal = rules(&["#minimumVcpus=2", "#maximumVcpus=2"]);
        assert_eq!(check(CountingType::VCpu, &equal), Ok(()));
        for days in ["#licenseAffinityToHost=1", "#licenseAffinityToHost=180"] {
            assert_eq!(check(CountingType::Socket, &rules(&[days])), Ok(()));
        }
    }

    #[test]
    fn an_update_may_add_host_affinity_and_nothing_else() {
        let current = rules(&["#minimumCores=2"]);
        let merged = merge(&current, &rules(&["#licenseAffinityToHost=90"])).unwrap();
        assert_eq!(merged, rules(&["#minimumCores=2", "#licenseAffinityToHost=90"]));
        let again = merge(&merged, &rules(&["#licenseAffinityToHost=30", "#minimumCores=2"]));
        assert_eq!(again.unwrap(), rules(&["#minimumCores=2", "#licenseAffinityToHost=30"]));
        for refused in ["#maximumCores=4", "#minimumCores=3", "minimumCores"] {
            let fault = merge(&current, &rules(&[refused])).expect_err(refused);
            assert_eq!(fault.code, "InvalidParameterValueException");
        }
    }
}
