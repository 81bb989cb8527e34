-- The latest moment that is not called future at `now`: clocks of tills may be fast by SHOP_CLOCK_SLACK_SECONDS.
-- Variables: clock_slack_seconds, a number.
CREATE OR REPLACE FUNCTION shop_latest_moment{{ on_cluster }} AS (now) ->
    now + toIntervalSecond({{ clock_slack_seconds }})
