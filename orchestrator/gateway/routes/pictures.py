"""Pictures that prove hand-overs, as answers."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import Response

from orchestrator.gateway.contract.answers import Answers, said
from orchestrator.gateway.contract.failures import Failure
from orchestrator.gateway.photos import Photos

NO_PHOTO: Answers = {
    200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}},
    404: said("There is no such picture, or it is not yours to see."),
}


async def picture(photos: Photos, name: str | None) -> Response:
    """The picture of that name. Raises `Failure` 404 for none, and for one that was removed."""
    jpeg = None if name is None else await photos.picture(name)
    if jpeg is None:
        raise Failure(HTTPStatus.NOT_FOUND, "There is no such picture, or it is not yours to see.")
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})
