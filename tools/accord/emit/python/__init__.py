"""Python from the IR: models, answers, protocols, routers."""
