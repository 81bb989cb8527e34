"""What sets the assets going: jobs and schedules. What an asset does belongs to its stage."""
