"""Files with a log that the client kept: read one in a process that can be killed, and write a blank one."""
