"""Apache Ivy, as shipped with PySpark: resolves an ivy file and copies the jars into a folder."""

import atexit
import importlib.util
import os
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

from shop_assets.embedded.downloads.stack_java import Java
from shop_assets.embedded.downloads.truststore import trust_store_options
from shop_assets.embedded.errors import StackError
from shop_assets.java import LANGUAGE_OPTIONS
from shop_assets.temporary_folders import temporary_folder

# Packagings under which Ivy lists files that are jars anyway.
TYPES: Final = ("jar", "bundle", "maven-plugin", "eclipse-plugin")
# Without the classifier two artifacts of a module would have one name.
PATTERN: Final = "[artifact]-[revision](-[classifier]).[ext]"


def resolve(ivy_file: Path, into: Path, java: Java, cache: Path, on_step: Callable[[], None]) -> None:
    """Resolve `ivy_file` into the folder `into`; calls `on_step` twice per jar: when found, and when copied.

    Raises StackError with Ivy's last lines if something cannot be resolved.
    """
    with temporary_folder("ivy-", cache) as scratch:
        command = [
            str(java.executable), *java_options(java, cache), "-cp", f"{pyspark_jars()}/*", "org.apache.ivy.Main",
            "-cache", str(scratch), *_settings(scratch),
            "-ivy", str(ivy_file), "-confs", "default",  # "runtime" would leave out the module's own jar
            "-types", *TYPES, "-retrieve", f"{into}/{PATTERN}",
        ]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        atexit.register(process.kill)  # SIGTERM would leave it alone: it would go on downloading
        output: list[str] = []
        try:
            with process:
                for line in process.stdout or ():
                    output = [*output[-60:], line]
                    if "[SUCCESSFUL" in line or line.startswith("\tfound "):
                        on_step()
        finally:
            atexit.unregister(process.kill)
        if process.returncode != 0:
            raise StackError(f"Downloading jars with Ivy failed (is Maven Central reachable?):\n{''.join(output)}")


def pyspark_jars() -> Path:
    """The folder of the jars in the PySpark package; PySpark itself is not imported."""
    spec = importlib.util.find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise StackError("PySpark is missing: install the project's dependencies.")
    return Path(spec.origin).with_name("jars")


def java_options(java: Java, cache: Path) -> list[str]:
    """The neutral language, and the machine's certificates and proxies, which a JVM does not read from the environment.

    A Java that is installed on the machine has its own certificates, unless SSL_CERT_FILE names others.
    """
    trusted = not java.wrapped and os.environ.get("SSL_CERT_FILE")
    return [*LANGUAGE_OPTIONS, *(trust_store_options(cache) if trusted else ()), *proxy_options(os.environ)]


def proxy_options(environment: Mapping[str, str]) -> list[str]:
    """`http_proxy`, `https_proxy` and `no_proxy` as a JVM takes them."""
    options: list[str] = []
    for scheme in ("http", "https"):
        proxy = environment.get(f"{scheme}_proxy") or environment.get(f"{scheme}_proxy".upper())
        if proxy and (address := urlsplit(proxy if "//" in proxy else f"//{proxy}")).hostname:
            options += [f"-D{scheme}.proxyHost={address.hostname}", f"-D{scheme}.proxyPort={address.port or 80}"]
    excepted = environment.get("no_proxy") or environment.get("NO_PROXY")
    if options and excepted:
        hosts = (host.strip() for host in excepted.split(","))
        options.append(
            "-Dhttp.nonProxyHosts=" + "|".join(f"*{host}" if host.startswith(".") else host for host in hosts)
        )
    return options


def _settings(scratch: Path) -> list[str]:
    """The user's own Ivy settings, else the user's Maven mirror, else Ivy's default, Maven Central."""
    own = Path.home() / ".ivy2" / "ivysettings.xml"
    if own.is_file():
        return ["-settings", str(own)]
    mirror = _maven_mirror(Path.home() / ".m2" / "settings.xml")
    if mirror is None:
        return []
    written = scratch / "ivysettings.xml"
    written.write_text(
        '<ivysettings><settings defaultResolver="mirror"/><resolvers>'
        f'<ibiblio name="mirror" m2compatible="true" root={quoteattr(mirror)}/></resolvers></ivysettings>'
    )
    return ["-settings", str(written)]


def _maven_mirror(settings: Path) -> str | None:
    if not settings.is_file():
        return None
    try:
        root = ET.parse(settings).getroot()  # noqa: S314  # the user's own file
    except ET.ParseError:
        return None
    for mirror in root.findall(".//{*}mirror"):
        wanted = (mirror.findtext("{*}mirrorOf") or "").split(",")
        if {"central", "*", "external:*"} & {name.strip() for name in wanted}:
            return mirror.findtext("{*}url")
    return None
