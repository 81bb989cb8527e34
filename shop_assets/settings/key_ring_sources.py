"""Where the key ring comes from, besides its own variable: a mounted file, or a command of a key management service."""

import shlex
import subprocess
from pathlib import Path
from typing import Final

COMMAND_SECONDS: Final = 30
"""How long a key management service may take to answer."""


class KeyRingSourceError(ValueError):
    """The key ring cannot be read; the message says why, and quotes nothing that could be secret."""


def ring_of_file(path: str) -> str:
    """Read the key ring from a file, such as a Docker or Kubernetes secret.

    Args:
        path: The file.

    Returns:
        The ring.

    Raises:
        KeyRingSourceError: The file cannot be read, or is not a text.
    """
    try:
        return Path(path).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        message = f"names {path}, which cannot be read: {reason}"
        raise KeyRingSourceError(message) from None


def ring_of_command(command: str) -> str:
    """Run a command that unwraps the key ring, without a shell, and read its output.

    Args:
        command: The command with its arguments, quoted as for a shell.

    Returns:
        The ring.

    Raises:
        KeyRingSourceError: The command cannot be run, fails, or takes too long. Its output is not quoted.
    """
    try:
        done = subprocess.run(  # noqa: S603  # the administrator's own
            shlex.split(command), stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_SECONDS, check=True
        )
        return done.stdout.decode().strip()
    except subprocess.CalledProcessError as error:
        reason = f"ended with exit code {error.returncode}"
    except subprocess.TimeoutExpired:
        reason = f"did not end within {COMMAND_SECONDS} s"
    except UnicodeDecodeError:
        reason = "wrote something that is not UTF-8 text"
    except (OSError, ValueError, IndexError) as error:
        reason = f"cannot be run: {getattr(error, 'strerror', None) or 'it is not quoted as for a shell'}"
    message = f"{reason}; run it by hand to see why"
    raise KeyRingSourceError(message)
