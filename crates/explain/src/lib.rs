//! Rule files and the explanation of every decision.
