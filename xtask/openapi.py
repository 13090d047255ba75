"""Judges the OpenAPI document at an address by the specification's own schema; prints what is wrong, and fails for it."""

import json
import sys
import urllib.request

from openapi_spec_validator import OpenAPIV31SpecValidator

with urllib.request.urlopen(sys.argv[1], timeout=30) as answer:
    document = json.load(answer)
wrong = list(OpenAPIV31SpecValidator(document).iter_errors())
for error in wrong:
    print("/".join(map(str, error.absolute_path)), error.message[:300])
print(f"the OpenAPI document has {len(wrong)} faults")
sys.exit(1 if wrong else 0)
