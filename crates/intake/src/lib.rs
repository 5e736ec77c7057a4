//! Claims intake: the pipeline shared by budget and home care.
