{#
Text in UTF-8 that was read as cp1251 or Latin-1: each Cyrillic letter became one of two letters, and something else than
a letter of Russian, a sign or a digit behind it. Two such pairs are no word: РџСЃРєРѕРІ and ÐŸÑÐºÐ¾Ð² were Псков.
#}
{% set MOJIBAKE = '(?:[рсðñ][^ -~а-я]){2}' %}
