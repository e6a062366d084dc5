"""One module a subcommand of `sitrep`, each with a click command named `command`.

Here: options, what is printed, exit codes. Not here: the work itself. Heavy libraries are imported inside the commands.
"""
