-- The encrypted share of the phones and e-mails in MART, and a colour: green when all are encrypted. 1 where there are
-- none.
SELECT
    concat(transform(kind, {kind_codes:Array(String)}, {kind_titles:Array(String)}, kind), ': ', field) AS name,
    if(filled = 0, 1, encrypted / filled) AS encrypted_share,
    if(encrypted = filled, 'green', 'red') AS color
FROM (
    {% for kind in kinds if kind.phones %}
    {% set phone = kind.phones[0] | join('_') %}
    {% set email = kind.emails[0] | join('_') %}
    SELECT
        '{{ kind.name }}' AS kind,
        arrayJoin(['телефон', 'e-mail']) AS field,
        if(field = 'e-mail', count({{ email }}), count({{ phone }})) AS filled,
        countIf(startsWith(if(field = 'e-mail', {{ email }}, {{ phone }}), 'enc:v1:')) AS encrypted
    FROM mart.{{ kind.name }}
    GROUP BY field
    {% if not loop.last %}
    UNION ALL
    {% endif %}
    {% endfor %}
) AS counted
ORDER BY name
