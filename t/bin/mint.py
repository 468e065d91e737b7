#!/usr/bin/env python3
"""Mints an RS256 bearer token; openssl signs, nothing beyond the standard
library is needed.

usage: token.py --key FILE [--sub TEXT] [--admin] [--ttl SECONDS]
                [--claim NAME=JSON ...]
"""
import argparse
import base64
import json
import subprocess
import sys
import time

ISSUER = "https://idp.test/realms/game"


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token(key, claims, kid="k1"):
    head = {"alg": "RS256", "typ": "JWT", "kid": kid}
    signed = b".".join(encode(json.dumps(part).encode())
                       for part in (head, claims))
    sign = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key],
                          input=signed, stdout=subprocess.PIPE, check=True)
    return (signed + b"." + encode(sign.stdout)).decode()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--key", required=True)
    parser.add_argument("--sub", default="00000000-0000-4000-8000-000000000001")
    parser.add_argument("--admin", action="store_true")
    parser.add_argument("--ttl", type=int, default=300)
    parser.add_argument("--claim", action="append", default=[],
                        metavar="NAME=JSON", help="null drops the claim")
    options = parser.parse_args()
    now = int(time.time())
    roles = ["AdministratorGAME"] if options.admin else []
    claims = {"iss": ISSUER, "aud": "game-backend", "sub": options.sub,
              "typ": "Bearer", "iat": now, "exp": now + options.ttl,
              "realm_access": {"roles": roles}}
    for text in options.claim:
        name, _, value = text.partition("=")
        claims[name] = json.loads(value)
    claims = {k: v for k, v in claims.items() if v is not None}
    print(token(options.key, claims))
    return 0


if __name__ == "__main__":
    sys.exit(main())
