-- The name of a city or settlement, without the word for what it is, with е for ё and one kind of hyphen.
-- 'г. москва', 'г москва', 'город москва', 'москва г' -> 'москва'   'орёл' -> 'орел'
CREATE OR REPLACE FUNCTION shop_city{{ on_cluster }} AS (written) ->
    if(
        match(written, '[ .ё\\p{Pd}]'),
        coalesce(
            nullIf(
                replaceAll(
                    replaceRegexpAll(
                        replaceRegexpAll(written, ' ?\\p{Pd} ?', '-'),
                        concat(
                            '^(?:(?:г|гор|пос|п|пгт|рп|с|д|дер)[.] ?|',
                            '(?:г|гор|город|пос|поселок|посёлок|пгт|рп|село|деревня|city of) )',
                            '| (?:г|гор|город|пгт|рп)[.]?$'
                        ),
                        ''
                    ),
                    'ё', 'е'
                ),
                ''
            ),
            written
        ),
        written
    )
