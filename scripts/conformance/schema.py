"""Checks JSON answers and form requests against an OpenAPI 3.0 document, as strictly as it can be read."""

import re
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

RFC_2822 = re.compile(r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$")
ISO_8601 = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
PHONE = re.compile(r"^(\+[1-9]\d{1,14}|(client|sip|whatsapp):.+)$")


def is_rfc_2822(text):
    return bool(RFC_2822.match(text)) and parsedate_to_datetime(text) is not None


def is_uri(text):
    """An absolute URI, or a path: the 2010 API calls its paths URIs."""
    parts = urlsplit(text)
    return text.startswith("/") or bool(parts.scheme and parts.netloc)


FORMATS = {
    "date-time-rfc-2822": is_rfc_2822,
    "date-time": lambda text: bool(ISO_8601.match(text)),
    "date": lambda text: bool(re.match(r"^\d{4}-\d\d-\d\d$", text)),
    "uri": is_uri,
    "currency": lambda text: bool(re.match(r"^[A-Z]{3}$", text)),
    "http-method": lambda text: text in ("GET", "POST"),
    "phone-number": lambda text: bool(PHONE.match(text)),
    "endpoint": lambda text: bool(PHONE.match(text)),
    "twiml": lambda text: text.lstrip().startswith("<"),
    "uri-map": lambda value: all(isinstance(uri, str) and is_uri(uri) for uri in value.values()),
    "int32": lambda value: -(2**31) <= value < 2**31,
    "int64": lambda value: -(2**63) <= value < 2**63,
}
TYPES = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


class Document:
    """An OpenAPI document, the exceptions made from it, and what was found."""

    def __init__(self, document, exceptions):
        self.document = document
        self.exceptions = exceptions
        self.used_exceptions = set()
        self.checks = 0
        self.findings = []
        self.operations = {}
        for path, item in document["paths"].items():
            pattern = re.compile("^" + re.sub(r"\{[^}]+\}", "[^/.]+", path) + "$")
            for method in ("get", "post", "delete"):
                if method in item:
                    self.operations[(method, path)] = (pattern, item[method])

    def operation(self, method, path):
        """The template and the operation of a request, or None."""
        for (other, template), (pattern, operation) in self.operations.items():
            if other == method.lower() and pattern.match(path):
                return template, operation
        return None

    def find(self, where, text):
        for pattern in self.exceptions:
            if re.fullmatch(pattern, f"{where}: {text}"):
                self.used_exceptions.add(pattern)
                return
        self.findings.append(f"{where}: {text}")

    def expect(self, holds, where, text):
        self.checks += 1
        if not holds:
            self.find(where, text)

    def resolve(self, schema):
        if "$ref" not in schema:
            return schema
        found = self.document
        for key in schema["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        return found

    def answer(self, method, path, status, body):
        """Checks one answer of the simulator; returns its template."""
        found = self.operation(method, path)
        if found is None:
            raise SystemExit(f"the document knows no {method} {path}")
        template, operation = found
        where = f"{method} {template} {status}"
        responses = operation["responses"]
        if status >= 400:
            self.error(where, status, body)
            return template
        self.expect(str(status) in responses, where, f"{status} is not one of {sorted(responses)}")
        content = responses.get(str(status), {}).get("content")
        if content is None:
            self.expect(body is None, where, "there is a body where none is described")
            return template
        self.value(where, content["application/json"]["schema"], body)
        return template

    def error(self, where, status, body):
        """Twilio's error body, which its document does not describe."""
        self.expect(isinstance(body, dict), where, "error has no JSON body")
        body = body if isinstance(body, dict) else {}
        self.expect(
            set(body) == {"code", "message", "more_info", "status"}, where, f"error has {sorted(body)}"
        )
        self.expect(body.get("status") == status, where, "error has another status than its answer")
        self.expect(
            body.get("more_info") == f"https://www.twilio.com/docs/errors/{body.get('code')}",
            where,
            "error leads to another page than its code's",
        )

    def value(self, where, schema, value):
        """Checks a value: presence and absence of fields, type, null, format, pattern, enum, bounds."""
        schema = self.resolve(schema)
        if value is None:
            self.expect(schema.get("nullable", False), where, "is null and may not be")
            return
        kind = schema.get("type")
        fits = kind is None or (
            isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))
        )
        self.expect(fits, where, f"{type(value).__name__} is not {kind}")
        if not fits:
            return
        if "enum" in schema:
            self.expect(value in schema["enum"], where, f"{value!r} is not one of {schema['enum']}")
        if "pattern" in schema:
            self.expect(re.match(schema["pattern"], value), where, f"{value!r} does not match the pattern")
        for key, holds in (
            ("minLength", lambda bound: len(value) >= bound),
            ("maxLength", lambda bound: len(value) <= bound),
            ("minimum", lambda bound: value >= bound),
            ("maximum", lambda bound: value <= bound),
        ):
            if key in schema:
                self.expect(holds(schema[key]), where, f"{value!r} is beyond {key}")
        if "format" in schema:
            self.expect(FORMATS[schema["format"]](value), where, f"{value!r} is no {schema['format']}")
        if kind == "array":
            for item in value:
                self.value(f"{where}[]", schema["items"], item)
        if kind == "object" and "properties" in schema:
            self.fields(where, schema["properties"], value)

    def fields(self, where, properties, value):
        for name in properties.keys() - value.keys():
            self.expect(False, where, f"{name} is missing")
        for name, field in value.items():
            known = name in properties
            self.expect(known, where, f"{name} is unknown")
            if known:
                self.value(f"{where} {name}", properties[name], field)

    def request(self, method, path, params):
        """Checks the parameters a client sent, by the query or the form of its operation."""
        found = self.operation(method, path)
        self.expect(found is not None, f"{method} {path}", "is no operation")
        if found is None:
            return None
        template, operation = found
        where = f"request {method} {template}"
        if method == "POST":
            content = operation.get("requestBody", {}).get("content", {})
            schema = content.get("application/x-www-form-urlencoded", {}).get("schema", {})
            properties, required = schema.get("properties", {}), schema.get("required", [])
        else:
            queries = [p for p in operation.get("parameters", []) if p["in"] == "query"]
            properties = {p["name"]: p["schema"] for p in queries}
            required = [p["name"] for p in queries if p.get("required")]
        given = {}
        for name, text in params:
            given.setdefault(name, []).append(text)
        for name in required:
            self.expect(name in given, where, f"{name} is missing")
        for name, texts in given.items():
            self.expect(name in properties, where, f"{name} is unknown")
            if name not in properties:
                continue
            schema = self.resolve(properties[name])
            repeated = schema.get("type") == "array"
            self.expect(repeated or len(texts) == 1, where, f"{name} is repeated")
            for text in texts:
                item = self.resolve(schema["items"]) if repeated else schema
                self.text(f"{where} {name}", item, text)
        return template

    def text(self, where, schema, text):
        """Checks a parameter, which arrives as text."""
        kind = schema.get("type")
        try:
            value = {
                "integer": int,
                "number": float,
                "boolean": lambda text: {"true": True, "false": False}[text],
            }.get(kind, str)(text)
        except (ValueError, KeyError):
            self.expect(False, where, f"{text!r} is not {kind}")
            return
        self.value(where, {**schema, "nullable": False}, value)
