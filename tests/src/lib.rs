//! Journeys, the store suite, golden cases, faults and tidiness, over all services.
