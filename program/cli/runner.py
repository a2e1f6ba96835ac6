"""`flask runner` and `flask serve`: the processes."""

import os
import signal
import sys

import click
from flask.cli import ScriptInfo

from program.jobs.doors import lmtp_kept_open
from program.jobs.runner import Runner, obey_signals
from program.jobs.serving import PortTaken, Serving, WebServerEnded

LOCAL = "127.0.0.1"


@click.command("runner")
@click.pass_obj
def runner(info: ScriptInfo) -> None:
    """Deliver mail, solve plans, keep house. Of several, one works and the others stand by."""
    app = info.load_app()
    this = Runner(app)
    obey_signals(this)
    with lmtp_kept_open(app):
        ended_well = this.run()
    if not ended_well:
        sys.stdout.flush()
        os._exit(1)  # a thread that does not end would keep the process alive


@click.command("serve")
@click.option("--host", default=LOCAL, show_default=True)
@click.option("--port", default=5000, show_default=True)
@click.pass_obj
def serve(info: ScriptInfo, host: str, port: int) -> None:
    """The web server and a runner, until Ctrl-C."""
    address = f"http://{'localhost' if host == LOCAL else host}:{port}"
    os.environ.setdefault("PUBLIC_URL", address)  # for the children: links in mails
    try:
        serving = Serving(info.load_app(), host=host, port=port)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, serving.stop)
        serving.run(when_ready=lambda: click.echo(f"Leergang: {address}  (Ctrl-C stops it)"))
    except PortTaken:
        raise click.ClickException(
            f"Port {port} is in use. Stop what uses it, or choose another: --port {port + 1}."
        ) from None
    except WebServerEnded:
        raise click.ClickException("The web server ended; what it said is above.") from None
