"""Python from the IR: models, responses, protocols, routers.

Read ``generate`` first: it is the whole way. ``planner`` decides about each operation and gives the values of ``plan``;
``builder`` gives the types of schemas, as trees of ``pytype``. Text is made by ``protocols``, ``responses``, ``routers``,
``security``, ``webhooks`` (declarations by ``declared``) and ``modules`` (models) alone, and ``audit`` looks at all of it.
"""
