"""The languages of what people read: translations of texts, as gettext has them.

A text stays in the language in which the code has it, and is its own key: dashboards and messages are Russian, the
command line is English. `en.po` has the English of the former, `ru.po` the Russian of the latter. What has no
translation stays as it is.
"""
