"""Cash that is due and what is given back: instalments, notices, close-outs, reallocation, and the way to one for one."""
