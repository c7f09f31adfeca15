"""The audit of the index as a file: `/download/audit.<format>?year=…`, made when it is asked for."""

from flask import Blueprint, Flask, Response, abort, current_app, request

from scidip.dashboard.core.context import current
from scidip.dashboard.files import expensive
from scidip.dashboard.server import errors
from scidip.findings.audit.index_audit import audit_of
from scidip.indicators.errors import ScidipError
from scidip.indicators.language.current import ENGLISH, _, speaking
from scidip.publish.audit.files import FORMATS
from scidip.publish.briefs.origin import Asked
from scidip.publish.render.browser import Pictures
from scidip.publish.work import Work

BLUEPRINT = Blueprint("audit", __name__, url_prefix="/download")
EXTENSION = "scidip-audits"


def register(server: Flask, pictures: Pictures) -> None:
    """Serve the audit; *pictures* draws its chart and prints it."""
    server.extensions[EXTENSION] = pictures
    server.register_blueprint(BLUEPRINT)


@BLUEPRINT.get("/audit.<code>")
def audit(code: str) -> Response:
    """Send the audit of `?year=`, the newest when it is not given; `lang` may be given."""
    ctx = current()
    year = request.args.get("year", str(ctx.years[-1]) if ctx.years else "")
    if code not in FORMATS or year not in map(str, ctx.years):
        abort(404)
    language = ctx.languages.get(request.args.get("lang", ""), ENGLISH)
    found = audit_of(ctx, int(year))
    if found is None:
        abort(404)

    def make() -> list[bytes]:
        with speaking(language):
            asked = Asked(ctx, int(year), ctx.site)
            return [FORMATS[code].make(asked, found, current_app.extensions[EXTENSION])]

    key = ("audit", code, year, language.code)
    try:
        return expensive.sent(Work("drawing", key, FORMATS[code].mimetype, f"scidip-audit-{year}.{code}", make))
    except ScidipError as error:
        response = errors.answer(503, str(error), _("Ask again in a moment."))
        response.headers["Retry-After"] = "5"
        return response
