"""``python -m gateway.simulator``: an aggregator on this machine. Sends nothing to any phone."""

import argparse
from pathlib import Path

from gateway.simulator.app import serve
from gateway.simulator.behaviour import BadRequest
from gateway.simulator.settings import SimulatorSettings, read_callbacks


def main(arguments: list[str] | None = None) -> None:
    """Serve until interrupted. Raises `SystemExit` where the callbacks cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m gateway.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument(
        "--callbacks",
        type=Path,
        help="a JSON file: addresses by kind, or the output of `gateway channels list --json`",
    )
    parser.add_argument(
        "--gateway", default="", metavar="URL", help="makes the addresses in the file whole"
    )
    parser.add_argument("--channel", help="which channel of the list, if there are several")
    parser.add_argument("--shortcode", default="21512")
    parser.add_argument("--ussd-code", default="*384*99#")
    chosen = parser.parse_args(arguments)
    try:
        callbacks = (
            read_callbacks(chosen.callbacks, chosen.gateway, chosen.channel)
            if chosen.callbacks
            else {}
        )
    except BadRequest as error:
        raise SystemExit(str(error)) from error  # printed on stderr, with exit code 1
    serve(
        SimulatorSettings(
            callbacks=callbacks,
            host=chosen.host,
            port=chosen.port,
            shortcode=chosen.shortcode,
            ussd_code=chosen.ussd_code,
        )
    )


if __name__ == "__main__":
    main()
