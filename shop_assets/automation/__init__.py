"""Automation: jobs, schedules, sensors and notifications. What an asset does is defined in its stage."""
