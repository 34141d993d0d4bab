"""The script of the page, and the policy that allows it."""

import json
from pathlib import Path


def test_the_policy_names_the_script_that_is_there(page_file: Path) -> None:
    import base64
    import hashlib
    import re

    html = page_file.read_text(encoding="utf-8")
    script = re.search(r"<script>(.*?)</script>", html, re.DOTALL)
    assert script is not None
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in html
    assert json.dumps(html).count("<script") == 1
