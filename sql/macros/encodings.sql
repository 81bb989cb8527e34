{#
Text in UTF-8 that was read as cp1251 or Latin-1: each Cyrillic letter became one of two letters and behind it one of the
characters of the bytes 80 to BF. Three such pairs are no word of any language: РџСЃРєРѕРІ and ÐŸÑÐºÐ¾Ð² were Псков.
Two may be one: Сіріус, сёсё.
#}
{% set OF_CP1251 = 'ђѓ‚„…†‡€‰љ‹њќћџ‘’“”•–—™›ўј¤ґ¦§ё©є«¬®ї°±іµ¶·№»ѕ' %}
{% set MOJIBAKE = '(?:[рс][\\\\x{98}' ~ OF_CP1251 ~ ']|[ðñ][^ -~а-яёà-þ]){3}' %}
