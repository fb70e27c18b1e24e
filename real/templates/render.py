"""Renders chat templates as transformers does: reads jobs as JSON from stdin, writes the texts or errors to stdout.

A job is {"server", "source", "messages", "tools"}; a result is {"text"} or {"error"}.
"""

import json
import sys
from datetime import datetime

from jinja2 import nodes
from jinja2.exceptions import TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedEnvironment


class Generation(Extension):
    """{% generation %} marks what a model wrote; it changes nothing in the text."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return nodes.Scope(body, lineno=line)


def raise_exception(message):
    raise TemplateError(message)


def to_json(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )


def make_environment(kind):
    environment = kind(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
    environment.filters["tojson"] = to_json
    environment.globals["raise_exception"] = raise_exception
    # A fixed day: the same request gives the same text.
    environment.globals["strftime_now"] = lambda form: datetime(2026, 1, 2).strftime(form)
    return environment


# transformers lets no template change a value of the request; llama.cpp does.
environments = {
    "vllm": make_environment(ImmutableSandboxedEnvironment),
    "llama.cpp": make_environment(SandboxedEnvironment),
}


def render(job):
    try:
        text = environments[job["server"]].from_string(job["source"]).render(
            messages=job["messages"],
            tools=job["tools"],
            documents=None,
            add_generation_prompt=True,
            bos_token="<s>",
            eos_token="</s>",
            pad_token="<pad>",
            unk_token="<unk>",
        )
        return {"text": text}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


json.dump([render(job) for job in json.load(sys.stdin)], sys.stdout)
