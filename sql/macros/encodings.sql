{#
Text in UTF-8 that was read as cp1251 or Latin-1: each Cyrillic letter became one of two letters, and behind it something
that is no ASCII and no letter of Russian, of other languages with Cyrillic letters but for ё to ґ, or from à to þ. Three
such pairs are no word: РџСЃРєРѕРІ and ÐŸÑÐºÐ¾Ð² were Псков. Two may be one: Сіріус, сёсё.
#}
{% set MOJIBAKE = '(?:[рсðñ][^ -~à-þа-яҒ-ԯ]){3}' %}
