"""How strong each answer (or the model that wrote it) is, from comparisons in pairs. One model a file."""
