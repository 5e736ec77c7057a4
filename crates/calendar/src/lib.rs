//! Dutch working days, Amsterdam deadlines and care months.
