"""Profiles, DSP advertisers, manager accounts, global accounts and seats."""

from __future__ import annotations

import pytest

from tests.sandbox.client import Amazon
from tests.sandbox_process import SandboxProcess

GLOBAL = "application/vnd.listaccountsresource.v1+json"


def test_profiles_are_a_bare_array_of_this_region_only(agency: Amazon) -> None:
    here = agency.get("/v2/profiles").json()
    agency.region = "fe"
    there = agency.get("/v2/profiles").json()
    agency.region = "eu"

    assert [p["accountInfo"]["type"] for p in here] == ["agency"]
    assert here[0]["countryCode"] == "US"
    assert here[0]["currencyCode"] == "USD"
    assert here[0]["timezone"] == "America/Los_Angeles"
    assert here[0]["accountInfo"]["id"].startswith("ENTITY")
    assert here[0]["accountInfo"]["marketplaceStringId"] == "ATVPDKIKX0DER"
    assert isinstance(here[0]["profileId"], int)
    assert [p["countryCode"] for p in there] == ["JP"]
    assert agency.get("/v2/profiles").json() == []


def test_profiles_can_be_narrowed_by_type_and_refuse_unknown_words(sandbox: SandboxProcess) -> None:
    seller = Amazon.linked(sandbox, "seller")

    def kinds(**query: str) -> list[str]:
        found = seller.get("/v2/profiles", params=query).json()
        return [profile["accountInfo"]["type"] for profile in found]

    assert kinds() == ["seller", "agency"]
    assert kinds(profileTypeFilter="seller,vendor") == ["seller"]
    assert seller.get("/v2/profiles", params={"accessLevel": "rule"}).status_code == 400


def test_an_attribution_profile_looks_like_an_agency_and_opens_no_dsp(
    sandbox: SandboxProcess,
) -> None:
    seller = Amazon.linked(sandbox, "seller")
    profile = seller.get("/v2/profiles", params={"profileTypeFilter": "agency"}).json()[0]

    assert profile["accountInfo"]["subType"] == "AMAZON_ATTRIBUTION"
    answer = seller.get("/dsp/advertisers", scope=str(profile["profileId"]))
    assert answer.status_code == 401


def test_a_single_profile_is_found_by_its_own_user_alone(
    agency: Amazon, other_agency: Amazon
) -> None:
    path = f"/v2/profiles/{agency.profile}"

    assert agency.get(path).json()["profileId"] == int(agency.profile)
    assert other_agency.get(path).status_code == 404


def test_a_reader_has_no_profiles_and_reaches_advertisers_by_manager_account(
    reader: Amazon,
) -> None:
    assert reader.get("/v2/profiles").json() == []
    assert (
        reader.get("/v2/profiles", params={"apiProgram": "report", "accessLevel": "view"}).json()
        == []
    )

    answer = reader.get("/managerAccounts")

    assert answer.headers["content-type"] == ("application/vnd.getmanageraccountsresponse.v1+json")
    manager = answer.json()["managerAccounts"][0]
    assert manager["managerAccountId"].startswith("amzn1.ads1.ma1.")
    link = manager["linkedAccounts"][0]
    assert link["accountType"] == "DSP_ADVERTISING_ACCOUNT"
    assert link["profileId"] == ""
    assert len(link["dspAdvertiserId"]) == 18


def test_advertisers_stand_below_the_profiles_seat(agency: Amazon, other_agency: Amazon) -> None:
    answer = agency.get("/dsp/advertisers", scope=agency.profile).json()
    theirs = other_agency.get("/dsp/advertisers", scope=other_agency.profile).json()

    assert answer["totalResults"] == 1
    alder = answer["response"][0]
    assert (alder["name"], alder["currency"]) == ("Alder Test Foods", "USD")
    assert alder["timezone"] == "America/Los_Angeles"
    assert [a["name"] for a in theirs["response"]] == ["Birch Test Tools"]


def test_advertisers_are_paged_filtered_and_found_by_id(agency: Amazon) -> None:
    scope = agency.profile
    only = agency.advertisers[0]

    def asked(**query: str | int) -> dict[str, object]:
        found: dict[str, object] = agency.get("/dsp/advertisers", scope=scope, params=query).json()
        return found

    assert asked(startIndex=1) == {"totalResults": 1, "response": []}
    assert asked(advertiserIdFilter="1,2")["totalResults"] == 0
    assert asked(nameContains="alder")["totalResults"] == 1
    assert agency.get("/dsp/advertisers", scope=scope, params={"count": 101}).status_code == 400
    assert agency.get(f"/dsp/advertisers/{only}", scope=scope).json()["advertiserId"] == only
    assert agency.get("/dsp/advertisers/1", scope=scope).status_code == 404


@pytest.mark.parametrize(
    ("scope", "details"),
    [("", "Scope header is missing"), ("1234", "Not authorized to access scope 1234")],
)
def test_a_missing_or_foreign_scope_is_a_classic_401(
    agency: Amazon, scope: str, details: str
) -> None:
    answer = agency.get("/dsp/advertisers", scope=scope)

    assert answer.status_code == 401
    assert answer.json()["code"] == "401"
    assert answer.json()["details"] == details
    assert len(answer.json()["requestId"]) == 20


def test_a_profile_of_another_region_is_no_scope_here(agency: Amazon) -> None:
    elsewhere = agency.profile
    agency.region = "fe"

    assert agency.get("/dsp/advertisers", scope=elsewhere).status_code == 401


def test_the_client_id_must_be_the_tokens_own(agency: Amazon) -> None:
    stranger = {"Amazon-Advertising-API-ClientId": agency.sandbox.credentials["second_client_id"]}

    assert agency.get("/v2/profiles", headers=stranger).status_code == 401
    assert (
        agency.get("/v2/profiles", headers={"Amazon-Advertising-API-ClientId": ""}).status_code
        == 401
    )


def test_both_names_of_the_client_header_are_taken(agency: Amazon) -> None:
    answer = agency.sandbox.http.get(
        "/na/api/v2/profiles",
        headers={
            "Authorization": f"Bearer {agency.token}",
            "Amazon-Ads-ClientId": agency.sandbox.credentials["client_id"],
        },
    )

    assert answer.status_code == 200


def test_a_versioned_answer_is_refused_to_an_accept_that_rules_it_out(agency: Amazon) -> None:
    assert agency.get("/managerAccounts", headers={"Accept": "text/csv"}).status_code == 406


def test_global_accounts_are_sponsored_only_and_want_their_media_type(
    sandbox: SandboxProcess,
) -> None:
    seller = Amazon.linked(sandbox, "seller")
    plain = {"Content-Type": "application/json"}
    versioned = {"Content-Type": GLOBAL}

    assert seller.post("/adsAccounts/list", headers=plain, content="{}").status_code == 415
    accounts = seller.post("/adsAccounts/list", headers=versioned, content="{}").json()
    assert accounts["adsAccounts"][0]["adsAccountId"].startswith("amzn1.ads-account.g.")
    assert accounts["adsAccounts"][0]["status"] == "CREATED"


def test_unified_accounts_map_dsp_advertisers_to_account_ids(
    agency: Amazon, sandbox: SandboxProcess
) -> None:
    path = "/adsApi/v1/query/advertiserAccounts"
    regional = agency.post(path, json={"isGlobalAccountFilter": {"include": [False]}}).json()
    seller = Amazon.linked(sandbox, "seller").post(path, json={}).json()

    mapped = {a["alternateIds"][0]["dspAdvertiserId"] for a in regional["advertiserAccounts"]}
    assert set(agency.advertisers) <= mapped
    assert all(not a["isGlobalAccount"] for a in regional["advertiserAccounts"])
    assert seller["advertiserAccounts"][0]["isGlobalAccount"]


def test_seats_are_told_for_an_advertiser_with_full_rights(agency: Amazon, reader: Amazon) -> None:
    path = "/dsp/v1/seats/advertisers/current/list"
    mine = agency.advertisers[0]

    answer = agency.post(path, account=mine, json={"exchangeIdFilter": ["1"]}).json()

    assert answer["advertiserSeats"][0]["advertiserId"] == mine
    assert [s["exchangeName"] for s in answer["advertiserSeats"][0]["currentSeats"]] == [
        "Google AdX"
    ]
    assert reader.post(path, account=mine, json={}).status_code == 403


def test_an_unknown_path_is_told_in_the_gateways_form(agency: Amazon) -> None:
    answer = agency.get("/v9/nothing")

    assert answer.status_code == 404
    assert answer.json().keys() == {"code", "details", "requestId"}


def test_a_body_that_is_no_json_is_a_400(agency: Amazon) -> None:
    answer = agency.post("/adsApi/v1/query/advertiserAccounts", content="{")

    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_REQUEST")
