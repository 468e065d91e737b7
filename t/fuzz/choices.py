"""A vector of t/vectors/dsl-eval-*.json as the bytes from which
fuzz_dsl_eval.c makes about the same: its members, texts and keys are a few,
and a default is one more rule."""

import struct

TEXTS = ["", "a", "b", " 12 ", "-9223372036854775808", "\u00e9", "x1", "0"]
PATHS = ["data.a", "data.b", "data.c", "user.avg_time", "externalUserId",
         "task.measurements_count", "parent.points", "parent.case_name"]
ARITH = ["+", "-", "*", "/", "min", "max"]
COMPARE = ["<", "<=", "==", "!=", ">=", ">"]


def near(text, many):
    """The index of a text, or one that is always the same."""
    if text in many:
        return many.index(text)
    return sum(str(text).encode()) % len(many)


def wide(number):
    return list((number & (1 << 64) - 1).to_bytes(8, "big"))


def number(value):
    if isinstance(value, float):
        return [4] + list(struct.pack(">d", value))
    if -128 <= value < 128:
        return [0, value + 128]
    if -1 << 63 <= value < 1 << 63:
        return [1] + wide(value)
    return [3, value > 0]


def value(this, depth):
    if this is None:
        return [0]
    if isinstance(this, bool):
        return [1, this]
    if isinstance(this, str):
        return [2, near(this, TEXTS)]
    if isinstance(this, (int, float)):
        return [3] + number(this)
    if not depth:
        return [0]
    out = []
    if isinstance(this, list):
        for part in this[:2]:
            out += value(part, depth - 1)
        return [5, min(len(this), 2)] + out
    for name, part in list(this.items())[:2]:
        out += [near(name, TEXTS[1:4])] + value(part, depth - 1)
    return [6, min(len(this), 2)] + out


class Encoder:
    def __init__(self, case):
        self.case = case
        self.data = case.get("data") or {}
        if not isinstance(self.data, dict):
            self.data = {}
        self.names = list(self.data)[:3]

    def leaf(self, node):
        if node.get("type") == "field":
            path = str(node.get("path"))
            if path[5:] in self.names and path.startswith("data."):
                return [1, self.names.index(path[5:])]
            return [1, near(path, PATHS)]
        return [0] + value(node.get("value"), 0)

    def expression(self, node):
        kind, args = node.get("type"), node.get("args")
        if kind == "arith":
            return ([1, near(node["op"], ARITH)]
                    + self.expression(node["left"])
                    + self.expression(node["right"]))
        if kind == "func_call" and isinstance(args, list):
            out = [5 if len(args) == 3 else 4]
            for arg in args:
                out += self.expression(arg)
            return out
        return [0] + self.leaf(node)

    def condition(self, node):
        kind = node.get("type")
        if kind == "compare":
            return ([1, near(node["op"], COMPARE)]
                    + self.expression(node["left"])
                    + self.expression(node["right"]))
        if kind in ("and", "or"):
            args = node["args"][:3]
            out = [3 if kind == "and" else 4, len(args) - 1]
            for arg in args:
                out += self.condition(arg)
            return out
        if kind == "not":
            return [5] + self.condition(node["arg"])
        return [0] + self.leaf(node)

    def statement(self, node, section):
        kind = node.get("type")
        if kind == "return":
            return [0]
        if kind == "veto":
            return [2, 0]
        says = self.expression(node["value"])
        if kind == "set_callback_data":
            return [1, len(str(node["key"])) % 2] + says
        if section == "pre_rules":
            return [2, 1, node.get("key") in self.names] + says
        if section == "post_rules":
            return [2, kind == "set_points"] + says
        return [2] + says

    def body(self, nodes, section):
        out = [len(nodes[:3]) - 1]
        for node in nodes[:3]:
            out += self.statement(node, section)
        return out

    def rule(self, node, section):
        out = self.condition(node["when"]) + self.body(node["then"], section)
        if node.get("else"):
            out += [1] + self.body(node["else"], section)
        else:
            out += [0]
        for other in (node.get("else_if") or [])[:1]:
            return (out + [1] + self.condition(other["when"])
                    + self.body(other["then"], section))
        return out + [0]

    def rules(self, section):
        ast = self.case["ast"]
        rules = list(ast.get(section) or [])[:3]
        if section == "rules" and isinstance(ast.get("default"), dict):
            rules = rules[:2] + [
                {"when": {"type": "literal", "value": True},
                 "then": [ast["default"]]}]
        out = [len(rules)]
        for rule in rules:
            out += self.rule(rule, section)
        return out

    def parent(self):
        said = (self.case.get("parent") or {}).get("tuple") or [0]
        points = said[0] if isinstance(said[0], int) else 7
        callback = 3 if len(said) > 2 else 0
        return wide(points) + [len(said) > 1, callback, 1]

    def choices(self):
        limits = self.case.get("limits") or {}
        out = [self.case["mode"] != "DSL_FULL",
               min(255, limits.get("maxNodes", 1000) // 4),
               min(39, limits.get("maxDepth", 32))]
        for name in self.names + [None] * (3 - len(self.names)):
            out += value(self.data.get(name), 3)
        out += self.parent()
        for section in ("rules", "pre_rules", "post_rules"):
            out += self.rules(section)
        return bytes(map(int, out))


def of(case):
    """The bytes, or None for a program that cannot be said by them."""
    try:
        return Encoder(case).choices()
    except (AttributeError, IndexError, KeyError, TypeError, ValueError,
            OverflowError):
        return None
