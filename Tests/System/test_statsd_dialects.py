"""StatsD lines as their clients write them, and what the configuration makes of them."""

import math

from polling import eventually
from senders import Datagrams

CONFIG = """\
global: {{prefix: app_}}
statsd: {{prefix: web_, {statsd}}}
events: {{prefix: event_}}
metrics: [{{name: shop.order.count, type: counter}}]
"""


def send(service, *lines):
    """Sends each line and returns the page that has all of them decided upon."""
    with Datagrams(service, "unix") as datagrams:
        for line in lines:
            datagrams.send(line)
    return service.await_datagrams(len(lines), "unix")


def test_every_dialect_arrives_under_its_prefix(start):
    service = start(CONFIG.format(statsd="bare-tags: label"))
    page = send(
        service, "hits:1|c|#x:1,#y:2,#prod", "foo[a=b].bar:1:2::3|c", "mix:200|ms:5|c|@0.5", "up:1|g",
        *["r:100|ms|@0.7"] * 7, *[f"users:{number}|s" for number in range(1000)])
    assert page.value("app_web_hits_total", x="1", y="2", prod="true") == 1
    assert page.value("app_web_foo_bar_total", a="b") == 6
    assert page.value("app_web_mix_total") == 10
    assert page.value("app_web_mix_seconds_count") == 1
    assert page.value("app_web_up") == 1
    assert page.value("app_web_r_seconds_count") == 10
    assert math.isclose(page.value("app_web_r_seconds_sum"), 1.0)
    assert page.value("app_web_users") == 1000
    assert page.total("heliograph_events_rejected_total") == 0


def test_prefixes_change_with_a_reload(start):
    service = start(CONFIG.format(statsd=""))
    assert send(service, "hits:1|c").value("app_web_hits_total") == 1
    service.config_path.write_text(CONFIG.format(statsd="").replace("web_", "shop_"))
    service.reload()
    eventually(lambda: not [s for s in service.page().samples if s.name.startswith("app_web_")])
    with Datagrams(service, "unix") as datagrams:
        datagrams.send("hits:2|c")
    assert service.await_datagrams(2, "unix").value("app_shop_hits_total") == 2


def test_tags_are_dropped_and_styles_are_off_by_configuration(start):
    service = start(CONFIG.format(statsd="bare-tags: drop, tag-styles: [dogstatsd]"))
    page = send(service, "hits:1|c|#prod,k:v,:w", "a,b=c[d]#e:1|c")
    assert page.value("app_web_hits_total", k="v") == 1
    assert page.value("app_web_a_b_c_d__e_total") == 1
    assert page.value("heliograph_tags_dropped_total", source="statsd", cause="bare") == 1
    assert page.value("heliograph_tags_dropped_total", source="statsd", cause="nameless") == 1
