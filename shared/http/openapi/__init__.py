"""The API's description, OpenAPI 3.1, made from the code: `make openapi` writes openapi.json beside this file.

Method, path, role, scope, staff and careful are read from the routes in functions/http/. What they do not say stands in
a table of an area here, `"POST /v1/sends": Operation(...)`: a route without an operation, or the other way round, is a
failing test. To add an operation:

1. Its answer is built by a function of shared/http/answers/ that returns a TypedDict (of typing_extensions; pydantic
   needs it). Its fields have the types of shared/http/answers/fields.py where they are more than text: `Moment`, `Day`,
   `Ore`, `AccountId`, `Annotated[str, one_of(SomeStrEnum)]`; `X | None` for what can be null. A list is
   `Listed[Item]`, from `list_body`. A docstring of the class becomes its description.
2. The row goes into OPERATIONS of an area's module: a summary, the body's pydantic model (the one that the handler
   reads with `call.body`), `query` parameters, `answers` by status (a TypedDict; a media type such as "text/csv";
   None for no body), the `problems` that are particular to it, an `example` of the body that works in the sandbox,
   `idempotent=True` where it takes an Idempotency-Key. 401, 403, 404, 400, 413, 415 and 422 are added where role,
   place, query or body make them possible; 429 and 503 everywhere.
3. A new area's module is named in `AREAS` of document.py, a new place in a path (`<send_id>`) in `PLACES` of
   parameters.py. `misuse` is put together from a module a resource.
4. `make openapi`.

No function imports this package: openapi.json is what is served.
"""
