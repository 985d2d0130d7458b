-- Whether any trainer of the store is a model. Reads: models. Params: none. Returns: n. Not additive.
SELECT count(*)::BIGINT AS n FROM models;
