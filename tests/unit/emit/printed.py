"""The contract whose printed modules the tests of the printers compare as a whole."""

from __future__ import annotations

SPEC = """
    openapi: 3.1.1
    info: {title: Small, version: 1.0.0}
    servers: [{url: /api/v1}]
    tags: [{name: Things, description: What there is.}]
    security: [{token: [read]}]
    paths:
      /things:
        get:
          operationId: listThings
          summary: List things
          tags: [Things]
          security: []
          parameters:
            - {name: after, in: query, schema: {type: string, format: date}}
            - {name: limit, in: query, schema: {type: integer, default: 20}}
          responses:
            '200': {description: All., content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}}
        post:
          operationId: makeThing
          summary: Make a thing
          tags: [Things]
          security: [{token: [read, write]}, {token: [], key: []}]
          requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
          responses:
            '201':
              description: It was made.
              headers: {Location: {required: true, schema: {type: string}}, X-Left: {schema: {type: integer}}}
              content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
            '409': {$ref: '#/components/responses/Conflict'}
            '422': {$ref: '#/components/responses/Conflict'}
            5XX: {description: Broken.}
      /ticks:
        get:
          operationId: ticks
          deprecated: true
          x-accord-deprecated-at: '2026-01-31'
          x-accord-rate-limit: slow
          responses:
            '200': {description: A stream., content: {text/event-stream: {schema: {$ref: '#/components/schemas/Tick'}}}}
      /picture:
        get:
          operationId: getPicture
          responses: {'200': {description: A picture., content: {image: {}}}}
    components:
      securitySchemes:
        token: {type: oauth2, flows: {password: {tokenUrl: /token, scopes: {read: '', write: ''}}}, description: A token.}
        key: {type: apiKey, in: query, name: api_key}
      responses:
        Conflict: {description: It cannot be., content: {application/json: {schema: {type: string}}}}
      schemas:
        Thing: {type: object, required: [name], properties: {name: {type: string}}}
        Tick: {type: object, required: [data], properties: {data: {type: string}}}
    """
