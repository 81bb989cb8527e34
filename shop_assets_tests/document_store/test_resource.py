import pytest
from pydantic import SecretStr

from shop_assets.document_store.errors import DocumentStoreError
from shop_assets.document_store.resource import mongo_resource
from shop_assets.settings import Settings


def test_a_server_that_is_away_is_named_without_its_password(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop_assets.document_store.resource.SERVER_SELECTION_TIMEOUT_MS", 500)
    away = settings.model_copy(
        update={"mongo_uri": SecretStr("mongodb://shop:geheim@127.0.0.1:9/?directConnection=true")}
    )

    with (
        pytest.raises(DocumentStoreError, match=r"MongoDB at 127\.0\.0\.1:9 does not respond") as caught,
        mongo_resource(away).connect(),
    ):
        pass
    assert "geheim" not in str(caught.value)


def test_a_wrong_password_is_reported_as_such(settings: Settings) -> None:
    uri = settings.mongo_uri.get_secret_value()
    password = uri.split("://")[1].split("@")[0].split(":")[1]
    wrong = settings.model_copy(update={"mongo_uri": SecretStr(uri.replace(password, "falsch"))})

    with (
        pytest.raises(DocumentStoreError, match="rejects the user or the password") as caught,
        mongo_resource(wrong).connect(),
    ):
        pass
    assert "falsch" not in str(caught.value)
