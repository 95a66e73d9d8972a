"""What the page may do: run its own code and WebAssembly, and fetch, where a person asks it to, a model from elsewhere."""

from __future__ import annotations

RULES = (
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "connect-src 'self' blob: https: http://localhost:* http://127.0.0.1:*",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
)

#: The Content-Security-Policy in the page itself, for hosts that send none.
PAGE_POLICY = "; ".join(RULES)

#: The one that a server sends: it alone can say that no other page may show this one.
SITE_POLICY = "; ".join((*RULES, "frame-ancestors 'none'"))
