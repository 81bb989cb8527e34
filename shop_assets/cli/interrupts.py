"""The end of a command that a script has started in the background."""

import signal


def restore_interrupts() -> None:
    """Takes SIGINT as usual where it is ignored, so that SIGTERM ends the command, too.

    Shells start what goes to the background with SIGINT ignored (POSIX, Asynchronous Lists), and Dagster gives SIGTERM
    the handling of SIGINT: then nothing but SIGKILL would end `shop ui &` and its servers.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
