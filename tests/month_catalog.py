"""Listings of the made-up month: changes, prices, and what became of them."""

import json

from month_events import CATALOG, MINUTE, OLD_CATALOG, SECOND_SELLER, SELLER, Caller, at, shown

ALICE = Caller(SELLER, "IAMUser", "Alice")
EDITOR = Caller(SELLER, "AssumedRole", "ListingEditor", "desk")
OTHER = Caller(SECOND_SELLER, "IAMUser", "Meter")
PRODUCT, OFFER = "prod-alpha00000001", "offer-alpha0000001"
HIGH_IMPACT = {"UpdateVisibility", "UpdateTargeting", "ReleaseOffer", "UpdatePricingTerms"}


def plant(month):
    listings = Listings(month)
    listings.history()
    listings.prices()
    listings.outcomes()
    listings.refusals()
    oddities(listings)
    policies(month)


def change(kind, entity_type, identifier, details, document=False):
    """One change, its details as a text or as a document."""
    entity = {"type": entity_type} | ({"identifier": identifier} if identifier else {})
    body = {"detailsDocument": details} if document else {"details": json.dumps(details)}
    return {"changeType": kind, "entity": entity} | body


def dimensions(*keys):
    return [
        {"Key": key, "Name": key, "Description": key, "Unit": "Units",
         "Types": ["ExternallyMetered"]}
        for key in keys
    ]  # fmt: skip


def rates(duration=None, **prices):
    """Pricing terms by the hour of use, or for a duration."""
    card = [{"DimensionKey": key, "Price": price} for key, price in prices.items()]
    if duration is None:
        term = {"Type": "UsageBasedPricingTerm", "CurrencyCode": "USD",
                "RateCards": [{"RateCard": card}]}  # fmt: skip
    else:
        selector = {"Type": "Duration", "Value": duration}
        term = {"Type": "ConfigurableUpfrontPricingTerm", "CurrencyCode": "USD",
                "RateCards": [{"Selector": selector, "RateCard": card}]}  # fmt: skip
    return {"PricingModel": "Usage", "Terms": [term]}


class Listings:
    """Change sets, each with the rows that A17, A19 and A21 must give for it."""

    def __init__(self, month):
        self.month = month

    def start(self, when, *changes, caller=EDITOR, intent=None, source=CATALOG, error=None,
              ends=None, failure=None):  # fmt: skip
        moment, set_id = at(when), self.month.token()
        request = {"catalog": "AWSMarketplace", "changeSet": list(changes)}
        if intent:
            request["intent"] = intent
        answer = {"changeSetId": set_id, "changeSetArn": f"arn:aws:aws-marketplace:::{set_id}"}
        self.month.call(moment, caller, source, "StartChangeSet", request, answer, error)
        if self.month.within(moment):
            self._expect_changes(moment, caller, changes, intent, set_id, error)
        if error:
            return None
        if ends:
            self._moved(moment + MINUTE, caller.account, set_id, "APPLYING", None)
        if ends in ("SUCCEEDED", "FAILED"):
            self._moved(moment + MINUTE, caller.account, set_id, ends, failure)
        if ends == "CANCELLED":
            self.month.call(moment + 2 * MINUTE, caller, CATALOG, "CancelChangeSet",
                            {"catalog": "AWSMarketplace", "changeSetId": set_id}, answer)  # fmt: skip
        if self.month.within(moment):
            self.month.expect("A19", requested=shown(moment), requested_by=caller.arn,
                              change_set_id=set_id, changes=len(changes),
                              outcome=ends or "UNKNOWN", failure_code=failure)  # fmt: skip
        return set_id

    def _moved(self, moment, account, set_id, status, failure):
        details = {"ChangeSetId": set_id, "Status": status, "FailureCode": failure, "EntityIds": []}
        self.month.service_event(moment, account, "ChangeSetStatusChange", details)

    def _expect_changes(self, moment, caller, changes, intent, set_id, error):
        for item in changes:
            entity = item["entity"].get("identifier")
            row = {"eventtime": shown(moment), "caller": caller.arn}
            entity = entity.partition("@")[0] if entity else None
            self.month.expect("A17", **row, change_type=item["changeType"], entity_id=entity,
                              intent=intent or "APPLY", change_set_id=None if error else set_id,
                              errorcode=error and error[0])  # fmt: skip
            if item["changeType"] in HIGH_IMPACT and not error and intent != "VALIDATE":
                self.month.expect("A21", **row, change=item["changeType"], subject=entity)

    def history(self):
        """What was declared before the month: A22 must know it."""
        product = ("SaaSProduct@1.0", PRODUCT)
        self.start("2026-09-01 08:00", change("AddDimensions", *product, dimensions("gb", "requests")),
                   ends="SUCCEEDED")  # fmt: skip
        self.start("2026-09-01 09:00",
                   change("AddDimensions", "SaaSProduct@1.0", "prod-beta000000001",
                          dimensions("seats"), document=True), ends="SUCCEEDED")  # fmt: skip
        self.start("2026-09-01 10:00", change("AddDimensions", "SaaSProduct@1.0", "prod-gamma00000001",
                                              dimensions("hosts")), caller=OTHER, ends="SUCCEEDED")  # fmt: skip

    def prices(self):
        """A18: prices up and down, a duration's own, new offers that share a placeholder."""
        offer = ("Offer@1.0", OFFER)

        def priced(when, entity, details, steps, **more):
            set_id = self.start(when, change("UpdatePricingTerms", *entity, details), ends="SUCCEEDED",
                                **more)  # fmt: skip
            for dimension, duration, price, previous in steps:
                self.month.expect("A18", eventtime=when + ":00", offer_id=entity[1].partition("@")[0],
                                  change_set_id=set_id, dimension=dimension, duration=duration,
                                  price=price, previous=previous)  # fmt: skip

        priced("2026-09-15 08:00", offer, rates(gb="0.10", requests="0.002"), [])
        priced("2026-10-05 08:00", offer, rates(gb="0.12", requests="0.002"),
               [("gb", "", "0.12", "0.1"), ("requests", "", "0.002", "0.002")])  # fmt: skip
        priced("2026-10-20 08:00", ("Offer@1.0", OFFER + "@7"), rates(gb="0.11"),
               [("gb", "", "0.11", "0.12")])  # fmt: skip
        priced("2026-10-21 08:00", offer, rates(duration="P12M", gb="99.5"),
               [("gb", "P12M", "99.5", None)])  # fmt: skip
        self.start("2026-10-21 10:00", change("UpdatePricingTerms", *offer, rates(gb="0.50")),
                   error=("ValidationException", "UnknownOperation"))  # fmt: skip
        self.month.expect("A20", eventtime="2026-10-21 10:00:00", caller=EDITOR.arn,
                          errorcode="ValidationException", changes=1)  # fmt: skip
        self.start("2026-10-21 11:00", change("UpdatePricingTerms", *offer, rates(gb="0.60")),
                   intent="VALIDATE", ends="SUCCEEDED")  # fmt: skip
        for when, price in [("2026-10-22 08:00", "1"), ("2026-10-23 08:00", "2")]:
            priced(when, ("Offer@1.0", "$O.Entity.Identifier"), rates(gb=price),
                   [("gb", "", price, None)])  # fmt: skip
        priced("2026-11-02 08:00", offer, rates(gb="0.20"), [])
        # the rates of November are no row of October; those of October stay what they were

    def outcomes(self):
        """A19: every end a set can have, and a set of several changes."""
        product = ("SaaSProduct@1.0", PRODUCT)
        self.start("2026-10-06 08:00",
                   change("UpdateInformation", *product, {"ShortDescription": "x"}),
                   change("UpdateTargeting", *product,
                          {"PositiveTargeting": {"BuyerAccounts": ["444455556666"]}}, document=True),
                   ends="SUCCEEDED")  # fmt: skip
        self.start("2026-10-07 08:00", change("UpdateVisibility", *product,
                                              {"TargetVisibility": "Public"}),
                   ends="FAILED", failure="CLIENT_ERROR")  # fmt: skip
        self.start("2026-10-08 08:00", change("UpdateInformation", *product, {}), ends="CANCELLED")
        self.start("2026-10-09 08:00", change("UpdateInformation", *product, {}), ends="APPLYING")
        self.start("2026-10-10 08:00", change("ReleaseOffer", "Offer@1.0", OFFER, {}))

    def refusals(self):
        """A20: refused at once, one of them under the name that only old records have."""
        product = ("SaaSProduct@1.0", PRODUCT)
        info = change("UpdateInformation", *product, {})
        for when, error, source in [
            ("2026-10-11 08:00", "ResourceInUseException", CATALOG),
            ("2026-10-11 09:00", "ValidationException", OLD_CATALOG),
        ]:
            self.start(when, info, info, caller=ALICE, source=source, error=(error, "no"))
            self.month.expect("A20", eventtime=when + ":00", caller=ALICE.arn, errorcode=error,
                              changes=2)  # fmt: skip


def oddities(listings):
    """Requests of the wrong form: they are told of as far as they can be read."""
    month, product = listings.month, ("SaaSProduct@1.0", PRODUCT)
    unreadable = change("AddDimensions", *product, {}) | {"details": "[not JSON"}
    listings.start("2026-10-12 08:00", unreadable)
    moment = at("2026-10-12 09:00")
    month.call(moment, ALICE, CATALOG, "StartChangeSet", {"catalog": "AWSMarketplace"},
               error="ValidationException")  # fmt: skip
    month.expect("A20", eventtime=shown(moment), caller=ALICE.arn, changes=None,
                 errorcode="ValidationException")  # fmt: skip
    month.call(at("2026-11-01 09:00"), ALICE, CATALOG, "StartChangeSet", {"changeSet": "all"},
               error="AccessDeniedException")  # fmt: skip


def policies(month):
    """A21: who may see an entity is a change of high impact too."""
    arn = f"arn:aws:aws-marketplace:us-east-1:{SELLER}:AWSMarketplace/SaaSProduct/{PRODUCT}"
    moment = at("2026-10-25 08:00")
    month.call(moment, ALICE, CATALOG, "PutResourcePolicy", {"resourceArn": arn, "policy": "{}"})
    month.expect("A21", eventtime=shown(moment), caller=ALICE.arn, change="PutResourcePolicy",
                 subject=arn)  # fmt: skip
    month.call(moment + MINUTE, ALICE, CATALOG, "DeleteResourcePolicy", {"resourceArn": arn},
               error="ResourceNotFoundException")  # fmt: skip
