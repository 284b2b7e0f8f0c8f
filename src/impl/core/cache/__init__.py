"""What reads remember: in Redis where there is one, in the process where there is none."""
