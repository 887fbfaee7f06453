"""Pages that the server renders itself: how linking ended, what an invitation is worth.

They stand outside of Streamlit, because they answer a redirect and must not wait for a socket.
Same typeface, colours and words as the screens; no script.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from starlette.responses import HTMLResponse

ROOT_STYLE = """
@font-face{font-family:Inter;src:url(/app/static/fonts/inter-latin.woff2) format("woff2");
font-weight:100 900;font-display:swap}
@font-face{font-family:"IBM Plex Mono";
src:url(/app/static/fonts/plex-mono-latin.woff2) format("woff2")}
:root{color-scheme:light dark;--ground:light-dark(#ffffff,#0e1621);
--card:light-dark(#f6f8fa,#15202c);
--border:light-dark(#dde3ea,#263544);--text:light-dark(#14202b,#e6edf3);
--muted:light-dark(#5a6b7b,#93a4b5);--accent:light-dark(#0a6c94,#3db4e0);
--on-accent:light-dark(#ffffff,#0e1621);--good:light-dark(#2b7a4b,#57c289);
--bad:light-dark(#b3372b,#f0796c)}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:14px/1.5 Inter,system-ui,sans-serif;
font-variant-numeric:tabular-nums}
"""
_STYLE = """
main{max-width:480px;margin:12vh auto 0;padding:0 16px;display:grid;gap:16px}
.brand{display:flex;align-items:center;gap:8px;font-weight:600;font-size:16px}
.brand i{width:18px;height:18px;background:var(--accent);
clip-path:polygon(50% 0,100% 100%,50% 74%,0 100%);transform:rotate(45deg)}
section{border:1px solid var(--border);border-radius:8px;background:var(--card);padding:24px;
display:grid;gap:12px;justify-items:start}
section.good{border-top:3px solid var(--good)}section.bad{border-top:3px solid var(--bad)}
h1{font-size:20px;line-height:1.3;margin:0;letter-spacing:-.01em}p{margin:0}
.told{font:12px/1.5 "IBM Plex Mono",monospace;color:var(--muted);overflow-wrap:anywhere;
white-space:pre-wrap}
a{color:var(--accent)}
.button{border:0;font:inherit;cursor:pointer}
form{display:grid;gap:12px;justify-items:start}label{display:grid;gap:4px}
input{font:inherit;padding:8px 12px;border:1px solid var(--border);border-radius:8px;
background:var(--ground);color:var(--text)}
.button{display:inline-block;padding:6px 14px;border-radius:8px;background:var(--accent);
color:var(--on-accent);text-decoration:none;font-weight:500}
a:focus-visible,button:focus-visible,input:focus-visible{
outline:2px solid var(--accent);outline-offset:2px}
small{color:var(--muted);font-size:12px}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """One ending: what happened, what it means, the one thing to do.

    `told` is text from elsewhere (an error of Amazon's), shown literally and apart from our own
    words. `tone` is good, bad or "". With `posts` the action is a form sent back to where it
    came from, and `asks` is the label of a password that it asks for.
    """

    title: str
    sentence: str
    action: str
    path: str
    told: str = ""
    tone: str = ""
    reference: str = ""
    posts: bool = False
    asks: str = ""

    def response(self, status: int = 200) -> HTMLResponse:
        """Return the page; nothing of it is kept by the browser or sent on as a referrer."""
        told = f'<p class="told">{escape(self.told)}</p>' if self.told else ""
        reference = f"<small>Reference {escape(self.reference)}</small>" if self.reference else ""
        body = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f"<title>{escape(self.title)} · Flightdeck</title>"
            f"<style>{ROOT_STYLE}{_STYLE}</style></head>"
            '<body><main><div class="brand"><i></i>Flightdeck</div>'
            f'<section class="{escape(self.tone)}"><h1>{escape(self.title)}</h1>'
            f"<p>{escape(self.sentence)}</p>{told}"
            f"{self._act()}{reference}</section></main></body></html>"
        )
        headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return HTMLResponse(body, status_code=status, headers=headers)

    def _act(self) -> str:
        if not self.posts:
            return f'<a class="button" href="{escape(self.path)}">{escape(self.action)}</a>'
        asked = (
            f'<label>{escape(self.asks)}<input type="password" name="password" maxlength="200" '
            'autocomplete="off" required autofocus></label>'
            if self.asks
            else ""
        )
        return (
            f'<form method="post" action="{escape(self.path)}">{asked}'
            f'<button class="button">{escape(self.action)}</button></form>'
        )
