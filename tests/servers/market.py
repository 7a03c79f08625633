"""A gateway whose flows ask a server on this machine: its settings and its flows, for stories."""

import shutil
from pathlib import Path

from tests.serving import ROOT, environment

CHANNEL = """
[channels.demo]
kind = "africastalking"
address = "20200"
service_code = "*384*20200#"
username = "sandbox"
api_key_env = "TEST_API_KEY"
secret_env = "TEST_SECRET"
base_url = "{url}"
"""
FLOWS = """
flow: {name}
start: {{keywords: [{name}], ussd: "*384*20200*{digit}#"}}
steps:
  crop: {{ask: Which crop?, save: answer.crop}}
  look:
    webhook:
      method: {method}
      url: http://{host}/@answer.crop
      headers: {{Authorization: {{secret: market}}}}
      save: answer.price
      seconds: 60
    on: {{failed: sorry}}
    say: A bag is K@answer.price.json.bag.
    end: true
  sorry: {{say: The market is silent.}}
"""
SECRET = "Bearer kerosene-and-candles"


def market(folder: Path, url: str | None, network: str, host: str) -> dict[str, str]:
    """Lay out a gateway that may ask `host`: by GET in the flow price, by POST in the flow book."""
    variables = environment(
        folder, url, DELIVERY_POLL_SECONDS="0.05", WEBHOOKS_LOCAL=host,
        WEBHOOKS_SECRETS="market=MARKET_SECRET",
    )  # fmt: skip
    (folder / "config" / "channels.toml").write_text(CHANNEL.format(url=network))
    flows = folder / "flows"
    shutil.copytree(ROOT / "flows", flows)
    for name, method, digit in (("price", "GET", 9), ("book", "POST", 8)):
        written = FLOWS.format(name=name, method=method, digit=digit, host=host)
        (flows / f"{name}.yaml").write_text(written)
    return {**variables, "GATEWAY_FLOWS_DIRECTORY": str(flows), "MARKET_SECRET": SECRET}
