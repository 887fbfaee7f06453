"""What a grant reaches: profiles, managers, advertisers, sponsored and unified accounts."""

from __future__ import annotations

import httpx
import pytest

from core.amazon import accounts
from core.amazon.accounts import DspAdvertiser, LinkedAccount, ManagerAccount, Profile
from core.errors import Forbidden, Upstream
from tests.unit.amazon.stage import Amazon, link, replies

AGENCY = {
    "profileId": 1111111111111111,
    "countryCode": "US",
    "currencyCode": "USD",
    "timezone": "America/Los_Angeles",
    "accountInfo": {
        "marketplaceStringId": "ATVPDKIKX0DER",
        "id": "ENTITY2XYZ1234",
        "type": "agency",
        "name": "Northwind: US",
    },
}
SELLER = {
    "profileId": 594085153805041900,
    "countryCode": "UK",
    "currencyCode": "GBP",
    "timezone": "Europe/London",
    "accountInfo": {"id": "A2SELLER", "type": "seller", "name": "Shop"},
}
ATTRIBUTION = {
    "profileId": 3,
    "accountInfo": {"id": "ENTITY3", "type": "agency", "subType": "AMAZON_ATTRIBUTION"},
}


def test_profiles_are_asked_for_twice_and_the_better_access_stays():
    """Trap: a read-only DSP user is shown nothing by the default call."""
    amazon = Amazon(*replies([[AGENCY], [AGENCY, SELLER]]))
    found = accounts.profiles(link(amazon))
    assert [(p.profile_id, p.access_level) for p in found] == [
        ("1111111111111111", "edit"),
        ("594085153805041900", "view"),
    ]
    assert [dict(r.url.params) for r in amazon.requests] == [
        {"apiProgram": "campaign", "accessLevel": "edit"},
        {"apiProgram": "report", "accessLevel": "view"},
    ]
    assert all("amazon-advertising-api-scope" not in r.headers for r in amazon.requests)
    assert found[0] == Profile(
        profile_id="1111111111111111",
        country_code="US",
        currency="USD",
        timezone="America/Los_Angeles",
        account_type="agency",
        account_subtype=None,
        account_id="ENTITY2XYZ1234",
        marketplace_id="ATVPDKIKX0DER",
        name="Northwind: US",
        access_level="edit",
    )


def test_agency_profiles_are_the_dsp_but_those_of_attribution_are_not():
    """Trap: every DSP profile is of type agency, and so is one of Amazon Attribution."""
    amazon = Amazon(*replies([[AGENCY, SELLER, ATTRIBUTION], []]))
    assert [p.is_dsp for p in accounts.profiles(link(amazon))] == [True, False, False]


def test_no_profiles_is_an_empty_list():
    assert accounts.profiles(link(Amazon(*replies([[], []])))) == []


def test_managers_come_with_what_they_link():
    answer = {
        "managerAccounts": [
            {
                "managerAccountId": "amzn1.ads1.ma1.7",
                "managerAccountName": "Agency",
                "linkedAccounts": [
                    {
                        "accountId": "ENTITY3",
                        "accountName": "ADV",
                        "accountType": "DSP_ADVERTISING_ACCOUNT",
                        "dspAdvertiserId": "12345678",
                        "marketplaceId": "ATVPDKIKX0DER",
                        "profileId": "",
                    }
                ],
            },
            {"managerAccountId": "amzn1.ads1.ma1.8", "managerAccountName": "Bare"},
        ]
    }
    amazon = Amazon(*replies([answer]))
    linked = LinkedAccount(
        account_id="ENTITY3",
        name="ADV",
        account_type="DSP_ADVERTISING_ACCOUNT",
        dsp_advertiser_id="12345678",
        marketplace_id="ATVPDKIKX0DER",
        profile_id=None,
    )
    assert accounts.manager_accounts(link(amazon)) == [
        ManagerAccount("amzn1.ads1.ma1.7", "Agency", (linked,)),
        ManagerAccount("amzn1.ads1.ma1.8", "Bare", ()),
    ]
    assert amazon.requests[0].headers["accept"] == (
        "application/vnd.getmanageraccountsresponse.v1+json"
    )


def advertiser(number: int) -> dict[str, object]:
    return {
        "advertiserId": str(number),
        "name": f"A{number}",
        "currency": "USD",
        "timezone": "America/New_York",
        "country": "US",
    }


def test_advertisers_are_read_page_by_page_under_their_profile():
    pages = [
        {"totalResults": 102, "response": [advertiser(n) for n in range(100)]},
        {"totalResults": 102, "response": [advertiser(100), advertiser(101)]},
    ]
    amazon = Amazon(*replies(pages))
    found = accounts.dsp_advertisers(link(amazon), "77")
    assert [a.advertiser_id for a in found] == [str(n) for n in range(102)]
    assert [dict(r.url.params) for r in amazon.requests] == [
        {"startIndex": "0", "count": "100"},
        {"startIndex": "100", "count": "100"},
    ]
    assert {r.headers["amazon-advertising-api-scope"] for r in amazon.requests} == {"77"}
    assert found[0] == DspAdvertiser(
        advertiser_id="0",
        name="A0",
        currency="USD",
        country="US",
        timezone="America/New_York",
        url=None,
    )


def test_a_total_that_never_comes_true_does_not_loop():
    amazon = Amazon(*replies([{"totalResults": 9, "response": [advertiser(1)]}, {"response": []}]))
    assert len(accounts.dsp_advertisers(link(amazon), "77")) == 1
    assert len(amazon.requests) == 2


def test_a_list_of_advertisers_without_an_end_is_given_up():
    amazon = Amazon(httpx.Response(200, json={"totalResults": 10**9, "response": [advertiser(1)]}))
    with pytest.raises(Upstream, match="does not end"):
        accounts.dsp_advertisers(link(amazon), "77")


def test_sponsored_accounts_follow_the_token_of_each_page():
    """Trap: the guide shows a bare array, the specification an object with nextToken."""
    one = {
        "adsAccountId": "amzn1.ads-account.g.1",
        "accountName": "G",
        "status": "CREATED",
        "countryCodes": ["US", "CA"],
        "alternateIds": [{"countryCode": "US", "profileId": 5}],
    }
    pages = [
        {"adsAccounts": [one], "nextToken": "t2"},
        {"adsAccounts": [{**one, "adsAccountId": "amzn1.ads-account.g.2"}]},
    ]
    amazon = Amazon(*replies(pages))
    found = accounts.sponsored_accounts(link(amazon))
    assert [a.ads_account_id[-1] for a in found] == ["1", "2"]
    assert found[0].country_codes == ("US", "CA")
    assert amazon.bodies == [{"maxResults": 100}, {"maxResults": 100, "nextToken": "t2"}]
    media = "application/vnd.listaccountsresource.v1+json"
    assert {r.headers["content-type"] for r in amazon.requests} == {media}


def test_unified_accounts_are_asked_for_again_without_the_global_ones():
    """Trap: the default query leaves out the regional accounts of the DSP."""
    whole = {
        "advertiserAccountId": "amzn1.ads-account.g.1",
        "displayName": "G",
        "currencyCode": "USD",
        "timeZoneIana": "America/New_York",
        "status": {"statusCode": "APPROVED"},
        "alternateIds": [{"countryCode": "US", "profileId": "5"}, {"dspAdvertiserId": "8"}],
    }
    regional = {"advertiserAccountId": "99", "alternateIds": [{"dspAdvertiserId": 9}]}
    pages = [
        {"advertiserAccounts": [whole], "nextToken": "n"},
        {"advertiserAccounts": []},
        {"advertiserAccounts": [regional, whole]},
    ]
    amazon = Amazon(*replies(pages))
    found = accounts.advertiser_accounts(link(amazon))
    assert [(a.account_id, a.dsp_advertiser_ids) for a in found] == [
        ("amzn1.ads-account.g.1", frozenset({"8"})),
        ("99", frozenset({"9"})),
    ]
    assert amazon.bodies == [
        {"maxResults": 100},
        {"maxResults": 100, "nextToken": "n"},
        {"maxResults": 100, "isGlobalAccountFilter": {"include": [False]}},
    ]
    assert {r.headers["amazon-ads-clientid"] for r in amazon.requests} == {"client-7"}


def test_what_is_not_permitted_says_so():
    amazon = Amazon(httpx.Response(403, json={"code": "FORBIDDEN", "message": "no"}))
    with pytest.raises(Forbidden):
        accounts.sponsored_accounts(link(amazon))


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (accounts.profiles, {"not": "a list"}),
        (accounts.profiles, [{"countryCode": "US"}]),
        (accounts.profiles, ["text"]),
        (accounts.manager_accounts, []),
        (accounts.sponsored_accounts, [{"adsAccountId": "1"}]),
        (accounts.advertiser_accounts, {"advertiserAccounts": [{"advertiserAccountId": True}]}),
    ],
)
def test_another_shape_than_documented_is_said_and_not_guessed_at(ask, answer):
    with pytest.raises(Upstream, match="Amazon's answer about"):
        ask(link(Amazon(*replies([answer]))))
