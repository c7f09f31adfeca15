"""Stories as files: `/download/story.<format>?name=…`, slides, two pages or a document, made when asked for."""

from flask import Blueprint, Flask, Response, abort, current_app, request

from scidip.dashboard.core.context import current
from scidip.dashboard.files import expensive
from scidip.dashboard.server import errors
from scidip.findings.claims.check import evidence_of
from scidip.findings.stories.told import tell
from scidip.indicators.errors import ScidipError
from scidip.indicators.language.current import ENGLISH, _, speaking
from scidip.publish.briefs.making import FORMATS, Maker
from scidip.publish.briefs.origin import Asked
from scidip.publish.briefs.story import story_brief
from scidip.publish.render.browser import Pictures
from scidip.publish.work import Work

BLUEPRINT = Blueprint("story", __name__, url_prefix="/download")
EXTENSION = "scidip-stories"


def register(server: Flask, pictures: Pictures) -> None:
    """Serve stories as files; *pictures* prints them."""
    server.extensions[EXTENSION] = pictures
    server.register_blueprint(BLUEPRINT)


@BLUEPRINT.get("/story.<code>")
def story(code: str) -> Response:
    """Send the story of `?name=`; `lang` may be given."""
    ctx = current()
    name = request.args.get("name", "")
    if code not in FORMATS or name not in ctx.stories or not ctx.years:
        abort(404)
    language = ctx.languages.get(request.args.get("lang", ""), ENGLISH)

    def make() -> list[bytes]:
        with speaking(language):
            made = story_brief(Asked(ctx, ctx.years[-1], ctx.site), tell(ctx.stories[name], evidence_of(ctx)))
            return [Maker(current_app.extensions[EXTENSION]).make(made, code)]

    key = ("story", code, name, language.code)
    try:
        return expensive.sent(Work("drawing", key, FORMATS[code].mimetype, f"scidip-story-{name}.{code}", make))
    except ScidipError as error:
        response = errors.answer(503, str(error), _("Ask again in a moment."))
        response.headers["Retry-After"] = "5"
        return response
