{#
The words of each product group, and the neutral ones that may stand beside them, as alternatives of a pattern
(docs/cleaning.md, "Product groups"). All text is in lower case.
#}
{% set NEUTRAL_WORDS = 'и|and|изделия|изделие|продукты|продукт|продукция|товары|товар|группа|отдел|свежие|свежее|свежий'
    ~ '|свежая|products?|goods|fresh' %}
{% set GROUP_WORDS = {
    'bakery': 'зерновые|злаки|злаковые|крупы|крупа|хлебобулочные|хлебобулочное|хлеб|хлебные|булочки|булочные|выпечка|bakery'
        ~ '|breads?|cereals?|grains?|pastry|pastries',
    'meat': 'мясо|мясные|мясное|мясная|птица|птицы|рыба|рыбы|рыбные|рыбное|рыбная|морепродукты|яйца|яйцо|бобовые|meats?'
        ~ '|poultry|fish|seafood|eggs?|legumes|beans',
    'dairy': 'молоко|молочка|молочные|молочная|молочное|кисломолочные|кисломолочная|сыр|сыры|dairy|milk|cheeses?',
    'fruit': 'фрукты|фрукт|ягоды|ягода|fruits?|berry|berries',
    'vegetable': 'овощи|овощ|овощные|овощная|зелень|vegetables?|veggies|greens|herbs',
} %}
