"""`python -m sandbox up` runs the sandbox until told to stop; `… demo` does the main job and tells of it;
`… soak` does it many times over while everything fails; `… bench` measures how fast it is."""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
from pathlib import Path

from sandbox.machine import CHECKOUT, Machine
from sandbox.processes import StartError
from sandbox.soak.plan import read_faults
from sandbox.stand_ins.faults import InvalidFault


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox")
    commands = parser.add_subparsers(dest="command", required=True)
    up_options = commands.add_parser("up", help="run the sandbox in the foreground")
    up_options.add_argument("--port", type=int, default=8080)
    up_options.add_argument("--console-port", type=int, default=8081)
    up_options.add_argument("--checkout", type=Path, default=CHECKOUT, help="whose functions to serve")
    demo_options = commands.add_parser("demo", help="do the main job once and tell of it")
    demo_options.add_argument("--file", type=Path, help="recipients of your own instead of made-up ones")
    soak_options = commands.add_parser("soak", help="many sends under all faults, and then the invariants")
    soak_options.add_argument("--sends", type=int, default=40)
    soak_options.add_argument("--seconds", type=float, default=120)
    soak_options.add_argument("--seed", type=int, default=None, help="replays an earlier soak; printed by each")
    soak_options.add_argument("--faults", default="", help="provider:kind,…: these at every chance, and no others")
    bench_options = commands.add_parser("bench", help="how fast it is, against baselines of the same run")
    bench_options.add_argument("--only", nargs="*", default=[], help="names of benchmarks")
    options = parser.parse_args()
    # Set here, as a background job of a shell starts with Ctrl-C ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    if options.command == "up":
        return up(options.port, options.console_port, options.checkout)
    try:
        if options.command == "soak":
            from sandbox.soak.soak import soak

            seed = secrets.randbelow(10**6) if options.seed is None else options.seed
            faults = read_faults(options.faults) if options.faults else ()
            return soak(options.sends, options.seconds, seed, faults)
        if options.command == "bench":
            from sandbox.bench.bench import bench

            return bench(options.only)
        from sandbox.demo.story import demo

        return demo(options.file)
    except InvalidFault as error:
        parser.error(str(error))
    except KeyboardInterrupt:
        return 130  # as a shell reports it


def up(port: int, console_port: int, checkout: Path) -> int:
    """Runs until Ctrl-C or SIGTERM; 0 then, 1 when it did not start or could not go on."""
    machine = Machine(port, console_port, checkout)
    try:
        with machine:
            run = machine.run
            print(
                f"ready\n  web pages and /v1  {run.public_url}\n  console            {run.console_url}",
                flush=True,
            )
            machine.watch()
    except KeyboardInterrupt:
        return 0
    except StartError as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 1
    finally:
        # A second Ctrl-C must not leave processes behind.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        machine.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
