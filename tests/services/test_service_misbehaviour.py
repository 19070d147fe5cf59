"""Every misbehaviour, of every service: the right error, with a remedy, and never a secret in it."""

from datetime import UTC, datetime

import httpx
import pytest
from service_answers import KEY, answers_of, opened
from service_faults import FAULTS, IDENTITY, KINDS, LISTS, everything_shown, patience

from keepercheky.errors import (
    NotFound,
    WrongProduct,
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("where", [IDENTITY, LISTS], ids=["identity", "list"])
async def test_every_misbehaviour_becomes_its_error_with_a_remedy_and_without_a_secret(kind, fault, where):
    answer, expected, words = FAULTS[fault]
    client, _ = opened(kind, answers_of(kind) | {where[kind]: answer}, timeouts=patience())

    with pytest.raises(expected) as caught:
        await client.read()

    error = caught.value
    assert words in error.message
    assert error.service == kind
    assert error.remedy
    assert KEY not in everything_shown(error)
    assert "?" not in error.message


@pytest.mark.parametrize("kind", KINDS)
async def test_a_missing_identity_is_another_product(kind):
    client, _ = opened(kind, {})

    with pytest.raises(WrongProduct) as caught:
        await client.identify()

    assert f"services.{kind}.url" in caught.value.remedy


@pytest.mark.parametrize("kind", KINDS)
async def test_a_missing_list_is_not_found(kind):
    client, _ = opened(kind, answers_of(kind) | {LISTS[kind]: httpx.Response(404)})

    with pytest.raises(NotFound):
        await client.read()


@pytest.mark.parametrize("kind", KINDS)
async def test_every_client_identifies_and_reads_what_is_well(kind):
    client, service = opened(kind, answers_of(kind))

    identity = await client.identify()
    said_ = await client.read()
    await client.aclose()

    assert identity.version == said_.version
    assert said_.name == kind
    assert said_.date == datetime(2025, 6, 3, 10, tzinfo=UTC)
    assert client.kind == kind
    assert service.asked
