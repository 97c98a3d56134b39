"""License Manager, agreements and callers of the made-up month, with what is wrong in them."""

from month_events import (
    AGREEMENT, BUYER, CATALOG, DAY, HOME, HOUR, LICENSES, MINUTE, SELLER, Caller, at, shown,
)  # fmt: skip

ALICE = Caller(SELLER, "IAMUser", "Alice")
BOB = Caller(BUYER, "IAMUser", "Bob")
LICENSE_ADMIN = Caller(SELLER, "AssumedRole", "LicenseAdmin", "desk")
LICENSE = "arn:aws:license-manager::111122223333:license:l-00000000000000000000000000000001"
GRANT = "arn:aws:license-manager::111122223333:grant:g-0000000000000000000000000000000"


def configuration(number):
    return f"arn:aws:license-manager:{HOME}:{SELLER}:license-configuration:lic-{number:032x}"


def plant(month):
    configurations(month)
    shortages(month)
    checkouts(month)
    grants(month)
    tokens(month)
    purchases(month)
    callers(month)


def configurations(month):
    """A23, A24: limits before and within the month; only some changes loosen."""

    def change(when, operation, arn, error=None, **fields):
        moment = at(when)
        made = operation == "CreateLicenseConfiguration"
        request = fields if made else {"licenseConfigurationArn": arn} | fields
        answer = {"licenseConfigurationArn": arn} if made else None
        month.call(moment, LICENSE_ADMIN, LICENSES, operation, request, answer, error)
        if month.within(moment):
            month.expect("A23", eventtime=shown(moment), eventname=operation, errorcode=error,
                         caller=LICENSE_ADMIN.arn, arn=arn)  # fmt: skip

    def loosened(when, arn, kind, was, now_is):
        month.expect(
            "A24", eventtime=when + ":00", arn=arn, change=kind, was=was, now_is=now_is
        )

    first, second, third = configuration(1), configuration(2), configuration(3)
    create, update = "CreateLicenseConfiguration", "UpdateLicenseConfiguration"
    change("2026-09-02 09:00", create, first, name="cores", licenseCountingType="Core",
           licenseCount=8, licenseCountHardLimit=True)  # fmt: skip
    change("2026-09-03 09:00", create, second, name="hosts", licenseCountingType="Socket")
    change("2026-09-20 09:00", update, first, licenseCount=10)
    change("2026-10-03 09:00", update, first, description="only words")
    change("2026-10-04 09:00", update, first, licenseCount=16)
    loosened("2026-10-04 09:00", first, "count raised", "10", "16")
    change("2026-10-05 09:00", update, first, licenseCount=12)
    change("2026-10-06 09:00", update, first, error="InvalidParameterValueException",
           licenseCount=500)  # fmt: skip
    change("2026-10-07 09:00", update, first, licenseCountHardLimit=False)
    loosened("2026-10-07 09:00", first, "hard limit off", "true", "false")
    change("2026-10-08 09:00", update, first, licenseCountHardLimit=False)
    change("2026-10-09 09:00", update, second, licenseCount=5, licenseCountHardLimit=True)
    change("2026-10-10 09:00", update, second, licenseConfigurationStatus="DISABLED")
    loosened("2026-10-10 09:00", second, "disabled", None, "DISABLED")
    change("2026-10-11 09:00", update, second, licenseConfigurationStatus="AVAILABLE")
    change("2026-10-12 09:00", create, third, name="extra", licenseCountingType="vCPU",
           licenseCount=1)  # fmt: skip
    change("2026-10-13 09:00", "DeleteLicenseConfiguration", third)
    change("2026-11-02 09:00", update, first, licenseCount=99)
    moment, instance = at("2026-10-14 09:00"), "arn:aws:ec2:us-east-1:111122223333:instance/i-1"
    request = {"resourceArn": instance,
               "addLicenseSpecifications": [{"licenseConfigurationArn": first}]}  # fmt: skip
    name = "UpdateLicenseSpecificationsForResource"
    month.call(moment, LICENSE_ADMIN, LICENSES, name, request)
    month.expect("A23", eventtime=shown(moment), eventname=name, errorcode=None,
                 caller=LICENSE_ADMIN.arn, arn=first)  # fmt: skip


def shortages(month):
    """A25: licenses that ran out, at License Manager and at EC2; another error is none."""
    first = configuration(1)
    name = "UpdateLicenseSpecificationsForResource"
    rows = [
        ("2026-10-15 10:00", LICENSES, name, "LicenseUsageException",
         {"addLicenseSpecifications": [{"licenseConfigurationArn": first}]}, first),
        ("2026-10-15 11:00", LICENSES, "CheckoutLicense", "NoEntitlementsAllowedException",
         {"productSKU": "sku-1", "checkoutType": "PROVISIONAL"}, "sku-1"),
        ("2026-10-15 12:00", "ec2.amazonaws.com", "RunInstances", "Client.LicenseUsageExceeded",
         {"licenseSpecifications": [{"licenseConfigurationArn": first}]}, first),
    ]  # fmt: skip
    for when, source, event, error, request, reference in rows:
        month.call(at(when), ALICE, source, event, request, error=error)
        month.expect("A25", eventtime=when + ":00", eventsource=source, eventname=event,
                     errorcode=error, caller=ALICE.arn, license_ref=reference)  # fmt: skip
        if event == name:
            month.expect("A23", eventtime=when + ":00", eventname=event, errorcode=error,
                         caller=ALICE.arn, arn=first)  # fmt: skip
    month.call(at("2026-10-15 13:00"), ALICE, LICENSES, "CheckoutLicense", {"productSKU": "sku-1"},
               error="ValidationException")  # fmt: skip


def checkouts(month):
    """A26: units out and in; one checkout of September comes back, one never does."""
    balance = 0
    moves = [
        ("2026-09-30 08:00", "a", 2), ("2026-10-02 08:00", "b", 3), ("2026-10-02 18:00", "a", -2),
        ("2026-10-03 08:00", "c", 1), ("2026-10-03 19:00", "b", -3), ("2026-10-20 08:00", "d", 5),
    ]  # fmt: skip
    for when, token, units in moves:
        moment, balance = at(when), balance + units
        if units > 0:
            answer = {
                "licenseConsumptionToken": token * 32,
                "licenseArn": LICENSE,
                "entitlementsAllowed": [{"name": "seats", "value": str(units), "unit": "Count"}],
            }
            month.call(moment, BOB, LICENSES, "CheckoutLicense", {"productSKU": "sku-1"}, answer)
        else:
            request = {"licenseConsumptionToken": token * 32}
            month.call(moment, BOB, LICENSES, "CheckInLicense", request)
        if month.within(moment):
            month.expect("A26", license_arn=LICENSE, entitlement="seats", eventtime=when + ":00",
                         units=units, out_now=balance)  # fmt: skip
    month.call(at("2026-10-20 09:00"), BOB, LICENSES, "CheckoutLicense", {"productSKU": "sku-1"},
               {"licenseArn": LICENSE, "entitlementsAllowed": "none"})  # fmt: skip
    month.call(at("2026-10-21 08:00"), BOB, LICENSES, "CheckInLicense",
               {"licenseConsumptionToken": "d" * 32}, error="InvalidParameterValueException")  # fmt: skip


def grants(month):
    """A27: a grant that is taken, and one that is turned down."""
    to = f"arn:aws:iam::{BUYER}:root"
    rows = [
        ("2026-10-16 09:00", LICENSE_ADMIN, "CreateGrant", "1", "PENDING_WORKFLOW", to, None),
        ("2026-10-16 10:00", BOB, "AcceptGrant", "1", "DISABLED", None, None),
        ("2026-10-16 11:00", BOB, "CreateGrantVersion", "1", "ACTIVE", None, None),
        ("2026-10-17 09:00", LICENSE_ADMIN, "CreateGrant", "2", "PENDING_WORKFLOW", to, None),
        ("2026-10-17 10:00", BOB, "RejectGrant", "2", "REJECTED", None, None),
        ("2026-10-18 09:00", LICENSE_ADMIN, "DeleteGrant", "1", "PENDING_DELETE", None, None),
        ("2026-10-18 10:00", BOB, "AcceptGrant", "1", None, None, "InvalidParameterValueException"),
        ("2026-11-03 09:00", LICENSE_ADMIN, "CreateGrant", "3", "PENDING_WORKFLOW", to, None),
    ]
    for when, caller, name, number, status, principal, error in rows:
        arn = GRANT + number
        request = {"grantArn": arn}
        if name == "CreateGrant":
            request = {"grantName": "g", "licenseArn": LICENSE, "principals": [principal]}
        month.call(at(when), caller, LICENSES, name, request,
                   {"grantArn": arn, "status": status, "version": "1"}, error)  # fmt: skip
        if month.within(at(when)):
            month.expect("A27", eventtime=when + ":00", caller=caller.arn, eventname=name,
                         grant_arn=arn, principal=principal, status=status,
                         errorcode=error)  # fmt: skip


def tokens(month):
    """A28: two that live too long or serve anybody, one with an empty list, and a good one."""
    role = [f"arn:aws:iam::{SELLER}:role/App"]
    rows = [
        ("2026-10-19 09:00", {"roleArns": role, "expirationInDays": 365}, None),
        ("2026-10-19 10:00", {"roleArns": role, "expirationInDays": 3650}, 3650),
        ("2026-10-19 11:00", {"expirationInDays": 30}, 30),
        ("2026-10-19 12:00", {"roleArns": []}, 365),
        ("2026-10-19 13:00", {"roleArns": role}, None),
    ]
    for when, fields, days in rows:
        answer = {"tokenId": month.token(), "tokenType": "REFRESH_TOKEN",
                  "token": "HIDDEN_DUE_TO_SECURITY_REASONS"}  # fmt: skip
        month.call(at(when), LICENSE_ADMIN, LICENSES, "CreateToken",
                   {"licenseArn": LICENSE} | fields, answer)  # fmt: skip
        if days:
            month.expect("A28", eventtime=when + ":00", caller=LICENSE_ADMIN.arn,
                         license_arn=LICENSE, days=days)  # fmt: skip


def purchases(month):
    """A29: one bought, one whose request is of before the data, one refused, one cancelled."""

    def accept(when, request_id, agreement, intent=None, proposal=None, error=None):
        if intent:
            asked = {"intent": intent, "agreementProposalIdentifier": proposal}
            month.call(at(when) - MINUTE, BOB, AGREEMENT, "CreateAgreementRequest", asked,
                       {"agreementRequestId": request_id})  # fmt: skip
        month.call(at(when), BOB, AGREEMENT, "AcceptAgreementRequest",
                   {"agreementRequestId": request_id}, {"agreementId": agreement}, error)  # fmt: skip
        month.expect("A29", eventtime=when + ":00", buyer=BUYER, eventname="AcceptAgreementRequest",
                     agreement_id=None if error else agreement, intent=intent, proposal=proposal,
                     errorcode=error)  # fmt: skip

    accept("2026-10-01 00:00", "ar-1", "agmt-1", "NEW", "at-1")
    accept("2026-10-02 12:00", "ar-0", "agmt-0")
    accept("2026-10-03 12:00", "ar-2", "agmt-2", "AMEND", "at-2", "ValidationException")
    month.call(at("2026-10-20 10:00"), BOB, AGREEMENT, "CancelAgreement", {"agreementId": "agmt-1"})
    month.expect("A29", eventtime="2026-10-20 10:00:00", buyer=BUYER, eventname="CancelAgreement",
                 agreement_id="agmt-1", intent=None, proposal=None, errorcode=None)  # fmt: skip
    month.call(at("2026-10-21 10:00"), BOB, AGREEMENT, "DescribeAgreement", {"agreementId": "agmt-1"})
    month.call(at("2026-11-01 00:00"), BOB, AGREEMENT, "CancelAgreement", {"agreementId": "agmt-0"})


def callers(month):
    """A30, A32, A33, A34: root, the console, services, a burst, and somebody new."""
    root = Caller(SELLER, "Root", "root")
    console = Caller(SELLER, "AssumedRole", "Desk", "somebody", console=True)
    service = Caller(SELLER, "AssumedRole", "Scan", "x", invoked_by="license-manager.amazonaws.com")
    for caller, source, name, count in [
        (root, LICENSES, "ListLicenseConfigurations", 1),
        (console, CATALOG, "ListEntities", 3),
        (service, LICENSES, "ListResourceInventory", 4),
    ]:
        first = at("2026-10-22 08:00")
        for number in range(count):
            month.call(first + number * HOUR, caller, source, name, {})
        last = shown(first + (count - 1) * HOUR)
        if caller.invoked_by:
            month.expect("A32", invoked_by=caller.invoked_by, eventsource=source, eventname=name,
                         caller=caller.arn, calls=count)  # fmt: skip
        else:
            month.expect("A30", caller=caller.arn, caller_type=caller.kind,
                         from_console="true" if caller.console else None, eventsource=source,
                         eventname=name, first_call=shown(first), last_call=last, calls=count)  # fmt: skip
    reader = Caller(SELLER, "AssumedRole", "ListingReader", "r")
    for when, calls in [("2026-10-23 08:00", 20), ("2026-10-23 09:00", 19)]:
        for _ in range(calls):
            month.call(at(when), reader, CATALOG, "DescribeEntity", {"entityId": "prod-1"})
    month.expect("A33", call_second="2026-10-23 08:00:00", account=SELLER, eventname="DescribeEntity",
                 calls=20, quota=20, throttled=0)  # fmt: skip
    month.call(at("2026-10-24 08:00"), reader, CATALOG, "ListEntities", {},
               error="ThrottlingException")  # fmt: skip
    month.expect("A33", call_second="2026-10-24 08:00:00", account=SELLER, eventname="ListEntities",
                 calls=1, quota=10, throttled=1)  # fmt: skip
    stranger = Caller(SELLER, "IAMUser", "Auditor")
    when = at("2026-10-30 07:00")
    for number in range(2):
        month.call(when + number * DAY, stranger, LICENSES, "UpdateLicenseConfiguration", {},
                   error="AccessDeniedException")  # fmt: skip
        month.expect("A23", eventtime=shown(when + number * DAY), caller=stranger.arn, arn=None,
                     eventname="UpdateLicenseConfiguration", errorcode="AccessDeniedException")  # fmt: skip
    month.expect("A34", eventname="UpdateLicenseConfiguration", identity=stranger.identity,
                 first_seen=shown(when), calls=2)  # fmt: skip
