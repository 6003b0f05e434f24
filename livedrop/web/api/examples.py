"""A call of each operation as somebody would paste it into a shell; tests run every one.

What differs from shop to shop stands in variables: `$LIVEDROP` is its address, `$TOKEN` an access
token, the rest are named after the parameters that they stand for.
"""

import json

from livedrop.web.api.operations import Call
from livedrop.web.api.problems import API


def curl(path: str, method: str, call: Call) -> str:
    """The command; its body is a here-document, so that quotes need no escaping."""
    address = path
    for name, variable in call.replaced.items():
        address = address.replace(f"{{{name}}}", f"${variable}")
    lines = [f'curl -sS -X {method.upper()} "$LIVEDROP{API}{address}"']
    if call.needs:
        lines.append('  -H "Authorization: Bearer $TOKEN"')
    if call.key:
        lines.append('  -H "Idempotency-Key: $KEY"')
    for name in call.parts:
        lines.append(f'  -F "{name}={"@$PICTURE" if name == "file" else "A red vase"}"')
    if call.example is None:
        return " \\\n".join(lines)
    lines.append('  -H "Content-Type: application/json" -d @- <<END')
    body = json.dumps(call.example, indent=2, ensure_ascii=False)
    return " \\\n".join(lines) + f"\n{body}\nEND"
