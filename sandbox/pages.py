"""The few HTML pages of the sandbox: one frame, everything escaped."""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse

_STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;place-items:center;min-height:100vh}
main{max-width:34rem;width:calc(100% - 3rem);padding:2rem 0}
h1{font-size:1.35rem;margin:0 0 .5rem}
.note{opacity:.7;font-size:.9rem}
form{display:grid;gap:.75rem;margin-top:1.25rem}
label{display:grid;grid-template-columns:auto 1fr;gap:.1rem .6rem;border:1px solid #8886;
border-radius:.5rem;padding:.6rem .8rem;cursor:pointer}
label small{grid-column:2;opacity:.7}
.row{display:flex;gap:.75rem}
button{font:inherit;padding:.55rem 1.2rem;border-radius:.5rem;border:1px solid #8888;cursor:pointer}
button.yes{background:#0b6bcb;color:#fff;border-color:#0b6bcb}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.35rem .6rem .35rem 0}
iframe{width:100%;min-height:24rem;border:1px solid #8886;border-radius:.5rem;background:#fff}
pre{white-space:pre-wrap;overflow-wrap:anywhere}
"""


def page(title: str, body: str, status: int = 200) -> HTMLResponse:
    """Return a page; `body` is HTML that is already escaped."""
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return HTMLResponse(text, status, {"Cache-Control": "no-store"})


def hidden(fields: dict[str, str]) -> str:
    """Return hidden inputs that carry these fields through a form."""
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )


def choice(group: str, value: str, title: str, story: str, *, is_first: bool) -> str:
    """Return one radio button with a line of explanation."""
    checked = " checked" if is_first else ""
    return (
        f'<label><input type="radio" name="{escape(group)}" value="{escape(value)}"{checked}>'
        f"<span>{escape(title)}</span><small>{escape(story)}</small></label>"
    )
