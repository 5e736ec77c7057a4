//! What every service process needs: settings, server, health, shutdown, clock, error details, followers.
