"""Runs a simulator in a thread of this process, on a real port. For the demo and for tests."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from gateway.simulator.app import create_app
from gateway.simulator.settings import SimulatorSettings


@contextmanager
def running(settings: SimulatorSettings) -> Iterator[str]:
    """Serve while inside, and give the base URL. Port 0 takes any free port.

    Raises `OSError` where the port is taken.
    """
    listener = socket.create_server((settings.host, settings.port))
    config = uvicorn.Config(create_app(settings), log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.005)
    if not server.started:
        raise RuntimeError("The simulator did not start; its log says why.")
    try:
        yield f"http://{settings.host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
