"""The gallery's page, and the names it draws."""

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(2)</script>",
    "[x](javascript:alert(3))",
    "$x^2$ :red[y] :material/home:",
    '"><svg onload=alert(4)>',
    "=HYPERLINK(1) %% **b**",
]
