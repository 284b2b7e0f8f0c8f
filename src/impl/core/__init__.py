"""The core of the reference service: its rules and its storage, without a contract version and without HTTP."""
